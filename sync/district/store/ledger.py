"""The ledger of what arrived: read around a batch, and appended to. Nothing here changes or deletes a row."""

import base64
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import bindparam, cast, func, null, select, union_all

from sync.district.domain.anomaly import Anomaly, AnomalyKind
from sync.district.domain.batch_decision import HeldEntry, KnownAroundBatch, PlacedEntry
from sync.district.store import tables as t
from sync.district.store.engine import Connection
from sync.district.store.upsert import insert_new
from sync.protocol.batch import Batch
from sync.protocol.chain import Envelope

# made once: a batch of one entry would spend more time on building its statements than on running them
_REACHES_AND_KINDS = union_all(
    select(
        t.epochs.c.epoch,
        t.epochs.c.held_seq,
        t.epochs.c.held_hash,
        t.epochs.c.latest_seq,
        cast(null(), t.findings.c.kind.type).label("kind"),
    ).where(t.epochs.c.device_id == bindparam("device_id")),
    select(
        cast(null(), t.epochs.c.epoch.type),
        cast(null(), t.epochs.c.held_seq.type),
        cast(null(), t.epochs.c.held_hash.type),
        cast(null(), t.epochs.c.latest_seq.type),
        t.findings.c.kind,
    ).where(t.findings.c.device_id == bindparam("device_id"), t.findings.c.epoch == bindparam("epoch")),
)


class EpochExtent(Struct, frozen=True):
    """How far one epoch reaches: everything up to ``held_seq`` is held, and something up to ``latest_seq``."""

    epoch: int
    held_seq: int
    held_hash: bytes
    latest_seq: int


def reaches(connection: Connection, batch: Batch) -> tuple[dict[int, EpochExtent], frozenset[AnomalyKind]]:
    """How far each epoch of the batch's device reaches, and what was found in the batch's epoch so far."""
    rows = connection.execute(_REACHES_AND_KINDS, {"device_id": batch.device_id, "epoch": batch.epoch}).all()
    reach = {row[0]: EpochExtent(*row[:4]) for row in rows if row[0] is not None}
    return reach, frozenset(AnomalyKind(row[4]) for row in rows if row[4] is not None)


def is_next(batch: Batch, here: EpochExtent | None) -> bool:
    """Whether it is the usual batch: right after all that is held of its epoch."""
    return here is not None and here.latest_seq == here.held_seq == batch.first_seq - 1


def known_around(
    connection: Connection, batch: Batch, reach: dict[int, EpochExtent], kinds: frozenset[AnomalyKind]
) -> KnownAroundBatch:
    """What is held around a batch, except ``elsewhere`` (see ``positions_of``)."""
    here = reach.get(batch.epoch)
    latest_epoch = max(reach, default=0)
    left_on = _left_on(connection, batch) if batch.epoch < latest_epoch else ""
    if here is None:
        return KnownAroundBatch(latest_epoch=latest_epoch, kinds=kinds, left_on=left_on)
    if is_next(batch, here):
        before = {here.held_seq: HeldEntry("", here.held_hash)}
        return KnownAroundBatch(before, None, {}, here.latest_seq, latest_epoch, kinds, left_on)
    at = _held_between(connection, batch.device_id, batch.epoch, batch.first_seq - 1, batch.head.seq)
    after = _linked_from(connection, batch.device_id, batch.epoch, batch.head.seq + 1)
    return KnownAroundBatch(at, after, {}, here.latest_seq, latest_epoch, kinds, left_on)


def _left_on(connection: Connection, batch: Batch) -> str:
    """The day on which the box had left the batch's epoch: that of the first entry of a newer one. What stands behind
    it may have been written in an older epoch and keeps its day."""
    ledger = t.ledger.c
    newer = ledger.device_id == batch.device_id, ledger.epoch > batch.epoch, ledger.seq == 1
    day = connection.scalar(select(func.min(ledger.day)).where(*newer))
    return day.isoformat() if day else ""


def positions_of(connection: Connection, batch: Batch) -> dict[str, int]:
    """Where this epoch already holds entry ids of this batch."""
    ledger, ids = t.ledger.c, [envelope.entry_id for envelope in batch.entries]
    rows = connection.execute(
        select(ledger.entry_id, ledger.seq).where(
            ledger.entry_id.in_(ids), ledger.device_id == batch.device_id, ledger.epoch == batch.epoch
        )
    )
    return {row.entry_id: row.seq for row in rows}


def keep_refused(connection: Connection, batch: Batch, batch_id: int, refused: Iterable[PlacedEntry]) -> None:
    """Keeps the places of entries that were refused, with what came."""
    place = {"device_id": batch.device_id, "epoch": batch.epoch, "batch_id": batch_id}
    insert_new(connection, t.refused_entries, [place | _refused_row(placed) for placed in refused])


