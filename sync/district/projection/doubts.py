"""Examine closed months for what is unusual: after a release, when what belongs to the month has had time to arrive."""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sync.district.domain.release import COMPLETE_AFTER
from sync.district.measures.cover import last_of_month
from sync.district.measures.doubt.examine import examine, in_doubt, look
from sync.district.store import doubts as store
from sync.district.store.doubt_presses import counter_months
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.locks import Lock, hold
from sync.district.times import local_day

log = logging.getLogger(__name__)

MONTHS_BACK = 12
GROWTH = 0.05
"""A month is examined anew when so much of it was released since: what comes late is not exempt."""


def look_for_doubts(engine: Engine, now: datetime) -> int:
    """Examines the closed month that needs it most, if any; returns how many doubts were noted. Raises
    ``StoreUnavailable``. Reading and reckoning hold no lock; a month is examined at most once a day."""
    today = local_day(now)
    with reading(engine) as connection:
        month = _due(
            {month: store.groups_in(connection, month) for month in closed_months(today)},
            store.examinations(connection),
            today,
        )
        if month is None:
            return 0
        groups = store.groups_in(connection, month)
        looked = [look(each) for each in counter_months(connection, month)]
    found = examine(looked)
    speaking = sum(bool(each.signals) for each in found)
    examined = store.Examination(month, today, groups, speaking, 0)
    with writing(engine) as connection:
        hold(connection, Lock.PROJECTION)
        if any((each.month, each.examined_on) == (month, today) for each in store.examinations(connection)):
            return 0
        noted = store.note_examination(connection, examined, in_doubt(found))
    log.info("month %s examined: %d counters, %d doubts noted", month, speaking, noted)
    return noted


def closed_months(today: date) -> list[date]:
    """The first days of the months that may be examined, the newest first."""
    months, month = list[date](), today.replace(day=1)
    while len(months) < MONTHS_BACK:
        month = (month - timedelta(days=1)).replace(day=1)
        if today > last_of_month(month) + COMPLETE_AFTER:
            months.append(month)
    return months


def _due(groups: dict[date, int], examinations: Sequence[store.Examination], today: date) -> date | None:
    """The newest month that was never examined, or has grown since."""
    newest: dict[date, store.Examination] = {}
    for each in examinations:
        newest.setdefault(each.month, each)
    for month, n in groups.items():
        before = newest.get(month)
        if n and (before is None or (before.examined_on < today and n >= before.groups * (1 + GROWTH))):
            return month
    return None
