"""The shelf: former ledgers of this kiosk, each with its keys. Their pending entries are still delivered.

A kiosk that is enrolled at another district, or whose keys are lost, starts afresh without losing anything:
``<data>/shelf/<device id>`` is a data folder of its own, with file and keys as they were.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.box import keys
from kiosk.box.box import Box, open_box
from kiosk.box.recovery.rescue import alone
from kiosk.store import identity, outbox
from kiosk.store.engine import BUSY_MILLISECONDS, CannotRead, CannotWrite, Store, file_name, newest_number

SHELF, UNFINISHED = "shelf", "shelf.unfinished"
KEYS = "keys"


class NothingToShelve(Exception):
    """This kiosk has no ledger of its own now."""


def shelve(folder: Path) -> Path:
    """Puts the ledger and its keys on the shelf; returns where. The kiosk is not enrolled afterwards.

    May be repeated after a power cut: what was begun is finished first. The kiosk and the agent may run: both notice
    that the file is gone. Raises ``NothingToShelve``, ``CannotRead``, ``CannotWrite`` or ``OSError``.
    """
    with alone(folder):
        work = folder / UNFINISHED
        if not work.exists():
            _begin(folder, work)
        return _finish(folder, work)


def shelved(folder: Path) -> list[Path]:
    """The data folders on the shelf, by name; also one whose shelving was interrupted."""
    return [path for path in (*sorted((folder / SHELF).glob("*")), folder / UNFINISHED) if _newest(path).exists()]


def open_shelved(folder: Path) -> Box | None:
    """The kiosk that a folder on the shelf was; ``None`` when its file names none. Raises as ``open_box`` does."""
    return open_box(Store(folder), lambda: keys.load(folder / KEYS))


def waiting(folder: Path) -> tuple[str, int]:
    """The device id of a folder on the shelf, and how many of its entries wait. Raises ``CannotRead``."""
    store = Store(folder)
    try:
        with store.read() as tx:
            who = identity.load(tx)
            return who.device_id if who else folder.name, outbox.backlog(tx).pending
    finally:
        store.close()


def _begin(folder: Path, work: Path) -> None:
    if not _newest(folder).exists() and not (folder / KEYS).exists():
        raise NothingToShelve(f"there is no ledger in {folder}")
    work.mkdir(mode=0o700)
    sync_folder(folder)


def _finish(folder: Path, work: Path) -> Path:
    """Each step is one rename: the keys first, since nobody goes on without keys; then what was set aside; then the
    file in use. A file that is there once more after that is a later, empty one: it stays."""
    if not (work / KEYS).exists() and (folder / KEYS).exists():
        (folder / KEYS).rename(work / KEYS)
    if not any(work.glob("*.sqlite3")) or _newest(folder) != folder / file_name(1):
        _move_files(folder, work)
    target = free_place(folder / SHELF, name_of(work))
    work.rename(target)
    sync_folder(folder / SHELF)
    sync_folder(folder)
    return target


def _move_files(folder: Path, work: Path) -> None:
    newest = _newest(folder)
    if not newest.exists():
        return
    logs = [newest.with_name(newest.name + end) for end in ("-wal", "-shm")]
    with closing(_locked(newest)) as connection:
        if connection.in_transaction:  # the log is empty, and a later file must not find it
            former = set(folder.glob("kiosk*.sqlite3*")) - {newest, *logs}
        else:  # a damaged file is put away as it is, with its log
            former = set(folder.glob("kiosk*.sqlite3*")) - {newest}
        for path in sorted(former):
            path.rename(work / path.name)
        newest.rename(work / newest.name)
    for path in logs:
        path.unlink(missing_ok=True)


def _locked(file: Path) -> sqlite3.Connection:
    """A connection that keeps every writer out, with all that was written folded into the one file; not in a
    transaction when that cannot be."""
    connection = sqlite3.connect(file, timeout=BUSY_MILLISECONDS / 1000, isolation_level=None)
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        connection.close()
        raise CannotWrite(f"the file is in use, or cannot be written: {error}; try again") from error
    except sqlite3.DatabaseError:
        return connection
    if busy or _grown(file):
        connection.close()
        raise CannotWrite("the file is in use just now; try again")
    return connection


def _grown(file: Path) -> bool:
    """Whether somebody wrote between the folding and the lock."""
    log = file.with_name(file.name + "-wal")
    return log.exists() and log.stat().st_size > 0


def _newest(folder: Path) -> Path:
    return folder / file_name(newest_number(folder))


def name_of(work: Path) -> str:
    """The device whose ledger a folder holds; ``unknown`` when its file cannot be read."""
    try:
        return waiting(work)[0]
    except (CannotRead, CannotWrite):
        return "unknown"


def free_place(shelf: Path, name: str) -> Path:
    """A place on the shelf that is not taken yet; the shelf is made."""
    shelf.mkdir(mode=0o700, exist_ok=True)
    number, target = 1, shelf / name
    while target.exists():
        number += 1
        target = shelf / f"{name}-{number}"
    return target


def sync_folder(folder: Path) -> None:
    """Waits until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
