"""The Wilson score interval for a share.

E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", Journal of the American
Statistical Association 22 (1927) 209–212. Recommended for small n over the usual interval by A. Agresti and
B. A. Coull, "Approximate Is Better than 'Exact' …", The American Statistician 52 (1998) 119–126.
"""

from math import sqrt
from statistics import NormalDist

from msgspec import Struct

Z_95 = NormalDist().inv_cdf(0.975)


class Interval(Struct, frozen=True):
    """From ``low`` to ``high``, both between 0 and 1."""

    low: float
    high: float


def wilson(successes: int, n: int, z: float = Z_95) -> Interval:
    """The interval that holds the true share with 95 % confidence. Raises ``ValueError`` unless 0 ≤ successes ≤ n ≥ 1.

    It never leaves 0 … 1, always holds the observed share, and narrows as n grows.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no share")
    share = successes / n
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / scale
    # At the ends the formula gives exactly 0 and 1; rounding must not push the bounds past the share itself.
    low = 0.0 if successes == 0 else min(max(centre - half, 0.0), share)
    high = 1.0 if successes == n else max(min(centre + half, 1.0), share)
    return Interval(low, high)
