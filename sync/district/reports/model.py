"""What a report says, made from the values of the page: nothing is counted here. Pure.

The document and the workbook are both made from it, so that no number stands in one and not in the other.
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from sync.district.domain.closed_period import ClosedPeriod
from sync.district.domain.objection import ObjectionState
from sync.district.measures.closed_figures import ClosedLine, PeriodFigures, PeriodSum, figure_of
from sync.district.measures.comparison import compare
from sync.district.measures.disclosure import Figure, Rules
from sync.district.measures.dossier_states import Coverage, coverage
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import Period, PeriodName, before
from sync.district.measures.reasons import Reasons
from sync.district.measures.targets import Targeted, targeted
from sync.district.texts import Texts
from sync.district.times import local_day
from sync.district.web.formats import quarter
from sync.district.web.overview import ComparedLine, FigureLine, Overview

LEVELS = (5, 4, 3, 2, 1)


class ClosingNote(Struct, frozen=True):
    """That figures are closed: the closing's number and version, the local day, and the beginning of its hash."""

    number: int
    version: int
    day: date
    hash: str


def closing_note(closed: ClosedPeriod) -> ClosingNote:
    """What a document says of the closing that its figures are from."""
    return ClosingNote(closed.number, closed.version, local_day(closed.closed_at), closed.hash.hex()[:16])


class Report(Struct, frozen=True):
    """A satisfaction report of a period of the calendar. ``unit_id``: of which unit, empty for several, that nobody
    signs for. ``tree``: by which units were added up; ``trees_differ``: whether the other tree could give other
    figures. ``before``: the period before it, ``None`` when there is none to compare with. ``closing``: of which the
    figures are; ``beside``: that of the period, where the figures are today's all the same. ``months`` and
    ``late_before``: see ``PeriodFigures``. ``objected``: by counter, how the objections to its figure stand."""

    unit_id: str
    parent: str
    office: str
    period: Period
    tree: TreeName
    trees_differ: bool
    total: Figure
    coverage: Coverage | None
    before: ComparedLine | None
    lines: tuple[FigureLine, ...]
    reasons: Reasons
    rules: Rules
    made_on: date
    closing: ClosingNote | None = None
    beside: ClosingNote | None = None
    months: PeriodSum | None = None
    late_before: tuple[PeriodSum, ...] = ()
    objected: Mapping[str, tuple[ObjectionState, ...]] = {}
    target: Targeted | None = None

    @property
    def scores(self) -> Mapping[int, int]:
        """How many chose each level, of those in the share; empty when there are too few."""
        return self.total.scores or {}


def report_of(page: Overview, parent: str, texts: Texts) -> Report:
    """The report of what a page shows. ``parent``: the unit above it, empty when there is none."""
    preceding = page.compared[0] if page.compared else None
    return Report(
        unit_id=page.unit_id,
        parent=parent,
        office=page.name or texts("report.all_units"),
        period=page.period,
        tree=page.tree,
        trees_differ=page.trees_differ,
        total=page.total,
        coverage=page.coverage,
        before=preceding if preceding and preceding.comparison else None,
        lines=page.lines,
        reasons=page.reasons.total,
        rules=page.rules,
        made_on=page.today,
        objected=page.objected,
        target=page.target,
    )


def report_from(
    figures: PeriodFigures,
    texts: Texts,
    objected: Mapping[str, tuple[ObjectionState, ...]],
    closing: ClosingNote | None = None,
    beside: ClosingNote | None = None,
) -> Report:
    """The report of figures that were read or closed. ``objected``: how objections
    stand today, or stood when the period was closed."""
    rules, period = figures.rules, figures.whole_period
    total = figure_of(figures.total, rules, of_units=True)
    share, preceding, least = total.share, before(period), figures.satisfied_target
    compared = None
    if figures.before is not None and preceding is not None:
        other = figure_of(figures.before, rules, of_units=True)
        compared = ComparedLine(preceding, other, compare(total.share, other.share))
    return Report(
        unit_id=figures.unit_id,
        parent=figures.parent,
        office=figures.office or texts("report.all_units"),
        period=period,
        tree=TreeName(figures.tree),
        trees_differ=figures.trees_differ,
        total=total,
        coverage=None
        if figures.visits is None
        else coverage(total.rated or 0, total.satisfied, share.rated if share else 0, figures.visits),
        before=compared if compared and compared.comparison else None,
        lines=tuple(_line(each, rules) for each in figures.lines),
        reasons=figures.reasons,
        rules=rules,
        made_on=figures.made_on,
        closing=closing,
        beside=beside,
        months=figures.months,
        late_before=figures.late_before,
        objected=objected,
        target=targeted(share, float(least.at_least), least.source) if least else None,
    )


def name_of_line(report: Report, line: FigureLine, texts: Texts) -> str:
    """What a unit or counter is called, with how the objections to its figure stand."""
    name = line.name or texts("report.places.without_counter")
    states = dict.fromkeys(report.objected.get(line.counter_id or "", ()))
    return " – ".join([name, *(texts(f"objections.beside.{state}") for state in states)])


def _line(line: ClosedLine, rules: Rules) -> FigureLine:
    figure = figure_of(line.figure, rules, of_units=line.counter_id is None)
    return FigureLine(
        line.unit_id, line.counter_id, line.name, line.level, line.depth, figure, line.last_day, line.former
    )


def state_words(closing: ClosingNote | None, beside: ClosingNote | None, texts: Texts) -> str:
    """What the name of a file says of its figures."""
    if closing is not None:
        return texts("report.mark.name_closed", n=closing.number)
    return texts("report.mark.name_open" if beside is None else "report.mark.name_beside")


def period_words(period: Period, texts: Texts) -> str:
    """The period as a sentence names it: "tháng 10 năm 2026", "quý IV năm 2026"."""
    begins = period.first or period.last
    if period.name is PeriodName.QUARTER:
        return texts("report.quarter", quarter=quarter(begins), year=begins.year)
    if period.name is PeriodName.HALF_YEAR:
        return texts("report.half_year_1" if begins.month == 1 else "report.half_year_2", year=begins.year)
    if period.name is PeriodName.YEAR:
        return texts("report.year", year=begins.year)
    return texts("report.month", month=begins.month, year=begins.year)
