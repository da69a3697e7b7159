"""Read one sheet of a workbook: its cells as Excel shows them, row by row."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from sync.district.reference.files.merges import MAX_MERGES, MergedCells, column_of, merge_from
from sync.district.reference.files.strings import MAX_CELL, RichText, unescaped
from sync.district.reference.files.styles import Style
from sync.district.reference.files.table import (
    MAX_COLUMNS,
    MAX_ROWS,
    PROGRESS_EVERY,
    Cell,
    Faulty,
    InFont,
    Line,
    Progress,
    Unreadable,
)

LAST_ROW = 1_048_576  # of any sheet Excel can make
MAX_EMPTY = 8_000_000  # cells that are only drawn: a frame around a million rows
_PLAIN = Style()
_HANDLED = frozenset(("v", "f"))


class Worksheet:
    """Hears ``xl/worksheets/sheetN.xml``; afterwards ``lines`` are the rows that hold anything.

    Raises ``Unreadable`` for more rows, columns or merges than are read, ``ValueError`` or ``IndexError`` for a
    sheet that contradicts itself.
    """

    def __init__(
        self, texts: Sequence[str | InFont], styles: Sequence[Style], from_1904: bool, progress: Progress
    ) -> None:
        self.lines: list[Line] = []
        self.merges: list[MergedCells] = []
        self.hidden_rows = 0
        self._texts, self._styles, self._from_1904, self._progress = texts, styles, from_1904, progress
        self._row, self._row_text = 0, "0"
        self._hidden = False
        self._empty = 0
        self._cells: dict[int, Cell] = {}
        self._place = -1
        self._kind = ""
        self._style = _PLAIN
        self._within = ""
        self._parts: dict[str, str] = {}
        self._rich: RichText | None = None
        self._same: dict[str, str] = {}  # a list of dossiers repeats its counters and procedures

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c":
            self._begin_cell(attributes)
        elif name in _HANDLED:
            self._within = name
            self._parts[name] = ""
        elif name == "row":
            self._begin_row(attributes)
        elif name == "is":
            self._rich = RichText()
        elif name == "mergeCell":
            self.merges.append(merge_from(attributes["ref"]))
            if len(self.merges) > MAX_MERGES:
                raise Unreadable("import.file.too_many_merges")
        elif self._rich is not None:
            self._rich.start(name, attributes)

    def end(self, name: str) -> None:
        if name == "c":
            self._end_cell()
        elif name in _HANDLED:
            self._within = ""
        elif name == "row":
            self._end_row()
        elif self._rich is not None and name != "is":
            self._rich.end(name)

    def text(self, text: str) -> None:
        if self._within:
            self._parts[self._within] += text
            if len(self._parts[self._within]) > MAX_CELL:
                raise Unreadable("import.file.too_much_text")
        elif self._rich is not None:
            self._rich.text(text)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = int(attributes.get("r", self._row + 1))
        if not self._row < number <= LAST_ROW:
            raise ValueError("rows out of order")
        self._row, self._row_text, self._cells, self._place = number, str(number), {}, -1
        self._hidden = attributes.get("hidden") in ("1", "true")

    def _end_row(self) -> None:
        if not self._cells:
            return
        if len(self.lines) >= MAX_ROWS:
            raise Unreadable("import.file.too_many_rows", most=MAX_ROWS)
        self.lines.append(Line(self._row, tuple([self._cells.get(place) for place in range(max(self._cells) + 1)])))
        self.hidden_rows += self._hidden
        if len(self.lines) % PROGRESS_EVERY == 0:
            self._progress("read", len(self.lines))

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        if reference is None:
            self._place += 1
        else:
            letters = reference.rstrip("0123456789")
            if reference[len(letters) :] != self._row_text:
                raise ValueError("a cell in the wrong row")
            self._place = column_of(letters)
        style = int(attributes.get("s", 0))
        self._style = self._styles[style] if 0 <= style < len(self._styles) else _PLAIN
        self._kind, self._parts, self._rich = attributes.get("t", "n"), {}, None

    def _end_cell(self) -> None:
        value = self._value()
        self._rich = None
        if value is None or value == "":
            self._empty += 1
            if self._empty > MAX_EMPTY:
                raise Unreadable("import.file.too_much_text")
            return
        if self._place >= MAX_COLUMNS:
            raise Unreadable("import.file.too_wide", most=MAX_COLUMNS)
        if self._place in self._cells or not self._row:
            raise ValueError("a cell twice")
        self._cells[self._place] = value

    def _value(self) -> Cell:
        if self._rich is not None:
            return self._in_its_font(self._rich.whole())
        text = self._parts.get("v", "")
        if "f" in self._parts and not text and not (self._kind == "str" and "v" in self._parts):
            return Faulty("import.value.formula", f"={self._parts['f']}")
        if not text:
            return None
        if self._kind == "s":
            return self._in_its_font(self._texts[_index(text)])
        if self._kind == "n":
            return number_from(text, self._style.is_date, self._from_1904)
        return self._in_its_font(unescaped(text))

    def _in_its_font(self, text: str | InFont) -> Cell:
        if isinstance(text, InFont) or not text:
            return text
        return InFont(text, self._style.old_font) if self._style.old_font else self._same.setdefault(text, text)


def _index(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("a text's number")
    return int(text)


@lru_cache(maxsize=20_000)
def number_from(text: str, is_date: bool, from_1904: bool) -> int | float | datetime | date | time:
    """The number in a cell, as a day or a time when it is shown as one. A number that no calendar has stays one.

    Raises ``ValueError``.
    """
    number = float(text)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError("no number")
    if not is_date:
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    # Excel counts 29 February 1900, which never was; from 1 March 1900 on this origin is right (ECMA-376 18.17.4.1).
    origin = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    try:
        moment = origin + timedelta(milliseconds=round(number * 86_400_000))
    except OverflowError:
        return number
    return moment.time() if 0 <= number < 1 and not from_1904 else moment
