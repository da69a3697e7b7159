"""Periods: what an address means, for ever; what stands before, after and a year earlier; and what is no period."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.district.measures.organisation import TreeName
from sync.district.measures.period import (
    CALENDAR,
    Asked,
    NotBegun,
    Period,
    PeriodName,
    after,
    asked,
    before,
    containing,
    period,
    year_before,
)
from sync.district.texts import languages, load_texts
from sync.district.web.asked import Links
from sync.district.web.formats import period_name

UNTIL = date(2026, 11, 20)
DAYS = st.dates(date(2003, 1, 1), date(2098, 12, 31))
KINDS = st.sampled_from(CALENDAR)


def days(found: Period | None) -> tuple[date | None, date] | None:
    return None if found is None else (found.first, found.ends)


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("day", date(2026, 11, 20)),
        ("today", date(2026, 11, 20)),
        ("7-days", date(2026, 11, 14)),
        ("week", date(2026, 11, 16)),
        ("month", date(2026, 11, 1)),
        ("quarter", date(2026, 10, 1)),
        ("half-year", date(2026, 7, 1)),
        ("year", date(2026, 1, 1)),
        ("all", None),
    ],
)
def test_a_period_without_a_date_is_the_newest_and_ends_with_the_last_day_that_is_released(name, first):
    found = period(asked(name), UNTIL)

    assert (found.first, found.last) == (first, UNTIL)


@pytest.mark.parametrize(
    ("name", "of", "first", "ends"),
    [
        ("day", "2026-02-28", date(2026, 2, 28), date(2026, 2, 28)),
        ("week", "2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("month", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("quarter", "2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("half-year", "2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("year", "2025", date(2025, 1, 1), date(2025, 12, 31)),
    ],
)
def test_an_address_with_a_name_means_the_same_days_for_ever(name, of, first, ends):
    early, late = (period(asked(name, of), until) for until in (first, UNTIL))

    assert (late.first, late.last, late.ends, late.runs) == (first, ends, ends, False)
    assert (early.first, early.last, early.ends) == (first, min(first, ends), ends)
    assert early.query == late.query == f"period={name}&of={of}"


def test_any_days_can_be_asked_for():
    found = period(asked("range", first="2026-10-05", last="2026-12-31"), UNTIL)

    assert (found.first, found.last, found.ends, found.runs) == (date(2026, 10, 5), UNTIL, date(2026, 12, 31), True)
    assert found.query == "period=range&first=2026-10-05&last=2026-12-31"


@pytest.mark.parametrize(
    ("name", "of", "first", "last"),
    [
        ("decade", "", "", ""),
        ("month", "2026-13", "", ""),
        ("month", "2026-1", "", ""),
        ("month", "2026-11 ", "", ""),
        ("month", "٢٠٢٦-11", "", ""),
        ("week", "2026-W54", "", ""),
        ("day", "2026-02-30", "", ""),
        ("year", "0000", "", ""),
        ("year", "2100", "", ""),
        ("quarter", "2026-Q5", "", ""),
        ("all", "2026", "", ""),
        ("7-days", "2026-11-20", "", ""),
        ("range", "", "", ""),
        ("range", "", "2026-11-20", "2026-11-19"),
        ("range", "", "20261101", "2026-11-19"),
        ("range", "", "1999-01-01", "2026-11-19"),
    ],
)
def test_what_is_no_period_is_refused(name, of, first, last):
    with pytest.raises(ValueError, match=r"."):
        asked(name, of, first, last)


@pytest.mark.parametrize("wanted", [asked("month", "2026-12"), asked("range", first="2026-11-21", last="2026-11-22")])
def test_a_period_of_which_nothing_is_released_has_not_begun(wanted):
    with pytest.raises(NotBegun):
        period(wanted, UNTIL)


@pytest.mark.parametrize(
    ("name", "of", "previous", "a_year_before"),
    [
        ("day", "2024-02-29", (date(2024, 2, 28),) * 2, (date(2023, 2, 28),) * 2),
        ("week", "2026-W01", (date(2025, 12, 22), date(2025, 12, 28)), (date(2024, 12, 30), date(2025, 1, 5))),
        ("week", "2020-W53", (date(2020, 12, 21), date(2020, 12, 27)), (date(2019, 12, 23), date(2019, 12, 29))),
        ("month", "2026-01", (date(2025, 12, 1), date(2025, 12, 31)), (date(2025, 1, 1), date(2025, 1, 31))),
        ("quarter", "2026-Q1", (date(2025, 10, 1), date(2025, 12, 31)), (date(2025, 1, 1), date(2025, 3, 31))),
        ("half-year", "2026-H1", (date(2025, 7, 1), date(2025, 12, 31)), (date(2025, 1, 1), date(2025, 6, 30))),
        ("year", "2025", (date(2024, 1, 1), date(2024, 12, 31)), None),
    ],
)
def test_what_stands_before_a_period_and_a_year_earlier(name, of, previous, a_year_before):
    chosen = period(asked(name, of), UNTIL)

    assert (days(before(chosen)), days(year_before(chosen))) == (previous, a_year_before)


def test_a_range_is_compared_with_as_many_days_before_it_and_the_same_dates_a_year_earlier():
    chosen = period(asked("range", first="2026-10-11", last="2026-10-20"), UNTIL)

    assert days(before(chosen)) == (date(2026, 10, 1), date(2026, 10, 10))
    assert days(year_before(chosen)) == (date(2025, 10, 11), date(2025, 10, 20))


def test_seven_days_are_compared_on_the_same_weekdays():
    chosen = period(asked("7-days"), UNTIL)
    earlier = year_before(chosen)

    assert days(before(chosen)) == (date(2026, 11, 7), date(2026, 11, 13))
    assert earlier is not None
    assert earlier.last.weekday() == UNTIL.weekday()


def test_everything_is_compared_with_nothing():
    chosen = period(asked("all"), UNTIL)

    assert (before(chosen), year_before(chosen), after(chosen, UNTIL)) == (None, None, None)


@given(KINDS, DAYS)
def test_periods_of_a_kind_follow_one_another_without_a_gap(name, day):
    chosen = period(containing(name, day), date(2099, 12, 31))
    following, previous = after(chosen, date(2099, 12, 31)), before(chosen)

    assert chosen.first is not None
    assert following is not None
    assert previous is not None
    assert chosen.first <= day <= chosen.ends
    assert following.first == chosen.ends + timedelta(days=1)
    assert previous.ends == chosen.first - timedelta(days=1)
    assert (before(following), after(previous, date(2099, 12, 31))) == (chosen, chosen)


@given(KINDS, DAYS)
def test_the_address_of_a_period_leads_to_it(name, day):
    chosen = period(containing(name, day), date(2099, 12, 31))
    told = dict(part.split("=") for part in chosen.query.split("&"))

    assert period(asked(told["period"], told["of"]), date(2099, 12, 31)) == chosen


@given(KINDS, DAYS, st.integers(0, 400))
def test_no_period_ends_after_what_is_released(name, day, later):
    until = day + timedelta(days=later)

    found = period(containing(name, day), until)

    assert found.last == min(found.ends, until)


def test_nothing_follows_a_period_of_which_nothing_is_released():
    assert after(period(asked("month"), UNTIL), UNTIL) is None
    assert days(after(period(asked("month", "2026-10"), UNTIL), UNTIL)) == (date(2026, 11, 1), date(2026, 11, 30))


@pytest.mark.parametrize("language", languages())
def test_every_kind_of_period_has_a_name(language):
    texts = load_texts(language)
    kinds = [*(Asked(name) for name in PeriodName if name is not PeriodName.RANGE), asked("half-year", "2026-H1")]
    names = [period_name(period(wanted, UNTIL), texts) for wanted in kinds]

    assert len(set(names)) == len(names)
    assert all(texts(f"period.{name}") for name in (*CALENDAR, PeriodName.ALL))


def test_a_quarter_is_called_as_officials_call_it():
    assert period_name(period(asked("quarter", "2026-Q4"), UNTIL), load_texts("vi")) == "Quý IV/2026"


def test_links_keep_what_was_chosen_and_name_their_days():
    links = Links("/indicators", period(asked("month"), UNTIL), "H35&x", TreeName.OF_TODAY)

    assert links.to() == "/indicators?period=month&of=2026-11&unit=H35%26x&tree=today"
    assert links.to(page="/", unit_id="A", tree="day") == "/?period=month&of=2026-11&unit=A"
    assert {name: address for name, address, _ in links.kinds()}["quarter"].startswith(
        "/indicators?period=quarter&of=2026-Q4&"
    )
