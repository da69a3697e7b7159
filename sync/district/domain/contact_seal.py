"""Seal who a citizen is: with a key of the matter's own, which alone opens it. Who destroys that key has deleted the
contact, whatever copies of the sealed form there are. Pure.

The keys of matters are kept wrapped by a key that no database holds (XSalsa20-Poly1305, libsodium ``secretbox``). What
is searched are digests of words, keyed too, so that a copy of the database answers nobody who guesses names.
"""

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.folded import digits_of, folded

_SEALED = "sealed"
_DIGEST_BYTES = 8
_PAD = 64
"""A sealed contact is a multiple of so many bytes, so that its length tells little."""


class NotTheKey(Exception):
    """The key does not open it: it was sealed by another district, or changed."""


class SealedContact(Struct, frozen=True):
    """A sealed contact, as it is kept, with its matter's key as it is kept."""

    content: Mapping[str, str]
    wrapped_key: bytes


class ContactKeys(StructWithHidden, frozen=True):
    """What seals and finds contacts: ``wrapping`` keeps the keys of matters, ``searching`` makes digests of words."""

    wrapping: Hidden[bytes]
    searching: Hidden[bytes]

    @classmethod
    def derived_from(cls, secret: bytes) -> "ContactKeys":
        """Two keys for two purposes from one secret of 32 bytes (keyed BLAKE2b)."""
        return cls(
            *(hashlib.blake2b(key=secret, digest_size=32, person=of).digest() for of in (b"wrapping", b"search"))
        )

    def sealed(self, contact: Mapping[str, str], wrapped_key: bytes | None = None) -> SealedContact:
        """The contact as it is kept, sealed with its matter's key or with a new one. Raises ``NotTheKey``."""
        key = random(SecretBox.KEY_SIZE) if wrapped_key is None else self._unwrapped(wrapped_key)
        plain = msgspec.json.encode(dict(contact))
        padded = plain + b" " * (-len(plain) % _PAD)
        content = {_SEALED: b64encode(bytes(SecretBox(key).encrypt(padded))).decode()}
        return SealedContact(content, wrapped_key or bytes(SecretBox(self.wrapping).encrypt(key)))

    def opened(self, content: Mapping[str, str], wrapped_key: bytes | None) -> dict[str, str] | None:
        """The contact in full; ``None`` where its key was destroyed. What an older release kept is open already. Raises
        ``NotTheKey``."""
        if _SEALED not in content:
            return dict(content)
        if wrapped_key is None:
            return None
        try:
            plain = SecretBox(self._unwrapped(wrapped_key)).decrypt(b64decode(content[_SEALED]))
        except CryptoError as error:
            raise NotTheKey from error
        found: dict[str, str] = msgspec.json.decode(plain)
        return found

    def digest(self, word: str) -> str:
        """What a word is found by: 16 hex digits that tell nothing without the key."""
        return hashlib.blake2b(word.encode(), key=self.searching, digest_size=_DIGEST_BYTES).hexdigest()

    def digests(self, contact: Mapping[str, str] | None) -> str | None:
        """Everything a contact is found by: each word of the name without marks, and the whole telephone number."""
        if contact is None:
            return None
        words = [*folded(contact["name"]).split(), digits_of(contact["phone"])]
        return " ".join(self.digest(word) for word in dict.fromkeys(words) if word)

    def _unwrapped(self, wrapped_key: bytes) -> bytes:
        try:
            return bytes(SecretBox(self.wrapping).decrypt(bytes(wrapped_key)))
        except CryptoError as error:
            raise NotTheKey from error


def is_sealed(content: Mapping[str, Any]) -> bool:
    """Whether a contact is kept sealed."""
    return _SEALED in content


CONTACT_FIELDS = ("name", "phone", "address", "email")
"""What of a contact names somebody; the rest is how they want to be answered."""


def values_of(contacts: Iterable[Mapping[str, str] | None]) -> list[str]:
    """What of some contacts names somebody: everything but the way they want to be answered."""
    found = (contact.get(name, "").strip() for contact in contacts if contact for name in CONTACT_FIELDS)
    return [value for value in found if value]
