"""A damaged file is set aside for the technician, and the box goes on in a new one with all that can still be read.

What was not delivered is read row by row and issued again in a new epoch, whose first entry declares the gap. The old
history stays in the old file. Reference data is asked for again.
"""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from kiosk.keys import Keys
from kiosk.store import identity, ledger
from kiosk.store.engine import BUSY_MILLISECONDS, DAMAGED, CannotRead, Damaged, Store, file_name, newest_number
from kiosk.store.identity import Identity
from kiosk.store.migrations import migrate
from sync.chain import Envelope

LOCK, WORK = "rescue.lock", "rescue"
UNKNOWN_EPOCHS = 1_000
"""When no epoch can be read any more, the new one is this much higher: epochs only grow, and may leave some out."""
CARRIED_OVER = ("tallies", "given_receipts")


@dataclass(slots=True)
class Salvage:
    """What could be read from a damaged file. ``lost`` counts positions of the newest epoch that were neither settled
    nor readable; ``None`` when the head could not be read either."""

    file: Path
    who: Identity | None = None
    pending: list[Envelope] = field(default_factory=list)
    epoch: int = 0
    seq: int = 0
    lost: int | None = None
    others: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


Declare = Callable[[Identity, Salvage], Envelope]
"""Makes the sealed ``gap_declared`` entry for what was found."""


def check(store: Store) -> None:
    """Raises ``Damaged`` when the file's structure is not sound (PRAGMA quick_check), else what ``read`` raises."""
    with store.read() as tx:
        said = str(tx.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
    if said != "ok":
        store.damaged = True
        raise Damaged(said.splitlines()[-1])


def rescue(folder: Path, known: Identity | None, keys: Keys, declare: Declare) -> Salvage | None:
    """Sets the damaged file aside and begins a new one. ``known`` is who the box is if the file cannot say any more.

    ``None`` when the file is sound and names its device: another process was quicker. Raises ``Damaged`` when nobody
    knows any more whose box this is, ``CannotRead``, ``CannotWrite`` or ``OSError`` when the disk will not do it.
    """
    with alone(folder):
        path = folder / file_name(newest_number(folder))
        with closing(sqlite3.connect(path, timeout=BUSY_MILLISECONDS / 1000, isolation_level=None)) as connection:
            if _is_sound(connection) and (known is None or _first(connection, "SELECT 1 FROM identity")):
                return None
            _first(connection, "BEGIN IMMEDIATE")  # whoever could still write waits, and then finds the newer file
            found = _read(path, connection)
            found.who = found.who or known
            if found.who is None:
                raise Damaged("the file is damaged and names no device any more; enrol this box again")
            _begin_anew(folder, found, found.who, keys, declare(found.who, found))
    return found


def _begin_anew(folder: Path, found: Salvage, who: Identity, keys: Keys, declaration: Envelope) -> None:
    store = fresh(folder)
    migrate(store)
    epoch = found.epoch + (1 if found.epoch else UNKNOWN_EPOCHS)
    with store.write() as tx:
        identity.keep(tx, who)
        for table, rows in found.others.items():
            for row in rows:
                names = ", ".join(row)
                places = ", ".join(f":{name}" for name in row)
                tx.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), row)  # noqa: S608 - our own names
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
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _is_sound(connection: sqlite3.Connection) -> bool:
    try:
        return connection.execute("PRAGMA integrity_check(1)").fetchall() == [("ok",)]
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF in DAMAGED:
            return False
        raise CannotRead(str(error)) from error


def _read(path: Path, connection: sqlite3.Connection) -> Salvage:
    connection.row_factory = sqlite3.Row
    found = Salvage(path)
    who = _first(connection, "SELECT * FROM identity")
    if who is not None:
        found.who = Identity(**who)
    receipts = {row["epoch"]: row["seq"] for row in _all(connection, "SELECT epoch, seq FROM receipts")}
    heads = {row["epoch"]: row["seq"] for row in _all(connection, "SELECT epoch, seq FROM heads")}
    states = {(row["epoch"], row["seq"]): row["state"] for row in _each(connection, "outbox")}
    rows = {(row["epoch"], row["seq"]): row for row in _each(connection, "ledger")}
    settled = {place for place, state in states.items() if state != "pending"}
    waiting = [place for place in sorted(rows) if place[1] > receipts.get(place[0], 0) and place not in settled]
    found.pending = [envelope for place in waiting if (envelope := _envelope(rows[place]))]
    found.epoch = max([*heads, *receipts, *(epoch for epoch, _ in rows)], default=0)
    if found.epoch in heads:
        found.seq, received = heads[found.epoch], receipts.get(found.epoch, 0)
        beyond = {seq for epoch, seq in (settled | set(rows)) if epoch == found.epoch and seq > received}
        found.lost = max(0, found.seq - received - len(beyond))
    for table in CARRIED_OVER:
        found.others[table] = [dict(row) for row in _all(connection, f"SELECT * FROM {table}")]  # noqa: S608
    return found


def _envelope(row: Any) -> Envelope | None:
    """The entry as it was, or nothing when its fields are no entry's any more; the seal guards what is inside."""
    values = (row["entry_id"], row["type"], row["day"], row["key_id"])
    if not all(isinstance(value, str) for value in values) or not isinstance(row["sealed"], bytes):
        return None
    return Envelope(*values, row["sealed"])


def _each(connection: sqlite3.Connection, table: str) -> Iterator[Any]:
    """Every row that can be read, one by one, past pages that cannot."""
    for rowid in range(1, _last_row(connection, table) + 1):
        row = _first(connection, f"SELECT * FROM {table} NOT INDEXED WHERE rowid = {rowid}")  # noqa: S608
        if row is not None:
            yield row


def _last_row(connection: sqlite3.Connection, table: str) -> int:
    """The table's last row number; when its end cannot be read, a number beyond every row that can."""
    newest = _first(connection, f"SELECT max(rowid) AS last FROM {table}")  # noqa: S608
    if newest is not None:
        return newest["last"] or 0
    reach = 1
    while _first(connection, f"SELECT rowid FROM {table} NOT INDEXED WHERE rowid >= {reach} LIMIT 1"):  # noqa: S608
        reach *= 2
    return reach + 100_000


def _all(connection: sqlite3.Connection, query: str) -> list[Any]:
    try:
        return connection.execute(query).fetchall()
    except sqlite3.Error:
        return []


def _first(connection: sqlite3.Connection, query: str) -> Any:
    try:
        return connection.execute(query).fetchone()
    except sqlite3.Error:
        return None
