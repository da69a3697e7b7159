"""Three tests that compare a count at a counter with the other counters of the district. Pure.

``no_transaction``: top faces without a transaction. Where the office has a ticket system that spoke, it says whether
somebody was at the counter, and its counters are compared with each other; elsewhere a transaction is a dossier
received or returned on that day. Presses without one are usual; counting the top face alone shows twice as clearly when
more are added. It cannot see false presses while somebody is at the counter, nor, without a ticket system, those with
real dossiers, nor anything where there is neither. Innocent: a broken scanner, citizens without their slip, people who
only pass by.

``out_of_hours``: presses that the kiosk marked as outside the opening hours. It cannot see what is pressed within them.
Innocent: an office that stays open for those who wait, a kiosk whose clock or hours are wrong.

``series``: exact rules about dossiers. ``MIN_SERIES`` or more different dossiers in ascending order of their numbers,
each within ``STEP_S`` of the one before; a result rated before it was returned; a dossier of another unit; a dossier
rated again at the same stage. Innocent: somebody who hands in for many, a late import of returned dossiers.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from sync.district.measures.doubt.distributions import smallest
from sync.district.measures.doubt.peers import MIN_PEERS, MIN_RATED, fit
from sync.district.measures.doubt.presses import CounterMonth, Press
from sync.district.measures.doubt.signal import USUAL, DoubtTest, Signal

MIN_SERIES = 5
MAX_STEP = 5
"""The next number of a series is at most so much higher."""
STEP_S = 60

Marked = Callable[[CounterMonth], list[Press]]


class Tally(Struct, frozen=True):
    """The presses of a counter that a test counts, and of how many. ``by_ticket``: a ticket system told of them."""

    marked: tuple[Press, ...]
    n: int
    by_ticket: bool = False


def tally(test: DoubtTest, month: CounterMonth) -> Tally:
    """What one of the three tests counts at a counter."""
    if test is not DoubtTest.NO_TRANSACTION:
        return Tally(tuple(_MARKED[test](month)), len(month.presses))
    by_ticket = _only(month, [press for press in month.presses if press.by_ticket])
    is_by_ticket = len(by_ticket.presses) >= MIN_RATED
    looked_at = (
        by_ticket if is_by_ticket else _only(month, [press for press in month.presses if press.matched is not None])
    )
    return Tally(tuple(_unmatched(looked_at)), len(looked_at.presses), is_by_ticket)


def compared(test: DoubtTest, own: Tally, others: Sequence[Tally]) -> Signal | None:
    """Whether a counter has more of them than the others; ``None`` when too few are known."""
    usual = fit([(len(each.marked), each.n) for each in _comparable(own, others)])
    if usual is None or own.n < MIN_RATED:
        return None
    expected = smallest(lambda k: usual.tail(k, own.n), own.n, USUAL)
    cases = frozenset(press.case for press in own.marked)
    return Signal(test, usual.tail(len(own.marked), own.n), len(own.marked), expected, cases)


def in_series(month: CounterMonth) -> list[Press]:
    """The presses of a month that break a rule about dossiers."""
    ascending = {press for group in _ascending(month.presses) if len(group) >= MIN_SERIES for press in group}
    return [p for p in month.presses if p in ascending or p.again or p.early or p.elsewhere]


def _ascending(presses: Sequence[Press]) -> list[list[Press]]:
    groups: list[list[Press]] = []
    for press in presses:
        last = groups[-1][-1] if groups else None
        if press.number is None:
            continue
        follows = last is not None and last.number is not None and 0 < press.number - last.number <= MAX_STEP
        if last is not None and follows and press.moment - last.moment < STEP_S:
            groups[-1].append(press)
        else:
            groups.append([press])
    return groups


def _comparable(own: Tally, others: Sequence[Tally]) -> Sequence[Tally]:
    """Those of which the same is known. Where too few have a ticket system one of them is compared with everybody:
    without one more presses lack a transaction, so that it is only ever less alarming."""
    same = [each for each in others if each.by_ticket == own.by_ticket]
    return others if own.by_ticket and sum(each.n >= MIN_RATED for each in same) < MIN_PEERS else same


def _only(month: CounterMonth, presses: Sequence[Press]) -> CounterMonth:
    return CounterMonth(month.unit_id, month.counter_id, tuple(presses), month.served)


def _unmatched(month: CounterMonth) -> list[Press]:
    return [press for press in month.presses if press.is_top and not press.matched]


def _outside(month: CounterMonth) -> list[Press]:
    return [press for press in month.presses if press.outside_hours]


_MARKED: Mapping[DoubtTest, Marked] = {
    DoubtTest.NO_TRANSACTION: _unmatched,
    DoubtTest.OUT_OF_HOURS: _outside,
    DoubtTest.SERIES: in_series,
}
COMPARED = tuple(_MARKED)
"""The tests that compare a count with the other counters."""
