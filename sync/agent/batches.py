"""Make signed batches of the kiosk's pending entries, the same for the network and a stick."""

from collections.abc import Iterator
from typing import Any

from kiosk.box.box import Box
from kiosk.box.district_clock import OFFSET, offset_ms
from kiosk.box.opening import CARD
from kiosk.clock import read_clock
from kiosk.hardware.disk_health import DiskHealth, room
from kiosk.store import box_state, ledger, outbox
from kiosk.store.ledger import LedgerRow
from sync.protocol.batch import MAX_ENTRIES, Batch
from sync.protocol.chain import Head, sign_head
from sync.protocol.health import FACTS
from sync.protocol.seal import key_id

CURSOR = "snapshot_cursor"
DISK = "disk"


class RowMissing(Exception):
    """The box's own file lacks a row before what waits: the rest has to go on in a new epoch. The message says why."""


def next_batch(box: Box, limit: int, software: str, after: tuple[int, int] = (0, 0)) -> Batch | None:
    """The oldest pending entries behind a position (epoch, seq) as one batch; ``None`` when nothing waits there.

    Raises ``RowMissing`` or ``CannotRead``.
    """
    with box.store.read() as tx:
        run = outbox.next_run(tx, limit, after)
        return batch_of(tx, box, run, health(tx, box, software)) if run else None


def pending_batches(box: Box, software: str) -> Iterator[Batch]:
    """Everything that waits, oldest first, in batches as large as they may be."""
    after = (0, 0)
    while batch := next_batch(box, MAX_ENTRIES, software, after):
        yield batch
        after = (batch.epoch, batch.head.seq)


def newest_again(box: Box, software: str) -> Batch | None:
    """The newest entry once more, although the district has it: with it a box without news can ask for an answer."""
    with box.store.read() as tx:
        head = ledger.newest(tx, box.identity.device_id)
        run = list(ledger.rows(tx, head.epoch, head.seq - 1))
        return batch_of(tx, box, run, health(tx, box, software)) if run else None


def batch_of(tx: Any, box: Box, run: list[LedgerRow], health: dict[str, Any]) -> Batch:
    """A run of consecutive rows as a batch with its signed head. Raises ``RowMissing``."""
    device_id, first, last = box.identity.device_id, run[0], run[-1]
    previous = ledger.hash_at(tx, device_id, first.epoch, first.seq - 1)
    if previous is None:
        raise RowMissing(f"entry {first.seq - 1} of epoch {first.epoch} is missing on the box")
    head = Head(device_id, last.epoch, last.seq, last.hash)
    return Batch(
        device_id=device_id,
        epoch=head.epoch,
        first_seq=first.seq,
        previous=previous,
        entries=tuple(kept.envelope for kept in run),
        head=head,
        signature=sign_head(head, box.keys.device),
        health=health,
    )


def health(tx: Any, box: Box, software: str) -> dict[str, Any]:
    """What the district learns of the box's state; never anything a citizen said."""
    backlog = outbox.backlog(tx)
    return {
        "pending": backlog.pending,
        "oldest_day": backlog.oldest_day,
        "set_aside": backlog.set_aside,
        "snapshot": box_state.get(tx, CURSOR, ""),
        "sealing_key": key_id(box.identity.sealing_public_key),
        "address": box.identity.address_number,
        **kept_facts(tx),
        DISK: room(box.store.folder),
        "software": software,
    }


def kept_facts(tx: Any) -> dict[str, Any]:
    """Every fact of ``sync.protocol.health`` that the kiosk keeps, ``None`` when it does not know."""
    kept = {name: box_state.get(tx, name) for name in FACTS}
    return kept | {CARD: DiskHealth.from_json(kept[CARD] or {}).report(), OFFSET: offset_ms(tx, read_clock())}
