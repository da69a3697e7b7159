"""Whose card it was that a rating is bound by: the newest sign-in of its counter before it, in its ledger."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import asdict

from kiosk.domain.reference import Officer
from kiosk.domain.roster import DutyShift
from sync.district.domain.card_seats import CardSeat, seated_by_card
from sync.district.projection.project import project, rebuild
from sync.district.roster.change import change_roster, seats_of
from sync.district.store.card_seats import resting_on_cards
from sync.district.store.engine import writing
from sync.district.store.imports import Origin
from sync.district.store.officer_pins import officers_by_staff_id, set_pin
from sync.district.times import start_of
from tests.district.conftest import District
from tests.district.web_fixtures import bring
from tests.support.factories import COUNTER, TODAY, UNIT, Box, dossier_code, given_body

Ids = dict[str, str]


@pytest.fixture
def ids(district: District) -> Ids:
    """Two officers of the kiosk's counter with a PIN each; the kiosk's name for each of them."""
    officers = [asdict(Officer(number, UNIT, "Công chức", COUNTER)) for number in ("CB-1", "CB-2")]
    district.reference(officers=officers)
    with writing(district.engine) as connection:
        for number in ("CB-1", "CB-2"):
            set_pin(connection, number, "hash", district.clock())
        return {number: staff_id for staff_id, number in officers_by_staff_id(connection).items()}


def signed_in(box: Box, staff_id: str, counter: str = COUNTER) -> None:
    box.note("staff_signed_in", counter=counter, staff_id=staff_id)


def accounts(district: District) -> list[Any]:
    """Who each rating is about and how that is known, in the order of the dossiers."""
    return [row[1:] for row in district.rows("ratings", "dossier_code", "officer_number", "officer_known_by")]


def test_each_rating_is_bound_to_the_newest_sign_in_before_it_also_after_a_rebuild(
    district: District, ids: Ids
) -> None:
    box = district.box()
    box.rate_now(4, dossier_code(1), officer_known_by="card")  # nobody had signed in
    signed_in(box, ids["CB-1"])
    box.rate_now(4, dossier_code(2), officer_known_by="card")
    signed_in(box, ids["CB-2"], counter="H32.13-q9")  # a colleague who looked at their own counter's figures
    box.rate_now(4, dossier_code(3), officer_known_by="card")
    signed_in(box, ids["CB-2"])
    box.rate_now(4, dossier_code(4), officer_known_by="card")
    box.rate_now(4, dossier_code(5), officer_known_by=None)  # by now the half-day was over
    signed_in(box, "nobody-s")
    box.rate_now(4, dossier_code(6), officer_known_by="card")
    district.accept(box)
    district.project()

    expected = [(None, None), ("CB-1", "card"), ("CB-1", "card"), ("CB-2", "card"), (None, None), (None, None)]
    assert accounts(district) == expected
    rebuild(district.engine, district.keys)
    assert accounts(district) == expected


def test_a_sign_in_that_was_read_only_later_binds_then(district: District, ids: Ids) -> None:
    """Two projectors run at once, and the later batch is read first."""
    box = district.box()
    signed_in(box, ids["CB-1"])
    box.rate_now(4, dossier_code(1), officer_known_by="card")
    district.accept(box, box.batch(1, 1))
    district.accept(box, box.batch(2, 2))
    earlier = min(row[0] for row in district.rows("batches", "batch_id"))
    assert project(district.engine, district.keys, without=[earlier]) == 1
    assert accounts(district) == [(None, None)]

    district.project()

    assert accounts(district) == [("CB-1", "card")]


def test_where_the_roster_names_somebody_else_a_card_binds_nobody_whatever_the_kiosk_had_of_it(
    district: District, ids: Ids
) -> None:
    """Also where the sign-in is read after the rating."""
    officers = [asdict(Officer(number, UNIT, "Công chức", COUNTER)) for number in ("CB-1", "CB-2")]
    district.reference(officers=officers)
    shifts = seats_of([DutyShift(COUNTER, "CB-2", TODAY)])
    with writing(district.engine) as connection:
        change_roster(connection, UNIT, shifts, Origin("", start_of(TODAY) - timedelta(hours=1), "lan"))
    box = district.box()
    signed_in(box, ids["CB-1"])
    box.rate_now(4, dossier_code(1), officer_known_by="card")
    signed_in(box, ids["CB-2"])
    box.rate_now(4, dossier_code(2), officer_known_by="card")
    body = given_body()
    clock = {"boot": body["boot"], "up_s": body["up_s"] + 3600, "at_s": body["at_s"] + 3600}
    for first, last in ((1, 1), (2, 2), (3, 3), (4, 4)):
        district.accept(box, box.batch(first, last, health={"clock": clock}), direct=True)
    earliest = min(row[0] for row in district.rows("batches", "batch_id"))
    project(district.engine, district.keys, without=[earliest])
    district.project()

    expected = [(None, None), ("CB-2", "card")]
    assert accounts(district) == expected
    rebuild(district.engine, district.keys)
    assert accounts(district) == expected


def test_a_thousand_sign_ins_of_one_ledger_are_one_question_to_the_database(district: District, ids: Ids) -> None:
    box = district.box()
    signed_in(box, ids["CB-1"])
    entry = box.rate_now(4, dossier_code(1), officer_known_by="card")
    district.accept(box)
    district.project()

    with district.engine.connect() as connection:
        after = [(box.device_id, box.epoch, seq) for seq in range(1, 2_000)]
        found = resting_on_cards(connection, after)
        later = resting_on_cards(connection, after[2:])

    assert (found, later) == ({entry.entry_id}, set())


def test_the_dossiers_own_record_goes_before_the_card_and_who_had_left_is_nobody(district: District, ids: Ids) -> None:
    box = district.box()
    signed_in(box, ids["CB-1"])
    for n in (1, 2):
        box.rate_now(4, dossier_code(n), officer_known_by="card")
    district.accept(box)
    district.project()
    rows = f"Mã hồ sơ,Mã quầy,Số hiệu cán bộ,Ngày nhận\n{dossier_code(1)},{COUNTER},CB-7,21/11/2026\n"
    assert bring(district.engine, "dossiers", rows).accepted
    with_dossier = accounts(district)
    left = f"Số hiệu,Đơn vị,Vị trí việc làm,Đến ngày\nCB-1,{UNIT},Công chức,01/01/2026\n"
    assert bring(district.engine, "officers", left, may_empty=True).accepted

    assert with_dossier == [("CB-7", "dossier"), ("CB-1", "card")]
    assert accounts(district) == [("CB-7", "dossier"), (None, None)]


def test_another_ledger_another_epoch_and_another_counter_say_nothing() -> None:
    seats = [CardSeat("d", 1, 5, "q1", "CB-1"), CardSeat("d", 1, 3, "q1", "CB-0")]

    asked = [("d", 1, 6, "q1"), ("d", 1, 5, "q1"), ("e", 1, 6, "q1"), ("d", 2, 6, "q1"), ("d", 1, 6, "q2")]
    assert [seated_by_card(seats, *place) for place in asked] == ["CB-1", "CB-0", None, None, None]
    assert seated_by_card(seats, "d", 1, 6, None) is None
