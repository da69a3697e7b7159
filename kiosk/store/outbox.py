"""The outbox. An entry is pending, delivered, set aside with its reason, or reissued."""

from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, tuple_, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.store.ledger import LedgerRow
from kiosk.store.pruning import pruned_to, total_pruned
from kiosk.store.tables import DELIVERED, PENDING, SET_ASIDE, ledger, outbox, receipts
from sync.protocol.batch import Acknowledgement
from sync.protocol.chain import Envelope, Head


class Backlog(Struct, frozen=True):
    """How much waits. ``oldest_day`` is the local date of the oldest pending entry, YYYY-MM-DD."""

    pending: int
    oldest_day: str | None
    set_aside: int
    delivered: int


def next_run(tx: Connection, limit: int, after: tuple[int, int] = (0, 0)) -> list[LedgerRow]:
    """The oldest pending entries behind a position (epoch, seq) as one run of consecutive positions, at most
    ``limit``; empty when nothing waits there."""
    joined = outbox.join(ledger, (ledger.c.epoch == outbox.c.epoch) & (ledger.c.seq == outbox.c.seq))
    found = tx.execute(
        select(ledger)
        .select_from(joined)
        .where(outbox.c.state == PENDING, tuple_(outbox.c.epoch, outbox.c.seq) > after)
        .order_by(outbox.c.epoch, outbox.c.seq)
        .limit(limit)
    )
    run: list[LedgerRow] = []
    for row in found:
        if run and (row.epoch, row.seq) != (run[-1].epoch, run[-1].seq + 1):
            break
        run.append(
            LedgerRow(row.epoch, row.seq, Envelope(row.entry_id, row.type, row.day, row.key_id, row.sealed), row.hash)
        )
    return run


def deliver(tx: Connection, receipt: Acknowledgement) -> int:
    """Marks what the receipt covers and keeps the receipt; returns how many entries that settled. The signature and
    the hash have been checked by the caller."""
    head = receipt.head
    delivered = tx.execute(
        update(outbox)
        .where(outbox.c.state == PENDING, outbox.c.epoch == head.epoch, outbox.c.seq <= head.seq)
        .values(state=DELIVERED)
    ).rowcount
    values = {"seq": head.seq, "hash": head.hash, "received_at": receipt.received_at, "signature": receipt.signature}
    statement = upsert(receipts).values(epoch=head.epoch, **values)
    tx.execute(statement.on_conflict_do_update(index_elements=["epoch"], set_=values, where=receipts.c.seq <= head.seq))
    return delivered


def set_aside(tx: Connection, epoch: int, seq: int, reason: str) -> None:
    """The district will not take this entry; it is kept, and a technician sees why."""
    tx.execute(
        update(outbox)
        .where(outbox.c.epoch == epoch, outbox.c.seq == seq, outbox.c.state == PENDING)
        .values(state=SET_ASIDE, reason=reason)
    )


def bring_again(tx: Connection, epoch: int, upto: int, receipt: Acknowledgement | None) -> int:
    """Lets what was delivered behind ``upto`` wait once more: the district went back to a backup. When that knows
    nothing of the epoch, what was delivered in those before it waits too. Returns how many entries."""
    lacking = (outbox.c.epoch == epoch) & (outbox.c.seq > upto)
    if not upto:
        lacking |= outbox.c.epoch < epoch
    again = tx.execute(update(outbox).where(outbox.c.state == DELIVERED, lacking).values(state=PENDING)).rowcount
    if again and upto >= pruned_to(tx, epoch)[0]:
        tx.execute(delete(receipts).where(receipts.c.epoch == epoch))
        if receipt:
            deliver(tx, receipt)
    return again


def receipt_of(tx: Connection, epoch: int) -> tuple[int, str]:
    """Up to where the district has signed for an epoch, and when (RFC 3339 UTC); 0 and empty for nothing of it."""
    row = tx.execute(select(receipts.c.seq, receipts.c.received_at).where(receipts.c.epoch == epoch)).first()
    return (row.seq, row.received_at) if row else (0, "")


def reasons(tx: Connection) -> dict[str, int]:
    """Why entries are set aside, and how many for each reason."""
    found = tx.execute(
        select(outbox.c.reason, func.count()).where(outbox.c.state == SET_ASIDE).group_by(outbox.c.reason)
    )
    return {row[0]: row[1] for row in found}


def backlog(tx: Connection) -> Backlog:
    counts = {row[0]: row[1] for row in tx.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state))}
    oldest = tx.execute(
        select(ledger.c.day)
        .join(outbox, (ledger.c.epoch == outbox.c.epoch) & (ledger.c.seq == outbox.c.seq))
        .where(outbox.c.state == PENDING)
        .order_by(outbox.c.epoch, outbox.c.seq)
        .limit(1)
    ).scalar_one_or_none()
    delivered = counts.get(DELIVERED, 0) + total_pruned(tx)
    return Backlog(counts.get(PENDING, 0), oldest, counts.get(SET_ASIDE, 0), delivered)


def kept_acknowledgements(tx: Connection, device_id: str) -> list[Acknowledgement]:
    """The newest receipt of every epoch, oldest first."""
    return [
        Acknowledgement(Head(device_id, row.epoch, row.seq, row.hash), row.received_at, row.signature)
        for row in tx.execute(select(receipts).order_by(receipts.c.epoch))
    ]
