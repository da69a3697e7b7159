"""Prune delivered entries after their retention time, keeping the chain verifiable from the last one pruned.

Only entries the district has signed for are pruned, from the start of an epoch on and never its newest; what waits, was
set aside or was never signed for stays, and everything after it. The position and the hash of the last pruned entry
remain.
"""

from datetime import date

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.store.tables import PENDING, SET_ASIDE, heads, ledger, outbox, pruned, receipts

MAX_AT_ONCE = 2_000


def prune(tx: Connection, before: date, most: int = MAX_AT_ONCE) -> int:
    """Prunes up to ``most`` entries of days before ``before``; returns how many. Call it until it returns 0."""
    for epoch, upto in _prunable(tx, before):
        start = pruned_to(tx, epoch)[0]
        last = min(upto, start + most)
        if last <= start:
            continue
        at = tx.execute(select(ledger.c.hash).where(ledger.c.epoch == epoch, ledger.c.seq == last)).scalar_one_or_none()
        if at is None:
            continue
        for table in (ledger, outbox):
            tx.execute(delete(table).where(table.c.epoch == epoch, table.c.seq <= last))
        values = {"seq": last, "hash": at}
        statement = upsert(pruned).values(epoch=epoch, **values)
        tx.execute(statement.on_conflict_do_update(index_elements=["epoch"], set_=values))
        return last - start
    return 0


def pruned_to(tx: Connection, epoch: int) -> tuple[int, bytes]:
    """The last pruned position of an epoch and the hash there; 0 when nothing was pruned."""
    row = tx.execute(select(pruned.c.seq, pruned.c.hash).where(pruned.c.epoch == epoch)).first()
    return (row.seq, row.hash) if row else (0, b"")


def total_pruned(tx: Connection) -> int:
    """How many entries were pruned in all epochs."""
    return int(tx.execute(select(func.coalesce(func.sum(pruned.c.seq), 0))).scalar_one())


def _prunable(tx: Connection, before: date) -> list[tuple[int, int]]:
    """Each epoch with a receipt, and the last position that may go: one before whatever has to stay."""
    found = []
    query = select(receipts.c.epoch, receipts.c.seq, heads.c.seq.label("head")).join(
        heads, heads.c.epoch == receipts.c.epoch
    )
    for row in tx.execute(query.order_by(receipts.c.epoch)):
        of_epoch, held = outbox.c.epoch == row.epoch, outbox.c.state.in_((PENDING, SET_ASIDE))
        first_held = tx.execute(select(func.min(outbox.c.seq)).where(of_epoch, held)).scalar_one_or_none()
        young = select(func.min(ledger.c.seq)).where(ledger.c.epoch == row.epoch, ledger.c.day >= before.isoformat())
        first_young = tx.execute(young).scalar_one_or_none()
        stays = [seq for seq in (first_held, first_young, row.seq + 1, row.head) if seq is not None]
        found.append((row.epoch, min(stays) - 1))
    return found
