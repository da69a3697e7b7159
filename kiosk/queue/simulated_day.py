"""A made-up day of a ticket system, to try an adapter with: honest, with a lost hour, and told twice."""

import random
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from kiosk.clock import VIETNAM
from kiosk.queue.event import VERSION

SOURCE = "simulated"
FIRST_HOUR, HOURS = 8, 8
_SERVICES = ("A", "B", "C", "D")


class SimulatedDay(Struct, frozen=True):
    """``lost_hour``: events that happened in it never come; ``double``: everything is told twice, out of order."""

    day: date
    office: str
    tickets: int = 200
    counters: int = 4
    lost_hour: int | None = None
    double: bool = False
    seed: int = 1


def events_of(wanted: SimulatedDay) -> list[dict[str, Any]]:
    """The events as the ticket system sends them, as JSON values."""
    kept = [each for each in _in_order(wanted) if datetime.fromisoformat(each["at"]).hour != wanted.lost_hour]
    if not wanted.double:
        return kept
    again = kept + kept
    random.Random(wanted.seed).shuffle(again)  # noqa: S311 - a made-up day
    return again


def _in_order(wanted: SimulatedDay) -> list[dict[str, Any]]:
    """Everything that happened, sorted by time. The first free counter calls whoever has waited longest."""
    chance = random.Random(wanted.seed)  # noqa: S311 - a made-up day
    begin = datetime(wanted.day.year, wanted.day.month, wanted.day.day, FIRST_HOUR, tzinfo=VIETNAM)
    issued = sorted(chance.uniform(0, HOURS * 3600 - 1800) for _ in range(wanted.tickets))
    free = [0.0] * wanted.counters
    found: list[tuple[float, dict[str, Any]]] = []
    for n, second in enumerate(issued):
        service = _SERVICES[n % len(_SERVICES)]
        ticket = f"{service}{n:03}"
        at = min(range(wanted.counters), key=lambda each: free[each])
        called = max(second + 20, free[at] + 15)
        lasted, stays_away = chance.uniform(180, 900), chance.random() < 0.04
        whole = ["issued", "called", "no_show"] if stays_away else ["issued", "called", "started", "ended"]
        seconds = [second, called, called + (60 if stays_away else 25), called + 25 + lasted]
        free[at] = seconds[len(whole) - 1]
        for kind, when in zip(whole, seconds, strict=False):
            found.append((when, _event(wanted, kind, ticket, service, "" if kind == "issued" else str(at + 1))))
    return [
        {**each, "at": (begin + timedelta(seconds=round(when))).isoformat()}
        for when, each in sorted(found, key=lambda pair: pair[0])
    ]


def _event(wanted: SimulatedDay, kind: str, ticket: str, service: str, counter: str) -> dict[str, Any]:
    event = {
        "v": VERSION,
        "source": SOURCE,
        "event_id": f"{wanted.day:%m%d}-{ticket}-{kind}",
        "kind": kind,
        "office": wanted.office,
        "ticket": ticket,
        "service": service,
    }
    return event | ({"counter": counter} if counter else {})


def as_table(events: Iterable[dict[str, Any]]) -> Iterator[list[str]]:
    """Rows of a table, the header first."""
    columns = ("v", "source", "event_id", "at", "kind", "office", "counter", "ticket", "service")
    yield list(columns)
    for event in events:
        yield [str(event.get(name, "")) for name in columns]
