"""A counter's finished months beside the middle of its unit's counters. Pure.

The median is an order statistic: it is the share of one counter, or lies between those of two. It is told only where so
many other counters have a share that it could be that of any of them, in whole percent, and nothing says whose it is:
whatever the others' shares are, exchanging them between their counters changes nothing here. Three who sit at one
counter read the same page; three who sit at three counters still have ``MIN_OTHERS`` less three others before them
whom they cannot tell apart (``tests/district/test_own_trend.py``).
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from statistics import median

from msgspec import Struct

from sync.district.measures.disclosure import Figure, Rules, figure_of_counter
from sync.district.measures.index import NOTHING, Measure
from sync.district.measures.tree import CounterNode, UnitNode

MIN_OTHERS = 5
"""Of fewer other counters with a share no middle is told."""

MIDDLE = Measure("counter_index.middle_of_counters", 1)
"""The median of the shares of a unit's counters that have one in a month, the reader's own among them, in whole
percent; told where at least ``MIN_OTHERS`` others have one."""


class Beside(StrEnum):
    """Where the middle of the counters lies: below the counter's whole interval, within it, above it."""

    ABOVE = "above"
    WITHIN = "within"
    BELOW = "below"


class TrendMonth(Struct, frozen=True):
    """A month of a counter. ``middle``: a share from 0 to 1, ``None`` where too few other counters have one."""

    month: date
    figure: Figure
    middle: float | None

    @property
    def beside(self) -> Beside | None:
        """How the counter stands to the middle; ``None`` where either is not told."""
        if self.figure.share is None or self.middle is None:
            return None
        interval = self.figure.share.interval
        if interval.holds(self.middle):
            return Beside.WITHIN
        return Beside.ABOVE if interval.low > self.middle else Beside.BELOW


def own_trend(months: Sequence[tuple[date, UnitNode | None]], counter_id: str, rules: Rules) -> tuple[TrendMonth, ...]:
    """The months of a counter, from the unit's tree of each; a month in which nothing was counted has ``None``."""
    return tuple(_month(month, unit, counter_id, rules) for month, unit in months)


def _month(month: date, unit: UnitNode | None, counter_id: str, rules: Rules) -> TrendMonth:
    counters = [] if unit is None else [each for each in unit.counters if each.counter_id]
    own = next((each for each in counters if each.counter_id == counter_id), CounterNode(counter_id, "", NOTHING))
    figure = figure_of_counter(own, rules)
    others = [figure_of_counter(each, rules).share for each in counters if each.counter_id != counter_id]
    known = [share.value for share in others if share is not None]
    if len(known) < MIN_OTHERS:
        return TrendMonth(month, figure, None)
    all_of_them = known if figure.share is None else [*known, figure.share.value]
    return TrendMonth(month, figure, round(median(all_of_them), 2))
