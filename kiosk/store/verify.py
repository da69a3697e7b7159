"""Verify the ledger: every row against its hash, every signature, every acknowledgement. Read only."""

from msgspec import Struct
from sqlalchemy import Connection

from kiosk.store.identity import device_keys
from kiosk.store.ledger import count, rows, signed_heads
from kiosk.store.outbox import kept_acknowledgements
from kiosk.store.pruning import pruned_to, total_pruned
from sync.protocol.batch import Acknowledgement
from sync.protocol.chain import Head, acknowledgement_is_signed, genesis, head_is_signed, link


class LedgerCheck(Struct, frozen=True):
    """``held`` entries hold; ``flaw`` names the first that does not, and is empty when all do. ``pruned`` more were
    delivered and forgotten; the chain goes on from the last of them."""

    held: int
    flaw: str = ""
    pruned: int = 0


def verify(tx: Connection, device_id: str, public_key: bytes, receipt_public_key: bytes) -> LedgerCheck:
    """Whether the ledger is what was written: nothing changed, removed, moved or added without the device's key.

    A whole file put back from an older copy holds in itself; only the district, which has seen more, can name that.
    """
    held = 0
    receipts = {receipt.head.epoch: receipt for receipt in kept_acknowledgements(tx, device_id)}
    keys = device_keys(tx, device_id, public_key)
    for head, signature in signed_heads(tx, device_id):
        if not any(head_is_signed(head, signature, key) for key in keys):
            return LedgerCheck(
                held, f"epoch {head.epoch}: the signature over entry {head.seq} was not made by this device"
            )
        receipt = receipts.pop(head.epoch, None)
        if receipt and not acknowledgement_is_signed(
            receipt.head, receipt.received_at, receipt.signature, receipt_public_key
        ):
            return LedgerCheck(
                held, f"epoch {head.epoch}: the receipt for entry {receipt.head.seq} was not signed by the district"
            )
        walked, flaw = _walk(tx, head, receipt)
        held += walked
        if flaw:
            return LedgerCheck(held, f"epoch {head.epoch}, {flaw}")
    if receipts:
        return LedgerCheck(held, f"epoch {min(receipts)} was delivered to the district and is missing")
    stray = count(tx) - held
    return LedgerCheck(
        held, f"{stray} entries belong to an epoch for which no head was signed" if stray else "", total_pruned(tx)
    )


def _walk(tx: Connection, head: Head, receipt: Acknowledgement | None) -> tuple[int, str]:
    seq, current = pruned_to(tx, head.epoch)
    if seq > (receipt.head.seq if receipt else 0):
        return 0, f"entry {seq} was pruned, but the district has not signed for it"
    if receipt and receipt.head.seq == seq and receipt.head.hash != current:
        return 0, f"entry {seq} was pruned and is not the one the district signed for"
    start, current = seq, current or genesis(head.device_id, head.epoch)
    for kept in rows(tx, head.epoch):
        if kept.seq != seq + 1:
            return seq - start, f"entry {seq + 1} is missing"
        current = link(current, head.device_id, head.epoch, kept.seq, kept.envelope)
        if current != kept.hash:
            return seq - start, f"entry {kept.seq} was changed"
        if receipt and receipt.head.seq == kept.seq and receipt.head.hash != current:
            return seq - start, f"entry {kept.seq} is not the one the district signed for"
        seq += 1
    last = max(head.seq, receipt.head.seq if receipt else 0)
    if seq < last:
        return seq - start, f"entry {seq + 1} is missing ({last} were written)"
    if seq > head.seq or current != head.hash:
        return head.seq - start, f"entry {head.seq + 1 if seq > head.seq else seq} is not the one that was signed"
    return seq - start, ""
