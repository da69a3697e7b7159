"""What the register of late dossiers reads equals what its dossiers say one by one, on both databases."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert

from sync.district.domain.apology import LateDossier
from sync.district.domain.late_register import DossierWindow, LateFilter, LateScope, LateStand
from sync.district.store.apology_tables import apologies, apology_steps
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.imports import IMPORTED, Origin, write_rows
from sync.district.store.late_dossiers import count_late, doubled, late_dossiers
from sync.district.store.late_fields import by_field
from sync.district.store.late_officers import OfficerLate, officers_late

FIRST, LAST, TODAY = date(2026, 3, 1), date(2026, 3, 31), date(2026, 4, 9)
WINDOW = DossierWindow(FIRST, LAST, TODAY)
UNIT_OF = {"Q1": "U1", "Q2": "U2"}
WHOLE = LateScope(frozenset(UNIT_OF), frozenset({"U1", "U2"}), UNIT_OF, is_whole=True)
OF_ONE = LateScope(frozenset({"Q1"}), frozenset({"U1"}), UNIT_OF)
FIELDS = {"P1": "Đất đai", "P2": "Hộ tịch", None: ""}
Row = dict[str, Any]


def made(dice: Random, n: int) -> Row:
    """A dossier of some weeks, most of them late or nearly so."""
    received = FIRST + timedelta(dice.randrange(-20, 45))
    due, returned = received + timedelta(dice.randrange(0, 9)), received + timedelta(dice.randrange(0, 14))
    return dict.fromkeys(IMPORTED["dossiers"].c.keys()) | {
        "dossier_code": f"{dice.choice(('U1', 'U2'))}-{n:03}",
        "counter_id": dice.choice((None, "Q1", "Q2")),
        "procedure_id": dice.choice(list(FIELDS)),
        "officer_number": dice.choice((None, "CB-1", "CB-2")),
        "received_on": received,
        "due_on": dice.choice((due, due, due, None)),
        "returned_on": dice.choice((returned, returned, None)),
        "due_time": dice.choice((None, "11:00")),
        "returned_time": dice.choice((None, "10:00", "15:00")),
        "apologised_on": dice.choice((None, None, TODAY)),
        "removed": dice.random() < 0.05,
    }


def bring(connection: Connection, kind: str, rows: list[Row]) -> None:
    write_rows(connection, kind, rows, {}, Origin(f"{kind}.csv", datetime(2026, 4, 9, tzinfo=UTC)))


@pytest.fixture
def listed(engine: Engine) -> list[Row]:
    dice = Random(7)
    rows = [made(dice, n) for n in range(160)]
    empty = dict.fromkeys(("valid_from", "valid_to")) | {"removed": False}
    with writing(engine) as connection:
        unit = {"name": "Xã", "level": "Xã", "parent_id": None, "successor_id": None}
        bring(connection, "units", [{"unit_id": unit_id, **unit, **empty} for unit_id in ("U1", "U2")])
        bring(connection, "dossiers", rows)
        procedures = [{"procedure_id": key, "name": key, "field": FIELDS[key]} for key in ("P1", "P2")]
        bring(connection, "procedures", [{**each, **empty} for each in procedures])
    return rows


def came_late(row: Row) -> bool:
    returned, due = row["returned_on"], row["due_on"]
    if returned is None or due is None:
        return False
    by_hour = row["returned_time"] and row["due_time"] and row["returned_time"] > row["due_time"]
    return bool(returned > due or (returned == due and by_hour))


def is_open(row: Row) -> bool:
    return row["returned_on"] is None and row["due_on"] is not None and row["due_on"] < TODAY


def is_in(row: Row, stand: LateStand) -> bool:
    back = came_late(row) and FIRST <= row["returned_on"] <= LAST
    received = FIRST <= row["received_on"] <= LAST
    return {
        LateStand.OPEN: is_open(row),
        LateStand.RETURNED: back,
        LateStand.RECEIVED: received and (is_open(row) or came_late(row)),
        LateStand.ALL: is_open(row) or back,
    }[stand]


def within(rows: Iterable[Row], scope: LateScope) -> list[Row]:
    """Those of a scope that are there."""
    here = [row for row in rows if not row["removed"]]
    if scope.is_whole:
        return here
    return [
        row
        for row in here
        if row["counter_id"] in scope.counters
        or (row["counter_id"] is None and row["dossier_code"].partition("-")[0] in scope.units)
    ]


@pytest.mark.parametrize("scope", [WHOLE, OF_ONE], ids=["whole", "of_one"])
def test_lists_counts_and_officers_are_those_of_the_dossiers(
    engine: Engine, listed: list[Row], scope: LateScope
) -> None:
    wanted = [LateFilter(stand, *more) for stand in LateStand for more in ((), ("without",), ("with", "Đất đai"))]
    here = within(listed, scope)
    with reading(engine) as connection:
        for each in wanted:
            fits = [row for row in here if is_in(row, each.stand) and _is_chosen(row, each)]
            found = [dossier for dossier, _, _ in late_dossiers(connection, scope, WINDOW, each)]
            first = [dossier for dossier, _, _ in late_dossiers(connection, scope, WINDOW, each, most=4)]
            counts = count_late(connection, scope, WINDOW, each)

            assert sorted(one.dossier_code for one in found) == sorted(row["dossier_code"] for row in fits)
            assert _latest(first) == _latest(found)
            assert counts.by_stand[each.stand] == len(fits)
            every = [row for row in here if is_in(row, LateStand.ALL)]
            assert (counts.late, counts.without) == (len(every), sum(row["apologised_on"] is None for row in every))
        officers = officers_late(connection, scope, WINDOW, {"CB-2"})

    every = [row for row in here if is_in(row, LateStand.ALL) and row["officer_number"]]
    assert len(every) > 10
    assert officers == Counter(
        OfficerLate(
            row["officer_number"],
            UNIT_OF.get(row["counter_id"] or "", row["dossier_code"].partition("-")[0]),
            None,
            row["due_on"] if row["officer_number"] == "CB-2" else None,
        )
        for row in every
    )


def _is_chosen(row: Row, wanted: LateFilter) -> bool:
    given = {"": True, "with": row["apologised_on"] is not None, "without": row["apologised_on"] is None}
    return given[wanted.apology] and wanted.field in (None, FIELDS[row["procedure_id"]])


def _latest(found: list[LateDossier]) -> list[str]:
    return [each.dossier_code for each in sorted(found, key=lambda each: (-each.days_late(TODAY), each.dossier_code))][
        :4
    ]


def test_of_two_letters_for_a_dossier_the_second_is_found_and_ours_in_the_list_is_none(engine: Engine) -> None:
    late = {"received_on": FIRST, "due_on": FIRST + timedelta(3), "returned_on": FIRST + timedelta(5), "removed": False}
    numbers = {"U1-1": "07/2026", "U1-2": "07/PXL-UBND", "U1-3": "99/2026", "U1-4": "", "U1-5": "12/2026"}
    at = datetime(2026, 3, 9, tzinfo=UTC)
    with writing(engine) as connection:
        rows = [{**late, "dossier_code": code, "apology_number": number} for code, number in numbers.items()]
        bring(connection, "dossiers", [dict.fromkeys(IMPORTED["dossiers"].c.keys()) | row for row in rows])
        for n, code in enumerate(numbers):
            said = {"unit_id": f"U{n}", "counter_id": None, "year": 2026, "number": 12 if code == "U1-5" else 7}
            told = {"due_on": late["due_on"], "cause_id": "handling", "agency": "", "reason": "Chậm"}
            added = insert(apologies).values(dossier_code=code, **said, **told).returning(apologies.c.apology_id)
            step = {"at": at, "person": "lan", "role": "leader", "act": "make", "day": TODAY}
            apology_id = connection.execute(added).scalar_one()
            connection.execute(insert(apology_steps).values(apology_id=apology_id, **step))

        found = doubled(connection, WHOLE, WINDOW)

    assert [(each.dossier_code, apology.label) for each, apology in found] == [("U1-3", "07/2026")]


@pytest.mark.parametrize("scope", [WHOLE, OF_ONE], ids=["whole", "of_one"])
def test_a_field_counts_the_dossiers_that_are_late_now_with_those_that_came_late(
    engine: Engine, listed: list[Row], scope: LateScope
) -> None:
    with reading(engine) as connection:
        found = by_field(connection, scope, WINDOW)

    dated = [row for row in within(listed, scope) if row["due_on"] is not None]
    for field, counts in found.items():
        of_it = [row for row in dated if FIELDS[row["procedure_id"]] == field]
        received = [row for row in of_it if FIRST <= row["received_on"] <= LAST]
        returned = [row for row in of_it if row["returned_on"] and FIRST <= row["returned_on"] <= LAST]
        late = sum(is_open(row) or came_late(row) for row in received)
        assert (counts.received, counts.received_late) == (len(received), late)
        assert (counts.returned, counts.returned_late) == (len(returned), sum(map(came_late, returned)))
    assert sorted(found) == sorted(FIELDS.values())
