"""Open the database, recovering it if it is damaged, and maintain it while it is in use.

``open_or_mend`` is how both processes open the box. ``Maintenance`` runs beside the agent: an hourly disk test, a
daily look at the file's structure, and forgetting what was delivered long ago.
"""

import json
import logging
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import asdict, replace

from kiosk.box import keys
from kiosk.box.box import Box, open_box
from kiosk.box.district_clock import corrected
from kiosk.box.facts import box_fact, seal_fact
from kiosk.box.recovery.backup import take_into_use
from kiosk.box.recovery.rescue import check, log_is_spoiled, rescue
from kiosk.box.recovery.salvage import Salvage
from kiosk.clock import Moment
from kiosk.domain.entry import EntryType
from kiosk.hardware import disk_health
from kiosk.hardware.mounts import unmounted
from kiosk.store import box_state, identity, ledger
from kiosk.store.engine import CannotOpen, CannotRead, CannotWrite, Damaged, Store
from kiosk.store.identity import Identity
from kiosk.store.migrations import migrate
from kiosk.store.pruning import prune
from sync.protocol.chain import Envelope
from sync.protocol.health import Level, judged_health
from sync.protocol.key_rotation import KeyRotation

log = logging.getLogger(__name__)

WHO = "identity.json"
CARD = "card"
HOUR, DAY = 3_600.0, 86_400.0


def open_or_mend(store: Store, key_folder: Path, clock: Callable[[], Moment]) -> Box | None:
    """The box, from its file or, when that is damaged or gone, from a new one with what could be saved.

    ``None`` when it was never enrolled. Raises ``NoKeys``, ``CannotOpen``, ``CannotRead`` or ``CannotWrite``; also
    when the folder's disk is not mounted, which looks like a box that was never enrolled.
    """
    store.look_again()
    if mount := unmounted(store.folder):
        raise CannotOpen(f"{mount} is not mounted, though /etc/fstab says so; run: mount {mount}")
    store.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = recalled(key_folder)
    try:
        store.damaged |= log_is_spoiled(store.folder)
        box = None if store.damaged else _opened(store, key_folder)
        if box is not None or (known is None and not store.damaged):
            return remembered(_put_right(box, known), key_folder)
        log.error("the box's file is damaged or does not name the box any more")
    except Damaged as error:
        log.error("the box's file is damaged: %s", error)
    mend(store.folder, known, key_folder, clock)
    store.damaged = False
    return remembered(_opened(store, key_folder), key_folder)


def mend(folder: Path, known: Identity | None, key_folder: Path, clock: Callable[[], Moment]) -> Salvage | None:
    """Set a damaged file aside and begin a new one in a new epoch that says why (``kiosk.box.recovery.rescue``)."""

    def declare(who: Identity, found: Salvage) -> Envelope:
        fact = box_fact(
            EntryType.GAP_DECLARED,
            clock(),
            reason="the box's file was damaged or gone",
            old_epoch=found.epoch,
            old_seq=found.seq,
            saved=len(found.pending),
            lost=found.lost,
        )
        return seal_fact(fact, who.sealing_public_key)

    found = rescue(folder, known, keys.load(key_folder), declare)
    if found is not None:
        log.error("%s is set aside; %d waiting entries were saved", found.file.name, len(found.pending))
    return found


def restore_backup(folder: Path, backup: Path, key_folder: Path, clock: Callable[[], Moment]) -> Salvage:
    """Goes on from a backup where the file is gone or damaged. Raises ``NotRestored``, ``NoKeys``, ``CannotWrite``."""

    def declare(who: Identity, found: Salvage) -> Envelope:
        details = {"reason": "restored from a backup", "old_epoch": found.epoch, "old_seq": found.seq}
        return seal_fact(box_fact(EntryType.GAP_DECLARED, clock(), **details), who.sealing_public_key)

    loaded = keys.load(key_folder)
    found = take_into_use(folder, backup, loaded, recalled(key_folder), declare)
    store = Store(folder)
    remembered(open_box(store, lambda: loaded), key_folder)
    store.close()
    return found


