"""The kiosk's agent: outbox → policy → transport → outbox, one ``tick`` at a time. It may be killed anywhere: what was
not marked as delivered is sent again, and the district recognises it.
"""

import logging
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.box.district_clock import corrected, learn
from kiosk.box.facts import box_fact, seal_fact
from kiosk.clock import Moment
from kiosk.domain.entry import EntryType
from kiosk.store import box_state, ledger, outbox
from kiosk.store.engine import CannotRead, CannotWrite, Damaged, Vanished
from sync.agent.addresses import go_over
from sync.agent.apply_response import apply_pages, mark, open_epoch, rfc3339
from sync.agent.batches import CURSOR, RowMissing, newest_again, next_batch
from sync.agent.key_updates import is_rotation_begun, is_rotation_wanted, rotate_key
from sync.agent.policy import MAX_ASKED, Misunderstood, Refused, Stride, Unreachable, phase, wait_after
from sync.agent.quarter_hours import QuarterCount
from sync.agent.transport import Transport
from sync.protocol.batch import Batch, BatchResponse
from sync.protocol.quarter_hour import QUARTER, quarter_of
from sync.protocol.seal import key_id
from sync.protocol.snapshot import SnapshotPage

log = logging.getLogger(__name__)

STATE = "sync"
ASKED = "asked_for_reference"
"""Turned over before the district is asked, to see whether anything can be written: SQLite leaves the disk alone when a
value stays what it is."""


class Schedule(Struct, frozen=True):
    """Seconds: how often reference data is asked for, the longest wait after failures, and over how long a fleet that
    is switched on together spreads its first contact (0: at once). ``takes_reference``: false for a former ledger on
    the shelf, which only delivers. ``ca_file``: the authorities of the settings, for an address that names none."""

    snapshot_seconds: float
    longest_wait_seconds: float
    spread_seconds: float = 0.0
    takes_reference: bool = True
    ca_file: str = ""


