"""Roll-ups say what the released groups and the dossiers say, whatever was imported, moved, corrected or found late."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import delete, event, insert, select

from kiosk.domain.released import Waiting
from sync.district.domain.dossier_cells import DossierStep, returned_step
from sync.district.domain.late_register import DossierWindow, LateScope
from sync.district.domain.release import Closed, Key, Pending, Stream
from sync.district.domain.work import DIVIDED_BY, Work
from sync.district.measures.cover import cover
from sync.district.measures.organisation import Places
from sync.district.projection.project import rebuild
from sync.district.projection.release import release
from sync.district.store import raw_sums, rolled_sums
from sync.district.store import rollup_tables as r
from sync.district.store.dossier_states import served_by_era, served_raw
from sync.district.store.engine import STREAMED, Connection, Engine, reading, writing
from sync.district.store.imports import IMPORTED, Origin, rows_by_key, write_rows
from sync.district.store.late_fields import raw_steps, rolled_steps
from sync.district.store.period_sums import Span, handled_sums, released_sums
from sync.district.store.raw_sums import EVERYTHING, Only
from sync.district.store.reference_tables import units
from sync.district.store.releases import assign_day, undated
from sync.district.store.releases import release as write_release
from sync.district.store.rollups import Rollup, fill_piece, fill_some, is_whole, rebuild_rollups
from tests.district.conftest import District
from tests.district.test_release import next_day, press
from tests.support.factories import COUNTER, UNIT

NOW = datetime(2026, 6, 1, 3, tzinfo=UTC)
BEGIN, RELEASED_ON = date(2026, 1, 27), date(2026, 6, 1)
UNITS = ("U1", "U1-A", "U2", "U2-B")
COUNTERS = ("Q1", "Q2")
UNIT_OF = {"Q1": "U1", "Q2": "U2"}
SCOPES = (
    LateScope(frozenset(COUNTERS), frozenset(UNITS), UNIT_OF, is_whole=True),
    LateScope(frozenset({"Q1"}), frozenset({"U1", "U1-A"}), UNIT_OF),
    LateScope(frozenset({"Q2"}), frozenset({"U2"}), UNIT_OF, without_counter=False),
)
CUT_BY = ("unit_id", "counter_id", "stream", *DIVIDED_BY, "answer")
BY = ("unit_id", "counter_id", "stream", "questionnaire", "question_id", "answer")
STREAMS = [str(stream) for stream in Stream]


class Undone(Exception):
    """Takes an example back, so that the next begins with an empty database."""


class Imported(Struct, frozen=True):
    """A list of dossiers; of one that is named twice the last row counts."""

    dossiers: tuple[dict[str, Any], ...]


class Founded(Struct, frozen=True):
    """A unit that a list tells of."""

    unit_id: str


class Listed(Struct, frozen=True):
    """A list of procedures tells the field of one."""

    procedure_id: str
    field: str


class Released(Struct, frozen=True):
    """Groups of one release: stream, unit, counter, day, what each count gains or loses, and what was served."""

    groups: tuple[tuple[Stream, str, str, date | None, dict[str, int], Work], ...]


class Assigned(Struct, frozen=True):
    """A person says on which day the first group without one was given."""

    day: date


class Upgraded(Struct, frozen=True):
    """As after the migration of a release that kept no roll-ups."""


class Filled(Struct, frozen=True):
    """One more piece of both."""

    at_once: int


class Rebuilt(Struct, frozen=True):
    """As ``district rebuild``."""


days = st.integers(0, 45).map(lambda n: BEGIN + timedelta(n))
maybe_days = st.one_of(days, days, days, st.none())
hours = st.sampled_from((None, "08:00", "16:30"))
dossier_rows = st.fixed_dictionaries(
    {
        "dossier_code": st.builds("{}-{}".format, st.sampled_from((*UNITS, "U9")), st.integers(1, 6)),
        "counter_id": st.sampled_from((None, *COUNTERS)),
        "received_on": maybe_days,
        "due_on": maybe_days,
        "returned_on": maybe_days,
        "procedure_id": st.sampled_from((None, "P1", "P2")),
        "due_time": hours,
        "returned_time": hours,
        "removed": st.integers(0, 5).map(lambda n: n == 5),
    }
)
groups = st.tuples(
    st.sampled_from(list(Stream)),
    st.sampled_from(UNITS),
    st.sampled_from(("", *COUNTERS)),
    maybe_days,
    st.dictionaries(st.sampled_from(("1", "4", "5", "cases")), st.integers(-3, 9).filter(bool), min_size=1),
    st.builds(
        Work,
        st.sampled_from(("", "Đất đai", "Hộ tịch")),
        st.sampled_from(("", "hand_in", "return")),
        st.sampled_from(("", "", "P1")),
        st.sampled_from(("", "", "vi", "en")),
    ),
)
steps = st.lists(
    st.builds(Imported, st.lists(dossier_rows, min_size=2, max_size=12).map(tuple))
    | st.builds(Founded, st.sampled_from(UNITS))
    | st.builds(Listed, st.sampled_from(("P1", "P2")), st.sampled_from(("", "Đất đai", "Hộ tịch")))
    | st.builds(Released, st.lists(groups, min_size=1, max_size=4).map(tuple))
    | st.builds(Assigned, days)
    | st.builds(Upgraded)
    | st.builds(Filled, st.integers(1, 4))
    | st.builds(Rebuilt),
    max_size=12,
)
spans = st.builds(
    lambda first, length, cuts: _span(first, (first or BEGIN) + timedelta(length), cuts),
    maybe_days,
    st.integers(0, 60),
    st.sets(st.integers(1, 60), max_size=3),
)


def _span(first: date | None, last: date, cuts: set[int]) -> Span:
    bounds = sorted((first or BEGIN) + timedelta(cut) for cut in cuts)
    return Span(first, last, tuple(bound for bound in bounds if bound <= last))


def dossier(counter_id: str | None, received_on: date, returned_on: date) -> dict[str, Any]:
    """The row of one dossier."""
    row = {"dossier_code": "U1-1", "counter_id": counter_id, "received_on": received_on, "returned_on": returned_on}
    return row | dict.fromkeys(("due_on", "due_time", "returned_time")) | {"removed": False}


class Office:
    """Does the steps in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection, self._numbers = connection, count()

    def do(self, step: Any) -> None:
        connection = self._connection
        match step:
            case Imported(dossiers):
                rows = {row["dossier_code"]: _whole(row) for row in dossiers}
                self._write("dossiers", list(rows.values()))
            case Founded(unit_id):
                unit = {"unit_id": unit_id, "name": "Xã", "level": "Xã", "parent_id": None, "removed": False}
                self._write("units", [unit | dict.fromkeys(("valid_from", "valid_to", "successor_id"))])
            case Listed(procedure_id, field):
                procedure = {"procedure_id": procedure_id, "name": "Thủ tục", "field": field, "removed": False}
                self._write("procedures", [procedure | dict.fromkeys(("valid_from", "valid_to"))])
            case Released(groups):
                write_release(connection, [self._closed(*group) for group in groups], RELEASED_ON)
            case Assigned(day):
                for group in undated(connection)[:1]:
                    assert assign_day(connection, group.group_id, day, "Trần Thị B", "sổ trực", NOW)
            case Upgraded():
                _forget(connection)
            case Filled(at_once):
                for rollup in Rollup:
                    fill_piece(connection, rollup, at_once)
            case Rebuilt():
                rebuild_rollups(connection)

    def _write(self, kind: str, rows: Sequence[dict[str, Any]]) -> None:
        key = next(iter(IMPORTED[kind].primary_key)).name
        present = rows_by_key(self._connection, kind, [row[key] for row in rows])
        write_rows(self._connection, kind, rows, present, Origin(f"{kind}.csv", NOW))

    def _closed(
        self, stream: Stream, unit_id: str, counter_id: str, day: date | None, adds: dict[str, int], work: Work
    ) -> Closed:
        about = ("mot-cua/2", "why_better") if stream is Stream.REASON else ("", "")
        key = Key(stream, unit_id, counter_id, *about)
        waiting = Waiting(f"m{next(self._numbers)}", None, day)
        return Closed(key, day, (Pending(key, waiting, tuple(adds.items())),), work)


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    return dict.fromkeys(IMPORTED["dossiers"].c.keys()) | row


