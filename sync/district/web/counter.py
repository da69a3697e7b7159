"""A counter's own page: what is due, how it was rated, what citizens ask for. Pure but for ``read_counters``.

What is told of ratings is what the first page tells of the counter: released groups only, nothing below the floor.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from kiosk.domain.counter_notes import RatedHours
from kiosk.domain.deadlines import is_working_day
from kiosk.domain.released_remark import ReleasedBatch
from sync.district.domain.inquiry import Inquiry
from sync.district.domain.objection import Objection, ObjectionState, beside
from sync.district.domain.remark_batch import MIN_SOURCES
from sync.district.measures.comparison import Comparison, compare
from sync.district.measures.disclosure import Figure, Rules, figure_of_counter, figure_of_units
from sync.district.measures.dossier_states import Coverage, DossierCounts, coverage, lists_are_whole
from sync.district.measures.index import Share
from sync.district.measures.organisation import TreeName
from sync.district.measures.own_score import OwnScore
from sync.district.measures.period import Asked, Period, before, period
from sync.district.measures.placed import placed
from sync.district.measures.reasons import (
    Answered,
    Meaning,
    Reason,
    Reasons,
    Side,
    meanings,
    reasons_at,
    shipped_contents,
)
from sync.district.measures.tree import CounterNode, UnitNode
from sync.district.store import answers
from sync.district.store.dossiers_due import DueDossier
from sync.district.store.engine import Connection
from sync.district.store.inbox import CitizenQuestions
from sync.district.store.organisation import organisation
from sync.district.store.releases import shown_until
from sync.district.web.counted import Counted, chosen_units, counted, with_dossiers
from sync.district.web.counter_year import CounterTrend
from sync.district.web.reasons import ReasonCounts

_ADVISED = ("mot-cua", "bad")
"""The questionnaire and the question to whose answers there is one thing to try, in the texts of the page."""


NO_QUESTIONS = CitizenQuestions()
MONTH_OF_THE_DAY = Asked()


class DueList(Struct, frozen=True):
    """Dossiers that are due on some days; ``n`` of them, of which the first are named."""

    n: int
    named: Sequence[DueDossier]


class DueDossiers(Struct, frozen=True):
    """What has to be returned. ``next_day``: the working day after today. ``changed_at``: when an import last changed
    this counter's dossiers, ``None`` when it has none. ``unapologised``: how many of the late ones have no apology that
    was handed over."""

    late: DueList
    today: DueList
    next: DueList
    next_day: date
    changed_at: datetime | None
    unapologised: int = 0


class Wish(Struct, frozen=True):
    """What citizens asked for, and the key of a text with one thing to try; empty when there is none."""

    reason: Reason
    to_try: str


class CounterObjections(Struct, frozen=True):
    """The objections of which the reader may see each, to figures of a counter; ``may_raise``: there is a month to
    which they may object now."""

    listed: tuple[Objection, ...] = ()
    may_raise: bool = False

    def states(self, month: date) -> tuple[ObjectionState, ...]:
        """How those stand that belong beside the figure of a month."""
        counters = {each.subject.counter_id for each in self.listed}
        return tuple(each.state for counter in counters for each in beside(self.listed, counter, month, month))


class CounterInquiries(Struct, frozen=True):
    """The newest questions of a counter about procedures; ``may_ask``: the reader sits there."""

    listed: tuple[Inquiry, ...] = ()
    may_ask: bool = False


class CounterRemarks(Struct, frozen=True):
    """What citizens wrote, as far as it was released: of the counter, and of its unit as a whole; the newest first.
    ``floor``: of how many dossiers a batch tells at least."""

    own: tuple[ReleasedBatch, ...] = ()
    of_unit: tuple[ReleasedBatch, ...] = ()
    floor: int = MIN_SOURCES


class CounterFacts(Struct, frozen=True):
    """What the pages of all counters are decided from: this month, the one before, and the reasons of this one."""

    here: Counted
    earlier: Counted | None
    reasons: ReasonCounts


class CounterPage(Struct, frozen=True):
    """The page of one counter. ``unit_figure``: that of the whole unit, ``None`` for who reads figures of their own
    counter alone. ``score``: for those who sit there, ``None`` for everybody else. ``questions``: those of citizens
    that wait at the unit, as far as the reader may know of them. ``hours``: ``None`` where no month is told."""

    counter_id: str
    name: str
    unit_name: str
    period: Period
    before: Period | None
    figure: Figure
    unit_figure: Figure | None
    coverage: Coverage | None
    comparison: Comparison | None
    wishes: tuple[Wish, ...]
    praise: tuple[Reason, ...]
    floor: int
    due: DueDossiers
    trend: CounterTrend
    score: OwnScore | None
    objections: CounterObjections
    inquiries: CounterInquiries
    remarks: CounterRemarks
    questions: CitizenQuestions
    hours: RatedHours | None


def next_working_day(day: date, holidays: Holidays) -> date:
    """The working day after a day."""
    found = day + timedelta(days=1)
    while not is_working_day(found, holidays):
        found += timedelta(days=1)
    return found


def read_counters(connection: Connection, today: date, wanted: Asked = MONTH_OF_THE_DAY) -> CounterFacts:
    """Reads a period, else the month of the last day that is released, and the one before it. Raises ``NotBegun``."""
    chosen = period(wanted, shown_until(connection, today))
    known, tree, previous = organisation(connection), TreeName.OF_THE_DAY, before(chosen)
    here = with_dossiers(connection, counted(connection, known, chosen, today, tree))
    counts = answers.counts_by_era(connection, chosen.first, chosen.last, here.view.bounds)
    return CounterFacts(
        here=here,
        earlier=counted(connection, known, previous, today, tree) if previous else None,
        reasons=ReasonCounts(
            counts=placed(here.view, counts),
            known=meanings([*shipped_contents(), *answers.questionnaire_contents(connection)]),
        ),
    )


def counter_page(
    facts: CounterFacts,
    unit_id: str,
    counter_id: str,
    rules: Rules,
    due: DueDossiers,
    trend: CounterTrend,
    score: OwnScore | None,
    objections: CounterObjections,
    inquiries: CounterInquiries,
    remarks: CounterRemarks,
    *,
    with_unit: bool,
    questions: CitizenQuestions = NO_QUESTIONS,
    hours: RatedHours | None = None,
) -> CounterPage | None:
    """The page; ``None`` when there is no such counter in the unit today. ``with_unit``: for who reads whole units."""
    here, earlier = facts.here, facts.earlier
    found = _counter(here, unit_id, counter_id)
    if found is None:
        return None
    unit, counter = found
    figure = figure_of_counter(counter, rules)
    reasons = reasons_of_counter(facts.reasons, unit, counter_id, rules.floor)
    return CounterPage(
        counter_id=counter_id,
        name=counter.name,
        unit_name=unit.name,
        period=here.period,
        before=earlier.period if earlier else None,
        figure=figure,
        unit_figure=figure_of_units([unit], rules) if with_unit else None,
        coverage=coverage_of_counter(here, unit, counter_id, figure),
        comparison=compare(figure.share, _earlier(earlier, unit_id, counter_id, rules)),
        wishes=tuple(Wish(each, thing_to_try(each, facts.reasons.known)) for each in reasons.better),
        praise=reasons.good,
        floor=rules.floor,
        due=due,
        trend=trend,
        score=score,
        objections=objections,
        inquiries=inquiries,
        remarks=remarks,
        questions=questions,
        hours=hours,
    )


def _counter(found: Counted, unit_id: str, counter_id: str) -> tuple[UnitNode, CounterNode] | None:
    for unit in chosen_units(found, None, unit_id):
        for counter in unit.counters:
            if counter.counter_id == counter_id:
                return unit, counter
    return None


def _earlier(found: Counted | None, unit_id: str, counter_id: str, rules: Rules) -> Share | None:
    there = found and _counter(found, unit_id, counter_id)
    return figure_of_counter(there[1], rules).share if there else None


def reasons_of_counter(found: ReasonCounts, unit: UnitNode, counter_id: str, floor: int) -> Reasons:
    """What was said most often at a counter."""
    at = [(path, counter_id) for path in unit.paths]
    return reasons_at(at, found.counts, found.known, floor)


def coverage_of_counter(found: Counted, unit: UnitNode, counter_id: str, figure: Figure) -> Coverage | None:
    """The ratings of a counter beside its visits; ``None`` while the list of dossiers is not whole."""
    if figure.rated is None or not lists_are_whole(found.counts, found.dossiers, [unit]):
        return None
    visits, share = visits_of_counter(found, unit, counter_id), figure.share
    return coverage(figure.rated, figure.satisfied, share.rated if share else 0, visits)


def visits_of_counter(found: Counted, unit: UnitNode, counter_id: str) -> int:
    """How often somebody was served at a counter in the period, as far as the list of dossiers tells."""
    numbers = [found.dossiers[path, counter_id] for path in unit.paths if (path, counter_id) in found.dossiers]
    return sum(numbers, DossierCounts({})).visits


def thing_to_try(reason: Reason, known: Mapping[Answered, Meaning]) -> str:
    """The key of the text that goes with what was asked for: the answer's own name; empty where an office asks in its
    own words."""
    meant = Meaning(Side.BETTER, reason.words)
    return next((each.answer for each, meaning in known.items() if meaning == meant and _is_advised(each)), "")


def _is_advised(answered: Answered) -> bool:
    questionnaire_id, _, _version = answered.questionnaire.partition("/")
    return (questionnaire_id, answered.question_id) == _ADVISED
