"""How likely a sentence is a report of bribery or abuse rather than an innocent one, learned from the examples in
``config/schemes/sensitive-examples.toml``. Pure.

Naive Bayes over which syllables and pairs of syllables stand in a sentence (Manning, Raghavan, Schütze, Introduction to
Information Retrieval, 2008, section 13.2), with and without their marks, each number taken as one. It is learned anew
at each start from sentences anybody can read and add to; no weights are kept anywhere.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from math import log

from msgspec import Struct

from kiosk.paths import shipped_scheme
from kiosk.vietnamese.fold import fold
from sync.district.domain.plain_syllables import read_out, sentences, syllables

SMOOTHING = 0.2
"""Added to each count, so that what was seen once is not taken for certain."""

_DIGITS = re.compile(r"\d+")


class Likelihood(Struct, frozen=True):
    """What each sign adds to the logarithm of the odds that a sentence is a report, and from where on it counts."""

    weights: Mapping[str, float]
    threshold: float
    short: Mapping[str, str]

    def of(self, sentence: str) -> float:
        """The natural logarithm of the odds that a sentence is a report; 0 when nothing in it was seen before."""
        return sum(self.weights.get(sign, 0.0) for sign in signs(sentence, self.short))

    def holds(self, text: str) -> bool:
        """Whether one of the sentences of a text is likely a report."""
        return any(self.of(sentence) > self.threshold for sentence in sentences(text))


def learn(
    reports: Sequence[str], innocent: Sequence[str], threshold: float, short: Mapping[str, str] | None = None
) -> Likelihood:
    """Learns from examples of both kinds.

    >>> learned = learn(["đưa phong bì"], ["phòng bì dột"], 0.0)
    >>> learned.of("đưa tiền") > 0 > learned.of("dột")
    True
    """
    short = short or {}
    first, second = _counts(reports, short), _counts(innocent, short)
    of_reports, of_innocent = len(reports) + 2 * SMOOTHING, len(innocent) + 2 * SMOOTHING
    weights = {
        sign: log((first[sign] + SMOOTHING) / of_reports) - log((second[sign] + SMOOTHING) / of_innocent)
        for sign in first.keys() | second.keys()
    }
    return Likelihood(weights, threshold, short)


@cache
def shipped_likelihood() -> Likelihood:
    """What the shipped examples teach, learned once."""
    content = shipped_scheme("sensitive-examples.toml")
    short = shipped_scheme("sensitive-words.toml")["short"]
    return learn(content["reports"], content["innocent"], content["threshold"], short)


def signs(sentence: str, short: Mapping[str, str]) -> frozenset[str]:
    """The syllables and pairs of a sentence, as written and (behind a tilde) without marks."""
    read = [_DIGITS.sub("0", each) for each in read_out(syllables(sentence), short)]
    bare = [fold(each) for each in read]
    return frozenset((*read, *_pairs(read), *(f"~{each}" for each in bare), *(f"~{pair}" for pair in _pairs(bare))))


def _pairs(read: Sequence[str]) -> list[str]:
    return [f"{one} {other}" for one, other in pairwise(read)]


def _counts(examples: Iterable[str], short: Mapping[str, str]) -> Counter[str]:
    counted = Counter[str]()
    for example in examples:
        counted.update(signs(example, short))
    return counted
