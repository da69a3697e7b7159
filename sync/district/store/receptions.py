"""Where offices receive citizens, and who does now, for everybody to read."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict, replace
from sqlalchemy import and_, or_, select

from kiosk.domain.calendar import OfficeCalendar, hours_for, is_open
from kiosk.domain.reference import OpeningHours
from kiosk.domain.roster import RECEPTION, clock_of
from sync.district.domain.contact_place import ContactPlace
from sync.district.store.complaints import country_holidays
from sync.district.store.engine import Connection
from sync.district.store.imports import Origin, rows_by_key, unit_parents, write_rows
from sync.district.store.locks import Lock, hold
from sync.district.store.reference_tables import officers, opening_hours, receptions, units
from sync.district.store.roster_tables import reception_checks, shifts
from sync.district.store.upsert import upsert
from sync.district.times import VIETNAM, local_day


class OnDutyNow(Struct, frozen=True):
    """Who receives complaints at a unit now: their post, never a name, and the office's number there."""

    post: str
    phone: str


class Office(Struct, frozen=True):
    """A unit with its place for citizens. ``hours`` in the office's own words; empty for what nobody has said.
    ``on_duty``: ``None`` while nobody is known to be there, and outside the unit's opening hours."""

    unit_id: str
    unit: str
    name: str
    address: str
    phone: str
    hours: str
    on_duty: OnDutyNow | None = None
    checked_at: datetime | None = None


class Checked(Struct, frozen=True):
    """When somebody last found a unit's place to be right, and who."""

    at: datetime
    person: str


def places(connection: Connection) -> dict[str, ContactPlace]:
    """The own place of each unit that has one."""
    r = receptions.c
    rows = connection.execute(select(r.unit_id, r.name, r.address, r.phone, r.hours).where(~r.removed))
    return {unit_id: ContactPlace(*place) for unit_id, *place in rows}


def checks(connection: Connection) -> dict[str, Checked]:
    """The newest look at each unit's place."""
    return {unit_id: Checked(at, person) for unit_id, at, person in connection.execute(select(reception_checks))}


def write_place(connection: Connection, unit_id: str, place: ContactPlace, origin: Origin) -> bool:
    """Writes a unit's place as a new version, where it differs, and that it was looked at; whether it differed. Kiosks
    get it with their next snapshot."""
    hold(connection, Lock.REFERENCE)
    present = rows_by_key(connection, "receptions", [unit_id])
    row = asdict(place) | {"unit_id": unit_id, "removed": False}
    changed = present.get(unit_id) != row
    if changed:
        write_rows(connection, "receptions", [row], present, origin)
    upsert(connection, reception_checks, [{"unit_id": unit_id, "at": origin.at, "person": origin.person or ""}])
    return changed


def offices(connection: Connection, now: datetime) -> list[Office]:
    """Every unit of today that has a place of its own, by its name."""
    r, today = receptions.c, local_day(now)
    query = (
        select(r.unit_id, units.c.name, r.name, r.address, r.phone, r.hours)
        .join(units, units.c.unit_id == r.unit_id)
        .where(~r.removed, ~units.c.removed)
        .where(or_(units.c.valid_from.is_(None), units.c.valid_from <= today))
        .where(or_(units.c.valid_to.is_(None), units.c.valid_to >= today))
        .order_by(units.c.name)
    )
    found = [Office(*row) for row in connection.execute(query)]
    duty, looked = _on_duty(connection, now), checks(connection)
    there = _open(connection, duty, now) if duty else frozenset[str]()
    return [
        replace(
            each,
            on_duty=duty[each.unit_id] if each.unit_id in there else None,
            checked_at=looked[each.unit_id].at if each.unit_id in looked else None,
        )
        for each in found
    ]


def _on_duty(connection: Connection, now: datetime) -> dict[str, OnDutyNow]:
    """Whom the rosters name at this minute, by unit; somebody who has left is nobody."""
    s, o, day, clock = shifts.c, officers.c, local_day(now), clock_of(now.astimezone(VIETNAM))
    runs = and_(s.day == day, s.counter_id == RECEPTION, s.ended_revision.is_(None), s.start <= clock, s.until > clock)
    serves = and_(
        ~o.removed, or_(o.valid_from.is_(None), o.valid_from <= day), or_(o.valid_to.is_(None), o.valid_to >= day)
    )
    same = and_(o.officer_number == s.officer_number, o.unit_id == s.unit_id)
    rows = connection.execute(select(s.unit_id, o.post, s.phone).join_from(shifts, officers, same).where(runs, serves))
    return {unit_id: OnDutyNow(post, phone) for unit_id, post, phone in rows}


def _open(connection: Connection, unit_ids: Collection[str], now: datetime) -> frozenset[str]:
    """Those of these units that are not known to be closed."""
    h, parents, holidays = opening_hours.c, unit_parents(connection), country_holidays(connection)
    columns = [h[name] for name in OpeningHours.__struct_fields__]
    rows = [OpeningHours(*row) for row in connection.execute(select(*columns).where(~h.removed))]
    at = now.astimezone(VIETNAM).replace(tzinfo=None)
    found = set()
    for unit_id in unit_ids:
        chain, above = [unit_id], parents.get(unit_id)
        while above is not None and above not in chain:
            chain.append(above)
            above = parents.get(above)
        calendar = OfficeCalendar(hours_for(rows, chain, at.date()), holidays)
        if is_open(calendar, at) is not False:
            found.add(unit_id)
    return frozenset(found)
