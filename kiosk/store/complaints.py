"""The kiosk's records of complaints: its own number, the texts, sealed statuses, and receipt numbers given out.

Nothing here was said by a citizen. No receipt number is stored, only what is derived from it
(``sync.protocol.receipt_lookup``).
"""

import binascii
from base64 import b64decode, b64encode
from datetime import date

from msgspec import Struct
from sqlalchemy import Connection, insert, or_, select

from kiosk.domain.reference import Officer, Reception, Wording
from kiosk.store import tables as t
from kiosk.store.prepared import Prepared
from sync.protocol.receipt_lookup import SALT_BYTES

_ENTRY_VERSION = Prepared(select(t.this_box.c.entry_version))


class BoxNumber(Struct, frozen=True):
    """``number`` begins receipts of 16 digits; ``public_url`` is empty while there is no page. ``salt``: 16 bytes, with
    which numbers of 20 digits are looked up; empty while the district has told none: then receipts have 16 digits.
    """

    number: int
    public_url: str = ""
    salt: bytes = b""


def box_number(tx: Connection, device_id: str) -> BoxNumber | None:
    """The number the district gave this device, or ``None``: then it can give out no receipt."""
    row = tx.execute(select(t.this_box).where(t.this_box.c.device_id == device_id)).first()
    return BoxNumber(row.box_number, row.public_url, _salt(row.receipt_salt)) if row else None


def entry_version(tx: Connection) -> int:
    """What the district can read, by its last snapshot (``kiosk.domain.reference.ThisBox``)."""
    found = _ENTRY_VERSION.run(tx)
    return int(found[0][0]) if found else 1


def question_days(tx: Connection) -> int:
    """Within how many working days a question is answered, by the last snapshot; 0 where the district takes none."""
    return int(tx.scalar(select(t.this_box.c.question_days)) or 0)


def _salt(text: str) -> bytes:
    """The salt, or nothing when it is no salt: a receipt of 16 digits is better than none."""
    try:
        salt = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return salt if len(salt) == SALT_BYTES else b""


def set_aside_at_district(tx: Connection, device_id: str) -> dict[str, int]:
    """How many of this device's entries the district cannot count, by reason, as its last snapshot said."""
    row = tx.execute(select(t.this_box.c.set_aside).where(t.this_box.c.device_id == device_id)).first()
    return dict(row.set_aside) if row and row.set_aside else {}


def keep_box_number(tx: Connection, device_id: str, number: BoxNumber) -> None:
    """Keeps the number that came with the enrolment, unless a snapshot already brought one."""
    if box_number(tx, device_id) is None:
        row = {"device_id": device_id, "box_number": number.number, "public_url": number.public_url}
        tx.execute(insert(t.this_box).values(row | {"receipt_salt": b64encode(number.salt).decode()}))


def was_given(tx: Connection, lookup_id: str) -> bool:
    """Whether this box has given out the number that became ``lookup_id``."""
    given = t.given_receipts.c.lookup_id
    return tx.execute(select(given).where(given == lookup_id)).first() is not None


def keep_given(tx: Connection, lookup_id: str) -> None:
    """Remembers that the number was given out; never when."""
    tx.execute(insert(t.given_receipts).values(lookup_id=lookup_id))


def closed_answer(tx: Connection, lookup_id: str) -> str | None:
    """How a complaint stands, closed, in base64; ``None`` when nothing has come for it."""
    row = t.complaint_answers.c
    found: str | None = tx.execute(select(row.closed).where(row.lookup_id == lookup_id)).scalar_one_or_none()
    return found


def reception_of(tx: Connection, chain: list[str]) -> Reception | None:
    """Where khiếu nại and tố cáo are handed in: the unit's own place, else the nearest one above it."""
    rows = {row.unit_id: row for row in tx.execute(select(t.receptions).where(t.receptions.c.unit_id.in_(chain)))}
    nearest = next((rows[unit_id] for unit_id in chain if unit_id in rows), None)
    return Reception(**nearest._mapping) if nearest else None


def wordings(tx: Connection) -> list[Wording]:
    """Every versioned text the district sent."""
    return [Wording(**row._mapping) for row in tx.execute(select(t.wordings))]


def portraits_of(tx: Connection, officers: list[Officer]) -> dict[str, bytes]:
    """The picture (JPEG) of each of the officers who has one, by number."""
    p = t.portraits.c
    numbers = [each.officer_number for each in officers]
    return {
        row.officer_number: row.picture for row in tx.execute(select(t.portraits).where(p.officer_number.in_(numbers)))
    }


def officers_of(tx: Connection, unit_id: str, today: date) -> list[Officer]:
    """The officers of a unit in force today, by post and number."""
    o = t.officers.c
    found = tx.execute(
        select(t.officers)
        .where(
            o.unit_id == unit_id,
            or_(o.valid_from.is_(None), o.valid_from <= today),
            or_(o.valid_to.is_(None), o.valid_to >= today),
        )
        .order_by(o.post, o.officer_number)
    )
    return [Officer(**row._mapping) for row in found]
