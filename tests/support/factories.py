"""Builders with defaults: a box that lives in memory, and the facts it records. A test names only what it is about."""

import base64
import copy
import hashlib
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from kiosk.domain.entry import EntryType, new_entry_id
from sync.protocol.batch import Batch, encode_batch
from sync.protocol.chain import Envelope, Head, genesis, link, sign_head
from sync.protocol.seal import key_id, seal

TODAY = date(2026, 11, 21)
AT = 1_795_233_600  # 2026-11-21T04:00:00Z, in seconds

UNIT = "H32.13"
COUNTER = "H32.13-q1"


def dossier_code(number: int = 1) -> str:
    """A dossier code of the usual family."""
    return f"H32.13.02-261121-{number:05}"


def rating_body(**values: Any) -> dict[str, Any]:
    """The body of a rating entry, as a box seals it."""
    return {
        "at_s": AT,
        "up_s": 61,
        "boot": "cafe",
        "offset_s": None,
        "unit_id": UNIT,
        "counter_id": COUNTER,
        "dossier_code": None,
        "stage": "return",
        "score": 5,
        "questionnaire": "mot-cua/1",
        "flags": [],
        "input": "scan",
        "language": "vi",
        "since_s": None,
        "spent_ms": 2_400,
    } | values


def given_body(**values: Any) -> dict[str, Any]:
    """The body of a rating as a box seals it by recipe 2: how it was given stands in it."""
    old = {name: value for name, value in rating_body().items() if name not in ("since_s", "spent_ms")}
    return (
        old
        | {
            "given": "touch",
            "presses": 3,
            "scans": 1,
            "since_ds": 345,
            "spent_ds": 24,
            "scan_ds": 31,
            "home_ds": 205,
            "revision": 17,
            "counter_known_by": "own",
            "officer_known_by": None,
        }
        | values
    )


def answers_body(rating: str, **values: Any) -> dict[str, Any]:
    """The body of an answers entry, as a box seals it."""
    return {
        "at_s": AT,
        "up_s": 75,
        "boot": "cafe",
        "rating": rating,
        "unit_id": UNIT,
        "questionnaire": "mot-cua/2",
        "answers": {"bad": ["waiting", "visits"]},
        "private_answers": {},
        "language": "vi",
        "spent_ms": {"bad": 6_100},
        "presses": 4,
        "scans_again": 0,
    } | values


CONTACT = {"name": "Nguyễn Văn An", "phone": "0912345123", "address": "", "email": "", "reply_by": "sms"}


def told_body(number: str, token: str = "t" * 22, **values: Any) -> dict[str, Any]:
    """The body of a comment or complaint entry, as a box seals it."""
    return {
        "at_s": AT,
        "up_s": 200,
        "boot": "cafe",
        "offset_s": None,
        "unit_id": UNIT,
        "counter_id": "",
        "dossier_code": "",
        "language": "vi",
        "about": "facilities",
        "text": "Ghế chờ bị hỏng, người già phải đứng.",
        "sentences": [],
        "sound_parts": 0,
        "officer_number": "",
        "written_by_helper": False,
        "contact": CONTACT,
        "consent": "2026-11",
        "about_entry": "",
        "receipt_number": number,
        "receipt_token": token,
        "input": "typed",
    } | values


def envelope(
    body: dict[str, Any] | None = None,
    *,
    public_key: bytes | None = None,
    kind: str = EntryType.RATING,
    day: date = TODAY,
    entry_id: str | None = None,
) -> Envelope:
    """A sealed entry; without a key it is sealed to one that nobody has."""
    key = public_key or bytes(PrivateKey.generate().public_key)
    sealed = seal(rating_body() if body is None else body, key)
    return Envelope(entry_id or new_entry_id(day), str(kind), day.isoformat(), key_id(key), sealed)


