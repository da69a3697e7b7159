"""The common form of every file: sheets of rows of cells, numbered as Excel shows them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from msgspec import Struct, field

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 200_000
MAX_COLUMNS = 512
PROGRESS_EVERY = 10_000

Progress = Callable[[str, int], None]
"""Called with the name of a step (``read``, ``check``, ``write``) and how many rows it has behind it."""


class InFont(Struct, frozen=True):
    """A text whose cell is drawn in a font of the time before Unicode: its letters may mean other letters."""

    text: str
    font: str


class Faulty(Struct, frozen=True):
    """A cell that cannot be believed. ``key`` names the text that says why and what to do, ``values`` fill it in."""

    key: str
    text: str
    values: Mapping[str, object] = field(default_factory=dict)


Cell = str | int | float | datetime | date | time | InFont | Faulty | None


class Unreadable(ValueError):
    """The file is nothing we can read. ``key`` names the text that says what to do, ``values`` fill it in. ``place``:
    where in a file that has no rows, such as ``questions[2].words.vi``."""

    def __init__(self, key: str, *, place: str = "", **values: object) -> None:
        super().__init__(key)
        self.key, self.place = key, place
        self.values = values


class Line(Struct, frozen=True):
    """One row. ``number`` is the row number Excel shows for it, counted from 1."""

    number: int
    cells: tuple[Cell, ...]


class Sheet(Struct, frozen=True):
    """A sheet of a workbook, or one way to cut a text file into columns (then ``name`` is empty).

    ``from_1904`` says that day numbers count from 1904, as workbooks made on old Macs do. ``broken_at`` is the line of
    a text file where its quotes end wrongly, 0 when they are right; the lines stop there. A ``hidden`` sheet has no
    lines: nobody saw them. ``hidden_rows`` are rows of a visible sheet that a filter hides; they are among the lines.
    """

    name: str
    lines: tuple[Line, ...]
    from_1904: bool = False
    broken_at: int = 0
    hidden: bool = False
    hidden_rows: int = 0


def no_progress(_step: str, _rows: int) -> None:
    """For callers that show nothing."""
