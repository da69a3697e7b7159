"""Recipe 2: a rating with all that is known of how it was given comes back, and stays within its 88 bytes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey, SealedBox

from sync.protocol import packed_rating, seal
from sync.protocol.packed_rating import (
    BYTES,
    FIELDS,
    LINES,
    NotPacked,
    PackedBoot,
    PackedField,
    PackedNumber,
    PackedWord,
    PackedWords,
)
from sync.protocol.seal import CannotUnseal
from tests.support.factories import given_body, rating_body

KEY = PrivateKey.generate()
PUBLIC = bytes(KEY.public_key)
LABELS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=64)


def fitting(field: PackedField) -> st.SearchStrategy[Any]:
    """Every value that the bits of a field hold."""
    match field:
        case PackedNumber(_, bits, least, may_lack):
            numbers = st.integers(least, least + 2**bits - 1 - may_lack)
            return st.none() | numbers if may_lack else numbers
        case PackedWord(_, _, words, may_lack):
            return st.sampled_from([*words, None] if may_lack else list(words))
        case PackedWords(_, _, words):
            return st.sets(st.sampled_from(words)).map(sorted)
        case PackedBoot():
            return st.from_regex(r"[0-9a-f]{4}", fullmatch=True)


LINE = {name: st.none() | LABELS if name in ("counter_id", "dossier_code") else LABELS for name in LINES}
BODIES = st.fixed_dictionaries({field.name: fitting(field) for field in FIELDS} | LINE)


@given(BODIES)
def test_whatever_fits_is_packed_and_comes_back(body: dict[str, Any]) -> None:
    packed = packed_rating.pack(body)

    assert packed is not None
    assert packed_rating.unpack(packed, seal.MAX_CLASS) == body
    assert seal.unseal(seal.seal(body, PUBLIC), KEY) == body


ANYTHING = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | LABELS | st.lists(LABELS, max_size=3)


@given(BODIES, st.sampled_from(sorted(packed_rating.NAMES)), ANYTHING)
def test_what_does_not_fit_is_sealed_as_an_object_and_comes_back_too(
    body: dict[str, Any], name: str, value: object
) -> None:
    body = body | {name: value}

    opened = seal.unseal(seal.seal(body, PUBLIC), KEY)

    assert opened == body
    assert [type(each) for each in opened.values()] == [type(body[name]) for name in opened]


@pytest.mark.parametrize("missing", ["given", "revision", "unit_id"])
def test_other_names_are_no_rating_of_recipe_2(missing: str) -> None:
    body = {name: value for name, value in given_body().items() if name != missing}

    assert packed_rating.pack(body) is None
    assert packed_rating.pack(given_body() | {"note": 1}) is None
    assert packed_rating.pack(rating_body()) is None


def test_a_text_with_a_line_break_is_not_split() -> None:
    body = given_body(dossier_code="a\nb")

    assert packed_rating.pack(body) is None
    assert seal.unseal(seal.seal(body, PUBLIC), KEY) == body


def sealed_as_packed(numbers: bytes, text: bytes) -> bytes:
    return SealedBox(KEY.public_key).encrypt((b"\2" + numbers + text + b"\x80").ljust(88, b"\0"))


def test_a_word_of_a_later_release_waits_for_that_release() -> None:
    packed = packed_rating.pack(given_body())
    assert packed is not None
    before = sum(field.bits for field in FIELDS[: [field.name for field in FIELDS].index("given")])
    later = int.from_bytes(packed[:BYTES]) | 7 << (BYTES * 8 - before - 3)

    with pytest.raises(CannotUnseal, match="given: a word of a later release: update the district"):
        seal.unseal(sealed_as_packed(later.to_bytes(BYTES), packed[BYTES:]), KEY)


@given(st.binary(max_size=86))
def test_any_bytes_are_a_rating_or_set_aside(content: bytes) -> None:
    try:
        body = seal.unseal(sealed_as_packed(content[:BYTES], content[BYTES:]), KEY)
    except CannotUnseal:
        return
    assert body.keys() == packed_rating.NAMES


def test_a_text_that_is_not_whole_is_set_aside() -> None:
    packed = packed_rating.pack(given_body())
    assert packed is not None

    with pytest.raises(NotPacked):
        packed_rating.unpack(packed[: BYTES - 1], seal.MAX_CLASS)
    for cut in range(BYTES, len(packed)):
        with pytest.raises(CannotUnseal):
            seal.unseal(sealed_as_packed(packed[:BYTES], packed[BYTES:cut]), KEY)


def test_the_numbers_fill_their_bytes_to_the_last_bit() -> None:
    assert sum(field.bits for field in FIELDS) == 8 * BYTES == 240
