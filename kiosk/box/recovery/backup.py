"""Copy the kiosk's database while it is in use, and restore a copy where the database is gone."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from kiosk.box.keys import Keys
from kiosk.box.recovery.rescue import Declare, alone, check, fresh, put_in_use
from kiosk.box.recovery.salvage import Salvage
from kiosk.store import identity, ledger
from kiosk.store.engine import CannotOpen, CannotRead, Damaged, Store
from kiosk.store.identity import Identity
from kiosk.store.migrations import migrate


class NotRestored(Exception):
    """The backup was not taken into use; nothing was changed. The message says why."""


def copy(source: Path, target: Path) -> int:
    """Copies a file that may be in use; returns the bytes. ``target`` appears whole or not at all, 0600.

    Raises ``FileExistsError`` when it is there already, ``CannotRead`` or ``OSError`` when the copy cannot be made.
    """
    if target.exists():
        raise FileExistsError(f"{target} is there already")
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as used,
            closing(sqlite3.connect(part)) as new,
        ):
            used.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
            if new.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise CannotRead("the copy is not sound: the file is damaged; run: kiosk doctor")
    except sqlite3.Error as error:
        raise CannotRead(str(error)) from error
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    return target.stat().st_size


def take_into_use(folder: Path, backup: Path, keys: Keys, known: Identity | None, declare: Declare) -> Salvage:
    """Begins a new file from a backup, in a new epoch that says so. The file it follows is kept.

    Raises ``NotRestored`` when the present file is sound (it knows more than the backup), or the backup is of another
    box.
    """
    with alone(folder):
        if _knows_its_box(folder):
            raise NotRestored("the box's own file is sound and knows more than the backup; nothing to restore")
        store = fresh(folder)
        copy(backup, store.file)
        try:
            migrate(store)
            check(store)
            with store.read() as tx:
                who = identity.load(tx)
        except (CannotOpen, CannotRead) as error:
            raise NotRestored(f"{backup} cannot be used: {error}") from error
        if who is None or (known is not None and known.device_id != who.device_id):
            raise NotRestored(f"{backup} is the file of {who.device_id if who else 'no box'}, not of this one")
        with store.write() as tx:
            head = ledger.newest(tx, who.device_id)
            found = Salvage(store.file, who, epoch=head.epoch, seq=head.seq)
            ledger.open_epoch(tx, who.device_id, declare(who, found), keys.device)
        put_in_use(folder, store)
    return found


def _knows_its_box(folder: Path) -> bool:
    store = Store(folder)
    if not store.file.exists():
        return False
    try:
        migrate(store)
        check(store)
        with store.read() as tx:
            return identity.load(tx) is not None
    except Damaged:
        return False
    finally:
        store.close()
