"""Boxes that only send: signed runs of real entries, made quickly and before the clock runs."""

import base64
import json
from collections.abc import Iterator
from itertools import count, islice

from kiosk.domain.entry import EntryType, new_entry_id
from sync.protocol.batch import Batch, encode_batch
from sync.protocol.chain import Envelope, Head, genesis, link, sign_head
from sync.protocol.seal import key_id, seal
from tests.support.factories import AT, TODAY, Box, rating_body

HEALTH = {
    "software": "0.1.0",
    "pending": 0,
    "oldest_day": TODAY.isoformat(),
    "set_aside": 0,
    "clock_offset_ms": -1_840,
    "snapshot": "1.17.2026-11-21",
    "scanner": "present",
}
POOL = 1_000  # different sealed bodies: more than a batch holds, so that none repeats within gzip's window


class Sender:
    """One enrolled box's end of the wire."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self._head = Head(box.device_id, 1, 0, genesis(box.device_id, 1))
        self._sealed: Iterator[bytes] = iter(())
        self._numbers = count()

    @property
    def token(self) -> str:
        return self.box.token

    @property
    def public_key(self) -> bytes:
        return bytes(self.box.key.verify_key)

    def reuse(self, bodies: list[bytes]) -> None:
        """From now on sends these sealed bodies in turn; sealing is the boxes' work and not what is measured."""
        self._sealed = (bodies[number % len(bodies)] for number in count())

    def reuse_once(self, bodies: list[bytes]) -> None:
        """Sends these sealed bodies, each once, then entries sealed anew."""
        self._sealed = iter(bodies)

    def batch(self, size: int) -> Batch:
        """The next run of its ledger."""
        before, entries = self._head, []
        current = before.hash
        for seq in range(before.seq + 1, before.seq + size + 1):
            entries.append(self._entry())
            current = link(current, before.device_id, 1, seq, entries[-1])
        self._head = Head(before.device_id, 1, before.seq + size, current)
        signature = sign_head(self._head, self.box.key)
        health = HEALTH | {"pending": size}
        return Batch(before.device_id, 1, before.seq + 1, before.hash, tuple(entries), self._head, signature, health)

    def body(self, size: int) -> bytes:
        """The same as a request body of the wire."""
        return encode_batch(self.batch(size))

    def rows(self, size: int) -> bytes:
        """The same as the bare endpoint takes it: an object for each entry."""
        batch = self.batch(size)
        return json.dumps(
            [
                {
                    "device_id": batch.device_id,
                    "epoch": 1,
                    "seq": batch.first_seq + offset,
                    "entry_id": entry.entry_id,
                    "type": entry.type,
                    "day": entry.day,
                    "key_id": entry.key_id,
                    "sealed": base64.b64encode(entry.sealed).decode(),
                    "hash": hashed.hex(),
                }
                for offset, (entry, hashed) in enumerate(zip(batch.entries, batch.hashes(), strict=True))
            ],
            separators=(",", ":"),
        ).encode()

    def _entry(self) -> Envelope:
        key = self.box.sealing_key
        sealed = next(self._sealed, None) or seal(body(next(self._numbers)), key)
        return Envelope(new_entry_id(TODAY), EntryType.RATING, TODAY.isoformat(), key_id(key), sealed)


def body(number: int) -> dict[str, object]:
    """A rating as a busy box writes it: another dossier, another score, another second each time."""
    return rating_body(
        at_s=AT + 41 * number,
        up_s=61 + 41 * number,
        offset_s=-2,
        counter_id=f"H32.13-q{1 + number % 2}",
        dossier_code=f"H32.13-261121-{number:05}",
        score=(5, 4, 5, 3, 5, 2, 4, 5, 1)[number % 9],
        stage=("return", "hand_in")[number % 4 == 0],
        since_s=30 + number % 500,
        spent_ms=1_500 + 37 * number % 9_000,
    )


def pool(sealing_key: bytes) -> list[bytes]:
    """Sealed bodies to use again and again."""
    return [seal(body(number), sealing_key) for number in islice(count(), POOL)]
