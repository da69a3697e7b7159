"""A sound in parts that fit into sealed bodies."""

import base64
import hashlib
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from sync.protocol.attachment import CLASS, MAX_PARTS, PART_BYTES, split
from sync.protocol.seal import OVERHEAD, seal, unseal

KEY = PrivateKey(bytes(range(32)))
OTHER = {"at_s": 1_795_000_000, "boot": "b" * 36, "of": "0" * 36, "kind": "audio/ogg; codecs=opus", "unit_id": "H35.88"}


@given(st.integers(1, 4 * PART_BYTES), st.randoms())
def test_the_parts_are_the_whole_in_their_order(length, dice):
    data = dice.randbytes(length)
    parts = [part.fields() for part in split(bytearray(data))]

    assert b"".join(base64.b64decode(part["data"]) for part in parts) == data
    assert [(part["part"], part["parts"]) for part in parts] == [(at, len(parts)) for at in range(1, len(parts) + 1)]
    assert {part["sha256"] for part in parts} == {hashlib.sha256(data).hexdigest()}


@pytest.mark.parametrize("length", [1, PART_BYTES, PART_BYTES + 1, 240_000])
def test_every_part_is_sealed_at_the_same_size(length: int):
    data = Random(length).randbytes(length)
    sealed = [seal({**OTHER, **part.fields()}, bytes(KEY.public_key), CLASS) for part in split(data)]

    assert {len(box) for box in sealed} == {CLASS + OVERHEAD}
    assert b"".join(base64.b64decode(unseal(box, KEY)["data"]) for box in sealed) == data


def test_two_minutes_of_speech_are_eight_parts():
    assert len(split(Random(1).randbytes(250_000))) == 8


@pytest.mark.parametrize("length", [0, MAX_PARTS * PART_BYTES + 1])
def test_nothing_and_too_much_cannot_be_split(length: int):
    with pytest.raises(ValueError, match="cannot be split"):
        split(bytes(length))
