"""Enrolling a kiosk: ``POST /v1/enrolment``."""

from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct, to_builtins

from kiosk.domain.receipt import FIRST_BOX, LAST_BOX
from sync.protocol.fields import BASE64_SCHEMA, Code, Name, PublicKey, Word, bytes_of, whole_from, wire_type
from sync.protocol.message import VERSION, read_message
from sync.protocol.receipt_lookup import SALT_BYTES


class Enrolment(Struct, frozen=True):
    """A box asks to become a device. The same code with the same public key may ask again: an answer can be lost."""

    code: Code
    public_key: PublicKey
    software: Word

    def encode(self) -> dict[str, Any]:
        return {"v": VERSION, **to_builtins(self)}

    @classmethod
    def decode(cls, data: object) -> "Enrolment":
        """Raises ``Malformed``."""
        return read_message(cls, data, "the body")


def _box_number_of(value: object) -> int:
    number = whole_from(FIRST_BOX)(value)
    if number > LAST_BOX:
        raise ValueError(f"not {FIRST_BOX} to {LAST_BOX}")
    return number


def _salt_of(value: object) -> bytes:
    found = bytes_of(value)
    if len(found) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes")
    return found


if TYPE_CHECKING:
    BoxNumber: TypeAlias = int
    ReceiptSalt: TypeAlias = bytes
else:
    ReceiptSalt = wire_type("ReceiptSalt", bytes, _salt_of, BASE64_SCHEMA | {"minLength": 24, "maxLength": 24})
    BoxNumber = wire_type(
        "BoxNumber", int, _box_number_of, {"type": "integer", "minimum": FIRST_BOX, "maximum": LAST_BOX}
    )


class Welcome(Struct, frozen=True, omit_defaults=True):
    """What a new device needs to know: who it is, its token, and the district's two public keys (32 bytes each).

    ``box_number`` begins its receipts of 16 digits, ``receipt_salt`` (16 bytes) looks up those of 20; a district that
    gives none leaves it out. Both come with the snapshot too.
    """

    device_id: Name
    token: Name
    unit_id: Name
    counter_id: Name | None
    sealing_public_key: PublicKey
    receipt_public_key: PublicKey
    box_number: BoxNumber | None = None
    receipt_salt: ReceiptSalt | None = None

    def encode(self) -> dict[str, Any]:
        return {"v": VERSION, **to_builtins(self)}

    @classmethod
    def decode(cls, data: object) -> "Welcome":
        """Raises ``Malformed``."""
        known = {"counter_id": None, **data} if isinstance(data, dict) else data  # may be left out like null
        return read_message(cls, known, "the answer")
