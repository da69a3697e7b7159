"""Read the opened body of a day's waiting and service times at counters: sums of at least ``K`` visits. Pure."""

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from kiosk.domain.released import K
from sync.district.domain.checks import UnreadableBody, is_word, moment, word

MAX_ROWS, MAX_COUNTERS = 2_000, 500
MAX_N, MAX_MINUTES = 100_000, 10_000_000
TIMED = ("waiting", "service")
REST = -1
"""The hour of what remains of a day."""


class QueueTimes(Struct, frozen=True):
    """``n`` visits at a counter took so many whole minutes together. ``hour``: local, or ``REST``."""

    counter_id: str
    service: str
    timed: str
    hour: int
    n: int
    minutes: int


class QueueTimesBody(Struct, frozen=True):
    """The sums of one local day of a unit."""

    recorded_at: datetime
    of_day: date
    unit_id: str
    rows: tuple[QueueTimes, ...]


def queue_times_from(body: dict[str, Any]) -> QueueTimesBody:
    """Checks the body. Raises ``UnreadableBody`` naming the field."""
    counters, rows = body.get("counters"), body.get("rows")
    if not isinstance(counters, list) or len(counters) > MAX_COUNTERS or not all(is_word(c, 64) for c in counters):
        raise UnreadableBody("counters: not a list of counters")
    if not isinstance(rows, list) or len(rows) > MAX_ROWS:
        raise UnreadableBody("rows: not a list of rows")
    read = [_row(row, counters) for row in rows]
    if len({(each.counter_id, each.service, each.timed, each.hour) for each in read}) < len(read):
        raise UnreadableBody("rows: one stands twice")
    return QueueTimesBody(moment(body.get("at_s")), _day(body.get("of_day")), word(body, "unit_id", 64), tuple(read))


def _row(row: object, counters: list[str]) -> QueueTimes:
    if not isinstance(row, list) or len(row) != 6:
        raise UnreadableBody("rows: not six values")
    place, service, timed, hour, n, minutes = row
    numbers = ((place, 0, len(counters) - 1), (hour, REST, 23), (n, K, MAX_N), (minutes, 0, MAX_MINUTES))
    if not all(type(value) is int and least <= value <= most for value, least, most in numbers):
        raise UnreadableBody("rows: a number out of its range")
    if (service != "" and not is_word(service, 64)) or timed not in TIMED:
        raise UnreadableBody("rows: an unknown word")
    return QueueTimes(counters[place], service, timed, hour, n, minutes)


def _day(value: object) -> date:
    if not isinstance(value, str):
        raise UnreadableBody("of_day: not a day")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise UnreadableBody("of_day: not a day") from error