def _forget(connection: Connection) -> None:
    of_groups = (r.released_by_day, r.released_by_month, r.cuts_by_day, r.cuts_by_month)
    of_fields = (r.dossier_fields_by_day, r.dossier_fields_by_month)
    for table in (*of_groups, r.dossiers_by_day, r.dossiers_by_month, *of_fields, r.rollup_fills):
        connection.execute(delete(table))
    connection.execute(insert(r.rollup_fills), [{"name": str(rollup), "up_to": ""} for rollup in Rollup])


@contextmanager
def taken_back(engine: Engine) -> Iterator[Connection]:
    """A transaction of which nothing stays."""
    with suppress(Undone), writing(engine) as connection:
        yield connection
        raise Undone


def sums(rows: Any) -> dict[Any, int]:
    return {tuple(key): n for *key, n in rows if n}


def cuts(rows: Any) -> dict[Any, int]:
    """The sums of groups that are of one kind."""
    return {key: n for key, n in sums(rows).items() if any(key[4:8])}


def raw(connection: Connection, span: Span, only: Only = EVERYTHING) -> tuple[dict[Any, int], ...]:
    """What every group and every dossier say, one by one."""
    parts = (span.first, span.last, span.bounds, only)
    groups, handled = raw_sums.released(connection, STREAMS, BY, *parts), raw_sums.handled(connection, *parts)
    cut = cuts(raw_sums.released(connection, STREAMS, CUT_BY, *parts[:3], Only(only.places)))
    return sums(groups), handled, sums(served_raw(connection, *parts)), cut


