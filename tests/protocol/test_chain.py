"""The hash chain and the signatures over it."""

from typing import Any

import pytest
from msgspec.structs import replace
from nacl.signing import SigningKey

from sync.protocol.chain import (
    Envelope,
    Head,
    acknowledgement_is_signed,
    genesis,
    head_is_signed,
    link,
    sign_acknowledgement,
    sign_head,
)
from tests.support.factories import Box, envelope

KEY = SigningKey(b"\1" * 32)
PUBLIC = bytes(KEY.verify_key)
HEAD = Head("box-1", 1, 7, b"\2" * 32)
FIXED = Envelope("019a9f3e-0000-7000-8000-000000000001", "rating", "2026-11-21", "0badcafe", b"sealed bytes")


def test_the_first_links_are_what_they_have_always_been() -> None:
    start = genesis("box-1", 1)

    assert start.hex() == "f999330ca15ded297ef18c50445d3d9e09210d5a1863f162c404fe959f6f440b"
    assert link(start, "box-1", 1, 1, FIXED).hex() == "3d417da085d1327e49316df681e3415bea29bc37f01dd08b754cf6fde7f4bc3f"


@pytest.mark.parametrize(
    "change",
    [
        {"entry_id": "019a9f3e-0000-7000-8000-000000000002"},
        {"type": "boot"},
        {"day": "2026-11-22"},
        {"key_id": "0badcaff"},
        {"sealed": b"sealed byteS"},
    ],
)
def test_every_field_is_in_the_hash(change: dict[str, Any]) -> None:
    start = genesis("box-1", 1)

    assert link(start, "box-1", 1, 1, replace(FIXED, **change)) != link(start, "box-1", 1, 1, FIXED)


def test_place_device_and_past_are_in_the_hash() -> None:
    start = genesis("box-1", 1)
    places = [("box-1", 1, 1), ("box-2", 1, 1), ("box-1", 2, 1), ("box-1", 1, 2)]

    hashes = {link(before, *place, FIXED) for place in places for before in (start, b"\0" * 32)}

    assert len(hashes) == 8


def test_every_epoch_and_device_starts_from_its_own_place() -> None:
    assert len({genesis("box-1", 1), genesis("box-1", 2), genesis("box-2", 1)}) == 3


def test_a_batch_links_as_the_box_did() -> None:
    box = Box(entries=[envelope() for _ in range(4)])

    assert box.batch(2).hashes() == box.hashes()[2:]


@pytest.mark.parametrize(
    "other",
    [
        replace(HEAD, device_id="box-2"),
        replace(HEAD, epoch=2),
        replace(HEAD, seq=8),
        replace(HEAD, hash=b"\3" * 32),
    ],
)
def test_a_signature_is_for_one_head_only(other: Head) -> None:
    signature = sign_head(HEAD, KEY)

    assert head_is_signed(HEAD, signature, PUBLIC)
    assert not head_is_signed(other, signature, PUBLIC)


def test_a_signed_head_cannot_pass_for_a_receipt() -> None:
    at = "2026-11-21T05:00:00.000Z"

    assert acknowledgement_is_signed(HEAD, at, sign_acknowledgement(HEAD, at, KEY), PUBLIC)
    assert not acknowledgement_is_signed(HEAD, at, sign_head(HEAD, KEY), PUBLIC)
    assert not head_is_signed(HEAD, sign_acknowledgement(HEAD, at, KEY), PUBLIC)
    assert not acknowledgement_is_signed(HEAD, "2026-11-22T05:00:00.000Z", sign_acknowledgement(HEAD, at, KEY), PUBLIC)


@pytest.mark.parametrize("signature", [b"", b"x", b"\0" * 64, b"\0" * 65])
@pytest.mark.parametrize("public_key", [PUBLIC, b"", b"\0" * 32])
def test_what_is_no_signature_is_only_false(signature: bytes, public_key: bytes) -> None:
    assert not head_is_signed(HEAD, signature, public_key)
