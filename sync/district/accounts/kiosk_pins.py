"""An officer's own PIN for the kiosks of their unit. Only they set it; the district and the kiosks keep a slow hash."""

from datetime import datetime

from sync.district.accounts.passwords import Passwords
from sync.district.accounts.sign_in import Refused, note_try
from sync.district.accounts.users import end_pin_of, known_user, note_change
from sync.district.domain.people import SignedIn
from sync.district.domain.rights import signs_in_at_kiosks
from sync.district.domain.weak_password import is_weak_pin
from sync.district.store import accounts as store
from sync.district.store import officer_pins
from sync.district.store.engine import Engine, writing

LENGTH = 6
"""Digits of a PIN. A stolen disk can be tried in about a day; what it would open are released figures and the codes of
dossiers that are due, nothing a citizen said."""


class BadPin(ValueError):
    """The PIN cannot be used; the value is the key of the text that says why."""


def refuse_weak_pin(pin: str, officer_number: str) -> None:
    """Raises ``BadPin`` for one that is not six digits, or among the first that are guessed."""
    if len(pin) != LENGTH or not (pin.isascii() and pin.isdigit()):
        raise BadPin("own_account.pin_digits")
    if is_weak_pin(pin, officer_number):
        raise BadPin("own_account.pin_common")


def set_own_pin(
    engine: Engine, passwords: Passwords, who: SignedIn, now_is: str, pin: str, now: datetime, network: str = ""
) -> None:
    """Somebody sets their own PIN, and types their password for it. Raises ``BadPin``, and ``Refused`` or ``Locked``
    like signing in: a session left open is no place to take a kiosk's PIN over."""
    name, number = who.user_name, who.officer_number
    if number is None or not signs_in_at_kiosks(who.role, number):
        raise BadPin("own_account.pin_no_officer")
    refuse_weak_pin(pin, number)
    noted, user = note_try(engine, name, now, network)
    if user is None or not passwords.check(user.password_hash, now_is):
        raise Refused
    pin_hash = passwords.hash(pin)
    with writing(engine) as connection:
        store.hold_user(connection, name)
        present = known_user(connection, name)
        if present.disabled or present.password_hash != user.password_hash or present.officer_number != number:
            raise Refused  # shut out, reset or moved meanwhile
        officer_pins.set_pin(connection, number, pin_hash, now)
        store.mark_succeeded(connection, noted)
        note_change(connection, name, "pin", name, now)


def end_own_pin(engine: Engine, user_name: str, now: datetime) -> None:
    """Somebody takes their own PIN away: kiosks no longer let them in."""
    with writing(engine) as connection:
        user = store.user(connection, user_name)
        if user is not None:
            end_pin_of(connection, user, now, user_name)
