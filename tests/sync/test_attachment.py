"""A sound in parts that fit into sealed bodies, and the whole again, or a plain word about what is missing."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from nacl.public import PrivateKey

from sync.protocol.attachment import CLASS, MOST_PARTS, PART_BYTES, NotWhole, join, part_of, split
from sync.protocol.seal import OVERHEAD, seal, unseal

KEY = PrivateKey(bytes(range(32)))
OTHER = {"at_s": 1_795_000_000, "boot": "b" * 36, "of": "0" * 36, "kind": "audio/ogg; codecs=opus", "unit_id": "H35.88"}


@given(st.integers(1, 4 * PART_BYTES), st.randoms())
def test_what_is_split_is_joined_again_in_any_order(length, dice):
    data = dice.randbytes(length)
    parts = split(bytearray(data))
    dice.shuffle(parts)

    assert join(parts) == data


@pytest.mark.parametrize("length", [1, PART_BYTES, PART_BYTES + 1, 240_000])
def test_every_part_is_sealed_at_the_same_size(length: int):
    data = os.urandom(length)
    sealed = [seal({**OTHER, **part.fields()}, bytes(KEY.public_key), CLASS) for part in split(data)]

    assert {len(box) for box in sealed} == {CLASS + OVERHEAD}
    assert join(part_of(unseal(box, KEY)) for box in sealed) == data


def test_two_minutes_of_speech_are_eight_parts():
    assert len(split(os.urandom(250_000))) == 8


def test_a_part_that_comes_twice_is_no_harm():
    first, second = split(bytes(PART_BYTES + 1))

    assert join([second, first, second]) == bytes(PART_BYTES + 1)


def test_missing_parts_are_named():
    parts = split(bytes(4 * PART_BYTES))

    with pytest.raises(NotWhole, match="of 4 parts are missing: 2, 4"):
        join([parts[0], parts[2]])
    with pytest.raises(NotWhole, match="there are no parts"):
        join([])


def test_parts_of_two_sounds_are_never_mixed():
    with pytest.raises(NotWhole, match="not of one sound"):
        join([split(b"a" * 2 * PART_BYTES)[0], split(b"b" * 2 * PART_BYTES)[1]])


def test_a_changed_byte_is_found():
    first, second = split(b"a" * 2 * PART_BYTES)

    with pytest.raises(NotWhole, match="not what was recorded"):
        join([first, replace(second, data=b"b" * PART_BYTES)])
    with pytest.raises(NotWhole, match="two versions"):
        join([first, second, replace(second, data=b"b")])


@pytest.mark.parametrize("length", [0, MOST_PARTS * PART_BYTES + 1])
def test_nothing_and_too_much_cannot_be_split(length: int):
    with pytest.raises(ValueError, match="cannot be split"):
        split(bytes(length))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"part": 0}, "no part"),
        ({"part": 2}, "no part"),
        ({"parts": "1"}, "no part"),
        ({"part": True}, "no part"),
        ({"sha256": None}, "no data or no hash"),
        ({"data": 7}, "no data or no hash"),
        ({"data": "no base64!"}, "not base64"),
    ],
)
def test_a_body_that_is_no_part_is_refused(change, said):
    with pytest.raises(NotWhole, match=said):
        part_of({**split(b"abc")[0].fields(), **change})
