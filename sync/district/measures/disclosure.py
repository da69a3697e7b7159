"""Decide what may be shown of the counts of a page: the one place that every page and all JSON ask. Pure.

Three rules hold together, and no other cut of the figures is offered anywhere:

1. Counts are sums of released groups of at least ``K`` dossiers (``kiosk.domain.released``), and the groups of a stream
   do not overlap. Periods, units, counters and what has no known day are sets of whole groups: a group counts on one
   day, and a period, also one that somebody chose, is whole days (``period.py``). So whatever somebody
   adds up or subtracts, over all pages, periods and days, every group counts as one: no sum of cuts holds some of a
   group and not the rest. A cut by field or stage is a sum of whole groups that are of one altogether
   (``sync.district.domain.work``). What would divide groups (language, procedure, hour) may not be a cut of a page.
2. A counter with fewer ratings than the office's ``group_floor`` shows none, and its ratings are left out of the share
   of its units: else it could be found by subtracting the counters that are shown (complementary suppression). A
   reason is shown, and is part of a sum, where at least as many gave it. A field or stage with fewer is put to what
   is not divided, and if that were too small the next smallest with it (``sync.district.measures.cuts``).
3. Fewer ratings than ``minimum_n`` give no share: too few is said, not shown.

What everybody may read without signing in is less: see ``public_figures``.
"""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.rating import Score
from kiosk.domain.released import K
from sync.district.measures.index import NOTHING, Counts, Share, share_satisfied, share_with_the_highest
from sync.district.measures.tree import CounterNode, UnitNode


class Rules(Struct, frozen=True):
    """The settings that decide what is shown: see ``Settings``."""

    minimum_n: int
    group_floor: int

    @property
    def floor(self) -> int:
        """Fewer than so many of one place are not shown; never fewer than a released group."""
        return max(K, self.group_floor)


class CutFigure(Struct, frozen=True):
    """What may be shown of one field or stage. Nobody knows the dossiers and the contradictions of one, so there are
    none here. ``share`` and ``scores`` are ``None`` below ``minimum_n`` ratings, and where the cut tells no share."""

    rated: int
    share: Share | None
    scores: Mapping[int, int] | None
    minimum_n: int

    @property
    def satisfied(self) -> int | None:
        """How many of ``share`` are satisfied."""
        return self.share.satisfied if self.share else None


class Figure(Struct, frozen=True):
    """What may be shown of counts. ``rated`` is ``None`` for a group too small to show: then it is below
    ``fewer_than``. ``share`` is ``None`` below ``minimum_n`` ratings. ``contradicted``: dossiers that were given
    different scores; the share takes the lowest of each, ``highest_share`` the highest. ``scores``: how many of
    those in the share gave each level, told with the share and never without it."""

    rated: int | None
    dossiers: int
    satisfied: int | None
    share: Share | None
    fewer_than: int
    minimum_n: int
    contradicted: int = 0
    highest_share: Share | None = None
    scores: Mapping[int, int] | None = None

    @property
    def counters_too_small(self) -> bool:
        """Whether there are ratings enough for a share, but not at counters that are large enough to be shown."""
        return self.share is None and self.rated is not None and self.rated >= max(self.minimum_n, 1)


def figure_of_counter(node: CounterNode, rules: Rules) -> Figure:
    """What may be shown of one counter."""
    return _figure(node.counts, rules, rules.floor)


def figure_of_units(units: Sequence[UnitNode], rules: Rules) -> Figure:
    """What may be shown of some units together: how many rated is the sum of all released groups, the share is that of
    counters with enough ratings to show."""
    whole = sum((unit.counts for unit in units), NOTHING)
    shown = sum((unit.of_groups(rules.floor) for unit in units), NOTHING)
    return replace(_figure(shown, rules, 0), rated=whole.rated, dossiers=whole.dossiers)


def figure_of_cut(counts: Counts, rules: Rules, *, with_share: bool) -> CutFigure:
    """What may be shown of one field or stage that is large enough to be a line. ``with_share``: whether all lower
    scores that were given later are known to be in the lines."""
    share = share_satisfied(counts, max(rules.minimum_n, rules.floor)) if with_share else None
    return CutFigure(counts.rated, share, _scores_of(counts) if share else None, rules.minimum_n)


def _figure(counts: Counts, rules: Rules, floor: int) -> Figure:
    shown = counts.rated == 0 or counts.rated >= floor
    minimum = max(rules.minimum_n, floor)
    share = share_satisfied(counts, minimum)
    return Figure(
        rated=counts.rated if shown else None,
        dossiers=counts.dossiers,
        satisfied=share.satisfied if share else None,
        share=share,
        fewer_than=floor,
        minimum_n=rules.minimum_n,
        contradicted=counts.contradictions.cases if share else 0,
        highest_share=share_with_the_highest(counts, minimum) if share else None,
        scores=_scores_of(counts) if share else None,
    )


def _scores_of(counts: Counts) -> dict[int, int]:
    return {int(score): counts.scores.get(score, 0) for score in Score}
