"""A breach of personal data and the hours in which it is notified (Luật 91/2025/QH15, Điều 23). Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.typed import clean
from sync.district.times import VIETNAM

BREACH_FIELDS = ("what", "data", "people", "harm", "done", "contact")
"""What the sheet asks: what happened and when, which data, how many people, what harm may come, what was done, and whom
the authority may ask."""
NEEDED = ("what", "data")
MAX_FIELD = 2_000


class WrongBreach(ValueError):
    """A field cannot be taken; the key of a text says why."""


class Breach(StructWithHidden, frozen=True):
    """The newest version of a breach's sheet. ``found_at``: from when the hours run; ``notified_at``: when the
    authority was notified, ``None`` while it was not. ``person`` and ``at``: who wrote this version, when."""

    breach_id: int
    found_at: datetime
    notified_at: datetime | None
    content: Hidden[Mapping[str, str]]
    person: str = ""
    at: datetime | None = None

    def tell_by(self, hours: int) -> datetime:
        """The last moment at which the authority is notified in time."""
        return self.found_at + timedelta(hours=hours)

    def hours_left(self, hours: int, now: datetime) -> int | None:
        """Whole hours left, negative once they are over; ``None`` when it was notified."""
        return None if self.notified_at else int((self.tell_by(hours) - now).total_seconds() // 3600)

    def notified_late(self, hours: int) -> bool:
        """Whether the authority was notified after the last moment."""
        return self.notified_at is not None and self.notified_at > self.tell_by(hours)


def breach_from(fields: Mapping[str, str], found: str, notified: str, now: datetime, breach_id: int = 0) -> Breach:
    """A sheet from what was typed; both times as a browser sends local ones. Raises ``WrongBreach``."""
    content = {name: clean(fields.get(name, "")) for name in BREACH_FIELDS}
    if any(len(content[name]) < 3 for name in NEEDED) or any(len(each) > MAX_FIELD for each in content.values()):
        raise WrongBreach("fields")
    found_at, notified_at = _moment(found), (_moment(notified) if notified else None)
    if found_at > now or (notified_at is not None and not found_at <= notified_at <= now):
        raise WrongBreach("moment")
    return Breach(breach_id, found_at, notified_at, content)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=VIETNAM).astimezone(UTC)
    except ValueError as error:
        raise WrongBreach("moment") from error
