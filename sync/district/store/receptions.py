"""Where offices receive citizens, for everybody to read."""

from datetime import date

from msgspec import Struct
from sqlalchemy import or_, select

from sync.district.store.engine import Connection
from sync.district.store.reference_tables import receptions, units


class Office(Struct, frozen=True):
    """A unit with its place for citizens. ``hours`` in the office's own words; empty for what nobody has said."""

    unit_id: str
    unit: str
    name: str
    address: str
    phone: str
    hours: str


def offices(connection: Connection, today: date) -> list[Office]:
    """Every unit of today that has a place of its own, by its name."""
    r = receptions.c
    query = (
        select(r.unit_id, units.c.name, r.name, r.address, r.phone, r.hours)
        .join(units, units.c.unit_id == r.unit_id)
        .where(~r.removed, ~units.c.removed)
        .where(or_(units.c.valid_from.is_(None), units.c.valid_from <= today))
        .where(or_(units.c.valid_to.is_(None), units.c.valid_to >= today))
        .order_by(units.c.name)
    )
    return [Office(*row) for row in connection.execute(query)]
