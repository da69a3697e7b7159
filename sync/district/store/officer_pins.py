"""Officers' own PINs for the kiosks of their unit, as hashes: set, end, send again."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select, update

from sync.district.store.engine import Connection
from sync.district.store.people_tables import pin_codes
from sync.district.store.reference_tables import officer_pins
from sync.district.store.revisions import begin_revision
from sync.district.store.upsert import upsert

_P, _C = officer_pins.c, pin_codes.c


def has_pin(connection: Connection, officer_number: str) -> bool:
    """Whether an officer has a PIN now."""
    wanted = select(_P.officer_number).where(_P.officer_number == officer_number, ~_P.removed)
    return connection.execute(wanted).first() is not None


def set_pin(connection: Connection, officer_number: str, pin_hash: str, at: datetime) -> None:
    """Gives an officer a PIN in place of any before; kiosks get it with their next snapshot. ``staff_id`` stays."""
    known = connection.scalar(select(_P.staff_id).where(_P.officer_number == officer_number))
    end_code(connection, officer_number)
    _write(connection, officer_number, known or secrets.token_hex(8), pin_hash, at)


def end_pin(connection: Connection, officer_number: str, at: datetime) -> bool:
    """Takes an officer's PIN away, its hash too, and the code for a new one; ``False`` when there is no PIN."""
    end_code(connection, officer_number)
    known = connection.scalar(select(_P.staff_id).where(_P.officer_number == officer_number, ~_P.removed))
    if known is None:
        return False
    _write(connection, officer_number, known, "", at)
    return True


def add_code(connection: Connection, officer_number: str, code_hash: bytes, expires_at: datetime) -> None:
    """Keeps a one-time code for an officer's PIN; one given before holds no more."""
    end_code(connection, officer_number)
    values = {"officer_number": officer_number, "code_hash": code_hash, "expires_at": expires_at}
    connection.execute(insert(pin_codes).values(values))


def coded(connection: Connection, code_hash: bytes, now: datetime) -> str | None:
    """Whose code this is, while it holds."""
    wanted = select(_C.officer_number).where(_C.code_hash == code_hash, _C.expires_at > now)
    found: str | None = connection.scalar(wanted)
    return found


def take_code(connection: Connection, code_hash: bytes, now: datetime) -> str | None:
    """Ends a code and tells whose it was; of several that try at once, one is told."""
    gone = delete(pin_codes).where(_C.code_hash == code_hash, _C.expires_at > now).returning(_C.officer_number)
    found: str | None = connection.execute(gone).scalar_one_or_none()
    return found


def end_code(connection: Connection, officer_number: str) -> bool:
    """Ends an officer's code; ``False`` when there is none."""
    gone = delete(pin_codes).where(_C.officer_number == officer_number).returning(_C.officer_number)
    return connection.execute(gone).first() is not None


def codes_waiting(connection: Connection, now: datetime) -> dict[str, datetime]:
    """The officers for whom a code holds, and until when."""
    return {row[0]: row[1] for row in connection.execute(select(_C.officer_number, _C.expires_at)) if row[1] > now}


def officers_with_pins(connection: Connection) -> set[str]:
    """The officers who have a PIN now."""
    return set(connection.scalars(select(_P.officer_number).where(~_P.removed)))


def officers_by_staff_id(connection: Connection) -> dict[str, str]:
    """Whom the ledgers of kiosks mean: officer numbers by ``staff_id``, also of those whose PIN has ended."""
    return {row.staff_id: row.officer_number for row in connection.execute(select(_P.staff_id, _P.officer_number))}


def send_again(connection: Connection, officers: Iterable[str], revision: int) -> None:
    """Officers have changed, perhaps their unit: the kiosks at which they may sign in now get their PINs with this
    revision. (A kiosk lets go by itself of the PINs of those who left.)"""
    rows = [{"number": number} for number in officers]
    if rows:
        pins_of = update(officer_pins).where(_P.officer_number == bindparam("number"))
        connection.execute(pins_of.values(revision=revision), rows)


def _write(connection: Connection, officer_number: str, staff_id: str, pin_hash: str, at: datetime) -> None:
    revision = begin_revision(connection, "officer_pins", "", 1, at)
    row = {"officer_number": officer_number, "staff_id": staff_id, "pin_hash": pin_hash}
    upsert(connection, officer_pins, [row | {"revision": revision, "removed": not pin_hash}])
