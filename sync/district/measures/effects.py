"""The effect of a plan: the same share in the next full period after it was done, beside the one it began from. Pure.

A share that was chosen because it was high falls back by itself, in part, whatever anybody did (regression to the
mean): pages say so. No cause is claimed here, only a difference with its interval.
"""

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from sync.district.domain.release import is_complete
from sync.district.measures.causes import Amount, Direction, ShareDifference, difference
from sync.district.measures.intervals import Z_95
from sync.district.measures.period import CALENDAR, Period, PeriodName, containing, period

PLANNED = frozenset({PeriodName.MONTH, PeriodName.QUARTER, PeriodName.HALF_YEAR, PeriodName.YEAR})
"""The kinds of periods from which a plan is made: a day or a week is too short to show what somebody changed."""


class EffectState(StrEnum):
    """What can be said. ``OPEN``: it is not done. ``NOT_YET``: the next full period is not over."""

    OPEN = "open"
    NOT_YET = "not_yet"
    TOO_FEW = "too_few"
    BETTER = "better"
    WORSE = "worse"
    CHANCE = "chance"


class Effect(Struct, frozen=True):
    """What can be said about a plan. ``period``: in which it is looked for; ``difference``: of its share to the one
    before the plan, of which less is better."""

    state: EffectState
    period: Period | None = None
    amount: Amount | None = None
    difference: ShareDifference | None = None


OPEN = Effect(EffectState.OPEN)


def effect_period(name: PeriodName, done_on: date) -> Period:
    """The first whole period of a kind that begins after a day."""
    assert name in CALENDAR, "a plan is made from a period of the calendar"
    running = period(containing(name, done_on), date.max)
    return period(containing(name, running.ends + timedelta(days=1)), date.max)


def effect_of(baseline: Amount, looked_for: Period, amount: Amount | None, until: date) -> Effect:
    """What can be said in a period; ``amount``: ``None`` where there are too few; ``until``: the last day that may be
    shown."""
    if not is_complete(looked_for.ends, until):
        return Effect(EffectState.NOT_YET, looked_for)
    found = None if amount is None else difference(amount, baseline, Z_95)
    if found is None:
        return Effect(EffectState.TOO_FEW, looked_for)
    states = {Direction.FEWER: EffectState.BETTER, Direction.MORE: EffectState.WORSE}
    return Effect(states.get(found.direction, EffectState.CHANCE), looked_for, amount, found)
