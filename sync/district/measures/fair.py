"""Compare units fairly: shares drawn towards the common one, ranks as ranges, three groups, a funnel and a control
chart. Pure.

A raw league table ranks noise: a unit with 20 ratings stands first or last by chance. Reference values from scipy and
from NHS FunnelPlotR's method stand in ``tests/district/test_fair.py``.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from math import exp, log, sqrt
from statistics import NormalDist, quantiles

from msgspec import Struct

from sync.district.measures.index import Measure
from sync.district.measures.intervals import Z_95, Interval, beta_quantile

SHRUNK_SHARE = Measure("fair.shrunk_share", 1)
"""The share satisfied as an empirical Bayes estimate: (k + a) ÷ (n + a + b), a and b the beta distribution of the
shares of all units compared, by maximum likelihood (B. Efron and C. Morris, "Data analysis using Stein's estimator and
its generalizations", JASA 70 (1975) 311–319). Its 95 % interval is that of Beta(k + a, n − k + b)."""

MIN_UNITS = 3
MIN_SHAPE, MAX_PRECISION = 0.5, 1e5
Z_998 = NormalDist().inv_cdf(0.999)
WINSORISED = 0.1
MIN_MONTHS = 12
_D2 = 1.128  # the mean of |difference of two standard normal values|


class Group(StrEnum):
    """Clearly above the common share, not to be told from it, clearly below."""

    ABOVE = "above"
    ALIKE = "alike"
    BELOW = "below"


class FairUnit(Struct, frozen=True):
    """One unit among others. ``share``: as counted. ``shrunk`` with its 95 % ``interval``; ``ranks``: the best and the
    worst place it may hold. ``limits``, ``far_limits``: where 95 % and 99.8 % of units of its size would lie in the
    funnel."""

    share: float
    n: int
    shrunk: float
    interval: Interval
    group: Group
    ranks: tuple[int, int]
    limits: Interval
    far_limits: Interval


class FairComparison(Struct, frozen=True):
    """``common``: the mean of the fitted distribution. ``funnel``: the share of all ratings together, around which the
    limits lie. ``dispersion``: how many times more the units differ than chance would make them (1: not at all)."""

    common: float
    funnel: float
    dispersion: float
    units: tuple[FairUnit, ...]


def compare(counts: Sequence[tuple[int, int]]) -> FairComparison | None:
    """Compares units by (satisfied, rated); ``None`` for fewer than ``MIN_UNITS``. Each must have been rated."""
    if len(counts) < MIN_UNITS:
        return None
    a, b = beta_prior(counts)
    means = [(k + a) / (n + a + b) for k, n in counts]
    spreads = [mean * (1 - mean) / (n + a + b + 1) for mean, (_, n) in zip(means, counts, strict=True)]
    target, dispersion, between = over_dispersion(counts)
    return FairComparison(
        common=a / (a + b),
        funnel=target,
        dispersion=dispersion,
        units=tuple(
            _compared(k, n, (a, b), rank_range(i, means, spreads), (target, between)) for i, (k, n) in enumerate(counts)
        ),
    )


def _compared(
    k: int, n: int, prior: tuple[float, float], ranks: tuple[int, int], funnel: tuple[float, float]
) -> FairUnit:
    a, b = prior
    interval = Interval(beta_quantile(0.025, k + a, n - k + b), beta_quantile(0.975, k + a, n - k + b))
    common = a / (a + b)
    group = Group.ABOVE if interval.low > common else Group.BELOW if interval.high < common else Group.ALIKE
    limits, far = (_limits(n, *funnel, z) for z in (Z_95, Z_998))
    return FairUnit(k / n, n, (k + a) / (n + a + b), interval, group, ranks, limits, far)


def rank_range(i: int, means: Sequence[float], variances: Sequence[float]) -> tuple[int, int]:
    """The best and the worst place of a unit: only those that are better, or worse, with 97.5 % probability are counted
    as such (normal approximation of the difference of two posterior shares)."""
    surely_better = surely_worse = 0
    for j, mean in enumerate(means):
        sure = Z_95 * sqrt(variances[i] + variances[j])
        surely_better += mean - means[i] > sure
        surely_worse += means[i] - mean > sure
    return (1 + surely_better, len(means) - surely_worse)


def over_dispersion(counts: Sequence[tuple[int, int]]) -> tuple[float, float, float]:
    """The share of all together, the over-dispersion φ of the z-values winsorised by ``WINSORISED``, and the standard
    deviation τ between units (D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics
    in Medicine 24 (2005) 1185–1202; R. DerSimonian and N. Laird, Controlled Clinical Trials 7 (1986) 177–188)."""
    total = sum(n for _, n in counts)
    target = sum(k for k, _ in counts) / total
    if target in (0, 1):
        return target, 1.0, 0.0
    errors = [sqrt(target * (1 - target) / n) for _, n in counts]
    zs = [(k / n - target) / error for (k, n), error in zip(counts, errors, strict=True)]
    ends = quantiles(zs, n=round(1 / WINSORISED), method="inclusive")
    phi = sum(min(max(z, ends[0]), ends[-1]) ** 2 for z in zs) / len(zs)
    weights = [1 / error**2 for error in errors]
    spare = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    variance = max(0.0, (len(zs) * phi - (len(zs) - 1)) / spare)
    return target, max(phi, 1.0), sqrt(variance)


def _limits(n: int, target: float, between: float, z: float) -> Interval:
    half = z * sqrt(target * (1 - target) / n + between**2)
    return Interval(max(0.0, target - half), min(1.0, target + half))


def beta_prior(counts: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """The beta distribution of the units' shares that makes the counts most probable, by Newton's method on log a and
    log b. It never weighs more than all ratings together: units that differ no more than chance make it no surer.
    Neither is below a half, as in Jeffreys' prior: below it a mean can lie outside of its own 95 % interval."""
    share = (sum(k for k, _ in counts) + 0.5) / (sum(n for _, n in counts) + 1)
    logs = [log(share * 20), log((1 - share) * 20)]
    best = _gradient(counts, *logs)[0]
    for _ in range(100):
        _, gradient, hessian = _gradient(counts, *logs)
        step = _newton(gradient, hessian)
        size = min(1.0, 2.0 / max(abs(step[0]), abs(step[1]), 1e-12))
        while size > 1e-9:
            tried = [logs[0] + size * step[0], logs[1] + size * step[1]]
            value = _gradient(counts, *tried)[0]
            if value >= best:
                break
            size /= 2
        if size <= 1e-9 or abs(size * step[0]) + abs(size * step[1]) < 1e-10 or exp(max(tried)) > MAX_PRECISION:
            break
        logs, best = tried, value
    a, b = exp(logs[0]), exp(logs[1])
    too_sure = max(1.0, (a + b) / sum(n for _, n in counts))
    return max(a / too_sure, MIN_SHAPE), max(b / too_sure, MIN_SHAPE)


def _newton(gradient: tuple[float, float], hessian: tuple[float, float, float]) -> tuple[float, float]:
    """Uphill by Newton's step, by the gradient where the surface is not a hilltop."""
    aa, ab, bb = hessian
    determinant = aa * bb - ab * ab
    if aa >= 0 or determinant <= 0:
        return gradient
    g, h = gradient
    return (-(bb * g - ab * h) / determinant, -(aa * h - ab * g) / determinant)


def _gradient(
    counts: Sequence[tuple[int, int]], log_a: float, log_b: float
) -> tuple[float, tuple[float, float], tuple[float, float, float]]:
    """The log likelihood of the counts without its constant, its slope and its curvature in log a and log b."""
    a, b = exp(log_a), exp(log_b)
    value = da = db = daa = dbb = dab = 0.0
    for k, n in counts:
        good, bad, both = _rising(a, k), _rising(b, n - k), _rising(a + b, n)
        value += good[0] + bad[0] - both[0]
        da, db = da + good[1] - both[1], db + bad[1] - both[1]
        daa, dbb, dab = daa + good[2] - both[2], dbb + bad[2] - both[2], dab - both[2]
    return value, (a * da, b * db), (a * a * daa + a * da, a * b * dab, b * b * dbb + b * db)


def _rising(x: float, n: int) -> tuple[float, float, float]:
    """log Γ(x + n) − log Γ(x) and its first two derivatives."""
    above, below = _log_gamma(x + n), _log_gamma(x)
    return (above[0] - below[0], above[1] - below[1], above[2] - below[2])


def _log_gamma(x: float) -> tuple[float, float, float]:
    """log Γ, digamma and trigamma by their asymptotic series above 8 (Abramowitz and Stegun 6.1.41, 6.3.18, 6.4.12)."""
    value = digamma = trigamma = 0.0
    while x < 8:
        value, digamma, trigamma, x = value - log(x), digamma - 1 / x, trigamma + 1 / (x * x), x + 1
    i = 1 / (x * x)
    value += (x - 0.5) * log(x) - x + 0.9189385332046727 + (1 / 12 - i * (1 / 360 - i * (1 / 1260 - i / 1680))) / x
    digamma += log(x) - 0.5 / x - i * (1 / 12 - i * (1 / 120 - i * (1 / 252 - i / 240)))
    trigamma += 1 / x + i / 2 + i / x * (1 / 6 - i * (1 / 30 - i * (1 / 42 - i / 30)))
    return value, digamma, trigamma


class ControlPoint(Struct, frozen=True):
    """One month of a unit: its share, and the limits outside which it is not the usual up and down."""

    share: float
    n: int
    limits: Interval

    @property
    def is_unusual(self) -> bool:
        return not self.limits.low <= self.share <= self.limits.high


def control_chart(counts: Sequence[tuple[int, int] | None]) -> tuple[ControlPoint | None, ...] | None:
    """Laney's p′ chart of one month after the other by (satisfied, rated), ``None`` for a month without a share: three
    standard errors, widened by how much the months vary anyway (D. B. Laney, "Improved control charts for attributes",
    Quality Engineering 14 (2002) 531–537). Only a month and the one right after it tell of that. The limits are never
    narrower than those of chance alone. ``None`` for fewer than ``MIN_MONTHS`` with a share, or when no two of them
    follow each other: the usual up and down is not known yet."""
    known = [each for each in counts if each]
    if len(known) < MIN_MONTHS:
        return None
    centre = sum(k for k, _ in known) / sum(n for _, n in known)
    errors = [sqrt(centre * (1 - centre) / each[1]) if each else 0.0 for each in counts]
    zs = [
        None if each is None else (each[0] / each[1] - centre) / error if error else 0.0
        for each, error in zip(counts, errors, strict=True)
    ]
    steps = [abs(after - before) for before, after in pairwise(zs) if before is not None and after is not None]
    if not steps:
        return None
    widened = max(1.0, sum(steps) / len(steps) / _D2)
    return tuple(
        None if each is None else _point(*each, centre, 3 * error * widened)
        for each, error in zip(counts, errors, strict=True)
    )


def _point(k: int, n: int, centre: float, half: float) -> ControlPoint:
    return ControlPoint(k / n, n, Interval(max(0.0, centre - half), min(1.0, centre + half)))
