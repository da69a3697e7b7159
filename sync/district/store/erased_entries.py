"""Entries of the ledger from which the sealed form is taken away, and what a rebuild reads instead."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import and_, or_, select, update

from sync.district.domain.erasure import ErasureScope
from sync.district.domain.rating_body import KEPT_BY_DISTRICT, Sealed
from sync.district.store import tables as t
from sync.district.store.among import among
from sync.district.store.complaint_tables import complaint_supplements, complaints
from sync.district.store.engine import Connection
from sync.district.store.privacy_tables import erased_entries, erasures
from sync.district.store.upsert import upsert
from sync.protocol.chain import Envelope

Place = tuple[str, int, int]
"""A device, an epoch, a position."""
_E, _L = erased_entries.c, t.ledger.c
_ASKED = select(erasures.c.erasure_id).where(erasures.c.complaint_id == _E.complaint_id).exists()
_WAITS = (_E.emptied_at.is_(None), _ASKED)
_HERE = and_(_E.device_id == _L.device_id, _E.epoch == _L.epoch, _E.seq == _L.seq)


def with_residues(connection: Connection, entries: Sequence[Sealed]) -> list[Sealed]:
    """The entries, those that were emptied with what is kept of them; of which nothing is kept are left out."""
    kept = [_kept(connection, entry) if not entry.sealed else entry for entry in entries]
    return [entry for entry in kept if entry is not None]


def _kept(connection: Connection, entry: Sealed) -> Sealed | None:
    here = (_E.device_id == entry.device_id, _E.epoch == entry.epoch, _E.seq == entry.seq)
    row = connection.execute(select(_E.residue).where(*here)).first()
    if row is None:
        return entry  # never emptied by us: it is set aside like every entry that cannot be opened
    if row.residue is None:
        return None
    return replace(entry, key_id=KEPT_BY_DISTRICT, sealed=msgspec.json.encode(row.residue))


def note_to_empty(connection: Connection, complaint_id: str, places: Iterable[Place], scope: ErasureScope) -> None:
    """Writes down that these entries are to be emptied, for a complaint of which an erasure is written down; one that
    was emptied in part is emptied anew."""
    columns = (_E.device_id, _E.epoch, _E.seq, _E.scope)
    noted = connection.execute(select(*columns).where(_E.complaint_id == complaint_id)).all()
    done = {(row[0], row[1], row[2]) for row in noted if ErasureScope(row.scope).covers(scope)}
    by = {"complaint_id": complaint_id, "scope": str(scope), "emptied_at": None}
    rows = [{"device_id": device, "epoch": epoch, "seq": seq} | by for device, epoch, seq in {*places} - done]
    upsert(connection, erased_entries, rows)


def places_of(connection: Connection, entry_ids: Collection[str]) -> list[Place]:
    """Everywhere in the ledger where these entries stand: one that was issued again stands there twice."""
    found = list[Place]()
    for wanted in among(connection, _L.entry_id, entry_ids):
        rows = connection.execute(select(_L.device_id, _L.epoch, _L.seq).where(wanted, t.IS_ERASABLE))
        found += [(row[0], row[1], row[2]) for row in rows]
    return found


def sealed_with(connection: Connection) -> set[str]:
    """The ids of the keys that entries which wait to be emptied are sealed to."""
    waiting = select(_L.key_id).select_from(erased_entries.join(t.ledger, _HERE)).where(*_WAITS, _L.sealed != b"")
    return set(connection.execute(waiting.distinct()).scalars())


def to_empty(
    connection: Connection, most: int, without_keys: Collection[str] = ()
) -> list[tuple[Sealed, ErasureScope, Mapping[str, Any] | None]]:
    """Entries that wait to be emptied and follow from an erasure, with what is to be erased and what was kept of one
    before; none that is sealed to ``without_keys``: what stays of it is known once the key is there again."""
    names = [name for name in Sealed.__struct_fields__ if name != "received_at"]
    columns = (*(_L[name] for name in names), t.batches.c.received_at, _E.scope, _E.residue)
    joined = erased_entries.join(t.ledger, _HERE).join(t.batches, t.batches.c.batch_id == _L.batch_id)
    query = select(*columns).select_from(joined).where(*_WAITS).order_by(_L.batch_id, _L.seq)
    if without_keys:
        query = query.where(or_(_L.sealed == b"", _L.key_id.not_in(list(without_keys))))
    rows = connection.execute(query.limit(most)).all()
    return [(Sealed(*row[:-2]), ErasureScope(row.scope), row.residue) for row in rows]


def empty_copies(connection: Connection) -> int:
    """Takes the sealed form out of what stands beside the ledger of erased entries, refused or in conflict with what
    was there; returns of how many. Which they are is known by their ids, without a key."""
    wanted, done = _erased_ids(), 0
    for table in (t.refused_entries, t.conflicts):
        envelope, keys = table.c.envelope, tuple(table.primary_key)
        here = (envelope["sealed"].as_string() != "", envelope["entry_id"].as_string().in_(wanted))
        for row in connection.execute(select(*keys, envelope).where(*here)).all():
            there = [key == value for key, value in zip(keys, row[:-1], strict=True)]
            connection.execute(update(table).where(*there).values(envelope=dict(row.envelope) | {"sealed": ""}))
            done += 1
    return done


def is_erased(connection: Connection, envelope: Envelope) -> bool:
    """Whether an entry with this id and type was erased from the ledger."""
    same = (_L.entry_id == envelope.entry_id, _L.type == envelope.type)
    return connection.execute(_erased_ids().where(*same)).first() is not None


def _erased_ids() -> Any:
    return select(_L.entry_id).select_from(erased_entries.join(t.ledger, _HERE)).where(_ASKED, t.IS_ERASABLE)


def words_left(connection: Connection, entry: Sealed) -> str | None:
    """The text of an entry as its erasure has left it; ``None`` where it has none."""
    for table in (complaints, complaint_supplements):
        found = connection.scalar(select(table.c.text).where(table.c.entry_id == entry.entry_id))
        if found is not None:
            return str(found)
    return None


def empty(connection: Connection, entry: Sealed, residue: Mapping[str, Any] | None, at: datetime) -> None:
    """Takes the sealed form of an entry away and keeps its residue."""
    here = (_L.device_id == entry.device_id, _L.epoch == entry.epoch, _L.seq == entry.seq)
    connection.execute(update(t.ledger).where(*here).values(sealed=b""))
    there = (_E.device_id == entry.device_id, _E.epoch == entry.epoch, _E.seq == entry.seq)
    kept = None if residue is None else dict(residue)
    connection.execute(update(erased_entries).where(*there).values(residue=kept, emptied_at=at))
