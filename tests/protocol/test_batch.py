"""The contract between box and district: what goes in comes out, and nothing else gets through."""

import contextlib
import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.entry import EntryType
from sync.protocol.batch import (
    CONFLICT,
    DUPLICATE,
    REFUSED,
    STORED,
    Acknowledgement,
    BatchResponse,
    Result,
    decode_batch,
    decode_response,
    encode_batch,
    encode_response,
    flaw,
)
from sync.protocol.chain import Head
from sync.protocol.enrolment import Enrolment, Welcome
from sync.protocol.fields import Malformed
from sync.protocol.message import MAX_PLAIN_BYTES, UnknownVersion
from tests.support.factories import Box, envelope

ENTRIES = [envelope() for _ in range(5)]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


def sample(first: int = 1, health: dict[str, Any] | None = None) -> Any:
    return Box(entries=list(ENTRIES)).batch(first, health=health)


@given(first=st.integers(1, 5), health=st.dictionaries(st.text(max_size=9), st.integers() | st.text(max_size=9)))
def test_a_batch_comes_back_as_it_went(first: int, health: dict[str, Any]) -> None:
    batch = sample(first, health)

    assert decode_batch(encode_batch(batch)) == batch


def test_the_same_batch_gives_the_same_bytes() -> None:
    batch = sample()

    assert encode_batch(batch) == encode_batch(batch)


@given(st.binary(max_size=300))
def test_any_bytes_are_malformed_and_nothing_worse(body: bytes) -> None:
    for packed in (body, gzip.compress(body)):
        with pytest.raises(Malformed):
            decode_batch(packed)


@given(JSON)
def test_any_json_is_malformed_and_nothing_worse(value: object) -> None:
    with pytest.raises(Malformed):
        decode_batch(gzip.compress(json.dumps(value).encode()))


@given(data=st.data())
def test_a_batch_with_any_field_replaced_decodes_or_is_malformed(data: st.DataObject) -> None:
    batch = json.loads(gzip.decompress(encode_batch(sample())))
    place = data.draw(st.sampled_from([batch, batch["entries"], batch["head"]]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON | st.lists(JSON, min_size=5, max_size=5))

    with contextlib.suppress(Malformed):
        decode_batch(gzip.compress(json.dumps(batch).encode()))


@given(st.floats(0, 1, exclude_max=True))
def test_a_body_cut_anywhere_is_malformed(share: float) -> None:
    body = encode_batch(sample())

    with pytest.raises(Malformed):
        decode_batch(body[: int(len(body) * share)])


@pytest.mark.parametrize(
    ("version", "error"),
    [
        (2, UnknownVersion),
        (999_999, UnknownVersion),
        (0, Malformed),
        ("1", Malformed),
        (None, Malformed),
        ([[[]]], Malformed),
        (10**400, Malformed),
    ],
)
def test_another_version_is_named_as_such_and_none_is_not_ours(version: object, error: type[Exception]) -> None:
    batch = json.loads(gzip.decompress(encode_batch(sample()))) | {"v": version}

    with pytest.raises(error) as raised:
        decode_batch(gzip.compress(json.dumps(batch).encode()))

    assert type(raised.value) is error
    assert len(str(raised.value)) < 80


def test_a_bomb_is_malformed() -> None:
    with pytest.raises(Malformed, match="larger than"):
        decode_batch(gzip.compress(b" " * (MAX_PLAIN_BYTES + 1)))


def test_a_thousand_brackets_are_malformed() -> None:
    with pytest.raises(Malformed):
        decode_batch(gzip.compress(b'{"v":' + b"[" * 100_000))


RESULTS = st.builds(Result, st.sampled_from([STORED, DUPLICATE, CONFLICT, REFUSED]), st.sampled_from(["", "bad_day"]))
RECEIPTS = st.builds(
    Acknowledgement,
    st.builds(
        Head, st.just("box-1"), st.integers(1, 2**40), st.integers(0, 2**40), st.binary(min_size=32, max_size=32)
    ),
    st.just("2026-11-21T05:00:00.000Z"),
    st.binary(min_size=64, max_size=64),
)
ANSWERS = st.builds(
    BatchResponse,
    st.lists(RESULTS, max_size=20).map(tuple),
    st.none() | RECEIPTS,
    st.integers(0, 2**40),
    st.integers(0, 2**40),
)


@given(ANSWERS)
def test_an_answer_comes_back_as_it_went(answer: BatchResponse) -> None:
    assert decode_response(json.loads(json.dumps(encode_response(answer)))) == answer


@given(JSON)
def test_a_captive_portals_page_is_malformed(value: object) -> None:
    with pytest.raises(Malformed):
        decode_response(value)


def test_equal_results_cost_one_run() -> None:
    answer = BatchResponse((Result(STORED),) * 500, None, 1, 500)

    assert encode_response(answer)["results"] == [[500, "stored", ""]]


@pytest.mark.parametrize(("counter", "number"), [(None, None), ("H32.13-q1", 10_000)])
def test_enrolment_comes_back_as_it_went(counter: str | None, number: int | None) -> None:
    asked = Enrolment("7KQM-4XTP-9RWD", b"k" * 32, "kiosk/0.1")
    welcomed = Welcome("box-1", "0" * 64, "H32.13", counter, b"s" * 32, b"r" * 32, number)

    assert Enrolment.decode(json.loads(json.dumps(asked.encode()))) == asked
    assert Welcome.decode(json.loads(json.dumps(welcomed.encode()))) == welcomed


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, ""),
        ({"type": "sabotage"}, "unknown_type"),
        ({"sealed": b""}, "wrong_size"),
        ({"sealed": b"x" * 48}, "wrong_size"),
        ({"sealed": b"x" * 400_000}, "wrong_size"),
        ({"key_id": "0BADCAFE"}, "bad_key_id"),
        ({"day": "20261121"}, "bad_day"),
        ({"day": "2026-W47-6"}, "bad_day"),
        ({"day": "2026-11-31"}, "bad_day"),
        ({"entry_id": "019A0BAD-0000-7000-8000-000000000000"}, "bad_entry_id"),
        ({"entry_id": "x"}, "bad_entry_id"),
    ],
)
def test_a_flaw_has_a_name(change: dict[str, Any], reason: str) -> None:
    assert flaw(replace(ENTRIES[0], **change)) == reason


@pytest.mark.parametrize("kind", list(EntryType))
def test_every_kind_of_entry_can_be_kept(kind: EntryType) -> None:
    assert flaw(replace(ENTRIES[0], type=str(kind))) == ""
