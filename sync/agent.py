"""The box's agent: outbox → policy → transport → outbox, one ``tick`` at a time. Killed anywhere, nothing is lost:
what was not marked is sent again, and the district answers that it has it already."""

import json
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from kiosk.box import Box
from kiosk.care import CARD
from kiosk.clock import Moment
from kiosk.device.card import Health
from kiosk.domain.entry import EntryType
from kiosk.facts import box_fact, seal_fact
from kiosk.store import box_state, ledger, outbox, reference
from kiosk.store.engine import CannotRead, CannotWrite, Damaged
from sync.chain import Head, receipt_is_signed, sign_head
from sync.policy import Misunderstood, Refused, Unreachable, backoff, settle
from sync.seal import key_id
from sync.snapshot import Change, Page
from sync.transport import Transport
from sync.upkeep import is_roll_begun, is_roll_wanted, roll_key, take_sealing_key
from sync.wire import MOST_ENTRIES, Answer, Batch, Receipt

log = logging.getLogger(__name__)

STATE, OFFSET, CURSOR, APPLIED = "sync", "clock_offset_ms", "snapshot_cursor", "snapshot_applied"


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: how often reference data is asked for, and the longest wait after failures."""

    snapshot_seconds: float
    longest_wait_seconds: float


class Agent:
    """One box and its district. ``clock`` reads wall time; ``monotonic`` is seconds for waiting."""

    def __init__(
        self,
        box: Box,
        transport: Transport,
        pace: Pace,
        clock: Callable[[], Moment],
        monotonic: Callable[[], float],
        dice: random.Random,
        software: str,
    ) -> None:
        self._box, self._transport, self._pace = box, transport, pace
        self._clock, self._monotonic, self._dice = clock, monotonic, dice
        self._software = software
        self._limit = MOST_ENTRIES
        self._failures = 0
        self._next_try = 0.0
        self._next_snapshot = 0.0
        self.trouble = ""

    def tick(self) -> bool:
        """One step: sends a batch or asks for reference data if it is time. True when there is more to do at once.

        Raises ``Damaged`` when the box's file is: open the box again (``kiosk.care``) and make a new agent.
        """
        if self._monotonic() < self._next_try:
            return False
        try:
            if is_roll_begun(self._box):
                self._roll_key()
            more = self._send()
            if not more and self._monotonic() >= self._next_snapshot:
                more = self._pull()
                self._next_snapshot = self._monotonic() + self._pace.snapshot_seconds * self._dice.uniform(0.8, 1.2)
            self._failures, self.trouble = 0, ""
            return more
        except Unreachable as error:
            self._wait("waiting", str(error), error.retry_after)
        except Refused as error:
            self._wait("refused", str(error), self._pace.longest_wait_seconds)
        except Damaged:
            raise
        except (CannotWrite, CannotRead) as error:
            self._wait("waiting", f"the box's file: {error}", None)
        return False

    def _send(self) -> bool:
        device_id = self._box.identity.device_id
        with self._box.store.read() as tx:
            run = outbox.next_run(tx, self._limit)
            previous = ledger.hash_at(tx, device_id, run[0].epoch, run[0].seq - 1) if run else None
            health = self._health(tx) if run else {}
        if not run:
            self._say("idle", "")
            return False
        if previous is None:
            self._open_epoch(f"entry {run[0].seq - 1} of epoch {run[0].epoch} is missing on the box", None)
            return True
        batch = _batch(device_id, run, previous, self._box, health)
        self._say("sending", "")
        try:
            answer = self._transport.send(batch)
        except Misunderstood as error:
            self._narrow(batch, str(error))
            return True
        self._settle(batch, answer)
        self._limit = min(MOST_ENTRIES, self._limit * 2)
        return True

    def _settle(self, batch: Batch, answer: Answer) -> None:
        device_id = self._box.identity.device_id
        with self._box.store.read() as tx:
            own = ledger.newest(tx, device_id)
        settlement = settle(batch, answer, own)
        receipt = answer.receipt
        if receipt and not self._is_genuine(receipt):
            raise Unreachable("the receipt was not signed by our district")
        with self._box.store.write() as tx:
            before = outbox.backlog(tx).pending
            for seq, reason in settlement.aside:
                outbox.set_aside(tx, batch.epoch, seq, reason)
            if receipt and ledger.hash_at(tx, device_id, receipt.head.epoch, receipt.head.seq) == receipt.head.hash:
                outbox.deliver(tx, receipt)
            settled = before - outbox.backlog(tx).pending
        self._note_contact(settled)
        if settlement.new_epoch:
            self._open_epoch(settlement.new_epoch, answer)
        elif not settled:
            raise Unreachable("the district did not sign for these entries; it may miss earlier ones")

    def _is_genuine(self, receipt: Receipt) -> bool:
        key = self._box.identity.receipt_public_key
        return receipt_is_signed(receipt.head, receipt.received_at, receipt.signature, key)

    def _narrow(self, batch: Batch, reason: str) -> None:
        """The district cannot read the batch: halve it until the one entry is found, and set that one aside.

        The district never gets that position, and signs for nothing after a hole: so the rest goes on in a new epoch.
        """
        if len(batch.entries) > 1:
            self._limit = max(1, len(batch.entries) // 2)
            return
        log.error("entry %s/%s is set aside: %s", batch.epoch, batch.first_seq, reason)
        with self._box.store.write() as tx:
            outbox.set_aside(tx, batch.epoch, batch.first_seq, reason)
        self._open_epoch(f"entry {batch.first_seq} of epoch {batch.epoch} was set aside: {reason}", None)

    def _open_epoch(self, reason: str, answer: Answer | None) -> None:
        """Starts a new epoch and says so in its first entry; the district records both."""
        device_id, moment = self._box.identity.device_id, self._clock()
        with self._box.store.write() as tx:
            old = ledger.newest(tx, device_id)
            fact = box_fact(
                EntryType.GAP_DECLARED,
                moment,
                reason=reason,
                old_epoch=old.epoch,
                old_seq=old.seq,
                district_epoch=answer.latest_epoch if answer else None,
                district_seq=answer.latest_seq if answer else None,
            )
            declaration = seal_fact(fact, self._box.identity.sealing_public_key)
            known_epoch = answer.latest_epoch if answer else 0
            ledger.open_epoch(tx, device_id, declaration, self._box.keys.device, known_epoch)
        log.warning("a new epoch was opened: %s", reason)

    def _pull(self) -> bool:
        """Asks for reference data; true when some was applied, which is an entry to deliver."""
        if is_roll_wanted(self._box):
            self._roll_key()
        with self._box.store.read() as tx:
            cursor = str(box_state.get(tx, CURSOR, ""))
        changes: list[Change] = []
        full, page = False, self._transport.snapshot(cursor)
        while page is not None:
            if page.full:
                changes, full = [], True
            changes.extend(page.changes)
            if not page.more:
                self._note_contact(0)
                return self._apply(changes, page, full=full)
            page = self._transport.snapshot(page.cursor)
        self._note_contact(0)
        return False

    def _roll_key(self) -> None:
        self._box = roll_key(self._box, self._transport.roll_key)
        self._transport.use_token(self._box.keys.token)
        new_key = key_id(bytes(self._box.keys.device.verify_key))
        fact = box_fact(EntryType.CONFIG_APPLIED, self._clock(), device_key=new_key)
        with self._box.store.write() as tx:
            envelope = seal_fact(fact, self._box.identity.sealing_public_key)
            ledger.append(tx, self._box.identity.device_id, [envelope], self._box.keys.device)

    def _apply(self, changes: list[Change], page: Page, *, full: bool) -> bool:
        if page.roll_key:
            self._roll_key()
        with self._box.store.write() as tx:
            self._box = replace(self._box, identity=take_sealing_key(tx, self._box.identity, page.sealing_key))
            applied = reference.apply(tx, changes, self._box.keys.lookup, full=full)
            box_state.put(tx, CURSOR, page.cursor)
            box_state.put(tx, APPLIED, {"generated_at": page.generated_at, "applied_at": _text(self._clock().at)})
            if applied:
                fact = box_fact(EntryType.CONFIG_APPLIED, self._clock(), rows=sum(applied.values()), full=full)
                envelope = seal_fact(fact, self._box.identity.sealing_public_key)
                ledger.append(tx, self._box.identity.device_id, [envelope], self._box.keys.device)
        if applied:
            log.info("reference data applied: %s", json.dumps(applied, sort_keys=True))
        return bool(applied)

    def _wait(self, state: str, reason: str, seconds: float | None) -> None:
        self._failures += 1
        wait = backoff(self._failures, self._pace.longest_wait_seconds, self._dice)
        wait = min(max(wait, seconds or 0), self._pace.longest_wait_seconds)
        self._next_try = self._monotonic() + wait
        self.trouble = f"{state}: {reason}"
        log.warning("%s for %.0f s: %s", state, wait, reason)
        self._say(state, reason, wait)

    def _say(self, state: str, reason: str, wait: float = 0) -> None:
        """Keeps what a technician reads; written only when it changes, so that an idle box leaves its disk alone."""
        now = self._clock()
        try:
            with self._box.store.read() as tx:
                known = box_state.get(tx, STATE, {})
            if (known.get("state"), known.get("reason")) == (state, reason) and not wait:
                return
            told: dict[str, Any] = {"state": state, "reason": reason}
            told["since"] = known.get("since") if known.get("state") == state else _text(now.at)
            told["next_try_at"] = _text(datetime.fromtimestamp(now.at.timestamp() + wait, UTC)) if wait else None
            with self._box.store.write() as tx:
                box_state.put(tx, STATE, told)
        except (CannotWrite, CannotRead) as error:
            log.error("the box's state could not be kept: %s", error)

    def _note_contact(self, settled: int) -> None:
        contact, now = self._transport.last_contact, self._clock()
        with self._box.store.write() as tx:
            box_state.put(tx, "last_contact_at", _text(now.at))
            if settled:
                box_state.put(tx, "last_delivery_at", _text(now.at))
            if contact and contact.district_time_ms is not None:
                box_state.put(tx, OFFSET, contact.district_time_ms - now.at_ms)
        if settled:
            log.info("%d entries delivered", settled)

    def _health(self, tx: Any) -> dict[str, Any]:
        backlog, now = outbox.backlog(tx), self._clock()
        return {
            "software": self._software,
            "pending": backlog.pending,
            "oldest_day": backlog.oldest_day,
            "set_aside": backlog.set_aside,
            "clock_offset_ms": box_state.get(tx, OFFSET),
            "snapshot": box_state.get(tx, CURSOR, ""),
            "scanner": box_state.get(tx, "scanner"),
            "card": _card(box_state.get(tx, CARD)),
            "printer": box_state.get(tx, "printer"),
            "clock": {"boot": now.boot, "up_s": now.up_s, "at_s": now.at_s},
            "sealing_key": key_id(self._box.identity.sealing_public_key),
        }


def _batch(device_id: str, run: list[ledger.Kept], previous: bytes, box: Box, health: dict[str, Any]) -> Batch:
    head = Head(device_id, run[-1].epoch, run[-1].seq, run[-1].hash)
    return Batch(
        device_id=device_id,
        epoch=head.epoch,
        first_seq=run[0].seq,
        previous=previous,
        entries=tuple(kept.envelope for kept in run),
        head=head,
        signature=sign_head(head, box.keys.device),
        health=health,
    )


def _card(known: Any) -> dict[str, Any] | None:
    """What the district hears about the disk: counts, the time of a slow write, and the card's own estimate."""
    if known is None:
        return None
    health = Health.from_json(known)
    return {
        "tests": health.tests,
        "errors": health.errors,
        "forgot": health.forgot,
        "fsync_p99_ms": health.percentile(0.99),
        "wear_percent": health.wear_percent,
    }


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
