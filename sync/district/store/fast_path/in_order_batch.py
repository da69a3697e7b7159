"""The usual batch: right after all that is held, with nothing to say against it."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from sync.district.domain.health import ClockReading, kept_health_json
from sync.district.store.devices import ACTIVE
from sync.protocol.batch import Batch


class Next(Struct, frozen=True):
    """A batch without fault or flaw, believed to be next. ``public_key`` signed its head; ``token`` is the hash
    of the token it came with, ``None`` when the signed head stands in for it."""

    batch: Batch
    hashes: list[bytes]
    at: datetime
    public_key: bytes
    token: bytes | None
    reading: ClockReading | None

    def values(self) -> dict[str, Any]:
        """What both databases are told of the batch as a whole."""
        batch, reading = self.batch, self.reading
        return {
            "device_id": batch.device_id,
            "epoch": batch.epoch,
            "before": batch.first_seq - 1,
            "first_seq": batch.first_seq,
            "last_seq": batch.head.seq,
            "hash": batch.head.hash,
            "previous": batch.previous,
            "signature": batch.signature,
            "state": ACTIVE,
            "public_key": self.public_key,
            "token": self.token,
            "boot": reading.boot if reading else None,
            "up_s": reading.up_s if reading else None,
            "at_s": reading.at_s if reading else None,
            "health": kept_health_json(batch.health),
        }