class Agent:
    """One box and its district. ``clock`` reads wall time; ``monotonic`` is seconds for waiting."""

    def __init__(
        self,
        box: Box,
        transport: Transport,
        pace: Schedule,
        clock: Callable[[], Moment],
        monotonic: Callable[[], float],
        dice: random.Random,
        software: str,
    ) -> None:
        self._box, self._transport, self._pace = box, transport, pace
        self._clock, self._monotonic, self._dice = clock, monotonic, dice
        self._software = software
        self._stride = Stride()
        self._delivered, self._failed, self._last_reason = QuarterCount(), QuarterCount(), ""
        self._failures = 0
        self._next_snapshot = 0.0
        self._next_try = 0.0
        self.trouble = ""
        self._take_turn()

    @property
    def box(self) -> Box:
        """The box as it is now: a key that was rolled is in it."""
        return self._box

    @property
    def transport(self) -> Transport:
        """The line to the district as it is now: at a new address, or with a new token."""
        return self._transport

    def tick(self) -> bool:
        """One step: sends a batch or asks for reference data if it is time. True when there is more to do at once.

        Raises ``Damaged`` or ``Vanished`` when the box's file is: open the box again (``kiosk.box.opening``) and make a
        new agent.
        """
        self._tell_quarter()
        if self._monotonic() < self._next_try:
            return False
        try:
            if is_rotation_begun(self._box):
                self._rotate_key()
            more = self._send()
            if (
                not more
                and self._pace.takes_reference
                and self._monotonic() >= max(self._next_snapshot, self._next_try)
            ):
                more = self._pull()
                self._tell_health()
                self._go_over()
                self._next_snapshot = self._monotonic() + self._pace.snapshot_seconds * self._dice.uniform(0.8, 1.2)
            self._failures, self.trouble = 0, ""
            return more and self._monotonic() >= self._next_try
        except Unreachable as error:
            if self._go_over():
                return True
            self._wait("waiting", str(error), error.retry_after)
        except Refused as error:
            self._wait("refused", str(error), self._pace.longest_wait_seconds)
        except (Damaged, Vanished):
            raise
        except (CannotWrite, CannotRead) as error:
            self._wait("waiting", f"the box's file: {error}", None)
        return False

    def _take_turn(self) -> None:
        """Kiosks of a fleet are switched on at the same minute: each waits for its own place in the first while. One
        that was enrolled just now does not: somebody stands before it."""
        with suppress(CannotRead), self._box.store.read() as tx:
            if box_state.get(tx, "last_contact_at") is None:
                return
        wait = phase(self._box.identity.device_id) * self._pace.spread_seconds
        if wait >= 1:
            self._next_try = self._monotonic() + wait
            self._say("turn", "kiosks that were switched on together take turns", wait)

    def _send(self) -> bool:
        try:
            batch = next_batch(self._box, self._stride.size, self._software)
        except RowMissing as error:
            open_epoch(self._box, self._clock(), str(error))
            return True
        if batch is None:
            self._say("idle", "")
            return False
        self._say("sending", "")
        begun = self._monotonic()
        try:
            answer = self._transport.send(self._with_clock(batch))
        except Misunderstood as error:
            self._narrow(batch, str(error))
            return True
        except Unreachable as error:
            if error.smaller:
                self._stride = self._stride.shrunk(len(batch.entries))
            raise
        self._apply(batch, answer)
        self._stride = self._stride.after(self._monotonic() - begun)
        if answer.pause_s:
            self._pause(answer.pause_s)
        return True

    def _with_clock(self, batch: Batch) -> Batch:
        """With the box's clocks as it is sent, by which the district dates all entries of this start of the box."""
        now = self._clock()
        return replace(batch, health=batch.health | {"clock": {"boot": now.boot, "up_s": now.up_s, "at_s": now.at_s}})

    def _apply(self, batch: Batch, answer: BatchResponse) -> None:
        marked = mark(self._box, batch.run, answer, direct=True)
        self._note_contact(marked.delivered)
        if marked.new_epoch:
            open_epoch(self._box, self._clock(), marked.new_epoch, answer)
        elif not marked.delivered and not marked.again:
            raise Unreachable("the district did not sign for these entries; it may miss earlier ones")

    def _narrow(self, batch: Batch, reason: str) -> None:
        """The district cannot read the batch: halve it until the one entry is found, and set that one aside.

        The district never gets that position, and signs for nothing after a hole: so the rest goes on in a new epoch.
        """
        if len(batch.entries) > 1:
            self._stride = self._stride.shrunk(len(batch.entries))
            return
        log.error("entry %s/%s is set aside: %s", batch.epoch, batch.first_seq, reason)
        with self._box.store.write() as tx:
            outbox.set_aside(tx, batch.epoch, batch.first_seq, reason)
        why = f"entry {batch.first_seq} of epoch {batch.epoch} was set aside: {reason}"
        open_epoch(self._box, self._clock(), why)
        self._stride = Stride()

    def _pull(self) -> bool:
        """Asks for reference data; true when some was applied or the key was rolled, which is an entry to deliver.

        On a disk that takes nothing more it asks nobody: the kiosk takes no rating either, and by its questions alone
        the district would believe it well.
        """
        with self._box.store.write() as tx:
            box_state.put(tx, ASKED, not box_state.get(tx, ASKED, False))
        rolled = is_rotation_wanted(self._box)
        if rolled:
            self._rotate_key()
        with self._box.store.read() as tx:
            cursor = str(box_state.get(tx, CURSOR, ""))
        pages: list[SnapshotPage] = []
        page = self._transport.snapshot(cursor)
        while page is not None:
            pages.append(page)
            page = self._transport.snapshot(page.cursor) if page.more else None
        self._note_contact(0)
        whole = bool(pages) and not pages[-1].more
        if not whole:
            return rolled
        if pages[-1].roll_key and not rolled:
            self._rotate_key()
            rolled = True
        self._box, applied = apply_pages(self._box, pages, self._clock())
        return applied or rolled

    def _tell_health(self) -> None:
        """A kiosk with nothing to deliver says how it is at its idle contact, with its newest entry once more: the
        district has it and keeps the health alone. So a part that dies on a kiosk where nobody presses is heard of, and
        what is told then is told at a moment that no press has chosen. While something waits, that brings it."""
        with self._box.store.read() as tx:
            if outbox.backlog(tx).pending:
                return
        try:
            batch = newest_again(self._box, self._software)
            answer = None if batch is None else self._transport.send(self._with_clock(batch))
        except (Misunderstood, Refused, RowMissing) as error:
            log.warning("the kiosk's health could not be told: %s", error)
            return
        if batch is None or answer is None:
            return
        marked = mark(self._box, batch.run, answer, direct=True)
        self._note_contact(0)
        if marked.new_epoch:
            open_epoch(self._box, self._clock(), marked.new_epoch, answer)
        if answer.pause_s:
            self._pause(answer.pause_s)

    def _go_over(self) -> bool:
        """Tries the address that the district announced, if one waits; whether the box uses it from now on."""
        try:
            found = go_over(self._box, self._transport.at, self._pace.ca_file)
        except (CannotRead, CannotWrite, OSError) as error:
            log.error("the announced address could not be taken over: %s", error)
            return False
        if found is None:
            return False
        self._box, self._transport = found
        self._note(address=self._box.identity.address_number)
        return True

    def _pause(self, seconds: float) -> None:
        """The district took the batch and asks for a while of quiet, because it has much to do."""
        wait = min(seconds, MAX_ASKED) * self._dice.uniform(1, 1.5)
        self._next_try = self._monotonic() + wait
        self._say("waiting", "the district has much to do and asked for a pause", wait)

    def _rotate_key(self) -> None:
        self._box = rotate_key(self._box, self._transport.rotate_key)
        self._transport.use_token(self._box.keys.token)
        new_key = key_id(bytes(self._box.keys.device.verify_key))
        self._note(device_key=new_key)

    def _note(self, **details: Any) -> None:
        """Appends what the box uses from now on: an entry to deliver."""
        with self._box.store.write() as tx:
            fact = box_fact(EntryType.CONFIG_APPLIED, corrected(tx, self._clock()), **details)
            envelope = seal_fact(fact, self._box.identity.sealing_public_key)
            ledger.append(tx, self._box.identity.device_id, [envelope], self._box.keys.device)

    def _wait(self, state: str, reason: str, seconds: float | None) -> None:
        self._failures += 1
        wait = wait_after(self._failures, self._pace.longest_wait_seconds, seconds, self._dice)
        self._next_try = self._monotonic() + wait
        self._tell_quarter()  # the quarter that is over ended with the reason before this one
        self.trouble = self._last_reason = f"{state}: {reason}"
        self._failed.add(self._clock().at, 1)
        self._say(state, reason, wait)

    def _say(self, state: str, reason: str, wait: float = 0) -> None:
        """Keeps what a technician reads; written only when it changes: an idle box writes to its
        disk when it asks for reference data (``_pull``), and not at the steps between."""
        now = self._clock()
        try:
            with self._box.store.read() as tx:
                known = box_state.get(tx, STATE, {})
            if (known.get("state"), known.get("reason")) == (state, reason) and not wait:
                return
            status: dict[str, Any] = {"state": state, "reason": reason, "failures": self._failures}
            status["since"] = known.get("since") if known.get("state") == state else rfc3339(quarter_of(now.at))
            status["next_try_at"] = rfc3339(quarter_of(now.at + timedelta(seconds=wait)) + QUARTER) if wait else None
            with self._box.store.write() as tx:
                box_state.put(tx, STATE, status)
        except (CannotWrite, CannotRead) as error:
            log.error("the box's state could not be kept: %s", error)

    def _note_contact(self, delivered: int) -> None:
        contact, now = self._transport.last_contact, self._clock()
        with self._box.store.write() as tx:
            box_state.put(tx, "last_contact_at", rfc3339(quarter_of(now.at)))
            if delivered:
                box_state.put(tx, "last_delivery_at", rfc3339(quarter_of(now.at)))
            if contact and contact.district_time_ms is not None:
                learn(tx, now, contact.district_time_ms)
        if delivered:
            self._tell_quarter()
            self._delivered.add(now.at, delivered)

    def _tell_quarter(self) -> None:
        """Logs what a quarter of an hour brought once that is over. A try that fails is often the first after a press
        too, so it is told no sooner than a delivery."""
        now = self._clock().at
        if count := self._delivered.over(now):
            log.info("%d entries were delivered within a quarter of an hour", count)
        if count := self._failed.over(now):
            log.warning("tries that failed within a quarter of an hour: %d, the last one %s", count, self._last_reason)
