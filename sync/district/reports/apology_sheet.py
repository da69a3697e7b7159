"""The sheet of apologies in the workbook of late dossiers: numbers as numbers, sums as formulas that follow."""

from typing import Any

from sync.district.domain.apology import Delivery
from sync.district.measures.apology_figures import ClosedApologies
from sync.district.reports.apology_words import causes, numbers_of
from sync.district.reports.sheets import WHOLE, widen, write_head, write_name
from sync.district.texts import Texts


def apologies_sheet(sheet: Any, figures: ClosedApologies, texts: Texts) -> None:
    """How far they had come, how they were handed over, why dossiers were late, and the numbers of each unit."""
    word = texts
    late = [("apologised", figures.apologised), ("without", figures.without)]
    states = [("handed_over", figures.handed_over), ("signed", figures.signed), ("made", figures.made)]
    ways = [(str(each), figures.deliveries.get(str(each), 0)) for each in Delivery]
    more = [("in_time", figures.in_time), ("broken", figures.broken), ("seconds", figures.seconds)]
    more.append(("doubled", figures.doubled))
    _numbers(sheet, word("late.sheet.late"), [(word(f"late.sheet.{name}"), n) for name, n in late], texts)
    _numbers(sheet, word("late.sheet.letters"), [(word(f"apologies.state.{name}"), n) for name, n in states], texts)
    _numbers(sheet, word("late.sheet.ways"), [(word(f"apologies.delivery.{name}"), n) for name, n in ways], texts)
    _numbers(sheet, word("late.letters.by.cause"), causes(figures, texts), texts)
    write_head(sheet, [word("late.sheet.more"), word("late.letters.by.n")])
    for name, n in more:
        sheet.append([word(f"late.sheet.{name}"), n])
    sheet.append([])
    write_head(sheet, [word(f"late.letters.by.{name}") for name in ("unit", "made", "handed_over", "numbers")])
    for each in figures.lines:
        sheet.append([None, each.made, each.handed_over, numbers_of(each.first, each.last, texts)])
        write_name(sheet.cell(sheet.max_row, 1), each.name)
    widen(sheet, (60, 14, 14, 26))


def _numbers(sheet: Any, title: str, rows: list[tuple[str, int]], texts: Texts) -> None:
    write_head(sheet, [title, texts("late.letters.by.n")])
    first = sheet.max_row + 1
    for name, n in rows:
        sheet.append([None, n])
        write_name(sheet.cell(sheet.max_row, 1), name)
        sheet.cell(sheet.max_row, 2).number_format = WHOLE
    if rows:
        sheet.append([texts("report.level.total"), f"=SUM(B{first}:B{sheet.max_row})"])
    sheet.append([])
