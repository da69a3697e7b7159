"""Officers' own PINs for the kiosks of their unit, as hashes: set, end, send again."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, select, update

from sync.district.store.engine import Connection
from sync.district.store.reference_tables import officer_pins
from sync.district.store.revisions import begin_revision
from sync.district.store.upsert import upsert

_P = officer_pins.c


def has_pin(connection: Connection, officer_number: str) -> bool:
    """Whether an officer has a PIN now."""
    wanted = select(_P.officer_number).where(_P.officer_number == officer_number, ~_P.removed)
    return connection.execute(wanted).first() is not None


def set_pin(connection: Connection, officer_number: str, pin_hash: str, at: datetime) -> None:
    """Gives an officer a PIN in place of any before; kiosks get it with their next snapshot. ``staff_id`` stays."""
    known = connection.scalar(select(_P.staff_id).where(_P.officer_number == officer_number))
    _write(connection, officer_number, known or secrets.token_hex(8), pin_hash, at)


def end_pin(connection: Connection, officer_number: str, at: datetime) -> bool:
    """Takes an officer's PIN away, its hash too; ``False`` when there is none."""
    known = connection.scalar(select(_P.staff_id).where(_P.officer_number == officer_number, ~_P.removed))
    if known is None:
        return False
    _write(connection, officer_number, known, "", at)
    return True


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
