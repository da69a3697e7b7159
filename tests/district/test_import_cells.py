"""Days, periods, choices and links as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.district.reference.cells import choice_of, link_of, number_of, period_of, weekdays_of
from sync.district.reference.values import BadValue
from tests.district.web_fixtures import CATALOGUE

RULES = {rule.field: rule for rule in CATALOGUE.kinds["notices"]}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Thứ 2 - Thứ 6", "12345"),
        ("Từ thứ Hai đến thứ Sáu", "12345"),
        ("T2–T6", "12345"),
        ("2-6", "12345"),
        ("T2, T4, T6", "135"),
        ("Thứ tư", "3"),
        ("thứ Bảy; Chủ nhật", "67"),
        ("T7 và CN", "67"),
        ("Thứ 2 - CN", "1234567"),
    ],
)
def test_days_of_the_week(text: str, days: str) -> None:
    assert weekdays_of(text) == days


@pytest.mark.parametrize("text", ["Thứ 8", "hằng ngày", "T6-T2", "Monday", ""])
def test_what_are_no_days(text: str) -> None:
    with pytest.raises(BadValue) as error:
        weekdays_of(text)

    assert error.value.key == "import.value.weekdays"


@pytest.mark.parametrize(
    "text", ["07:30-11:30", "7h30 - 11h30", "7 giờ 30 đến 11 giờ 30", "Từ 7g30 tới 11g30 phút", "7.30–11.30"]
)
def test_a_period_however_it_is_written(text: str) -> None:
    assert period_of(text) == "07:30-11:30"


@given(st.times(), st.times())
def test_any_period_is_read_or_refused(first, last) -> None:
    text = f"{first:%H:%M} - {last:%H:%M}"
    if f"{first:%H:%M}" < f"{last:%H:%M}":
        assert period_of(text) == text.replace(" ", "")
    else:
        with pytest.raises(BadValue):
            period_of(text)


@pytest.mark.parametrize("text", ["sáng", "7h", "25:00-26:00", "11:30-7:30", "07:30-11:75"])
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(BadValue) as error:
        period_of(text)

    assert error.value.key == "import.value.period"


@pytest.mark.parametrize("text", ["Chỉ số", "CHI SO", "index", "Chỉ số tại quầy"])
def test_a_kind_by_any_of_its_names(text: str) -> None:
    assert choice_of(text, RULES["kind"]) == "index"


def test_an_unknown_kind_is_answered_with_the_known_ones() -> None:
    with pytest.raises(BadValue) as error:
        choice_of("quảng cáo", RULES["kind"])

    assert "“Liên hệ”" in str(error.value.values["choices"])


@pytest.mark.parametrize("text", ["dichvucong.gov.vn", "javascript:alert(1)", "https://x", "https://a b.vn/"])
def test_what_is_no_page(text: str) -> None:
    with pytest.raises(BadValue):
        link_of(text, RULES["link"])


@pytest.mark.parametrize("text", ["-1", "1,5", "12345", "một"])
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(BadValue):
        number_of(text)
