"""A signed release of the kiosk's software: what is in it, who may take it, and the rule of two signatures. Pure.

A release is a manifest and, for each platform, one payload: an uncompressed tar of ``requirements.txt`` and
``wheels/*.whl``. The manifest is ``{"v", "release": {…}, "signatures": [{"public_key", "signature"}]}``. Signatures are
Ed25519 over canonical JSON (RFC 8785) that names its purpose. A kiosk takes a release that two different keys of those
it trusts have signed: one holder alone, or one stolen key, changes no kiosk.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.structs import replace
from nacl.signing import SigningKey

from sync.protocol.chain import is_signed_by
from sync.protocol.fields import Count, Hash, Malformed, Name, Octets, PublicKey, Text, b64, read
from sync.protocol.message import VERSION, check_version
from sync.protocol.seal import canonical

REQUIRED_SIGNATURES = 2
MAX_KEYS = 3
MAX_MANIFEST_BYTES = 65_536
MAX_PAYLOAD_BYTES = 512 * 1024 * 1024
MAX_PAYLOADS = 16
MAX_SIGNATURES = 16
SHARE_PARTS = 10_000
"""A kiosk's place in a roll-out is one of so many; a share is given in hundredths of a percent."""

Version = tuple[int, int, int]
_VERSION = re.compile(r"(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})\.(0|[1-9]\d{0,4})")


class ReleaseFlaw(StrEnum):
    """Why a kiosk does not take a release."""

    MALFORMED = "malformed"
    UNSIGNED = "unsigned"
    EXPIRED = "expired"
    NOT_NEWER = "not_newer"
    TOO_OLD_HERE = "too_old_here"
    NO_PAYLOAD = "no_payload"
    WRONG_CONTENT = "wrong_content"


class NotTakeable(Exception):
    """The release is not for this kiosk, or not for anybody."""

    def __init__(self, flaw: ReleaseFlaw) -> None:
        super().__init__(str(flaw))
        self.flaw = flaw


class Payload(Struct, frozen=True):
    """What a kiosk of one platform (``cp313-x86_64``) installs: its size in bytes and its SHA-256."""

    platform: Name
    bytes: Count
    sha256: Hash


class SoftwareRelease(Struct, frozen=True):
    """``version``: as ``kiosk --version`` then says. ``min_version``: the oldest from which a kiosk may go over to it.
    ``made_on``, ``expires_on``: days (YYYY-MM-DD, UTC); after the second nobody takes it any more."""

    version: Text
    min_version: Text
    made_on: Text
    expires_on: Text
    payloads: list[Payload]

    def payload(self, platform: str) -> Payload | None:
        """The one for a platform."""
        return next((each for each in self.payloads if each.platform == platform), None)


class ReleaseSignature(Struct, frozen=True):
    """One holder's signature, and with which key it was made."""

    public_key: PublicKey
    signature: Octets


class Manifest(Struct, frozen=True):
    """A release and who signed it. ``digest`` names it: SHA-256 of what is signed."""

    release: SoftwareRelease
    signatures: tuple[ReleaseSignature, ...] = ()

    @property
    def digest(self) -> str:
        return hashlib.sha256(_statement(self.release)).hexdigest()


class _ManifestBody(Struct, frozen=True):
    release: SoftwareRelease
    signatures: list[ReleaseSignature]


def version_of(text: str) -> Version:
    """``1.10.0`` as three numbers that compare. Raises ``ValueError`` for anything else.

    >>> version_of("1.10.0") > version_of("1.9.2")
    True
    """
    found = _VERSION.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no version such as 1.4.0")
    first, second, third = (int(each) for each in found.groups())
    return first, second, third


def is_version(text: str) -> bool:
    """Whether a text is a version.

    >>> is_version("1.4.0"), is_version("1.4")
    (True, False)
    """
    return _VERSION.fullmatch(text) is not None


