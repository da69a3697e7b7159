"""What the public log holds about single entries: what stands in clear around all of them, written down on the day they
came, and which were erased. Whoever later makes a rating pass for an erased comment contradicts the log.
"""

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, func, select

from sync.district.domain.merkle_log import Leaf, LeafKind, clear_of
from sync.district.store import tables as t
from sync.district.store.engine import STREAMED, Connection
from sync.district.store.log_tables import log_leaves
from sync.district.store.privacy_tables import erased_entries
from sync.protocol.chain import Envelope, Head
from sync.protocol.seal import canonical

_L, _E, _G = log_leaves.c, erased_entries.c, t.ledger.c
_HERE = and_(_E.device_id == _G.device_id, _E.epoch == _G.epoch, _E.seq == _G.seq)
_CLEAR = (_G.seq, _G.entry_id, _G.type, _G.day, _G.key_id, _G.hash)
_ERASED = (
    select(_G.device_id, _G.epoch, *_CLEAR)
    .select_from(t.ledger.join(erased_entries, _HERE))
    .where(func.length(_G.sealed) == 0)
)


def envelopes_grown(connection: Connection) -> Iterator[Leaf]:
    """What stands in clear around the entries of each epoch that are not in the log yet, so far as everything up to
    there is held."""
    known = select(_L.device_id, _L.epoch, func.max(_L.seq).label("seq")).where(_L.kind == str(LeafKind.ENVELOPES))
    last, epochs = known.group_by(_L.device_id, _L.epoch).subquery(), t.epochs.c
    same = and_(last.c.device_id == epochs.device_id, last.c.epoch == epochs.epoch)
    after = func.coalesce(last.c.seq, 0)
    grown = connection.execute(
        select(epochs.device_id, epochs.epoch, after.label("after"), epochs.held_seq)
        .select_from(t.epochs.outerjoin(last, same))
        .where(epochs.held_seq > after)
        .order_by(epochs.device_id, epochs.epoch)
    ).all()
    for device_id, epoch, known_seq, held_seq in grown:
        yield _envelopes(connection, device_id, epoch, known_seq + 1, held_seq)


def erased_grown(connection: Connection) -> Iterator[Leaf]:
    """The entries whose sealed form was taken away and that are not in the log yet."""
    query = _ERASED.where(~_in_log()).order_by(_G.device_id, _G.epoch, _G.seq)
    return (_erased_leaf(row) for row in connection.execute(query).all())


def erased_unlogged(connection: Connection, before: datetime) -> list[tuple[str, int, int]]:
    """Device, epoch and position of what was emptied before a moment and is in no log."""
    query = _ERASED.where(_E.emptied_at < before, ~_in_log())
    return [(row.device_id, row.epoch, row.seq) for row in connection.execute(query)]


def entries_as_held(connection: Connection) -> Iterator[tuple[Leaf, Leaf]]:
    """Each leaf about entries, with the one that follows from the ledger as it is now."""
    kinds = (str(LeafKind.ENVELOPES), str(LeafKind.ERASED))
    columns = [_L[name] for name in Leaf.__struct_fields__]
    rows = connection.execute(
        select(*columns).where(_L.kind.in_(kinds)).order_by(_L.device_id, _L.epoch, _L.kind, _L.seq)
    ).all()
    run, last = ("", -1), 0
    for row in rows:
        leaf = Leaf(**dict(row._mapping) | {"hash": bytes(row.hash), "kind": LeafKind(row.kind)})
        if leaf.kind is LeafKind.ERASED:
            yield leaf, _erased_now(connection, leaf)
            continue
        last = last if run == (row.device_id, row.epoch) else 0
        yield leaf, _envelopes(connection, row.device_id, row.epoch, last + 1, row.seq)
        run, last = (row.device_id, row.epoch), row.seq


def _envelopes(connection: Connection, device_id: str, epoch: int, first: int, last: int) -> Leaf:
    here = (_G.device_id == device_id, _G.epoch == epoch, _G.seq.between(first, last))
    rows = connection.execute(select(*_CLEAR).where(*here).order_by(_G.seq), execution_options=STREAMED)
    digest = sha256()
    for row in rows:
        digest.update(canonical(clear_of(_envelope(row)) | {"hash": bytes(row.hash).hex(), "seq": row.seq}))
        digest.update(b"\n")
    return Leaf.of_envelopes(device_id, epoch, first, last, digest.digest())


def _in_log() -> Any:
    here = (_L.device_id == _G.device_id, _L.epoch == _G.epoch, _L.seq == _G.seq)
    return select(_L.position).where(*here, _L.kind == str(LeafKind.ERASED)).exists()


def _erased_now(connection: Connection, leaf: Leaf) -> Leaf:
    """The leaf of an entry if it is emptied now; of one that is not, a leaf that is no other's."""
    here = (_G.device_id == leaf.device_id, _G.epoch == leaf.epoch, _G.seq == leaf.seq)
    row = connection.execute(_ERASED.where(*here)).first()
    nothing = Leaf(b"", LeafKind.ERASED, leaf.device_id, leaf.epoch, leaf.seq)
    return nothing if row is None else _erased_leaf(row)


def _erased_leaf(row: Any) -> Leaf:
    return Leaf.of_erased(Head(row.device_id, row.epoch, row.seq, bytes(row.hash)), _envelope(row))


def _envelope(row: Any) -> Envelope:
    day: date = row.day
    return Envelope(row.entry_id, row.type, day.isoformat(), row.key_id, b"")
