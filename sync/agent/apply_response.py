"""Apply a response of the district to the kiosk's database, whether it came by network or on a stick.

Every change is one transaction of the box's file; an answer that comes again changes nothing more.
"""

import json
import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.box.district_clock import corrected
from kiosk.box.facts import box_fact, seal_fact
from kiosk.box.opening import remembered
from kiosk.clock import Moment
from kiosk.domain.entry import EntryType
from kiosk.store import box_state, ledger, outbox, reference
from kiosk.store.pruning import pruned_to
from sync.agent.addresses import note_address
from sync.agent.batches import CURSOR
from sync.agent.district_settings import take_settings
from sync.agent.key_updates import take_placement, take_sealing_key, without_unproved
from sync.agent.offers import note_offer
from sync.agent.policy import Unreachable, judge_response, without_unsigned
from sync.protocol.batch import Acknowledgement, BatchResponse, Run, response_statement
from sync.protocol.chain import acknowledgement_is_signed, response_is_signed
from sync.protocol.snapshot import Change, SnapshotPage

log = logging.getLogger(__name__)

APPLIED = "snapshot_applied"


class Applied(Struct, frozen=True):
    """How many entries an answer settled, why the box has to open a new epoch (empty when it need not), and how many
    entries wait once more because the district went back to a backup."""

    delivered: int
    new_epoch: str = ""
    again: int = 0


def mark(box: Box, run: Run, answer: BatchResponse, *, direct: bool = False) -> Applied:
    """Settles what the district signed for, and sets aside what it signed that it will not take. ``direct``: the answer
    came over the network just now, so that the district holds no more than it says.

    Raises ``Unreachable`` when a signature is not our district's: then nothing is known and nothing was changed.
    """
    device_id, key = box.identity.device_id, box.identity.receipt_public_key
    receipt = answer.receipt
    if receipt and not acknowledgement_is_signed(receipt.head, receipt.received_at, receipt.signature, key):
        raise Unreachable("the receipt was not signed by our district")
    if not answer.signature:
        answer = without_unsigned(answer)
    elif not response_is_signed(response_statement(run, answer), answer.signature, key):
        raise Unreachable("the answer was not signed by our district")
    with box.store.write() as tx:
        settlement = judge_response(run, answer, ledger.newest(tx, device_id))
        before = outbox.backlog(tx).pending
        if ledger.hash_at(tx, device_id, run.head.epoch, run.head.seq) == run.head.hash:
            for seq, reason in settlement.aside:
                outbox.set_aside(tx, run.head.epoch, seq, reason)
        if receipt and _is_ours(box, receipt, ledger.hash_at(tx, device_id, receipt.head.epoch, receipt.head.seq)):
            outbox.deliver(tx, receipt)
        delivered = before - outbox.backlog(tx).pending
        again, lacking = _bring_again(tx, run, receipt, direct=direct) if answer.signature else (0, "")
    return Applied(delivered, settlement.new_epoch or lacking, again)


def _bring_again(tx: Any, run: Run, receipt: Acknowledgement | None, *, direct: bool) -> tuple[int, str]:
    """What the district once signed for and holds no more, waits again; and why that needs a new epoch, if it does.
    An answer from a stick may be an old one: only a receipt younger than the kept one tells what is held no more."""
    epoch, upto = run.head.epoch, receipt.head.seq if receipt else 0
    signed_for, at = outbox.receipt_of(tx, epoch)
    if upto >= signed_for or not (direct or (receipt and receipt.received_at > at)):
        return 0, ""
    again = outbox.bring_again(tx, epoch, upto, receipt)
    if again:
        log.warning("the district went back to a backup; %d delivered entries wait once more", again)
    gone = pruned_to(tx, epoch)[0] > upto or (not upto and epoch > 1)
    return again, "the district went back to a backup and lacks what came before" if again and gone else ""


def _is_ours(box: Box, receipt: Acknowledgement, own_hash: bytes | None) -> bool:
    return receipt.head.device_id == box.identity.device_id and receipt.head.hash == own_hash


def open_epoch(box: Box, moment: Moment, reason: str, answer: BatchResponse | None = None) -> None:
    """Starts a new epoch and says so in its first entry; the district records both."""
    device_id = box.identity.device_id
    with box.store.write() as tx:
        old = ledger.newest(tx, device_id)
        fact = box_fact(
            EntryType.GAP_DECLARED,
            corrected(tx, moment),
            reason=reason,
            old_epoch=old.epoch,
            old_seq=old.seq,
            district_epoch=answer.latest_epoch if answer else None,
            district_seq=answer.latest_seq if answer else None,
        )
        declaration = seal_fact(fact, box.identity.sealing_public_key)
        ledger.open_epoch(tx, device_id, declaration, box.keys.device, answer.latest_epoch if answer else 0)
    log.warning("a new epoch was opened: %s", reason)


def apply_pages(box: Box, pages: Sequence[SnapshotPage], moment: Moment) -> tuple[Box, bool]:
    """Applies a whole run of pages at once; the box as it then is (the district may have named a newer sealing key),
    and whether rows were applied, which is an entry to deliver."""
    changes: list[Change] = []
    full = False
    for page in pages:
        if page.full:
            changes, full = [], True
        changes.extend(page.changes)
    last = pages[-1]
    changes = without_unproved(changes, box.identity.receipt_public_key)
    take_settings(box, last.settings)
    with box.store.write() as tx:
        who = take_placement(tx, take_sealing_key(tx, box.identity, last.sealing_key), last.placement)
        box = replace(box, identity=who)
        applied = reference.apply(tx, changes, box.keys.lookup, full=full)
        if changes or full:
            reference.drop_what_is_of_others(tx, box.identity.unit_id, _day(last.generated_at))
        box_state.put(tx, CURSOR, last.cursor)
        box_state.put(tx, box_state.REVISION, last.revision)
        box_state.put(tx, box_state.RETIRED, last.retired)
        note_address(tx, who, last.address)
        note_offer(tx, who, last.offer)
        box_state.put(tx, APPLIED, {"generated_at": last.generated_at})
        if applied:
            details = {"rows": sum(applied.values()), "full": full, "revision": last.revision}
            fact = box_fact(EntryType.CONFIG_APPLIED, corrected(tx, moment), **details)
            envelope = seal_fact(fact, box.identity.sealing_public_key)
            ledger.append(tx, box.identity.device_id, [envelope], box.keys.device)
    remembered(box, box.keys.folder)
    if applied:
        log.info("reference data applied: %s", json.dumps(applied, sort_keys=True))
    return box, bool(applied)


def _day(moment: str) -> date:
    """The day by the district's clock, since this box's may be years off; before every other when it says none."""
    try:
        return datetime.fromisoformat(moment).date()
    except ValueError:
        return date.min


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
