"""Read what a kiosk counted of a day's invitations, and decide what of such counts may be told. Pure."""

from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct

from kiosk.domain.released import K
from sync.district.domain.checks import UnreadableBody, moment, word
from sync.district.times import local_day

MAX_COUNT = 100_000
MAX_ON_THE_WAY = timedelta(days=400)
"""A day longer ago than that was made by a clock that was wrong; the day of arrival stands for it."""


class InvitationSums(Struct, frozen=True):
    """Tickets ``served`` at a counter; how many of these the ticket system said to have ``ended``; how many times the
    kiosk ``invited`` then; how many ``answered`` with a face."""

    served: int = 0
    ended: int = 0
    invited: int = 0
    answered: int = 0

    def __add__(self, other: "InvitationSums") -> "InvitationSums":
        return InvitationSums(*(here + there for here, there in zip(_values(self), _values(other), strict=True)))

    def __sub__(self, other: "InvitationSums") -> "InvitationSums":
        return InvitationSums(*(here - there for here, there in zip(_values(self), _values(other), strict=True)))

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """What whoever knows the sums can find by subtracting: who answered, who was invited and did not, ends at which
        nobody was invited, tickets that were never said to have ended."""
        return self.answered, self.invited - self.answered, self.ended - self.invited, self.served - self.ended

    def is_large_enough(self, floor: int = K) -> bool:
        """Whether each part is nobody or at least so many."""
        return all(part == 0 or part >= floor for part in self.parts)


class InvitationDay(Struct, frozen=True):
    """The counts of one local day at one counter, or of a piece of it."""

    recorded_at: datetime
    unit_id: str
    counter_id: str
    day: date
    sums: InvitationSums


def _values(sums: InvitationSums) -> tuple[int, int, int, int]:
    return sums.served, sums.ended, sums.invited, sums.answered


def invitation_day_from(body: dict[str, Any]) -> InvitationDay:
    """Checks an opened body. Raises ``UnreadableBody`` naming the field."""
    return InvitationDay(
        recorded_at=moment(body.get("at_s")),
        unit_id=word(body, "unit_id", 64),
        counter_id=word(body, "counter_id", 64),
        day=_day(body.get("of_day")),
        sums=InvitationSums(*(_count(body, name) for name in InvitationSums.__struct_fields__)),
    )


def counted_on(day: date, received_at: datetime) -> date:
    """The local day on which it counts."""
    arrived = local_day(received_at)
    return day if arrived - MAX_ON_THE_WAY <= day <= arrived else arrived


def _day(value: object) -> date:
    try:
        if isinstance(value, str) and len(value) == len("2026-11-21"):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise UnreadableBody("of_day: no day")


def _count(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if type(value) is not int or not 0 <= value <= MAX_COUNT:
        raise UnreadableBody(f"{name}: no count")
    return value
