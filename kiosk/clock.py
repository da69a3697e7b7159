"""The kiosk's clocks. The wall clock may be years off; the order of entries never depends on it."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from msgspec import Struct

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Local time in Viet Nam: seven hours ahead of UTC, no summer time."""

RELEASED = date(2026, 11, 1)
"""No day before this one can be today: this release had not been made. It moves with the version."""


class Moment(Struct, frozen=True):
    """One reading of all clocks: wall time in UTC, milliseconds since boot, and which boot it was (4 hex digits).
    ``offset_ms``: how far the district's clock is ahead of the wall time, ``None`` while this boot does not know."""

    at: datetime
    up_ms: int
    boot: str
    offset_ms: int | None = None

    @property
    def district_time(self) -> datetime:
        """The time by the district's clock as far as its distance is known, else by the box's own."""
        return self.at + timedelta(milliseconds=self.offset_ms or 0)

    @property
    def office_time(self) -> datetime:
        """The same as the office's local time, without a zone."""
        return self.district_time.astimezone(VIETNAM).replace(tzinfo=None)

    @property
    def day(self) -> date:
        """The office's local date, likewise: one day for all that the box does."""
        return self.office_time.date()

    @property
    def at_s(self) -> int:
        """Whole seconds since 1970-01-01T00:00Z."""
        return self.at_ms // 1000

    @property
    def up_s(self) -> int:
        """Whole seconds since boot."""
        return self.up_ms // 1000

    @property
    def offset_s(self) -> int | None:
        """``offset_ms`` in whole seconds."""
        return None if self.offset_ms is None else round(self.offset_ms / 1000)

    @property
    def at_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00Z."""
        return round(self.at.timestamp() * 1000)


def read_clock() -> Moment:
    return Moment(datetime.now(UTC), time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000, _boot_id())


@cache
def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text()[:4]
    except OSError:
        return "0000"
