"""The usual batch on PostgreSQL, right after all that is held and with nothing to say against it: one statement writes
all of it. Each question to a database server costs more than what is asked."""

import json
from datetime import datetime
from typing import Any

from sync.district.ingest.health import ClockReading
from sync.district.store.engine import Connection
from sync.district.store.ledger import Reach
from sync.wire import Batch

_KEEP = """
WITH b AS (
  INSERT INTO batches (device_id, epoch, first_seq, last_seq, received_at)
  VALUES (%(device_id)s, %(epoch)s, %(first_seq)s, %(last_seq)s, %(at)s) RETURNING batch_id
), entries AS (
  INSERT INTO ledger (device_id, epoch, seq, batch_id, entry_id, type, day, key_id, sealed, hash)
  SELECT %(device_id)s, %(epoch)s, e.seq, b.batch_id, e.entry_id, e.type, e.day, e.key_id, e.sealed, e.hash
  FROM b, unnest(%(seqs)s::bigint[], %(entry_ids)s::text[], %(types)s::text[], %(days)s::date[], %(key_ids)s::text[],
    %(sealed)s::bytea[], %(hashes)s::bytea[]) AS e (seq, entry_id, type, day, key_id, sealed, hash)
  ON CONFLICT DO NOTHING
), head AS (
  INSERT INTO heads (device_id, epoch, seq, hash, first_seq, previous, signature, received_at)
  VALUES (%(device_id)s, %(epoch)s, %(last_seq)s, %(hash)s, %(first_seq)s, %(previous)s, %(signature)s, %(at)s)
  ON CONFLICT DO NOTHING
), reading AS (
  INSERT INTO clock_readings (batch_id, device_id, boot, up_s, at_s)
  SELECT batch_id, %(device_id)s, %(boot)s::text, %(up_s)s::bigint, %(at_s)s::bigint FROM b
  WHERE %(boot)s::text IS NOT NULL
), queue AS (
  INSERT INTO projection_queue (batch_id, queued_at) SELECT batch_id, %(at)s FROM b
), reach AS (
  UPDATE epochs SET held_seq = %(last_seq)s, held_hash = %(hash)s, latest_seq = %(last_seq)s
  WHERE device_id = %(device_id)s AND epoch = %(epoch)s
)
UPDATE devices SET last_contact_at = %(at)s, health = %(health)s::json WHERE device_id = %(device_id)s
"""


def keep_next(
    connection: Connection,
    batch: Batch,
    hashes: list[bytes],
    at: datetime,
    health: dict[str, Any],
    reading: ClockReading | None,
) -> Reach:
    """Writes the batch, its entries, its signed head, the box's clocks as it sent them, its place in the projector's
    queue, how far its epoch now reaches and the device's health; returns that reach. The device is locked by this
    transaction."""
    entries = batch.entries
    values = {
        "device_id": batch.device_id,
        "epoch": batch.epoch,
        "first_seq": batch.first_seq,
        "last_seq": batch.head.seq,
        "at": at,
        "seqs": list(range(batch.first_seq, batch.head.seq + 1)),
        "entry_ids": [entry.entry_id for entry in entries],
        "types": [entry.type for entry in entries],
        "days": [entry.day for entry in entries],
        "key_ids": [entry.key_id for entry in entries],
        "sealed": [entry.sealed for entry in entries],
        "hashes": hashes,
        "hash": batch.head.hash,
        "previous": batch.previous,
        "signature": batch.signature,
        "boot": reading.boot if reading else None,
        "up_s": reading.up_s if reading else None,
        "at_s": reading.at_s if reading else None,
        "health": json.dumps(health),
    }
    connection.exec_driver_sql(_KEEP, values)
    return Reach(batch.epoch, batch.head.seq, batch.head.hash, batch.head.seq)
