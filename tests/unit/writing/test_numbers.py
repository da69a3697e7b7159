"""Numbers in groups: the caret means the same digits in the field and on the screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flow.state.text_input import Kind
from kiosk.ui.writing.numbers import caret_of, grouped, place_of


@pytest.mark.parametrize(
    ("kind", "digits", "shown"),
    [
        (Kind.PHONE, "0912345678", "0912 345 678"),
        (Kind.PHONE, "0912", "0912"),
        (Kind.PHONE, "02438253536", "024 3825 3536"),
        (Kind.RECEIPT_NUMBER, "1234567890123456", "1234 5678 9012 3456"),
        (Kind.RECEIPT_NUMBER, "12345678901234567890", "1234 5678 9012 3456 7890"),
        (Kind.RECEIPT_NUMBER, "", ""),
        (Kind.WORDS, "0912345678", "0912345678"),
    ],
)
def test_numbers_are_shown_in_groups(kind: Kind, digits: str, shown: str) -> None:
    assert grouped(kind, digits) == shown


@given(st.sampled_from([Kind.PHONE, Kind.RECEIPT_NUMBER, Kind.WORDS]), st.text("0123456789", max_size=16))
def test_every_caret_has_its_place_and_every_place_its_caret(kind: Kind, digits: str) -> None:
    shown = grouped(kind, digits)

    for caret in range(len(digits) + 1):
        place = place_of(kind, digits, caret)
        assert shown[:place].replace(" ", "") == digits[:caret]
        assert caret_of(kind, digits, place) == caret
