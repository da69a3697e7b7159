"""A jump from one week to the next that the other counters did not make. Pure.

Statistic: the change of the share of top faces from week to week, as log odds, less the median change of the other
counters in the same weeks (difference in differences), over the spread of their changes (1.4826 × the median absolute
deviation) and the counter's own sampling error. Null: Student's t with as many degrees of freedom as there are others,
less one; every pair of weeks is one try. The same for the share of dossiers that were rated, upward and downward.

It is meant for false presses with real dossiers and for asking only the satisfied, and sees little of either: what
began before the month or grows slowly makes no jump. Innocent: a new colleague, a new procedure, a campaign.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import exp, hypot, log, sqrt
from statistics import median

from msgspec import Struct
from msgspec.structs import replace

from sync.district.measures.doubt.distributions import student_tail
from sync.district.measures.doubt.peers import MIN_PEERS, MIN_RATED
from sync.district.measures.doubt.presses import CounterMonth, week_of
from sync.district.measures.doubt.signal import DoubtTest, JumpKind, Signal

Weeks = Mapping[int, tuple[int, int]]
WEEKS = range(4)


class WeekChange(Struct, frozen=True):
    """How the log odds of a share changed from ``before`` by ``size``, with its standard error."""

    before: float
    size: float
    error: float


class Largest(Struct, frozen=True):
    """The most unusual change of a counter, with its ``p`` over all its weeks, and whether it went up beside the other
    counters."""

    p: float
    change: WeekChange
    is_upward: bool


class Weekly(Struct, frozen=True):
    """A counter's changes into each week but the first, ``None`` where too few were counted: of the share of top faces
    and of the share of dossiers rated."""

    top: tuple[WeekChange | None, ...]
    rated: tuple[WeekChange | None, ...]


def weekly(month: CounterMonth) -> Weekly:
    """The changes of a month."""
    return Weekly(_changes(_scores(month)), _changes(_coverage(month)))


def jump(own: Weekly, others: Sequence[Weekly]) -> Signal | None:
    """``None`` when the counter or too few of the others have two busy weeks one after the other. Which presses of the
    week are in question nobody can say, so it names none."""
    top = _largest(own.top, [each.top for each in others], two_sided=False)
    rated = _largest(own.rated, [each.rated for each in others], two_sided=True)
    tries = [(found, of_top) for found, of_top in ((top, True), (rated, False)) if found]
    if not tries:
        return None
    found, of_top = min(tries, key=lambda each: each[0].p)
    change = JumpKind.MORE_TOP if of_top else JumpKind.MORE_RATED if found.is_upward else JumpKind.FEWER_RATED
    before, after = _share(found.change.before), _share(found.change.before + found.change.size)
    return Signal(DoubtTest.JUMP, min(1.0, found.p * len(tries)), after, before, change=change)


def _scores(month: CounterMonth) -> Weeks:
    n = Counter(week_of(press.day) for press in month.presses)
    top = Counter(week_of(press.day) for press in month.presses if press.is_top)
    return {week: (top[week], n[week]) for week in WEEKS}


def _coverage(month: CounterMonth) -> Weeks:
    rated = Counter(week_of(press.day) for press in month.presses)
    return {week: (min(rated[week], served), served) for week, served in month.served.items()}


def _largest(
    own: Sequence[WeekChange | None], others: Sequence[Sequence[WeekChange | None]], *, two_sided: bool
) -> Largest | None:
    """``None`` where nothing can be compared."""
    found = list[Largest]()
    for i, change in enumerate(own):
        peers = [each[i] for each in others]
        sizes = [peer.size for peer in peers if peer]
        if change is None or len(sizes) < MIN_PEERS:
            continue
        middle = median(sizes)
        spread = 1.4826 * median(abs(size - middle) for size in sizes)
        t = (change.size - middle) / max(spread * sqrt(1 + 1 / len(sizes)), change.error)
        p = student_tail(abs(t), len(sizes) - 1) * 2 if two_sided else student_tail(t, len(sizes) - 1)
        found.append(Largest(p, change, t > 0))
    if not found:
        return None
    least = min(found, key=lambda each: each.p)
    return replace(least, p=min(1.0, least.p * len(found)))


def _changes(weeks: Weeks) -> tuple[WeekChange | None, ...]:
    return tuple(_change(weeks.get(week - 1, (0, 0)), weeks.get(week, (0, 0))) for week in WEEKS[1:])


def _change(before: tuple[int, int], after: tuple[int, int]) -> WeekChange | None:
    """With Haldane's correction of a half; ``None`` when few were counted in either week."""
    if min(before[1], after[1]) < MIN_RATED:
        return None
    return WeekChange(_odds(*before), _odds(*after) - _odds(*before), hypot(_error(*before), _error(*after)))


def _odds(k: int, n: int) -> float:
    return log((k + 0.5) / (n - k + 0.5))


def _error(k: int, n: int) -> float:
    return sqrt(1 / (k + 0.5) + 1 / (n - k + 0.5))


def _share(odds: float) -> float:
    return 1 / (1 + exp(-odds))
