"""Becoming a device: ``POST /v1/enrolment``."""

from typing import Any

from msgspec import Struct

from kiosk.domain.receipt import FIRST_BOX, LAST_BOX
from sync.protocol.batch import VERSION, check_version
from sync.protocol.fields import Malformed, b64, count_of, key_of, name_of, word_of


class Enrolment(Struct, frozen=True):
    """A box asks to become a device. The same code with the same public key may ask again: an answer can be lost."""

    code: str
    public_key: bytes
    software: str

    def encode(self) -> dict[str, Any]:
        return {"v": VERSION, "code": self.code, "public_key": b64(self.public_key), "software": self.software}

    @classmethod
    def decode(cls, data: object) -> "Enrolment":
        """Raises ``Malformed``."""
        if not isinstance(data, dict):
            raise Malformed("the body is not an object")
        check_version(data)
        return cls(name_of(data, "code"), key_of(data, "public_key"), word_of(data.get("software"), "software"))


class Welcome(Struct, frozen=True):
    """What a new device needs to know: who it is, its token, and the district's two public keys (32 bytes each).

    ``box_number`` begins its receipts; a district that gives none leaves it out, and tells it with the snapshot.
    """

    device_id: str
    token: str
    unit_id: str
    counter_id: str | None
    sealing_public_key: bytes
    receipt_public_key: bytes
    box_number: int | None = None

    def encode(self) -> dict[str, Any]:
        numbered = {} if self.box_number is None else {"box_number": self.box_number}
        return {
            "v": VERSION,
            "device_id": self.device_id,
            "token": self.token,
            "unit_id": self.unit_id,
            "counter_id": self.counter_id,
            "sealing_public_key": b64(self.sealing_public_key),
            "receipt_public_key": b64(self.receipt_public_key),
            **numbered,
        }

    @classmethod
    def decode(cls, data: object) -> "Welcome":
        """Raises ``Malformed``."""
        if not isinstance(data, dict):
            raise Malformed("the answer is not an object")
        check_version(data)
        return cls(
            device_id=name_of(data, "device_id"),
            token=name_of(data, "token"),
            unit_id=name_of(data, "unit_id"),
            counter_id=name_of(data, "counter_id") if data.get("counter_id") is not None else None,
            sealing_public_key=key_of(data, "sealing_public_key"),
            receipt_public_key=key_of(data, "receipt_public_key"),
            box_number=_box_number(data),
        )


def _box_number(data: dict[str, Any]) -> int | None:
    if data.get("box_number") is None:
        return None
    number = count_of(data, "box_number", FIRST_BOX)
    if number > LAST_BOX:
        raise Malformed(f"box_number: not {FIRST_BOX} to {LAST_BOX}")
    return number
