"""A remark as it is told to a counter: words that two people of the office confirmed, in a batch of a month. Pure; both
ends read it here.

JSON of a batch: ``month`` (``2026-10``), ``n`` (how many remarks it has), ``remarks``, each ``[side, about, words]``
with the side ``thanks`` or ``wish``.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct


class ReleasedRemark(Struct, frozen=True):
    """``about``: ``procedure``, ``facilities`` or ``officer``. ``place``: where it stands among all that were released,
    at the district; a kiosk is not told."""

    about: str
    is_thanks: bool
    words: str
    place: tuple[int, int] | None = None


class ReleasedBatch(Struct, frozen=True):
    """``month``: the first day of the month up to whose end they were said. ``n``: how many there are in all; where a
    place has no room for so many, ``remarks`` are the first of them. ``taken_down``: how many more were released and
    are shown no more."""

    month: date
    remarks: tuple[ReleasedRemark, ...]
    n: int = 0
    taken_down: int = 0

    @property
    def thanks(self) -> tuple[ReleasedRemark, ...]:
        return tuple(each for each in self.remarks if each.is_thanks)

    @property
    def wishes(self) -> tuple[ReleasedRemark, ...]:
        return tuple(each for each in self.remarks if not each.is_thanks)


def batch_content(batch: ReleasedBatch, most: int) -> dict[str, Any]:
    """A batch as it stands in a snapshot, with at most so many of its remarks."""
    remarks = [["thanks" if each.is_thanks else "wish", each.about, each.words] for each in batch.remarks[:most]]
    return {"month": f"{batch.month:%Y-%m}", "n": len(batch.remarks), "remarks": remarks}


def batch_from(content: Mapping[str, Any]) -> ReleasedBatch:
    """Reads what a district sent. Raises ``ValueError``, ``KeyError`` or ``TypeError`` where it is none of this."""
    remarks = tuple(
        ReleasedRemark(str(about), side == "thanks", str(words)) for side, about, words in content["remarks"]
    )
    n = content["n"]
    if type(n) is not int or n < len(remarks):
        raise ValueError("a batch has at least as many remarks as are told")
    return ReleasedBatch(date.fromisoformat(f"{content['month']}-01"), remarks, n)
