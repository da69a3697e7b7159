"""What a counter's page tells of its last twelve finished months, read from released groups: the trend with its
drawing, and, for those who sit there, the points of Thông tư 01/2018."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from msgspec import Struct

from sync.district.measures.disclosure import Rules
from sync.district.measures.dossier_states import DossierCounts
from sync.district.measures.indicator_rules import IndicatorRules, begun
from sync.district.measures.indicators import points_from_conduct, points_from_office
from sync.district.measures.organisation import TodayView, TreeName
from sync.district.measures.own_score import OwnScore, own_score
from sync.district.measures.own_trend import TrendMonth, own_trend
from sync.district.measures.period import Asked, PeriodName, period
from sync.district.measures.placed import Spot, placed, placed_counts
from sync.district.measures.questions import question_measures
from sync.district.measures.reasons import readable, shipped_contents
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.measures.tree import UnitNode, find, unit_trees
from sync.district.store import answers
from sync.district.store.conclusions import conduct_by_era
from sync.district.store.dossier_states import at_the_office_by_era
from sync.district.store.engine import Connection
from sync.district.store.figures import released_by_era
from sync.district.store.organisation import organisation
from sync.district.store.releases import shown_until
from sync.district.web.counted import chosen_units, counted, with_dossiers

MONTHS = 12
WIDTH, HEIGHT = 640.0, 300.0
_STEP = 0.1


class DrawnMonth(Struct, frozen=True):
    """A month on the sheet: where its middle line is from left to right, and how high the share, its interval and the
    middle of the counters are; ``None`` for what is not told."""

    month: date
    x: float
    share: float | None
    low: float | None
    high: float | None
    middle: float | None


class TrendDrawing(Struct, frozen=True):
    """Months on a sheet of ``WIDTH`` × ``HEIGHT``, its lower edge the share ``low``, its upper one 100 %."""

    low: float
    width: float
    months: tuple[DrawnMonth, ...]


class CounterTrend(Struct, frozen=True):
    """The finished months of a counter, the oldest first, up to the day ``last``; ``drawing``: ``None`` while none has
    a share."""

    months: tuple[TrendMonth, ...]
    last: date
    drawing: TrendDrawing | None

    @property
    def first(self) -> date:
        """Its first day."""
        return self.months[0].month

    @property
    def newest(self) -> TrendMonth:
        """The month that ended last."""
        return self.months[-1]

    @property
    def months_known(self) -> int:
        """How many have a share."""
        return sum(each.figure.share is not None for each in self.months)

    @property
    def has_middle(self) -> bool:
        """Whether the middle of the counters is told for any."""
        return any(each.middle is not None for each in self.months)


def counter_trend(connection: Connection, unit_id: str, counter_id: str, rules: Rules, today: date) -> CounterTrend:
    """Reads the finished months of a counter, by today's tree."""
    months, last = finished_months(shown_until(connection, today))
    view, by_month = TodayView(organisation(connection), today), defaultdict[int, dict[Spot, ReleasedCounts]](dict)
    for spot, there in released_by_era(connection, months[0], last, months[1:]).items():
        by_month[spot[0]][spot] = there
    trees = [(month, _unit(view, by_month.get(era, {}), unit_id)) for era, month in enumerate(months)]
    found = own_trend(trees, counter_id, rules)
    return CounterTrend(found, last, drawing_of(found))


def counter_score(
    connection: Connection, unit_id: str, counter_id: str, rules: Rules, law: IndicatorRules, today: date
) -> OwnScore:
    """Reads the points of a counter in the same months, by the same tree."""
    months, last = finished_months(shown_until(connection, today))
    chosen = period(Asked(PeriodName.RANGE, first=months[0], last=last), last)
    here = with_dossiers(connection, counted(connection, organisation(connection), chosen, today, TreeName.OF_TODAY))
    given = placed(here.view, answers.counts_by_era(connection, chosen.first, chosen.last, here.view.bounds))
    known = readable([*shipped_contents(), *answers.questionnaire_contents(connection)])
    questions = {(each.questionnaire, each.question.question_id): each for each in question_measures(known)}
    at = [(path, counter_id) for unit in chosen_units(here, None, unit_id) for path in unit.paths]
    dossiers = sum((here.dossiers[branch] for branch in at if branch in here.dossiers), DossierCounts({}))
    found = placed(here.view, conduct_by_era(connection, chosen.first, chosen.last, here.view.bounds))
    upheld = sum((Counter(found[branch]) for branch in at if branch in found), Counter[str]())
    conduct = points_from_conduct(dossiers, upheld, 1, begun(law.conduct, last))
    by_date = begun(law.points_by_date, last)
    there = placed(here.view, at_the_office_by_era(connection, chosen.first, chosen.last, here.view.bounds))
    done = sum((DossierCounts(there[branch]) for branch in at if branch in there), DossierCounts({}))
    office = points_from_office(done, dossiers.returned, by_date)
    return own_score(questions.values(), given, dossiers, at, by_date, rules, office, conduct)


def finished_months(until: date) -> tuple[list[date], date]:
    """The first days of the ``MONTHS`` months before the one in which ``until`` lies, the oldest first, and the last
    day of the last of them."""
    months = [until.replace(day=1)]
    while len(months) <= MONTHS:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months[:-1], months[-1] - timedelta(days=1)


def _unit(view: TodayView, counted: dict[Spot, ReleasedCounts], unit_id: str) -> UnitNode | None:
    return find(unit_trees(view, placed_counts(view, counted, {}), also_empty=False), unit_id)


def drawing_of(months: Sequence[TrendMonth]) -> TrendDrawing | None:
    """Where everything stands; ``None`` where nothing has a share."""
    if not any(each.figure.share for each in months):
        return None
    shares = [each.figure.share.interval.low for each in months if each.figure.share]
    lowest = min(*shares, *(each.middle for each in months if each.middle is not None), 1 - _STEP)
    low = int(lowest / _STEP) * _STEP
    step = WIDTH / len(months)

    def height(share: float | None) -> float | None:
        return None if share is None else round(HEIGHT * (1 - (share - low) / (1 - low)), 1)

    drawn = []
    for place, each in enumerate(months):
        share, x = each.figure.share, round((place + 0.5) * step, 1)
        value, bottom, top = (share.value, share.interval.low, share.interval.high) if share else (None, None, None)
        drawn.append(DrawnMonth(each.month, x, height(value), height(bottom), height(top), height(each.middle)))
    return TrendDrawing(low, round(step, 1), tuple(drawn))
