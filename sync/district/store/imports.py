"""Store imported reference data: what is known already, and one import as one revision."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Table, bindparam, insert, or_, select, update

from kiosk.domain.reference import KINDS
from sync.district.domain.reference_history import holds_from
from sync.district.store.apologies import with_given_apologies
from sync.district.store.complaint_subjects import add_from_import
from sync.district.store.places import keep_former_places
from sync.district.store.reference_tables import holidays, officers, questionnaires, reference, units, wordings
from sync.district.store.reference_versions import held_from, keep_versions
from sync.district.store.revisions import begin_revision
from sync.district.store.rollups import add_units, move_dossiers, move_procedures
from sync.district.store.upsert import upsert
from sync.district.times import local_day

IMPORTED: Mapping[str, Table] = {name: reference[name] for name, kind in KINDS.items() if kind.from_file}
_KEYS_AT_ONCE = 500
_ROWS_AT_ONCE = 5_000  # a list of a hundred thousand dossiers in little memory


def rows_by_key(connection: Connection, kind: str, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Those of the rows that are there, by key, without ``revision``; removed ones too."""
    table = IMPORTED[kind]
    columns = [column for column in table.columns if column.name != "revision"]
    key = next(iter(table.primary_key))
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        wanted = select(*columns).where(key.in_(keys[start : start + _KEYS_AT_ONCE]))
        found |= {row[key.name]: dict(row) for row in connection.execute(wanted).mappings()}
    return found


def names_by_id(connection: Connection, kind: str) -> dict[str, str]:
    """The names of the units, counters or procedures that are there."""
    table = IMPORTED[kind]
    key = next(iter(table.primary_key))
    found = connection.execute(select(key, table.c.name).where(table.c.removed.is_(False)))
    return {row[0]: row[1] for row in found}


def officer_numbers(connection: Connection) -> frozenset[str]:
    """The numbers of the officers that are there."""
    number = officers.c.officer_number
    return frozenset(connection.scalars(select(number).where(officers.c.removed.is_(False))))


def unit_parents(connection: Connection) -> dict[str, str | None]:
    """The superior of each unit."""
    return {row[0]: row[1] for row in connection.execute(select(units.c.unit_id, units.c.parent_id))}


def unit_successors(connection: Connection) -> dict[str, str]:
    """The unit that took over from each that has one."""
    taken_over = units.c.successor_id.is_not(None)
    return {
        row[0]: row[1] for row in connection.execute(select(units.c.unit_id, units.c.successor_id).where(taken_over))
    }


def open_rows(connection: Connection, kind: str, day: date) -> dict[str, dict[str, Any]]:
    """The rows, by key, that are there and whose end has not come by ``day``."""
    table = IMPORTED[kind]
    columns = [column for column in table.columns if column.name != "revision"]
    wanted = select(*columns).where(table.c.removed.is_(False))
    if "valid_to" in table.c:
        wanted = wanted.where(or_(table.c.valid_to.is_(None), table.c.valid_to >= day))
    key = next(iter(table.primary_key)).name
    return {row[key]: dict(row) for row in connection.execute(wanted).mappings()}


class Origin(Struct, frozen=True):
    """Where a change comes from. ``file_name`` is empty for a command. ``holds_from``: the day somebody gave, from
    which all of it holds. ``undoes``: the revision it takes back."""

    file_name: str
    at: datetime
    person: str | None = None
    reason: str | None = None
    holds_from: date | None = None
    undoes: int | None = None


def write_rows(
    connection: Connection,
    kind: str,
    rows: Sequence[Mapping[str, Any]],
    present: Mapping[str, Mapping[str, Any]],
    origin: Origin,
) -> int:
    """Writes whole rows, new or changed, as one new revision, and keeps what they were. ``present`` are the rows that
    are there already, by key."""
    table = IMPORTED[kind]
    key = next(iter(table.primary_key))
    if kind == "dossiers":
        rows = with_given_apologies(connection, rows)
    revision = begin_revision(
        connection,
        kind,
        origin.file_name,
        len(rows),
        origin.at,
        person=origin.person,
        reason=origin.reason,
        undoes=origin.undoes,
    )
    keep_former_places(connection, kind, rows)
    days = _days(connection, kind, rows, present, origin)
    others: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns if column is not key}
    change = update(table).where(key == bindparam("wanted")).values(others)
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        some = rows[start : start + _ROWS_AT_ONCE]
        new = [{**row, "revision": revision} for row in some if row[key.name] not in present]
        changed = [
            {"wanted" if name == key.name else name: value for name, value in row.items()} | {"revision": revision}
            for row in some
            if row[key.name] in present
        ]
        if new:
            connection.execute(insert(table), new)
        if changed:
            connection.execute(change, changed)
        if origin.undoes is None:
            keep_versions(connection, kind, some, days, revision)
    add_from_import(connection, kind, rows, origin.at)
    keep_rollups(connection, kind, rows, present)
    return revision


