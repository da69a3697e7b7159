"""The use cases of counter staff: find who a card belongs to, sign in with a PIN, see one's own counter."""

import logging
from typing import Any

from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.clock import Moment
from kiosk.desk import pin_lock
from kiosk.desk.counter_view import view_of
from kiosk.desk.seat import roster_leaves_room, sits_until, takes_seat
from kiosk.domain.reference import Officer
from kiosk.flow.state.counter_view import CounterView, Signer
from kiosk.flow.state.effects import FindSigner
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.staff import PinRefused, SignerFound, SignerTrouble, SignerUnknown
from kiosk.store import reference
from kiosk.store import staff as store
from kiosk.store.engine import CannotRead, CannotWrite

log = logging.getLogger(__name__)


def find_signer(box: Box | None, wanted: FindSigner, moment: Moment) -> SignerFound | SignerUnknown:
    """Whose card this is, or whose number; with a counter, whoever knows its shared PIN."""
    nobody = SignerUnknown(SignerTrouble.NOBODY, wanted.text if wanted.scanned else "")
    if box is None:
        return nobody
    try:
        with box.store.read() as tx:
            if wanted.counter:
                signer = Signer(wanted.counter)
                return _found(tx, signer, _hash_of(tx, signer, moment), moment)
            officer = store.officer_by_card(tx, box.identity.unit_id, wanted.text, moment.day)
            return _signer(tx, box, officer, moment) if officer else nobody
    except CannotRead as error:
        log.error("the officers could not be read: %s", error)
        return nobody


def _signer(tx: Any, box: Box, officer: Officer, moment: Moment) -> SignerFound | SignerUnknown:
    counter = reference.counter(tx, officer.counter_id) if officer.counter_id else None
    if counter is None:
        return SignerUnknown(SignerTrouble.NO_COUNTER)
    pin = store.pin_of(tx, officer.officer_number)
    if pin is None:
        return SignerUnknown(SignerTrouble.NO_PIN)
    choice = CounterChoice(counter.counter_id, counter.name, counter.field)
    signer = Signer(choice, officer.officer_number)
    seats = takes_seat(box, signer) and roster_leaves_room(tx, box, officer.officer_number, moment)
    seats = seats and sits_until(tx, box, moment) is not None
    return replace(_found(tx, signer, pin.pin_hash, moment), seats=seats)


def _found(tx: Any, signer: Signer, pin_hash: str | None, moment: Moment) -> SignerFound:
    lock = pin_lock.lock_of(tx, pin_hash, moment)
    return SignerFound(signer, lock.seconds, lock.for_everybody)


def check_pin(box: Box, signer: Signer, pin: str, moment: Moment) -> CounterView | PinRefused:
    """The view when the PIN is right and no lock holds; the try is counted."""
    try:
        with box.store.read() as tx:
            pin_hash = _hash_of(tx, signer, moment)
            lock = pin_lock.lock_of(tx, pin_hash, moment)
        if lock.seconds > 0:
            return PinRefused(lock.seconds, lock.for_everybody)
        right = pin_lock.is_right(pin_hash, pin)
        with box.store.write() as tx:
            pin_lock.note(tx, pin_hash, moment, right=right)
            if not right:
                pin_lock.forget_others(tx, store.pin_hashes(tx))
            lock = pin_lock.lock_of(tx, pin_hash, moment)
        return view_of(box, signer, moment) if right else PinRefused(lock.seconds, lock.for_everybody)
    except CannotRead as error:
        log.error("the view of a counter could not be read: %s", error)
        return PinRefused()
    except CannotWrite as error:
        log.error("a try of a PIN could not be kept: %s", error)
        return PinRefused(pin_lock.FIRST_LOCK_S)  # a disk that cannot count tries lets nobody try


def whose(box: Box | None, signer: Signer) -> dict[str, str]:
    """How the ledger names who signs in: the counter, and of an officer an id that the district drew, never the number
    on their card."""
    named = {"counter": signer.counter.counter_id}
    if box is None or not signer.officer_number:
        return named
    try:
        with box.store.read() as tx:
            pin = store.pin_of(tx, signer.officer_number)
    except CannotRead as error:
        log.error("the id of an officer could not be read: %s", error)
        return named
    return named | {"staff_id": pin.staff_id} if pin else named


def _hash_of(tx: Any, signer: Signer, moment: Moment) -> str | None:
    """The hash that a PIN is compared with; ``None`` where none is taken."""
    if signer.officer_number:
        pin = store.pin_of(tx, signer.officer_number)
        return pin.pin_hash if pin else None
    counter_id = signer.counter.counter_id
    return reference.pin_hash(tx, counter_id) if store.shared_pin_counts(tx, counter_id, moment.day) else None
