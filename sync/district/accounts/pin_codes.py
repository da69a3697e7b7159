"""Let an officer who has no account set their own PIN: a one-time code on a printed slip. Nobody else knows the PIN.

The code works at the district's page alone, never at a kiosk: a kiosk that could set a PIN would hold what sets PINs,
and whoever takes its disk would have it.
"""

from datetime import datetime, timedelta

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.accounts.kiosk_pins import refuse_weak_pin
from sync.district.accounts.passwords import Passwords
from sync.district.accounts.sign_in import drawn_code, hash_of_code
from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.people import Role
from sync.district.domain.rights import signs_in_at_kiosks
from sync.district.store import accounts, audit, officer_pins, rosters
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.times import end_of, local_day

HOLDS = timedelta(days=3)
"""A code holds to the end of the third day, counted with the day on which it was made."""

LENGTH = 16
"""Letters of a code: 80 random bits. Guessing is hopeless even without the bound on how often a network may try."""


class PinCode(StructWithHidden, frozen=True):
    """A one-time code for an officer's PIN, and until when it holds. It is shown once and kept as a hash alone."""

    officer_number: str
    code: Hidden[str]
    expires_at: datetime

    @property
    def grouped(self) -> str:
        """The code as it is printed, in groups of four."""
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))


class BadCode(ValueError):
    """A code cannot be given or used; the value is the key of the text that says why."""


def give_code(engine: Engine, unit_id: str, officer_number: str, now: datetime, by: str) -> PinCode:
    """Gives an officer of a unit a code; one given before holds no more. Raises ``BadCode``: for somebody who does not
    serve there, and for one who has an account and sets their PIN themselves."""
    code, expires_at = drawn_code(LENGTH), end_of(local_day(now) + HOLDS - timedelta(days=1))
    with writing(engine) as connection:
        if not _serves(connection, officer_number, now, unit_id):
            raise BadCode("pin_code.not_serving")
        if has_own_way(connection, officer_number):
            raise BadCode("pin_code.has_account")
        officer_pins.add_code(connection, officer_number, hash_of_code(code), expires_at)
        _note(connection, officer_number, "code_given", now, by, unit_id)
    return PinCode(officer_number, code, expires_at)


def withdraw_code(engine: Engine, unit_id: str, officer_number: str, now: datetime, by: str) -> None:
    """Ends the code of an officer of a unit, if one holds."""
    with writing(engine) as connection:
        known = {each.officer_number for each in rosters.officers_of(connection, unit_id)}
        if officer_number in known and officer_pins.end_code(connection, officer_number):
            _note(connection, officer_number, "code_withdrawn", now, by, unit_id)


def end_pin_by_hand(engine: Engine, unit_id: str, officer_number: str, now: datetime, by: str) -> None:
    """Ends the PIN of an officer of a unit who has no account to end it in: a lost card, somebody who left."""
    with writing(engine) as connection:
        known = {each.officer_number for each in rosters.officers_of(connection, unit_id)}
        if officer_number in known and officer_pins.end_pin(connection, officer_number, now):
            _note(connection, officer_number, "pin_ended", now, by, unit_id)


def officer_of(engine: Engine, code: str, now: datetime) -> str | None:
    """Whose code this is, while it holds and they serve."""
    with reading(engine) as connection:
        number = officer_pins.coded(connection, hash_of_code(code), now)
        return number if number is not None and _serves(connection, number, now) else None


def set_pin_by_code(engine: Engine, passwords: Passwords, code: str, pin: str, now: datetime) -> str:
    """Sets the PIN of whom the code belongs to, and ends the code; returns their number. Raises ``BadCode``, or
    ``BadPin``, which leaves the code as it is."""
    number = officer_of(engine, code, now)
    if number is None:
        raise BadCode("pin_code.gone")
    refuse_weak_pin(pin, number)
    pin_hash = passwords.hash(pin)
    with writing(engine) as connection:
        if officer_pins.take_code(connection, hash_of_code(code), now) != number:
            raise BadCode("pin_code.gone")
        if has_own_way(connection, number) or not _serves(connection, number, now):
            raise BadCode("pin_code.gone")
        officer_pins.set_pin(connection, number, pin_hash, now)
        _note(connection, number, "pin", now, "", "")
    return number


def has_own_way(connection: Connection, officer_number: str) -> bool:
    """Whether an officer has an account in which they set their PIN themselves."""
    return any(
        user.officer_number == officer_number and not user.disabled and signs_in_at_kiosks(Role(user.role), "x")
        for user in accounts.all_users(connection)
    )


def _serves(connection: Connection, officer_number: str, now: datetime, unit_id: str = "") -> bool:
    """Whether an officer serves today, at this unit where one is given."""
    found = rosters.officer(connection, officer_number)
    return found is not None and found.serving.on(local_day(now)) and unit_id in ("", found.unit_id)


def _note(connection: Connection, officer_number: str, did: str, now: datetime, by: str, unit_id: str) -> None:
    detail = {"officer": officer_number, "did": did} | ({"unit": unit_id} if unit_id else {})
    audit.note(connection, AuditEntry(now, by, Audited.PIN, detail))
