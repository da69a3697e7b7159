"""The result of reading a file: rows, and what is wrong with them."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct, field

Value = str | int | date | dict[str, dict[str, str]] | None


class RowProblem(Struct, frozen=True):
    """Something to tell the person who brought the file. ``row`` is Excel's row number; in a file that has
    no rows ``column`` is the place of the entry. ``sheet`` is given when rows of several sheets were read; ``key``
    names the text."""

    key: str
    row: int | None = None
    column: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    sheet: str = ""


class Row(Struct, frozen=True):
    """One row that could be read: only the fields whose columns the file has."""

    number: int
    values: Mapping[str, Value]
    sheet: str = ""


class FileContent(Struct, frozen=True):
    """What a file says. ``errors`` keep all of it out; ``warnings`` do not. ``closing``: skipped totals. ``sheets``
    were read, ``hidden`` ones were not, nor visible ``others`` that hold something else."""

    rows: tuple[Row, ...]
    errors: tuple[RowProblem, ...] = ()
    warnings: tuple[RowProblem, ...] = ()
    personal: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    closing: int = 0
    others: tuple[str, ...] = ()
