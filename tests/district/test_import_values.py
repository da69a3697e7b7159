"""From one cell to a code, a text or a date."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import to_excel

from sync.district.reference.columns import ColumnRule
from sync.district.reference.values import EARLIEST, LATEST, BadValue, code_of, date_of, text_of
from tests.district.web_fixtures import CATALOGUE

DAYS = st.dates(EARLIEST, LATEST)
FIFTH = date(2026, 11, 5)


def rule(kind: str, field: str) -> ColumnRule:
    return next(found for found in CATALOGUE.kinds[kind] if found.field == field)


@pytest.mark.parametrize(
    "written",
    [
        "05/11/2026", "5/11/2026", "05-11-2026", "05.11.2026", " 05/11/2026 ", "'05/11/2026", "05/11/2026 08:30",
        "05/11/2026 08:30:15", "08:30 05/11/2026", "08:30:15, 05/11/2026", "8h30 ngày 05/11/2026",
        "05/11/2026 lúc 8h30", "05/11/2026 8:30 SA", "2026-11-05", "2026-11-05 08:30:00", "2026-11-05T08:30:00Z",
        "46331", "46331,35", 46331, 46331.35, datetime.combine(FIFTH, time(23, 59)), FIFTH,
        "05/11/2026\n08:30", "05 / 11 / 2026",
    ],
)  # fmt: skip
def test_the_fifth_of_november_is_read_however_it_is_written(written):
    assert date_of(written) == FIFTH


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("31/02/2026", "import.value.no_such_date"),
        ("11/21/2026", "import.value.month_first"),
        ("05/11/26", "import.value.short_year"),
        ("05/11/2226", "import.value.implausible_date"),
        ("hôm qua", "import.value.date"),
        ("12", "import.value.date"),
        (12, "import.value.implausible_date"),
        (1e300, "import.value.date"),
        (time(8, 30), "import.value.date"),
        ("#REF!", "import.value.date"),
    ],
)
def test_what_is_no_date_is_refused_by_name(written, key):
    with pytest.raises(BadValue) as caught:
        date_of(written)

    assert key == caught.value.key


@given(DAYS, st.times())
def test_a_date_comes_back_from_every_way_to_write_it(day, moment):
    day_first = f"{day:%d/%m}/{day.year}"

    assert day == date_of(day_first)
    assert day == date_of(f"{day_first} {moment:%H:%M}")
    assert day == date_of(f"{moment:%H:%M} {day_first}")
    assert day == date_of(day.isoformat())
    assert day == date_of(datetime.combine(day, moment))


@given(st.dates(date(1950, 1, 1), LATEST))
def test_excels_day_numbers_are_read_as_excel_means_them(day):
    assert day == date_of(to_excel(datetime.combine(day, time())))
    assert day == date_of((day - date(1904, 1, 1)).days, from_1904=True)
    assert day == date_of(float((day - date(1899, 12, 30)) / timedelta(days=1)) + 0.999)


@pytest.mark.parametrize(
    "written",
    ["h35.88.01-261105-0007", " H35.88.01 - 261105 - 0007 ", "H35.88.01–261105–0007", "'H35.88.01-261105-0007",
     "H35.88.01-261105-0007\u200b", "\u00a0H35.88.01-261105-0007\r\n"],
)  # fmt: skip
def test_a_dossier_code_is_the_same_in_lower_case_with_stray_spaces_and_other_dashes(written):
    assert code_of(written, rule("dossiers", "dossier_code")) == "H35.88.01-261105-0007"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (1.001193, "1.001193"),
        (1.00119, "1.001190"),
        (2.0, "2.000000"),
        ("1,001193", "1.001193"),
        ("1.014459.h35", "1.014459.H35"),
        ("1.00119", "1.001190"),
    ],
)
def test_a_procedure_code_that_excel_took_for_a_number_comes_back(written, code):
    assert code == code_of(written, rule("procedures", "procedure_id"))


@given(st.integers(0, 9), st.integers(0, 999_999))
def test_every_procedure_code_survives_being_a_number(first, rest):
    code = f"{first}.{rest:06d}"

    assert code == code_of(float(code), rule("procedures", "procedure_id"))


def test_a_whole_number_is_written_without_decimals():
    assert text_of(1205.0) == "1205"


def test_an_excel_error_is_no_code():
    with pytest.raises(BadValue) as caught:
        code_of("#N/A", rule("dossiers", "dossier_code"))

    assert caught.value.key == "import.value.excel_error"


def test_a_text_is_cleaned_and_joined():
    assert text_of("  Ho\u0302\u0300  sơ\n khai\u00a0sinh\x07") == "Hồ sơ khai sinh"
