"""Rotating a kiosk's key: ``POST /v1/device-key``. The old key signs the new one, and the new one proves itself.

The request holds no secret (the box draws its own token and sends the hash), so whoever repeats it gains nothing, and
it needs no token: the same request may come again when its answer was lost.
"""

from typing import Any

from msgspec import Struct, to_builtins
from nacl.signing import SigningKey

from sync.protocol.chain import key_rotation_is_signed, sign_key_rotation
from sync.protocol.fields import Malformed, Name, Octets, PublicKey
from sync.protocol.message import VERSION, read_message


class KeyRotation(Struct, frozen=True):
    """``signature`` is made with the key in force, ``proof`` with the new one. ``token_hash`` is SHA-256, 32 bytes."""

    device_id: Name
    public_key: PublicKey
    token_hash: PublicKey
    signature: Octets
    proof: Octets

    @classmethod
    def make(cls, device_id: str, old: SigningKey, new: SigningKey, token_hash: bytes) -> "KeyRotation":
        """Signs a succession from ``old`` to ``new``."""
        public_key = bytes(new.verify_key)
        signatures = [sign_key_rotation(device_id, public_key, token_hash, key) for key in (old, new)]
        return cls(device_id, public_key, token_hash, *signatures)

    def is_proved(self) -> bool:
        """Whether the sender has the new key."""
        return self.is_signed_by(self.public_key, self.proof)

    def is_signed_by(self, public_key: bytes, signature: bytes | None = None) -> bool:
        """Whether a key signed the succession; ``signature`` is the old key's when left out."""
        return key_rotation_is_signed(
            self.device_id, self.public_key, self.token_hash, signature or self.signature, public_key
        )

    def encode(self) -> dict[str, Any]:
        """The request body as JSON values."""
        return {"v": VERSION, **to_builtins(self)}

    @classmethod
    def decode(cls, data: object) -> "KeyRotation":
        """Raises ``Malformed``."""
        return read_message(cls, data, "the body")


class RotationResponse(Struct, frozen=True):
    """The device's next key is in force."""

    device_id: Name


def taken(data: object, device_id: str) -> None:
    """Reads the answer: the district has taken the new key. Raises ``Malformed`` for anything else."""
    if read_message(RotationResponse, data, "the answer").device_id != device_id:
        raise Malformed("device_id: another device's")
