"""Split a recording into parts that each fit into a sealed body. The district joins them (``complaint_register``).

Every part but the last is as long as a part can be. All are sealed at one size class (``seal(…, min_class=CLASS)``), so
that only their number tells, roughly, how long somebody spoke.
"""

import base64
import hashlib
from typing import Any

from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.protocol.seal import MIN_CLASS

CLASS = MIN_CLASS * 2**9
"""The size class of a part, 45 056 bytes: small enough to get through on a bad line."""

OTHER_FIELDS = 1_024
"""Room for what else stands in the body: which entry it belongs to, when, where."""

PART_BYTES = (CLASS - OTHER_FIELDS) // 4 * 3
MAX_PARTS = 64


class AttachmentPart(StructWithHidden, frozen=True):
    """``number`` counts from 1 to ``parts``. ``sha256`` is that of the whole sound, in lower-case hex."""

    number: int
    parts: int
    sha256: str
    data: Hidden[bytes]

    def fields(self) -> dict[str, Any]:
        """As it stands in an entry's body; ``data`` in base64 (RFC 4648, 4)."""
        data = base64.b64encode(self.data).decode()
        return {"part": self.number, "parts": self.parts, "sha256": self.sha256, "data": data}


def split(data: bytes | bytearray) -> list[AttachmentPart]:
    """The parts in their order. Raises ``ValueError`` for nothing, and for more than ``MAX_PARTS`` hold."""
    count = -(-len(data) // PART_BYTES)
    if not 1 <= count <= MAX_PARTS:
        raise ValueError(f"a sound of {len(data)} bytes cannot be split into 1 to {MAX_PARTS} parts")
    whole = hashlib.sha256(data).hexdigest()
    starts = range(0, len(data), PART_BYTES)
    return [
        AttachmentPart(number, count, whole, bytes(data[start : start + PART_BYTES]))
        for number, start in enumerate(starts, 1)
    ]
