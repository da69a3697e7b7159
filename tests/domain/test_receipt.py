"""Receipt numbers: never the same twice, and no slip of a finger goes unnoticed."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.receipt import DIGITS, NotAReceipt, checked, grouped, mint, read

NUMBERS = st.integers(10**13, 10**14 - 1).map(lambda n: checked(str(n)))


@given(NUMBERS)
def test_a_number_is_read_however_it_is_grouped(number: str) -> None:
    assert read(grouped(number)) == read(f" {number[:4]}-{number[4:8]}.{number[8:]}\r\n") == number


@given(NUMBERS, st.integers(0, DIGITS - 1), st.integers(1, 9))
def test_a_single_wrong_digit_is_always_noticed(number: str, place: int, more: int) -> None:
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]

    with pytest.raises(NotAReceipt):
        read(wrong)


@given(NUMBERS, st.integers(0, DIGITS - 1), st.integers(0, DIGITS - 1))
def test_two_swapped_digits_are_always_noticed(number: str, one: int, other: int) -> None:
    digits = list(number)
    digits[one], digits[other] = digits[other], digits[one]
    swapped = "".join(digits)

    if swapped == number:
        assert read(swapped) == number
    else:
        with pytest.raises(NotAReceipt):
            read(swapped)


@pytest.mark.parametrize("text", ["", "1234", "1" * 15, "1" * 17, "١" * 16, "abcdabcdabcdabcd"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotAReceipt):
        read(text)


def test_ten_thousand_boxes_never_make_the_same_number() -> None:
    """``MINTS=1000`` makes it ten million; two boxes cannot meet, because each number begins with its box's own."""
    each = int(os.environ.get("MINTS", "20"))
    for box in range(10_000, 20_000):
        given_out: set[str] = set()
        for _ in range(each):
            given_out.add(mint(box, given_out.__contains__).number)
        assert len(given_out) == each
        assert {number[:5] for number in given_out} == {str(box)}


def test_a_box_never_gives_a_number_out_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([7, 7, 7, 8])
    monkeypatch.setattr("kiosk.domain.receipt.secrets.randbelow", lambda _: next(draws))
    given_out = {mint(10_000).number}

    again = mint(10_000, given_out.__contains__)

    assert again.number == checked("10000000000008")


@pytest.mark.parametrize("box", [0, 9_999, 100_000])
def test_a_box_without_a_number_of_its_own_makes_none(box: int) -> None:
    with pytest.raises(ValueError, match="box number"):
        mint(box)


def test_a_receipt_is_never_written_into_a_log() -> None:
    receipt = mint(10_000)

    assert receipt.number not in repr(receipt)
    assert receipt.token not in repr(receipt)
