"""The unit tree of any day, and where something counted belongs by it. Pure.

A figure can be made by the tree of the day (``DayView``): what was counted stands where its unit stood on the day on
which it was given, so that a reorganisation moves nothing before it. Or by the tree of today (``TodayView``): what was
counted stands where today's organisation has it: at the counter's present unit, at the unit that took over from one
that has ended.

A place in a tree is told by its branch: the units from the top down to it, and the counter.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct

from kiosk.domain.reference import Counter, UnitRecord, in_force

RowT = TypeVar("RowT", UnitRecord, Counter)
Path = tuple[str, ...]
"""Ids of units from the top down."""
Branch = tuple[Path, str]
"""The path of a unit, and a counter's id; empty when none was named."""


class TreeName(StrEnum):
    """The two ways to add figures up; the value stands in the address of a page."""

    OF_THE_DAY = "day"
    OF_TODAY = "today"


class Held(Struct, Generic[RowT], frozen=True):
    """What a unit or a counter is from a day on; ``None``: for as long as there is such a one."""

    holds_from: date | None
    removed: bool
    row: RowT

    @property
    def above(self) -> str | None:
        """The unit to which it belongs."""
        return self.row.parent_id if isinstance(self.row, UnitRecord) else self.row.unit_id


class Organisation(Struct, frozen=True):
    """Every unit and counter that ever was, by id, with what it was since when, in the order in which that was told."""

    units: Mapping[str, Sequence[Held[UnitRecord]]]
    counters: Mapping[str, Sequence[Held[Counter]]]

    def bounds(self, first: date | None, last: date) -> tuple[date, ...]:
        """The days after ``first`` and up to ``last`` on which something came to stand elsewhere in the tree."""
        histories: list[Sequence[Held[Any]]] = [*self.units.values(), *self.counters.values()]
        moves = {day for history in histories for day in _moves(history)}
        return tuple(sorted(day for day in moves if (first is None or first < day) and day <= last))

    def below(self, unit_id: str, today: date) -> frozenset[str]:
        """A unit and everything below it today."""
        tree = _Tree({key: _above(held, today) for key, held in self.units.items()})
        return frozenset({unit_id} | {each for each in self.units if unit_id in tree.path(each)})

    def paths_on(self, day: date) -> Mapping[str, Path]:
        """Each unit's path on a day, from the top down to it."""
        tree = _Tree({key: _above(held, day) for key, held in self.units.items()})
        return {unit_id: tree.path(unit_id) for unit_id in self.units}

    def counters_on(self, day: date) -> Iterable[tuple[str, str]]:
        """The units and counters of the counters that were there on a day: one whose unit has ended is not."""
        for counter_id, held in self.counters.items():
            unit_id = _above(held, day)
            if (
                unit_id is not None
                and is_there(held, day)
                and (unit_id not in self.units or is_there(self.units[unit_id], day))
            ):
                yield unit_id, counter_id

    def newest_units(self) -> list[UnitRecord]:
        """Every unit as it was last told."""
        return [held[-1].row for held in self.units.values()]

    def newest_counters(self) -> list[Counter]:
        """Every counter as it was last told."""
        return [held[-1].row for held in self.counters.values()]


class Places(Struct, frozen=True):
    """Ids of units and counters under which everything was counted that belongs to a part of a tree, and perhaps more:
    a counter may have been moved."""

    units: frozenset[str]
    counters: frozenset[str]


class TreeView(Protocol):
    """Where things belong. ``eras``: the parts of a period that ``bounds`` divide, counted from 0."""

    @property
    def bounds(self) -> tuple[date, ...]: ...

    def place(self, era: int, unit_id: str, counter_id: str) -> Branch:
        """Where something belongs that was given at a unit and a counter."""

    def of_counter(self, era: int, counter_id: str) -> Branch | None:
        """Where a counter belongs; ``None`` for one nobody knows."""

    def unit(self, unit_id: str) -> UnitRecord | None:
        """A unit as it is to be named."""

    def counter(self, counter_id: str) -> Counter | None:
        """A counter as it is to be named."""

    def came_from(self, unit_id: str, counter_id: str) -> UnitRecord | None:
        """The unit to which a counter belonged that is shown in another, which took over."""

    def existing(self) -> Iterable[Branch]:
        """The units (with an empty counter) and counters that are there, whether anything was counted or not."""


class DayView:
    """The tree of the day: each part of the period by its own tree, named as at its end. What is there on ``today``
    only is in it too."""

    def __init__(self, organisation: Organisation, first: date | None, last: date, today: date) -> None:
        self._known, self._last, self._today = organisation, last, today
        self.bounds = organisation.bounds(first, last)
        ends = [*(day - timedelta(days=1) for day in self.bounds), last]
        self._trees = [_Tree({key: _above(held, end) for key, held in organisation.units.items()}) for end in ends]
        self._ends = ends

    def place(self, era: int, unit_id: str, counter_id: str) -> Branch:
        return self._trees[era].path(unit_id), counter_id

    def of_counter(self, era: int, counter_id: str) -> Branch | None:
        held = self._known.counters.get(counter_id)
        unit_id = None if held is None else _above(held, self._ends[era])
        return None if unit_id is None else self.place(era, unit_id, counter_id)

    def unit(self, unit_id: str) -> UnitRecord | None:
        held = self._known.units.get(unit_id)
        return None if held is None else on_day(held, self._last).row

    def counter(self, counter_id: str) -> Counter | None:
        held = self._known.counters.get(counter_id)
        return None if held is None else on_day(held, self._last).row

    def came_from(self, unit_id: str, counter_id: str) -> UnitRecord | None:
        return None

    def existing(self) -> Iterable[Branch]:
        last = len(self._trees) - 1
        for unit_id, held in self._known.units.items():
            if self._is_there(held):
                yield self.place(last, unit_id, "")
        for day in {self._last, self._today}:
            yield from (self.place(last, *place) for place in self._known.counters_on(day))

    def _is_there(self, held: Sequence[Held[Any]]) -> bool:
        return is_there(held, self._last) or is_there(held, self._today)


