"""How the kiosk knows the officer of a rating: by the dossier, by the duty roster of the day, or not at all."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.domain.rating import InputMethod, OfficerKnownBy, Score, Stage
from kiosk.domain.reference import ENTRIES_OF_4, Counter, Dossier, Officer, OpeningHours, Roster, ThisBox
from kiosk.domain.roster import NOON, RECEPTION, DutyShift, content_of
from kiosk.flow.state.lobby import CounterChoice, OnDuty
from kiosk.flow.state.rating_draft import RatingDraft, Subject
from kiosk.store.roster import shifts_on
from tests.store.test_record import CODE, know, opened

UNIT, Q1, Q2 = "H35.13", "H35.13-q1", "H35.13-q2"


@pytest.fixture
def today(clock) -> date:
    return clock().day


def rostered(box: Box, first: date, *shifts: DutyShift, days: int = 14, unit: str = UNIT) -> None:
    know(box, Roster(unit, first, first + timedelta(days=days), content_of(shifts)))


def known_at(desk, counter: str) -> OfficerKnownBy | None:
    return desk.find_counter(CounterChoice(counter, counter)).officer_known_by


def test_the_roster_of_the_minute_names_an_officer_and_a_gap_in_it_names_nobody(box, desk, clock, today):
    know(box, Officer("CB-1", UNIT, "", counter_id=Q1), Officer("CB-2", UNIT, "", counter_id=Q2))
    morning = clock().office_time.hour < 12
    now, other = (("00:00", NOON), (NOON, "24:00"))[:: 1 if morning else -1]

    rostered(box, today, DutyShift(Q1, "CB-1", today, *now), DutyShift(Q2, "CB-2", today, *other))

    assert known_at(desk, Q1) is OfficerKnownBy.DUTY
    assert known_at(desk, Q2) is None  # that one alone is listed at this counter fills no gap


def test_the_dossiers_record_goes_before_the_roster(box, desk, today):
    know(box, Counter(Q1, UNIT, "Quầy 1"), Dossier(CODE, counter_id=Q1, officer_number="CB-9"))
    rostered(box, today, DutyShift(Q1, "CB-1", today))

    assert desk.find(CODE, InputMethod.SCAN).officer_known_by is OfficerKnownBy.DOSSIER


def test_a_dossier_that_names_nobody_leaves_it_to_the_roster_of_its_counter(box, desk, today):
    know(box, Counter(Q1, UNIT, "Quầy 1"), Dossier(CODE, counter_id=Q1))
    rostered(box, today, DutyShift(Q1, "CB-1", today))

    assert desk.find(CODE, InputMethod.SCAN).officer_known_by is OfficerKnownBy.DUTY


def test_a_roster_is_used_for_none_but_its_days_however_long_the_kiosk_is_offline(box, desk, today):
    late = DutyShift(Q1, "CB-1", today)  # a row of today in a roster that ended yesterday
    rostered(box, today - timedelta(days=15), late)
    with box.store.read() as tx:
        assert shifts_on(tx, UNIT, today) == ()
    assert known_at(desk, Q1) is None


def test_who_receives_complaints_is_at_no_counter_and_another_units_roster_is_none(box, desk, today):
    know(box, Officer("CB-1", UNIT, "", counter_id=Q1))
    rostered(box, today, DutyShift(RECEPTION, "CB-5", today, phone="1022"))
    rostered(box, today, DutyShift(Q1, "CB-7", today), unit="H35.99")

    assert known_at(desk, Q1) is OfficerKnownBy.ALONE


@pytest.mark.parametrize("content", [{}, {"shifts": "x"}, {"shifts": [["2026-02-30", Q1, "", "", "", ""]]}])
def test_a_roster_that_cannot_be_read_stops_nobody(box, desk, today, content):
    know(box, Roster(UNIT, today, today, content))

    assert known_at(desk, Q1) is None


def test_a_new_roster_takes_the_place_of_the_whole_old_one(box, desk, today):
    rostered(box, today, DutyShift(Q1, "CB-1", today))
    rostered(box, today, DutyShift(Q2, "CB-1", today))

    assert [known_at(desk, Q1), known_at(desk, Q2)] == [None, OfficerKnownBy.DUTY]


@pytest.mark.parametrize(("version", "told"), [(ENTRIES_OF_4, "duty"), (ENTRIES_OF_4 - 1, None)])
def test_a_district_that_has_no_word_for_the_roster_is_told_nothing_of_the_officer(box, desk, district, version, told):
    know(box, ThisBox("kiosk-1", 48213, entry_version=version))
    subject = replace(Subject(InputMethod.COUNTER, Stage.UNKNOWN), counter_id=Q1, officer_known_by=OfficerKnownBy.DUTY)

    desk.save(RatingDraft(subject, Score(4), "vi", None, 900))

    [body] = opened(box, district)
    assert body["officer_known_by"] == told


# ---- who receives complaints


def on_duty(desk, box) -> OnDuty | None:
    """What the page of the law and of contact places says."""
    know(box, ThisBox("kiosk-1", 48213))  # only such a kiosk takes complaints
    intake = desk.lobby().intake
    assert intake is not None
    return intake.on_duty


def test_who_receives_complaints_is_told_by_post_and_telephone_while_they_are_there(box, desk, today):
    know(box, Officer("CB-5", UNIT, "Chánh Văn phòng"))
    rostered(box, today, DutyShift(RECEPTION, "CB-5", today, phone="0263 1022"))

    assert on_duty(desk, box) == OnDuty("Chánh Văn phòng", "0263 1022")


def test_nobody_is_told_for_a_gap_for_another_day_for_who_left_and_outside_opening_hours(box, desk, clock, today):
    know(box, Officer("CB-5", UNIT, "Chánh Văn phòng"), Officer("CB-6", UNIT, "Cũ", valid_to=today - timedelta(days=1)))
    told = []
    for shift in (DutyShift(Q1, "CB-5", today), DutyShift(RECEPTION, "CB-6", today)):
        rostered(box, today, shift)
        told.append(on_duty(desk, box))
    rostered(box, today - timedelta(days=20), DutyShift(RECEPTION, "CB-5", today))
    told.append(on_duty(desk, box))
    rostered(box, today, DutyShift(RECEPTION, "CB-5", today))
    weekday = str(today.isoweekday())
    know(box, OpeningHours("A", UNIT, weekday, "00:00-00:30"))  # closed by now
    told.append(on_duty(desk, box))

    assert told == [None] * 4