def rolled(connection: Connection, span: Span, only: Only = EVERYTHING) -> tuple[dict[Any, int], ...]:
    parts = (span.first, span.last, span.bounds, only)
    groups, handled = rolled_sums.released(connection, STREAMS, BY, *parts), rolled_sums.handled(connection, *parts)
    cut = cuts(rolled_sums.released(connection, STREAMS, CUT_BY, *parts[:3], Only(only.places)))
    return sums(groups), handled, sums(rolled_sums.served(connection, *parts)), cut


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(steps, st.lists(spans, min_size=1, max_size=4))
@example([Imported((dossier("Q1", date(2026, 3, 9), date(2026, 3, 2)),))], [Span(date(2026, 2, 1), date(2026, 3, 5))])
@example([Imported((dossier(None, date(2026, 3, 1), date(2026, 3, 6)),)), Founded("U1")], [
    Span(date(2026, 3, 2), date(2026, 3, 31)), Span(date(2026, 3, 2), date(2026, 4, 3), (date(2026, 3, 7),))
])  # fmt: skip
def test_roll_ups_equal_the_sum_of_every_group_and_every_dossier(
    engine: Engine, steps: list[Any], spans: list[Span]
) -> None:
    with taken_back(engine) as connection:
        office = Office(connection)
        for step in steps:
            office.do(step)
        for span in spans:
            found = raw(connection, span)
            assert (sums(released_sums(connection, list(Stream), BY, span)), handled_sums(connection, span)) == found[
                :2
            ]
            served = served_by_era(connection, span.first, span.last, span.bounds)
            assert {(*spot, str(state)): n for spot, of in served.items() for state, n in of.items()} == found[2]
            assert cuts(released_sums(connection, list(Stream), CUT_BY, span)) == found[3]
        while not all(is_whole(connection, rollup) for rollup in Rollup):
            office.do(Filled(3))
        for span in spans:
            assert rolled(connection, span) == raw(connection, span)
            part = Only(Places(frozenset({"U1", "U1-A"}), frozenset({"Q1"})), "why_better" if span.bounds else None)
            assert rolled(connection, span, part) == raw(connection, span, part)
        for span in spans[:1]:
            window = DossierWindow(span.first, span.last, span.last)
            known = frozenset(connection.scalars(select(units.c.unit_id)))
            for scope in (replace(each, units=each.units & known) for each in SCOPES):
                found, wanted = (add_up(connection, scope, window) for add_up in (rolled_steps, raw_steps))
                assert sums((*key, n) for key, n in found.items()) == sums((*key, n) for key, n in wanted.items())


