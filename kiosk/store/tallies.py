"""Counts that staff may see: the only thing about answers kept in clear on the kiosk.

They are the district's alone, of released groups (``kiosk.domain.released``). A box that counted by itself would form
other groups of the same ratings, and the difference between the two would be single ratings.
"""

from collections import Counter
from datetime import date

from sqlalchemy import Connection, func, select

from kiosk.store.tables import tallies

DISTRICT = "district"
OVERALL = "overall"


def newest_day(tx: Connection, last: date) -> date | None:
    """The newest day up to ``last`` of which the district has told anything, at any counter."""
    day = select(func.max(tallies.c.day)).where(tallies.c.source == DISTRICT, tallies.c.day <= last)
    found: date | None = tx.execute(day).scalar()
    return found


def between(tx: Connection, counter_id: str, question_id: str, first: date, last: date) -> Counter[str]:
    """Answers from ``first`` to ``last``, both included."""
    found = tx.execute(
        select(tallies.c.answer, tallies.c.n).where(
            tallies.c.source == DISTRICT,
            tallies.c.counter_id == counter_id,
            tallies.c.question_id == question_id,
            tallies.c.day.between(first, last),
        )
    )
    total: Counter[str] = Counter()
    for answer, n in found:
        total[answer] += n
    return total
