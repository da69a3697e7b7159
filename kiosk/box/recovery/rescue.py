"""Set a damaged database aside for the technician and continue in a new one with all that can still be read.

What was not delivered is read off the pages (``kiosk.box.recovery.salvage``) and issued again in a new epoch, whose
first entry declares the gap. The old history stays in the old file. Reference data is asked for again.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from kiosk.box.keys import Keys
from kiosk.box.recovery.salvage import Salvage, salvage
from kiosk.box.recovery.sqlite_wal import log_of, read_log
from kiosk.store import identity, ledger
from kiosk.store.engine import BUSY_MILLISECONDS, CannotRead, Damaged, Store, file_name, is_damage, newest_number
from kiosk.store.identity import Identity
from kiosk.store.migrations import migrate
from kiosk.store.tables import insert_missing
from sync.protocol.chain import Envelope

LOCK, WORK = "rescue.lock", "rescue"
SPOILED_LOG = "-log-spoiled"
"""A copy of a spoiled log, beside its file: SQLite deletes the log itself."""
UNKNOWN_EPOCHS = 1_000
"""How much higher the new epoch is when the newest head cannot be read: epochs only grow, and may leave some out."""


Declare = Callable[[Identity, Salvage], Envelope]
"""Makes the sealed ``gap_declared`` entry for what was found."""


def check(store: Store) -> None:
    """Raises ``Damaged`` when the file's structure is not sound (PRAGMA quick_check), else what ``read`` raises."""
    with store.read() as tx:
        result = str(tx.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    if result != "ok":
        store.damaged = True
        raise Damaged(result.splitlines()[-1])


def log_is_spoiled(folder: Path) -> bool:
    """Whether the log seems to hold more than SQLite would read; look before it is opened, which takes that away. Not
    certain while somebody writes: ``rescue`` looks again when nobody can."""
    path = folder / file_name(newest_number(folder))
    log = read_log(path)
    return log.spoiled or (bool(log.committed) and not _has_pages(path))


def rescue(folder: Path, known: Identity | None, keys: Keys, declare: Declare) -> Salvage | None:
    """Sets the damaged file aside and begins a new one. ``known`` is who the box is by the note beside its keys.

    ``None`` when the file is sound and names its device: another process was quicker. Raises ``Damaged`` when nobody
    knows any more whose box this is, ``CannotRead``, ``CannotWrite`` or ``OSError`` when the disk will not do it.
    """
    with alone(folder):
        path = folder / file_name(newest_number(folder))
        log = read_log(path)  # SQLite deletes it when the file is empty
        with closing(sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000, isolation_level=None)) as connection:
            _first(connection, "BEGIN IMMEDIATE")  # whoever could still write waits, and then finds the newer file
            if log_of(path).exists():
                log = read_log(path)
            named = known is None or _first(connection, "SELECT 1 FROM identity")
            if named and not log.spoiled and _is_sound(connection):
                return None
            if log.spoiled:
                shutil.copy(log_of(path), path.with_name(path.name + SPOILED_LOG))
            found = salvage(path, log, connection, known, keys)
            if found.who is None:
                raise Damaged("the file is damaged and names no device any more; run: kiosk shelve, then enrol")
            _begin_anew(folder, found, found.who, keys, declare(found.who, found))
    return found


def _begin_anew(folder: Path, found: Salvage, who: Identity, keys: Keys, declaration: Envelope) -> None:
    store = fresh(folder)
    migrate(store)
    epoch = found.epoch + (UNKNOWN_EPOCHS if found.lost is None else 1)
    with store.write() as tx:
        identity.keep(tx, who)
        for table, rows in found.others.items():
            insert_missing(tx, table, rows)
        ledger.begin(tx, who.device_id, epoch, [declaration, *found.pending], keys.device)
    put_in_use(folder, store)


def fresh(folder: Path) -> Store:
    """An empty place for the next file, beside the one in use."""
    work = folder / WORK
    work.mkdir(mode=0o700, exist_ok=True)
    for old in work.iterdir():
        old.unlink()
    return Store(work)


def put_in_use(folder: Path, store: Store) -> None:
    """Makes a file that was built in ``fresh`` the one in use, in one step."""
    store.close()
    with store.file.open("rb") as file:
        os.fsync(file.fileno())
    store.file.replace(folder / file_name(newest_number(folder) + 1))
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """One process at a time begins a new file."""
    with os.fdopen(os.open(folder / LOCK, os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _has_pages(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _is_sound(connection: sqlite3.Connection) -> bool:
    try:
        for _ in connection.execute("SELECT entry_id, type, day, key_id FROM ledger"):
            pass
        return connection.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
    except (sqlite3.Error, UnicodeDecodeError) as error:
        if is_damage(error) or "no such table" in str(error):
            return False
        raise CannotRead(str(error)) from error


def _first(connection: sqlite3.Connection, query: str) -> Any:
    try:
        return connection.execute(query).fetchone()
    except (sqlite3.Error, UnicodeDecodeError):
        return None
