"""A day's waiting and service times as sums that point to nobody. Pure.

At each counter, for each service, an hour has a row when at least ``K`` visits fall into it; what remains of the day
has one row together when it is that many, and is left out otherwise. So any two sums differ by whole rows, and none
tells the time of a single visit.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from kiosk.clock import VIETNAM
from kiosk.domain.released import K
from kiosk.queue.visits import QueueVisit

MAX_MS = 8 * 3_600_000
"""A longer time is a lost event, not a visit."""
MINUTE_MS = 60_000


class Timed(StrEnum):
    """What was measured: from the ticket to the call, or from the start to the end."""

    WAITING = "waiting"
    SERVICE = "service"


class TimesRow(Struct, frozen=True, order=True):
    """``n`` visits took so many whole minutes together. ``hour``: that of the call, local; -1: the rest of the day."""

    counter: str
    service: str
    timed: str
    hour: int
    n: int
    minutes: int


class DayTimes(Struct, frozen=True):
    """The rows of a local day."""

    day: date
    rows: tuple[TimesRow, ...]


def times_of(visits: Iterable[QueueVisit]) -> tuple[TimesRow, ...]:
    """The rows of a day."""
    found: dict[tuple[str, str, str], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for visit in visits:
        for timed, lasted in ((Timed.WAITING, visit.waited_ms), (Timed.SERVICE, visit.served_ms)):
            if lasted is not None and lasted <= MAX_MS and visit.begun_ms is not None and visit.counter:
                found[visit.counter, visit.service, str(timed)][_hour(visit.begun_ms)].append(lasted)
    return tuple(sorted(row for key, hours in found.items() for row in _rows(key, hours)))


def _rows(key: tuple[str, str, str], hours: dict[int, list[int]]) -> list[TimesRow]:
    enough = {hour: lasted for hour, lasted in hours.items() if len(lasted) >= K}
    rest = [each for hour, lasted in hours.items() if hour not in enough for each in lasted]
    if len(rest) >= K:
        enough[-1] = rest
    return [TimesRow(*key, hour, len(lasted), round(sum(lasted) / MINUTE_MS)) for hour, lasted in enough.items()]


def _hour(at_ms: int) -> int:
    return datetime.fromtimestamp(at_ms / 1000, VIETNAM).hour
