"""The reasons on the first page: for the whole, and for each line below it that has enough answers. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from sync.district.measures.organisation import Branch, Path
from sync.district.measures.reasons import Answered, Meaning, Reasons, reasons_at
from sync.district.measures.tree import UnitNode


class ReasonCounts(Struct, frozen=True):
    """What citizens added to their ratings. ``sensitive`` counts answers to private questions by the unit's path,
    ``None`` for whoever may not see them."""

    counts: Mapping[Branch, Mapping[Answered, int]]
    known: Mapping[Answered, Meaning]
    sensitive: Mapping[Path, int] | None = None


class ReasonLine(Struct, frozen=True):
    """The reasons of one line of the tree; ``counter_id`` is ``None`` for a unit with everything below it."""

    unit_id: str
    counter_id: str | None
    name: str
    reasons: Reasons


class ReasonSection(Struct, frozen=True):
    """``sensitive`` is ``None`` for whoever may not see it. That somebody spoke is told only once enough have: a line
    that appears with the first would tell who it was."""

    total: Reasons
    lines: tuple[ReasonLine, ...]
    floor: int
    sensitive: int | None


def reason_section(counted: ReasonCounts, chosen: Sequence[UnitNode], floor: int) -> ReasonSection:
    """The section for the chosen units together and for what stands right below them."""
    within = counted.sensitive and [
        n for path, n in counted.sensitive.items() if any(node.holds(path) for node in chosen)
    ]
    branches = _by_path(counted)
    return ReasonSection(
        total=reasons_at(_of(branches, chosen), counted.counts, counted.known, floor),
        lines=tuple(line for line in _lines(counted, branches, chosen, floor) if line.reasons),
        floor=floor,
        sensitive=None if counted.sensitive is None else sum(within or ()),
    )


def _lines(
    counted: ReasonCounts, branches: Mapping[Path, list[Branch]], chosen: Sequence[UnitNode], floor: int
) -> Iterable[ReasonLine]:
    for node in chosen if len(chosen) > 1 else [below for top in chosen for below in top.units]:
        reasons = reasons_at(_of(branches, [node]), counted.counts, counted.known, floor)
        yield ReasonLine(node.unit_id, None, node.name, reasons)
    for only in chosen if len(chosen) == 1 else ():
        for counter in only.counters:
            at = [(path, counter.counter_id) for path in only.paths]
            reasons = reasons_at(at, counted.counts, counted.known, floor)
            yield ReasonLine(only.unit_id, counter.counter_id, counter.name, reasons)


def _by_path(counted: ReasonCounts) -> dict[Path, list[Branch]]:
    """The branches on which reasons were given, by each unit above them."""
    found: dict[Path, list[Branch]] = defaultdict(list)
    for path, counter_id in counted.counts:
        for length in range(1, len(path) + 1):
            found[path[:length]].append((path, counter_id))
    return found


def _of(branches: Mapping[Path, list[Branch]], nodes: Sequence[UnitNode]) -> list[Branch]:
    return [branch for node in nodes for path in node.paths for branch in branches.get(path, ())]
