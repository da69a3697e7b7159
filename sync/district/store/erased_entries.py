"""Entries of the ledger from which the sealed form is taken away, and what a rebuild reads instead."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import and_, select, update

from sync.district.domain.erasure import ErasureScope
from sync.district.domain.rating_body import KEPT_BY_DISTRICT, Sealed
from sync.district.store import tables as t
from sync.district.store.complaint_tables import complaint_supplements, complaints
from sync.district.store.engine import Connection
from sync.district.store.privacy_tables import erased_entries
from sync.district.store.upsert import upsert

Place = tuple[str, int, int]
"""A device, an epoch, a position."""
_E, _L = erased_entries.c, t.ledger.c
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


def note_to_empty(connection: Connection, places: Iterable[Place], scope: ErasureScope) -> None:
    """Writes down that these entries are to be emptied; one that was emptied in part is emptied anew."""
    rows = [
        {"device_id": device, "epoch": epoch, "seq": seq, "scope": str(scope), "emptied_at": None}
        for device, epoch, seq in dict.fromkeys(places)
    ]
    upsert(connection, erased_entries, rows)


def to_empty(connection: Connection, most: int) -> list[tuple[Sealed, ErasureScope, Mapping[str, Any] | None]]:
    """Entries that wait to be emptied, with what is to be erased and what was kept of one before."""
    names = [name for name in Sealed.__struct_fields__ if name != "received_at"]
    columns = (*(_L[name] for name in names), t.batches.c.received_at, _E.scope, _E.residue)
    joined = erased_entries.join(t.ledger, _HERE).join(t.batches, t.batches.c.batch_id == _L.batch_id)
    query = select(*columns).select_from(joined).where(_E.emptied_at.is_(None)).order_by(_L.batch_id, _L.seq)
    rows = connection.execute(query.limit(most)).all()
    return [(Sealed(*row[:-2]), ErasureScope(row.scope), row.residue) for row in rows]


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
