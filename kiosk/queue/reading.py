"""Read events strictly: one JSON line, or one row of a table with named columns. Pure.

Whatever is wrong is refused with a word of ``assets/texts/queue``, which says why in the reader's language, and with
the number of its row. The values that were refused are not repeated: a ticket number belongs in no log.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn

from msgspec import Struct

from kiosk.queue.event import AT_A_COUNTER, MAX_LINE_BYTES, MAX_WAITING, MAX_WORD, VERSION, QueueEvent, QueueKind

EARLIEST, LATEST = 2020, 2099
"""Years in which an event can have happened."""
_REQUIRED = ("v", "source", "event_id", "at", "kind", "office")
_OPTIONAL = ("counter", "ticket", "service", "staff", "dossier", "line", "waiting")
FIELDS = (*_REQUIRED, *_OPTIONAL)


class RefusedRow(Exception):
    """An event that cannot be read. ``word`` names its sentence in ``assets/texts/queue``, under ``refused``;
    ``field`` is the field it is about, where there is one."""

    def __init__(self, word: str, field: str = "") -> None:
        super().__init__(f"{word} {field}".strip())
        self.word, self.field = word, field


class Refusal(Struct, frozen=True):
    """The first row (from 1) of a file or message that was refused, and why."""

    row: int
    word: str
    field: str = ""


def event_from_line(line: bytes) -> QueueEvent:
    """One JSON object, without the end of the line. Raises ``RefusedRow``."""
    if len(line) > MAX_LINE_BYTES:
        raise RefusedRow("too_long")
    try:
        content = json.loads(line.decode("utf-8"), object_pairs_hook=_each_once)
    except UnicodeDecodeError as error:
        raise RefusedRow("not_utf8") from error
    except (ValueError, RecursionError) as error:
        raise RefusedRow("not_json") from error
    if not isinstance(content, dict):
        raise RefusedRow("not_json")
    return event_from(content)


def event_from(content: Mapping[str, Any]) -> QueueEvent:
    """An event from its fields, as JSON has them. A field that may be missing may be ``null`` or empty too. Raises
    ``RefusedRow``."""
    for name in content:
        if name not in FIELDS:
            raise RefusedRow("unknown_field", name if name.isidentifier() and len(name) <= MAX_WORD else "")
    if content.get("v") != VERSION or type(content.get("v")) is not int:
        raise RefusedRow("version", "v")
    kind = _kind(content.get("kind"))
    event = QueueEvent(
        source=_word(content, "source", required=True),
        event_id=_word(content, "event_id", required=True),
        at_ms=moment_ms(content.get("at")),
        kind=kind,
        office=_word(content, "office", required=True),
        counter=_word(content, "counter", required=kind in AT_A_COUNTER),
        ticket=_word(content, "ticket", required=kind is not QueueKind.LINE_STATE),
        service=_word(content, "service"),
        dossier=_word(content, "dossier"),
        line=_word(content, "line", required=kind is QueueKind.LINE_STATE),
        waiting=_waiting(content.get("waiting"), required=kind is QueueKind.LINE_STATE),
    )
    _word(content, "staff")  # read like every other field, and kept nowhere: nobody here needs it
    return event


def moment_ms(value: object) -> int:
    """An RFC 3339 time with its offset as milliseconds since 1970 UTC. Raises ``RefusedRow``."""
    if not isinstance(value, str) or not value:
        _refuse_missing("at", value)
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise RefusedRow("not_a_time", "at") from error
    if at.tzinfo is None:
        raise RefusedRow("no_offset", "at")
    if not EARLIEST <= at.year <= LATEST:
        raise RefusedRow("impossible_year", "at")
    return round(at.timestamp() * 1000)


def _kind(value: object) -> QueueKind:
    if not isinstance(value, str) or not value:
        _refuse_missing("kind", value)
    if value not in list(QueueKind):
        raise RefusedRow("unknown_kind", "kind")
    return QueueKind(value)


def _word(content: Mapping[str, Any], name: str, *, required: bool = False) -> str:
    value = content.get(name)
    if value is None or value == "":
        if required:
            raise RefusedRow("missing", name)
        return ""
    if not isinstance(value, str):
        raise RefusedRow("not_text", name)
    if len(value) > MAX_WORD:
        raise RefusedRow("too_long_word", name)
    if not value.isprintable() or value != value.strip():
        raise RefusedRow("odd_letters", name)
    return value


def _waiting(value: object, *, required: bool) -> int | None:
    if value in (None, "") and not required:
        return None
    if type(value) is not int:
        _refuse_missing("waiting", value, otherwise="not_a_count")
    if not 0 <= value <= MAX_WAITING:
        raise RefusedRow("not_a_count", "waiting")
    return value


def _refuse_missing(name: str, value: object, otherwise: str = "not_text") -> NoReturn:
    raise RefusedRow("missing" if value is None or value == "" else otherwise, name)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuses an object that names a field twice: two readers would take two different values."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a field stands twice")
    return found
