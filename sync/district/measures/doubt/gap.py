"""More top faces among presses without a dossier than among those with one. Pure.

Statistic: the number of top faces among the presses without a matched dossier. Null: within each day the faces are
dealt out at random between presses with and without; the exact conditional distribution, days convolved (R. A. Fisher,
*The Design of Experiments* (1935), stratified as in N. Mantel and W. Haenszel, JNCI 22 (1959) 719–748).

It cannot see false presses with real dossiers, nor anything where none has a dossier. Innocent: people who only pass by
to say thank you.
"""

from collections import defaultdict

from sync.district.measures.doubt.distributions import convolved, hypergeometric_pmf
from sync.district.measures.doubt.presses import CounterMonth, Press
from sync.district.measures.doubt.signal import USUAL, DoubtTest, Signal

MIN_EACH = 10


def gap(month: CounterMonth) -> Signal | None:
    """``value`` is the share of top faces without a dossier, ``expected`` the one that 99 of 100 honest months keep.
    ``None`` when fewer than ``MIN_EACH`` presses have, or lack, a dossier."""
    known = [press for press in month.presses if press.matched is not None]
    without = [press for press in known if not press.matched]
    if len(without) < MIN_EACH or len(known) - len(without) < MIN_EACH:
        return None
    top = [press for press in without if press.is_top]
    pmf = _dealt(known)
    tail = [sum(pmf[k:]) for k in range(len(pmf))]
    expected = max(k for k, p in enumerate(tail) if p >= USUAL)
    cases = frozenset(press.case for press in top)
    n = len(without)
    return Signal(DoubtTest.GAP, min(1.0, tail[len(top)]), len(top) / n, expected / n, cases)


def _dealt(known: list[Press]) -> list[float]:
    """How many top faces fall to the presses without a dossier, all days together."""
    by_day: dict[int, list[Press]] = defaultdict(list)
    for press in known:
        by_day[press.day.toordinal()].append(press)
    pmf = [1.0]
    for presses in by_day.values():
        without, top = sum(not press.matched for press in presses), sum(press.is_top for press in presses)
        pmf = convolved(pmf, hypergeometric_pmf(without, top, len(presses)))
    return pmf
