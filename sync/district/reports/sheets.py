"""The sheets of dossiers, of answers and of complaints: numbers as numbers, sums and shares as formulas that follow."""

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from kiosk.domain.complaint import About, Verdict
from sync.district.measures.closed_figures import ClosedDossiers, PeriodFigures
from sync.district.measures.dossier_states import DossierState
from sync.district.reports.complaint_figures import ComplaintFigures
from sync.district.reports.complaints import OUTCOMES
from sync.district.reports.model import Report, period_words
from sync.district.reports.sentences import mark
from sync.district.texts import Texts

PERCENT, WHOLE = "0.0%", "#,##0"
_DOSSIER_HEADS = ("received", "early", "on_time", "late", "undated", "returned", "judged", "share", "open", "overdue")


def dossiers_sheet(sheet: Any, report: Report, figures: PeriodFigures, texts: Texts) -> None:
    """The unit, and each unit or counter right below."""
    heads = [texts("report.places.number"), texts("report.places.name")]
    write_head(sheet, [*heads, *(texts(f"late.heads.{name}") for name in _DOSSIER_HEADS)])
    _dossiers(sheet, "", figures.dossiers, report.office)
    for place, line in enumerate(figures.dossier_lines, 1):
        _dossiers(sheet, place, line, line.name or texts("report.places.without_counter"))
    sheet.append([])
    if figures.target is not None:
        sheet.append(["", texts("late.heads.target"), float(figures.target.below), figures.target.source])
        sheet.cell(sheet.max_row, 3).number_format = PERCENT
    sheet.append(["", period_words(report.period, texts), mark(report, texts)])
    sheet.freeze_panes = "C2"
    widen(sheet, (6, 44, *(13 for _ in _DOSSIER_HEADS)))


def _dossiers(sheet: Any, place: object, line: ClosedDossiers, name: str) -> None:
    counts, row = line.counts, sheet.max_row + 1
    by_date = [counts[each] for each in (DossierState.EARLY, DossierState.ON_TIME, DossierState.LATE)]
    share = f"=F{row}/I{row}" if counts.judged else None
    if not counts.known:
        sheet.append([place, None, *["–"] * len(_DOSSIER_HEADS)])
        write_name(sheet.cell(row, 2), name)
        return
    sheet.append(
        [
            *(place, None, counts[DossierState.RECEIVED], *by_date, counts[DossierState.RETURNED_UNDATED]),
            *(f"=SUM(D{row}:G{row})", f"=SUM(D{row}:F{row})", share),
            *(counts.still_open, counts[DossierState.OPEN_OVERDUE]),
        ]
    )
    write_name(sheet.cell(row, 2), name)
    for column in range(3, 13):
        sheet.cell(row, column).number_format = PERCENT if column == 10 else WHOLE


def asked_sheet(sheet: Any, figures: PeriodFigures, texts: Texts) -> None:
    """What citizens whose dossier was late answered, with the share of each answer."""
    write_head(sheet, [texts(f"late.asked.{name}") for name in ("question", "answer", "n", "share")])
    for question in figures.questions:
        words = question.words.get(texts.language) or question.words["vi"]
        if not question.lines:
            sheet.append([words, texts("late.asked.too_few")])
            continue
        few = texts("late.asked.too_few")
        lines = [(each.words.get(texts.language) or each.words["vi"], each.n or few) for each in question.lines]
        _shares(sheet, [(words, *each) for each in lines], texts("report.level.total"), 3)
    widen(sheet, (60, 34, 12, 12))


def complaint_sheets(book: Any, figures: ComplaintFigures, texts: Texts) -> None:
    """What arrived, what became of it, how it was judged, and what was concluded about conduct."""
    sheet, total = book.active, texts("report.level.total")
    sheet.title = texts("complaint_report.sheet.received")
    write_head(sheet, [texts(f"complaint_report.about.{name}") for name in ("heading", "n", "share")])
    _shares(sheet, [(texts(f"complaint_report.about.{each}"), figures.about[each]) for each in About], total, 2)
    sheet.append([])
    sheet.append([texts("complaint_report.as_of", day=f"{figures.made_on:%d/%m/%Y}")])
    widen(sheet, (44, 12, 12))
    sheet = book.create_sheet(texts("complaint_report.sheet.answers"))
    write_head(sheet, [texts("complaint_report.outcome.heading"), texts("complaint_report.about.n")])
    rows = [(texts(f"complaint_report.outcome.{name}"), getattr(figures, name)) for name in OUTCOMES]
    _sum(sheet, rows, total)
    if figures.due:
        sheet.append([texts("complaint_report.outcome.share"), "=B2/(B2+B3+B5)"])
        sheet.cell(sheet.max_row, 2).number_format = PERCENT
    widen(sheet, (44, 14))
    sheet = book.create_sheet(texts("complaint_report.sheet.verdicts"))
    write_head(sheet, [texts("complaint_report.outcome.heading"), texts("complaint_report.about.n")])
    _sum(sheet, [(texts(f"complaint_report.verdicts.{each}"), figures.verdicts[each]) for each in Verdict], total)
    widen(sheet, (44, 14))
    if any(figures.conclusions.values()):
        sheet = book.create_sheet(texts("complaint_report.sheet.conclusions"))
        write_head(sheet, [texts("complaint_report.outcome.heading"), texts("complaint_report.about.n")])
        results = [(texts(f"complaint_report.conclusions.{name}"), n) for name, n in figures.conclusions.items()]
        _sum(sheet, results, total)
        widen(sheet, (44, 14))


def _sum(sheet: Any, rows: Iterable[tuple[str, int]], total: str) -> None:
    first = sheet.max_row + 1
    for row in rows:
        sheet.append(row)
    sheet.append([total, f"=SUM(B{first}:B{sheet.max_row})"])


def _shares(sheet: Any, rows: Sequence[tuple[Any, ...]], total: str, column: int) -> None:
    """Rows that end in a number, or in words for too few, each with its share of all, and their sum; no shares of
    nothing."""
    first, letter = sheet.max_row + 1, get_column_letter(column)
    last = first + len(rows) - 1
    some = any(isinstance(row[-1], int) and row[-1] for row in rows)
    for at, row in enumerate(rows, first):
        counts = some and isinstance(row[-1], int)
        sheet.append([*row, f"={letter}{at}/{letter}${last + 1}" if counts else None])
    sheet.append([*[None] * (column - 2), total, f"=SUM({letter}{first}:{letter}{last})"])
    for at in range(first, last + 2):
        sheet.cell(at, column).number_format, sheet.cell(at, column + 1).number_format = WHOLE, PERCENT


def write_name(cell: Any, name: str) -> None:
    """Writes what somebody typed: a text, also when it begins as a formula does."""
    cell.value = name
    cell.data_type = "s"


def write_head(sheet: Any, names: Sequence[str]) -> None:
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet["A1"].value else 1
    for column, name in enumerate(names, 1):
        cell = sheet.cell(row, column, name)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, horizontal="center")


def widen(sheet: Any, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