@dataclass
class Box:
    """A kiosk in memory: records entries into its chain and signs runs of them.

    ``entries`` are those of the present epoch. Change them, and the box signs what it then has, as a box would whose
    files somebody changed and who has its key.
    """

    device_id: str = "box-1"
    sealing_key: bytes = b""
    key: SigningKey = field(default_factory=SigningKey.generate)
    token: str = ""
    epoch: int = 1
    entries: list[Envelope] = field(default_factory=list)

    def record(self, entry: Envelope) -> Envelope:
        """Appends any envelope."""
        self.entries.append(entry)
        return entry

    def rate(self, score: int = 5, dossier: str | None = None, day: date = TODAY, **body: Any) -> Envelope:
        """Records one rating."""
        said = rating_body(score=score, dossier_code=dossier, **body)
        return self.record(envelope(said, public_key=self.sealing_key or None, day=day))

    def rate_now(self, score: int = 5, dossier: str | None = None, day: date = TODAY, **body: Any) -> Envelope:
        """Records one rating by recipe 2, with how it was given."""
        said = given_body(score=score, dossier_code=dossier, **body)
        return self.record(envelope(said, public_key=self.sealing_key or None, day=day))

    def add(self, rating: Envelope, day: date = TODAY, **body: Any) -> Envelope:
        """Records what the citizen added to a rating."""
        said = answers_body(rating.entry_id, **body)
        return self.record(envelope(said, public_key=self.sealing_key or None, kind=EntryType.ANSWERS, day=day))

    def tell(self, number: str, kind: str = EntryType.COMPLAINT, day: date = TODAY, **body: Any) -> Envelope:
        """Records a complaint, or a comment."""
        said = told_body(number, **body)
        return self.record(envelope(said, public_key=self.sealing_key or None, kind=kind, day=day))

    def attach(self, number: str, sound: bytes, parts: int = 1, **body: Any) -> list[Envelope]:
        """Records something spoken, cut into parts."""
        size = -(-len(sound) // parts)
        whole = {"media_type": "audio/ogg", "sha256": hashlib.sha256(sound).hexdigest(), "parts": parts}
        made = []
        for part in range(parts):
            data = base64.b64encode(sound[part * size : (part + 1) * size]).decode()
            said = {"at_s": AT, "receipt_number": number, "part": part + 1, "data": data, **whole, **body}
            made.append(envelope(said, public_key=self.sealing_key or None, kind=EntryType.ATTACHMENT))
        return [self.record(entry) for entry in made]

    def judge(self, number: str, opinion: str = "satisfied", **body: Any) -> Envelope:
        """Records a citizen's verdict on an answer."""
        said = {"at_s": AT, "receipt_number": number, "opinion": opinion} | body
        return self.record(envelope(said, public_key=self.sealing_key or None, kind=EntryType.VERDICT))

    def supplement(self, number: str, text: str, *, token: str = "", **body: Any) -> Envelope:
        """Records what a citizen answers who was asked for more."""
        said = {"at_s": AT, "receipt_number": number, "receipt_token": token, "text": text, "will_bring": False}
        return self.record(envelope(said | body, public_key=self.sealing_key or None, kind=EntryType.SUPPLEMENT))

    def withdraw(self, number: str, token: str) -> Envelope:
        """Records that a citizen withdraws consent."""
        said = {"at_s": AT, "receipt_number": number, "receipt_token": token}
        return self.record(envelope(said, public_key=self.sealing_key or None, kind=EntryType.WITHDRAWAL))

    def note(self, kind: str = EntryType.BOOT, **body: Any) -> Envelope:
        """Records a fact of the box's own."""
        return self.record(envelope({"at_s": AT} | body, public_key=self.sealing_key or None, kind=kind))

    def times(self, *rows: list[Any], day: date = TODAY, **body: Any) -> Envelope:
        """Records a day's waiting and service times; a row begins with the counter's place in ``counters``."""
        details = {"of_day": day.isoformat(), "unit_id": UNIT, "counters": [COUNTER], "rows": list(rows)}
        return self.note(EntryType.QUEUE_TIMES, **(details | body))

    def batch(self, first: int = 1, last: int | None = None, health: dict[str, Any] | None = None) -> Batch:
        """The signed run from position ``first`` to ``last`` (the newest when left out)."""
        last = len(self.entries) if last is None else last
        hashes = self.hashes()
        head = Head(self.device_id, self.epoch, last, hashes[last])
        return Batch(
            device_id=self.device_id,
            epoch=self.epoch,
            first_seq=first,
            previous=hashes[first - 1],
            entries=tuple(self.entries[first - 1 : last]),
            head=head,
            signature=sign_head(head, self.key),
            health=health or {},
        )

    def body(self, first: int = 1, last: int | None = None) -> bytes:
        """The same run as a request body."""
        return encode_batch(self.batch(first, last))

    def hashes(self) -> list[bytes]:
        """The hash before the first entry, then the hash at each position."""
        hashes = [genesis(self.device_id, self.epoch)]
        for seq, entry in enumerate(self.entries, start=1):
            hashes.append(link(hashes[-1], self.device_id, self.epoch, seq, entry))
        return hashes

    def copy(self) -> "Box":
        """The same box as it is now: a disk image, a clone."""
        return copy.deepcopy(self)

    def open_epoch(self) -> None:
        """Starts the next epoch, empty."""
        self.epoch += 1
        self.entries = []
