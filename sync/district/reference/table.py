"""From the bytes of a file to lines of cells, numbered as a person sees them in Excel. Knows nothing of columns."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time

import openpyxl
from msgspec import Struct
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED_BYTES = 1024 * 1024 * 1024
DELIMITERS = (",", ";", "\t")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Cell = str | int | float | datetime | date | time | None


class Unreadable(ValueError):
    """The file is no table we can read. ``key`` names the text that says what to do, ``values`` fill it in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Line(Struct, frozen=True):
    """One row. ``number`` is the row number Excel shows for it, counted from 1."""

    number: int
    cells: tuple[Cell, ...]


class Sheet(Struct, frozen=True):
    """A sheet of a workbook, or one way to cut a text file into columns (then ``name`` is empty).

    ``from_1904`` says that day numbers count from 1904, as workbooks made on old Macs do. ``broken_at`` is the line of
    a text file where its quotes end wrongly, 0 when they are right; the lines stop there.
    """

    name: str
    lines: tuple[Line, ...]
    from_1904: bool = False
    broken_at: int = 0


def read_sheets(data: bytes) -> list[Sheet]:
    """Every sheet of the workbook, or the text file cut by each delimiter it could have. Raises ``Unreadable``."""
    if len(data) > MOST_BYTES:
        raise Unreadable("import.file.too_large", most=MOST_BYTES // 1024 // 1024)
    if not data.strip():
        raise Unreadable("import.file.empty")
    if data.startswith(_OLD_EXCEL):
        raise Unreadable("import.file.old_excel")
    if data.startswith(b"PK\x03\x04"):
        return _workbook(data)
    text = decode(data)
    if text.lstrip()[:200].lower().startswith(("<html", "<!doctype html", "<table", "<?xml", "<meta")):
        raise Unreadable("import.file.html")
    return _delimited(text)


def decode(data: bytes) -> str:
    """Text from UTF-8, UTF-16 (with or without a BOM) or Windows-1258, in NFC. Raises ``Unreadable``."""
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    raise Unreadable("import.file.encoding")


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    beginning = data[:2000]
    # Half the bytes of a Vietnamese table in UTF-16 are NUL, always on the same side of each pair.
    if beginning[1::2].count(0) > len(beginning) // 8:
        return ("utf-16-le",)
    if beginning[0::2].count(0) > len(beginning) // 8:
        return ("utf-16-be",)
    return ("utf-8", "cp1258")


def _delimited(text: str) -> list[Sheet]:
    delimiters: Iterable[str] = DELIMITERS
    if text[:4].lower() == "sep=" and text[4:5] and text[5:6] in ("\r", "\n"):
        # Excel reads this line as an instruction and does not show it, so it has no number.
        delimiters, text = text[4], text[5:].lstrip("\r").removeprefix("\n")
    return [_cut(text, delimiter) for delimiter in delimiters]


def _cut(text: str, delimiter: str) -> Sheet:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[Line] = []
    try:
        for number, cells in enumerate(reader, start=1):
            lines.append(Line(number, tuple(cells)))
    except csv.Error:
        return Sheet("", tuple(lines), broken_at=reader.line_num)
    return Sheet("", tuple(lines))


def _workbook(data: bytes) -> list[Sheet]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED_BYTES:
                raise Unreadable("import.file.too_large", most=MOST_BYTES // 1024 // 1024)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("import.file.broken_workbook") from error
    try:
        return [_sheet(sheet, book.epoch == CALENDAR_MAC_1904) for sheet in book.worksheets]
    except (KeyError, ValueError, TypeError, SyntaxError, zipfile.BadZipFile) as error:
        raise Unreadable("import.file.broken_workbook") from error
    finally:
        book.close()


def _sheet(sheet: object, from_1904: bool) -> Sheet:
    # Exporters often write a wrong size into the sheet; without it every row is read.
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    rows = sheet.iter_rows(values_only=True)  # type: ignore[attr-defined]
    lines = tuple(Line(number, tuple(_cell(value) for value in cells)) for number, cells in enumerate(rows, start=1))
    return Sheet(str(sheet.title), lines, from_1904)  # type: ignore[attr-defined]


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, int | float | datetime | date | time):
        return value
    return unicodedata.normalize("NFC", str(value))
