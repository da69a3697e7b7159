"""The usual batch on PostgreSQL: one statement, which is a transaction of its own."""

from typing import Any

from sync.district.store.engine import BUSY_SECONDS, Engine, lent
from sync.district.store.fast_path.in_order_batch import Next

# A transaction that changed what is held of a device also changed its row: with another ``xmin`` than this statement
# began with, what it reads of the epochs and findings may be old, and the batch is declined.
# The limit for waiting is set inside the statement: a connection pooler hands every transaction another session.
# The columns travel as one value each, which costs a tenth of an array.
_KEEP = """
WITH device AS MATERIALIZED (
  SELECT d.device_id FROM devices d
  WHERE d.device_id = %(device_id)s AND d.state = %(state)s AND d.public_key = %(public_key)s
    AND (%(token)s::bytea IS NULL OR d.token_hash = %(token)s)
    AND d.xmin = (SELECT s.xmin FROM devices s WHERE s.device_id = %(device_id)s)
    AND (SELECT set_config('lock_timeout', %(lock_timeout)s, true)) IS NOT NULL
  FOR UPDATE
), reach AS (
  UPDATE epochs e SET held_seq = %(last_seq)s, held_hash = %(hash)s, latest_seq = %(last_seq)s
  FROM device d
  WHERE e.device_id = d.device_id AND e.epoch = %(epoch)s AND e.held_hash = %(previous)s
    AND e.held_seq = %(before)s AND e.latest_seq = %(before)s
    AND NOT EXISTS (SELECT FROM epochs n WHERE n.device_id = %(device_id)s AND n.epoch > %(epoch)s)
    AND NOT EXISTS (SELECT FROM findings f WHERE f.device_id = %(device_id)s AND f.epoch = %(epoch)s)
  RETURNING e.device_id
), b AS (
  INSERT INTO batches (device_id, epoch, first_seq, last_seq, received_at)
  SELECT device_id, %(epoch)s, %(first_seq)s, %(last_seq)s, %(at)s FROM reach RETURNING batch_id
), entries AS (
  INSERT INTO ledger (device_id, epoch, seq, batch_id, entry_id, type, day, key_id, sealed, hash)
  SELECT %(device_id)s, %(epoch)s, %(before)s + e.n, b.batch_id, e.entry_id, e.type, e.day::date, e.key_id,
    substring(%(sealed)s::bytea FROM e.start FOR e.length), substring(%(hashes)s::bytea FROM 32 * e.n::int - 31 FOR 32)
  FROM b, unnest(string_to_array(%(entry_ids)s, ','), string_to_array(%(types)s, ','), string_to_array(%(days)s, ','),
    string_to_array(%(key_ids)s, ','), string_to_array(%(starts)s, ',')::int[], string_to_array(%(lengths)s, ',')::int[]
  ) WITH ORDINALITY AS e (entry_id, type, day, key_id, start, length, n)
), head AS (
  INSERT INTO heads (device_id, epoch, seq, hash, first_seq, previous, signature, received_at)
  SELECT device_id, %(epoch)s, %(last_seq)s, %(hash)s, %(first_seq)s, %(previous)s, %(signature)s, %(at)s FROM reach
), reading AS (
  INSERT INTO clock_readings (batch_id, device_id, boot, up_s, at_s)
  SELECT batch_id, %(device_id)s, %(boot)s::text, %(up_s)s::bigint, %(at_s)s::bigint FROM b
  WHERE %(boot)s::text IS NOT NULL
), queue AS (
  INSERT INTO projection_queue (batch_id, queued_at) SELECT batch_id, %(at)s FROM b
)
UPDATE devices SET last_contact_at = %(at)s, health = %(health)s::json FROM reach
WHERE devices.device_id = reach.device_id
"""


def _values(following: Next) -> dict[str, Any]:
    entries = following.batch.entries
    sealed = [entry.sealed for entry in entries]
    starts, start = [], 1
    for each in sealed:
        starts.append(start)
        start += len(each)
    return following.values() | {
        "at": following.at,
        "lock_timeout": f"{BUSY_SECONDS}s",
        "entry_ids": ",".join([entry.entry_id for entry in entries]),
        "types": ",".join([entry.type for entry in entries]),
        "days": ",".join([entry.day for entry in entries]),
        "key_ids": ",".join([entry.key_id for entry in entries]),
        "starts": ",".join(map(str, starts)),
        "lengths": ",".join([str(len(each)) for each in sealed]),
        "sealed": b"".join(sealed),
        "hashes": b"".join(following.hashes),
    }


def keep(engine: Engine, following: Next) -> bool:
    """Keeps the batch if it is next; returns whether it did. Raises ``StoreUnavailable``."""
    with lent(engine) as connection:
        connection.autocommit = True
        try:
            written: int = connection.execute(_KEEP, _values(following)).rowcount
        finally:
            connection.autocommit = False
    return written == 1
