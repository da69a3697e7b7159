"""The points of Thông tư 01/2018/TT-VPCP that a counter's figures give, for those who sit there. Pure.

Of the five indicators of an officer (Điều 13: 1, 2, 3, 4 and 7; Điều 15 leaves out what is missing) a counter tells the
whole time beside the promised one, what the office alone took where the lists of dossiers tell it (two columns of
``district import dossiers``), how often somebody had to come again, to how many offices, and conduct. Of conduct (7) a
complaint that was concluded to be true counts once its officers were told and heard, and only with four others of the
counter; so the indicator may be told as two values between which it lies. The classes of the circular are an officer's,
and these are a counter's points, so none is named.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from sync.district.measures.disclosure import Rules
from sync.district.measures.dossier_states import DossierCounts
from sync.district.measures.indicator_rules import DatePoints
from sync.district.measures.indicators import Points, points_from_answers, points_from_dates
from sync.district.measures.intervals import Interval, hoeffding
from sync.district.measures.organisation import Branch
from sync.district.measures.questions import QuestionMeasure, question_figures
from sync.district.measures.reasons import Answered

MAX_POINTS = 2
ANSWERED = ("3", "4")
"""The indicators of which citizens alone tell. Of the first the dossiers' dates tell more: who was late is not
asked."""


class ScorePart(Struct, frozen=True):
    """One indicator. ``interval``: between 0 and 2 points; ``None`` where there are too few answers, and for what is no
    sample, as the dates of every dossier are."""

    points: Points
    interval: Interval | None

    @property
    def name(self) -> str:
        """The key of its texts."""
        return self.points.key

    @property
    def least(self) -> Decimal:
        """The fewest points that it can be."""
        value = self.points.value or Decimal()
        return value if self.points.least is None else self.points.least


class OwnScore(Struct, frozen=True):
    """The indicators of a counter, those with too few too."""

    parts: tuple[ScorePart, ...]
    minimum_n: int

    @property
    def known(self) -> tuple[ScorePart, ...]:
        """Those that have a value."""
        return tuple(part for part in self.parts if part.points.value is not None)

    @property
    def total(self) -> Decimal:
        """Their sum, of the rounded points as Điều 15 adds them."""
        return sum((part.points.value or Decimal() for part in self.known), Decimal())

    @property
    def least(self) -> Decimal:
        """The fewest points that it can be, where one lies between two values."""
        return sum((part.least for part in self.known), Decimal())

    @property
    def most(self) -> int:
        """The most points that those could have together."""
        return MAX_POINTS * len(self.known)


def own_score(
    questions: Iterable[QuestionMeasure],
    answers: Mapping[Branch, Mapping[Answered, int]],
    dossiers: DossierCounts,
    at: Iterable[Branch],
    rule: DatePoints | None,
    rules: Rules,
    office: Points,
    conduct: Points,
) -> OwnScore:
    """The points of a counter, which stands ``at`` some branches of the tree; ``office`` and ``conduct``: those of its
    indicators 2 and 7."""
    figures, minimum = question_figures(list(questions), answers, at, rules), max(rules.minimum_n, rules.floor)
    dates = points_from_dates(dossiers, rule)
    first = dates if dates.value is not None else points_from_answers("1", figures, minimum)
    parts = (first, office, *(points_from_answers(each, figures, minimum) for each in ANSWERED), conduct)
    return OwnScore(tuple(ScorePart(each, _interval(each)) for each in parts), minimum)


def _interval(points: Points) -> Interval | None:
    if points.value is None or points.from_dates:
        return None
    found = hoeffding(points.total / (MAX_POINTS * points.n), points.n)
    return Interval(MAX_POINTS * found.low, MAX_POINTS * found.high)
