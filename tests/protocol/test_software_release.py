"""A release of the software: two of three keys, no way back, and what an adversary may try with it."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from nacl.signing import SigningKey

from sync.protocol.fields import Malformed, b64
from sync.protocol.software_release import (
    MAX_PAYLOAD_BYTES,
    SHARE_PARTS,
    Manifest,
    NotTakeable,
    Payload,
    ReleaseFlaw,
    SoftwareRelease,
    decode_manifest,
    encode_manifest,
    is_reached,
    place_in,
    signed,
    signers,
    takeable,
    version_of,
)

HOLDERS = [SigningKey(bytes([number]) * 32) for number in (1, 2, 3)]
TRUSTED = [bytes(key.verify_key) for key in HOLDERS]
STRANGER = SigningKey(b"x" * 32)
PLATFORM, TODAY = "cp313-x86_64", date(2026, 12, 1)
RELEASE = SoftwareRelease("0.3.0", "0.1.0", "2026-11-28", "2027-05-28", [Payload(PLATFORM, 1_000, b"\1" * 32)])
UNSIGNED = Manifest(RELEASE)
SIGNED = signed(signed(UNSIGNED, HOLDERS[0]), HOLDERS[2])


def flaw_of(manifest: Manifest, *, running: str = "0.2.0", platform: str = PLATFORM, today: date = TODAY) -> str:
    try:
        takeable(manifest, TRUSTED, running=running, platform=platform, today=today)
    except NotTakeable as error:
        return error.flaw
    return ""


def test_two_of_three_holders_are_enough_whichever_they_are_and_one_is_not():
    for first, second in ((0, 1), (1, 2), (0, 2)):
        manifest = decode_manifest(encode_manifest(signed(signed(UNSIGNED, HOLDERS[first]), HOLDERS[second])))
        assert takeable(manifest, TRUSTED, running="0.2.0", platform=PLATFORM, today=TODAY) == RELEASE.payloads[0]
    assert flaw_of(signed(UNSIGNED, HOLDERS[0])) == flaw_of(UNSIGNED) == ReleaseFlaw.UNSIGNED


def test_the_same_holder_twice_a_stranger_and_a_signature_of_something_else_count_for_nothing():
    once = signed(UNSIGNED, HOLDERS[0])
    other = signed(Manifest(replace(RELEASE, version="0.2.9")), HOLDERS[1])
    swapped = replace(once.signatures[0], public_key=TRUSTED[1])

    for added in (once.signatures, signed(UNSIGNED, STRANGER).signatures, other.signatures, (swapped,)):
        manifest = replace(once, signatures=once.signatures + added)
        assert signers(manifest, TRUSTED) == {TRUSTED[0]}
        assert flaw_of(manifest) == ReleaseFlaw.UNSIGNED
    assert signers(SIGNED, [TRUSTED[0], TRUSTED[0], TRUSTED[0]]) == {TRUSTED[0]}
    assert signers(SIGNED, []) == frozenset()


@pytest.mark.parametrize(
    ("change", "how"),
    [
        ({"version": "0.9.9"}, ReleaseFlaw.UNSIGNED),
        ({"expires_on": "2099-01-01"}, ReleaseFlaw.UNSIGNED),
        ({"payloads": [Payload(PLATFORM, 1_000, b"\2" * 32)]}, ReleaseFlaw.UNSIGNED),
        ({"payloads": [Payload(PLATFORM, 1_001, b"\1" * 32)]}, ReleaseFlaw.UNSIGNED),
    ],
)
def test_whatever_is_changed_afterwards_no_signature_holds(change: dict[str, object], how: ReleaseFlaw):
    assert flaw_of(replace(SIGNED, release=replace(RELEASE, **change))) == how


def test_an_expired_an_older_and_a_release_for_others_is_not_taken():
    assert flaw_of(SIGNED, today=date(2027, 5, 28)) == ""
    assert flaw_of(SIGNED, today=date(2027, 5, 29)) == ReleaseFlaw.EXPIRED
    assert flaw_of(SIGNED, running="0.3.0") == flaw_of(SIGNED, running="0.10.0") == ReleaseFlaw.NOT_NEWER
    assert flaw_of(SIGNED, running="0.0.9") == ReleaseFlaw.TOO_OLD_HERE
    assert flaw_of(SIGNED, platform="cp311-aarch64") == ReleaseFlaw.NO_PAYLOAD


def altered(**values: object) -> bytes:
    data = json.loads(encode_manifest(SIGNED))
    return json.dumps(data | {"release": data["release"] | values}).encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b" " * 70_000,
        b'{"v": 1, "release": {}, "signatures": []}',
        altered(version="../../etc"),
        altered(version="0.3"),
        altered(version="0.3.0\n"),
        altered(version="00.3.0"),
        altered(min_version="0.4.0"),
        altered(expires_on="2020-01-01"),
        altered(expires_on="soon"),
        altered(payloads=[]),
        altered(payloads=[{"platform": "../x", "bytes": 1, "sha256": "0" * 64}]),
        altered(payloads=[{"platform": "p", "bytes": MAX_PAYLOAD_BYTES + 1, "sha256": "0" * 64}]),
        altered(payloads=[{"platform": "p", "bytes": 1, "sha256": "0" * 64}] * 2),
        altered(payloads=[{"platform": "p", "bytes": 1, "sha256": "0" * 63}]),
        encode_manifest(replace(SIGNED, signatures=SIGNED.signatures * 9)),
    ],
    ids=range(18),
)
def test_what_is_no_manifest_is_refused_before_anything_is_done_with_it(content: bytes):
    with pytest.raises(Malformed):
        decode_manifest(content)


@given(
    st.binary(max_size=300) | st.recursive(st.none() | st.text(), st.lists).map(lambda one: json.dumps(one).encode())
)
@settings(max_examples=40)
def test_no_bytes_whatever_end_in_anything_but_a_manifest_or_a_refusal(content: bytes):
    with pytest.raises(Malformed):
        decode_manifest(content)


VERSIONS = st.tuples(*[st.integers(0, 99_999)] * 3)


@given(VERSIONS, VERSIONS, st.sets(st.integers(0, 2)), st.booleans())
@settings(max_examples=60)
def test_a_release_is_taken_by_an_older_kiosk_with_two_signatures_and_by_no_other(here, there, who, stranger):
    text = ".".join(map(str, there))
    manifest = Manifest(replace(RELEASE, version=text, min_version="0.0.0"))
    for number in who:
        manifest = signed(manifest, HOLDERS[number])
    if stranger:
        manifest = signed(manifest, STRANGER)
    again = decode_manifest(encode_manifest(manifest))

    taken = not flaw_of(again, running=".".join(map(str, here)))

    assert again == manifest
    assert taken == (there > here and len(who) >= 2)


def test_whoever_signs_again_replaces_their_signature():
    assert signed(SIGNED, HOLDERS[0]).signatures[-1].public_key == TRUSTED[0]
    assert len(signed(SIGNED, HOLDERS[0]).signatures) == 2
    assert b64(TRUSTED[0]) in encode_manifest(SIGNED).decode()


def test_a_share_reaches_about_so_many_grows_only_and_begins_elsewhere_with_each_version():
    kiosks = [f"kiosk-{number}" for number in range(2_000)]

    early = {each for each in kiosks if is_reached(each, "0.3.0", 1_000)}
    later = {each for each in kiosks if is_reached(each, "0.3.0", 3_000)}
    other = {each for each in kiosks if is_reached(each, "0.4.0", 1_000)}

    assert 150 < len(early) < 250
    assert early < later
    assert len(early & other) < len(early) / 2
    assert all(is_reached(each, "0.3.0", SHARE_PARTS) and not is_reached(each, "0.3.0", 0) for each in kiosks[:50])
    assert place_in("kiosk-1", "0.3.0") == 4986


def test_versions_are_compared_as_numbers():
    assert version_of("0.10.0") > version_of("0.9.9")
    with pytest.raises(ValueError, match="no version"):
        version_of("1.2.3rc1")
