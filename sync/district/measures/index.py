"""Chỉ số tại quầy: the share satisfied with its interval, and how many of the dossiers were rated."""

from collections.abc import Mapping

from msgspec import Struct, field

from kiosk.domain.rating import Score
from sync.district.measures.wilson import Interval, wilson

SATISFIED = (Score.SATISFIED, Score.VERY_SATISFIED)


class Measure(Struct, frozen=True):
    """A named definition. A figure is only comparable with one of the same name and version."""

    name: str
    version: int


SHARE_SATISFIED = Measure("counter_index.share_satisfied", 2)
"""Released ratings with score 4 or 5 ÷ all released ratings, both stages together; Wilson interval at 95 %. Of several
ratings of one dossier at one stage the lowest counts (version 1: the earliest, and every rating at once)."""

COVERAGE = Measure("counter_index.coverage", 2)
"""Released ratings beside dossiers received or returned in the period. A dossier may be rated at both stages, and a
citizen without a receipt counts too, so the first number may exceed the second."""


class Share(Struct, frozen=True):
    """A share between 0 and 1 with its 95 % interval: ``satisfied`` of ``rated``."""

    value: float
    interval: Interval
    satisfied: int
    rated: int


class Contradictions(Struct, frozen=True):
    """Dossiers that were given different scores at one stage: how many, with the lowest of each (which counts) and the
    highest, by score."""

    cases: int = 0
    lowest: Mapping[int, int] = field(default_factory=dict)
    highest: Mapping[int, int] = field(default_factory=dict)

    def __add__(self, other: "Contradictions") -> "Contradictions":
        return Contradictions(
            self.cases + other.cases, _sum(self.lowest, other.lowest), _sum(self.highest, other.highest)
        )


class Counts(Struct, frozen=True):
    """What was counted: ratings by score (1 to 5), and dossiers. Of contradicting ratings the lowest is in it."""

    scores: Mapping[int, int]
    dossiers: int
    contradictions: Contradictions = Contradictions()

    @property
    def rated(self) -> int:
        return sum(self.scores.values())

    @property
    def satisfied(self) -> int:
        return sum(self.scores.get(score, 0) for score in SATISFIED)

    def __add__(self, other: "Counts") -> "Counts":
        scores = _sum(self.scores, other.scores)
        return Counts(scores, self.dossiers + other.dossiers, self.contradictions + other.contradictions)

    def with_the_highest(self) -> "Counts":
        """The counts if of contradicting ratings the highest counted."""
        contradictions = self.contradictions
        scores = {
            n: self.scores.get(n, 0) - contradictions.lowest.get(n, 0) + contradictions.highest.get(n, 0) for n in Score
        }
        return Counts({int(n): max(0, count) for n, count in scores.items()}, self.dossiers)


def _sum(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    return {int(score): one.get(score, 0) + other.get(score, 0) for score in Score}


NOTHING = Counts({}, 0)


def share_satisfied(counts: Counts, minimum_n: int) -> Share | None:
    """The share satisfied, or ``None`` below ``minimum_n`` ratings: too few is said, not shown."""
    if counts.rated < max(minimum_n, 1):
        return None
    interval = wilson(counts.satisfied, counts.rated)
    return Share(counts.satisfied / counts.rated, interval, counts.satisfied, counts.rated)
