"""Who signed in at their counter's kiosk sits there until the half-day is over, and a rating says so."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.desk.desk import KioskDesk
from kiosk.desk.seat import SeatTaken
from kiosk.domain.rating import InputMethod, Score
from kiosk.domain.reference import (
    ENTRIES_OF_4,
    Counter,
    Dossier,
    Officer,
    OfficerPin,
    OpeningHours,
    Roster,
    ThisBox,
)
from kiosk.domain.roster import DutyShift, content_of
from kiosk.flow.state.counter_view import CounterView, Signer
from kiosk.flow.state.effects import FindSigner
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.rating_draft import RatingDraft, Subject
from kiosk.flow.state.staff import SignerFound
from kiosk.store.engine import CannotWrite
from tests.store.conftest import Clock
from tests.store.test_pin_lock import hashed
from tests.store.test_record import CODE, know, opened

UNIT, OWN, OTHER = "H35.13", "H35.13-q1", "H35.13-q2"
PINS = {"CB-1": "246810", "CB-2": "975310", "CB-9": "864209"}
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def staffed(box: Box, clock: Clock) -> None:
    """The kiosk of a counter where two officers are listed; a third sits elsewhere. It is 9:30."""
    clock.up_ms = 30_000_000  # switched on at 1:10
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4))
    know(box, OpeningHours("h", UNIT, "1234567", "07:30-11:30", "13:30-17:00"))
    know(box, Counter(OWN, UNIT, "Quầy 1"), Counter(OTHER, UNIT, "Quầy 2"))
    know(box, Officer("CB-1", UNIT, "", counter_id=OWN), Officer("CB-2", UNIT, "", counter_id=OWN))
    know(box, Officer("CB-9", UNIT, "", counter_id=OTHER))
    know(box, *(OfficerPin(number, f"id-{number}", hashed(pin)) for number, pin in PINS.items()))


def signs_in(desk: KioskDesk, number: str, pin: str = "") -> SignerFound:
    """With the card, then the PIN."""
    found = desk.find_signer(FindSigner(number, scanned=True))
    assert isinstance(found, SignerFound)
    desk.check_pin(found.signer, pin or PINS[number])
    return found


def at_local(clock: Clock, hour: int, minute: int, day: int = 21) -> None:
    moment = datetime(2026, 11, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)
    clock.up_ms += int((moment - clock.at).total_seconds() * 1000)
    clock.at = moment


def known_by(desk: KioskDesk, box: Box, district, subject: Subject | None = None) -> str | None:
    """How the officer of a rating given now is known, by what the district can open."""
    at_counter = desk.find_counter(CounterChoice(OWN, "Quầy 1"))
    desk.save(RatingDraft(subject or at_counter, Score(4), "vi", None, 900))
    return opened(box, district)[-1]["officer_known_by"]


def rostered(box: Box, *shifts: DutyShift) -> None:
    know(box, Roster(UNIT, TODAY, TODAY + timedelta(days=14), content_of(shifts)))


def test_from_the_sign_in_on_a_rating_at_the_counter_is_bound_by_the_card(box, desk, district) -> None:
    before = known_by(desk, box, district)

    found = signs_in(desk, "CB-1")
    desk.staff_left(found.signer)

    assert (before, found.seats) == (None, True)
    assert known_by(desk, box, district) == "card"  # who leaves the view still sits there


def test_the_seat_ends_with_the_half_day_and_the_next_day_begins_without_one(box, desk, district, clock) -> None:
    at_local(clock, 7, 10)  # before the office opens: it is the morning's
    signs_in(desk, "CB-1")
    found = {}
    for hour, minute, day in ((11, 29, 21), (11, 30, 21), (14, 0, 21), (9, 0, 22)):
        at_local(clock, hour, minute, day)
        found[hour, minute] = known_by(desk, box, district)

    assert found == {(11, 29): "card", (11, 30): None, (14, 0): None, (9, 0): None}


@pytest.mark.parametrize(
    ("hour", "minute", "seated"), [(6, 59, False), (7, 0, True), (11, 35, False), (13, 0, True), (17, 0, False)]
)
def test_who_looks_at_figures_outside_opening_hours_has_none_of_the_ratings_that_follow(
    box, desk, district, clock, hour: int, minute: int, seated: bool
) -> None:
    at_local(clock, hour, minute)
    promised = signs_in(desk, "CB-1").seats
    at_local(clock, *{6: (8, 0), 7: (8, 0), 11: (14, 0), 13: (14, 0), 17: (17, 1)}[hour])

    assert (promised, known_by(desk, box, district)) == (seated, "card" if seated else None)


def test_pulling_the_plug_ends_no_seat(box, desk, district, clock) -> None:
    """Else somebody could leave before the angry after all."""
    signs_in(desk, "CB-1")
    desk._seat = SeatTaken()  # as the program is started again
    again = known_by(desk, box, district)
    at_local(clock, 14, 0)
    signs_in(desk, "CB-2")
    desk._seat = SeatTaken()
    rostered(box, DutyShift(OWN, "CB-1", TODAY))

    assert (again, known_by(desk, box, district)) == ("card", None), "it is the newest sign-in's"


def test_where_nobody_knows_the_hours_noon_divides_the_day(box, desk, district, clock) -> None:
    know(box, OpeningHours("h", UNIT, "1234567", "07:30-11:30", "13:30-17:00", valid_to=date(2026, 1, 1)))
    signs_in(desk, "CB-1")
    at_local(clock, 11, 59)
    morning = known_by(desk, box, district)
    at_local(clock, 12, 0)

    assert (morning, known_by(desk, box, district)) == ("card", None)


def test_a_clock_that_is_put_back_before_the_sign_in_binds_nothing(box, desk, district, clock) -> None:
    signs_in(desk, "CB-1")
    clock.at -= timedelta(hours=1)

    assert known_by(desk, box, district) is None


def test_a_roster_that_names_the_same_officer_or_has_a_gap_agrees_and_one_that_names_another_leaves_nobody(
    box, desk, district
) -> None:
    signs_in(desk, "CB-1")
    found = []
    for officer, seat in (("CB-1", OWN), ("CB-2", OTHER), ("CB-2", OWN)):
        rostered(box, DutyShift(seat, officer, TODAY))
        found.append(known_by(desk, box, district))

    assert found == ["card", "card", None]
    assert not signs_in(desk, "CB-1").seats, "nobody is promised what does not count"


def test_the_dossiers_own_officer_goes_before_the_card(box, desk, district) -> None:
    know(box, Dossier(CODE, counter_id=OWN, officer_number="CB-2"))
    signs_in(desk, "CB-1")

    assert known_by(desk, box, district, desk.find(CODE, InputMethod.SCAN)) == "dossier"


def test_a_rating_of_another_counter_at_this_kiosk_is_not_the_seats(box, desk, district) -> None:
    know(box, Dossier(CODE, counter_id=OTHER))
    signs_in(desk, "CB-1")

    assert known_by(desk, box, district, desk.find(CODE, InputMethod.SCAN)) == "roster"  # one alone is listed there


def test_a_colleague_of_another_counter_who_looks_takes_no_seat_and_ends_none(box, desk, district) -> None:
    first = signs_in(desk, "CB-9")
    alone = known_by(desk, box, district)
    signs_in(desk, "CB-1")
    signs_in(desk, "CB-9")

    assert (first.seats, alone, known_by(desk, box, district)) == (False, None, "card")


def test_a_wrong_pin_takes_no_seat_and_ends_none(box, desk, district) -> None:
    signs_in(desk, "CB-1", "111111")
    refused = known_by(desk, box, district)
    signs_in(desk, "CB-1")
    signs_in(desk, "CB-2", "111111")

    assert (refused, known_by(desk, box, district)) == (None, "card")


def test_a_kiosk_of_the_whole_hall_seats_nobody(box, desk, district) -> None:
    hall = replace(box, identity=replace(box.identity, counter_id=""))
    desk._box = hall

    found = signs_in(desk, "CB-1")

    assert not found.seats
    assert known_by(desk, hall, district) is None


def test_a_sign_in_whose_entry_could_not_be_kept_seats_nobody_not_even_who_sat_there(
    box, desk, district, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The district would bind the ratings to the newest sign-in it can find: that of the one before."""
    signs_in(desk, "CB-1")
    signer = Signer(CounterChoice(OWN, "Quầy 1"), "CB-2")
    with monkeypatch.context() as full:
        full.setattr("kiosk.desk.desk._append", _full)
        assert isinstance(desk.check_pin(signer, PINS["CB-2"]), CounterView)

    assert known_by(desk, box, district) is None


def _full(*_: object) -> None:
    raise CannotWrite("full")


def test_a_district_that_cannot_read_it_is_told_nothing_of_a_card(box, desk, district) -> None:
    signs_in(desk, "CB-1")
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4 - 1))

    assert known_by(desk, box, district) is None
