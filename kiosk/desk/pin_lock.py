"""Count wrong staff PINs in the database, so that restarting the kiosk does not lift the lock."""

from typing import Any

import nacl.exceptions
import nacl.pwhash

from kiosk.clock import Moment
from kiosk.flow.state.lobby import MAX_PIN_TRIES, PIN_LOCK_SECONDS
from kiosk.flow.state.staff import PinTries
from kiosk.store import box_state

_NAME = "staff_pin"


def tries(tx: Any, moment: Moment) -> PinTries:
    """How many wrong PINs came in a row, and for how long none is taken yet. After a restart of the machine the lock
    begins anew with it: nobody knows how long it was off."""
    kept = box_state.get(tx, _NAME, {})
    if "locked_up_ms" not in kept:
        return PinTries(kept.get("failures", 0))
    since_ms = kept["locked_up_ms"] if kept["boot"] == moment.boot else 0
    return PinTries(0, max(0.0, PIN_LOCK_SECONDS - (moment.up_ms - since_ms) / 1000))


def note(tx: Any, moment: Moment, *, right: bool) -> None:
    """Keeps the outcome of one try."""
    failures = 0 if right else tries(tx, moment).failures + 1
    locked = {"boot": moment.boot, "locked_up_ms": moment.up_ms}
    box_state.put(tx, _NAME, locked if failures >= MAX_PIN_TRIES else {"failures": failures})


def is_right(pin_hash: str | None, pin: str) -> bool:
    """Whether the PIN is the one of this Argon2id hash; a counter without one opens to nobody."""
    if pin_hash is None:
        return False
    try:
        return nacl.pwhash.verify(pin_hash.encode(), pin.encode())
    except nacl.exceptions.InvalidkeyError:
        return False
