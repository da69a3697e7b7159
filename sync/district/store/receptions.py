"""Where offices receive citizens, for everybody to read."""

from msgspec import Struct
from sqlalchemy import select

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


def offices(connection: Connection) -> list[Office]:
    """Every unit that has a place of its own, by its name."""
    r = receptions.c
    query = (
        select(r.unit_id, units.c.name, r.name, r.address, r.phone, r.hours)
        .join(units, units.c.unit_id == r.unit_id)
        .where(~r.removed, ~units.c.removed)
        .order_by(units.c.name)
    )
    return [Office(*row) for row in connection.execute(query)]
