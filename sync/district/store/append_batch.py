"""Append a batch that was judged: its entries, its signed head, its clocks, its epoch's extent, the device's contact,
and a place in the projector's queue.

Every batch passes here, so the statements go to the driver as they are. PostgreSQL gets them as the parts of one: a
round trip costs more than what it carries. SQLite runs in this process and takes them one by one.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from msgspec import Struct

from sync.district.domain.batch_decision import PlacedEntry
from sync.district.domain.health import ClockReading, kept_health_json
from sync.district.store.engine import Connection
from sync.district.store.ledger import EpochExtent
from sync.district.store.metadata import sqlite_moment
from sync.protocol.batch import Batch

_BATCH = """
INSERT INTO batches (device_id, epoch, first_seq, last_seq, received_at)
VALUES (:device_id, :epoch, :first_seq, :last_seq, :at) RETURNING batch_id
"""
_HEAD = """
INSERT INTO heads (device_id, epoch, seq, hash, first_seq, previous, signature, received_at)
VALUES (:device_id, :epoch, :last_seq, :hash, :first_seq, :previous, :signature, :at) ON CONFLICT DO NOTHING
"""
_EXTENT = """
INSERT INTO epochs (device_id, epoch, held_seq, held_hash, latest_seq)
VALUES (:device_id, :epoch, :held_seq, :held_hash, :latest_seq) ON CONFLICT (device_id, epoch)
DO UPDATE SET held_seq = excluded.held_seq, held_hash = excluded.held_hash, latest_seq = excluded.latest_seq
"""
_READING = """
INSERT INTO clock_readings (batch_id, device_id, boot, up_s, at_s)
SELECT batch_id, :device_id, CAST(:boot AS TEXT), :up_s, :at_s FROM {batch} WHERE CAST(:boot AS TEXT) IS NOT NULL
"""
_QUEUE = "INSERT INTO projection_queue (batch_id, queued_at) SELECT batch_id, :at FROM {batch} WHERE :stored > 0"
_CONTACT = "UPDATE devices SET last_contact_at = :at, health = {health} WHERE device_id = :device_id"
_ENTRY = """
INSERT INTO ledger (device_id, epoch, seq, batch_id, entry_id, type, day, key_id, sealed, hash)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# Each column travels as one value: the driver takes ten times as long over an array.
_ENTRIES = """
INSERT INTO ledger (device_id, epoch, seq, batch_id, entry_id, type, day, key_id, sealed, hash)
SELECT :device_id, :epoch, e.seq, batch_id, e.entry_id, e.type, e.day, e.key_id,
  substring(:sealed::bytea FROM e.start FOR e.length), substring(:hashes::bytea FROM 32 * e.n::int - 31 FOR 32)
FROM batch, unnest(
  string_to_array(:seqs, ',')::bigint[], string_to_array(:entry_ids, ','), string_to_array(:types, ','),
  string_to_array(:days, ',')::date[], string_to_array(:key_ids, ','), string_to_array(:starts, ',')::int[],
  string_to_array(:lengths, ',')::int[]
) WITH ORDINALITY AS e (seq, entry_id, type, day, key_id, start, length, n)
"""

_OF_SQLITE = {"batch": "(SELECT :batch_id AS batch_id)", "health": ":health"}
_ON_SQLITE = [part.format(**_OF_SQLITE) for part in (_HEAD, _EXTENT, _READING, _QUEUE, _CONTACT)]


def _of_psycopg(statement: str) -> str:
    return re.sub("(?<!:):([a-z_]+)", r"%(\1)s", statement)


_PARTS = (
    ("batch", _BATCH),
    ("entries", _ENTRIES),
    ("head", _HEAD),
    ("extent", _EXTENT),
    ("reading", _READING),
    ("queue", _QUEUE),
    ("contact", _CONTACT),
)
_ALL_PARTS = ", ".join(f"{name} AS ({part})" for name, part in _PARTS).format(batch="batch", health=":health::json")
_ON_POSTGRESQL = _of_psycopg(f"WITH {_ALL_PARTS} SELECT batch_id FROM batch")  # noqa: S608 - our own parts


class JudgedBatch(Struct, frozen=True):
    """A batch of which something is to be kept: the entries ``stored``, how far its epoch reaches with it, the moment
    it came, and the box's clocks when it came over the network."""

    batch: Batch
    stored: tuple[PlacedEntry, ...]
    extent: EpochExtent
    at: datetime
    reading: ClockReading | None


def append(connection: Connection, judged: JudgedBatch) -> int:
    """Writes it; returns the number of the batch. The device is locked by this transaction, and none of ``stored`` is
    held yet."""
    values = _values(judged)
    if connection.dialect.name == "postgresql":
        values |= _in_one_value_each(judged.stored)
        return int(connection.exec_driver_sql(_ON_POSTGRESQL, values).scalar_one())
    values["at"] = sqlite_moment(judged.at)
    batch_id = values["batch_id"] = int(connection.exec_driver_sql(_BATCH, values).scalar_one())
    if judged.stored:
        connection.exec_driver_sql(_ENTRY, _rows(judged, batch_id))
    for statement in _ON_SQLITE:
        connection.exec_driver_sql(statement, values)
    return batch_id


def _values(judged: JudgedBatch) -> dict[str, Any]:
    batch, extent, reading = judged.batch, judged.extent, judged.reading
    return {
        "device_id": batch.device_id,
        "epoch": batch.epoch,
        "first_seq": batch.first_seq,
        "last_seq": batch.head.seq,
        "hash": batch.head.hash,
        "previous": batch.previous,
        "signature": batch.signature,
        "held_seq": extent.held_seq,
        "held_hash": extent.held_hash,
        "latest_seq": extent.latest_seq,
        "boot": reading.boot if reading else None,
        "up_s": reading.up_s if reading else None,
        "at_s": reading.at_s if reading else None,
        "at": judged.at,
        "health": kept_health_json(batch.health),
        "stored": len(judged.stored),
    }


def _in_one_value_each(stored: Sequence[PlacedEntry]) -> dict[str, Any]:
    """The columns of the entries: words and numbers joined by commas, which no sound entry contains."""
    envelopes = [placed.envelope for placed in stored]
    sealed = [envelope.sealed for envelope in envelopes]
    lengths = [len(each) for each in sealed]
    return {
        "seqs": ",".join([str(placed.seq) for placed in stored]),
        "entry_ids": ",".join([envelope.entry_id for envelope in envelopes]),
        "types": ",".join([envelope.type for envelope in envelopes]),
        "days": ",".join([envelope.day for envelope in envelopes]),
        "key_ids": ",".join([envelope.key_id for envelope in envelopes]),
        "starts": ",".join(map(str, [*accumulate(lengths, initial=1)][:-1])),
        "lengths": ",".join(map(str, lengths)),
        "sealed": b"".join(sealed),
        "hashes": b"".join([placed.hash for placed in stored]),
    }


def _rows(judged: JudgedBatch, batch_id: int) -> list[tuple[Any, ...]]:
    device_id, epoch = judged.batch.device_id, judged.batch.epoch
    return [
        (device_id, epoch, placed.seq, batch_id, e.entry_id, e.type, e.day, e.key_id, e.sealed, placed.hash)
        for placed, e in ((placed, placed.envelope) for placed in judged.stored)
    ]
