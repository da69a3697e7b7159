"""Decide which late ratings the closing of a period notes, so that each is noted in one closing. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from sync.district.measures.closed_figures import PeriodSum
from sync.district.measures.period import PeriodName, label


class Moment(Struct, frozen=True):
    """When a period of a unit was closed, without its figures; see ``ClosedPeriod``."""

    number: int
    unit_id: str
    of: str
    version: int
    closed_at: datetime
    through_group: int


class LateGroup(Struct, frozen=True):
    """A released group of ratings of a closed period. ``dated_at``: when a person gave it the day ``counted_on``;
    ``None`` when it had one of its own."""

    group_id: int
    unit_id: str
    counter_id: str
    counted_on: date
    n: int
    dated_at: datetime | None = None

    def came_after(self, closed: Moment) -> bool:
        """Whether it was released, or given its day, after a closing."""
        return self.group_id > closed.through_group or (self.dated_at is not None and self.dated_at >= closed.closed_at)


def noted_since(closed: Sequence[Moment], of: str) -> dict[str, Moment]:
    """After which closing a late rating is not told yet, for each closed period before ``of``. ``closed``: every
    closing of a unit and of one kind of period. What came until a period's own newest version is counted in that. What
    came until a later period was closed was noted there; a correction notes nothing."""
    newest: dict[str, Moment] = {}
    for each in closed:
        if each.of < of and (each.of not in newest or each.version > newest[each.of].version):
            newest[each.of] = each
    notes = [each for each in closed if each.version == 1]
    return {
        earlier: max([own, *(each for each in notes if each.of > earlier)], key=_order)
        for earlier, own in newest.items()
    }


def late_notes(closed: Sequence[Moment], name: PeriodName, of: str, groups: Iterable[LateGroup]) -> list[PeriodSum]:
    """What a closing of the period ``of`` notes of the groups of its unit, by the closed period in which they count."""
    since, found = noted_since(closed, of), Counter[str]()
    for group in groups:
        earlier = label(name, group.counted_on)
        if earlier in since and group.came_after(since[earlier]):
            found[earlier] += group.n
    return [PeriodSum(earlier, n) for earlier, n in sorted(found.items())]


def _order(closed: Moment) -> tuple[int, int]:
    """Closings by what they had seen: the clock of a server may be set back."""
    return closed.through_group, closed.number
