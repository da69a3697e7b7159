"""The points and shares that circulars of the state define, as far as the district's data give them. Pure.

Thông tư 01/2018/TT-VPCP (in force until 30 June 2025), Điều 13: indicators of some points a dossier; Điều 15: the
indicator is the sum of the points over the number of dossiers, rounded to one digit, and what is missing is left out.
Quyết định 766/QĐ-TTg (2022), 5.4: 100 % less the share of late dossiers and of dossiers with a complaint or a "not
satisfied", so that whoever is silent counts as satisfied. It is reckoned here with ratings in the place of dossiers
that got one. What each is worth stands in ``indicator_rules``.
"""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from kiosk.domain.released import K
from sync.district.measures.dossier_states import DossierCounts, DossierState
from sync.district.measures.index import Measure
from sync.district.measures.indicator_rules import DatePoints, KeptPoints
from sync.district.measures.questions import QuestionFigure

DISSATISFIED = (1, 2)
FROM_QUESTIONS = ("1", "3", "4")
"""The indicators of Article 13 that citizens answer at the device; a questionnaire names them (``indicator``)."""


class Points(Struct, frozen=True):
    """An indicator of Thông tư 01/2018: its points (0 to 2, one digit), over how many, and how many were left out by
    law. ``from_dates``: made of the dossiers' dates, not of answers. ``total``: what they add up to.
    ``least``: where it is known only to lie between two values, the lower one, and ``value`` the higher."""

    indicator: str
    value: Decimal | None
    n: int
    excluded: int
    from_dates: bool = False
    total: int = 0
    least: Decimal | None = None

    @property
    def measure(self) -> Measure:
        """Its name and version."""
        return Measure(f"tt01.{self.key.replace('-', '.')}", 1)

    @property
    def key(self) -> str:
        """Names it on pages; the first alone is made both of dates and of answers."""
        return f"{self.indicator}-dates" if self.from_dates and self.indicator == "1" else self.indicator


class Kept(Struct, frozen=True):
    """Quyết định 766, 5.4: the share in percent with two digits, its points, and what it was made of."""

    percent: Decimal
    points: Decimal
    returned: int
    late: int
    dissatisfied: int


def points_from_answers(indicator: str, figures: Iterable[QuestionFigure], minimum_n: int) -> Points:
    """An indicator from the answers to every question that stands for it. Fewer than ``minimum_n``: no value."""
    total, n, excluded = 0, 0, 0
    for figure in figures:
        if figure.measure.question.indicator == indicator:
            given = {line.answer: line.n for line in figure.lines}
            for option in figure.measure.question.options:
                excluded += given.get(option.answer, 0) if option.excluded else 0
                if option.value is not None:
                    n += given.get(option.answer, 0)
                    total += option.value * given.get(option.answer, 0)
    return Points(indicator, _one_digit(total, n) if n >= max(minimum_n, 1) else None, n, excluded, total=total)


def points_from_dates(counts: DossierCounts, rule: DatePoints | None) -> Points:
    """Indicator 1, the whole time beside the promised one. No value before there was a ``rule``."""
    return _by_date("1", counts, counts[DossierState.RETURNED_UNDATED], rule)


def points_from_office(at_office: DossierCounts, returned: int, rule: DatePoints | None) -> Points:
    """Indicator 2, the time at the office alone beside the one it had. ``at_office``: how it was done with those of the
    ``returned`` dossiers of which a list told both; the others are left out, and counted. No value before there was a
    ``rule``."""
    return _by_date("2", at_office, max(0, returned - at_office.judged), rule)


def _by_date(indicator: str, counts: DossierCounts, excluded: int, rule: DatePoints | None) -> Points:
    n, total = counts.judged, 0
    value = None
    if rule is not None and n:
        early, on_time, late = (counts[each] for each in (DossierState.EARLY, DossierState.ON_TIME, DossierState.LATE))
        total = rule.early * early + rule.on_time * on_time + rule.late * late
        value = _one_digit(total, n)
    return Points(indicator, value, n, excluded, from_dates=True, total=total)


def points_from_conduct(
    counts: DossierCounts, found: Mapping[str, int], places: int, rule: DatePoints | None
) -> Points:
    """Indicator 7, conduct: the points of a dossier by its date, none for one about which a complaint was concluded to
    be true, or partly. ``found``: how those stand that are released, five or more of a place together. At each of
    ``places`` up to ``K`` - 1 more may be known that are told to nobody: the indicator lies between what they could
    take away and what they would leave. No value before there was a ``rule``, or where no dossier has dates."""
    n = counts.judged
    if rule is None or not n:
        return Points("7", None, 0, 0)
    worth = {DossierState.EARLY: rule.early, DossierState.ON_TIME: rule.on_time, DossierState.LATE: rule.late}
    total, most = sum(points * counts[state] for state, points in worth.items()), max(worth.values())
    lost = sum(points * found.get(state, 0) for state, points in worth.items())
    unknown = sum(found.values()) - sum(found.get(state, 0) for state in worth)
    untold = most * (unknown + (K - 1) * places)
    high, low = max(0, total - lost), max(0, total - lost - untold)
    return Points("7", _one_digit(high, n), n, 0, from_dates=True, total=high, least=_one_digit(low, n))


def kept_by_766(counts: DossierCounts, dissatisfied: int | None, rule: KeptPoints | None) -> Kept | None:
    """5.4 as the decision reckons it; ``None`` when it was not in force, nothing was returned, or ratings are too few
    to be told. Complaints are not in it: how many there are is not told in groups."""
    if rule is None or not counts.returned or dissatisfied is None:
        return None
    late = counts[DossierState.LATE]
    kept = max(0, counts.returned - late - dissatisfied)
    percent = _rounded(Decimal(100 * kept) / counts.returned, "0.01")
    most = Decimal(rule.full_points)
    points = most if percent >= rule.full_from else _rounded(percent * most / rule.full_from, "0.01")
    return Kept(percent, points, counts.returned, late, dissatisfied)


def _one_digit(total: int, n: int) -> Decimal:
    return _rounded(Decimal(total) / n, "0.1")


def _rounded(value: Decimal, unit: str) -> Decimal:
    """Halves go up, as people of the office round."""
    return value.quantize(Decimal(unit), ROUND_HALF_UP)
