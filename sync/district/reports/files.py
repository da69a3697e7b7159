"""Which file a kind of document is: the document to sign, or the workbook to calculate with. Pure."""

from collections.abc import Mapping

from msgspec import Struct

from sync.district.domain.objection import ObjectionState
from sync.district.measures.closed_figures import PeriodFigures
from sync.district.measures.period import Period
from sync.district.reports.complaint_figures import ComplaintFigures
from sync.district.reports.complaints import complaints_paper
from sync.district.reports.document import document
from sync.district.reports.kinds import ReportKind
from sync.district.reports.late import late_paper
from sync.district.reports.meeting import meeting_paper
from sync.district.reports.model import ClosingNote, period_words, report_from, state_words
from sync.district.reports.paper import Paper
from sync.district.reports.satisfaction import satisfaction_paper
from sync.district.reports.workbook import complaints_book, late_book, meeting_book, workbook
from sync.district.texts import Texts


class Made(Struct, frozen=True):
    """What a document is made from: a kind, and the figures of a unit's period, or its complaints. ``closing``,
    ``beside`` and ``objected``: see ``Report``."""

    kind: ReportKind
    figures: PeriodFigures | ComplaintFigures
    closing: ClosingNote | None = None
    beside: ClosingNote | None = None
    objected: Mapping[str, tuple[ObjectionState, ...]] = {}

    @property
    def period(self) -> Period:
        """The period it is about."""
        return self.figures.period if isinstance(self.figures, ComplaintFigures) else self.figures.whole_period


def paper(made: Made, texts: Texts) -> Paper:
    """What stands in the document."""
    figures = made.figures
    if isinstance(figures, ComplaintFigures):
        return complaints_paper(figures, texts)
    report = report_from(figures, texts, made.objected, made.closing, made.beside)
    match made.kind:
        case ReportKind.MEETING:
            return meeting_paper(report, figures, texts)
        case ReportKind.LATE:
            return late_paper(report, figures, texts)
    return satisfaction_paper(report, texts)


def docx(made: Made, texts: Texts) -> bytes:
    """The document to sign."""
    return document(paper(made, texts), texts)


def xlsx(made: Made, texts: Texts) -> bytes:
    """The same numbers to calculate with."""
    figures = made.figures
    if isinstance(figures, ComplaintFigures):
        return complaints_book(figures, texts)
    report = report_from(figures, texts, made.objected, made.closing, made.beside)
    match made.kind:
        case ReportKind.MEETING:
            return meeting_book(report, figures, texts)
        case ReportKind.LATE:
            return late_book(report, figures, texts)
    return workbook(report, texts)


def name_of_file(made: Made, texts: Texts, ending: str) -> str:
    """What the file is called: the kind, the period, the unit, and whether its figures are closed."""
    words = period_words(made.period, texts)
    name = f"{texts(f'report.kinds.{made.kind}')} {words} - {made.figures.office}{_state(made, texts)}.{ending}"
    return name.replace("/", "-")


def _state(made: Made, texts: Texts) -> str:
    if made.kind is ReportKind.COMPLAINTS:
        return ""
    return f" ({state_words(made.closing, made.beside, texts)})"
