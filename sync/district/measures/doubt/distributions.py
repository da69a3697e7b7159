"""Tails of the distributions that the tests of doubt need. Pure arithmetic, standard library only.

Checked against ``scipy.stats`` in ``tests/district/test_doubt_distributions.py``. Beta-binomial: J. G. Skellam, "A
probability distribution derived from the binomial distribution …", JRSS B 10 (1948) 257–261. The incomplete beta
function: the continued fraction of W. H. Press et al., *Numerical Recipes*, 3rd ed. (2007), section 6.4.
"""

from collections.abc import Callable, Sequence
from math import comb, exp, lgamma, log

from msgspec import Struct


class BetaBinomial(Struct, frozen=True):
    """Shares that differ from counter to counter as a beta distribution with mean a/(a+b)."""

    a: float
    b: float

    def tail(self, k: int, n: int) -> float:
        """The probability of at least ``k`` of ``n``."""
        if k <= 0:
            return 1.0
        base = _log_beta(self.a, self.b)
        return min(1.0, sum(exp(self._log_pmf(x, n) - base) for x in range(k, n + 1)))

    def _log_pmf(self, x: int, n: int) -> float:
        chosen = lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1)
        return chosen + _log_beta(x + self.a, n - x + self.b)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def poisson_pmf(mean: float, most: int) -> list[float]:
    """The probabilities of 0 to ``most``."""
    found = [exp(-mean)]
    for k in range(1, most + 1):
        found.append(found[-1] * mean / k)
    return found


def hypergeometric_pmf(drawn: int, marked: int, n: int) -> list[float]:
    """The probabilities of 0 to ``drawn`` marked ones among ``drawn`` of ``n``, of which ``marked`` are marked."""
    return [
        comb(marked, k) * comb(n - marked, drawn - k) / comb(n, drawn) if drawn - k <= n - marked else 0.0
        for k in range(drawn + 1)
    ]


def convolved(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """The distribution of the sum of two independent counts."""
    found = [0.0] * (len(one) + len(other) - 1)
    for i, p in enumerate(one):
        if p:
            for j, q in enumerate(other):
                found[i + j] += p * q
    return found


def student_tail(t: float, freedom: float) -> float:
    """The probability that Student's t is at least ``t``."""
    half = incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
    return half if t >= 0 else 1 - half


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function: the probability that a beta variable is at most ``x``."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(a * log(x) + b * log(1 - x) - _log_beta(a, b))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def beta_quantile(share: float, a: float, b: float) -> float:
    """The value below which a beta variable lies with probability ``share``, to 12 digits."""
    low, high = 0.0, 1.0
    while high - low > 1e-13:
        middle = (low + high) / 2
        if incomplete_beta(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _fraction(x: float, a: float, b: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1), tiny)
    found = d
    for m in range(1, 400):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = 1 / _not_zero(1 + step * d, tiny)
            c = _not_zero(1 + step / c, tiny)
            found *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return found


def _not_zero(value: float, tiny: float) -> float:
    return tiny if abs(value) < tiny else value


def smallest(tail: Callable[[int], float], most: int, level: float) -> int:
    """The largest count that is not unusual: one more has a tail below ``level``. ``tail`` falls."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        if tail(middle) >= level:
            low = middle
        else:
            high = middle - 1
    return low
