"""Stream what ``district verify`` checks: positions, signed runs, anomalies; a year of them fits in memory."""

import heapq
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct
from sqlalchemy import select, union

from sync.district.domain.erasure import ERASABLE, OF_A_MATTER
from sync.district.domain.ledger_check import Position, SignedRun
from sync.district.store import tables as t
from sync.district.store.devices import former_keys
from sync.district.store.engine import Connection
from sync.district.store.erased_entries import is_erased
from sync.district.store.privacy_tables import erased_entries, erasures
from sync.protocol.chain import Envelope, Head

_SLICE = 1000


class FoundBefore(Struct, frozen=True):
    """A finding as it is kept."""

    device_id: str
    epoch: int
    seq: int
    kind: str
    found_at: datetime


def ledgers(connection: Connection) -> list[tuple[str, int]]:
    """Every device and epoch that has an entry or a signed head."""
    parts = [
        select(table.c.device_id, table.c.epoch).distinct()
        for table in (t.ledger, t.refused_entries, t.heads, t.epochs)
    ]
    return sorted((row[0], row[1]) for row in connection.execute(union(*parts)))


def positions(connection: Connection, device_id: str, epoch: int) -> Iterator[Position]:
    """Every held position of an epoch in order, refused entries in their places."""
    return heapq.merge(
        _stored(connection, device_id, epoch), _refused(connection, device_id, epoch), key=lambda position: position.seq
    )


def signed_runs(connection: Connection, device_id: str, epoch: int) -> Iterator[SignedRun]:
    """Every signed head of an epoch, each with the keys that could have signed it when it arrived."""
    heads, former = t.heads.c, former_keys(connection, device_id)
    rows = connection.execute(
        select(heads.seq, heads.hash, heads.first_seq, heads.previous, heads.signature, heads.received_at).where(
            heads.device_id == device_id, heads.epoch == epoch
        )
    )
    for row in rows:
        keys = tuple(known.public_key for known in former if row.received_at <= known.until)
        yield SignedRun(Head(device_id, epoch, row.seq, row.hash), row.first_seq, row.previous, row.signature, keys)


def anomalies_of(connection: Connection, device_id: str) -> list[FoundBefore]:
    """What was found about a device when its batches arrived, oldest first."""
    columns = (t.findings.c[name] for name in FoundBefore.__struct_fields__)
    rows = connection.execute(
        select(*columns).where(t.findings.c.device_id == device_id).order_by(t.findings.c.finding_id)
    )
    return [FoundBefore(*row) for row in rows]


def _stored(connection: Connection, device_id: str, epoch: int) -> Iterator[Position]:
    ledger, last, erased = t.ledger.c, 0, _erased_by(connection, device_id, epoch)
    columns = (ledger.seq, ledger.entry_id, ledger.type, ledger.day, ledger.key_id, ledger.sealed, ledger.hash)
    query = select(*columns).where(ledger.device_id == device_id, ledger.epoch == epoch).order_by(ledger.seq)
    while rows := connection.execute(query.where(ledger.seq > last).limit(_SLICE)).all():
        for row in rows:
            sealed = row.sealed or b""  # SQLite gives back whatever somebody has put there
            envelope = Envelope(row.entry_id, row.type, row.day.isoformat(), row.key_id, sealed)
            yield Position(row.seq, envelope, row.hash, not row.sealed and _is_erased(envelope, erased.get(row.seq)))
        last = rows[-1].seq


def _erased_by(connection: Connection, device_id: str, epoch: int) -> dict[int, str]:
    """The positions that were emptied because a complaint was erased, and which."""
    e = erased_entries.c
    asked = select(erasures.c.erasure_id).where(erasures.c.complaint_id == e.complaint_id).exists()
    here = (e.device_id == device_id, e.epoch == epoch, asked)
    return {row[0]: row[1] for row in connection.execute(select(e.seq, e.complaint_id).where(*here))}


def _is_erased(envelope: Envelope, complaint_id: str | None) -> bool:
    """Whether an entry without its sealed form may be: an erasure names it, and it is of a type that can be erased."""
    if complaint_id is None or envelope.type not in ERASABLE:
        return False
    return envelope.type in OF_A_MATTER or envelope.entry_id == complaint_id


def _refused(connection: Connection, device_id: str, epoch: int) -> Iterator[Position]:
    refused, last = t.refused_entries.c, 0
    query = select(refused.seq, refused.envelope, refused.hash).where(
        refused.device_id == device_id, refused.epoch == epoch
    )
    while rows := connection.execute(query.where(refused.seq > last).order_by(refused.seq).limit(_SLICE)).all():
        for row in rows:
            values = dict(row.envelope)
            envelope = Envelope(**{**values, "sealed": b64decode(values["sealed"])})
            yield Position(row.seq, envelope, row.hash, not envelope.sealed and is_erased(connection, envelope))
        last = rows[-1].seq
