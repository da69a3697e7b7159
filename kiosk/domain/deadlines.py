"""Deadlines in working days. The rules are data: ``config/schemes/complaint-deadlines.toml``. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from msgspec import Struct

from kiosk.domain.calendar import SATURDAY, Holidays
from kiosk.domain.reference import in_force

SHIPPED = "complaint-deadlines.toml"
STEPS = ("take", "pass_on", "answer", "publish")
WAIT = "wait"
"""How long waiting for the citizen stops the clock at most; a table of an older release has none, and it never ends."""

EXTEND = "extend"
"""By how much the answer's date may be moved once; a table without it knows no extension."""


QUESTION = "question"
"""By when a citizen's question about a procedure is answered; a table without it knows no such time, and a question is
answered like any other matter."""

_OPTIONAL = (WAIT, EXTEND, QUESTION)


class Scheme(Struct, frozen=True):
    """One set of deadlines: working days for each step."""

    name: str
    working_days: dict[str, int]
    valid_from: date | None = None
    valid_to: date | None = None


def schemes_from(content: Mapping[str, Any]) -> tuple[Scheme, ...]:
    """Reads a parsed file. Raises ``ValueError``, ``KeyError``, ``TypeError`` or ``AttributeError`` where it is no
    table of deadlines."""
    return tuple(_scheme(row) for row in content["scheme"])


def scheme_of(schemes: Sequence[Scheme], day: date) -> Scheme | None:
    """The one in force on a day; of several the one that came into force last."""
    usable = [each for each in schemes if in_force(each.valid_from, each.valid_to, day)]
    return max(usable, key=lambda each: each.valid_from or date.min, default=None)


def is_working_day(day: date, holidays: Holidays) -> bool:
    """Monday to Friday but holidays, and days worked in exchange."""
    return holidays.stands_in_for(day) is not None or (day.isoweekday() < SATURDAY and not holidays.is_off(day))


def working_days_after(start: date, days: int, holidays: Holidays) -> date:
    """The last of so many working days; ``start`` itself does not count (Bộ luật Dân sự 2015 Điều 147 khoản 2)."""
    day = start
    while days > 0:
        day += timedelta(days=1)
        days -= is_working_day(day, holidays)
    return day


def _scheme(row: Mapping[str, Any]) -> Scheme:
    table, first, last = row["working_days"], row.get("valid_from"), row.get("valid_to")
    strange = (row.keys() - {"name", "working_days", "valid_from", "valid_to"}) | (table.keys() - {*STEPS, *_OPTIONAL})
    if strange:
        raise ValueError(f"nothing is called {', '.join(sorted(strange))}")
    if not all(day is None or type(day) is date for day in (first, last)) or (first and last and last < first):
        raise ValueError("valid_from and valid_to are days such as 2027-01-31, the first before the last")
    days = {step: table[step] for step in (*STEPS, *(step for step in _OPTIONAL if step in table))}
    if not all(type(n) is int and 1 <= n <= 250 for n in days.values()):
        raise ValueError("working_days: whole numbers from 1 to 250")
    return Scheme(str(row["name"]), days, first, last)