@given(spans, maybe_days)
def test_stretches_add_up_to_every_day_of_a_period_once(span: Span, newest: date | None) -> None:
    counted = dict.fromkeys((BEGIN - timedelta(60) + timedelta(n) for n in range(400)), 0)
    eras = dict(counted)
    stretches = cover(span.first, span.last, span.bounds, newest)
    for each in (*stretches.months, *stretches.days):
        for day in counted:
            if each.first <= (day.replace(day=1) if each in stretches.months else day) <= each.last:
                counted[day] += each.sign
                eras[day] += each.sign * each.era

    inside = {day: (span.first is None or span.first <= day) and day <= span.last for day in counted}
    assert counted == {day: int(is_inside) for day, is_inside in inside.items()}
    assert eras == {day: inside[day] * sum(bound <= day for bound in span.bounds) for day in counted}


def test_a_period_that_ends_with_what_was_counted_last_is_read_by_the_month() -> None:
    last = date(2026, 11, 28)

    found = cover(date(2026, 10, 1), last, (), newest=last)

    assert [(each.first, each.last) for each in found.months] == [(date(2026, 10, 1), date(2026, 11, 1))]
    assert [(each.first, each.last, each.sign) for each in found.days] == [(date(2026, 11, 29), date(2026, 11, 30), -1)]


@pytest.mark.parametrize(
    ("returned", "due", "at", "until", "state"),
    [
        (date(2026, 3, 2), date(2026, 3, 3), "17:00", "08:00", DossierStep.EARLY),
        (date(2026, 3, 3), date(2026, 3, 3), "08:00", "16:30", DossierStep.ON_TIME),
        (date(2026, 3, 3), date(2026, 3, 3), "16:31", "16:30", DossierStep.LATE),
        (date(2026, 3, 3), date(2026, 3, 3), None, "16:30", DossierStep.ON_TIME),
        (date(2026, 3, 4), date(2026, 3, 3), "08:00", "16:30", DossierStep.LATE),
        (date(2026, 3, 4), None, "08:00", None, DossierStep.RETURNED_UNDATED),
    ],
)
def test_a_dossier_is_in_time_by_the_day_and_on_the_last_day_by_the_hour(
    returned: date, due: date | None, at: str | None, until: str | None, state: DossierStep
) -> None:
    row = {"returned_on": returned, "due_on": due, "returned_time": at, "due_time": until}

    assert returned_step(row) is state


def test_a_rebuild_leaves_the_same_roll_ups(district: District) -> None:
    box = district.box()
    press(box, range(6), 4)
    press(box, range(6), 2)  # a lower score for the same dossiers
    district.accept(box)
    next_day(district)
    rows = [("unit_id", "counter_id", "stream", "answer", "n")]
    before = [district.rows(table, *rows[0]) for table in ("released_by_day", "released_by_month")]

    rebuild(district.engine, district.keys)

    assert [district.rows(table, *rows[0]) for table in ("released_by_day", "released_by_month")] == before
    assert (UNIT, COUNTER, "rating", "2", 6) in before[0]


def test_the_roll_ups_of_an_older_release_are_filled_a_piece_at_a_time(district: District) -> None:
    box = district.box()
    press(box, range(20), 4)
    district.accept(box)
    next_day(district)
    before = district.rows("released_by_day", "answer", "n")
    with writing(district.engine) as connection:
        _forget(connection)

    pieces = 0
    while fill_some(district.engine, 1):
        pieces += 1
        district.clock.pass_by(days=1)
        release(district.engine, district.clock())  # the office goes on meanwhile

    assert pieces > 2
    assert district.rows("released_by_day", "answer", "n") == before
    with reading(district.engine) as connection:
        assert connection.execute(select(r.rollup_fills)).all() == []


def test_of_a_new_unit_its_own_dossiers_are_read_one_after_the_other(engine: Engine) -> None:
    """PostgreSQL's driver would keep every dossier of a province in memory."""
    one, told = dossier(None, BEGIN, BEGIN), list[tuple[int, Any]]()

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if "due_time" in statement and statement.startswith("SELECT"):
            told.append((statement.count("substr("), context.execution_options.get("yield_per")))

    with taken_back(engine) as connection:
        office = Office(connection)
        office.do(Imported(tuple(one | {"dossier_code": f"{unit}-{n}"} for unit in UNITS for n in range(3))))
        event.listen(engine, "before_cursor_execute", note)
        office.do(Founded("U1"))
        event.remove(engine, "before_cursor_execute", note)
        assert raw(connection, Span(None, BEGIN)) == rolled(connection, Span(None, BEGIN))

    assert told == [(1, STREAMED["yield_per"])]
