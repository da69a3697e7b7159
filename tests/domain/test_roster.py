"""The duty roster as both ends read it: who is at a seat at a minute."""

from datetime import date, datetime

import pytest

from kiosk.domain.roster import RECEPTION, DutyShift, content_of, on_duty, shifts_from

DAY = date(2026, 12, 1)


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}")


def test_a_shift_begins_with_its_first_minute_and_ends_before_its_last() -> None:
    shifts = [DutyShift("Q1", "CB-1", DAY, "00:00", "12:00"), DutyShift("Q1", "CB-2", DAY, "12:00", "24:00")]

    found = [on_duty(shifts, "Q1", at(clock)) for clock in ("00:00", "11:59", "12:00", "23:59")]

    assert [each and each.officer_number for each in found] == ["CB-1", "CB-1", "CB-2", "CB-2"]


def test_a_gap_another_day_another_counter_and_two_at_once_are_nobody() -> None:
    shifts = [
        DutyShift("Q1", "CB-1", DAY, "13:00", "16:00"),
        DutyShift("Q2", "CB-2", DAY),
        DutyShift("Q2", "CB-3", DAY),
    ]

    assert on_duty(shifts, "Q1", at("12:59")) is None
    assert on_duty(shifts, "Q1", at("14:00", date(2026, 12, 2))) is None
    assert on_duty(shifts, RECEPTION, at("14:00")) is None
    assert on_duty(shifts, "Q2", at("14:00")) is None


def test_what_a_kiosk_is_sent_reads_as_what_was_put_down() -> None:
    shifts = (DutyShift(RECEPTION, "CB-9", DAY, phone="0263 1022"), DutyShift("Q1", "CB-1", DAY, "07:30", "11:30"))

    assert shifts_from(content_of(shifts)) == shifts


@pytest.mark.parametrize("content", [{"shifts": [["2026-12-01"]]}, {"shifts": 7}, {"shifts": [["x"] * 6]}])
def test_what_is_no_roster_is_refused(content: dict) -> None:
    with pytest.raises((ValueError, TypeError)):
        shifts_from(content)
