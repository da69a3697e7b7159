"""What can be a telephone number, and its groups."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.phone_number import grouped_phone, is_phone, regrouped

DIGITS = st.text("0123456789", max_size=16)


@pytest.mark.parametrize(
    ("digits", "right"),
    [
        ("0912345123", True),
        ("091234512", False),  # a digit short: whoever left it would wait for an answer that never comes
        ("09123451234", False),
        ("0412345123", False),  # no such network
        ("02623850123", True),
        ("0262385012", False),
        ("02438253536", True),
        ("84912345123", True),
        ("0033612345678", True),
        ("113", False),
        ("", False),
    ],
)
def test_a_number_is_taken_that_somebody_can_be_reached_at(digits: str, right: bool) -> None:
    assert is_phone(digits) is right


@given(DIGITS)
def test_grouping_loses_no_digit_and_makes_no_group_of_one(digits: str) -> None:
    groups = grouped_phone(digits).split(" ")

    assert "".join(groups) == digits
    assert not is_phone(digits) or all(len(group) > 1 for group in groups)


@given(DIGITS)
def test_a_number_is_grouped_alike_however_an_office_wrote_it(digits: str) -> None:
    written = ".".join(digits[at : at + 3] for at in range(0, len(digits), 3))

    assert regrouped(written) == (grouped_phone(digits) if is_phone(digits) else written)
