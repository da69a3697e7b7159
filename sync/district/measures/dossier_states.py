"""Dossiers by how they stand to their promised date, from what the one-stop software tells. Pure.

A dossier counts as returned on the day of its return: early before the promised day, on time on that day, late after
it. On the promised day itself a told hour decides only when both hours are known. One without a promised date counts
as neither. What is still open at the end of a period is in time or overdue by then.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from sync.district.measures.index import Counts
from sync.district.measures.intervals import Interval, manski, wilson, wilson_finite
from sync.district.measures.organisation import Branch, Path
from sync.district.measures.tree import UnitNode


class DossierState(StrEnum):
    """How a dossier stands in a period. The values stand in JSON."""

    RECEIVED = "received"
    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    RETURNED_UNDATED = "returned_undated"
    OPEN_IN_TIME = "open_in_time"
    OPEN_OVERDUE = "open_overdue"
    OPEN_UNDATED = "open_undated"


def state_of(
    due_on: date | None, due_time: str | None, returned_on: date | None, returned_time: str | None
) -> DossierState | None:
    """How one dossier was returned, hours as ``HH:MM``; ``None`` while it is not. The same as the database reckons."""
    if returned_on is None:
        return None
    if due_on is None:
        return DossierState.RETURNED_UNDATED
    if returned_on != due_on:
        return DossierState.EARLY if returned_on < due_on else DossierState.LATE
    too_late = bool(due_time and returned_time and returned_time > due_time)
    return DossierState.LATE if too_late else DossierState.ON_TIME


class DossierCounts(Struct, frozen=True):
    """How many dossiers stand in each state in a period."""

    numbers: Mapping[DossierState, int]

    def __getitem__(self, state: DossierState) -> int:
        return self.numbers.get(state, 0)

    def __add__(self, other: "DossierCounts") -> "DossierCounts":
        total = Counter(self.numbers)
        total.update(other.numbers)
        return DossierCounts(dict(total))

    @property
    def judged(self) -> int:
        """Returned dossiers that had a promised date."""
        return self[DossierState.EARLY] + self[DossierState.ON_TIME] + self[DossierState.LATE]

    @property
    def returned(self) -> int:
        """All returned dossiers."""
        return self.judged + self[DossierState.RETURNED_UNDATED]

    @property
    def still_open(self) -> int:
        """Dossiers received and not yet returned when the period ended."""
        states = (DossierState.OPEN_IN_TIME, DossierState.OPEN_OVERDUE, DossierState.OPEN_UNDATED)
        return sum(self[state] for state in states)

    @property
    def known(self) -> bool:
        """Whether a list of dossiers told of any. Without one nobody knows how many there were, and 0 is no answer."""
        return bool(self.returned or self.still_open)

    @property
    def visits(self) -> int:
        """Times somebody was served: each dossier once when it was received and once when it was returned. As often it
        can be rated, so that this is what the ratings are a part of."""
        return self[DossierState.RECEIVED] + self.returned


def at(counts: Mapping[Branch, DossierCounts], nodes: Sequence[UnitNode]) -> DossierCounts:
    """The sum over some units with everything below them."""
    there = (found for (path, _), found in counts.items() if any(node.holds(path) for node in nodes))
    return sum(there, DossierCounts({}))


def lists_are_whole(
    ratings: Mapping[Branch, Counts], dossiers: Mapping[Branch, DossierCounts], nodes: Sequence[UnitNode]
) -> bool:
    """Whether nowhere below some units more rated than are known to have come: of a unit, or of a counter with all of
    its unit's dossiers that name no counter. Else a unit that imports no dossiers, or not all, would hide behind one
    that does."""
    rated, visits = defaultdict[Path, Counter[str]](Counter), defaultdict[Path, Counter[str]](Counter)
    for (path, counter_id), counts in ratings.items():
        rated[path][counter_id] += counts.rated
    for (path, counter_id), found in dossiers.items():
        visits[path][counter_id] += found.visits
    return all(
        of_unit.total() <= visits[path].total()
        and all(n <= visits[path][counter_id] + visits[path][""] for counter_id, n in of_unit.items() if counter_id)
        for path, of_unit in rated.items()
        if any(node.holds(path) for node in nodes)
    )


class Late(Struct, frozen=True):
    """The share of late dossiers among those returned with a promised date, with Wilson's interval."""

    value: float
    interval: Interval
    late: int
    judged: int


def late_share(counts: DossierCounts) -> Late | None:
    """``None`` when nothing with a promised date was returned. Nobody's answer is in it, so that no number is too small
    to be told."""
    if not counts.judged:
        return None
    late = counts[DossierState.LATE]
    return Late(late / counts.judged, wilson(late, counts.judged), late, counts.judged)


class Coverage(Struct, frozen=True):
    """Ratings beside the visits that could have been rated, and what follows for the share of the satisfied:
    ``finite``, Wilson's interval when the population is known; ``silent``, the share if all silent had been unsatisfied
    or satisfied."""

    share: float
    visits: int
    finite: Interval | None
    silent: Interval | None


def coverage(rated: int, satisfied: int | None, of: int, visits: int) -> Coverage | None:
    """``satisfied`` of ``of`` where the share is told, else ``None``. ``None`` in all when more rated than are known to
    have come: then the list of dossiers is not whole. Ask ``lists_are_whole`` first: a sum can hide it."""
    if rated > visits or not visits:
        return None
    shown = satisfied is not None and of > 0
    return Coverage(
        share=rated / visits,
        visits=visits,
        finite=wilson_finite(satisfied or 0, of, visits) if shown else None,
        silent=manski(satisfied or 0, of, visits) if shown else None,
    )
