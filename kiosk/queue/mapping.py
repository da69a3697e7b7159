"""Make events of a ticket system's own records by the templates of the settings. Pure.

A record is a row of a table, the groups of a serial line, or a JSON object. Where it lists things that happened one
after the other, ``each`` names the list (``service_reqs.periods``), and each thing in it is a record of its own that
still knows what stands around it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kiosk.clock import VIETNAM
from kiosk.domain.queue_map import PLACE, EventTemplate
from kiosk.queue.event import VERSION, QueueEvent
from kiosk.queue.reading import RefusedRow, event_from

MAX_RECORDS = 1_000
"""So many things may one JSON object list."""
NOW = "{now}"
"""The moment at which a record came (``kiosk.queue.sources.serial_source``)."""
_DIGITS = re.compile(r"[0-9]{1,6}")


class EventMap(Struct, frozen=True):
    """The part of the settings that says how records become events. Without templates a record is an event itself.
    ``kinds``: what the ticket system calls a kind, and the kind. ``time_format``: empty for ISO 8601, ``unix`` or
    ``unix_ms`` for seconds or milliseconds since 1970, else as ``strptime`` takes it. A time without an offset is one
    of Viet Nam."""

    templates: tuple[EventTemplate, ...] = ()
    each: str = ""
    kinds: dict[str, str] = {}
    time_format: str = ""

    def events(self, record: Mapping[str, Any]) -> list[QueueEvent]:
        """All events that a record tells; some tell none. Raises ``RefusedRow``."""
        if not self.templates:
            return [event_from(record)]
        found = []
        for one in spread(record, self.each.split(".") if self.each else []):
            found += [event for template in self.templates for event in self._made(template, one)]
        return found

    def names(self) -> frozenset[str]:
        """Every column or group that the templates name."""
        texts = [text for template in self.templates for text in template.fields.values()]
        named = {name for text in texts for name in PLACE.findall(text)}
        return frozenset(named | {name for template in self.templates for name in template.when})

    def _made(self, template: EventTemplate, record: Mapping[str, Any]) -> Iterator[QueueEvent]:
        if any(value_at(record, name) not in words for name, words in template.when.items()):
            return
        given = {name: filled(text, record) for name, text in template.fields.items()}
        if not given["at"]:
            return  # it has not happened yet
        kind = self.kinds.get(given["kind"], given["kind"])
        content: dict[str, Any] = {**given, "v": VERSION, "kind": kind, "at": self._moment(given["at"])}
        if given.get("waiting"):
            content["waiting"] = int(given["waiting"]) if _DIGITS.fullmatch(given["waiting"]) else -1
        event = event_from(content)
        yield replace(event, on_arrival=True) if NOW in template.fields["at"] else event

    def _moment(self, value: str) -> str:
        """The time as an event has it. Raises ``RefusedRow``."""
        try:
            if self.time_format in ("unix", "unix_ms"):
                seconds = float(value) / (1000 if self.time_format == "unix_ms" else 1)
                return datetime.fromtimestamp(seconds, UTC).isoformat()
            at = datetime.strptime(value, self.time_format) if self.time_format else datetime.fromisoformat(value)  # noqa: DTZ007
        except (ValueError, OverflowError, OSError) as error:
            raise RefusedRow("not_a_time", "at") from error
        return (at if at.tzinfo else at.replace(tzinfo=VIETNAM)).isoformat()


def filled(text: str, record: Mapping[str, Any]) -> str:
    """A template's text with its places filled in; empty when it is a single place and there is nothing."""
    return PLACE.sub(lambda place: value_at(record, place.group(1)), text).strip()


def value_at(record: Mapping[str, Any], name: str) -> str:
    """The value of a column or path as text; empty where there is none. A list or an object is no value."""
    found: Any = record
    if name in record:
        found = record[name]
    else:
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if found is None or isinstance(found, Mapping | list):
        return ""
    return str(found).lower() if isinstance(found, bool) else str(found).strip()


def spread(record: Mapping[str, Any], path: list[str]) -> Iterator[Mapping[str, Any]]:
    """The record once for each thing in the lists along a path, which stands in the list's place. Raises
    ``RefusedRow`` where there are too many."""
    for number, one in enumerate(_spread(record, path), 1):
        if number > MAX_RECORDS:
            raise RefusedRow("too_long")
        yield one


def _spread(record: Mapping[str, Any], path: list[str]) -> Iterator[Mapping[str, Any]]:
    if not path:
        yield record
        return
    first, *rest = path
    inner = record.get(first)
    for item in inner if isinstance(inner, list) else [inner]:
        if isinstance(item, Mapping):
            for deeper in _spread(item, rest):
                yield {**record, first: deeper}
