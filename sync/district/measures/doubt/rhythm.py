"""Many top faces within a minute or two. Pure.

Statistic: the largest number of presses of the top face within 60 and within 120 seconds. Null: people come by the
counter's own rate in that hour of the other days (a Poisson process, J. I. Naus, "Approximations for distributions of
scan statistics", JASA 77 (1982) 177–183), some with a companion. Each window that holds k begins with a press, and the
others in it are Poisson again (Slivnyak's theorem), so the bound adds up over all presses; it is never too small.

It cannot see presses spread over the day. Innocent: a group that came together.
"""

from collections import Counter
from itertools import pairwise

from sync.district.measures.doubt.distributions import convolved, poisson_pmf, smallest
from sync.district.measures.doubt.presses import CounterMonth, Press, rates
from sync.district.measures.doubt.run import COMPANIONS, MIN_PRESSES
from sync.district.measures.doubt.signal import USUAL, DoubtTest, Signal

WINDOWS_S = (60, 120)
MAX_COUNT = 60
STEPS = 40
"""Rates are rounded up to steps of 1 ÷ 40 presses in a window, so that few tails need be worked out."""


def rhythm(month: CounterMonth) -> Signal | None:
    """``None`` when too few pressed."""
    top = [press for press in month.presses if press.is_top]
    if len(month.presses) < MIN_PRESSES or not top:
        return None
    signals = [_of_window(month, top, window) for window in WINDOWS_S]
    best = min(signals, key=lambda signal: signal.p)
    return Signal(DoubtTest.RHYTHM, min(1.0, best.p * len(signals)), best.value, best.expected, best.cases)


def _of_window(month: CounterMonth, top: list[Press], window: int) -> Signal:
    densest = _densest(top, window)
    usual, share = rates(month.presses), month.top_share
    means = Counter(-int(-usual.around(press) * share * window * STEPS // 1) for press in top)
    tails = {mean: _others(mean / STEPS) for mean in means}

    def at_least(k: int) -> float:
        if k <= 1:
            return 1.0
        return min(1.0, sum(n * tails[mean][min(k - 1, MAX_COUNT)] for mean, n in means.items()))

    expected = smallest(at_least, MAX_COUNT, USUAL / len(WINDOWS_S))
    cases = frozenset(press.case for press in densest)
    return Signal(DoubtTest.RHYTHM, at_least(len(densest)), len(densest), expected, cases)


def _densest(top: list[Press], window: int) -> list[Press]:
    best: tuple[int, int] = (0, 0)
    first = 0
    for last, press in enumerate(top):
        while press.moment - top[first].moment >= window:
            first += 1
        best = max(best, (last - first + 1, -first))
    n, start = best
    return top[-start : -start + n]


def _others(mean: float) -> list[float]:
    """The tail of how many more come within the window: parties, some of two, and the companion of the first."""
    parties = poisson_pmf(mean * (1 - COMPANIONS), MAX_COUNT)
    pairs = [0.0] * (MAX_COUNT + 1)
    pairs[::2] = poisson_pmf(mean * COMPANIONS, MAX_COUNT // 2)
    pmf = convolved(convolved(parties, pairs)[: MAX_COUNT + 1], [1 - COMPANIONS, COMPANIONS])
    tail = [0.0] * (len(pmf) + 1)
    for k in range(len(pmf) - 1, -1, -1):
        tail[k] = tail[k + 1] + pmf[k]
    assert all(more >= less for more, less in pairwise(tail))
    return tail
