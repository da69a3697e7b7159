"""Events of a ticket system for tests. A test names only what it is about."""

from datetime import datetime
from typing import Any

from kiosk.clock import VIETNAM
from kiosk.queue.event import QueueEvent, QueueKind

OFFICE = "H32.13"
MINUTE = 60_000
DAY = "2026-12-01"


def at(clock: str) -> int:
    """Milliseconds since 1970 UTC of a time such as 08:15 or 08:15:30 on the day of these tests, in Viet Nam."""
    return round(datetime.fromisoformat(f"{DAY}T{clock}").replace(tzinfo=VIETNAM).timestamp() * 1000)


def happened(clock: str, kind: str, ticket: str = "", counter: str = "", **more: Any) -> QueueEvent:
    """An event; its number is made of what it says."""
    given = {"source": "box", "office": OFFICE, "event_id": f"{ticket or more.get('line')}-{kind}-{clock}"} | more
    return QueueEvent(at_ms=at(clock), kind=QueueKind(kind), ticket=ticket, counter=counter, **given)


def fields(**values: Any) -> dict[str, Any]:
    """The fields of an event as a ticket system sends them."""
    return {
        "v": 1,
        "source": "box",
        "event_id": "e1",
        "at": f"{DAY}T08:15:00+07:00",
        "kind": "called",
        "office": OFFICE,
        "counter": "q1",
        "ticket": "A001",
    } | values
