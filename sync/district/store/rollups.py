"""Keep the roll-ups of ``rollup_tables``: in the transaction that writes what they sum up, never later.

A roll-up that an older release has not kept is filled for the first time a piece at a time (``fill_some``). Until it is
whole, what lies beyond the last piece is left to the pieces that follow, and figures are read without it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Table, and_, bindparam, delete, func, insert, select, update

from sync.district.domain.dossier_cells import DossierCell, FieldCell, cells_of, field_cells_of
from sync.district.domain.work import DIVIDED_BY
from sync.district.store.among import among
from sync.district.store.engine import STREAMED, Connection, Engine, reading, writing
from sync.district.store.locks import Lock, hold
from sync.district.store.reference_tables import dossiers, procedures, units
from sync.district.store.release_tables import (
    COUNTED_ON,
    DATED_GROUPS,
    MAX_FIELD,
    released_counts,
    released_groups,
)
from sync.district.store.rollup_tables import (
    cuts_by_day,
    cuts_by_month,
    dossier_fields_by_day,
    dossier_fields_by_month,
    dossiers_by_day,
    dossiers_by_month,
    released_by_day,
    released_by_month,
    rollup_fills,
)
from sync.district.store.upsert import add_up

AT_ONCE = 20_000
"""Groups or dossiers of one piece: less than a second, in which nothing else is written on SQLite."""
_G = released_groups.c
_UP_TO = select(rollup_fills.c.up_to).where(rollup_fills.c.name == bindparam("rollup"))
_DOSSIER = tuple(
    dossiers.c[name]
    for name in (
        *("dossier_code", "counter_id", "procedure_id", "removed", "received_on", "due_on", "returned_on"),
        *("due_time", "returned_time"),
    )
)


class Rollup(StrEnum):
    """What is summed up. The values stand in the database."""

    RELEASED = "released"
    DOSSIERS = "dossiers"
    FIELDS = "fields"


_OF_GROUPS = (released_by_day, released_by_month, cuts_by_day, cuts_by_month)
_OF_DOSSIERS = (dossiers_by_day, dossiers_by_month, dossier_fields_by_day, dossier_fields_by_month)
_LOCKS = {Rollup.RELEASED: Lock.PROJECTION, Rollup.DOSSIERS: Lock.REFERENCE, Rollup.FIELDS: Lock.REFERENCE}


class ReleasedCell(NamedTuple):
    """One number of a roll-up of released groups."""

    stream: str
    day: date
    unit_id: str
    counter_id: str
    questionnaire: str
    question_id: str
    answer: str


class CutCell(NamedTuple):
    """One number of a roll-up of groups that are of one kind altogether."""

    stream: str
    day: date
    unit_id: str
    counter_id: str
    field: str
    stage: str
    procedure_id: str
    language: str
    answer: str


CellT = TypeVar("CellT", ReleasedCell, CutCell)


def is_whole(connection: Connection, rollup: Rollup) -> bool:
    """Whether everything is in it; else figures are to be read without it."""
    return _filled_up_to(connection, rollup) is None


def add_released(
    connection: Connection, numbers: Mapping[ReleasedCell, int], cuts: Mapping[CutCell, int] | None = None
) -> None:
    """Adds the counts of groups that are released now, and of those that are of one kind. Hold
    ``Lock.PROJECTION``."""
    if is_whole(connection, Rollup.RELEASED):
        _add_released(connection, numbers)
        _add_cuts(connection, cuts or {})


def add_assigned(connection: Connection, group_id: int) -> None:
    """Adds a group that has just been given its day. Hold ``Lock.PROJECTION``."""
    up_to = _filled_up_to(connection, Rollup.RELEASED)
    if up_to is None or group_id <= int(up_to or 0):
        _add_groups(connection, [group_id])


def move_dossiers(
    connection: Connection, rows: Sequence[Mapping[str, Any]], present: Mapping[str, Mapping[str, Any]]
) -> None:
    """Counts changed dossiers where they now stand and no longer where they stood. ``present`` are those that were
    there, by code. Hold ``Lock.REFERENCE``."""
    known, fields = _unit_ids(connection), _fields(connection)
    numbers, by_field = Counter[DossierCell](), Counter[FieldCell]()
    codes = [row["dossier_code"] for row in rows]
    inside, inside_fields = (_inside(connection, rollup, codes) for rollup in (Rollup.DOSSIERS, Rollup.FIELDS))
    for row in rows:
        code, was = row["dossier_code"], present.get(row["dossier_code"])
        if code in inside:
            numbers.update(cells_of(row, known))
            numbers.subtract(cells_of(was, known) if was else ())
        if code in inside_fields:
            by_field.update(field_cells_of(row, known, _field_of(row, fields)))
            by_field.subtract(field_cells_of(was, known, _field_of(was, fields)) if was else ())
    _add_dossiers(connection, numbers)
    _add_fields(connection, by_field)


def add_units(connection: Connection, unit_ids: Collection[str]) -> None:
    """Counts the dossiers of units that were not known until now. Hold ``Lock.REFERENCE``."""
    fields, numbers, by_field = _fields(connection), Counter[DossierCell](), Counter[FieldCell]()
    reached: dict[str | None, list[Rollup]] = defaultdict(list)
    for rollup in (Rollup.DOSSIERS, Rollup.FIELDS):
        reached[_filled_up_to(connection, rollup)].append(rollup)
    for up_to, rollups in reached.items():
        for row, unit_id in _without_counter(connection, unit_ids, up_to):
            if Rollup.DOSSIERS in rollups:
                numbers.update(cells_of(row, {unit_id}))
            if Rollup.FIELDS in rollups:
                by_field.update(field_cells_of(row, {unit_id}, _field_of(row, fields), at_units_alone=True))
    _add_dossiers(connection, numbers)
    _add_fields(connection, by_field)


def _without_counter(
    connection: Connection, unit_ids: Collection[str], up_to: str | None
) -> Iterator[tuple[dict[str, Any], str]]:
    """The dossiers without a counter, up to a code, whose codes begin with one of some units, each with that unit."""
    code = dossiers.c.dossier_code
    there = dossiers.c.counter_id.is_(None) if up_to is None else and_(dossiers.c.counter_id.is_(None), code <= up_to)
    for length in sorted({len(unit_id) for unit_id in unit_ids}):
        begins = [f"{unit_id}-" for unit_id in unit_ids if len(unit_id) == length]
        for wanted in among(connection, func.substr(code, 1, length + 1), begins):
            found = connection.execute(select(*_DOSSIER).where(there, wanted), execution_options=STREAMED).mappings()
            yield from ((dict(row), row["dossier_code"][:length]) for row in found)


def move_procedures(
    connection: Connection, rows: Sequence[Mapping[str, Any]], present: Mapping[str, Mapping[str, Any]]
) -> None:
    """Counts the dossiers of procedures in the fields that these now have. ``present`` are the procedures that were
    there, by id. Hold ``Lock.REFERENCE``."""
    after = {row["procedure_id"]: _named(row["field"]) for row in rows}
    before = {key: _named(present[key]["field"]) if key in present else "" for key in after}
    moved = [key for key in after if before[key] != after[key]]
    known, up_to, by_field = _unit_ids(connection), _filled_up_to(connection, Rollup.FIELDS), Counter[FieldCell]()
    for wanted in among(connection, dossiers.c.procedure_id, moved):
        there = wanted if up_to is None else and_(wanted, dossiers.c.dossier_code <= up_to)
        found = connection.execute(select(*_DOSSIER).where(there), execution_options=STREAMED).mappings()
        for row in map(dict, found):
            by_field.update(field_cells_of(row, known, after[row["procedure_id"]]))
            by_field.subtract(field_cells_of(row, known, before[row["procedure_id"]]))
    _add_fields(connection, by_field)


def fill_some(engine: Engine, at_once: int = AT_ONCE) -> bool:
    """Fills one more piece of what is not whole; ``False`` when all is. Raises ``StoreUnavailable``."""
    with reading(engine) as connection:
        waiting = [rollup for rollup in Rollup if not is_whole(connection, rollup)]
    for rollup in waiting[:1]:
        with writing(engine) as connection:
            hold(connection, _LOCKS[rollup])
            fill_piece(connection, rollup, at_once)
    return bool(waiting)


def fill_piece(connection: Connection, rollup: Rollup, at_once: int) -> None:
    """Fills one more piece of a roll-up, if it is not whole. Hold its lock."""
    up_to = _filled_up_to(connection, rollup)
    if up_to is None:
        return  # another process was quicker
    fills = {Rollup.RELEASED: _fill_released, Rollup.DOSSIERS: _fill_dossiers, Rollup.FIELDS: _fill_fields}
    reached = fills[rollup](connection, up_to, at_once)
    this = rollup_fills.c.name == str(rollup)
    if reached is None:
        connection.execute(delete(rollup_fills).where(this))
    else:
        connection.execute(update(rollup_fills).where(this).values(up_to=reached))


def rebuild_rollups(connection: Connection) -> None:
    """Makes every roll-up again. Hold both locks, ``Lock.REFERENCE`` first as an import does."""
    for table in (*_OF_GROUPS, *_OF_DOSSIERS, rollup_fills):
        connection.execute(delete(table))
    for rollup in Rollup:
        connection.execute(insert(rollup_fills).values(name=str(rollup), up_to=""))
        while not is_whole(connection, rollup):
            fill_piece(connection, rollup, AT_ONCE)


def _filled_up_to(connection: Connection, rollup: Rollup) -> str | None:
    """The last key that is in an unfinished roll-up; ``None`` when it is whole."""
    return connection.scalar(_UP_TO, {"rollup": str(rollup)})


def _fill_released(connection: Connection, up_to: str, at_once: int) -> str | None:
    wanted = select(_G.group_id).where(_G.group_id > int(up_to or 0)).order_by(_G.group_id).limit(at_once)
    group_ids = list(connection.scalars(wanted))
    _add_groups(connection, group_ids)
    return str(group_ids[-1]) if group_ids else None


def _fill_dossiers(connection: Connection, up_to: str, at_once: int) -> str | None:
    rows, known = _next_dossiers(connection, up_to, at_once), _unit_ids(connection)
    _add_dossiers(connection, Counter(cell for row in rows for cell in cells_of(row, known)))
    return rows[-1]["dossier_code"] if rows else None


def _fill_fields(connection: Connection, up_to: str, at_once: int) -> str | None:
    rows, known, fields = _next_dossiers(connection, up_to, at_once), _unit_ids(connection), _fields(connection)
    _add_fields(connection, Counter(c for row in rows for c in field_cells_of(row, known, _field_of(row, fields))))
    return rows[-1]["dossier_code"] if rows else None


def _next_dossiers(connection: Connection, up_to: str, at_once: int) -> list[dict[str, Any]]:
    code = dossiers.c.dossier_code
    wanted = select(*_DOSSIER).where(code > up_to).order_by(code).limit(at_once)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def _fields(connection: Connection) -> dict[str, str]:
    """The field of each procedure."""
    p = procedures.c
    return {key: _named(field) for key, field in connection.execute(select(p.procedure_id, p.field))}


def _field_of(dossier: Mapping[str, Any], fields: Mapping[str, str]) -> str:
    return fields.get(dossier["procedure_id"] or "", "")


def _named(field: str | None) -> str:
    """A name as the roll-up keeps it: one too long for its column is none, as in a cut."""
    return field if field and len(field) <= MAX_FIELD else ""


def _groups(connection: Connection, group_ids: Sequence[int]) -> Iterable[tuple[Any, ...]]:
    """The cell, the work and the number of every count of these groups that have a day; ``group_ids`` leave
    out none between."""
    if not group_ids:
        return ()
    counts = released_counts.c
    columns = (_G.stream, COUNTED_ON, _G.unit_id, _G.counter_id, _G.questionnaire, _G.question_id, counts.answer)
    return connection.execute(
        select(*columns, *(_G[name] for name in DIVIDED_BY), counts.n)
        .select_from(DATED_GROUPS.join(released_counts, counts.group_id == _G.group_id))
        .where(_G.group_id.between(group_ids[0], group_ids[-1]), COUNTED_ON.is_not(None))
    ).all()


def _add_groups(connection: Connection, group_ids: Sequence[int]) -> None:
    """As ``_groups``, into every roll-up of released groups."""
    numbers: Counter[ReleasedCell] = Counter()
    cuts: Counter[CutCell] = Counter()
    for *row, n in _groups(connection, group_ids):
        released, work = ReleasedCell(*row[: -len(DIVIDED_BY)]), row[-len(DIVIDED_BY) :]
        numbers[released] += n
        if any(work):
            cuts[CutCell._make((*released[:4], *work, released.answer))] += n
    _add_released(connection, numbers)
    _add_cuts(connection, cuts)


def _inside(connection: Connection, rollup: Rollup, codes: Collection[str]) -> Collection[str]:
    """Those of these dossiers that a roll-up holds, or would hold if they were there. The database compares: it may
    order letters in its own way."""
    up_to, code = _filled_up_to(connection, rollup), dossiers.c.dossier_code
    if up_to is None:
        return set(codes)
    found = set[str]()
    for wanted in among(connection, code, codes):
        found.update(connection.scalars(select(code).where(wanted, code <= up_to)))
    return found


def _unit_ids(connection: Connection) -> frozenset[str]:
    return frozenset(connection.scalars(select(units.c.unit_id)))


def _add_released(connection: Connection, numbers: Mapping[ReleasedCell, int]) -> None:
    _add_by_day_and_month(connection, released_by_day, released_by_month, numbers)


def _add_cuts(connection: Connection, numbers: Mapping[CutCell, int]) -> None:
    _add_by_day_and_month(connection, cuts_by_day, cuts_by_month, numbers)


def _add_by_day_and_month(connection: Connection, by_day: Table, by_month: Table, numbers: Mapping[CellT, int]) -> None:
    months: Counter[CellT] = Counter()
    for cell, n in numbers.items():
        months[cell._replace(day=cell.day.replace(day=1))] += n
    add_up(connection, by_day, "n", [cell._asdict() | {"n": n} for cell, n in numbers.items()])
    add_up(connection, by_month, "n", [_by_month(cell._asdict()) | {"n": n} for cell, n in months.items()])


def _add_dossiers(connection: Connection, numbers: Mapping[DossierCell, int]) -> None:
    by_day, by_month = list[dict[str, Any]](), Counter[tuple[Any, ...]]()
    for cell, n in numbers.items():
        if n:
            by_day.append(
                {"state": str(cell.state), "day": cell.day, "since": cell.since, "unit_id": cell.unit_id,
                 "counter_id": cell.counter_id, "n": n}
            )  # fmt: skip
            months = (cell.day.replace(day=1), cell.since.replace(day=1))
            by_month[str(cell.state), *months, cell.unit_id, cell.counter_id] += n
    add_up(connection, dossiers_by_day, "n", by_day)
    names = ("state", "month", "since", "unit_id", "counter_id")
    rows = [dict(zip(names, cell, strict=True)) | {"n": n} for cell, n in by_month.items() if n]
    add_up(connection, dossiers_by_month, "n", rows)


def _add_fields(connection: Connection, numbers: Mapping[FieldCell, int]) -> None:
    names = ("step", "day", "unit_id", "counter_id", "field")
    by_day, by_month = list[dict[str, Any]](), Counter[tuple[Any, ...]]()
    for cell, n in numbers.items():
        if n:
            values = (str(cell.step), cell.day, cell.unit_id, cell.counter_id, cell.field)
            by_day.append(dict(zip(names, values, strict=True)) | {"n": n})
            by_month[values[0], cell.day.replace(day=1), *values[2:]] += n
    add_up(connection, dossier_fields_by_day, "n", by_day)
    rows = [_by_month(dict(zip(names, values, strict=True))) | {"n": n} for values, n in by_month.items() if n]
    add_up(connection, dossier_fields_by_month, "n", rows)


def _by_month(row: dict[str, Any]) -> dict[str, Any]:
    return {"month" if name == "day" else name: value for name, value in row.items()}
