"""When an office is open: every minute of the year belongs to a period or to none."""

import tomllib
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.calendar import (
    Holidays,
    OfficeCalendar,
    holidays_from,
    hours_for,
    is_open,
    open_time,
    opens_after,
    period_from,
    periods_of,
)
from kiosk.domain.reference import OpeningHours
from kiosk.paths import shared

WEEK = OpeningHours("WEEK", "H35", "12345", "07:30-11:30", "13:30-17:00")
SUNDAY = datetime.fromisoformat("2026-11-22T03:00")
SATURDAY = OpeningHours("SAT", "H35", "6", "07:30-11:00")
YEAR = tomllib.loads((shared("config") / "schemes" / "holidays-2026.toml").read_text("utf-8"))
moment = datetime.fromisoformat
OFFICE = OfficeCalendar((WEEK, SATURDAY), holidays_from([YEAR]))

MINUTES = st.times(timezones=st.none()).map(lambda at: at.replace(second=0, microsecond=0))
PERIODS = st.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] < pair[1])
TEXTS = PERIODS.map(lambda pair: f"{pair[0]:%H:%M}-{pair[1]:%H:%M}")
ROWS = st.builds(
    OpeningHours,
    hours_id=st.text(),
    unit_id=st.just("H35"),
    weekdays=st.sets(st.sampled_from("1234567")).map(lambda days: "".join(sorted(days))),
    morning=TEXTS | st.just(""),
    afternoon=TEXTS | st.just(""),
)
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CALENDARS = st.builds(
    OfficeCalendar,
    st.lists(ROWS, max_size=3).map(tuple),
    st.builds(Holidays, st.frozensets(DAYS, max_size=9), st.dictionaries(DAYS, DAYS, max_size=3)),
)
MOMENTS = st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-11-30"))


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        ("2026-11-20T07:29:59", False),
        ("2026-11-20T07:30:00", True),
        ("2026-11-20T11:29:59", True),
        ("2026-11-20T11:30:00", False),
        ("2026-11-20T12:00:00", False),
        ("2026-11-20T13:30:00", True),
        ("2026-11-20T17:00:00", False),
        ("2026-11-21T08:00:00", True),  # a Saturday morning
        ("2026-11-21T14:00:00", False),
        ("2026-11-22T08:00:00", False),  # a Sunday
        ("2026-04-30T08:00:00", False),  # a holiday on a Thursday
        ("2026-08-31T08:00:00", False),  # exchanged …
        ("2026-08-22T16:59:00", True),  # … for this Saturday, with a Monday's hours
    ],
)
def test_the_sample_office(at: str, open_: bool) -> None:
    assert is_open(OFFICE, datetime.fromisoformat(at)) is open_


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-20T06:00:00", "2026-11-20T07:30:00"),
        ("2026-11-20T07:30:00", "2026-11-20T13:30:00"),
        ("2026-11-20T18:00:00", "2026-11-21T07:30:00"),
        ("2026-11-21T12:00:00", "2026-11-23T07:30:00"),
        ("2026-02-14T12:00:00", "2026-02-21T07:30:00"),  # Tết
    ],
)
def test_when_it_opens_next(at: str, opens: str) -> None:
    assert opens_after(OFFICE, datetime.fromisoformat(at)) == datetime.fromisoformat(opens)


def test_an_office_nobody_described_is_neither_open_nor_closed() -> None:
    nobody = OfficeCalendar()

    assert is_open(nobody, SUNDAY) is None
    assert opens_after(nobody, SUNDAY) is None


def test_hours_of_last_year_say_nothing_about_this_one() -> None:
    old = OfficeCalendar((OpeningHours("A", "H35", "1234567", "00:00-23:59", valid_to=date(2025, 12, 31)),))

    assert is_open(old, datetime.fromisoformat("2025-12-31T08:00")) is True
    assert is_open(old, datetime.fromisoformat("2026-01-01T08:00")) is None


