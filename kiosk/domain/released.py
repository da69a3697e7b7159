"""Decide which figures may be seen: those of closed groups, once a day is over. Pure.

A single press must be found by nobody, whatever they look at and however often. So ratings wait until a group of them
is large enough, the group is released as a whole at the end of the day, and from then on never changes. Whatever is
shown (a unit, a period, a reason) is a sum of released groups, so that any two figures differ by whole groups.

A group is large enough when its ratings are bound to at least ``K`` different dossiers: nine presses of one's own on
one dossier do not give away the tenth. Ratings without a dossier (a counter was chosen by touch) could all be one
person's, so those of one day count as one: such a group needs ``K`` different days.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from msgspec import Struct

K = 5


class Waiting(Struct, frozen=True):
    """Something said that is not released yet. ``member`` names it; ``day`` is the local day it counts for, ``None``
    when nobody knows the day."""

    member: str
    dossier: str | None
    day: date | None


class Group(Struct, frozen=True):
    """What is released together. ``day``: the day on which all of it counts, the latest of its members'."""

    members: tuple[str, ...]
    day: date | None


def is_large_enough(members: Iterable[Waiting], least: int = 0) -> bool:
    """Whether these may be told together. ``least``: of how many dossiers, or days; never fewer than ``K``."""
    known, least = list(members), max(least, K)
    dossiers = {each.dossier for each in known if each.dossier is not None}
    days_without = {each.day for each in known if each.dossier is None}
    return len(dossiers) >= least or len(days_without) >= least


def close(waiting: Iterable[Waiting], is_enough: Callable[[Sequence[Waiting]], bool] = is_large_enough) -> list[Group]:
    """The groups that can be closed of what waits at one place; what is in none of them goes on waiting. ``is_enough``
    decides whether some may be told together; it asks no less than ``is_large_enough``.

    Day by day, each group as small in days as it can be: a busy counter has a group for every day, a quiet one waits
    for the day on which enough have come together. What has no known day is grouped apart.
    """
    known = list(waiting)
    groups, forming = [], list[Waiting]()
    for day in sorted({each.day for each in known if each.day is not None}):
        forming += [each for each in known if each.day == day]
        if is_enough(forming):
            groups.append(_group(forming, day))
            forming = []
    undated = [each for each in known if each.day is None]
    return groups + ([_group(undated, None)] if is_enough(undated) else [])


def _group(members: Sequence[Waiting], day: date | None) -> Group:
    return Group(tuple(each.member for each in members), day)


def last_day_of(release: date) -> date:
    """The last day that a release tells about. It is made when a local day has begun and tells what came before it."""
    return release - timedelta(days=1)
