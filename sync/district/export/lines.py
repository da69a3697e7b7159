"""Rows as lines of CSV (RFC 4180, UTF-8) or JSON Lines. Pure.

In CSV no spreadsheet runs a text as a formula (``guarded``); numbers stay as they are.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sync.district.domain.spreadsheet import guarded
from sync.district.times import rfc3339


class Format(StrEnum):
    """The formats; the value is the end of the file's name."""

    CSV = "csv"
    JSON_LINES = "jsonl"


def lines(form: Format, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The file, line by line. Values are text, numbers, booleans, dates, moments, lists and objects, or ``None``."""
    yield from {Format.CSV: _csv, Format.JSON_LINES: _json_lines}[form](columns, rows)


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for cells in _cells(columns, rows):
        writer.writerow(cells)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _cells(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    yield columns
    for row in rows:
        yield [_cell(row[name]) for name in columns]


def _cell(value: Any) -> str:
    plain = _plain(value)
    match plain:
        case None:
            return ""
        case bool():
            return "true" if plain else "false"
        case int():
            return str(plain)
        case str():
            return guarded(plain)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)


def _json_lines(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        yield json.dumps({name: _plain(row[name]) for name in columns}, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    readers: dict[type, Callable[[Any], Any]] = {
        datetime: rfc3339,
        date: date.isoformat,
        bytes: bytes.hex,
    }
    return readers[type(value)](value) if type(value) in readers else value