def test_the_nearest_unit_with_hours_governs() -> None:
    hall = OpeningHours("HALL", "H35.88.01", "12345", "07:00-11:00")
    later = OpeningHours("LATER", "H35.88", "12345", "08:00-11:00", valid_from=date(2027, 1, 1))
    rows = (WEEK, SATURDAY, hall, later)

    assert hours_for(rows, ["H35.88.01", "H35.88", "H35"], date(2026, 11, 20)) == (hall,)
    assert hours_for(rows, ["H35.88", "H35"], date(2026, 11, 20)) == (WEEK, SATURDAY)
    assert hours_for(rows, ["H35.88", "H35"], date(2027, 1, 4)) == (later,)
    assert hours_for(rows, ["H36"], date(2026, 11, 20)) == ()


@given(CALENDARS, MOMENTS)
def test_the_next_opening_is_the_first_moment_that_is_open_and_was_not(calendar: OfficeCalendar, at: datetime) -> None:
    opens = opens_after(calendar, at)

    if opens is None:
        assert not any(periods_of(calendar, at.date() + timedelta(days=ahead)) for ahead in range(1, 31))
        return
    assert opens > at
    assert is_open(calendar, opens)
    earlier = [
        datetime.combine(day, first)
        for day in (at.date() + timedelta(days=ahead) for ahead in range((opens - at).days + 2))
        for first, _ in periods_of(calendar, day)
    ]
    assert min(moment for moment in earlier if moment > at) == opens


@given(CALENDARS, DAYS, MINUTES)
def test_open_means_inside_a_period_of_the_day(calendar: OfficeCalendar, day: date, clock: time) -> None:
    inside = any(first <= clock < last for first, last in periods_of(calendar, day))

    assert is_open(calendar, datetime.combine(day, clock)) is (inside if calendar.hours else None)


@given(CALENDARS, DAYS)
def test_nobody_works_on_a_holiday_unless_it_was_exchanged(calendar: OfficeCalendar, day: date) -> None:
    holidays = calendar.holidays
    off = OfficeCalendar(calendar.hours, Holidays(holidays.off | {day}, holidays.exchanged))

    if day not in holidays.exchanged:
        assert periods_of(off, day) == ()


@pytest.mark.parametrize("text", ["", "07:30", "11:30-07:30", "07:30-07:30", "25:00-26:00", "7h-8h"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        period_from(text)


def test_a_list_that_lacks_a_day_is_named() -> None:
    with pytest.raises(ValueError, match="instead_of"):
        holidays_from([{"worked": [{"day": "2026-01-10"}]}])


@given(DAYS, MINUTES, st.integers(0, 1_500), st.lists(ROWS, max_size=3))
def test_the_open_time_is_the_number_of_open_minutes(day, begins, minutes, rows):
    office = OfficeCalendar(tuple(rows), OFFICE.holidays)
    first = datetime.combine(day, begins)
    open_minutes = [is_open(office, first + timedelta(minutes=n)) for n in range(minutes)]

    expected = timedelta(minutes=sum(map(bool, open_minutes))) if rows else None
    assert open_time(office, first, first + timedelta(minutes=minutes)) == expected


def test_nights_weekends_and_holidays_are_no_open_time():
    friday, monday = moment("2026-11-20T17:00"), moment("2026-11-23T07:30")
    weekdays = OfficeCalendar((WEEK,), OFFICE.holidays)

    assert open_time(weekdays, friday, monday) == timedelta(0)
    assert open_time(OFFICE, friday, monday) == timedelta(hours=3, minutes=30)
    assert open_time(weekdays, moment("2026-11-23T08:00"), moment("2026-11-24T08:00")) == timedelta(hours=7.5)
    assert open_time(weekdays, moment("2026-09-01T17:00"), moment("2026-09-02T17:00")) == timedelta(0)


def test_of_a_long_time_the_last_month_counts_and_unknown_hours_are_said():
    new = OfficeCalendar((OpeningHours("NEW", "H35", "12345", "08:00-12:00", valid_from=date(2026, 11, 23)),))

    assert open_time(new, moment("2020-01-01T00:00"), moment("2026-11-24T10:00")) == timedelta(hours=6)
    assert open_time(OfficeCalendar(), moment("2026-11-01T00:00"), moment("2026-11-02T00:00")) is None
