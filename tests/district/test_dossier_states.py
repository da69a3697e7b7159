"""How dossiers stand to their promised date, and what they say of how many were rated."""

from datetime import date

import pytest
from sqlalchemy import event

from sync.district.measures.dossier_states import (
    DossierCounts,
    DossierState,
    coverage,
    late_share,
    lists_are_whole,
)
from sync.district.measures.index import Counts
from sync.district.measures.organisation import DayView, Organisation
from sync.district.measures.tree import unit_trees
from sync.district.store.dossier_states import open_by_era, served_by_era
from sync.district.store.engine import Engine, reading
from tests.district.conftest import District
from tests.district.indicator_office import HEADER, Q1
from tests.district.web_fixtures import bring


def states(district: District, rows: str, first: date | None, last: date) -> dict[str, int]:
    engine = district.engine
    assert bring(engine, "units", "Mã đơn vị,Tên đơn vị,Cấp\nH35.88.01,Trung tâm,Xã\n").accepted
    assert bring(engine, "counters", f"Mã quầy,Mã đơn vị,Tên quầy\n{Q1},H35.88.01,Quầy 1\n").accepted
    assert bring(engine, "dossiers", HEADER + rows).accepted
    with reading(engine) as connection:
        spots = [served_by_era(connection, first, last), open_by_era(connection, last)]
    found: dict[str, int] = {}
    for spot in spots:
        for numbers in spot.values():
            for state, n in numbers.items():
                found[str(state)] = found.get(str(state), 0) + n
    return found


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        ("10/11/2026,16/11/2026,13/11/2026", "early"),
        ("10/11/2026,16/11/2026,16/11/2026", "on_time"),
        ("10/11/2026,16/11/2026 10:00,16/11/2026 10:00", "on_time"),
        ("10/11/2026,16/11/2026 10:00,16/11/2026 10:01", "late"),
        ("10/11/2026,16/11/2026 10:00,16/11/2026", "on_time"),
        ("10/11/2026,16/11/2026 10:00,13/11/2026 16:00", "early"),
        ("10/11/2026,16/11/2026,17/11/2026", "late"),
        ("10/11/2026,,17/11/2026", "returned_undated"),
        ("10/11/2026,24/11/2026,", "open_in_time"),
        ("10/11/2026,20/11/2026,", "open_overdue"),
        ("10/11/2026,,", "open_undated"),
        ("10/11/2026,20/11/2026,24/11/2026", "open_overdue"),
    ],
)
@pytest.mark.parametrize("counter", [Q1, ""])
def test_a_dossier_stands_as_its_dates_and_hours_say(district, dates, state, counter):
    found = states(district, f"H35.88.01-261110-0001,{counter},{dates}\n", date(2026, 11, 1), date(2026, 11, 20))

    assert found == {"received": 1, state: 1}


def test_a_period_counts_the_returns_of_its_own_days_and_what_was_open_at_its_end(district):
    rows = "".join(
        f"H35.88.01-261001-{n:04},{Q1},{dates}\n"
        for n, dates in enumerate(
            [
                "01/10/2026,08/10/2026,07/10/2026",
                "01/10/2026,08/10/2026,09/11/2026",
                "02/11/2026,09/11/2026,09/11/2026",
            ]
        )
    )

    assert states(district, rows, date(2026, 10, 1), date(2026, 10, 31)) == {
        "received": 2,
        "early": 1,
        "open_overdue": 1,
    }


def test_late_is_a_share_of_what_had_a_promised_date():
    returned = {DossierState.EARLY: 90, DossierState.ON_TIME: 8, DossierState.LATE: 2}
    counts = DossierCounts({**returned, DossierState.RETURNED_UNDATED: 50})

    late = late_share(counts)

    assert late is not None
    assert (late.value, late.late, late.judged) == (0.02, 2, 100)
    assert late_share(DossierCounts({DossierState.RETURNED_UNDATED: 3})) is None


