"""Spread merged cells: Excel keeps their value in the first cell only, a person reads it in every row."""

import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from sync.district.reference.files.table import MAX_COLUMNS, Cell, Faulty, Line, Unreadable

MAX_MERGES = 200_000
MAX_FILLED = 2_000_000
ACROSS = "import.value.merged_across"
_LETTERS = re.compile("[A-Z]{1,3}")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")


class MergedCells(Struct, frozen=True):
    """A merged area. Columns count from 0, rows from 1."""

    left: int
    top: int
    right: int
    bottom: int


@lru_cache(maxsize=MAX_COLUMNS)
def column_of(letters: str) -> int:
    """The place of a column, from 0. Raises ``ValueError``.

    >>> column_of("A"), column_of("AB")
    (0, 27)
    """
    if not _LETTERS.fullmatch(letters):
        raise ValueError(letters)
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def merge_from(reference: str) -> MergedCells:
    """``D2:F4`` as an area. Raises ``ValueError``."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(reference)
    left, top = column_of(match[1]), int(match[2])
    right, bottom = (column_of(match[3]), int(match[4])) if match[3] else (left, top)
    if right < left or bottom < top:
        raise ValueError(reference)
    return MergedCells(left, top, right, bottom)


def fill(lines: Sequence[Line], merges: Sequence[MergedCells]) -> list[Line]:
    """Puts a merged value into every row of its area that exists. In the area's other columns a cell cannot be
    believed: whether it has the same value, only a person can say.

    Raises ``Unreadable`` when the areas are more than any sheet has.
    """
    places = {line.number: index for index, line in enumerate(lines)}
    widest = max((len(line.cells) for line in lines), default=0)
    changed: dict[int, list[Cell]] = {}
    filled = 0
    for merge in merges:
        first = places.get(merge.top)
        if first is None or merge.left >= len(lines[first].cells):
            continue
        value, right = lines[first].cells[merge.left], min(merge.right, widest - 1)
        numbers = range(merge.top, min(merge.bottom, lines[-1].number) + 1)
        filled += len(numbers) * (right - merge.left + 1)
        if filled > MAX_FILLED:
            raise Unreadable("import.file.too_many_merges")
        for number in numbers:
            if value is not None and number in places:
                cells = changed.setdefault(places[number], list(lines[places[number]].cells))
                _put(cells, merge.left, value)
                for place in range(merge.left + 1, right + 1):
                    _put(cells, place, Faulty(ACROSS, ""))
    return [Line(line.number, tuple(changed[i])) if i in changed else line for i, line in enumerate(lines)]


def _put(cells: list[Cell], place: int, value: Cell) -> None:
    cells.extend([None] * (place + 1 - len(cells)))
    cells[place] = value