def keep_conflicts(connection: Connection, batch: Batch, conflicts: Iterable[PlacedEntry], at: datetime) -> None:
    """Keeps what contradicts the ledger, with the signed head of its run as evidence beside the last entry."""
    rows = [
        {
            "device_id": batch.device_id,
            "epoch": batch.epoch,
            "seq": placed.seq,
            "kind": placed.reason,
            "envelope": envelope_json(placed.envelope) | (_run_json(batch) if placed.seq == batch.head.seq else {}),
            "hash": placed.hash,
            "found_at": at,
        }
        for placed in conflicts
    ]
    insert_new(connection, t.conflicts, rows)


def keep_anomalies(connection: Connection, anomalies: Iterable[Anomaly], at: datetime) -> None:
    """Keeps findings; one that is known already is not repeated."""
    rows = [
        {
            "device_id": anomaly.device_id,
            "epoch": anomaly.epoch,
            "seq": anomaly.seq,
            "kind": str(anomaly.kind),
            "found_at": at,
        }
        for anomaly in anomalies
    ]
    insert_new(connection, t.findings, rows)


def extent_with(connection: Connection, batch: Batch, extent: EpochExtent) -> EpochExtent:
    """How far the epoch reaches once the whole batch is held."""
    held_seq, held_hash = extent.held_seq, extent.held_hash
    if batch.first_seq <= held_seq + 1 and batch.head.seq > held_seq:
        held_seq, held_hash = batch.head.seq, batch.head.hash
        if extent.latest_seq > held_seq:
            held_seq, held_hash = _follow(connection, batch, held_seq, held_hash)
    return EpochExtent(batch.epoch, held_seq, held_hash, max(extent.latest_seq, batch.head.seq))


def envelope_json(envelope: Envelope) -> dict[str, Any]:
    """An envelope as JSON, to be kept where it cannot be kept as columns."""
    return {
        "entry_id": envelope.entry_id,
        "type": envelope.type,
        "day": envelope.day,
        "key_id": envelope.key_id,
        "sealed": base64.b64encode(envelope.sealed).decode(),
    }


def _run_json(batch: Batch) -> dict[str, Any]:
    signature = base64.b64encode(batch.signature).decode()
    return {"run": {"first_seq": batch.first_seq, "previous": batch.previous.hex(), "signature": signature}}


def _follow(connection: Connection, batch: Batch, held_seq: int, held_hash: bytes) -> tuple[int, bytes]:
    for seq, arrived in _positions_from(connection, batch.device_id, batch.epoch, held_seq + 1):
        if seq != held_seq + 1:
            break
        held_seq, held_hash = seq, arrived
    return held_seq, held_hash


def _positions_from(connection: Connection, device_id: str, epoch: int, first: int) -> Iterator[tuple[int, bytes]]:
    """Every held position from ``first`` on, in order, read in slices."""
    while True:
        slices = [
            select(table.c.seq, table.c.hash).where(
                table.c.device_id == device_id, table.c.epoch == epoch, table.c.seq >= first
            )
            for table in (t.ledger, t.refused_entries)
        ]
        both = union_all(*slices).subquery()
        rows = connection.execute(select(both.c.seq, both.c.hash).order_by(both.c.seq).limit(1000)).all()
        if not rows:
            return
        for row in rows:
            yield row.seq, row.hash
        first = rows[-1].seq + 1


def _held_between(connection: Connection, device_id: str, epoch: int, first: int, last: int) -> dict[int, HeldEntry]:
    held: dict[int, HeldEntry] = {}
    for table, columns in (
        (t.ledger, (t.ledger.c.seq, t.ledger.c.hash, t.ledger.c.entry_id)),
        (t.refused_entries, (t.refused_entries.c.seq, t.refused_entries.c.hash, t.refused_entries.c.reason)),
    ):
        rows = connection.execute(
            select(*columns).where(
                table.c.device_id == device_id, table.c.epoch == epoch, table.c.seq.between(first, last)
            )
        )
        for seq, arrived, word in rows:
            held[seq] = HeldEntry(word, arrived) if table is t.ledger else HeldEntry("", arrived, word)
    return held


def _linked_from(connection: Connection, device_id: str, epoch: int, seq: int) -> bytes | None:
    heads = t.heads.c
    return connection.execute(
        select(heads.previous).where(heads.device_id == device_id, heads.epoch == epoch, heads.first_seq == seq)
    ).scalar()


def _refused_row(placed: PlacedEntry) -> dict[str, Any]:
    return {
        "seq": placed.seq,
        "reason": placed.reason,
        "envelope": envelope_json(placed.envelope),
        "hash": placed.hash,
    }
