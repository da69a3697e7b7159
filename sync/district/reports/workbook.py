"""Write a report as XLSX: the numbers as numbers, shares and intervals as formulas that follow them."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from sync.district.measures.closed_figures import PeriodFigures
from sync.district.measures.disclosure import Figure
from sync.district.measures.intervals import Z_95
from sync.district.reports.apology_sheet import apologies_sheet
from sync.district.reports.charts import MAX_BARS, chart_of_levels, chart_of_places
from sync.district.reports.complaint_figures import ComplaintFigures
from sync.district.reports.model import LEVELS, Report, name_of_line, period_words
from sync.district.reports.sentences import mark
from sync.district.reports.sheets import (
    PERCENT,
    WHOLE,
    asked_sheet,
    complaint_sheets,
    dossiers_sheet,
    widen,
    write_head,
    write_name,
)
from sync.district.texts import Texts
from sync.district.web.formats import number

_DAY = "dd/mm/yyyy"


def workbook(report: Report, texts: Texts) -> bytes:
    """The satisfaction report: the whole, the places, and a chart of these."""
    book = _rated(report, texts)
    _chart(book, report, texts)
    return _saved(book, texts("report.subject", period=period_words(report.period, texts)))


def meeting_book(report: Report, figures: PeriodFigures, texts: Texts) -> bytes:
    """The numbers of the sheet for the meeting."""
    book = _rated(report, texts)
    dossiers_sheet(book.create_sheet(texts("late.sheet.dossiers")), report, figures, texts)
    _chart(book, report, texts)
    return _saved(book, texts("meeting.subject", period=period_words(report.period, texts)))


def late_book(report: Report, figures: PeriodFigures, texts: Texts) -> bytes:
    """The numbers of the report of late dossiers and apologies."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = texts("late.sheet.dossiers")
    dossiers_sheet(sheet, report, figures, texts)
    asked_sheet(book.create_sheet(texts("late.sheet.asked")), figures, texts)
    if figures.apologies is not None:
        apologies_sheet(book.create_sheet(texts("late.sheet.apologies")), figures.apologies, texts)
    return _saved(book, texts("late.subject", period=period_words(report.period, texts)))


def complaints_book(figures: ComplaintFigures, texts: Texts) -> bytes:
    """The numbers of the report of complaints."""
    book = Workbook()
    complaint_sheets(book, figures, texts)
    return _saved(book, texts("complaint_report.subject", period=period_words(figures.period, texts)))


def _rated(report: Report, texts: Texts) -> Any:
    book = Workbook()
    _whole(book.active, report, texts)
    _places(book.create_sheet(texts("report.sheet.places")), report, texts)
    return book


def _chart(book: Any, report: Report, texts: Texts) -> None:
    """The chart of the places; the other one stands beside its numbers."""
    with_share = [row for row, line in enumerate(report.lines, 2) if line.figure.share is not None]
    of_units = [row for row in with_share if report.lines[row - 2].counter_id is None]
    drawn = "chart_units" if len(with_share) > MAX_BARS else "chart_places"
    title = texts(f"report.sheet.{drawn}", period=period_words(report.period, texts))
    chart_of_places(book, book[texts("report.sheet.places")], with_share, of_units, title, texts)


def _saved(book: Any, title: str) -> bytes:
    book.properties.title = title
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _whole(sheet: Any, report: Report, texts: Texts) -> None:
    sheet.title = texts("report.sheet.whole")
    word, period = texts, report.period
    write_name(sheet["A1"], report.office)
    sheet["A1"].font = Font(bold=True, size=14)
    facts: list[tuple[str, Any, str]] = [
        (word("report.sheet.period"), period_words(period, texts), "General"),
        (word("report.sheet.first"), period.first or period.last, _DAY),
        (word("report.sheet.last"), period.last, _DAY),
        (word("report.sheet.rated"), report.total.rated or 0, WHOLE),
    ]
    if report.coverage is not None:
        facts += [
            (word("report.sheet.visits"), report.coverage.visits, WHOLE),
            (word("report.sheet.coverage"), "=B5/B6", PERCENT),
        ]
    for fact in facts:
        sheet.append(fact[:2])
        sheet.cell(sheet.max_row, 2).number_format = fact[2]
    if report.total.share is not None:
        _levels(sheet, report, texts)
    sheet.append([])
    sheet.append([texts("report.sheet.mark"), mark(report, texts)])
    widen(sheet, (34, 22, 16))


