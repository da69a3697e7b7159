"""Intervals for shares and for the difference of two shares. Pure.

Wilson is for every share that is shown: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
Inference", Journal of the American Statistical Association 22 (1927) 209–212; recommended for small n by A. Agresti and
B. A. Coull, "Approximate Is Better than 'Exact' …", The American Statistician 52 (1998) 119–126. Clopper–Pearson is for
a share that decides about a person: it never holds less than it promises (C. J. Clopper and E. S. Pearson, Biometrika
26 (1934) 404–413). Hoeffding's is for a mean of points that decides about a person: whatever lies between the least and
the most points, it never holds less than it promises (W. Hoeffding, "Probability Inequalities for Sums of Bounded
Random Variables", Journal of the American Statistical Association 58 (1963) 13–30, theorem 1). Newcombe is for a
difference (R. G. Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10).
"""

from math import exp, lgamma, log, sqrt
from statistics import NormalDist

from msgspec import Struct

Z_95 = NormalDist().inv_cdf(0.975)
Z_POWER = NormalDist().inv_cdf(0.8)
"""A change is called visible when four of five samples of its size would show it."""

_TINY = 1e-300


class Interval(Struct, frozen=True):
    """From ``low`` to ``high``: shares between 0 and 1, or differences of shares between -1 and 1."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies within, ends included."""
        return self.low <= value <= self.high


def wilson(successes: int, n: int, z: float = Z_95) -> Interval:
    """The interval that holds the true share with 95 % confidence. Raises ``ValueError`` unless 0 ≤ successes ≤ n ≥ 1.

    It never leaves 0 … 1, always holds the observed share, and narrows as n grows.
    """
    _check(successes, n)
    return _wilson(successes, n, float(n), z)


def wilson_finite(successes: int, n: int, population: int, z: float = Z_95) -> Interval:
    """Wilson's interval when the n were drawn from a known finite population: n counts as n (N - 1) / (N - n)
    (the finite population correction), and no bound is told that the silent could not reach. Raises ``ValueError``
    for a population smaller than n.
    """
    _check(successes, n)
    possible = manski(successes, n, population)
    if population == n:
        return possible
    found = _wilson(successes, n, n * (population - 1) / (population - n), z)
    return Interval(max(found.low, possible.low), min(found.high, possible.high))


def manski(successes: int, n: int, population: int) -> Interval:
    """The share if everybody who was silent had been unsatisfied, and if everybody had been satisfied: no statistics,
    only arithmetic (C. F. Manski, Partial Identification of Probability Distributions, 2003, chapter 1). Raises
    ``ValueError`` for a population smaller than n."""
    _check(successes, n)
    if population < n:
        raise ValueError(f"{n} of {population} cannot have answered")
    return Interval(successes / population, (successes + population - n) / population)


def clopper_pearson(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """The interval that holds the true share with at least this confidence, whatever the share is. Raises
    ``ValueError`` unless 0 ≤ successes ≤ n ≥ 1."""
    _check(successes, n)
    tail = (1 - confidence) / 2
    low = 0.0 if successes == 0 else beta_quantile(tail, successes, n - successes + 1)
    high = 1.0 if successes == n else beta_quantile(1 - tail, successes + 1, n - successes)
    return Interval(low, high)


def hoeffding(mean: float, n: int, confidence: float = 0.95) -> Interval:
    """The interval that holds the true mean of n independent values between 0 and 1 with at least this confidence:
    every mean whose relative entropy to the observed one, times n, is small enough. Raises ``ValueError`` unless
    0 ≤ mean ≤ 1 and n ≥ 1."""
    if n < 1 or not 0 <= mean <= 1:
        raise ValueError(f"{mean} of {n} is no mean between 0 and 1")
    most = log(2 / (1 - confidence)) / n
    return Interval(_farthest(mean, 0.0, most), _farthest(mean, 1.0, most))


def _farthest(mean: float, end: float, most: float) -> float:
    """The mean nearest to an ``end`` whose relative entropy to the observed one is at most so much, by halving."""
    near, far = mean, end
    for _ in range(60):
        middle = (near + far) / 2
        near, far = (middle, far) if _entropy(mean, middle) <= most else (near, middle)
    return near


def _entropy(observed: float, true: float) -> float:
    """The relative entropy of two means (Kullback–Leibler), of values that are 0 or 1."""
    return _part(observed, true) + _part(1 - observed, 1 - true)


def _part(observed: float, true: float) -> float:
    if observed == 0:
        return 0.0
    return observed * log(observed / max(true, _TINY))


def newcombe(successes: int, n: int, successes_before: int, n_before: int, z: float = Z_95) -> Interval:
    """The interval of the difference of two independent shares, the second taken from the first. Holds 0: the two
    cannot be told apart. Raises ``ValueError`` for what is no share."""
    now, before = wilson(successes, n, z), wilson(successes_before, n_before, z)
    share, share_before = successes / n, successes_before / n_before
    difference = share - share_before
    low = difference - sqrt((share - now.low) ** 2 + (before.high - share_before) ** 2)
    high = difference + sqrt((now.high - share) ** 2 + (share_before - before.low) ** 2)
    return Interval(low, high)


def smallest_visible_change(successes: int, n: int, successes_before: int, n_before: int) -> float:
    """The smallest difference of two shares that samples of these sizes show four times of five (power 80 %, two-sided
    at 5 %; normal approximation at the pooled share). Raises ``ValueError`` for what is no share.

    Two successes and two failures are added to the pooled share (Agresti and Coull 1998): at 0 and 1 it would be known
    without doubt otherwise.
    """
    _check(successes, n)
    _check(successes_before, n_before)
    pooled = (successes + successes_before + 2) / (n + n_before + 4)
    return min(1.0, (Z_95 + Z_POWER) * sqrt(pooled * (1 - pooled) * (1 / n + 1 / n_before)))


def _check(successes: int, n: int) -> None:
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")


def _wilson(successes: int, n: int, weight: float, z: float) -> Interval:
    """Wilson's interval of a share that counts as ``weight`` answers."""
    share = successes / n
    scale = 1 + z * z / weight
    centre = (share + z * z / (2 * weight)) / scale
    half = z * sqrt(share * (1 - share) / weight + z * z / (4 * weight * weight)) / scale
    # At the ends the formula gives exactly 0 and 1; rounding must not push the bounds past the share itself.
    low = 0.0 if successes == 0 else min(max(centre - half, 0.0), share)
    high = 1.0 if successes == n else max(min(centre + half, 1.0), share)
    return Interval(low, high)


def beta_quantile(wanted: float, a: float, b: float) -> float:
    """Where the beta distribution has this much below it, by halving: 60 steps are finer than a float tells."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if beta_below(middle, a, b) < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_below(x: float, a: float, b: float) -> float:
    """How much of the beta distribution lies below ``x``: the regularised incomplete beta function, by its continued
    fraction (DLMF 8.17.22)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction is quick on this side of the mean only
        return 1.0 - beta_below(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x)) / a
    return front / _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Lentz's way of reckoning the continued fraction from the front."""
    value, c, d = 1.0, 1.0, 0.0
    for n in range(1, 10_000):
        m = n // 2
        if n % 2:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + step * d) or _TINY)
        c = (1 + step / c) or _TINY
        value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
