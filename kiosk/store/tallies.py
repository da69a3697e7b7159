"""Counts that staff may see: the only thing about answers kept in clear on the kiosk.

The box's own counts are written in groups of at least five answers at a counter, so that watching the file singles
out nobody. For finished days the district's exact counts take their place.
"""

from collections import Counter
from datetime import date

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.store.tables import tallies

BOX, DISTRICT = "box", "district"
OVERALL = "overall"


_NEW = upsert(tallies)
_ADD = _NEW.on_conflict_do_update(
    index_elements=["source", "day", "counter_id", "question_id", "answer"], set_={"n": tallies.c.n + _NEW.excluded.n}
)


def add_group(tx: Connection, day: date, counter_id: str, question_id: str, answers: Counter[str]) -> None:
    """Adds a whole group of answers to the box's counts."""
    about = {"source": BOX, "day": day, "counter_id": counter_id, "question_id": question_id}
    tx.execute(_ADD, [about | {"answer": answer, "n": n} for answer, n in sorted(answers.items())])


def between(tx: Connection, counter_id: str, question_id: str, first: date, last: date) -> Counter[str]:
    """Answers from ``first`` to ``last``, both included; a day the district has counted is taken from it alone."""
    found = tx.execute(
        select(tallies.c.source, tallies.c.day, tallies.c.answer, tallies.c.n).where(
            tallies.c.counter_id == counter_id,
            tallies.c.question_id == question_id,
            tallies.c.day.between(first, last),
        )
    ).all()
    counted_above = {row.day for row in found if row.source == DISTRICT}
    total: Counter[str] = Counter()
    for row in found:
        if row.source == DISTRICT or row.day not in counted_above:
            total[row.answer] += row.n
    return total
