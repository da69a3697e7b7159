"""Seal a complaint's status so that only its receipt number opens it.

Every kiosk of an area carries these, so that a citizen can ask on any of them without a network. Whoever copies the
disk of a kiosk must learn nothing: the name of a row and the key of its content both come from the number through
Argon2id (RFC 9106; libsodium's interactive limits, 64 MiB). A number of 20 digits has 10^18 to try. The salt is one of
the district's own, drawn once and told to its kiosks alone: who has the rows without it cannot try at all, and no
table made beforehand fits two districts. Numbers of 16 digits have 10^9 to try for each box and a salt known to all.

What is inside is padded, so that the length does not tell an answer from a refusal.
"""

import hashlib
import json
from typing import Any

import nacl.exceptions
import nacl.pwhash.argon2id as argon2id
import nacl.secret

from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.domain.receipt import BOX_DIGITS

CLASS = 512
_ID_BYTES, _KEY_BYTES = 16, 32
SALT_BYTES: int = argon2id.SALTBYTES
#: Of numbers of 16 digits. Part of the wire: never change it.
_BOX_SALT = hashlib.sha256(b"lang-nghe receipt lookup 1").digest()[:SALT_BYTES]


class NoSalt(Exception):
    """The number has 20 digits, and the district's salt is not known."""


class NotThisReceipt(Exception):
    """The content was not closed for this receipt number, or it was changed."""


class LookupKey(StructWithHidden, frozen=True):
    """``lookup_id``: 32 hex digits, the name of the row. ``key``: 32 bytes, never stored anywhere."""

    lookup_id: str
    key: Hidden[bytes]


def key_of(number: str, salt: bytes = b"") -> LookupKey:
    """What a receipt number (already checked) opens. Takes about a tenth of a second and 64 MiB.

    ``salt``: the district's, 16 bytes; empty where none is known. Numbers of 16 digits pass it over. Raises ``NoSalt``.
    """
    salt = _BOX_SALT if len(number) == BOX_DIGITS else salt
    if len(salt) != SALT_BYTES:
        raise NoSalt("the district's salt is not known")
    both = argon2id.kdf(
        _ID_BYTES + _KEY_BYTES,
        number.encode("ascii"),
        salt,
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
