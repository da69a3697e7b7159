"""Make the figures of a counter that its kiosk shows. They follow the rules of the counter's own page, so that the
kiosk and the page tell the same. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.counter_figures import MONTH, MONTH_BEFORE, WEEK, WEEK_BEFORE, CountedReason, CounterFigures, Trend
from kiosk.domain.rating import Score
from sync.district.measures.comparison import compare
from sync.district.measures.disclosure import Rules, figure_of_counter
from sync.district.measures.index import NOTHING, Counts, Share
from sync.district.measures.period import Asked, PeriodName, before, period
from sync.district.measures.reasons import Answered, Meaning, Side, reasons_at
from sync.district.measures.tree import CounterNode

Days = tuple[date, date]
EARLIER = {WEEK: WEEK_BEFORE, MONTH: MONTH_BEFORE}
"""Which period another is set beside."""


class CountsOfPeriod(Struct, frozen=True):
    """What was released of a counter in a period. ``visits``: how often somebody was served; ``None`` where the list of
    dossiers does not tell."""

    counts: Counts = NOTHING
    reasons: Mapping[Answered, int] = {}
    visits: int | None = None


def days_of_periods(until: date) -> dict[str, Days]:
    """The days of each period, when figures tell about ``until`` and what was before: seven days, the seven before
    them, the calendar's month, the month before it."""
    week = timedelta(days=7)
    month = period(Asked(PeriodName.MONTH), until)
    earlier = before(month)
    assert month.first is not None, "a month of the calendar has a first day"
    assert earlier is not None, "and one before it"
    assert earlier.first is not None, "and so has that one"
    return {
        WEEK: (until - week + timedelta(days=1), until),
        WEEK_BEFORE: (until - 2 * week + timedelta(days=1), until - week),
        MONTH: (month.first, month.last),
        MONTH_BEFORE: (earlier.first, earlier.last),
    }


def figures_of_periods(
    counter_id: str, found: Mapping[str, CountsOfPeriod], known: Mapping[Answered, Meaning], rules: Rules
) -> dict[str, CounterFigures]:
    """The figures of each period of one counter. Too few for a number or a share are left out (``disclosure``)."""
    shares: dict[str, Share | None] = {}
    figures: dict[str, CounterFigures] = {}
    for name in (MONTH_BEFORE, MONTH, WEEK_BEFORE, WEEK):
        there = found.get(name, CountsOfPeriod())
        figure = figure_of_counter(CounterNode(counter_id, "", there.counts), rules)
        shares[name] = figure.share
        scores = figure.scores
        figures[name] = CounterFigures(
            rated=figure.rated,
            scores=None if scores is None else _five(scores),
            visits=there.visits if figure.rated is not None and (there.visits or 0) >= figure.rated else None,
            change=_change(figure.share, shares[EARLIER[name]]) if name in EARLIER else Trend.UNKNOWN,
            reasons=_reasons(counter_id, there.reasons, known, rules.floor),
        )
    return figures


def _five(scores: Mapping[int, int]) -> tuple[int, int, int, int, int]:
    worst, bad, middling, good, best = (scores[int(score)] for score in Score)
    return worst, bad, middling, good, best


def _change(now: Share | None, earlier: Share | None) -> Trend:
    change = compare(now, earlier)
    if change is None:
        return Trend.UNKNOWN
    if not change.distinguishable:
        return Trend.SAME
    return Trend.UP if change.difference > 0 else Trend.DOWN


def _reasons(
    counter_id: str, counts: Mapping[Answered, int], known: Mapping[Answered, Meaning], floor: int
) -> tuple[CountedReason, ...]:
    """The reasons given most often, each by the newest questionnaire in which it was given."""
    place = ((), counter_id)
    most = reasons_at([place], {place: counts}, known, floor)
    found = []
    for side, reasons in ((Side.BETTER, most.better), (Side.GOOD, most.good)):
        for reason in reasons:
            same = [each for each in counts if known.get(each) == Meaning(side, reason.words)]
            newest = max(same, key=lambda each: (each.questionnaire, each.question_id, each.answer))
            found.append(
                CountedReason(side is Side.GOOD, newest.questionnaire, newest.question_id, newest.answer, reason.n)
            )
    return tuple(found)
