"""The page of single indicators as values: dossiers in time, the circulars' indicators, every question. Pure but for
``gather``."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby

from msgspec import Struct

from kiosk.domain.questionnaire import Questionnaire
from sync.district.measures.disclosure import Figure, Rules, figure_of_units
from sync.district.measures.dossier_states import Coverage, DossierCounts, DossierState, Late, at, late_share
from sync.district.measures.indicator_rules import DatePoints, IndicatorRules, LateTarget, begun, ended_by, in_force_on
from sync.district.measures.indicators import (
    DISSATISFIED,
    FROM_QUESTIONS,
    Kept,
    Points,
    kept_by_766,
    points_from_answers,
    points_from_conduct,
    points_from_dates,
    points_from_office,
)
from sync.district.measures.organisation import Branch, TreeName
from sync.district.measures.period import Asked, Period, after, period
from sync.district.measures.placed import placed
from sync.district.measures.questions import QuestionFigure, question_figures, question_measures
from sync.district.measures.reasons import Answered, readable, shipped_contents
from sync.district.measures.tree import UnitNode
from sync.district.store import answers, releases
from sync.district.store.conclusions import conduct_by_era
from sync.district.store.dossier_states import at_the_office_by_era
from sync.district.store.engine import Connection, Engine, reading
from sync.district.store.organisation import organisation
from sync.district.web.counted import Counted, chosen_units, counted, name_of, path_to, with_dossiers
from sync.district.web.overview import coverage_of


class IndicatorReadings(Struct, frozen=True):
    """Everything the page is decided from."""

    counted: Counted
    answers: Mapping[Branch, Mapping[Answered, int]]
    questionnaires: Sequence[Questionnaire]
    tree: TreeName
    following: Period | None = None
    conduct: Mapping[Branch, Mapping[str, int]] = {}
    at_office: Mapping[Branch, Mapping[DossierState, int]] = {}


class DossierLine(Struct, frozen=True):
    """The dossiers of a unit, or of a counter: ``counter_id`` is ``None`` for a unit with everything below it."""

    unit_id: str
    counter_id: str | None
    name: str
    dossiers: DossierCounts
    late: Late | None


class Asking(Struct, frozen=True):
    """A version of a questionnaire with what was answered to each of its questions."""

    questionnaire: str
    questions: tuple[QuestionFigure, ...]

    @property
    def answered(self) -> bool:
        """Whether there are answers to any."""
        return any(figure.n for figure in self.questions)

    def pair_of(self, figure: QuestionFigure) -> QuestionFigure | None:
        """What was answered to the question that names the same things after the other faces."""
        pair = figure.measure.pair
        return next((each for each in self.questions if pair and each.measure.question.question_id == pair), None)


class Indicators(Struct, frozen=True):
    """The page. ``path`` leads from the top of what the person may see to the unit that is shown. ``target``: for late
    dossiers, where a plan sets one. ``circular_until``: the last day of the circular's force, when it had ended."""

    period: Period
    next_period: Period | None
    tree: TreeName
    rules: Rules
    made_at: datetime
    path: tuple[tuple[str, str], ...]
    name: str
    total: Figure
    coverage: Coverage | None
    dossiers: DossierCounts
    late: Late | None
    target: LateTarget | None
    lines: tuple[DossierLine, ...]
    circular_until: date | None
    points: tuple[Points, ...]
    kept: Kept | None
    asking: tuple[Asking, ...]

    @property
    def unit_id(self) -> str:
        """The unit that is shown; empty for several."""
        return self.path[-1][0] if self.path else ""


def gather(
    engine: Engine, wanted: Asked, today: date, tree: TreeName = TreeName.OF_THE_DAY, *, within: str | None = None
) -> IndicatorReadings:
    """Reads one unchanging state of the database. ``within``: the unit that is shown alone. Raises ``NotBegun``."""
    with reading(engine) as connection:
        return gathered_from(connection, wanted, today, tree, within=within)


def gathered_from(
    connection: Connection, wanted: Asked, today: date, tree: TreeName, *, within: str | None = None
) -> IndicatorReadings:
    """As ``gather``, in a transaction that reads more than this."""
    until = releases.shown_until(connection, today)
    chosen = period(wanted, until)
    ratings = counted(connection, organisation(connection), chosen, today, tree, within)
    found = with_dossiers(connection, ratings, with_open=True)
    answered = answers.counts_by_era(connection, chosen.first, chosen.last, found.view.bounds, found.only)
    return IndicatorReadings(
        counted=found,
        answers=placed(found.view, answered),
        questionnaires=known_questionnaires(connection),
        tree=tree,
        following=after(chosen, until),
        conduct=placed(found.view, conduct_by_era(connection, chosen.first, chosen.last, found.view.bounds)),
        at_office=placed(found.view, at_the_office_by_era(connection, chosen.first, chosen.last, found.view.bounds)),
    )


