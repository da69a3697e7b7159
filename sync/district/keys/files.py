"""The district's keys as files that only their owner can read.

``sealing.key`` opens what citizens said; only the projector loads it. A rolled one is ``sealing-<key id>.key`` beside
it: old entries open with their own key alone, so none is ever deleted. ``receipt.key`` signs receipts. The two ``.pub``
files go to every box.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from sync.protocol.seal import key_id

SEALING_KEY, SEALING_PUBLIC = "sealing.key", "sealing.pub"
RECEIPT_KEY, RECEIPT_PUBLIC = "receipt.key", "receipt.pub"


class KeysMissing(Exception):
    """A key file is absent or not a key. The message says what to run or to restore."""


def make_keys(data: Path) -> bool:
    """Makes the data folder (0700) and whatever key is not there yet; a key that is there is never replaced.

    Returns whether a key was made. Raises ``KeysMissing`` when a private key is gone that boxes rely on, ``OSError``
    when the folder cannot be written.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    data.chmod(0o700)
    for public, private in ((SEALING_PUBLIC, SEALING_KEY), (RECEIPT_PUBLIC, RECEIPT_KEY)):
        if (data / public).exists() and not (data / private).exists():
            raise KeysMissing(
                f"{data / private} is gone, but boxes use its other half {public}; run 'district key restore' with its "
                "sheets. A new key would not open what was sealed to this one"
            )
    made = _write_secret(data / SEALING_KEY, bytes(PrivateKey.generate()))
    made |= _write_secret(data / RECEIPT_KEY, bytes(SigningKey.generate()))
    (data / SEALING_PUBLIC).write_bytes(bytes(PrivateKey(_read(data / SEALING_KEY)).public_key))
    (data / RECEIPT_PUBLIC).write_bytes(bytes(SigningKey(_read(data / RECEIPT_KEY)).verify_key))
    return made


class SealingKeys(dict[str, PrivateKey]):
    """The private sealing keys by ``key_id``. A key it has not met is looked for in the folder once more, so that a
    projector that runs on learns of a rolled one."""

    def __init__(self, data: Path) -> None:
        super().__init__()
        self._data = data
        self._read_all()

    def get(self, name: str, default: Any = None) -> Any:
        """The key, or ``default``."""
        if name not in self:
            self._read_all()
        return super().get(name, default)

    def _read_all(self) -> None:
        for path in (self._data / SEALING_KEY, *sorted(self._data.glob("sealing-*.key"))):
            key = PrivateKey(_read(path))
            self[key_id(bytes(key.public_key))] = key


def load_sealing_keys(data: Path) -> SealingKeys:
    """The private sealing keys by ``key_id``, for the projector alone. Raises ``KeysMissing``."""
    return SealingKeys(data)


def make_sealing_key(data: Path) -> bytes:
    """Makes one more sealing key beside those that are there; returns its public half, 32 bytes."""
    key = PrivateKey.generate()
    public_key = bytes(key.public_key)
    _write_secret(data / f"sealing-{key_id(public_key)}.key", bytes(key))
    return public_key


def load_sealing_public_key(data: Path) -> bytes:
    """The 32 bytes to which boxes seal. Raises ``KeysMissing``."""
    return _read(data / SEALING_PUBLIC)


def load_receipt_key(data: Path) -> SigningKey:
    """The key that signs receipts. Raises ``KeysMissing``."""
    return SigningKey(_read(data / RECEIPT_KEY))


def load_receipt_public_key(data: Path) -> bytes:
    """The 32 bytes with which the district's signatures are checked. Raises ``KeysMissing``."""
    return _read(data / RECEIPT_PUBLIC)


def contact_secret(receipt_key: SigningKey) -> bytes:
    """The secret with which contacts are sealed in the database: 32 bytes that follow from the receipt key, so that who
    restores that key opens them again, and who has the database alone does not."""
    return hashlib.blake2b(b"contacts", key=bytes(receipt_key), digest_size=32).digest()


def restore_secret(path: Path, secret: bytes) -> None:
    """Writes a key that came back from its sheets; one that is there stays."""
    _write_secret(path, secret)


def device_token(receipt_key: SigningKey, device_id: str, code_hash: bytes, public_key: bytes) -> str:
    """A device's bearer token, 64 hex digits: keyed BLAKE2b over what makes this enrolment unique.

    It is derived and not drawn, so that an enrolment whose answer was lost gets the very same token again while the
    database keeps only its hash.
    """
    message = b"\0".join((device_id.encode(), code_hash, public_key))
    return hashlib.blake2b(message, key=bytes(receipt_key), person=b"device-token/1", digest_size=32).hexdigest()


def token_hash(token: str) -> bytes:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


def _write_secret(path: Path, secret: bytes) -> bool:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(secret)
        file.flush()
        os.fsync(file.fileno())
    return True


def _read(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise KeysMissing(f"{path} is not there; run 'district init', or restore the key from its backup") from error
    except OSError as error:
        raise KeysMissing(
            f"{path} cannot be read ({error.strerror}); run as the user who ran 'district init'"
        ) from error
    if len(content) != 32:
        raise KeysMissing(f"{path} is not a key of 32 bytes; restore it from its backup")
    return content
