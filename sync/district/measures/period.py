"""Periods a figure can cover: local calendar days in Việt Nam."""

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct


class PeriodName(StrEnum):
    """The choices on the first page; the value stands in its address. Each ends with the last day that is released."""

    DAY = "day"
    WEEK = "7-days"
    MONTH = "month"
    QUARTER = "quarter"
    ALL = "all"


class Period(Struct, frozen=True):
    """From ``first`` to ``last``, both included; ``first`` is ``None`` when there is no beginning."""

    name: PeriodName
    first: date | None
    last: date


def period_name(text: str) -> PeriodName:
    """A period by what stands in an address. Raises ``ValueError``. Links made before figures were released by the day
    ask for ``today``."""
    return PeriodName.DAY if text == "today" else PeriodName(text)


def period(name: PeriodName, last: date) -> Period:
    """The period that ends with ``last``."""
    match name:
        case PeriodName.DAY:
            first: date | None = last
        case PeriodName.WEEK:
            first = last - timedelta(days=6)
        case PeriodName.MONTH:
            first = last.replace(day=1)
        case PeriodName.QUARTER:
            first = date(last.year, 3 * ((last.month - 1) // 3) + 1, 1)
        case PeriodName.ALL:
            first = None
    return Period(name, first, last)
