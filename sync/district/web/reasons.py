"""The reasons on the first page: for the whole, and for each line below it that has enough answers. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from sync.district.measures.reasons import Answered, Meaning, Reasons, reasons_at
from sync.district.measures.tree import Place, UnitNode


class ReasonCounts(Struct, frozen=True):
    """What citizens added to their ratings. ``sensitive`` counts answers to private questions by unit, ``None`` for
    whoever may not see them."""

    counts: Mapping[Place, Mapping[Answered, int]]
    known: Mapping[Answered, Meaning]
    sensitive: Mapping[str, int] | None = None


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
    ids = frozenset[str]().union(*(node.ids() for node in chosen))
    n = None if counted.sensitive is None else sum(n for unit_id, n in counted.sensitive.items() if unit_id in ids)
    return ReasonSection(
        total=reasons_at(_of(counted, ids), counted.counts, counted.known, floor),
        lines=tuple(line for line in _lines(counted, chosen, floor) if line.reasons),
        floor=floor,
        sensitive=n,
    )


def _lines(counted: ReasonCounts, chosen: Sequence[UnitNode], floor: int) -> Iterable[ReasonLine]:
    if len(chosen) > 1:
        yield from (_unit(counted, node, floor) for node in chosen)
        return
    for node in chosen:
        yield from (_unit(counted, below, floor) for below in node.units)
        for counter in node.counters:
            at = [(node.unit_id, counter.counter_id)]
            reasons = reasons_at(at, counted.counts, counted.known, floor)
            yield ReasonLine(node.unit_id, counter.counter_id, counter.name, reasons)


def _unit(counted: ReasonCounts, node: UnitNode, floor: int) -> ReasonLine:
    reasons = reasons_at(_of(counted, node.ids()), counted.counts, counted.known, floor)
    return ReasonLine(node.unit_id, None, node.name, reasons)


def _of(counted: ReasonCounts, ids: frozenset[str]) -> list[Place]:
    return [place for place in counted.counts if place[0] in ids]
