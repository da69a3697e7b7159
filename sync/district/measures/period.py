"""Periods a figure can cover: local calendar days in Việt Nam."""

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct


class PeriodName(StrEnum):
    """The choices on the first page; the value stands in its address."""

    TODAY = "today"
    WEEK = "7-days"
    MONTH = "month"
    QUARTER = "quarter"
    ALL = "all"


class Period(Struct, frozen=True):
    """From ``first`` to ``last``, both included; ``first`` is ``None`` when there is no beginning."""

    name: PeriodName
    first: date | None
    last: date


def period(name: PeriodName, today: date) -> Period:
    """The period that ends today."""
    match name:
        case PeriodName.TODAY:
            first: date | None = today
        case PeriodName.WEEK:
            first = today - timedelta(days=6)
        case PeriodName.MONTH:
            first = today.replace(day=1)
        case PeriodName.QUARTER:
            first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
        case PeriodName.ALL:
            first = None
    return Period(name, first, today)
