"""What of a month everybody may read: units, never counters, and none that could be found by subtracting. Pure.

Figures are sums of released groups of counters that are large enough to be shown, as on every page
(``disclosure``). Beyond that, of a unit with too few ratings nothing is told, nor of anything below it; and what is
left of a unit when the units right below it are taken away is nothing, or itself enough to be told. Where it would be
less, the smallest of those below is left out too (secondary suppression; A. Hundepool and others, *Statistical
Disclosure Control* (2012), chapter 4).

Whoever sits at a counter knows its figures. So what is told of a unit, and what is left of it, is never of two counters
alone: of one there is no colleague, and of three or more only a sum of colleagues is left (the same book, section 4.2:
cells to which at least three contribute).

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
    return [line for top in tops for line in _lines(top, "", rules, hidden=not _is_public(top, rules))]


def _lines(node: UnitNode, parent_id: str, rules: Rules, *, hidden: bool) -> Iterator[PublicUnit]:
    shown = None if hidden else _shown_below(node, rules)
    yield PublicUnit(node, parent_id, None if shown is None else node.of_groups(rules.floor))
    for below in node.units:
        yield from _lines(below, node.unit_id, rules, hidden=below not in (shown or ()))


def _is_public(node: UnitNode, rules: Rules) -> bool:
    return _rated(node, rules) >= fewest(rules) and _shown_below(node, rules) is not None


def _shown_below(node: UnitNode, rules: Rules) -> Sequence[UnitNode] | None:
    """The units right below one that may be told with it; ``None`` where it cannot be told at all."""
    shown = [below for below in node.units if _is_public(below, rules)]
    while not _is_rest_public(node, shown, rules):
        if not shown:
            return None
        shown.remove(min(shown, key=lambda below: (_rated(below, rules), below.unit_id)))
    return shown


def _is_rest_public(node: UnitNode, shown: Sequence[UnitNode], rules: Rules) -> bool:
    """Whether what is left of a unit when some below it are taken away is nothing, or may itself be known: enough
    ratings, and not those of two counters, of which whoever sits at one would find the other's."""
    rest = _rated(node, rules) - sum(_rated(below, rules) for below in shown)
    left = set(_counters(node, rules, without=shown))  # a counter that moved in the month stands in two units
    return rest == 0 or (rest >= fewest(rules) and (len(left) != 2 or "" in left))


def _rated(node: UnitNode, rules: Rules) -> int:
    return node.of_groups(rules.floor).rated


def _counters(node: UnitNode, rules: Rules, without: Sequence[UnitNode] = ()) -> list[str]:
    """The counters that have a part in what is told of a unit ``without`` some right below it; empty for ratings that
    named none."""
    own = [counter.counter_id for counter in node.counters if counter.counts.rated >= rules.floor]
    return own + [each for below in node.units if below not in without for each in _counters(below, rules)]


def fewest(rules: Rules) -> int:
    """Of a unit with fewer ratings nothing is told."""
    return max(rules.minimum_n, rules.floor)
