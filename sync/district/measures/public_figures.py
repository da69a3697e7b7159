"""What of a month everybody may read: units, never counters, and none that could be found by subtracting. Pure.

Figures are sums of released groups of counters that are large enough to be shown, as on every page
(``disclosure``). Beyond that, of a unit with too few ratings nothing is told, nor of anything below it; and what is
left of a unit when the units right below it are taken away is nothing, or itself enough to be told. Where it would be
less, the smallest of those below is left out too (secondary suppression; A. Hundepool and others, *Statistical
Disclosure Control* (2012), chapter 4).

This holds for what is told together. A group that arrives late changes which unit is left out, so that yesterday's
numbers and today's could be subtracted. Therefore a month is told once (``FixedMonth``) and never changes after that.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from msgspec import Struct

from sync.district.measures.disclosure import Rules
from sync.district.measures.index import Counts
from sync.district.measures.tree import UnitNode


class PublicUnit(Struct, frozen=True):
    """A unit of a month. ``parent_id``: empty at the top. ``counts``: ``None`` where they are not told."""

    node: UnitNode
    parent_id: str
    counts: Counts | None


class FixedUnit(Struct, frozen=True):
    """What is told of a unit for good. ``scores``: the five counts, empty where nothing is told. ``visits``: ``None``
    where they are not known, or nothing is told."""

    unit_id: str
    parent_id: str
    name: str
    level: str
    scores: Mapping[int, int]
    visits: int | None


class FixedMonth(Struct, frozen=True):
    """A month (``2026-10``) as it was first told, on the local day ``made_on``: each unit before those below it.
    ``minimum_n``: fewer ratings of a unit are not told. ``counters_from``: counters with fewer are in no number.
    ``measures``: the definitions by which it was counted, with their versions."""

    month: str
    made_on: date
    minimum_n: int
    counters_from: int
    measures: Mapping[str, int]
    units: tuple[FixedUnit, ...]


def public_units(tops: Sequence[UnitNode], rules: Rules) -> list[PublicUnit]:
    """Every unit with what is told of it, each before those below it."""
    return [line for top in tops for line in _lines(top, "", rules, hidden=_too_few(top, rules))]


def _lines(node: UnitNode, parent_id: str, rules: Rules, *, hidden: bool) -> Iterator[PublicUnit]:
    counts = node.of_groups(rules.floor)
    yield PublicUnit(node, parent_id, None if hidden else counts)
    left_out = node.units if hidden else _left_out(node, rules)
    for below in node.units:
        yield from _lines(below, node.unit_id, rules, hidden=below in left_out)


def _left_out(node: UnitNode, rules: Rules) -> Sequence[UnitNode]:
    """The units right below a told one that are not told."""
    small = [below for below in node.units if _too_few(below, rules)]
    shown = [below for below in node.units if below not in small]
    rest = _rated(node, rules) - sum(_rated(below, rules) for below in shown)
    if 0 < rest < fewest(rules):
        return [*small, min(shown, key=lambda below: (_rated(below, rules), below.unit_id))]
    return small


def _rated(node: UnitNode, rules: Rules) -> int:
    return node.of_groups(rules.floor).rated


def _too_few(node: UnitNode, rules: Rules) -> bool:
    return _rated(node, rules) < fewest(rules)


def fewest(rules: Rules) -> int:
    """Of a unit with fewer ratings nothing is told."""
    return max(rules.minimum_n, rules.floor)
