"""Chỉ số tại quầy: the share satisfied with its interval, and how many of the dossiers were rated."""

from collections.abc import Mapping

from msgspec import Struct

from kiosk.domain.rating import Score
from sync.district.measures.wilson import Interval, wilson

SATISFIED = (Score.SATISFIED, Score.VERY_SATISFIED)


class Measure(Struct, frozen=True):
    """A named definition. A figure is only comparable with one of the same name and version."""

    name: str
    version: int


SHARE_SATISFIED = Measure("counter_index.share_satisfied", 1)
"""Ratings with score 4 or 5 ÷ all counted ratings, both stages together; Wilson interval at 95 %."""

COVERAGE = Measure("counter_index.coverage", 1)
"""Counted ratings beside dossiers received or returned in the period. A dossier may be rated at both stages, and a
citizen without a receipt counts too, so the first number may exceed the second."""


class Share(Struct, frozen=True):
    """A share between 0 and 1 with its 95 % interval: ``satisfied`` of ``rated``."""

    value: float
    interval: Interval
    satisfied: int
    rated: int


class Counts(Struct, frozen=True):
    """What was counted: ratings by score (1 to 5), and dossiers."""

    scores: Mapping[int, int]
    dossiers: int

    @property
    def rated(self) -> int:
        return sum(self.scores.values())

    @property
    def satisfied(self) -> int:
        return sum(self.scores.get(score, 0) for score in SATISFIED)

    def __add__(self, other: "Counts") -> "Counts":
        scores = {score: self.scores.get(score, 0) + other.scores.get(score, 0) for score in (1, 2, 3, 4, 5)}
        return Counts(scores, self.dossiers + other.dossiers)


NOTHING = Counts({}, 0)


def share_satisfied(counts: Counts, minimum_n: int) -> Share | None:
    """The share satisfied, or ``None`` below ``minimum_n`` ratings: too few is said, not shown."""
    if counts.rated < max(minimum_n, 1):
        return None
    interval = wilson(counts.satisfied, counts.rated)
    return Share(counts.satisfied / counts.rated, interval, counts.satisfied, counts.rated)
