"""Read rows straight off the pages of an SQLite database and its write-ahead log, without following the b-tree.

SQLite finds a table's rows from its root page down; when that page is spoiled, every row beneath it is out of reach,
though its own page is whole. Here every page is looked at for itself (https://sqlite.org/fileformat2.html, sections
1.6 and 2.1). What comes out may be noise that looks like a row: the caller has to know its rows.
"""

import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from kiosk.box.recovery.sqlite_wal import PAGE, Log

LEAF_OF_A_TABLE = 13
MAX_ROW = 1 << 20
MAX_LOCAL, MIN_LOCAL = PAGE - 35, (PAGE - 12) * 32 // 255 - 23

Value = int | str | bytes | None


class Row(NamedTuple):
    """What looks like a row of any table. ``sure`` is false for the end of a log that SQLite would not read."""

    number: int
    values: tuple[Value, ...]
    sure: bool


class _NotARow(Exception):
    """These bytes are no row."""


class Pages:
    """The pages of a file, those of its log over them."""

    def __init__(self, file: Path, log: Log) -> None:
        self._path, self._log = file, log
        self._newest = dict(log.committed)

    def rows(self) -> Iterator[Row]:
        """Whatever looks like a row: first as the file has it, then as the log has it, so that of two versions the
        later one is the newer. Raises ``OSError`` when there is no such file."""
        self._file = os.open(self._path, os.O_RDONLY)
        try:
            for number in range(1, os.fstat(self._file).st_size // PAGE + 1):
                yield from self._rows_of(number, self._from_file(number), sure=True)
            for frames, sure in ((self._log.committed, True), (self._log.doubtful, False)):
                for number, page in frames:
                    yield from self._rows_of(number, page, sure=sure)
        finally:
            os.close(self._file)

    def _from_file(self, number: int) -> bytes:
        try:
            return os.pread(self._file, PAGE, (number - 1) * PAGE).ljust(PAGE, b"\0")
        except OSError:  # the disk will not give this one
            return bytes(PAGE)

    def _rows_of(self, number: int, page: bytes, *, sure: bool) -> Iterator[Row]:
        at = 100 if number == 1 else 0
        if page[at] != LEAF_OF_A_TABLE:
            return
        (count,) = struct.unpack_from(">H", page, at + 3)
        for place in range(at + 8, min(at + 8 + 2 * count, PAGE - 1), 2):
            with suppress(_NotARow, IndexError, struct.error, UnicodeDecodeError):
                yield Row(*self._cell(page, *struct.unpack_from(">H", page, place)), sure)

    def _cell(self, page: bytes, at: int) -> tuple[int, tuple[Value, ...]]:
        size, at = _varint(page, at)
        number, at = _varint(page, at)
        if not 0 < size <= MAX_ROW:
            raise _NotARow
        if size <= MAX_LOCAL:
            return number, _values(page[at : at + size], size)
        here = MIN_LOCAL + (size - MIN_LOCAL) % (PAGE - 4)
        here = here if here <= MAX_LOCAL else MIN_LOCAL
        (following,) = struct.unpack_from(">I", page, at + here)
        return number, _values(page[at : at + here] + self._overflow(following, size - here), size)

    def _overflow(self, number: int, size: int) -> bytes:
        parts = []
        for _ in range(-(-size // (PAGE - 4))):
            page = self._newest.get(number) or self._from_file(number)
            parts.append(page[4:])
            (number,) = struct.unpack_from(">I", page)
        return b"".join(parts)[:size]


def _values(payload: bytes, size: int) -> tuple[Value, ...]:
    if len(payload) != size:
        raise _NotARow
    header, at = _varint(payload, 0)
    kinds = []
    while at < header:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    if at != size:
        raise _NotARow
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[Value, int]:
    if kind >= 12:
        end = at + (kind - 12) // 2
        content = payload[at:end]
        return (content.decode() if kind % 2 else content), end
    if kind == 0:
        return None, at
    if kind in (8, 9):
        return kind - 8, at
    length = (0, 1, 2, 3, 4, 6, 8)[kind]  # 7 is a float: no column of ours
    return int.from_bytes(payload[at : at + length], "big", signed=True), at + length


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for taken in range(8):
        value = value << 7 | data[at + taken] & 0x7F
        if data[at + taken] < 0x80:
            return value, at + taken + 1
    raise _NotARow  # nine bytes: no number of ours is as large
