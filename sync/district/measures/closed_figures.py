"""The figures of a unit's period as they are closed: whole numbers and texts alone. Pure.

A share, an interval or a comparison is made from them anew by the definitions they name (``measures``), so that anybody
can check them, and the same values always give the same bytes. Everything is what ``disclosure`` allows to be shown: a
sum of whole released groups. So closed figures, a later version of them, today's figures and the number of those that
came late differ from one another by whole groups of at least ``K`` dossiers, or not at all.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, convert, json

from kiosk.domain.questionnaire import FALLBACK_LANGUAGE, Wording
from sync.district.measures.apology_figures import ClosedApologies
from sync.district.measures.disclosure import Figure, Rules
from sync.district.measures.dossier_states import DossierCounts, DossierState
from sync.district.measures.index import Contradictions, Counts, share_satisfied, share_with_the_highest
from sync.district.measures.period import Asked, Period, PeriodName, period
from sync.district.measures.questions import QuestionFigure
from sync.district.measures.reasons import Reason, Reasons
from sync.protocol.seal import canonical

CLOSABLE = (PeriodName.MONTH, PeriodName.QUARTER, PeriodName.HALF_YEAR, PeriodName.YEAR)
"""The kinds of periods that are closed and reported on."""
ABOUT_LATE = ("warned", "apology")
"""The questions to citizens whose dossier was late; their ids are the same in every version of the questionnaire."""
FORM = 1
"""Of the content; a later one may have more."""


class ClosedFigure(Struct, frozen=True):
    """What was shown of counts. ``rated`` is ``None`` for too few to show; ``scores`` where there was a share, of each
    level how many; ``contradicted`` dossiers, of which ``raised`` more would be satisfied if the highest counted."""

    rated: int | None
    dossiers: int
    scores: Mapping[int, int] = {}
    contradicted: int = 0
    raised: int = 0


class ClosedLine(Struct, frozen=True):
    """A unit below (``counter_id`` is ``None``), or a counter."""

    unit_id: str
    counter_id: str | None
    name: str
    level: str
    depth: int
    figure: ClosedFigure
    last_day: date | None = None
    former: str = ""


class ClosedReason(Struct, frozen=True):
    """A reason that citizens named, and how many."""

    words: Mapping[str, str]
    n: int


class ClosedDossiers(Struct, frozen=True):
    """How dossiers stood, by ``DossierState``. ``counter_id`` is ``None`` for a unit with everything below it."""

    unit_id: str
    counter_id: str | None
    name: str
    numbers: Mapping[str, int]

    @property
    def counts(self) -> DossierCounts:
        """As the measures read them."""
        return DossierCounts({DossierState(name): n for name, n in self.numbers.items()})


class ClosedQuestion(Struct, frozen=True):
    """What was answered to a question: ``n`` in all; no ``lines`` where that is too few to be told."""

    question_id: str
    words: Mapping[str, str]
    n: int
    lines: tuple[ClosedReason, ...]


class PeriodSum(Struct, frozen=True):
    """So many released ratings of another period, or of some. ``of``: which, as addresses call them."""

    of: str
    rated: int


class ClosedTarget(Struct, frozen=True):
    """The share of late dossiers that should not be reached, as a decimal number, and what plan sets it."""

    below: str
    source: str


class ClosedLeast(Struct, frozen=True):
    """The share satisfied that should be reached, as a decimal number, and what plan sets it."""

    at_least: str
    source: str


class PeriodFigures(Struct, frozen=True):
    """Everything the documents of a unit's period print. ``last``: the last day told, before ``ends`` while it runs.
    ``before``: the figure of the period before it; ``target``: for late dossiers; ``satisfied_target``: for the share
    satisfied. ``visits``: ``None`` where the lists of dossiers are not whole. ``months``: what its closed months add up
    to, where all were closed. ``late_before``: ratings of earlier closed periods that no closing has counted or noted
    yet, each period's (``sync.district.measures.late_notes``). ``apologies``: ``None`` of what was closed before they
    were kept here."""

    form: int
    period: str
    of: str
    first: date
    last: date
    ends: date
    unit_id: str
    office: str
    parent: str
    tree: str
    trees_differ: bool
    minimum_n: int
    group_floor: int
    measures: Mapping[str, int]
    total: ClosedFigure
    visits: int | None
    before: ClosedFigure | None
    lines: tuple[ClosedLine, ...]
    better: tuple[ClosedReason, ...]
    good: tuple[ClosedReason, ...]
    dossiers: ClosedDossiers
    dossier_lines: tuple[ClosedDossiers, ...]
    questions: tuple[ClosedQuestion, ...]
    made_on: date
    target: ClosedTarget | None = None
    months: PeriodSum | None = None
    late_before: tuple[PeriodSum, ...] = ()
    apologies: ClosedApologies | None = None
    satisfied_target: ClosedLeast | None = None

    @property
    def rules(self) -> Rules:
        """The settings by which it was decided what is shown."""
        return Rules(self.minimum_n, self.group_floor)

    @property
    def whole_period(self) -> Period:
        """The period, as far as it was told."""
        return period(Asked(PeriodName(self.period), self.of), self.last)

    @property
    def reasons(self) -> Reasons:
        """The most frequent reasons."""
        return Reasons(*(tuple(Reason(_wording(each.words), each.n) for each in side) for side in _sides(self)))


def _sides(figures: PeriodFigures) -> tuple[tuple[ClosedReason, ...], tuple[ClosedReason, ...]]:
    return figures.better, figures.good


def text_of(figures: PeriodFigures) -> str:
    """The figures as canonical JSON."""
    plain: dict[str, Any] = json.decode(json.encode(figures))
    return canonical(plain).decode()


def figures_from(text: str) -> PeriodFigures:
    """The figures that a text holds. Raises ``msgspec.MsgspecError``, a ``ValueError``, for another text."""
    return convert(json.decode(text), PeriodFigures, str_keys=True, strict=False)


def closed_figure(figure: Figure) -> ClosedFigure:
    """A figure of a page, as it is closed."""
    raised = 0
    if figure.share is not None and figure.highest_share is not None:
        raised = figure.highest_share.satisfied - figure.share.satisfied
    return ClosedFigure(figure.rated, figure.dossiers, dict(figure.scores or {}), figure.contradicted, raised)


def figure_of(closed: ClosedFigure, rules: Rules, *, of_units: bool = False) -> Figure:
    """The figure of a page again, with its share and interval; ``of_units``: a sum, whose ratings are always told."""
    counts = Counts(closed.scores, closed.dossiers, Contradictions(closed.contradicted, closed.raised))
    share = share_satisfied(counts, 1)
    return Figure(
        rated=closed.rated,
        dossiers=closed.dossiers,
        satisfied=share.satisfied if share else None,
        share=share,
        fewer_than=0 if of_units else rules.floor,
        minimum_n=rules.minimum_n,
        contradicted=closed.contradicted,
        highest_share=share_with_the_highest(counts, 1) if share else None,
        scores=dict(closed.scores) if share else None,
    )


def closed_reasons(reasons: Sequence[Reason]) -> tuple[ClosedReason, ...]:
    """Reasons of a page, as they are closed."""
    return tuple(ClosedReason(dict(each.words), each.n) for each in reasons)


def about_late(figures: Sequence[QuestionFigure]) -> tuple[ClosedQuestion, ...]:
    """What citizens whose dossier was late answered; the answers to all versions of a question together, of each
    version those that are enough to be told."""
    found = []
    for question_id in ABOUT_LATE:
        same = [each for each in figures if each.measure.question.question_id == question_id]
        if not same:
            continue
        shown, numbers = [each for each in same if each.enough], dict[str, ClosedReason]()
        for line in (line for each in shown for line in each.lines):
            before = numbers.get(line.answer)
            numbers[line.answer] = ClosedReason(dict(line.words), line.n + (before.n if before else 0))
        words = dict((shown or same)[-1].measure.question.words)
        n = sum(line.n for line in numbers.values())
        found.append(ClosedQuestion(question_id, words, n, tuple(numbers.values())))
    return tuple(found)


def _wording(words: Mapping[str, str]) -> Wording:
    """The office's own language first: canonical JSON sorts by name."""
    return tuple(sorted(words.items(), key=lambda each: (each[0] != FALLBACK_LANGUAGE, each[0])))
