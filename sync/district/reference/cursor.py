"""The cursor of a snapshot: what a kiosk already has, and how far a run of pages has come. Opaque and signed: any other
value (an old district's, a mistyped one) is recognised and answered with everything.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace


class Cursor(Struct, frozen=True):
    """``base``: the box has everything up to this revision, 0 for nothing. ``scope``: what it may see, ``tallies``:
    which tallies and periods it has, both as fingerprints. While a run of pages is under way, ``target`` is the
    revision it leads to, ``table`` the number of the table in it, ``after`` the key of the last row sent, and
    ``counted`` the fingerprint of the tallies and periods being sent."""

    base: int
    scope: str
    tallies: str = ""
    target: int | None = None
    table: int = 0
    after: tuple[Any, ...] | None = None
    counted: str = ""


def encode_cursor(cursor: Cursor, key: bytes) -> str:
    """The cursor as text for a URL."""
    plain = json.dumps(list(asdict(cursor).values()), separators=(",", ":")).encode()
    return urlsafe_b64encode(_mac(plain, key) + plain).decode().rstrip("=")


def decode_cursor(text: str, key: bytes) -> Cursor | None:
    """The cursor, or ``None`` when this district did not make it."""
    try:
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    if not hmac.compare_digest(packed[:16], _mac(packed[16:], key)):
        return None
    base, scope, tallies, target, table, after, counted = json.loads(packed[16:])
    return Cursor(base, scope, tallies, target, table, None if after is None else tuple(after), counted)


def start(sent: Cursor | None, scope: str, newest: int) -> tuple[Cursor, bool]:
    """Where to go on from what a box sent, and whether that is a new full snapshot.

    Everything is sent again when the box has nothing, when what it may see has changed, or when it has seen a revision
    that this district has not (a restored database).
    """
    if sent is None or sent.scope != scope or max(sent.base, sent.target or 0) > newest:
        return Cursor(base=0, scope=scope, target=newest), True
    if sent.target is None:
        return replace(sent, target=newest), False
    return sent, False


def fingerprint(values: object) -> str:
    """A short fingerprint of JSON values."""
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode()).hexdigest()[:16]


def _mac(plain: bytes, key: bytes) -> bytes:
    return hashlib.blake2b(plain, key=key, person=b"snapshot-cur/1", digest_size=16).digest()
