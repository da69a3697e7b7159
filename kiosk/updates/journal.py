"""How far an update has come, on the disk before each step: after a power cut it goes on from there, or back."""

import re
from enum import StrEnum
from pathlib import Path

import msgspec
from msgspec import Struct

from kiosk.updates.disk import write_whole

STATE = Path("/var/lib/lang-nghe-kiosk-update")
"""Root's own folder on an installed kiosk, which everybody may read."""
FILE = "journal.json"
MAX_BYTES = 65_536


class UpdateStep(StrEnum):
    """``TAKEN``: the files are in root's own folder. ``UNPACKED``: the release lies beside the one in use. ``TRIED``:
    both releases did well with a copy of the database. ``SWITCHING``, ``PROBATION``: it is in use, and watched.
    ``KEEPING``, ``GOING_BACK``: that is decided. The others are ends."""

    TAKEN = "taken"
    UNPACKED = "unpacked"
    TRIED = "tried"
    SWITCHING = "switching"
    PROBATION = "probation"
    KEEPING = "keeping"
    GOING_BACK = "going_back"
    KEPT = "kept"
    GONE_BACK = "gone_back"
    REFUSED = "refused"


ENDS = frozenset({UpdateStep.KEPT, UpdateStep.GONE_BACK, UpdateStep.REFUSED})


class Journal(Struct, frozen=True):
    """``previous``: the release to go back to, as its folder is called. ``why``: a word, when it was refused or goes
    back. ``before``: which checks of the doctor failed before. ``attempts``: with how many starts of the machine it was
    tried; ``boot``, ``since_s``: in which one, and from when on, seconds since that start. ``failed``: versions that
    did not do well here, which are not taken again. ``at_once``: somebody asked not to wait for quiet hours."""

    step: UpdateStep
    version: str
    previous: str = ""
    why: str = ""
    before: tuple[str, ...] = ()
    attempts: int = 0
    boot: str = ""
    since_s: int = 0
    failed: tuple[str, ...] = ()
    at_once: bool = False


def read_journal(folder: Path) -> Journal | None:
    """The journal in a folder; ``None`` when there is none that can be read."""
    try:
        with (folder / FILE).open("rb") as file:
            return msgspec.json.decode(file.read(MAX_BYTES), type=Journal)
    except (OSError, msgspec.MsgspecError):
        return None


def keep_journal(folder: Path, journal: Journal) -> None:
    """Everybody may read it: doctor and the delivery tell of it. Raises ``OSError``."""
    write_whole(folder / FILE, msgspec.json.encode(journal), mode=0o644)


def release_version(name: str) -> str:
    """The version of a release's folder: ``0.2.0``, or ``0.1.0-1~deb13`` where the package made it."""
    found = re.match(r"\d+\.\d+\.\d+(?![\d.])", name)
    return found.group() if found else ""
