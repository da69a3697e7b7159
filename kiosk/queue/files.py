"""Read a file or message of a ticket system whole: every event of it, or the first row that is wrong. Pure.

Lines of JSON hold one event each, or one record of the settings' map; a table has a header, and is separated as the
settings say.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.queue.event import QueueEvent
from kiosk.queue.mapping import EventMap
from kiosk.queue.reading import FIELDS, Refusal, RefusedRow, event_from_line

MAX_RECORD_BYTES = 65_536
"""A record of another system's own form may be longer than an event."""
_NUMBERS, _DIGITS = ("v", "waiting"), re.compile(r"[0-9]{1,6}")


class RefusedFile(Exception):
    """Nothing of it is taken."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"row {refusal.row}: {refusal.word} {refusal.field}".strip())
        self.refusal = refusal


def events_in_lines(content: bytes, used: EventMap) -> Iterator[list[QueueEvent]]:
    """The events of each line of JSON. Raises ``RefusedFile`` at the first line that is wrong."""
    rows = content.split(b"\n")
    for row, line in enumerate(rows, 1):
        if not line.strip():
            continue
        try:
            yield used.events(_record(line)) if used.templates else [event_from_line(line)]
        except RefusedRow as refused:
            is_torn = row == len(rows) and refused.word in ("not_json", "not_utf8")
            raise RefusedFile(Refusal(row, "torn" if is_torn else refused.word, refused.field)) from refused


def events_in_table(content: bytes, used: EventMap, delimiter: str) -> Iterator[list[QueueEvent]]:
    """The events of each row of a table; row 1 is the header. Raises ``RefusedFile``."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedFile(Refusal(content[: error.start].count(b"\n") + 1, "not_utf8")) from error
    is_whole = not text or text.endswith("\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row, header = 0, list[str]()
    try:
        for cells in reader:
            row += 1
            if not header:
                header = _header(cells, used)
            elif any(cells):
                if len(cells) != len(header):
                    raise RefusedRow("columns")
                yield used.events(_as_record(dict(zip(header, cells, strict=True)), used))
    except RefusedRow as refused:
        is_torn = not is_whole and _is_at_its_end(reader)
        raise RefusedFile(Refusal(row, "torn" if is_torn else refused.word, refused.field)) from refused
    except csv.Error as error:
        raise RefusedFile(Refusal(row + 1, "columns" if is_whole else "torn")) from error


def _is_at_its_end(reader: Iterator[list[str]]) -> bool:
    """Whether nothing follows; a row whose quotes are not closed is something."""
    try:
        return next(reader, None) is None
    except csv.Error:
        return False


def _header(cells: list[str], used: EventMap) -> list[str]:
    """The names of the columns. Raises ``RefusedRow`` when one is missing that is needed."""
    header = [cell.strip() for cell in cells]
    for name in sorted(used.names()):
        if name not in header:
            raise RefusedRow("no_column", name)
    if not used.templates:
        for name in header:
            if name not in FIELDS:
                raise RefusedRow("unknown_field", name)
    return header


def _as_record(cells: Mapping[str, str], used: EventMap) -> Mapping[str, Any]:
    """A row's cells; of a table of events an empty cell is nothing, and the two numbers are numbers, as in JSON."""
    if used.templates:
        return cells
    there = {name: cell for name, cell in cells.items() if cell}
    return there | {name: int(there[name]) for name in _NUMBERS if _DIGITS.fullmatch(there.get(name, ""))}


def _record(line: bytes) -> Mapping[str, Any]:
    if len(line) > MAX_RECORD_BYTES:
        raise RefusedRow("too_long")
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RefusedRow("not_utf8") from error
    except (ValueError, RecursionError) as error:
        raise RefusedRow("not_json") from error
    if not isinstance(found, dict):
        raise RefusedRow("not_json")
    return found
