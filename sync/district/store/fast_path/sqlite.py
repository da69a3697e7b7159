"""SQLite has one writer: usual batches that wait for their turn share the next commit, each whole or not at all.

One disk synchronises some hundred times a second, or ten; a hundred boxes that come back at once need not each wait
for their own. Nobody returns before the commit that holds its batch.
"""

import logging
from typing import Any

from sync.district.store.engine import Engine, StoreUnavailable, lent, together, turn
from sync.district.store.fast_path.group_commit import GroupCommit, PendingWrite
from sync.district.store.fast_path.in_order_batch import Next
from sync.district.store.metadata import sqlite_moment

log = logging.getLogger(__name__)

_IS_NEXT = """
SELECT 1 FROM devices d JOIN epochs e ON e.device_id = d.device_id
WHERE d.device_id = :device_id AND d.state = :state AND d.public_key = :public_key
  AND (:token IS NULL OR d.token_hash = :token)
  AND e.epoch = :epoch AND e.held_hash = :previous AND e.held_seq = :before AND e.latest_seq = :before
  AND NOT EXISTS (SELECT 1 FROM epochs n WHERE n.device_id = :device_id AND n.epoch > :epoch)
  AND NOT EXISTS (SELECT 1 FROM findings f WHERE f.device_id = :device_id AND f.epoch = :epoch)
"""
_ADD_BATCH = """
INSERT INTO batches (device_id, epoch, first_seq, last_seq, received_at)
VALUES (:device_id, :epoch, :first_seq, :last_seq, :at)
"""
_ADD_ENTRY = """
INSERT INTO ledger (device_id, epoch, seq, batch_id, entry_id, type, day, key_id, sealed, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_ADD_READING = """
INSERT INTO clock_readings (batch_id, device_id, boot, up_s, at_s) VALUES (:batch_id, :device_id, :boot, :up_s, :at_s)
"""
_ADD_THE_REST = (
    """
    INSERT INTO heads (device_id, epoch, seq, hash, first_seq, previous, signature, received_at)
    VALUES (:device_id, :epoch, :last_seq, :hash, :first_seq, :previous, :signature, :at)
    """,
    "INSERT INTO projection_queue (batch_id, queued_at) VALUES (:batch_id, :at)",
    """
    UPDATE epochs SET held_seq = :last_seq, held_hash = :hash, latest_seq = :last_seq
    WHERE device_id = :device_id AND epoch = :epoch
    """,
    "UPDATE devices SET last_contact_at = :at, health = :health WHERE device_id = :device_id",
)


def keep(engine: Engine, following: Next) -> bool:
    """Keeps the batch in the next commit if it is next; returns whether it did. Raises ``StoreUnavailable``."""
    writers: GroupCommit[Next] = together(engine)
    mine = writers.join(following)
    if mine.done:
        return mine.granted
    try:
        with turn(engine):
            _write(engine, writers.take())
    finally:
        writers.leave(mine)
    return mine.granted


def _write(engine: Engine, group: list[PendingWrite[Next]]) -> None:
    """One transaction for the group, by whoever leads."""
    try:
        with lent(engine) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                written = [each for each in group if _keep(engine, connection, each.what)]
                connection.execute("COMMIT")
                for each in written:
                    each.granted = True
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
    except StoreUnavailable as error:
        log.warning("%d batches take the long way: %s", len(group), error)


def _keep(engine: Engine, connection: Any, following: Next) -> bool:
    """Writes one batch of the group, if it is next; what fails half way is undone alone."""
    values = following.values() | {"at": sqlite_moment(following.at)}
    if connection.execute(_IS_NEXT, values).fetchone() is None:
        return False
    connection.execute("SAVEPOINT batch")
    try:
        values["batch_id"] = connection.execute(_ADD_BATCH, values).lastrowid
        connection.executemany(_ADD_ENTRY, _rows(following, values["batch_id"]))
        if following.reading is not None:
            connection.execute(_ADD_READING, values)
        for statement in _ADD_THE_REST:
            connection.execute(statement, values)
    except engine.dialect.loaded_dbapi.IntegrityError:
        connection.execute("ROLLBACK TO batch")
        return False
    connection.execute("RELEASE batch")
    return True


def _rows(following: Next, batch_id: int) -> list[tuple[Any, ...]]:
    batch = following.batch
    device_id, epoch = batch.device_id, batch.epoch
    return [
        (device_id, epoch, seq, batch_id, entry.entry_id, entry.type, entry.day, entry.key_id, entry.sealed, hashed)
        for seq, (entry, hashed) in enumerate(zip(batch.entries, following.hashes, strict=True), batch.first_seq)
    ]
