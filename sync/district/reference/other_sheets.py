"""Tell what stands on the visible sheets of a workbook beside those that are read. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from sync.district.reference.columns import Catalogue, ColumnRule, Header, find_header
from sync.district.reference.files.table import Line, Sheet
from sync.district.reference.values import BadValue, code_of, text_of


class OtherSheets(Struct, frozen=True):
    """Names of sheets that hold something and are not read: ``like_rows`` hold what could be rows of the list, under no
    header, or one that is misspelt."""

    like_rows: tuple[str, ...]
    others: tuple[str, ...]


def other_sheets(sheets: Iterable[Sheet], read: Header, kind: str, catalogue: Catalogue) -> OtherSheets:
    """Sorts the sheets that are not read. ``read`` is the header of those that are."""
    rules = catalogue.kinds[kind]
    like_rows: list[str] = []
    others: list[str] = []
    for sheet in sheets:
        if sheet.lines:
            header = find_header(sheet, kind, catalogue)
            (like_rows if _holds_rows(sheet, header, read, rules) else others).append(sheet.name)
    return OtherSheets(tuple(like_rows), tuple(others))


def _holds_rows(sheet: Sheet, own: Header | None, read: Header, rules: Sequence[ColumnRule]) -> bool:
    key = rules[0]
    if own is not None and key.field in own.places:
        lines = [line for line in sheet.lines if line.number > own.last_line]
        return any(_is_key(line, own.places[key.field], key) for line in lines)
    return any(_is_row(line, read.places, rules) or _names_a_key(line, key) for line in sheet.lines)


def _is_row(line: Line, places: Mapping[str, int], rules: Sequence[ColumnRule]) -> bool:
    """Whether it would be a row if its sheet had the same columns as the one that is read."""
    required = [places[rule.field] for rule in rules if rule.required and rule.field in places]
    filled = all(place < len(line.cells) and text_of(line.cells[place]) for place in required)
    return filled and rules[0].field in places and _is_key(line, places[rules[0].field], rules[0])


def _is_key(line: Line, place: int, rule: ColumnRule) -> bool:
    """Whether a code stands in this column."""
    cell = line.cells[place] if place < len(line.cells) else None
    if cell is None or not text_of(cell):
        return False
    try:
        code_of(cell if isinstance(cell, int | float) else text_of(cell), rule)
    except BadValue:
        return False
    return True


def _names_a_key(line: Line, rule: ColumnRule) -> bool:
    """Whether a code that looks like no other word stands anywhere in the row."""
    return rule.usual is not None and any(rule.usual.fullmatch(text_of(cell).upper()) for cell in line.cells)
