"""Native charts of a workbook: drawn by the office program from the cells beside them, so that they follow the numbers.

One pale colour with a dark edge, on which the whiskers are seen, and the words on the axes tell everything; nothing
depends on telling colours apart, or on colour ink.
"""

from collections.abc import Sequence
from typing import Any

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumRef, StrRef
from openpyxl.chart.error_bar import ErrorBars

from sync.district.reports.sheets import PERCENT, WHOLE, widen, write_head
from sync.district.texts import Texts

INK, PALE = "16453E", "A9CFC7"
MAX_BARS = 40
"""More bars than these make no chart: their names could not be read."""
_CM_A_BAR, _CM_AROUND = 0.75, 3.2


IN_ORDER = ("errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "val", "spPr")
"""The parts of error bars as the schema of the file has them (ECMA-376, CT_ErrBars); openpyxl has plus after minus."""


def chart_of_levels(sheet: Any, title: str, first: int, last: int) -> None:
    """How many chose each of the five levels: names in A, numbers in B, of some rows."""
    chart = _bars(title, last - first + 1, WHOLE)
    chart.add_data(Reference(sheet, min_col=2, min_row=first, max_row=last))
    _name(chart, sheet, first, last)
    _ink(chart)
    sheet.add_chart(chart, "E2")


def chart_of_places(
    book: Any, places: Any, rows: Sequence[int], of_units: Sequence[int], title: str, texts: Texts
) -> None:
    """A sheet with the share of each unit and counter that has one, its 95 % interval as a whisker. ``rows``: where
    they stand on the sheet of places, with the share in F and the ends of the interval in G and H. ``of_units``: those
    of units, which alone are drawn where all would be too many; where they are too many too, a sentence says so."""
    if not rows:
        return
    sheet = book.create_sheet(texts("report.sheet.chart"))
    if len(rows) > MAX_BARS:
        rows = of_units
    if not 0 < len(rows) <= MAX_BARS:
        sheet.append([texts("report.sheet.chart_none", most=MAX_BARS)])
        return
    _draw_places(sheet, places, rows, title, texts)


def _draw_places(sheet: Any, places: Any, rows: Sequence[int], title: str, texts: Texts) -> None:
    write_head(sheet, [texts(f"report.places.{name}") for name in ("name", "share", "below", "above")])
    name = places.title.replace("'", "''")
    for row in rows:
        share = f"'{name}'!F{row}"
        ends = (f"={share}-'{name}'!G{row}", f"='{name}'!H{row}-{share}")
        sheet.append([f"=TRIM('{name}'!B{row})", f"={share}", *ends])
        for column in range(2, 5):
            sheet.cell(sheet.max_row, column).number_format = PERCENT
    last = len(rows) + 1
    chart = _bars(title, len(rows), PERCENT)
    chart.add_data(Reference(sheet, min_col=2, min_row=2, max_row=last))
    _name(chart, sheet, 2, last)
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    _ink(chart)
    own = f"'{sheet.title}'"
    whiskers: Any = ErrorBars(  # without a direction: bars have but one
        errBarType="both",
        errValType="cust",
        minus=NumDataSource(numRef=NumRef(f=f"{own}!$C$2:$C${last}")),
        plus=NumDataSource(numRef=NumRef(f=f"{own}!$D$2:$D${last}")),
    )
    whiskers.__elements__ = IN_ORDER
    chart.series[0].errBars = whiskers
    sheet.add_chart(chart, "F2")
    widen(sheet, (44, 16, 16, 16))


def _bars(title: str, bars: int, form: str) -> BarChart:
    """Bars that lie, in the order of the rows, with room for long names."""
    chart = BarChart()
    chart.type, chart.title, chart.legend, chart.gapWidth = "bar", title, None, 60
    assert chart.title is not None
    chart.title.overlay = False
    chart.x_axis.scaling.orientation, chart.y_axis.crosses = "maxMin", "max"  # the first on top, the scale below
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format, chart.y_axis.majorGridlines = form, None
    chart.width, chart.height = 22, _CM_AROUND + _CM_A_BAR * max(bars, 4)
    return chart


def _name(chart: BarChart, sheet: Any, first: int, last: int) -> None:
    """The words of column A beside the bars."""
    words = AxDataSource(strRef=StrRef(f=str(Reference(sheet, min_col=1, min_row=first, max_row=last))))
    for each in chart.series:
        each.cat = words


def _ink(chart: BarChart) -> None:
    for each in chart.series:
        each.graphicalProperties.solidFill = PALE
        each.graphicalProperties.line.solidFill = INK
