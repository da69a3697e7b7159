"""Apply updates that the district's signature alone proves: a newer sealing key, another place, portraits, notes to
counters; and rotate the kiosk's own key.
"""

import base64
import binascii
import hashlib
import logging
from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from kiosk.box import keys
from kiosk.box.box import Box
from kiosk.domain.reference import CounterNotesRow, Portrait
from kiosk.store import box_state, identity
from kiosk.store.box_state import ROTATION_WANTED
from kiosk.store.identity import Identity
from sync.protocol.chain import (
    counter_notes_are_signed,
    placement_is_signed,
    portrait_is_signed,
    sealing_key_is_signed,
)
from sync.protocol.key_rotation import KeyRotation
from sync.protocol.snapshot import Change, Placement, SealingKey

log = logging.getLogger(__name__)


def take_sealing_key(tx: Any, who: Identity, offered: SealingKey | None) -> Identity:
    """The identity with the newer sealing key, kept; the same when there is none, or it is not our district's word."""
    if offered is None or offered.number <= who.sealing_number:
        return who
    if not sealing_key_is_signed(offered.number, offered.public_key, offered.signature, who.receipt_public_key):
        log.error("sealing key %d is not signed by our district; the present one stays", offered.number)
        return who
    renewed = replace(who, sealing_public_key=offered.public_key, sealing_number=offered.number)
    identity.keep(tx, renewed)
    log.info("entries are sealed to the district's key %d from now on", offered.number)
    return renewed


def take_placement(tx: Any, who: Identity, placement: Placement | None) -> Identity:
    """The identity with where the kiosk stands now, kept; the same when it was not moved, or that is not our district's
    word."""
    if placement is None or placement.moves <= who.moves:
        return who
    place = (who.device_id, placement.moves, placement.unit_id, placement.counter_id)
    if not placement_is_signed(*place, placement.signature, who.receipt_public_key):
        log.error("move %d is not signed by our district; the kiosk stays where it is", placement.moves)
        return who
    moved = replace(who, unit_id=placement.unit_id, counter_id=placement.counter_id, moves=placement.moves)
    identity.keep(tx, moved)
    log.warning("the kiosk was moved: unit %s, counter %s", placement.unit_id, placement.counter_id or "-")
    return moved


def without_unproved(changes: Iterable[Change], receipt_public_key: bytes) -> list[Change]:
    """The changes but for the portraits and the notes to counters that our district has not signed: nobody may put one
    face for another, nor words into a citizen's mouth."""
    kept = []
    for change in changes:
        if not change.removed and not _is_signed(change.row, receipt_public_key):
            log.error("a row of %s is not signed by our district and is not shown", type(change.row).__name__)
            continue
        kept.append(change)
    return kept


def _is_signed(row: Any, receipt_public_key: bytes) -> bool:
    """Whether a row holds, of those that are signed one by one; every other is no worse than its page."""
    if not isinstance(row, (Portrait, CounterNotesRow)):
        return True
    try:
        signature = base64.b64decode(row.signature, validate=True)
        if isinstance(row, CounterNotesRow):
            return counter_notes_are_signed(row.counter_id, row.content, signature, receipt_public_key)
        picture = base64.b64decode(row.picture, validate=True)
    except (binascii.Error, ValueError, TypeError):
        return False
    return portrait_is_signed(row.officer_number, picture, signature, receipt_public_key)


def is_rotation_begun(box: Box) -> bool:
    """Whether a roll was begun and not finished: perhaps the district knows the new key alone, so this comes first."""
    return (box.keys.folder / keys.NEXT).exists()


def is_rotation_wanted(box: Box) -> bool:
    """Whether a technician asked for a new device key."""
    with box.store.read() as tx:
        return bool(box_state.get(tx, ROTATION_WANTED, False))


def rotate_key(box: Box, tell: Callable[[KeyRotation], None]) -> Box:
    """Gives the box a new device key and token once the district has taken them; ``tell`` raises when it has not.

    The next key is on the disk before anybody is told, so that a lost answer or a power cut only means asking again.
    """
    folder, old = box.keys.folder, box.keys.device
    begun = keys.begin_rotation(folder)
    rotation = KeyRotation.make(
        box.identity.device_id, old, begun.device, hashlib.sha256(begun.token.encode()).digest()
    )
    tell(rotation)
    former = bytes(old.verify_key)
    if former != rotation.public_key:
        keys.note_former_key(folder, former, rotation.public_key, rotation.token_hash, rotation.signature)
    with box.store.write() as tx:
        if former != rotation.public_key:
            identity.keep_former_key(tx, former, rotation)
        box_state.put(tx, ROTATION_WANTED, False)
    keys.finish_rotation(folder)
    log.info("the device key was rolled")
    return replace(box, keys=keys.load(folder))
