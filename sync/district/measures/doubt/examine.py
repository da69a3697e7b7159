"""Examine all counters of a month together and name those that need a second look. Pure.

1. Each test gives a p-value; a test that cannot speak gives none.
2. Empirical null: where at least ``MIN_COUNTERS`` counters speak, the z-values of a test are centred and scaled by
   those of all counters, and only ever made less alarming (B. Efron, "Large-scale simultaneous hypothesis testing: the
   choice of a null hypothesis", JASA 99 (2004) 96–104).
3. A counter's p is that of its smallest, corrected for the number of tests that spoke (Z. Šidák, JASA 62 (1967)
   626–633).
4. Of all counters those are named that Benjamini and Hochberg's procedure finds at q = 0.1 (JRSS B 57 (1995)
   289–300): of those named, one in ten is expected to be honest.
"""

from collections.abc import Iterable, Mapping, Sequence
from statistics import NormalDist, median, quantiles

from msgspec import Struct
from msgspec.structs import replace

from sync.district.measures.doubt.gap import gap
from sync.district.measures.doubt.jump import Weekly, jump, weekly
from sync.district.measures.doubt.presses import CounterMonth
from sync.district.measures.doubt.rhythm import rhythm
from sync.district.measures.doubt.run import run
from sync.district.measures.doubt.shares import COMPARED, Tally, compared, tally
from sync.district.measures.doubt.signal import USUAL, DoubtTest, Signal

Q = 0.1
MIN_COUNTERS = 50
_NORMAL = NormalDist()
_MIN_P = 1e-15


class Looked(Struct, frozen=True):
    """What was found at one counter by itself, and what of it is compared with the others. Small enough to be kept for
    every counter of a province while their presses are read one counter after the other."""

    unit_id: str
    counter_id: str
    n: int
    alone: tuple[Signal, ...]
    tallies: Mapping[DoubtTest, Tally]
    weeks: Weekly


class Examined(Struct, frozen=True):
    """A counter-month with ``n`` presses: what each test that could speak says of it."""

    unit_id: str
    counter_id: str
    n: int
    signals: tuple[Signal, ...]

    @property
    def p(self) -> float:
        """Over all tests; 1 when none spoke."""
        return combined([signal.p for signal in self.signals])

    @property
    def unusual(self) -> tuple[Signal, ...]:
        """The tests that speak against it, the clearest first: that with the smallest p, and those that would have been
        enough alone."""
        least = min((signal.p for signal in self.signals), default=0.0)
        clear = max(least, USUAL / max(len(self.signals), 1))
        return tuple(sorted((s for s in self.signals if s.p <= clear), key=lambda signal: signal.p))


def look(month: CounterMonth) -> Looked:
    """What can be said of a counter without the others."""
    found = (test(month) for test in (run, rhythm, gap))
    return Looked(
        month.unit_id,
        month.counter_id,
        len(month.presses),
        tuple(signal for signal in found if signal is not None),
        {test: tally(test, month) for test in COMPARED},
        weekly(month),
    )


def examined(own: Looked, others: Sequence[Looked]) -> Examined:
    """What all tests say of one counter, before the empirical null."""
    beside = [compared(test, own.tallies[test], [each.tallies[test] for each in others]) for test in COMPARED]
    beside.append(jump(own.weeks, [each.weeks for each in others]))
    signals = (*own.alone, *(signal for signal in beside if signal is not None))
    return Examined(own.unit_id, own.counter_id, own.n, signals)


def examine(looked: Sequence[Looked]) -> list[Examined]:
    """What the tests say of every counter of a month."""
    return _calibrated([examined(each, [*looked[:i], *looked[i + 1 :]]) for i, each in enumerate(looked)])


def in_doubt(found: Sequence[Examined], q: float = Q) -> list[Examined]:
    """The counters that need a second look."""
    named = benjamini_hochberg([each.p for each in found], q)
    return [each for each, is_named in zip(found, named, strict=True) if is_named]


def combined(ps: Sequence[float]) -> float:
    """The probability that the smallest of so many is as small as it is."""
    return 1 - (1 - min(ps)) ** len(ps) if ps and min(ps) > _MIN_P else min(ps, default=1.0) * max(len(ps), 1)


def benjamini_hochberg(ps: Sequence[float], q: float) -> list[bool]:
    """Which of the hypotheses are rejected at the false discovery rate ``q``."""
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    last = max((rank for rank, i in enumerate(order, 1) if ps[i] <= q * rank / len(ps)), default=0)
    rejected = set(order[:last])
    return [i in rejected for i in range(len(ps))]


def _calibrated(found: list[Examined]) -> list[Examined]:
    nulls = {test: _null(each.p for each in _of(found, test)) for test in {s.test for e in found for s in e.signals}}
    return [
        replace(each, signals=tuple(replace(s, p=_less_alarming(s.p, *nulls[s.test])) for s in each.signals))
        for each in found
    ]


def _of(found: Iterable[Examined], test: str) -> list[Signal]:
    return [signal for each in found for signal in each.signals if signal.test == test]


def _null(ps: Iterable[float]) -> tuple[float, float]:
    """Centre and scale of a test's z-values over all counters: at least those of the theory, 0 and 1. From the median
    and the 84th percentile, which a few counters in doubt do not move."""
    zs = [_z(p) for p in ps]
    if len(zs) < MIN_COUNTERS:
        return (0.0, 1.0)
    centre = max(median(zs), 0.0)
    return (centre, max(quantiles(zs, n=100)[83] - centre, 1.0))


def _less_alarming(p: float, centre: float, scale: float) -> float:
    return p if (centre, scale) == (0.0, 1.0) else _NORMAL.cdf(-(_z(p) - centre) / scale)


def _z(p: float) -> float:
    return -_NORMAL.inv_cdf(min(max(p, _MIN_P), 1 - 1e-9))
