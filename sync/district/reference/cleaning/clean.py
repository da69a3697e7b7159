"""Repair the letters of a sheet; the rest of a column decides about a doubtful cell. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from msgspec.structs import replace

from kiosk.vietnamese.old_fonts import (
    Writing,
    could_be_viqr,
    foreign_letters,
    in_capitals,
    is_vietnamese,
    only_unicode,
    read,
    readings,
    strange_words,
    writing_of_font,
)
from sync.district.reference.cleaning.hygiene import is_plain, lost_letters, shown, stacked_marks, tidy
from sync.district.reference.files.table import Cell, Faulty, InFont, Line, Sheet

MAX_TEXT = 3_000
"""Letters of a cell that are looked at; a longer one is too long for any column that is read."""


@dataclass(slots=True)
class Column:
    """What the sure cells of a column show: its old writings, whether it is in Unicode, whether letters are lost."""

    old: set[Writing] = field(default_factory=set)
    unicode: bool = False
    lost: bool = False


def clean(sheet: Sheet) -> Sheet:
    """The sheet with every text in Unicode (NFC), or as a ``Faulty`` cell that names what is wrong with it."""
    texts: dict[int, dict[str | InFont, None]] = defaultdict(dict)
    for line in sheet.lines:
        for place, cell in enumerate(line.cells):
            if not isinstance(cell, str | InFont) or (isinstance(cell, str) and is_plain(cell)):
                continue
            if not is_too_long(cell) or stacked_marks(_text(cell)):
                texts[place][cell] = None
    changed = {place: right for place, cells in texts.items() if (right := _put_right(cells))}
    return replace(sheet, lines=tuple(_with(line, changed) for line in sheet.lines)) if changed else sheet


def is_too_long(cell: Cell) -> bool:
    """Whether it is not worth a look: no column takes so much."""
    text = cell.text if isinstance(cell, InFont) else cell
    return isinstance(text, str) and len(text) > MAX_TEXT


def put_right(texts: Iterable[str]) -> dict[str, Cell]:
    """Those of the texts of one file that are not what they should be, as ``clean`` would leave them in one column."""
    looked_at: dict[str | InFont, None] = dict.fromkeys(text for text in texts if not is_plain(text))
    return {str(text): right for text, right in _put_right(looked_at).items()}


def _text(cell: str | InFont) -> str:
    return cell.text if isinstance(cell, InFont) else cell


def _put_right(cells: Mapping[str | InFont, None]) -> dict[str | InFont, Cell]:
    """Those of a column's cells that are not what they should be."""
    changed: dict[str | InFont, Cell] = {cell: fault for cell in cells if (fault := stacked_marks(_text(cell)))}
    left = {cell: None for cell in cells if cell not in changed}
    column = _column(left)
    cleaned = ((cell, _cleaned(cell, column)) for cell in left)
    return changed | {cell: right for cell, right in cleaned if right != cell}


def _with(line: Line, changed: Mapping[int, Mapping[str | InFont, Cell]]) -> Line:
    cells = list(line.cells)
    for place, right in changed.items():
        cell = cells[place] if place < len(cells) else None
        if isinstance(cell, str | InFont):
            cells[place] = right.get(cell, cell)
    return Line(line.number, tuple(cells))


def _column(cells: Mapping[str | InFont, None]) -> Column:
    column = Column()
    for cell in cells:
        text = _text(cell)
        if is_vietnamese(text) and not could_be_viqr(text):
            column.unicode |= only_unicode(text)
        elif isinstance(cell, str) and (text.isascii() or foreign_letters(text)):
            column.old.update(readings(text))
        column.lost |= lost_letters(text)
    return column


def _cleaned(cell: str | InFont, column: Column) -> Cell:
    text = _in_its_font(cell) if isinstance(cell, InFont) else _by_its_letters(cell, column)
    if isinstance(text, Faulty):
        return text
    if lost_letters(text) or (column.lost and text.rstrip().endswith("?")):
        return Faulty("import.value.lost_letters", shown(text))
    return tidy(text)


def _in_its_font(cell: InFont) -> str | Faulty:
    writing = writing_of_font(cell.font)
    text = read(cell.text, writing)
    if text is None and not is_vietnamese(cell.text):
        return Faulty("import.value.old_font", shown(cell.text), {"writing": writing, "font": cell.font})
    text = text or cell.text
    return text.upper() if in_capitals(cell.font) and not only_unicode(cell.text) else text


def _by_its_letters(text: str, column: Column) -> str | Faulty:
    found = readings(text)
    if not text.isascii() and not foreign_letters(text):
        return _of_two_kinds(text, found, column)
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    if found or strange_words(text):
        return _old_writing(text, found or ("TCVN3", "VNI"))
    return text


def _of_two_kinds(text: str, found: Mapping[Writing, str], column: Column) -> str | Faulty:
    """A text in letters that Unicode has too. What its column is written in decides, if anything does."""
    meant = {text for writing, text in found.items() if writing in column.old}
    if not meant:
        doubtful = found and not column.unicode and not is_vietnamese(text)
        return _old_writing(text, found) if doubtful else text
    return _old_writing(text, found) if column.unicode or len(meant) > 1 else meant.pop()


def _old_writing(text: str, writings: Iterable[str]) -> Faulty:
    return Faulty("import.value.old_writing", shown(text), {"writings": ", ".join(writings)})