def test_coverage_tells_what_the_silent_could_have_said():
    found = coverage(30, 27, 30, 60)

    assert found is not None
    assert (found.share, found.visits) == (0.5, 60)
    assert (round(found.silent.low, 3), round(found.silent.high, 3)) == (0.45, 0.95)
    assert (round(found.finite.low, 3), round(found.finite.high, 3)) == (0.797, 0.95)


def test_more_ratings_than_known_visits_give_no_coverage():
    assert coverage(31, 27, 30, 30) is None
    assert coverage(0, None, 0, 0) is None


X, Y = ("H35", "H35.X"), ("H35", "H35.Y")


def rated(n: int) -> Counts:
    return Counts({5: n}, 0)


def visits(n: int) -> DossierCounts:
    return DossierCounts({DossierState.RECEIVED: n})


@pytest.mark.parametrize(
    ("ratings", "dossiers", "whole"),
    [
        ({(X, "q1"): 300}, {(X, "q1"): 1000}, True),
        ({(X, "q1"): 300, (Y, "q2"): 300}, {(X, "q1"): 1000}, False),
        ({(X, "q1"): 300, (X, "q2"): 300}, {(X, "q1"): 1000}, False),
        ({(X, "q1"): 300, (X, "q2"): 300}, {(X, "q1"): 1000, (X, "q2"): 299}, False),
        ({(X, "q1"): 300, (X, "q2"): 300}, {(X, ""): 1000}, True),
        ({(X, "q1"): 300, (X, "q2"): 300}, {(X, ""): 599}, False),
        ({(X, "q1"): 300, (X, ""): 20}, {(X, "q1"): 1000}, True),
        ({(X, "q1"): 300, (X, ""): 20}, {(X, "q1"): 319}, False),
        ({}, {(X, "q1"): 5}, True),
    ],
)
def test_a_list_is_whole_when_no_unit_and_no_counter_has_more_ratings_than_visits(ratings, dossiers, whole):
    given = {place: rated(n) for place, n in ratings.items()}
    view = DayView(Organisation({}, {}), None, date(2026, 11, 20), date(2026, 11, 20))
    nodes = unit_trees(view, given)

    assert lists_are_whole(given, {place: visits(n) for place, n in dossiers.items()}, nodes) is whole


def test_the_list_of_another_unit_does_not_matter():
    given = {(X, "q1"): rated(300), (Y, "q2"): rated(300)}
    view = DayView(Organisation({}, {}), None, date(2026, 11, 20), date(2026, 11, 20))
    (province,) = unit_trees(view, given)

    assert [lists_are_whole(given, {(X, "q1"): visits(1000)}, [node]) for node in province.units] == [True, False]


def test_what_is_open_is_read_out_of_an_index(engine: Engine):
    told = list[tuple[str, object]]()

    def note(connection: object, cursor: object, statement: str, parameters: object, *more: object) -> None:
        if "returned_on" in statement:
            told.append((statement, parameters))

    explain, index = "EXPLAIN QUERY PLAN ", "USING COVERING INDEX ix_dossiers_returned_on"
    if engine.dialect.name == "postgresql":
        explain, index = "EXPLAIN ", "ix_dossiers_returned_on"
    assert bring(engine, "units", "Mã đơn vị,Tên đơn vị,Cấp\nH35,Tỉnh,Tỉnh\nH36,Tỉnh,Tỉnh\nH35.88,Xã,Xã\n").accepted
    event.listen(engine, "before_cursor_execute", note)
    with reading(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        open_by_era(connection, date(2026, 11, 19))
        event.remove(engine, "before_cursor_execute", note)
        plans = [
            "\n".join(str(row) for row in connection.exec_driver_sql(explain + statement, parameters))
            for statement, parameters in told
        ]

    assert len(plans) == 6  # two stretches: at counters, of units with codes of two lengths
    assert all(index in plan for plan in plans), plans
