"""What the queue's process keeps for ``kiosk doctor``: counts and one reason, in the runtime folder, in memory only."""

import logging
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk.clock import Moment

log = logging.getLogger(__name__)

FILE = "queue.json"
STALE_SECONDS = 60


class QueueStatus(Struct, frozen=True):
    """Of the boot named ``boot``, ``up_s`` seconds after it. ``quiet_minutes``: since a new event came, ``None`` while
    none did. ``counts``: new, doubled, contradicted, foreign, full, refused. The last refusal: by which source, which
    row, why and which field. ``offset_s``: how far the kiosk's clock is ahead."""

    boot: str
    up_s: int
    quiet_minutes: int | None = None
    counts: dict[str, int] = {}
    refused_by: str = ""
    refused_row: int = 0
    refused_word: str = ""
    refused_field: str = ""
    offset_s: int | None = None

    def is_current(self, now: Moment) -> bool:
        """Whether the process that wrote it is alive."""
        return self.boot == now.boot and now.up_s - self.up_s <= STALE_SECONDS


def write_status(folder: Path, status: QueueStatus) -> None:
    """Keeps it; a folder that cannot be written is logged, and nothing waits for it."""
    new = folder / f"{FILE}.new"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new.write_bytes(msgspec.json.encode(status))
        os.replace(new, folder / FILE)
    except OSError as error:
        log.error("the state of the queue cannot be kept in %s: %s", folder, error)


def read_status(folder: Path) -> QueueStatus | None:
    """What was kept; ``None`` when there is nothing that can be read."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=QueueStatus)
    except (OSError, msgspec.MsgspecError):
        return None
