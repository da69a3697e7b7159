"""Import a duty roster from a table: a row is one officer at one counter on one day, or part of it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace

from kiosk.domain.roster import DAY_ENDS, DAY_STARTS, NOON, RECEPTION, DutyShift
from sync.district.domain.roster_rules import RosterProblem, problem_values
from sync.district.reference.columns import Catalogue
from sync.district.reference.files.reading import read_sheets
from sync.district.reference.files.table import Unreadable
from sync.district.reference.importing import Outcome, all_or_nothing, known_references, unreadable
from sync.district.reference.links import link
from sync.district.reference.problems import FileContent, Row, RowProblem
from sync.district.reference.rows import read_rows
from sync.district.roster.change import RosterRefused, change_roster, checked_change, seats_of
from sync.district.store import rosters as store
from sync.district.store.engine import Connection, Engine
from sync.district.store.imports import Origin
from sync.district.store.rosters import ROSTER

_PARTS = {"day": (DAY_STARTS, DAY_ENDS), "morning": (DAY_STARTS, NOON), "afternoon": (NOON, DAY_ENDS)}
_RECEIVES = "complaints"


def import_roster(
    engine: Engine,
    catalogue: Catalogue,
    data: bytes,
    file_name: str,
    now: datetime,
    *,
    fixed: Mapping[str, str] | None = None,
    sheets: Sequence[str] = (),
    check: bool = False,
    person: str | None = None,
) -> Outcome:
    """Imports a roster, all or nothing. A counter and a day that the file names get its shifts and no others; those it
    does not name stay. With ``check`` everything is done and then undone. Raises ``StoreUnavailable``."""
    try:
        reading = read_rows(read_sheets(data), ROSTER, catalogue, fixed or {}, wanted=sheets)
    except Unreadable as error:
        return unreadable(ROSTER, error, check=check)
    origin = Origin(file_name, now, person)
    return all_or_nothing(engine, ROSTER, lambda tx: _bring(tx, catalogue, reading, origin), check)


def _bring(connection: Connection, catalogue: Catalogue, reading: FileContent, origin: Origin) -> Outcome:
    reading = link(reading, ROSTER, catalogue.kinds[ROSTER], known_references(connection))
    if reading.errors:
        return Outcome(ROSTER, reading)
    rows, errors = _placed(connection, reading.rows)
    wanted = {unit_id: seats_of([shift for _, shift in placed]) for unit_id, placed in rows.items()}
    for unit_id, placed in rows.items():  # all units before the first is written: a file is taken whole
        try:
            checked_change(connection, unit_id, wanted[unit_id], origin.at)
        except RosterRefused as refused:
            errors += [_row_problem(problem, placed) for problem in refused.problems]
    if errors:
        return Outcome(ROSTER, replace(reading, rows=(), errors=tuple(errors)))
    changed = [change_roster(connection, unit_id, seats, origin) for unit_id, seats in wanted.items()]
    new, ended = sum(each.new for each in changed), sum(each.ended for each in changed)
    total = sum(len(placed) for placed in rows.values())
    counts = (max(0, new - ended), min(new, ended), max(0, total - new))
    revision = max((each.revision for each in changed if each.revision), default=None)
    return Outcome(ROSTER, replace(reading, rows=()), *counts, revision=revision)


def _placed(
    connection: Connection, rows: Sequence[Row]
) -> tuple[dict[str, list[tuple[Row, DutyShift]]], list[RowProblem]]:
    """The shifts of each unit with their rows. A counter names its unit; whoever receives complaints needs one."""
    units, errors = store.units_of_counters(connection), list[RowProblem]()
    found: dict[str, list[tuple[Row, DutyShift]]] = {}
    for row in rows:
        values = row.values
        receives = values.get("duty") == _RECEIVES
        counter_id = RECEPTION if receives else str(values.get("counter_id") or "")
        unit_id = str(values.get("unit_id") or units.get(counter_id, ""))
        key = _wrong(values, counter_id, unit_id, units, receives=receives)
        if key:
            errors.append(RowProblem(key, row.number, sheet=row.sheet))
            continue
        found.setdefault(unit_id, []).append((row, _shift(values, counter_id)))
    return found, errors


def _wrong(
    values: Mapping[str, Any], counter_id: str, unit_id: str, units: Mapping[str, str], *, receives: bool
) -> str:
    """The text that says what a row lacks or contradicts; empty for a good one."""
    if values.get("part") and values.get("hours"):
        return "roster.row.part_and_hours"
    if receives:
        if values.get("counter_id"):
            return "roster.row.counter_and_complaints"
        return "" if unit_id else "roster.row.no_unit"
    if not counter_id:
        return "roster.row.no_counter"
    return "" if units.get(counter_id) == unit_id else "roster.row.other_unit"


def _shift(values: Mapping[str, Any], counter_id: str) -> DutyShift:
    hours, part = values.get("hours"), str(values.get("part") or "day")
    start, until = str(hours).split("-") if hours else _PARTS[part]
    day = values["day"]
    assert isinstance(day, date)
    phone = str(values.get("phone") or "") if counter_id == RECEPTION else ""
    return DutyShift(counter_id, str(values["officer_number"]), day, start, until, phone)


def _row_problem(problem: RosterProblem, placed: Sequence[tuple[Row, DutyShift]]) -> RowProblem:
    """The problem at the row that it came from, or at the last row of its seat."""
    shift = problem.shift
    same = [row for row, each in placed if each == shift] or [row for row, each in placed if each.seat == shift.seat]
    row = same[-1] if same else None
    values = problem_values(problem)
    return RowProblem(problem.key, row.number if row else None, values=values, sheet=row.sheet if row else "")
