"""Recipes 2 and 3: a rating with all that is known of how it was given comes back, and stays within its 88 bytes."""

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
    RECIPES,
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
BODIES_OF = {
    recipe: st.fixed_dictionaries({field.name: fitting(field) for field in fields} | LINE)
    for recipe, fields in RECIPES.items()
}
BODIES = st.one_of(*BODIES_OF.values())
NAMES = {recipe: {*(field.name for field in fields), *LINES} for recipe, fields in RECIPES.items()}


@given(BODIES)
def test_whatever_fits_is_packed_and_comes_back(body: dict[str, Any]) -> None:
    recipe = packed_rating.recipe_of(body)
    assert recipe is not None
    packed = packed_rating.pack(body, recipe)

    assert packed is not None
    assert packed_rating.unpack(packed, seal.MAX_CLASS, recipe) == body
    assert seal.unseal(seal.seal(body, PUBLIC), KEY) == body


ANYTHING = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | LABELS | st.lists(LABELS, max_size=3)


@given(BODIES, st.sampled_from(sorted(NAMES[3])), ANYTHING)
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

    assert packed_rating.recipe_of(body) is None
    assert packed_rating.recipe_of(given_body() | {"note": 1}) is None
    assert packed_rating.recipe_of(rating_body()) is None
    assert packed_rating.recipe_of(given_body()) == 2
    assert packed_rating.recipe_of(given_body(transaction="no")) == 3


def test_a_text_with_a_line_break_is_not_split() -> None:
    body = given_body(dossier_code="a\nb")

    assert packed_rating.pack(body, 2) is None
    assert seal.unseal(seal.seal(body, PUBLIC), KEY) == body


def sealed_as_packed(numbers: bytes, text: bytes, recipe: int = 2) -> bytes:
    return SealedBox(KEY.public_key).encrypt((bytes([recipe]) + numbers + text + b"\x80").ljust(88, b"\0"))


def test_a_word_of_a_later_release_waits_for_that_release() -> None:
    packed = packed_rating.pack(given_body(), 2)
    assert packed is not None
    before = sum(field.bits for field in FIELDS[: [field.name for field in FIELDS].index("given")])
    later = int.from_bytes(packed[:BYTES]) | 7 << (BYTES * 8 - before - 3)

    with pytest.raises(CannotUnseal, match="given: a word of a later release: update the district"):
        seal.unseal(sealed_as_packed(later.to_bytes(BYTES), packed[BYTES:]), KEY)


@given(st.binary(max_size=86), st.sampled_from(sorted(RECIPES)))
def test_any_bytes_are_a_rating_or_set_aside(content: bytes, recipe: int) -> None:
    try:
        body = seal.unseal(sealed_as_packed(content[:BYTES], content[BYTES:], recipe), KEY)
    except CannotUnseal:
        return
    assert body.keys() == NAMES[recipe]


def test_a_text_that_is_not_whole_is_set_aside() -> None:
    packed = packed_rating.pack(given_body(), 2)
    assert packed is not None

    with pytest.raises(NotPacked):
        packed_rating.unpack(packed[: BYTES - 1], seal.MAX_CLASS, 2)
    for cut in range(BYTES, len(packed)):
        with pytest.raises(CannotUnseal):
            seal.unseal(sealed_as_packed(packed[:BYTES], packed[BYTES:cut]), KEY)


@pytest.mark.parametrize("recipe", sorted(RECIPES))
def test_the_numbers_fill_their_bytes_to_the_last_bit(recipe: int) -> None:
    assert sum(field.bits for field in RECIPES[recipe]) == 8 * BYTES == 240


def test_what_was_added_changes_nothing_but_the_flags() -> None:
    added = [field for field in RECIPES[3] if field.name not in ("flags", "transaction")]

    assert added == [field for field in RECIPES[2] if field.name != "flags"]


@pytest.mark.parametrize("transaction", ["yes", "no", "unknown"])
def test_whether_there_was_a_transaction_changes_no_length(transaction: str) -> None:
    whole = given_body(transaction=transaction)

    assert len(seal.seal(whole, PUBLIC)) == len(seal.seal(given_body(), PUBLIC)) == 88 + seal.OVERHEAD
