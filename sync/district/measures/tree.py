"""Sum counts along the unit tree: each unit holds its own counters and everything below it. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from sync.district.measures.index import NOTHING, Counts
from sync.district.measures.organisation import Branch, Path, TreeView


class CounterNode(Struct, frozen=True):
    """A counter with its counts. ``counter_id`` is empty for answers and dossiers that name none. ``former``: the unit
    it belonged to, when it is shown in another that took over."""

    counter_id: str
    name: str
    counts: Counts
    former: str = ""


class UnitNode(Struct, frozen=True):
    """A unit with everything below it; ``counts`` is the sum. ``paths``: where it stands in the tree, more than once
    when it was moved. ``last_day``: on which it was there for the last time, if that is told."""

    unit_id: str
    name: str
    level: str
    units: tuple["UnitNode", ...]
    counters: tuple[CounterNode, ...]
    counts: Counts
    paths: tuple[Path, ...]
    last_day: date | None = None

    def of_groups(self, least: int) -> Counts:
        """The sum over counters with at least ``least`` ratings. A smaller counter is left out, so that nobody finds
        its answers by subtracting the counters that are shown from the unit's figure."""
        groups = (node.counts for node in self.counters if node.counts.rated >= least)
        return sum((*groups, *(below.of_groups(least) for below in self.units)), NOTHING)

    def holds(self, path: Path) -> bool:
        """Whether a unit with this path is this one or below it."""
        return any(path[: len(own)] == own for own in self.paths)


def unit_trees(view: TreeView, counts: Mapping[Branch, Counts], *, also_empty: bool = True) -> list[UnitNode]:
    """The trees from their roots: what stands there (``also_empty``), and every branch on which something was counted.
    A unit nobody knows is a root of its own, so that nothing counted is ever left out."""
    counters: dict[Path, list[str]] = defaultdict(list)
    for path, counter_id in sorted(set(view.existing())) if also_empty else ():
        counters[path] += [counter_id] if counter_id else []
    for path, counter_id in sorted(counts):
        counters[path] += [counter_id] if counter_id not in counters[path] else []
    below: dict[Path, set[Path]] = defaultdict(set)
    for path in list(counters):
        for length in range(len(path)):
            below[path[:length]].add(path[: length + 1])
    return [_node(path, below, counters, counts, view) for path in sorted(below[()])]


def find(nodes: Sequence[UnitNode], unit_id: str) -> UnitNode | None:
    """The unit with this id, wherever it stands in these trees; together when it stands in several places."""
    found = [node for top in nodes for node in _all(top, unit_id)]
    return _together(found) if found else None


def _all(node: UnitNode, unit_id: str) -> Iterable[UnitNode]:
    if node.unit_id == unit_id:
        yield node
        return
    for below in node.units:
        yield from _all(below, unit_id)


def _together(nodes: Sequence[UnitNode]) -> UnitNode:
    """One unit that stands in several places, as one."""
    if len(nodes) == 1:
        return nodes[0]
    units, counters = defaultdict[str, list[UnitNode]](list), defaultdict[str, list[CounterNode]](list)
    for node in nodes:
        for below in node.units:
            units[below.unit_id].append(below)
        for counter in node.counters:
            counters[counter.counter_id].append(counter)
    return replace(
        nodes[-1],
        units=tuple(_together(units[unit_id]) for unit_id in sorted(units)),
        counters=tuple(replace(same[0], counts=_sum(same)) for same in counters.values()),
        counts=_sum(nodes),
        paths=tuple(path for node in nodes for path in node.paths),
    )


def _sum(nodes: Iterable[UnitNode] | Iterable[CounterNode]) -> Counts:
    return sum((node.counts for node in nodes), NOTHING)


def _node(
    path: Path,
    below: Mapping[Path, set[Path]],
    counters: Mapping[Path, Sequence[str]],
    counts: Mapping[Branch, Counts],
    view: TreeView,
) -> UnitNode:
    unit = view.unit(path[-1])
    units = tuple(_node(longer, below, counters, counts, view) for longer in sorted(below.get(path, ())))
    own = tuple(
        _counter(counter_id, path[-1], counts.get((path, counter_id), NOTHING), view)
        for counter_id in counters.get(path, ())
    )
    return UnitNode(
        path[-1],
        unit.name if unit else path[-1],
        unit.level if unit else "",
        units,
        own,
        _sum(units) + _sum(own),
        (path,),
        unit.valid_to if unit else None,
    )


def _counter(counter_id: str, unit_id: str, counts: Counts, view: TreeView) -> CounterNode:
    counter, former = view.counter(counter_id), view.came_from(unit_id, counter_id)
    return CounterNode(
        counter_id, counter.name if counter else counter_id, counts, former.name if former is not None else ""
    )