class TodayView:
    """The tree of today, through successors. A unit that has ended and named none stays where it stood at last."""

    bounds: tuple[date, ...] = ()

    def __init__(self, organisation: Organisation, today: date) -> None:
        self._known, self._today = organisation, today
        self._of_today = {unit_id: self._resolved(unit_id) for unit_id in organisation.units}
        above = {unit_id: _above(held, today) for unit_id, held in organisation.units.items()}
        self._tree = _Tree({key: self._of_today.get(parent or "", parent) for key, parent in above.items()})

    def place(self, era: int, unit_id: str, counter_id: str) -> Branch:
        held = self._known.counters.get(counter_id)
        if held is not None and is_there(held, self._today):
            unit_id = _above(held, self._today) or unit_id
        return self._tree.path(self._of_today.get(unit_id, unit_id)), counter_id

    def of_counter(self, era: int, counter_id: str) -> Branch | None:
        held = self._known.counters.get(counter_id)
        unit_id = None if held is None else _above(held, self._today)
        return None if unit_id is None else self.place(era, unit_id, counter_id)

    def unit(self, unit_id: str) -> UnitRecord | None:
        held = self._known.units.get(unit_id)
        return None if held is None else on_day(held, self._today).row

    def counter(self, counter_id: str) -> Counter | None:
        held = self._known.counters.get(counter_id)
        return None if held is None else on_day(held, self._today).row

    def came_from(self, unit_id: str, counter_id: str) -> UnitRecord | None:
        counter = self.counter(counter_id)
        return self.unit(counter.unit_id) if counter is not None and counter.unit_id != unit_id else None

    def existing(self) -> Iterable[Branch]:
        for unit_id, held in self._known.units.items():
            if is_there(held, self._today):
                yield self.place(0, unit_id, "")
        yield from (self.place(0, *place) for place in self._known.counters_on(self._today))

    def _resolved(self, unit_id: str) -> str:
        seen = {unit_id}
        while not is_there(self._known.units[unit_id], self._today):
            successor = self._known.units[unit_id][-1].row.successor_id
            if successor is None or successor in seen or successor not in self._known.units:
                break
            seen.add(successor)
            unit_id = successor
        return unit_id


def places_below(known: Organisation, view: TreeView, unit_id: str, most: int = 300) -> Places | None:
    """Where to look for what belongs to a unit and everything below it in any part of a period; ``None`` when there are
    so many places that it is quicker to look everywhere."""
    eras = range(len(view.bounds) + 1)
    units = {each for each in known.units if any(unit_id in view.place(era, each, "")[0] for era in eras)}
    counters = {
        each
        for each in known.counters
        if any((branch := view.of_counter(era, each)) is not None and unit_id in branch[0] for era in eras)
    }
    if len(units) + len(counters) > most:
        return None
    return Places(frozenset(units | {unit_id}), frozenset(counters))


def differs(organisation: Organisation, first: date | None, today: date) -> bool:
    """Whether the two trees can differ for a period that begins with ``first``: something has moved or ended since."""
    if organisation.bounds(first, today):
        return True
    return any(
        held[-1].row.successor_id is not None and not is_there(held, today) and (first is None or _lasted(held, first))
        for held in organisation.units.values()
    )


def on_day(history: Sequence[Held[RowT]], day: date) -> Held[RowT]:
    """What something was on a day, or at first when that is not known."""
    return next((each for each in reversed(history) if each.holds_from is None or each.holds_from <= day), history[0])


def is_there(history: Sequence[Held[Any]], day: date) -> bool:
    """Whether something existed on a day, by what it was then and by what is known of its end."""
    held = on_day(history, day)
    return not held.removed and in_force(held.row.valid_from, held.row.valid_to, day) and _lasted(history, day)


def _lasted(history: Sequence[Held[Any]], day: date) -> bool:
    end = history[-1].row.valid_to
    return end is None or day <= end


def _above(history: Sequence[Held[Any]], day: date) -> str | None:
    found: str | None = on_day(history, day).above
    return found


def _moves(history: Sequence[Held[Any]]) -> Iterable[date]:
    if len(history) == 1:
        return
    for day in {each.holds_from for each in history if each.holds_from is not None}:
        if _above(history, day) != _above(history, day - timedelta(days=1)):
            yield day


class _Tree:
    """The superiors of one day, and the path to each unit. A circle in the data ends where it began."""

    def __init__(self, parents: Mapping[str, str | None]) -> None:
        self._parents = parents
        self._paths: dict[str, Path] = {}

    def path(self, unit_id: str) -> Path:
        """The units from the top down to this one."""
        if unit_id not in self._paths:
            found, current = [unit_id], self._parents.get(unit_id)
            while current is not None and current in self._parents and current not in found:
                found.append(current)
                current = self._parents[current]
            self._paths[unit_id] = tuple(reversed(found))
        return self._paths[unit_id]
