"""How a complaint stands opens with its receipt number and with nothing else."""

import pytest

from kiosk.domain.receipt import mint
from sync.protocol.receipt_lookup import NotThisReceipt, close, key_of, open_closed

NUMBER, OTHER = mint(10_000).number, mint(10_001).number
STANDS = {"state": "answered", "office": "UBND xã Quảng Trực", "answer": "Đã sửa biển chỉ dẫn, cảm ơn Ông/Bà."}


def test_the_number_opens_what_was_closed_for_it() -> None:
    assert open_closed(close(STANDS, key_of(NUMBER)), key_of(NUMBER)) == STANDS


def test_another_number_opens_nothing() -> None:
    with pytest.raises(NotThisReceipt):
        open_closed(close(STANDS, key_of(NUMBER)), key_of(OTHER))


def test_a_changed_byte_opens_nothing() -> None:
    closed = bytearray(close(STANDS, key_of(NUMBER)))
    closed[-1] ^= 1

    with pytest.raises(NotThisReceipt):
        open_closed(bytes(closed), key_of(NUMBER))


def test_the_length_does_not_tell_an_answer_from_a_refusal() -> None:
    key = key_of(NUMBER)

    assert len(close(STANDS, key)) == len(close({"state": "new"}, key))


def test_the_same_content_never_looks_the_same() -> None:
    key = key_of(NUMBER)

    assert close(STANDS, key) != close(STANDS, key)


def test_the_name_of_a_row_is_the_same_on_every_kiosk() -> None:
    assert key_of("1000000000000727").lookup_id == "a0599c723a288846dd49512c4f6ba6b2"
