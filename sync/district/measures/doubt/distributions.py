"""Tails of the distributions that the tests of doubt need. Pure arithmetic, standard library only.

Checked against ``scipy.stats`` in ``tests/district/test_doubt_distributions.py``. Beta-binomial: J. G. Skellam, "A
probability distribution derived from the binomial distribution …", JRSS B 10 (1948) 257–261.
"""

from collections.abc import Callable, Sequence
from math import comb, exp, lgamma

from msgspec import Struct

from sync.district.measures.intervals import beta_below


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
    half = beta_below(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
    return half if t >= 0 else 1 - half


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
