"""Holidays: a list that contradicts itself is refused, those of law always count, a missing year is said everywhere."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.calendar import BY_LAW, Holidays, OfficeCalendar, holidays_from, periods_of, substitutes
from kiosk.domain.deadlines import is_working_day, working_days_after
from kiosk.domain.reference import OpeningHours
from kiosk.paths import shared
from sync.district.complaints.unlisted import unlisted_years
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import Status
from sync.district.domain.deadlines import Deadlines, load_schemes
from sync.district.reference.report import report
from sync.district.store.complaints import country_holidays
from sync.district.store.engine import reading
from sync.district.texts import load_texts
from tests.district.complaint_office import HEAD as HEAD_OF_OFFICE
from tests.district.complaint_office import open_to_the_public
from tests.district.test_import_store import command_line  # noqa: F401
from tests.district.web_fixtures import bring
from tests.district.web_server import PASSWORD, Browser

YEAR = "year = 2026\n"
LIST_2026 = (shared("config") / "schemes" / "holidays-2026.toml").read_text("utf-8")
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
LISTS = st.builds(Holidays, st.frozensets(DAYS, max_size=9), st.dictionaries(DAYS, DAYS, max_size=5))
EVERY_DAY = OpeningHours("ALL", "H35", "1234567", "07:30-11:30", "13:30-17:00")


@given(LISTS, st.integers(2020, 2040), st.sampled_from(sorted(BY_LAW)))
def test_a_holiday_of_law_is_off_whatever_a_list_says(holidays, year, month_and_day):
    day = date(year, *month_and_day)

    assert not is_working_day(day, holidays)
    assert periods_of(OfficeCalendar((EVERY_DAY,), holidays), day) == ()


@given(LISTS, DAYS, st.integers(1, 40))
def test_a_deadline_is_a_working_day_with_exactly_so_many_up_to_it(holidays, start, days):
    due = working_days_after(start, days, holidays)

    passed = [start + timedelta(days=n + 1) for n in range((due - start).days)]
    assert sum(is_working_day(day, holidays) for day in passed) == days
    assert is_working_day(due, holidays)


def test_new_years_day_counts_though_next_years_list_is_missing():
    holidays = holidays_from([{"year": 2026}])

    assert working_days_after(date(2026, 12, 25), 5, holidays) == date(2027, 1, 4)
    assert holidays.unlisted(date(2026, 12, 25), date(2027, 1, 4)) == (2027,)


LIST_2027 = """year = 2027
off = [
  { day = 2027-01-01 }, { day = 2027-02-05 }, { day = 2027-02-06 }, { day = 2027-02-07 }, { day = 2027-02-08 },
  { day = 2027-02-09, name = "Nghỉ bù mùng Một" }, { day = 2027-02-10, name = "Nghỉ bù mùng Hai" },
  { day = 2027-04-16 }, { day = 2027-04-30 }, { day = 2027-05-01 }, { day = 2027-05-03, name = "Nghỉ bù ngày 01/05" },
  { day = 2027-09-02 }, { day = 2027-09-03 },
]
"""


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (date(2026, 1, 1), 1, date(2026, 1, 5)),  # 2 January is off in exchange for Saturday, 10 January
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
        (date(2026, 1, 9), 2, date(2026, 1, 12)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # Tết
        (date(2026, 4, 24), 1, date(2026, 4, 28)),  # Giỗ Tổ on a Sunday, Monday off instead
        (date(2026, 8, 21), 1, date(2026, 8, 22)),  # a Saturday that is worked for 31 August
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        (date(2026, 12, 25), 5, date(2027, 1, 4)),
        (date(2027, 2, 4), 1, date(2027, 2, 11)),  # two days of Tết at a weekend, two weekdays off instead
        (date(2027, 4, 29), 1, date(2027, 5, 4)),  # 1 May on a Saturday
    ],
)
def test_substitute_and_swapped_days_of_imported_lists_are_right_in_deadlines(engine, start, days, due):
    for content in (LIST_2026, LIST_2027):
        outcome = bring(engine, "holidays", content)
        assert (outcome.accepted, outcome.reading.warnings) == (True, ())
    with reading(engine) as connection:
        holidays = country_holidays(connection)

    assert working_days_after(start, days, holidays) == due


def test_a_list_that_forgets_the_day_off_for_a_holiday_at_a_weekend_is_taken_with_a_warning(engine):
    outcome = bring(engine, "holidays", LIST_2027.replace("{ day = 2027-05-03,", "{ day = 2027-12-24,"))

    assert outcome.accepted
    assert [problem.values for problem in outcome.reading.warnings] == [{"day": "01/05/2027", "instead": "03/05/2027"}]
    assert "01/05/2027 rơi vào thứ Bảy hoặc Chủ nhật" in report(outcome, "2027.toml", load_texts())


@given(st.integers(2020, 2060))
def test_each_holiday_of_law_at_a_weekend_has_a_working_day_of_its_own_off_instead(year):
    weekends = [date(year, *each) for each in BY_LAW if date(year, *each).isoweekday() >= 6]
    found = substitutes(year)

    assert sorted(found) == sorted(weekends)
    assert len(set(found.values())) == len(found)
    for holiday, day in found.items():
        assert holiday < day <= holiday + timedelta(days=4)
        assert day.isoweekday() < 6
        assert (day.month, day.day) not in BY_LAW
        assert not is_working_day(day, Holidays())
        assert is_working_day(day, Holidays(years=frozenset({year})))  # a list says it, or says another day


def test_two_holidays_at_one_weekend_take_two_days():
    assert substitutes(2033) == {
        date(2033, 1, 1): date(2033, 1, 3),
        date(2033, 4, 30): date(2033, 5, 2),
        date(2033, 5, 1): date(2033, 5, 3),
    }


def test_the_years_a_deadline_runs_into_without_a_list_are_told():
    deadlines = Deadlines(load_schemes(), holidays_from([{"year": 2026}]))
    late, early = (
        Case(Status.NEW, "H35.88", asked_at=moment, since=moment, anonymous=False)
        for moment in (datetime(2026, 12, 25, 3, tzinfo=UTC), datetime(2026, 11, 2, 3, tzinfo=UTC))
    )

    assert (deadlines.unlisted_years(late), deadlines.unlisted_years(early)) == ((2027,), ())


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("off = [{ day = 2026-09-01 }, { day = 2026-08-22 }]\nworked = [{ day = 2026-08-22, instead_of = 2026-09-01 }]",
         "both"),
        ("off = [{ day = 2026-09-01 }]\nworked = [{ day = 2026-05-01, instead_of = 2026-09-01 }]", "by_law"),
        ("off = [{ day = 2026-09-01 }, { day = 2026-09-03 }]\nworked = [{ day = 2026-08-22, instead_of = 2026-09-01 },"
         " { day = 2026-08-22, instead_of = 2026-09-03 }]", "twice"),
        ("worked = [{ day = 2026-08-22, instead_of = 2026-08-31 }]", "not_off"),
    ],
)  # fmt: skip
def test_a_list_that_contradicts_itself_is_refused(engine, content, key):
    outcome = bring(engine, "holidays", YEAR + content)

    assert [problem.key for problem in outcome.reading.errors] == [f"import.holidays.{key}"]
    assert "Xin " in report(outcome, "a.toml", load_texts())


@pytest.mark.parametrize(
    "content", ["a = " + "[" * 9_999, "a = " + "{b=" * 9_999, "off = 3", "off = [3]", "off = ['x']"]
)
@pytest.mark.parametrize("kind", ["holidays", "questionnaire", "wording"])
def test_a_toml_file_that_is_no_list_is_refused_and_never_a_traceback(engine, kind, content):
    outcome = bring(engine, kind, YEAR + content)

    assert not outcome.accepted
    assert report(outcome, "a.toml", load_texts())


def test_a_corrected_list_that_loses_days_asks_first(engine):
    bring(engine, "holidays", LIST_2026)

    asked = bring(engine, "holidays", YEAR + "off = [{ day = 2026-09-02 }]")
    agreed = bring(engine, "holidays", YEAR + "off = [{ day = 2026-09-02 }]", may_empty=True)

    assert (asked.asks, asked.gone, asked.revision) == (True, 15, None)
    assert (agreed.asks, agreed.changed) == (False, 1)


def test_the_import_of_a_list_says_which_year_is_missing(tmp_path, command_line, capsys, engine):  # noqa: F811
    given_ = tmp_path / "2025.toml"
    given_.write_text("year = 2025\noff = []\n", "utf-8")

    assert command_line("holidays", str(given_)) == 0
    assert "Chưa có danh sách ngày nghỉ của năm 2026" in capsys.readouterr().out
    assert command_line("holidays", str(shared("config") / "schemes" / "holidays-2026.toml")) == 0
    assert "Chưa có danh sách" not in capsys.readouterr().out


def test_open_complaints_and_those_of_today_need_the_lists_of_the_years_they_run_into(engine):
    bring(engine, "holidays", LIST_2026)

    with reading(engine) as connection:
        in_november = unlisted_years(connection, load_schemes(), datetime(2026, 11, 2, 3, tzinfo=UTC))
        at_christmas = unlisted_years(connection, load_schemes(), datetime(2026, 12, 24, 3, tzinfo=UTC))

    assert (in_november, at_christmas) == ((), (2027,))


def test_the_first_page_the_register_and_a_complaint_say_that_a_list_is_missing_and_are_silent_once_it_is_there(
    tmp_path,
):
    with open_to_the_public(tmp_path) as (office, address):
        browser = Browser(address)
        browser.sign_in(HEAD_OF_OFFICE.user_name, PASSWORD)
        pages = ("/", "/complaints", f"/complaints/{office.ids['late']}")
        before = [browser.get(page).text for page in pages]
        bring(office.district.engine, "holidays", LIST_2026)
        after = [browser.get(page).text for page in pages]

    assert all("Chưa có danh sách ngày nghỉ năm 2026" in page for page in before)
    assert not any("Chưa có danh sách ngày nghỉ" in page for page in after)
