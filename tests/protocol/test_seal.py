"""Sealing: only the district opens it, and its length tells nothing."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from kiosk.domain.rating import Flag, InputMethod, Score, Stage
from sync.protocol.seal import MAX_CLASS, MIN_CLASS, CannotUnseal, canonical, key_id, seal, size_class, unseal
from tests.support.factories import AT, rating_body

KEY = PrivateKey.generate()
PUBLIC = bytes(KEY.public_key)

# Text without lone surrogates, whole numbers that JSON keeps exactly, objects whose names are ASCII as all of ours are.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.text(st.characters(max_codepoint=0x7F), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=15,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=6)

CODES = st.none() | st.from_regex(r"H35\.[0-9]{2}-26[0-9]{4}-[0-9]{4}", fullmatch=True)
BODIES = st.fixed_dictionaries(
    {
        "at_s": st.integers(AT, AT + 10**9),
        "up_s": st.integers(0, 10**8),
        "boot": st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
        "offset_s": st.none() | st.integers(-(10**6), 10**6),
        "counter_id": st.sampled_from([None, "H35.13-q1", "H35.13-q17"]),
        "dossier_code": CODES,
        "stage": st.sampled_from([str(stage) for stage in Stage]),
        "flags": st.lists(st.sampled_from([str(flag) for flag in Flag]), unique=True, max_size=2).map(sorted),
        "input": st.sampled_from([str(method) for method in InputMethod]),
        "language": st.sampled_from(["vi", "en"]),
        "since_s": st.none() | st.integers(0, 10**7),
        "spent_ms": st.integers(0, 120_000),
    }
)


@given(OBJECTS)
def test_what_is_sealed_comes_back(body: dict[str, Any]) -> None:
    assert unseal(seal(body, PUBLIC), KEY) == body


@given(BODIES)
def test_no_score_shows_in_the_length(body: dict[str, Any]) -> None:
    lengths = {len(seal(rating_body(**body, score=int(score)), PUBLIC)) for score in Score}

    assert len(lengths) == 1


@given(OBJECTS)
def test_canonical_is_rfc_8785(value: dict[str, Any]) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [{"x": 0.5}, {"x": [1, {"y": 1.0}]}])
def test_a_float_has_no_canonical_form_here(value: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="float"):
        canonical(value)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(CannotUnseal):
        unseal(seal(rating_body(), PUBLIC), PrivateKey.generate())


@given(data=st.data())
def test_one_changed_byte_opens_nothing(data: st.DataObject) -> None:
    sealed = bytearray(seal(rating_body(), PUBLIC))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))

    with pytest.raises(CannotUnseal):
        unseal(bytes(sealed), KEY)


@given(st.binary(max_size=400))
def test_any_bytes_open_nothing(sealed: bytes) -> None:
    with pytest.raises(CannotUnseal):
        unseal(sealed, KEY)


@given(st.binary(max_size=400))
def test_any_bytes_well_sealed_are_set_aside(message: bytes) -> None:
    for content in (message, b"\1" + message + b"\x80\0\0"):
        with pytest.raises(CannotUnseal):
            unseal(SealedBox(KEY.public_key).encrypt(content), KEY)


def test_sealing_twice_gives_two_unlike_messages() -> None:
    assert seal(rating_body(), PUBLIC) != seal(rating_body(), PUBLIC)


def test_sizes_double() -> None:
    assert [size_class(length) for length in (1, 88, 89, 176, 177)] == [88, 88, 176, 176, 352]
    assert size_class(MAX_CLASS) == MAX_CLASS == MIN_CLASS * 4096


def test_what_is_too_large_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="too large"):
        seal({"noise": "".join(f"{number:x}" for number in range(300_000))}, PUBLIC)


def test_a_key_has_a_short_name() -> None:
    assert key_id(b"\0" * 32) == "66687aad"
