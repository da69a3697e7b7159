"""What a report says, made from the values of the page: nothing is counted here. Pure.

The document and the workbook are both made from it, so that no number stands in one and not in the other.
"""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from sync.district.measures.disclosure import Figure, Rules
from sync.district.measures.dossier_states import Coverage
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import Period, PeriodName
from sync.district.measures.reasons import Reasons
from sync.district.texts import Texts
from sync.district.web.formats import quarter
from sync.district.web.overview import ComparedLine, FigureLine, Overview

LEVELS = (5, 4, 3, 2, 1)


class Report(Struct, frozen=True):
    """A satisfaction report of a month or a quarter. ``unit_id``: of which unit, empty for several, that nobody signs
    for. ``tree``: by which units were added up; ``trees_differ``: whether the other tree could give other figures.
    ``before``: the period before it, ``None`` when there is none to compare with."""

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
    )


def period_words(period: Period, texts: Texts) -> str:
    """The period as a sentence names it: "tháng 10 năm 2026", "quý IV năm 2026"."""
    begins = period.first or period.last
    if period.name is PeriodName.QUARTER:
        return texts("report.quarter", quarter=quarter(begins), year=begins.year)
    return texts("report.month", month=begins.month, year=begins.year)
