"""What somebody is told who sits at a counter: what was read is cut down to their own counters before anything is added
up, so that no figure of a page can hold a colleague's. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from kiosk.domain.reference import Counter, UnitRecord
from sync.district.measures.organisation import Branch, TreeView
from sync.district.measures.tree import CounterNode, UnitNode
from sync.district.web.counted import Counted

What = TypeVar("What")


class OwnCountersView:
    """A tree in which some counters alone are, and the units above them."""

    def __init__(self, whole: TreeView, counters: frozenset[str]) -> None:
        self._whole, self._counters = whole, counters

    @property
    def bounds(self) -> tuple[date, ...]:
        return self._whole.bounds

    def place(self, era: int, unit_id: str, counter_id: str) -> Branch:
        return self._whole.place(era, unit_id, counter_id)

    def of_counter(self, era: int, counter_id: str) -> Branch | None:
        return self._whole.of_counter(era, counter_id)

    def unit(self, unit_id: str) -> UnitRecord | None:
        return self._whole.unit(unit_id)

    def counter(self, counter_id: str) -> Counter | None:
        return self._whole.counter(counter_id)

    def came_from(self, unit_id: str, counter_id: str) -> UnitRecord | None:
        return self._whole.came_from(unit_id, counter_id)

    def existing(self) -> Iterable[Branch]:
        return at_counters(dict.fromkeys(self._whole.existing()), self._counters)


def at_counters(found: Mapping[Branch, What], counters: frozenset[str]) -> dict[Branch, What]:
    """What belongs to some counters."""
    return {branch: each for branch, each in found.items() if branch[1] in counters}


def counted_at(found: Counted, counters: frozenset[str]) -> Counted:
    """What was counted at some counters, in a tree of them alone."""
    return replace(
        found,
        view=OwnCountersView(found.view, counters),
        counts=at_counters(found.counts, counters),
        dossiers=at_counters(found.dossiers, counters),
    )


def counters_below(nodes: Sequence[UnitNode]) -> list[tuple[str, CounterNode]]:
    """Every counter of some units and of those below them, with its unit."""
    found = [(node.unit_id, counter) for node in nodes for counter in node.counters]
    return found + [each for node in nodes for each in counters_below(node.units)]
