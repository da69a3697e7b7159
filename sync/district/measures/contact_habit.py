"""How often a kiosk is usually in touch, from the days on which it was. Pure.

A kiosk whose stick is carried once a fortnight is not silent after a working day. Days are kept, never hours: a kiosk
with a network is in touch every day, whether anybody rates or not.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low

MAX_DAYS = 9
"""So many of its newest days of contact are kept."""
MIN_GAPS = 4
"""From so many gaps on there is a habit."""
MAX_USUAL = 60
"""No kiosk is thought to be in touch more seldom than this, in days."""
PATIENCE = 3
"""So many of its usual gaps a kiosk may be out of touch."""


def with_day(days: Sequence[date], day: date) -> tuple[date, ...]:
    """The days with a newer one; the same when it is none."""
    return tuple(days) if days and day <= days[-1] else (*days, day)[-MAX_DAYS:]


def usual_gap(days: Sequence[date]) -> int:
    """The median of days between two days of contact; 0 for a kiosk without a habit, or in touch every day or two."""
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    usual = median_low(gaps) if len(gaps) >= MIN_GAPS else 0
    return min(usual, MAX_USUAL) if usual > 2 else 0


def patience(usual: int) -> timedelta:
    """How long a kiosk with this usual gap (days) may be out of touch beyond what holds for all."""
    return timedelta(days=PATIENCE * usual)
