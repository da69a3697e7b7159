"""What is usual among the other counters: a share that differs a little from counter to counter. Pure.

The share of one counter is judged against a beta-binomial distribution fitted to the others by the method of moments
(J. C. Kleinman, "Proportions with extraneous variance", JASA 68 (1973) 46–54). The variance is made larger where few
others are known. The counter's own past is no measure: what goes on for long would become its own excuse.
"""

from collections.abc import Sequence

from sync.district.measures.doubt.distributions import BetaBinomial

MIN_PEERS = 8
MIN_RATED = 30
MIN_SHARE, MAX_SHARE = 0.002, 0.998
MIN_DISPERSION = 0.002


def fit(counts: Sequence[tuple[int, int]]) -> BetaBinomial | None:
    """The distribution of shares k ÷ n at the other counters; ``None`` when fewer than ``MIN_PEERS`` are known."""
    known = [(k, n) for k, n in counts if n >= MIN_RATED]
    if len(known) < MIN_PEERS:
        return None
    total = sum(n for _, n in known)
    share = min(max(sum(k for k, _ in known) / total, MIN_SHARE), MAX_SHARE)
    spread = sum(n * (k / n - share) ** 2 for k, n in known) / total
    within = share * (1 - share) * len(known) / total
    between = max(0.0, spread - within) / (share * (1 - share)) * (len(known) - 1) / (len(known) - 3)
    dispersion = min(max(between, MIN_DISPERSION), 0.5)
    precision = 1 / dispersion - 1
    return BetaBinomial(share * precision, (1 - share) * precision)
