"""Check the disk: write a file, read it back from the medium, time both, and read the card's own wear report.

An SD card or eMMC fails quietly: it forgets what was written, or takes ever longer to write it.
"""

import hashlib
import os
from pathlib import Path
from time import perf_counter
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

CANARY = "canary"
CANARY_BYTES = 64 * 1024
KEPT_TIMES = 100
LOW_BYTES, FULL_BYTES = 200 * 1024 * 1024, 1024 * 1024


class Reading(Struct, frozen=True):
    """One test. ``forgot``: what was written does not come back, or what was written an hour ago no longer does."""

    fsync_ms: int | None = None
    forgot: bool = False
    error: str = ""


class DiskHealth(Struct, frozen=True):
    """All tests so far. ``fsync_ms`` are the last hundred; ``wear_percent`` is the card's own estimate, if any."""

    tests: int = 0
    errors: int = 0
    forgot: int = 0
    last_error: str = ""
    fsync_ms: tuple[int, ...] = ()
    wear_percent: int | None = None

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "DiskHealth":
        known = {name: values[name] for name in cls.__struct_fields__ if name in values}
        return cls(**known | {"fsync_ms": tuple(known.get("fsync_ms", ()))})

    def after(self, reading: Reading, wear_percent: int | None) -> "DiskHealth":
        """The health once a test more was made."""
        times = self.fsync_ms if reading.fsync_ms is None else (*self.fsync_ms, reading.fsync_ms)[-KEPT_TIMES:]
        return replace(
            self,
            tests=self.tests + 1,
            errors=self.errors + bool(reading.error),
            forgot=self.forgot + reading.forgot,
            last_error=reading.error or self.last_error,
            fsync_ms=times,
            wear_percent=wear_percent,
        )

    def report(self) -> dict[str, Any]:
        """What the district hears about the disk: counts, the time of a slow write, and the card's own estimate."""
        return {
            "tests": self.tests,
            "errors": self.errors,
            "last_error": self.last_error,
            "forgot": self.forgot,
            "fsync_p99_ms": self.percentile(0.99),
            "wear_percent": self.wear_percent,
        }

    def percentile(self, share: float) -> int | None:
        """The time of an fsync in milliseconds that this share of the tests stayed within."""
        ordered = sorted(self.fsync_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def examine(folder: Path) -> Reading:
    """Reads the last canary back from the medium, writes another, reads that back. Errors are part of the reading."""
    path = folder / CANARY
    try:
        forgot = path.exists() and not _is_whole(_from_medium(path))
        content = os.urandom(CANARY_BYTES)
        content += hashlib.sha256(content).digest()
        fresh = path.with_name(CANARY + ".new")  # a power cut while it is written is no forgetting
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            begun = perf_counter()
            os.fsync(descriptor)
            spent = round((perf_counter() - begun) * 1000)
        forgot = forgot or _from_medium(fresh) != content
        fresh.replace(path)
        return Reading(spent, forgot)
    except OSError as error:
        return Reading(error=error.strerror or str(error))


def wear_percent(devices: Path) -> int | None:
    """How much of its life an eMMC or SD card says it has used (``life_time`` of JEDEC eMMC 5.0, in steps of 10 %), the
    worst of all; ``None`` when none says. ``devices`` is /sys/block."""
    found = []
    for path in devices.glob("mmcblk*/device/life_time"):
        try:
            found += [int(value, 16) * 10 for value in path.read_text().split()]
        except (OSError, ValueError):
            continue
    known = [percent for percent in found if percent]
    return max(known) if known else None


def _from_medium(path: Path) -> bytes:
    """The file's bytes, from the disk and not from memory as far as the kernel lets itself be told."""
    descriptor = os.open(path, os.O_RDONLY)
    with os.fdopen(descriptor, "rb") as file:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        return file.read()


def _is_whole(content: bytes) -> bool:
    return hashlib.sha256(content[:-32]).digest() == content[-32:]


def room(folder: Path) -> str | None:
    """Whether the disk of a folder takes anything more: ``roomy``, ``low``, ``full`` or ``read_only``; no number, which
    would move with every entry. ``None`` when nobody can say."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return None
    free = disk.f_bavail * disk.f_frsize
    if disk.f_flag & os.ST_RDONLY:
        return "read_only"
    return "full" if free < FULL_BYTES else "low" if free < LOW_BYTES else "roomy"
