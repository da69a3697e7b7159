"""Receipt numbers: never the same twice, and no slip of a finger goes unnoticed."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.receipt import NotAReceipt, checked, grouped, mint, mint_of_box, read

NUMBERS = st.one_of(
    st.integers(0, 10**18 - 1).map(lambda n: checked(f"{n:018}")),
    st.integers(10**13, 10**14 - 1).map(lambda n: checked(str(n))),
)
PLACES = st.integers(0, 19)


@given(NUMBERS)
def test_a_number_is_read_however_it_is_grouped(number: str) -> None:
    assert read(grouped(number)) == read(f" {number[:4]}-{number[4:8]}.{number[8:]}\r\n") == number


@given(NUMBERS, PLACES, st.integers(1, 9))
def test_a_single_wrong_digit_is_always_noticed(number: str, place: int, more: int) -> None:
    place %= len(number)
    wrong = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]

    with pytest.raises(NotAReceipt):
        read(wrong)


@given(NUMBERS, PLACES, PLACES)
def test_two_swapped_digits_are_always_noticed(number: str, one: int, other: int) -> None:
    digits, one, other = list(number), one % len(number), other % len(number)
    digits[one], digits[other] = digits[other], digits[one]
    swapped = "".join(digits)

    if swapped == number:
        assert read(swapped) == number
    else:
        with pytest.raises(NotAReceipt):
            read(swapped)


@pytest.mark.parametrize(
    "text", ["", "1234", "1" * 15, "1" * 17, checked("1" * 16), "1" * 19, "1" * 21, "١" * 16, "abcdabcdabcdabcd"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotAReceipt):
        read(text)


@pytest.mark.slow
def test_ten_thousand_boxes_never_make_the_same_number() -> None:
    """``MINTS=1000`` makes it ten million; two boxes cannot meet, because each number begins with its box's own."""
    each = int(os.environ.get("MINTS", "20"))
    for box in range(10_000, 20_000):
        given_out: set[str] = set()
        for _ in range(each):
            given_out.add(mint_of_box(box, given_out.__contains__).number)
        assert len(given_out) == each
        assert {number[:5] for number in given_out} == {str(box)}


def test_a_box_never_gives_a_number_out_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter([7, 7, 7, 8])
    monkeypatch.setattr("kiosk.domain.receipt.secrets.randbelow", lambda _: next(draws))
    given_out = {mint().number}

    again = mint(given_out.__contains__)

    assert again.number == checked(f"{8:018}")


def test_no_digit_of_a_number_tells_the_box_or_repeats_itself() -> None:
    """All eighteen digits are drawn: each takes every value, so that a thief can leave none of them out."""
    numbers = [mint().number for _ in range(1_000)]

    assert {len(number) for number in numbers} == {20}
    assert all(len({number[place] for number in numbers}) == 10 for place in range(18))


def test_whoever_copies_a_kiosk_has_a_million_times_more_numbers_to_try() -> None:
    """Against a thousand boxes together as against one. Check digits can be worked out, so they do not count."""
    of_boxes = 1_000 * 10**9

    assert 10 ** (len(mint().number) - 2) >= 10**6 * of_boxes


@pytest.mark.parametrize("box", [0, 9_999, 100_000])
def test_a_box_without_a_number_of_its_own_makes_none(box: int) -> None:
    with pytest.raises(ValueError, match="box number"):
        mint_of_box(box)


def test_a_receipt_is_never_written_into_a_log() -> None:
    receipt = mint()

    assert receipt.number not in repr(receipt)
    assert receipt.token not in repr(receipt)
