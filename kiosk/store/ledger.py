"""The append-only ledger: sealed entries, their hash chain, the signed head, and each entry's place in the outbox."""

from collections.abc import Iterator

from msgspec import Struct
from nacl.signing import SigningKey
from sqlalchemy import Connection, bindparam, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.store.prepared import Prepared
from kiosk.store.tables import PENDING, REISSUED, heads, ledger, outbox, pruned
from sync.protocol.chain import Envelope, Head, genesis, link, sign_head


class LedgerRow(Struct, frozen=True):
    """A row of the ledger as it stands in the file."""

    epoch: int
    seq: int
    envelope: Envelope
    hash: bytes


_NEWEST = Prepared(select(heads.c.epoch, heads.c.seq, heads.c.hash).order_by(heads.c.epoch.desc()).limit(1))
_ADD = Prepared(insert(ledger))
_QUEUE = Prepared(insert(outbox), "epoch", "seq", "state")
_HEAD = Prepared(
    upsert(heads)
    .values(epoch=bindparam("epoch"), seq=bindparam("seq"), hash=bindparam("hash"), signature=bindparam("signature"))
    .on_conflict_do_update(
        index_elements=["epoch"],
        set_={"seq": bindparam("seq"), "hash": bindparam("hash"), "signature": bindparam("signature")},
    )
)


def newest(tx: Connection, device_id: str) -> Head:
    """The head of the current epoch; ``seq`` 0 of epoch 1 for an empty ledger."""
    found = _NEWEST.run(tx)
    return Head(device_id, *found[0]) if found else Head(device_id, 1, 0, genesis(device_id, 1))


def append(tx: Connection, device_id: str, envelopes: list[Envelope], key: SigningKey) -> Head:
    """Adds entries to the current epoch, queues them, signs the new head; the caller's COMMIT makes it true."""
    return _append_after(tx, newest(tx, device_id), envelopes, key)


def open_epoch(tx: Connection, device_id: str, declaration: Envelope, key: SigningKey, known_epoch: int = 0) -> Head:
    """Starts the epoch after the box's newest and after ``known_epoch`` (the district's newest) with ``declaration``,
    and issues every pending entry again in it, with the same ids.

    For a box that was restored from an older copy, or whose file lost a row: what it still holds is sent under new
    positions, the old ones are left as they are and marked ``reissued``.
    """
    epoch = max(newest(tx, device_id).epoch, known_epoch) + 1
    waiting = {kept.envelope.entry_id: kept.envelope for kept in _rows(tx, outbox.c.state == PENDING)}
    tx.execute(
        update(outbox).where(outbox.c.state == PENDING).values(state=REISSUED, reason=f"issued again in epoch {epoch}")
    )
    start = Head(device_id, epoch, 0, genesis(device_id, epoch))
    return _append_after(tx, start, [declaration, *waiting.values()], key)


def begin(tx: Connection, device_id: str, epoch: int, envelopes: list[Envelope], key: SigningKey) -> Head:
    """Writes the first entries of an epoch of a file that holds no other."""
    return _append_after(tx, Head(device_id, epoch, 0, genesis(device_id, epoch)), envelopes, key)


def last_of_day(tx: Connection, device_id: str, day: str) -> Head | None:
    """The newest position whose entry is of this day (YYYY-MM-DD by the box's clock), if it was not pruned."""
    row = tx.execute(
        select(ledger.c.epoch, ledger.c.seq, ledger.c.hash)
        .where(ledger.c.day == day)
        .order_by(ledger.c.epoch.desc(), ledger.c.seq.desc())
        .limit(1)
    ).first()
    return Head(device_id, row.epoch, row.seq, row.hash) if row else None


def damage(tx: Connection, device_id: str) -> str:
    """Why nothing can be appended to the current epoch: the file's last rows do not end at the signed head.

    Empty when they do. Cheap enough for every start; ``kiosk.store.verify`` is the whole walk.
    """
    head = newest(tx, device_id)
    for table in (ledger, outbox):
        last = tx.execute(select(func.max(table.c.seq)).where(table.c.epoch == head.epoch)).scalar_one_or_none() or 0
        if last != head.seq:
            return f"the {table.name} of epoch {head.epoch} ends at {last}, its signed head at {head.seq}"
    return ""


def rows(tx: Connection, epoch: int, after: int = 0) -> Iterator[LedgerRow]:
    """The rows of an epoch in order, from position ``after + 1`` on."""
    return _rows(tx, (ledger.c.epoch == epoch) & (ledger.c.seq > after))


def hash_at(tx: Connection, device_id: str, epoch: int, seq: int) -> bytes | None:
    """The hash at a position; the genesis for position 0; ``None`` when the row is not there."""
    if seq == 0:
        return genesis(device_id, epoch)
    found: bytes | None = tx.execute(
        select(ledger.c.hash).where(ledger.c.epoch == epoch, ledger.c.seq == seq)
    ).scalar_one_or_none()
    if found is None:
        found = tx.execute(
            select(pruned.c.hash).where(pruned.c.epoch == epoch, pruned.c.seq == seq)
        ).scalar_one_or_none()
    return found


def signed_heads(tx: Connection, device_id: str) -> list[tuple[Head, bytes]]:
    """The signed head of every epoch, oldest first."""
    found = tx.execute(select(heads).order_by(heads.c.epoch))
    return [(Head(device_id, row.epoch, row.seq, row.hash), row.signature) for row in found]


def count(tx: Connection) -> int:
    return tx.execute(select(func.count()).select_from(ledger)).scalar_one()


def _append_after(tx: Connection, head: Head, envelopes: list[Envelope], key: SigningKey) -> Head:
    seq, current = head.seq, head.hash
    for envelope in envelopes:
        seq += 1
        current = link(current, head.device_id, head.epoch, seq, envelope)
        place = {"epoch": head.epoch, "seq": seq}
        entry = {
            "entry_id": envelope.entry_id,
            "type": envelope.type,
            "day": envelope.day,
            "key_id": envelope.key_id,
            "sealed": envelope.sealed,
            "hash": current,
        }
        _ADD.run(tx, place | entry)
        _QUEUE.run(tx, place | {"state": PENDING})
    new = Head(head.device_id, head.epoch, seq, current)
    _HEAD.run(tx, {"epoch": new.epoch, "seq": new.seq, "hash": new.hash, "signature": sign_head(new, key)})
    return new


def _rows(tx: Connection, condition: object) -> Iterator[LedgerRow]:
    joined = ledger.join(outbox, (ledger.c.epoch == outbox.c.epoch) & (ledger.c.seq == outbox.c.seq), isouter=True)
    query = select(ledger).select_from(joined).where(condition).order_by(ledger.c.epoch, ledger.c.seq)  # type: ignore[arg-type]
    for row in tx.execute(query):
        envelope = Envelope(row.entry_id, row.type, row.day, row.key_id, row.sealed)
        yield LedgerRow(row.epoch, row.seq, envelope, row.hash)
