"""Seal a complaint's status so that only its receipt number opens it.

Every kiosk of an area carries these, so that a citizen can ask on any of them without a network. Whoever copies the
disk of a kiosk must learn nothing: the name of a row and the key of its content both come from the 16 digits through
Argon2id (RFC 9106; libsodium's interactive limits, 64 MiB), which makes trying all nine random digits of a box a
matter of years. What is inside is padded, so that the length does not tell an answer from a refusal.
"""

import hashlib
import json
from typing import Any

import nacl.exceptions
import nacl.pwhash.argon2id as argon2id
import nacl.secret

from kiosk.domain.hidden import Hidden, StructWithHidden

CLASS = 512
_ID_BYTES, _KEY_BYTES = 16, 32
#: Fixed, because the number itself is different for every complaint. Part of the wire: never change it.
_SALT = hashlib.sha256(b"lang-nghe receipt lookup 1").digest()[: argon2id.SALTBYTES]


class NotThisReceipt(Exception):
    """The content was not closed for this receipt number, or it was changed."""


class LookupKey(StructWithHidden, frozen=True):
    """``lookup_id``: 32 hex digits, the name of the row. ``key``: 32 bytes, never stored anywhere."""

    lookup_id: str
    key: Hidden[bytes]


def key_of(number: str) -> LookupKey:
    """What a receipt number (16 digits, already checked) opens. Takes about a tenth of a second and 64 MiB."""
    both = argon2id.kdf(
        _ID_BYTES + _KEY_BYTES,
        number.encode("ascii"),
        _SALT,
        opslimit=argon2id.OPSLIMIT_INTERACTIVE,
        memlimit=argon2id.MEMLIMIT_INTERACTIVE,
    )
    return LookupKey(both[:_ID_BYTES].hex(), both[_ID_BYTES:])


def close(content: dict[str, Any], key: LookupKey) -> bytes:
    """Closes what may be shown (JSON values) for a receipt."""
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode() + b"\x80"
    padded = plain.ljust(-(-len(plain) // CLASS) * CLASS, b"\0")
    return bytes(nacl.secret.SecretBox(key.key).encrypt(padded))


def open_closed(closed: bytes, key: LookupKey) -> dict[str, Any]:
    """What ``close`` closed. Raises ``NotThisReceipt``."""
    try:
        padded = nacl.secret.SecretBox(key.key).decrypt(closed)
        content = json.loads(padded.rstrip(b"\0")[:-1])
    except (nacl.exceptions.CryptoError, ValueError) as error:
        raise NotThisReceipt("not closed for this receipt number, or changed") from error
    if not isinstance(content, dict):
        raise NotThisReceipt("not an object")
    return content
