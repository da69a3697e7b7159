"""Sum counts along the unit tree: each unit holds its own counters and everything below it. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from kiosk.domain.reference import Counter, Unit
from sync.district.measures.index import NOTHING, Counts


class CounterNode(Struct, frozen=True):
    """A counter with its counts. ``counter_id`` is empty for answers and dossiers that name none."""

    counter_id: str
    name: str
    counts: Counts


class UnitNode(Struct, frozen=True):
    """A unit with everything below it; ``counts`` is the sum."""

    unit_id: str
    name: str
    level: str
    units: tuple["UnitNode", ...]
    counters: tuple[CounterNode, ...]
    counts: Counts

    def find(self, unit_id: str) -> "UnitNode | None":
        """This unit or one below it."""
        if self.unit_id == unit_id:
            return self
        return next((found for below in self.units if (found := below.find(unit_id))), None)

    def of_groups(self, least: int) -> Counts:
        """The sum over counters with at least ``least`` ratings. A smaller counter is left out, so that nobody finds
        its answers by subtracting the counters that are shown from the unit's figure."""
        groups = (node.counts for node in self.counters if node.counts.rated >= least)
        return sum((*groups, *(below.of_groups(least) for below in self.units)), NOTHING)

    def ids(self) -> frozenset[str]:
        """The ids of this unit and of all below it."""
        return frozenset({self.unit_id}.union(*(below.ids() for below in self.units)))


Place = tuple[str, str]
"""A unit's id and a counter's id; the second is empty when none was named."""


def unit_trees(units: Sequence[Unit], counters: Sequence[Counter], counts: Mapping[Place, Counts]) -> list[UnitNode]:
    """The trees from their roots. A unit whose superior is not known is a root; a place whose unit is not known is a
    root of its own, so that nothing counted is ever left out."""
    known = {unit.unit_id for unit in units}
    strangers = sorted({unit_id for unit_id, _ in counts} - known)
    everyone = [*units, *(Unit(unit_id, unit_id, "") for unit_id in strangers)]
    below: dict[str | None, list[Unit]] = defaultdict(list)
    for unit in sorted(everyone, key=lambda unit: unit.unit_id):
        below[unit.parent_id if unit.parent_id in known else None].append(unit)
    stands = _stands(counters, counts)
    return [_node(unit, below, stands, counts) for unit in below[None]]


def _stands(counters: Iterable[Counter], counts: Mapping[Place, Counts]) -> dict[str, list[tuple[str, str]]]:
    """The counters of each unit: those it has, then those it had when someone answered there."""
    stands: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for counter in sorted(counters, key=lambda counter: counter.counter_id):
        stands[counter.unit_id].append((counter.counter_id, counter.name))
    names = {counter.counter_id: counter.name for counter in counters}
    for unit_id, counter_id in sorted(counts):
        if counter_id not in {present for present, _ in stands[unit_id]}:
            stands[unit_id].append((counter_id, names.get(counter_id, counter_id)))
    return stands


def _node(
    unit: Unit,
    below: Mapping[str | None, list[Unit]],
    stands: Mapping[str, list[tuple[str, str]]],
    counts: Mapping[Place, Counts],
) -> UnitNode:
    units = tuple(_node(member, below, stands, counts) for member in below.get(unit.unit_id, ()))
    own = tuple(
        CounterNode(counter_id, name, counts.get((unit.unit_id, counter_id), NOTHING))
        for counter_id, name in stands.get(unit.unit_id, ())
    )
    total = sum((*(node.counts for node in units), *(node.counts for node in own)), NOTHING)
    return UnitNode(unit.unit_id, unit.name, unit.level, units, own, total)