def _levels(sheet: Any, report: Report, texts: Texts) -> None:
    sheet.append([])
    write_head(sheet, [texts(f"report.level.{name}") for name in ("heading", "n", "share")])
    first = sheet.max_row + 1
    last = first + len(LEVELS) - 1
    for level in LEVELS:
        row = sheet.max_row + 1
        n = report.scores.get(level, 0)
        sheet.append([texts(f"report.level.{level}"), n, f"=B{row}/B${last + 1}"])
        sheet.cell(row, 2).number_format, sheet.cell(row, 3).number_format = WHOLE, PERCENT
    sheet.append([texts("report.level.total"), f"=SUM(B{first}:B{last})", f"=SUM(C{first}:C{last})"])
    of, satisfied = f"B{last + 1}", f"(B{first}+B{first + 1})"
    for name, formula in (
        ("share", f"={satisfied}/{of}"),
        ("low", wilson_formula(satisfied, of, "-")),
        ("high", wilson_formula(satisfied, of, "+")),
    ):
        sheet.append([texts(f"report.places.{name}"), formula])
        sheet.cell(sheet.max_row, 2).number_format = PERCENT
    sheet.cell(last + 1, 2).number_format, sheet.cell(last + 1, 3).number_format = WHOLE, PERCENT
    if report.target is not None:
        sheet.append([texts("target.sheet"), report.target.at_least, report.target.source])
        sheet.cell(sheet.max_row, 2).number_format = PERCENT
    title = texts("report.sheet.chart_levels", period=period_words(report.period, texts))
    chart_of_levels(sheet, title, first, last)


def _places(sheet: Any, report: Report, texts: Texts) -> None:
    names = ("number", "name", "rated", "of", "satisfied", "share", "low", "high")
    write_head(sheet, [texts(f"report.places.{name}") for name in names])
    for place, line in enumerate(report.lines, 1):
        name = "   " * line.depth + name_of_line(report, line, texts)
        sheet.append([place, None, *_figure(line.figure, sheet.max_row + 1, texts)])
        write_name(sheet.cell(sheet.max_row, 2), name)
        for column, form in enumerate((WHOLE, WHOLE, WHOLE, PERCENT, PERCENT, PERCENT), 3):
            sheet.cell(sheet.max_row, column).number_format = form
    sheet.freeze_panes = "C2"
    widen(sheet, (6, 44, 14, 14, 14, 16, 16, 16))


def _figure(figure: Figure, row: int, texts: Texts) -> Sequence[Any]:
    fewer = texts("report.places.fewer", n=number(figure.fewer_than, texts))
    rated = fewer if figure.rated is None else figure.rated
    if figure.share is None:
        return [rated, None, None, texts("report.places.too_few")]
    ends = (wilson_formula(f"E{row}", f"D{row}", sign) for sign in "-+")
    return [rated, figure.share.rated, figure.share.satisfied, f"=E{row}/D{row}", *ends]


def wilson_formula(satisfied: str, of: str, sign: str) -> str:
    """One end of Wilson's interval over two cells (E. B. Wilson, JASA 22, 1927)."""
    z = f"{Z_95:.9f}"
    root = f"SQRT({satisfied}*({of}-{satisfied})/{of}+{z}^2/4)"
    return f"=({satisfied}+{z}^2/2{sign}{z}*{root})/({of}+{z}^2)"
