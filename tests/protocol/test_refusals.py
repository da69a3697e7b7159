"""What both ends say of a message that is not what the contract says: the field, what is wrong with it, and nothing of
what stood in it."""

import copy
import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.batch import (
    Acknowledgement,
    Batch,
    BatchResponse,
    Result,
    decode_batch,
    decode_response,
    encode_response,
)
from sync.protocol.chain import Head
from sync.protocol.enrolment import Enrolment, Welcome
from sync.protocol.fields import Malformed
from sync.protocol.key_rotation import KeyRotation
from sync.protocol.snapshot import SealingKey, SnapshotPage, decode_page, encode_page
from tests.support.factories import Box

KEY = bytes(range(32))
ABSENT = object()


def batch() -> dict[str, Any]:
    box = Box()
    box.rate()
    made: dict[str, Any] = json.loads(gzip.decompress(box.body()))
    return made


def read_batch(data: Any) -> Batch:
    return decode_batch(gzip.compress(json.dumps(data).encode()))


RECEIPT = Acknowledgement(Head("box-1", 1, 3, KEY), "2026-01-05T08:00:00Z", KEY * 2)
ANSWER = BatchResponse((Result("stored"), Result("refused", "bad_day")), RECEIPT, 1, 3, KEY * 2, 5)
PAGE = SnapshotPage("2026-01-05T08:00:00Z", "c", more=False, full=True, sealing_key=SealingKey(3, KEY, KEY * 2))

MESSAGES: dict[str, tuple[dict[str, Any], Callable[[Any], object]]] = {
    "batch": (batch(), read_batch),
    "answer": (encode_response(ANSWER), decode_response),
    "enrolment": (Enrolment("code-1", KEY, "test/1").encode(), Enrolment.decode),
    "welcome": (Welcome("box-1", "token", "unit", "counter", KEY, KEY, 12345).encode(), Welcome.decode),
    "succession": (KeyRotation("box-1", KEY, KEY, KEY * 2, KEY * 2).encode(), KeyRotation.decode),
    "page": (encode_page(PAGE), decode_page),
}

NAME = "1 to 64 letters, digits, dots, hyphens or underscores"
WORD = "at most 64 plain ASCII characters"
REFUSALS = [
    ("batch", "device_id", "a b", f"device_id: {NAME}"),
    ("batch", "device_id", "box\n", f"device_id: {NAME}"),
    ("batch", "epoch", 0, "epoch: not a whole number from 1"),
    ("batch", "epoch", True, "epoch: not a whole number from 1"),
    ("batch", "first_seq", 1.0, "first_seq: not a whole number from 1"),
    ("batch", "first_seq", 2**53, "first_seq: not a whole number from 1"),
    ("batch", "previous", "A" * 64, "previous: not 64 hex digits"),
    ("batch", "entries", [], "entries: not an object"),
    ("batch", "entries.day", ABSENT, "day: not a list"),
    ("batch", "entries.day", [], "entries: the columns differ in length"),
    ("batch", "entries.day", ["é"], f"day: {WORD}"),
    ("batch", "entries.day", [[]], "day: not text"),
    ("batch", "entries.sealed", ["AA=A"], "sealed: not base64"),
    ("batch", "head", "somewhere", "head: not an object"),
    ("batch", "head", ABSENT, "head: not an object"),
    ("batch", "head.seq", ABSENT, "seq: not a whole number from 1"),
    ("batch", "head.signature", "AAAA\n", "signature: not base64"),
    ("batch", "health", None, "health: not an object"),
    ("answer", "results", None, "results: not a list"),
    ("answer", "results", [[0, "stored", ""]], "results: not runs of [count, status, reason]"),
    ("answer", "results", [[1, "stored", "", ""]], "results: not runs of [count, status, reason]"),
    ("answer", "results", [[1, "lost", ""]], "results: unknown status 'lost'"),
    ("answer", "results", [[1, "stored", 5]], "reason: not text"),
    ("answer", "receipt", [], "receipt: not an object"),
    ("answer", "receipt.received_at", ABSENT, "received_at: not text"),
    ("answer", "latest_epoch", ABSENT, "latest_epoch: not a whole number from 0"),
    ("enrolment", "software", "x" * 65, f"software: {WORD}"),
    ("enrolment", "public_key", "AAAA", "public_key: a public key has 32 bytes"),
    ("enrolment", "public_key", "@@@@", "public_key: not base64"),
    ("enrolment", "v", None, "v: no wire version"),
    ("welcome", "box_number", 9_999, "box_number: not a whole number from 10000"),
    ("welcome", "box_number", 100_000, "box_number: not 10000 to 99999"),
    ("succession", "proof", ABSENT, "proof: not base64"),
    ("page", "sealing_key.number", 0, "number: not a whole number from 1"),
]


def changed(message: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """A copy of a message with another value at ``path``."""
    whole = copy.deepcopy(message)
    *places, last = path.split(".")
    place = whole
    for name in places:
        place = place[name]
    if value is ABSENT:
        del place[last]
    else:
        place[last] = value
    return whole


@pytest.mark.parametrize(("name", "path", "value", "sentence"), REFUSALS)
def test_a_refusal_names_the_field_and_what_is_wrong_with_it(name: str, path: str, value: object, sentence: str):
    message, decode = MESSAGES[name]

    with pytest.raises(Malformed) as refused:
        decode(changed(message, path, value))

    assert str(refused.value) == sentence


@pytest.mark.parametrize("name", MESSAGES)
def test_what_may_be_left_out_and_what_is_unknown_is_no_fault(name: str):
    message, decode = MESSAGES[name]
    may_lack = {"receipt", "signature", "pause_s"} if name == "answer" else {"counter_id", "box_number", "sealing_key"}

    assert decode({**message, "of_a_later_release": [{"x": 1}]}) == decode(message)
    decode({key: value for key, value in message.items() if key not in may_lack})


def fields(message: dict[str, Any], above: str = "") -> list[str]:
    """Every path in a message, but for what stands in free objects."""
    found = []
    for name, value in message.items():
        found.append(above + name)
        if isinstance(value, dict) and name not in ("health", "rows"):
            found += fields(value, f"{above}{name}.")
    return found


PLACES = [(name, path) for name, (message, _) in MESSAGES.items() for path in fields(message)]
MARK = "Nguyễn Văn A"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.just(MARK),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.just(MARK), inner, max_size=3),
    max_leaves=5,
)


def refusal(decode: Callable[[Any], object], message: dict[str, Any]) -> str:
    """What is said of a message; nothing when it is read."""
    try:
        decode(message)
    except Malformed as refused:
        return str(refused)
    return ""


@given(place=st.sampled_from([place for place in PLACES if place != ("answer", "results")]), value=VALUES)
def test_whatever_stands_in_a_field_it_is_read_or_refused_without_being_repeated(place: tuple[str, str], value: object):
    name, path = place
    message, decode = MESSAGES[name]

    assert MARK not in refusal(decode, changed(message, path, value))


@pytest.mark.parametrize(("name", "path"), [("batch", "head"), ("answer", "receipt")])
def test_half_a_character_where_an_object_belongs_is_malformed(name: str, path: str):
    message, decode = MESSAGES[name]

    with pytest.raises(Malformed, match="half a character"):
        decode(changed(message, path, "\ud800"))