def decode_manifest(content: bytes) -> Manifest:
    """Reads a manifest. Raises ``Malformed``; nothing is said yet of whether its signatures hold."""
    if len(content) > MAX_MANIFEST_BYTES:
        raise Malformed(f"the manifest is larger than {MAX_MANIFEST_BYTES} bytes")
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Malformed("the manifest is not JSON") from error
    if not isinstance(data, dict):
        raise Malformed("the manifest is not an object")
    check_version(data)
    body = read(_ManifestBody, data)
    if len(body.signatures) > MAX_SIGNATURES:
        raise Malformed(f"signatures: more than {MAX_SIGNATURES}")
    if flaw := _flaw_of(body.release):
        raise Malformed(flaw)
    return Manifest(body.release, tuple(body.signatures))


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest's file."""
    signatures = [{"public_key": b64(one.public_key), "signature": b64(one.signature)} for one in manifest.signatures]
    content = {"v": VERSION, "release": _plain(manifest.release), "signatures": signatures}
    return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"


def signed(manifest: Manifest, key: SigningKey) -> Manifest:
    """The manifest with one holder's signature more; the same holder's earlier one is replaced."""
    public_key = bytes(key.verify_key)
    others = tuple(one for one in manifest.signatures if one.public_key != public_key)
    made = ReleaseSignature(public_key, key.sign(_statement(manifest.release)).signature)
    return replace(manifest, signatures=(*others, made))


def signers(manifest: Manifest, trusted: Iterable[bytes]) -> frozenset[bytes]:
    """Which of the trusted keys have signed: each counts once, however often it signed or is named."""
    statement, believed = _statement(manifest.release), frozenset(trusted)
    return frozenset(
        one.public_key
        for one in manifest.signatures
        if one.public_key in believed and is_signed_by(statement, one.signature, one.public_key)
    )


def takeable(manifest: Manifest, trusted: Iterable[bytes], *, running: str, platform: str, today: date) -> Payload:
    """The payload a kiosk of this ``platform`` that runs version ``running`` is to install.

    Raises ``NotTakeable``.
    """
    release = manifest.release
    if len(signers(manifest, trusted)) < REQUIRED_SIGNATURES:
        raise NotTakeable(ReleaseFlaw.UNSIGNED)
    if date.fromisoformat(release.expires_on) < today:
        raise NotTakeable(ReleaseFlaw.EXPIRED)
    if version_of(release.version) <= version_of(running):
        raise NotTakeable(ReleaseFlaw.NOT_NEWER)
    if version_of(running) < version_of(release.min_version):
        raise NotTakeable(ReleaseFlaw.TOO_OLD_HERE)
    payload = release.payload(platform)
    if payload is None:
        raise NotTakeable(ReleaseFlaw.NO_PAYLOAD)
    return payload


def place_in(device_id: str, version: str) -> int:
    """A kiosk's place in the roll-out of a version, from 0 to ``SHARE_PARTS`` - 1: others are first the next time."""
    digest = hashlib.sha256(f"{device_id}\n{version}".encode()).digest()
    return int.from_bytes(digest[:8]) % SHARE_PARTS


def is_reached(device_id: str, version: str, share: int) -> bool:
    """Whether a roll-out that has come to ``share`` (hundredths of a percent) has reached the kiosk."""
    return place_in(device_id, version) < share


def _flaw_of(release: SoftwareRelease) -> str:
    """What is wrong with it in itself; empty when nothing is."""
    try:
        version, oldest = version_of(release.version), version_of(release.min_version)
        made, expires = date.fromisoformat(release.made_on), date.fromisoformat(release.expires_on)
    except ValueError as error:
        return f"release: {error}"
    if oldest > version or made > expires:
        return "release: min_version is above version, or expires_on before made_on"
    platforms = [each.platform for each in release.payloads]
    if not platforms or len(platforms) > MAX_PAYLOADS or len(set(platforms)) < len(platforms):
        return f"payloads: 1 to {MAX_PAYLOADS}, one for each platform"
    if any(each.bytes > MAX_PAYLOAD_BYTES for each in release.payloads):
        return f"payloads: one is larger than {MAX_PAYLOAD_BYTES} bytes"
    return ""


def _plain(release: SoftwareRelease) -> dict[str, Any]:
    payloads = [{"platform": one.platform, "bytes": one.bytes, "sha256": one.sha256.hex()} for one in release.payloads]
    plain: dict[str, Any] = to_builtins(replace(release, payloads=[]))
    return plain | {"payloads": payloads}


def _statement(release: SoftwareRelease) -> bytes:
    return canonical({"software_release": _plain(release)})