class Maintenance:
    """``tick`` as often as you like; it does something once an hour and once a day."""

    def __init__(
        self, box: Box, keep_days: int, clock: Callable[[], Moment], monotonic: Callable[[], float], power: Path
    ) -> None:
        self._box, self._keep_days = box, keep_days
        self._clock, self._monotonic, self._power = clock, monotonic, power
        self._next_test = self._next_look = monotonic()
        self._health = disk_health.DiskHealth()
        self._loaded = False

    def tick(self) -> None:
        """One step. Raises ``Damaged`` when the file's structure is not sound: open the box again."""
        now = self._monotonic()
        if now >= self._next_test:
            self._next_test = now + HOUR
            self._test_disk()
        if now >= self._next_look:
            check(self._box.store)
            if not self._prune():
                self._next_look = now + DAY

    def _test_disk(self) -> None:
        store = self._box.store
        try:
            if not self._loaded:
                with store.read() as tx:
                    self._health = disk_health.DiskHealth.from_json(box_state.get(tx, CARD, {}))
                self._loaded = True
            before = self._health
            self._health = before.after(disk_health.examine(store.folder), disk_health.wear_percent(self._power))
            with store.write() as tx:
                box_state.put(tx, CARD, asdict(self._health))
                self._note_card(tx, before)
        except (CannotRead, CannotWrite) as error:
            log.error("the test of the disk could not be noted: %s", error)

    def _note_card(self, tx: Any, before: disk_health.DiskHealth) -> None:
        """Appends a fact when the disk is judged otherwise than before; a first test that finds it well is none."""
        was, now = (judged_health({CARD: health.report()})[CARD] for health in (before, self._health))
        if was.word == now.word or (now.level is Level.OK and not before.tests):
            return
        kind = EntryType.DEVICE_BACK if now.level is Level.OK else EntryType.DEVICE_FAILED
        details = {} if now.level is Level.OK else {"reason": now.word}
        fact = box_fact(kind, corrected(tx, self._clock()), device=CARD, **details)
        envelope = seal_fact(fact, self._box.identity.sealing_public_key)
        ledger.append(tx, self._box.identity.device_id, [envelope], self._box.keys.device)

    def _prune(self) -> bool:
        try:
            with self._box.store.write() as tx:
                before = corrected(tx, self._clock()).day - timedelta(days=self._keep_days)
                gone = prune(tx, before)
        except CannotWrite as error:
            log.error("delivered entries could not be forgotten: %s", error)
            return False
        if gone:
            log.info("%d delivered entries from before %s were forgotten", gone, before)
        return bool(gone)


def _opened(store: Store, key_folder: Path) -> Box | None:
    migrate(store)
    return open_box(store, lambda: keys.load(key_folder))


def _put_right(box: Box | None, known: Identity | None) -> Box | None:
    """The box as the note beside its keys knows it, where its file says otherwise for no reason there is: one changed
    byte of the sealing key, and nobody could ever open what is sealed to it."""
    if box is not None:
        _note_former_keys(box)
    if box is None or known is None or box.identity == known:
        return box
    if box.identity.enrolled_at != known.enrolled_at or box.identity.is_newer_than(known):
        return box
    log.error("the file was changed in what it says of the box; the note beside its keys goes")
    with box.store.write() as tx:
        identity.keep(tx, known)
    return replace(box, identity=known)


def _note_former_keys(box: Box) -> None:
    """A file of before a roll does not know that the key which signed its heads gave way to the one in force."""
    noted = keys.former_keys(box.keys.folder)
    if noted:
        with box.store.write() as tx:
            for former, following, token_hash, signature in noted:
                rotation = KeyRotation(box.identity.device_id, following, token_hash, signature, b"")
                identity.keep_former_key(tx, former, rotation)


def remembered(box: Box | None, key_folder: Path) -> Box | None:
    """Keeps who the box is beside its keys, so that a lost file does not take that along."""
    if box is not None and recalled(key_folder) != box.identity:
        values = {
            name: b64encode(value).decode() if isinstance(value, bytes) else value
            for name, value in asdict(box.identity).items()
        }
        keys.write_secret(key_folder / WHO, json.dumps(values).encode())
    return box


def recalled(key_folder: Path) -> Identity | None:
    """Who the box is by the note beside its keys; ``None`` before enrolment."""
    try:
        values = json.loads((key_folder / WHO).read_bytes())
        for name in ("sealing_public_key", "receipt_public_key"):
            values[name] = b64decode(values[name])
        return Identity(**values)
    except (OSError, ValueError, TypeError, KeyError):
        return None
