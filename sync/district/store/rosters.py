"""Duty rosters in the database: what stands, what is changed, and every change there was."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import and_, func, insert, or_, select, update

from kiosk.domain.roster import DutyShift
from sync.district.domain.roster_rules import Serving, UnitPeople
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.imports import Origin
from sync.district.store.reference_tables import counters, officers, opening_hours, revisions
from sync.district.store.revisions import begin_revision
from sync.district.store.roster_tables import shifts as table

ROSTER = "roster"
"""How revisions and imports name a change of a roster."""
_S, _V = table.c, revisions.c
_COLUMNS = tuple(_S[name] for name in DutyShift.__struct_fields__)


class RosterOfficer(Struct, frozen=True):
    """An officer of a unit, by number and post."""

    officer_number: str
    post: str
    serving: Serving
    unit_id: str = ""


class RosterChange(Struct, frozen=True):
    """A shift that was put down or ended, when and by whom. ``file_name`` is empty for what was done on the page."""

    shift: DutyShift
    ended: bool
    at: datetime
    person: str
    file_name: str


def shifts_of(connection: Connection, unit_id: str, first: date, last: date) -> list[DutyShift]:
    """The shifts of a unit that stand, from one day to another, both included."""
    wanted = and_(_S.unit_id == unit_id, _S.day.between(first, last), _S.ended_revision.is_(None))
    rows = connection.execute(select(*_COLUMNS).where(wanted).order_by(_S.day, _S.counter_id, _S.start))
    return [DutyShift(*row) for row in rows]


def has_roster(connection: Connection, unit_id: str) -> bool:
    """Whether a unit ever had a shift."""
    return connection.execute(select(_S.shift_id).where(_S.unit_id == unit_id).limit(1)).first() is not None


def newest_change(connection: Connection, unit_id: str) -> int:
    """The revision of the last change of a unit's roster; 0 before the first."""
    newest = select(func.max(_S.revision), func.max(_S.ended_revision)).where(_S.unit_id == unit_id)
    return max(each or 0 for each in connection.execute(newest).one())


def write_shifts(
    connection: Connection, unit_id: str, ended: Sequence[DutyShift], new: Sequence[DutyShift], origin: Origin
) -> int:
    """Ends some shifts and puts down others, as one revision; returns it."""
    rows = len(ended) + len(new)
    revision = begin_revision(
        connection, ROSTER, origin.file_name, rows, origin.at, person=origin.person, reason=origin.reason
    )
    for each in ended:
        key = {name: value for name, value in asdict(each).items() if name != "phone"}
        this = and_(_S.unit_id == unit_id, *(_S[name] == value for name, value in key.items()))
        connection.execute(update(table).where(this, _S.ended_revision.is_(None)).values(ended_revision=revision))
    if new:
        added = [asdict(each) | {"unit_id": unit_id, "revision": revision} for each in new]
        connection.execute(insert(table), added)
    return revision


def changes_of(connection: Connection, unit_id: str, first: date, last: date, most: int) -> list[RosterChange]:
    """What was changed of a unit's roster for these days, the newest first."""
    found = []
    for column, ended in ((_S.revision, False), (_S.ended_revision, True)):
        made = select(*_COLUMNS, _V.made_at, _V.person, _V.file_name, _V.revision).join_from(
            table, revisions, column == _V.revision
        )
        wanted = made.where(_S.unit_id == unit_id, _S.day.between(first, last))
        rows = connection.execute(wanted.order_by(_V.revision.desc(), _S.shift_id).limit(most))
        found += [(row[-1], RosterChange(DutyShift(*row[:6]), ended, row[6], row[7] or "", row[8])) for row in rows]
    return [change for _, change in sorted(found, key=lambda each: (-each[0], not each[1].ended))][:most]


def people_of(connection: Connection, unit_id: str) -> UnitPeople:
    """Who and what of a unit may stand on its roster."""
    c = counters.c
    rows = connection.execute(select(c.counter_id, c.valid_from, c.valid_to).where(c.unit_id == unit_id, ~c.removed))
    found = {row[0]: Serving(row[1], row[2]) for row in rows}
    return UnitPeople(found, {each.officer_number: each.serving for each in officers_of(connection, unit_id)})


def officers_of(connection: Connection, unit_id: str) -> list[RosterOfficer]:
    """The officers of a unit, also those who left, by number."""
    o = officers.c
    wanted = select(o.officer_number, o.post, o.valid_from, o.valid_to).where(o.unit_id == unit_id, ~o.removed)
    return [
        RosterOfficer(row[0], row[1], Serving(row[2], row[3]))
        for row in connection.execute(wanted.order_by(o.officer_number))
    ]


def units_of_counters(connection: Connection) -> dict[str, str]:
    """The unit of each counter that is there."""
    c = counters.c
    return {row[0]: row[1] for row in connection.execute(select(c.counter_id, c.unit_id).where(~c.removed))}


def officer(connection: Connection, officer_number: str) -> RosterOfficer | None:
    """One officer, wherever they serve."""
    o = officers.c
    wanted = select(o.officer_number, o.post, o.valid_from, o.valid_to, o.unit_id)
    row = connection.execute(wanted.where(o.officer_number == officer_number, ~o.removed)).first()
    return None if row is None else RosterOfficer(row[0], row[1], Serving(row[2], row[3]), row[4])


def counters_of(connection: Connection, unit_id: str, first: date, last: date) -> list[tuple[str, str]]:
    """The counters of a unit that are there on some of the days: id and name, by id."""
    c = counters.c
    there = and_(or_(c.valid_from.is_(None), c.valid_from <= last), or_(c.valid_to.is_(None), c.valid_to >= first))
    wanted = select(c.counter_id, c.name).where(c.unit_id == unit_id, ~c.removed, there)
    return [(row[0], row[1]) for row in connection.execute(wanted.order_by(c.counter_id))]


def units_with_counters(connection: Connection) -> list[str]:
    """The units that have counters, by id."""
    return sorted(set(units_of_counters(connection).values()))


def units_with_officers(connection: Connection) -> set[str]:
    """The units at which officers are listed."""
    return set(connection.scalars(select(officers.c.unit_id).where(~officers.c.removed)))


def opens_at_weekends(connection: Connection, unit_id: str) -> set[int]:
    """On which days of the weekend a unit's own hours say that it is open: 5 for Saturday, 6 for Sunday."""
    h = opening_hours.c
    rows = connection.execute(select(h.weekdays).where(h.unit_id == unit_id, ~h.removed)).scalars()
    return {int(day) - 1 for weekdays in rows for day in weekdays if day in "67"}


def shifts_at(
    connection: Connection, counter_ids: Collection[str], first: date, last: date
) -> dict[tuple[str, str], list[DutyShift]]:
    """The shifts that stand at some counters from one day to another, by unit and counter."""
    found: dict[tuple[str, str], list[DutyShift]] = {}
    for wanted in among(connection, _S.counter_id, set(counter_ids)):
        days = and_(_S.day.between(first, last), _S.ended_revision.is_(None))
        for unit_id, *row in connection.execute(select(_S.unit_id, *_COLUMNS).where(wanted, days)):
            found.setdefault((unit_id, row[0]), []).append(DutyShift(*row))
    return found
