"""Chỉ số tại quầy: the share satisfied with its interval, and how many of the dossiers were rated."""

from collections.abc import Mapping

from msgspec import Struct

from kiosk.domain.rating import Score
from sync.district.measures.intervals import Interval, wilson

SATISFIED = (Score.SATISFIED, Score.VERY_SATISFIED)
_SCORES = tuple(int(score) for score in Score)  # a page adds thousands of these up, and members of an enum are slow


class Measure(Struct, frozen=True):
    """A named definition. A figure is only comparable with one of the same name and version."""

    name: str
    version: int


SHARE_SATISFIED = Measure("counter_index.share_satisfied", 2)
"""Released ratings with score 4 or 5 ÷ all released ratings, both stages together; Wilson interval at 95 %. Of several
ratings of one dossier at one stage the lowest counts (version 1: the earliest, and every rating at once)."""

FIVE_COUNTS = Measure("counter_index.five_counts", 1)
"""How many of the ratings in the share gave each of the five levels. The share alone hides what it is made of."""

COVERAGE = Measure("counter_index.coverage", 3)
"""Released ratings as a share of the visits of the period: dossiers received and dossiers returned, each once (version
2: beside dossiers received or returned). A citizen without a receipt counts too, and where more rated at a unit or a
counter than are known to have come, its list of dossiers is not whole and no share is told, there or above."""


class Share(Struct, frozen=True):
    """A share between 0 and 1 with its 95 % interval: ``satisfied`` of ``rated``."""

    value: float
    interval: Interval
    satisfied: int
    rated: int


class Contradictions(Struct, frozen=True):
    """Dossiers that were given different scores at one stage: how many, and how many more of them would be satisfied if
    the highest score of each counted and not the lowest."""

    cases: int = 0
    raised: int = 0

    def __add__(self, other: "Contradictions") -> "Contradictions":
        return Contradictions(self.cases + other.cases, self.raised + other.raised)


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

    @property
    def satisfied_with_the_highest(self) -> int:
        """How many would be satisfied if of contradicting ratings the highest counted."""
        return min(self.rated, self.satisfied + max(0, self.contradictions.raised))


def _sum(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    if not one or not other:
        return dict(one or other)
    return {score: one.get(score, 0) + other.get(score, 0) for score in _SCORES}


NOTHING = Counts({}, 0)


def share_satisfied(counts: Counts, minimum_n: int) -> Share | None:
    """The share satisfied, or ``None`` below ``minimum_n`` ratings: too few is said, not shown."""
    return _share(counts.satisfied, counts.rated, minimum_n)


def share_with_the_highest(counts: Counts, minimum_n: int) -> Share | None:
    """The share if of contradicting ratings the highest counted; ``None`` when nothing contradicts or too few rated."""
    if not counts.contradictions.cases:
        return None
    return _share(counts.satisfied_with_the_highest, counts.rated, minimum_n)


def _share(satisfied: int, rated: int, minimum_n: int) -> Share | None:
    if rated < max(minimum_n, 1):
        return None
    return Share(satisfied / rated, wilson(satisfied, rated), satisfied, rated)
