"""The share satisfied by stage, field, procedure and language, for the page of figures. Pure.

A cut is a sum of released groups that are of one kind altogether (``sync.district.domain.work``), so that
no sum or difference of cuts, places and periods counts some of a group and not the rest. Which ratings are in it is the
same as in the share of the unit: those of counters that are large enough to be shown.

Lower scores that come after a rating was released are released in groups of their own, and such a group may be of
several stages. Then nobody knows which lines it lowers, every line would look better than it is, and the cut tells how
many rated but no share.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from kiosk.domain.rating import Stage
from sync.district.domain.work import Work
from sync.district.measures.disclosure import CutFigure, Rules, figure_of_cut
from sync.district.measures.index import Measure
from sync.district.measures.organisation import Branch
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.measures.tree import UnitNode

CUTS = Measure("counter_index.cuts", 2)
"""The share satisfied of those released ratings whose whole group is of one stage, of one field, of one procedure, and
of one language."""

BY_PROCEDURE, BY_LANGUAGE = "procedure_id", "language"
CUT_BY = ("stage", "field", BY_PROCEDURE, BY_LANGUAGE)
_STAGES = (str(Stage.HAND_IN), str(Stage.RETURN))


class CutKey(Struct, frozen=True):
    """What is counted of groups of one work: ``answer`` of a ``stream``. Corrections are told of every work, also of
    the empty one."""

    work: Work
    stream: str
    answer: str


class CutLine(Struct, frozen=True):
    """One stage, procedure or language by its id, or one field by its name. ``name``: what a procedure is called, empty
    where nobody told."""

    value: str
    figure: CutFigure
    name: str = ""


class Cut(Struct, frozen=True):
    """The figures by one of ``CUT_BY``. ``rest``: how many ratings of the unit's share are in no line, because their
    groups are of several or because a line would be too small; never fewer than the office's floor but none.
    ``lower_unplaced``: whether lower scores that were given later are in no line, so that no line has a share."""

    by: str
    lines: tuple[CutLine, ...]
    rest: int
    lower_unplaced: bool = False

    @property
    def divided(self) -> int:
        """How many ratings are in the lines."""
        return sum(line.figure.rated or 0 for line in self.lines)


def cuts(
    found: Mapping[Branch, Mapping[CutKey, int]],
    chosen: Sequence[UnitNode],
    rules: Rules,
    procedures: Mapping[str, str],
) -> tuple[Cut, ...]:
    """The cuts of some units together; none of which nothing can be told, nor one by language where there is one alone.
    ``procedures``: their names by id."""
    shown = list(_shown(chosen, rules.floor))
    total = sum(rated for _, rated in shown)
    branches = [branch for branch, _ in shown]
    cut = [_cut(by, _sums(found, branches, by), total, rules, procedures) for by in CUT_BY]
    return tuple(each for each in cut if len(each.lines) > (each.by == BY_LANGUAGE))


def procedures_in(found: Mapping[Any, Mapping[CutKey, int]]) -> set[str]:
    """The ids of the procedures of which something is counted."""
    return {key.work.procedure_id for cells in found.values() for key in cells} - {""}


def _shown(nodes: Sequence[UnitNode], floor: int) -> Iterator[tuple[Branch, int]]:
    """The branches of every counter that is large enough, with how many rated there."""
    for node in nodes:
        for counter in node.counters:
            if counter.counts.rated >= floor:
                for n, path in enumerate(node.paths):
                    yield (path, counter.counter_id), 0 if n else counter.counts.rated
        yield from _shown(node.units, floor)


def _sums(
    found: Mapping[Branch, Mapping[CutKey, int]], branches: Sequence[Branch], by: str
) -> dict[str, ReleasedCounts]:
    """What is released of each kind; under the empty name what is of several."""
    summed: dict[str, ReleasedCounts] = defaultdict(ReleasedCounts)
    for branch in branches:
        for key, n in found.get(branch, {}).items():
            summed[getattr(key.work, by)].add(key.stream, key.answer, n)
    return summed


def _cut(by: str, sums: Mapping[str, ReleasedCounts], total: int, rules: Rules, procedures: Mapping[str, str]) -> Cut:
    """Leaves out what is too small, and then the smallest of what is left until the rest is large enough itself: else
    the one that is missing could be found by subtracting the others from the unit's figure."""
    kept = {value: counts for value, each in sums.items() if value and (counts := each.counts(0)).rated >= rules.floor}
    rest = total - sum(counts.rated for counts in kept.values())
    while kept and 0 < rest < rules.floor:
        smallest = min(sorted(kept), key=lambda value: kept[value].rated)
        rest += kept.pop(smallest).rated
    unplaced = any(not sums[value].holds_its_corrections() for value in kept) or any(
        each.has_corrections() for value, each in sums.items() if not value
    )
    order = {stage: n for n, stage in enumerate(_STAGES)}
    ordered = sorted(kept, key=lambda value: (order.get(value, 0), -kept[value].rated, value))
    names = procedures if by == BY_PROCEDURE else {}
    lines = (
        CutLine(value, figure_of_cut(kept[value], rules, with_share=not unplaced), names.get(value, ""))
        for value in ordered
    )
    return Cut(by, tuple(lines), rest, unplaced)