def known_questionnaires(connection: Connection) -> list[Questionnaire]:
    """Those of this release and those that were imported, by their references."""
    contents = [*shipped_contents(), *answers.questionnaire_contents(connection)]
    known = {each.reference: each for each in readable(contents)}
    return [known[reference] for reference in sorted(known)]


def indicators(
    gathered: IndicatorReadings,
    allowed: str | None,
    wanted: str | None,
    rules: Rules,
    law: IndicatorRules,
    now: datetime,
) -> Indicators | None:
    """The page for someone ``allowed`` one unit (or all, ``None``) who ``wanted`` one. ``None``: not theirs to see. Of
    the ``law`` that counts which holds on the last day of the period."""
    here = gathered.counted
    chosen = chosen_units(here, allowed, wanted)
    if wanted is not None and not chosen:
        return None
    only = chosen[0] if len(chosen) == 1 else None
    total, dossiers = figure_of_units(chosen, rules), at(here.dossiers, chosen)
    last, by_date = here.period.ends, begun(law.points_by_date, here.period.ends)
    covered = coverage_of(here, chosen, total)
    within = [branch for branch in gathered.answers if any(node.holds(branch[0]) for node in chosen)]
    figures = question_figures(question_measures(gathered.questionnaires), gathered.answers, within, rules)
    return Indicators(
        period=here.period,
        next_period=gathered.following,
        tree=gathered.tree,
        rules=rules,
        made_at=now,
        path=path_to(only, allowed, here.view) if only else (),
        name=only.name if only else name_of(here.view, allowed if not chosen else None),
        total=total,
        coverage=covered,
        dossiers=dossiers,
        late=late_share(dossiers),
        target=in_force_on(law.late_target, last),
        lines=tuple(_lines(here, chosen)),
        circular_until=ended_by(law.points_by_date, last),
        points=(
            points_from_dates(dossiers, by_date),
            points_from_office(_at_office(gathered, chosen), dossiers.returned, by_date),
            *(points_from_answers(each, figures, rules.minimum_n) for each in FROM_QUESTIONS),
            _conduct(gathered, chosen, dossiers, begun(law.conduct, last)),
        ),
        kept=kept_by_766(dossiers, _dissatisfied(total), in_force_on(law.decision_766, last)) if covered else None,
        asking=tuple(
            Asking(reference, tuple(each))
            for reference, each in groupby(figures, key=lambda figure: figure.measure.questionnaire)
        ),
    )


def _at_office(gathered: IndicatorReadings, chosen: Sequence[UnitNode]) -> DossierCounts:
    """How offices were done with the dossiers of some units with everything below them."""
    return at({branch: DossierCounts(found) for branch, found in gathered.at_office.items()}, chosen)


def _conduct(
    gathered: IndicatorReadings, chosen: Sequence[UnitNode], dossiers: DossierCounts, rule: DatePoints | None
) -> Points:
    """Indicator 7 of some units with everything below them; a place is a counter, or a unit itself."""
    there = [numbers for (path, _), numbers in gathered.conduct.items() if any(node.holds(path) for node in chosen)]
    found = sum((Counter(numbers) for numbers in there), Counter[str]())
    return points_from_conduct(dossiers, found, sum(_places(node) for node in chosen), rule)


def _places(node: UnitNode) -> int:
    return 1 + len(node.counters) + sum(_places(below) for below in node.units)


def _dissatisfied(total: Figure) -> int | None:
    return None if total.scores is None else sum(total.scores[score] for score in DISSATISFIED)


def _lines(here: Counted, chosen: Sequence[UnitNode]) -> list[DossierLine]:
    """What stands right below the chosen unit, or the chosen units; those without a dossier are left out."""
    lines = []
    for only in chosen if len(chosen) == 1 else ():
        for counter in only.counters:
            numbers = [here.dossiers.get((path, counter.counter_id)) for path in only.paths]
            counts = sum((each for each in numbers if each is not None), DossierCounts({}))
            lines.append(DossierLine(only.unit_id, counter.counter_id, counter.name, counts, late_share(counts)))
    for node in chosen if len(chosen) > 1 else [below for top in chosen for below in top.units]:
        counts = at(here.dossiers, [node])
        lines.append(DossierLine(node.unit_id, None, node.name, counts, late_share(counts)))
    return [line for line in lines if line.dossiers.known]
