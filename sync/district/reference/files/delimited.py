"""Read text files: detect the encoding, and split rows by each delimiter they could have. The apostrophe that keeps a
spreadsheet from running a text as a formula is taken off."""

import csv
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from kiosk.vietnamese.old_fonts import reads_better
from sync.district.domain.spreadsheet import unguarded
from sync.district.reference.cleaning.hygiene import stacked_marks
from sync.district.reference.files.table import (
    MAX_COLUMNS,
    MAX_ROWS,
    PROGRESS_EVERY,
    Line,
    Progress,
    Sheet,
    Unreadable,
    no_progress,
)

if TYPE_CHECKING:
    import _csv

DELIMITERS = (",", ";", "\t")
_SAMPLE = 60
_SAMPLE_LETTERS = 200_000
_MAX_FIELD = 1_000_000
_MAX_LINE = 2_000_000
_LAST_LINE = 1_048_576  # as many rows as a sheet of Excel has

csv.field_size_limit(_MAX_FIELD)


def decode(data: bytes) -> str:
    """Text from UTF-8, UTF-16 (with or without a BOM), Windows-1258, or Windows-1252 as the fonts before Unicode used
    it, in NFC. Raises ``Unreadable``."""
    texts = []
    for encoding in _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if stacked_marks(text):
            raise Unreadable("import.file.stacked_marks")
        if "\0" not in text:
            texts.append(unicodedata.normalize("NFC", text.removeprefix("\ufeff").rstrip("\x1a")))
            if encoding != "cp1258":
                break
    if not texts:
        raise Unreadable("import.file.encoding")
    return texts[1] if len(texts) > 1 and reads_better(texts[1], texts[0]) else texts[0]


def _encodings(data: bytes) -> tuple[str, ...]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    beginning = data[:2000]
    # Half the bytes of a Vietnamese table in UTF-16 are NUL, always on the same side of each pair.
    if beginning[1::2].count(0) > len(beginning) // 8:
        return ("utf-16-le",)
    if beginning[0::2].count(0) > len(beginning) // 8:
        return ("utf-16-be",)
    return ("utf-8", "cp1258", "cp1252")


def delimited(text: str, progress: Progress = no_progress) -> list[Sheet]:
    """The text cut by each delimiter that gives it more than one column, or by the first when none does.

    Raises ``Unreadable`` for too many rows or columns.
    """
    delimiters: Iterable[str] = DELIMITERS
    if text[:4].lower() == "sep=" and text[4:5] and text[5:6] in ("\r", "\n"):
        # Excel reads this line as an instruction and does not show it, so it has no number.
        delimiters, text = text[4], text[5:].lstrip("\r").removeprefix("\n")
    able = [delimiter for delimiter in delimiters if delimiter not in '\r\n"']
    cutting = [delimiter for delimiter in able if _columns(text, delimiter) > 1] or able[:1]
    return [_cut(text, delimiter, progress) for delimiter in cutting or [","]]


def _columns(text: str, delimiter: str) -> int:
    try:
        return max(map(len, islice(_reader(text[:_SAMPLE_LETTERS], delimiter), _SAMPLE)), default=0)
    except csv.Error:
        return 2  # it may be the right one all the same, and its fault is worth telling


def _cut(text: str, delimiter: str, progress: Progress) -> Sheet:
    reader = _reader(text, delimiter)
    lines: list[Line] = []
    same: dict[str, str] = {}  # a list of dossiers repeats its counters, procedures and days
    try:
        for number, cells in enumerate(reader, start=1):
            _bound(len(lines) if number <= _LAST_LINE else MAX_ROWS, len(cells))
            if any(cells):
                lines.append(Line(number, tuple([same.setdefault(cell, cell) for cell in map(unguarded, cells)])))
            if number % PROGRESS_EVERY == 0:
                progress("read", number)
    except csv.Error:
        return Sheet("", tuple(lines), broken_at=reader.line_num)
    return Sheet("", tuple(lines))


def _reader(text: str, delimiter: str) -> "_csv.Reader":
    return csv.reader(_lines(text), delimiter=delimiter, strict=True)


def _lines(text: str) -> Iterator[str]:
    """The text line by line, each with its ending, without a second copy of all of it."""
    ending = "\n" if "\n" in text else "\r"
    start = 0
    while start < len(text):
        end = text.find(ending, start) + 1 or len(text)
        if end - start > _MAX_LINE:
            raise Unreadable("import.file.too_much_text")
        yield text[start:end]
        start = end


def _bound(rows: int, columns: int) -> None:
    if rows >= MAX_ROWS:
        raise Unreadable("import.file.too_many_rows", most=MAX_ROWS)
    if columns > MAX_COLUMNS:
        raise Unreadable("import.file.too_wide", most=MAX_COLUMNS)
