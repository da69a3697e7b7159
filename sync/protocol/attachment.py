"""A sound as parts that each fit into a sealed body, and the whole again. Both ends.

Every part but the last is as long as a part can be. All are sealed at one size class (``seal(…, at_least=CLASS)``), so
that only their number tells, roughly, how long somebody spoke.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from typing import Any

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.protocol.seal import SMALLEST_CLASS

CLASS = SMALLEST_CLASS * 2**9
"""The size class of a part, 45 056 bytes: small enough to get through on a bad line."""

OTHER_FIELDS = 1_024
"""Room for what else stands in the body: which entry it belongs to, when, where."""

PART_BYTES = (CLASS - OTHER_FIELDS) // 4 * 3
MOST_PARTS = 64


class NotWhole(ValueError):
    """Parts are missing, doubled, or not those of one sound. The message says which."""


class Part(StructWithHidden, frozen=True):
    """``number`` counts from 1 to ``parts``. ``sha256`` is that of the whole sound, in lower-case hex."""

    number: int
    parts: int
    sha256: str
    data: Hidden[bytes]

    def fields(self) -> dict[str, Any]:
        """As it stands in an entry's body; ``data`` in base64 (RFC 4648, 4)."""
        data = base64.b64encode(self.data).decode()
        return {"part": self.number, "parts": self.parts, "sha256": self.sha256, "data": data}


def split(data: bytes | bytearray) -> list[Part]:
    """The parts in their order. Raises ``ValueError`` for nothing, and for more than ``MOST_PARTS`` hold."""
    count = -(-len(data) // PART_BYTES)
    if not 1 <= count <= MOST_PARTS:
        raise ValueError(f"a sound of {len(data)} bytes cannot be split into 1 to {MOST_PARTS} parts")
    whole = hashlib.sha256(data).hexdigest()
    starts = range(0, len(data), PART_BYTES)
    return [
        Part(number, count, whole, bytes(data[start : start + PART_BYTES])) for number, start in enumerate(starts, 1)
    ]


def part_of(body: dict[str, Any]) -> Part:
    """The part in an opened body; other fields are of no matter. Raises ``NotWhole`` for what ``fields`` never made."""
    number, parts, sha256, data = (body.get(name) for name in ("part", "parts", "sha256", "data"))
    if type(number) is not int or type(parts) is not int or not 1 <= number <= parts <= MOST_PARTS:
        raise NotWhole(f"no part of a sound: part {number!r} of {parts!r}")
    if not isinstance(sha256, str) or not isinstance(data, str) or len(sha256) != 64:
        raise NotWhole(f"part {number} of {parts} has no data or no hash")
    try:
        return Part(number, parts, sha256, base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError) as error:
        raise NotWhole(f"part {number} of {parts} is not base64") from error


def join(parts: Iterable[Part]) -> bytes:
    """The whole sound, from its parts in any order; the same part twice is no harm. Raises ``NotWhole``."""
    found = sorted(set(parts), key=lambda part: part.number)
    if not found:
        raise NotWhole("there are no parts")
    count, whole = found[0].parts, found[0].sha256
    if any((part.parts, part.sha256) != (count, whole) for part in found):
        raise NotWhole("the parts are not of one sound")
    missing = sorted(set(range(1, count + 1)) - {part.number for part in found})
    if missing or len(found) != count:
        named = ", ".join(map(str, missing)) or "none, but one comes in two versions"
        raise NotWhole(f"of {count} parts are missing: {named}")
    data = b"".join(part.data for part in found)
    if hashlib.sha256(data).hexdigest() != whole:
        raise NotWhole("the joined parts are not what was recorded")
    return data
