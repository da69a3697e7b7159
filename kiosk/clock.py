"""The box's idea of time. The wall clock may be years off; order never depends on it."""

import time
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from msgspec import Struct

from kiosk.settings import VIETNAM


class Moment(Struct, frozen=True):
    """One reading of all clocks: wall time in UTC, milliseconds since boot, and which boot it was (4 hex digits)."""

    at: datetime
    up_ms: int
    boot: str

    @property
    def day(self) -> date:
        """The office's local date."""
        return self.at.astimezone(VIETNAM).date()

    @property
    def at_s(self) -> int:
        """Whole seconds since 1970-01-01T00:00Z."""
        return self.at_ms // 1000

    @property
    def up_s(self) -> int:
        """Whole seconds since boot."""
        return self.up_ms // 1000

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
