"""What the district tells a kiosk of one counter in one period: released groups only. Pure; both ends read it here.

JSON of ``content``: ``rated`` (how many ratings), left out where there are too few for a number; ``scores`` (``"1"``
to ``"5"``: how many of each), left out where there are too few for a share; ``visits``, left out where nobody knows how
many came; ``change`` against the period before; ``reasons``, each ``[side, questionnaire, question, answer, n]``.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct

from kiosk.domain.rating import Score

WEEK, WEEK_BEFORE, MONTH, MONTH_BEFORE = "week", "week_before", "month", "month_before"


class Trend(StrEnum):
    """How a period stands to the one before: clearly better, clearly lower, no clear difference, too few to say."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    UNKNOWN = "unknown"


class CountedReason(Struct, frozen=True):
    """A reason that was often given. ``good``: it speaks for the service, else it asks for something better."""

    good: bool
    questionnaire: str
    question_id: str
    answer: str
    n: int


class CounterFigures(Struct, frozen=True):
    """The figures of a period. ``rated`` ``None``: too few for a number; ``scores`` ``None``: too few for a share, else
    from worst to best; ``visits`` ``None``: nobody knows how often somebody was served."""

    rated: int | None = None
    scores: tuple[int, int, int, int, int] | None = None
    visits: int | None = None
    change: Trend = Trend.UNKNOWN
    reasons: tuple[CountedReason, ...] = ()


def content_of(figures: CounterFigures) -> dict[str, Any]:
    """The figures as they stand in a snapshot."""
    content: dict[str, Any] = {"change": str(figures.change)}
    if figures.rated is not None:
        content["rated"] = figures.rated
    if figures.scores is not None:
        content["scores"] = {str(int(score)): n for score, n in zip(Score, figures.scores, strict=True)}
    if figures.visits is not None:
        content["visits"] = figures.visits
    if figures.reasons:
        content["reasons"] = [
            ["good" if each.good else "better", each.questionnaire, each.question_id, each.answer, each.n]
            for each in figures.reasons
        ]
    return content


def figures_from(content: Mapping[str, Any]) -> CounterFigures:
    """Reads what a district sent. Raises ``ValueError``, ``KeyError`` or ``TypeError`` where it is none of this."""
    scores = content.get("scores")
    return CounterFigures(
        rated=_count(content["rated"]) if "rated" in content else None,
        scores=None if scores is None else _five([_count(scores[str(int(score))]) for score in Score]),
        visits=_count(content["visits"]) if "visits" in content else None,
        change=Trend(content.get("change", Trend.UNKNOWN)),
        reasons=tuple(_reason(*each) for each in content.get("reasons", ())),
    )


def _five(counts: list[int]) -> tuple[int, int, int, int, int]:
    worst, bad, middling, good, best = counts
    return worst, bad, middling, good, best


def _reason(side: str, questionnaire: str, question_id: str, answer: str, n: int) -> CountedReason:
    return CountedReason(side == "good", str(questionnaire), str(question_id), str(answer), _count(n))


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value
