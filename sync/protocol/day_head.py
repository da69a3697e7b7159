"""A ledger's position at the end of a day, signed, as a line of text that fits a QR code anybody can photograph.

``LN1:<device>:<epoch>:<seq>:<day>:<hash>:<signature>``, the last two in base64url without padding (RFC 4648 section 5).
Whoever has the line can ask later whether everything up to there is still held, unchanged and in its place.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

from msgspec import Struct
from nacl.signing import SigningKey

from sync.protocol.chain import Head, day_is_signed, sign_day
from sync.protocol.fields import Malformed

_LINE = re.compile(
    r"LN1:([A-Za-z0-9._-]{1,64}):([1-9]\d{0,15}):([1-9]\d{0,15}):(\d{4}-\d\d-\d\d):([A-Za-z0-9_-]{43}):([A-Za-z0-9_-]{86})"
)


class DayHead(Struct, frozen=True):
    """A day (YYYY-MM-DD by the box's clock), the last position of that day, and the device's signature over both."""

    day: str
    head: Head
    signature: bytes

    @classmethod
    def sign(cls, day: str, head: Head, key: SigningKey) -> "DayHead":
        """Signs with the device's key."""
        return cls(day, head, sign_day(day, head, key))

    @classmethod
    def parse(cls, text: str) -> "DayHead":
        """Reads a line; white space around and inside it does not matter. Raises ``Malformed``."""
        found = _LINE.fullmatch("".join(text.split()))
        if found is None:
            raise Malformed("this is not a day's head: it has the form LN1:device:epoch:seq:day:hash:signature")
        device_id, epoch, seq, day, at, signature = found.groups()
        return cls(day, Head(device_id, int(epoch), int(seq), _bytes(at)), _bytes(signature))

    def text(self) -> str:
        """The line."""
        head = self.head
        parts = (head.device_id, str(head.epoch), str(head.seq), self.day, _text(head.hash), _text(self.signature))
        return ":".join(("LN1", *parts))

    def is_signed_by(self, public_key: bytes) -> bool:
        """Whether a device's key signed it."""
        return day_is_signed(self.day, self.head, self.signature, public_key)


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