def keep_rollups(
    connection: Connection, kind: str, rows: Sequence[Mapping[str, Any]], present: Mapping[str, Mapping[str, Any]]
) -> None:
    """Lets the roll-ups follow rows that were written. ``present`` are those that were there before, by key."""
    if kind == "dossiers":
        move_dossiers(connection, rows, present)
    elif kind == "procedures":
        move_procedures(connection, rows, present)
    elif kind == "units" and (new := {row["unit_id"] for row in rows} - present.keys()):
        add_units(connection, new)


def _days(
    connection: Connection,
    kind: str,
    rows: Sequence[Mapping[str, Any]],
    present: Mapping[str, Mapping[str, Any]],
    origin: Origin,
) -> dict[str, date | None]:
    """From which day each row holds."""
    key, today = next(iter(IMPORTED[kind].primary_key)).name, local_day(origin.at)
    held = held_from(connection, kind, present.keys()) if "valid_to" in IMPORTED[kind].c else {}
    return {
        row[key]: holds_from(
            present.get(row[key]), row, held_from=held.get(row[key]), given_day=origin.holds_from, today=today
        )
        for row in rows
    }


def questionnaire_content(connection: Connection, questionnaire_id: str, version: int) -> dict[str, Any] | None:
    """A published version, or ``None``."""
    table = questionnaires
    wanted = (table.c.questionnaire_id == questionnaire_id) & (table.c.version == version)
    content = connection.scalar(select(table.c.content).where(wanted))
    return None if content is None else dict(content)


def write_questionnaire(
    connection: Connection, questionnaire_id: str, version: int, content: dict[str, Any], file_name: str, now: datetime
) -> int:
    """Publishes a version. It is never changed afterwards: answers name it."""
    revision = begin_revision(connection, "questionnaires", file_name, 1, now)
    values = {"questionnaire_id": questionnaire_id, "version": version, "content": content}
    connection.execute(insert(questionnaires).values(**values, revision=revision, removed=False))
    return revision


def holidays_content(connection: Connection, year: int) -> dict[str, Any] | None:
    """A year's list as it now is, or ``None``."""
    content = connection.scalar(select(holidays.c.content).where(holidays.c.year == year))
    return None if content is None else dict(content)


def holiday_lists(connection: Connection) -> dict[int, dict[str, Any]]:
    """Every year's list, by its year."""
    rows = connection.execute(select(holidays.c.year, holidays.c.content).where(holidays.c.removed.is_(False)))
    return {year: dict(content) for year, content in rows}


def write_holidays(
    connection: Connection,
    year: int,
    content: dict[str, Any],
    file_name: str,
    now: datetime,
    person: str | None = None,
    reason: str | None = None,
) -> int:
    """Replaces a year's list: exchanged days are announced late, and corrected."""
    revision = begin_revision(connection, "holidays", file_name, 1, now, person=person, reason=reason)
    upsert(connection, holidays, [{"year": year, "content": content, "revision": revision, "removed": False}])
    return revision


def wording_row(connection: Connection, wording_id: str) -> dict[str, Any] | None:
    """A wording as it was imported, or ``None``."""
    table = wordings
    columns = [column for column in table.columns if column.name not in ("revision", "removed")]
    row = connection.execute(select(*columns).where(table.c.wording_id == wording_id)).mappings().first()
    return None if row is None else dict(row)


def write_wording(connection: Connection, row: Mapping[str, Any], file_name: str, now: datetime) -> int:
    """Publishes a wording, or changes from when to when it is in force. Its words are never changed: entries name
    the version under which they were made."""
    revision = begin_revision(connection, "wordings", file_name, 1, now)
    upsert(connection, wordings, [{**row, "revision": revision, "removed": False}])
    return revision
