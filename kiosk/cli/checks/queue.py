"""Check the office's ticket system by what its reader keeps of itself: does it speak, what was refused, its clock."""

import ipaddress

from kiosk.cli.checks.check import CheckResult, failed, ok, warning
from kiosk.clock import Moment
from kiosk.queue.status import QueueStatus, read_status
from kiosk.settings import Settings

CLOCK_S = 60
"""A distance that is put right is said from here on."""


def queue(settings: Settings, now: Moment) -> list[CheckResult]:
    """Nothing where the settings name no ticket system."""
    if not settings.queue.has_source:
        return []
    status = read_status(settings.runtime)
    if status is None or not status.is_current(now):
        return [failed("queue", "not_running")]
    return [_speaks(settings, status), *_refused(status), *_clock(status), *_reached(settings)]


def _speaks(settings: Settings, status: QueueStatus) -> CheckResult:
    quiet, new = status.quiet_minutes, status.counts.get("new", 0)
    if quiet is None:
        return warning("queue", "never")
    if quiet >= settings.queue.silent_minutes:
        return warning("queue", "silent", minutes=quiet)
    return ok("queue", "speaks", n=new, minutes=quiet, doubled=status.counts.get("doubled", 0))


def _refused(status: QueueStatus) -> list[CheckResult]:
    found = []
    if n := status.counts.get("refused", 0):
        why = f"{status.refused_word} {status.refused_field}".strip()
        found.append(warning("queue", "refused", n=n, source=status.refused_by, row=status.refused_row, why=why))
    left_out = {word: status.counts.get(word, 0) for word in ("contradicted", "foreign", "full")}
    return found + [warning("queue", word, n=n) for word, n in left_out.items() if n]


def _clock(status: QueueStatus) -> list[CheckResult]:
    seconds = status.offset_s or 0
    if abs(seconds) < CLOCK_S:
        return []
    return [warning("queue", "clock_slow" if seconds > 0 else "clock_fast", minutes=round(abs(seconds) / 60))]


def _reached(settings: Settings) -> list[CheckResult]:
    """Whether others than programs on this machine reach the port."""
    address = settings.queue.http_address
    try:
        local = ipaddress.ip_address(address).is_loopback
    except ValueError:
        local = address == "localhost"
    return [warning("queue", "open", address=address)] if settings.queue.http_port and not local else []
