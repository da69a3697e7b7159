"""The longest run of the top face without a pause. Pure.

Statistic: the largest number of presses of the top face, one straight after the other, each less than ``PAUSE_S``
seconds after the one before. Null: somebody presses within the pause by the counter's own rate in that hour, or because
they came with somebody (``COMPANIONS``), and presses the top face as often as everybody does there. Every press may
begin a run, so the bound adds up over all (Bonferroni); it is never too small for such a counter.

It cannot see presses with longer pauses or other faces between them, nor short bursts at a busy counter. Innocent: a
family or a school class that came together, a demonstration.
"""

from sync.district.measures.doubt.distributions import smallest
from sync.district.measures.doubt.presses import CounterMonth, Press, rates
from sync.district.measures.doubt.signal import USUAL, DoubtTest, Signal

PAUSE_S = 40
COMPANIONS = 0.1
"""The share of presses after which somebody who came along presses too (7 % in the reference months)."""
MIN_PRESSES = 20


def run(month: CounterMonth) -> Signal | None:
    """``None`` when too few pressed to say how often they usually do."""
    if len(month.presses) < MIN_PRESSES:
        return None
    longest = _longest(month)
    tails = _Tails(month)
    expected = smallest(tails.at_least, 60, USUAL)
    return Signal(
        DoubtTest.RUN, tails.at_least(len(longest)), len(longest), expected, frozenset(each.case for each in longest)
    )


class _Tails:
    """How probable a run of some length is anywhere in the month."""

    def __init__(self, month: CounterMonth) -> None:
        self._top, usual = month.top_share, rates(month.presses)
        alone = [max(0.0, 1 - usual.around(press) * PAUSE_S) for press in month.presses]
        self._next = [self._top * (1 - (1 - COMPANIONS) * each) for each in alone]

    def at_least(self, length: int) -> float:
        if length <= 1:
            return 1.0
        return min(1.0, self._top * sum(each ** (length - 1) for each in self._next))


def _longest(month: CounterMonth) -> list[Press]:
    best, current = list[Press](), list[Press]()
    for press in month.presses:
        goes_on = current and press.is_top and press.moment - current[-1].moment < PAUSE_S
        current = [*current, press] if goes_on else [press] if press.is_top else []
        best = current if len(current) > len(best) else best
    return best
