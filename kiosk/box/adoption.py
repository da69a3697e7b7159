"""Take the ledgers of another kiosk's disk onto this kiosk's shelf, from which they are delivered.

The other disk is only read, block by block: of a dying one what can still be read counts, and the rest is named. The
copies belong to the owner of this kiosk's data, whoever owned them over there.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from kiosk.box.shelf import KEYS, SHELF, free_place, name_of, shelved, sync_folder
from kiosk.store.engine import file_name, newest_number

DATA = Path("var/lib/lang-nghe")
BLOCK = 4096
INCOMING = "incoming-"


class NothingThere(Exception):
    """The folder holds no ledger with its keys. The message says where one was looked for."""


class Copied(Struct, frozen=True):
    """A copied ledger that is not on the shelf yet; ``lost_blocks``: of 4,096 bytes, which the other disk would not
    give."""

    folder: Path
    lost_blocks: int


def copy_from(source: Path, data: Path) -> list[Copied]:
    """Copies the ledger in ``source`` (a data folder, or where a kiosk's disk is mounted) and those on its shelf into
    this kiosk's data folder; root may do so for the folder's owner.

    Raises ``NothingThere`` or ``OSError``; nothing is left half copied.
    """
    there = source / DATA if (source / DATA).is_dir() else source
    if there.is_dir() and there.samefile(data):
        raise NothingThere(f"{there} is this kiosk's own data folder")
    for unfinished in data.glob(f"{INCOMING}*"):  # a copy that a power cut ended; the disk is read anew
        shutil.rmtree(unfinished)
    ledgers = [path for path in (there, *shelved(there)) if _ledger(path).exists()]
    if not ledgers:
        raise NothingThere(f"there is no ledger of a kiosk in {there}")
    without = next((path for path in ledgers if not (path / KEYS).is_dir()), None)
    if without is not None:
        raise NothingThere(f"the keys of the ledger in {without} are not there, and nothing is delivered without them")
    copies: list[Copied] = []
    try:
        for ledger in ledgers:
            work = data / f"{INCOMING}{secrets.token_hex(4)}"
            copies.append(Copied(work, 0))
            copies[-1] = Copied(work, _copy_ledger(ledger, work, data))
    except BaseException:
        for copy in copies:
            shutil.rmtree(copy.folder, ignore_errors=True)
        raise
    return copies


def put_on_shelf(copy: Copied, data: Path) -> Path:
    """Where a copied ledger lies now. The same disk may come again: its entries are delivered once. As the owner of the
    data folder. Raises ``OSError``."""
    target = free_place(data / SHELF, name_of(copy.folder))
    copy.folder.rename(target)
    sync_folder(data / SHELF)
    return target


def _copy_ledger(ledger: Path, work: Path, data: Path) -> int:
    owner = data.stat()
    for folder in (work, work / KEYS):
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.st_uid, owner.st_gid)
    pairs = [(path, work / path.relative_to(ledger)) for path in _files(ledger)]
    return sum(_copy(path, target, (owner.st_uid, owner.st_gid)) for path, target in pairs)


def _files(ledger: Path) -> Iterator[Path]:
    newest = _ledger(ledger)
    for path in (newest, newest.with_name(f"{newest.name}-wal")):
        if path.exists():
            yield path
    yield from sorted(path for path in (ledger / KEYS).iterdir() if path.is_file())


def _ledger(folder: Path) -> Path:
    return folder / file_name(newest_number(folder))


def _copy(source: Path, target: Path, owner: tuple[int, int]) -> int:
    """Copies a file; the number of blocks that could not be read, in whose place zeros stand."""
    lost = 0
    coming = os.open(source, os.O_RDONLY)
    going = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.fchown(going, *owner)
        size = os.fstat(coming).st_size
        for at in range(0, size, BLOCK):
            try:
                block = os.pread(coming, min(BLOCK, size - at), at)
            except OSError:
                block, lost = b"", lost + 1
            os.pwrite(going, block, at)
        os.ftruncate(going, size)
        os.fsync(going)
    finally:
        os.close(coming)
        os.close(going)
    return lost
