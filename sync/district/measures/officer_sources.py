"""How many ratings of a unit are bound to an officer, and from what each is known. Pure.

Counts of whole released groups, never a share: who is bound says nothing about how anybody was rated.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from sync.district.domain.attribution import OfficerNamedBy
from sync.district.domain.release import NOBODY

SOURCES = (*(str(each) for each in OfficerNamedBy), NOBODY)


class OfficerSources(Struct, frozen=True):
    """Of ``n`` released ratings from one day to another, how many by each source, in their order; ``counts`` are empty
    where there are too few to tell."""

    first: date
    last: date
    n: int
    counts: tuple[tuple[str, int], ...] = ()


def officer_sources(first: date, last: date, counted: Mapping[str, int], minimum_n: int) -> OfficerSources:
    """What was counted, if it is enough."""
    n = sum(counted.values())
    if n < minimum_n:
        return OfficerSources(first, last, n)
    return OfficerSources(first, last, n, tuple((source, counted.get(source, 0)) for source in SOURCES))


def months_until(last: date) -> tuple[tuple[date, date], tuple[date, date]]:
    """The month before the one of a day, and that one up to the day."""
    first = last.replace(day=1)
    before = first - timedelta(days=1)
    return (before.replace(day=1), before), (first, last)
