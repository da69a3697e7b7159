"""How a complaint stands opens with its receipt number and with nothing else."""

import pytest

from kiosk.domain.receipt import mint, mint_of_box
from sync.protocol.receipt_lookup import NoSalt, NotThisReceipt, close, key_of, open_closed

NUMBER, OTHER = mint().number, mint().number
SALT = bytes(range(16))
STANDS = {"state": "answered", "office": "UBND xã Quảng Trực", "answer": "Đã sửa biển chỉ dẫn, cảm ơn Ông/Bà."}


def test_the_number_opens_what_was_closed_for_it() -> None:
    assert open_closed(close(STANDS, key_of(NUMBER, SALT)), key_of(NUMBER, SALT)) == STANDS


def test_another_number_opens_nothing() -> None:
    with pytest.raises(NotThisReceipt):
        open_closed(close(STANDS, key_of(NUMBER, SALT)), key_of(OTHER, SALT))


def test_a_changed_byte_opens_nothing() -> None:
    closed = bytearray(close(STANDS, key_of(NUMBER, SALT)))
    closed[-1] ^= 1

    with pytest.raises(NotThisReceipt):
        open_closed(bytes(closed), key_of(NUMBER, SALT))


def test_the_length_does_not_tell_an_answer_from_a_refusal() -> None:
    key = key_of(NUMBER, SALT)

    assert len(close(STANDS, key)) == len(close({"state": "new"}, key))


def test_the_same_content_never_looks_the_same() -> None:
    key = key_of(NUMBER, SALT)

    assert close(STANDS, key) != close(STANDS, key)


def test_the_name_of_a_row_is_the_same_on_every_kiosk() -> None:
    assert key_of("1000000000000727").lookup_id == "a0599c723a288846dd49512c4f6ba6b2"


def test_the_same_number_of_another_district_opens_nothing() -> None:
    """No table made beforehand fits two districts."""
    with pytest.raises(NotThisReceipt):
        open_closed(close(STANDS, key_of(NUMBER, SALT)), key_of(NUMBER, bytes(16)))


@pytest.mark.parametrize("salt", [b"", bytes(15), bytes(17)])
def test_without_the_districts_salt_a_number_leads_nowhere(salt: bytes) -> None:
    with pytest.raises(NoSalt):
        key_of(NUMBER, salt)


def test_a_number_of_16_digits_opens_the_same_with_a_salt_and_without() -> None:
    number = mint_of_box(10_000).number

    assert key_of(number, SALT) == key_of(number)
