"""Signed notes (C2SP signed-note) and the checkpoint of the public log in them (C2SP tlog-checkpoint). Pure.

A note is a text of lines, an empty line, and signatures: ``— name base64(key hash ‖ Ed25519 signature)``. What is
signed begins with the log's name and ends with a line break; no other statement that the district signs does.
"""

from base64 import b64decode, b64encode
from binascii import Error
from hashlib import sha256

from msgspec import Struct
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from sync.protocol.fields import Malformed

_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "


class Checkpoint(Struct, frozen=True):
    """How far the log ``origin`` had grown on a local day: so many leaves, and the root over all of them."""

    origin: str
    size: int
    root: bytes
    day: str

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n{self.day}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Raises ``Malformed``."""
        try:
            origin, size, root, day = text.rstrip("\n").split("\n")
            found = cls(origin, int(size), b64decode(root, validate=True), day)
        except (ValueError, Error) as error:
            raise Malformed("this is no checkpoint") from error
        if found.text != text or len(found.root) != 32 or found.size < 0:
            raise Malformed("this is no checkpoint")
        return found


def origin_of(public_key: bytes) -> str:
    """The name of a district's log: it names the key, so that it stays the same under another address."""
    return f"lang-nghe/{sha256(public_key).hexdigest()[:16]}"


def verifier_key(public_key: bytes) -> str:
    """The key as everybody writes it: ``name+key hash+base64``."""
    name = origin_of(public_key)
    return f"{name}+{_key_hash(name, public_key).hex()}+{b64encode(_ED25519 + public_key).decode()}"


def sign_note(text: str, key: SigningKey) -> str:
    """The note."""
    public_key = bytes(key.verify_key)
    name = origin_of(public_key)
    signature = _key_hash(name, public_key) + key.sign(text.encode()).signature
    return f"{text}\n{_DASH}{name} {b64encode(signature).decode()}\n"


def open_note(note: str, public_key: bytes) -> str:
    """The text of a note that the key signed, whoever else did. Raises ``Malformed``."""
    text, parted, signatures = note.rpartition("\n\n")
    name = origin_of(public_key)
    for line in signatures.splitlines() if parted else ():
        if line.startswith(f"{_DASH}{name} ") and _verifies(f"{text}\n", line.rpartition(" ")[2], name, public_key):
            return f"{text}\n"
    raise Malformed("the note is not signed by this district")


def _verifies(text: str, signature: str, name: str, public_key: bytes) -> bool:
    try:
        raw = b64decode(signature, validate=True)
        VerifyKey(public_key).verify(text.encode(), raw[4:])
    except (ValueError, Error, CryptoError):
        return False
    return raw[:4] == _key_hash(name, public_key)


def _key_hash(name: str, public_key: bytes) -> bytes:
    return sha256(f"{name}\n".encode() + _ED25519 + public_key).digest()[:4]
