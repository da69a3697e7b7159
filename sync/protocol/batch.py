"""The contract between a kiosk and its district, version 1.

Everything is UTF-8 JSON over HTTPS, batches compressed with gzip (RFC 1952). Times are RFC 3339 in UTC. Bytes are
base64 (RFC 4648 section 4), hashes and ids lower-case hex or UUID text. Errors are problem details (RFC 9457).

A snapshot page is described in ``sync.protocol.snapshot``, enrolment in ``sync.protocol.enrolment``.

| call | who | what |
|---|---|---|
| ``POST /v1/enrolment`` | a box with a one-time code | becomes a device of a unit |
| ``POST /v1/batches`` | a device (bearer token) | a run of entries; answer: a result for each and a signed receipt |
| ``GET /v1/snapshot?since=`` | a device (bearer token) | reference data changed since a cursor, in pages |

A batch is a run of consecutive positions of one epoch: ``first_seq``, the hash before it, the entries in order, and
the signed head at the end of the run. The rows carry no hashes: the receiver links them again and must arrive at the
signed head. Columns instead of rows, because equal neighbours cost nothing once compressed.
"""

import re
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec import Struct, field

from kiosk.domain.entry import EntryType
from sync.protocol.chain import Envelope, Head, link_all
from sync.protocol.fields import (
    BASE64_SCHEMA,
    WORD_SCHEMA,
    Count,
    CountOrNone,
    Hash,
    Name,
    Object,
    Octets,
    Text,
    b64,
    bytes_of,
    list_of,
    object_of,
    read_at,
    text_of,
    wire_type,
    word_of,
)
from sync.protocol.message import VERSION, pack, read_message, unpack
from sync.protocol.seal import MAX_CLASS, OVERHEAD

MAX_ENTRIES = 500

STORED = "stored"
DUPLICATE = "duplicate"
CONFLICT = "conflict"
REFUSED = "refused"

_TYPES = frozenset(str(kind) for kind in EntryType)
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Run(Struct, frozen=True):
    """Which positions an answer speaks of: those from ``first_seq`` up to and including ``head``."""

    first_seq: int
    head: Head

    def __len__(self) -> int:
        return self.head.seq - self.first_seq + 1


class Batch(Struct, frozen=True):
    """A run of entries from ``first_seq`` on. ``head.seq`` is the last position of the run."""

    device_id: str
    epoch: int
    first_seq: int
    previous: bytes
    entries: tuple[Envelope, ...]
    head: Head
    signature: bytes
    health: dict[str, Any] = field(default_factory=dict)

    @property
    def run(self) -> Run:
        """The positions of this batch."""
        return Run(self.first_seq, self.head)

    def hashes(self) -> list[bytes]:
        """The hash at each position of the run, linked from ``previous``."""
        return link_all(self.previous, self.device_id, self.epoch, self.first_seq, self.entries)


class Result(Struct, frozen=True):
    """What became of one entry. ``reason`` is set when it was refused or is in conflict."""

    status: str
    reason: str = ""


class Acknowledgement(Struct, frozen=True):
    """The district's signed word that it holds every position of the epoch up to ``head``."""

    head: Head
    received_at: str
    signature: bytes


class BatchResponse(Struct, frozen=True):
    """The answer to a batch: a result for each entry in order, and the receipt for what is held without a hole.

    ``latest_epoch`` and ``latest_seq`` are the newest position the district knows of this device in any epoch. When
    they are ahead of the box, the box has been restored from an older copy and must open a new epoch. ``signature`` is
    over all of that but the receipt, which has its own (``response_statement``); empty from a district older than that.
    ``pause_s``: seconds the district asks the box to leave before its next batch.
    """

    results: tuple[Result, ...]
    receipt: Acknowledgement | None
    latest_epoch: int
    latest_seq: int
    signature: bytes = b""
    pause_s: int = 0


def _entries_of(value: object) -> tuple[Envelope, ...]:
    """The entries, from columns. Not a ``Struct`` of lists: how many there are is judged before what they are, and most
    words of a column are alike, so that each different one is looked at once."""
    columns = object_of(value)
    sizes = {len(read_at(name, list_of, columns.get(name))) for name in _COLUMNS}
    if len(sizes) != 1:
        raise ValueError("the columns differ in length")
    size = sizes.pop()
    if not 1 <= size <= MAX_ENTRIES:
        raise ValueError(f"a batch holds 1 to {MAX_ENTRIES} entries, this one {size}")
    words = [read_at(name, _words_of, columns[name]) for name in ("entry_id", "type", "day", "key_id")]
    return tuple(map(Envelope, *words, read_at("sealed", _sealed_of, columns["sealed"])))


def _words_of(column: list[Any]) -> list[str]:
    try:
        different = set(column)
    except TypeError as error:
        raise ValueError("not text") from error
    for word in different:
        word_of(word)
    return column


def _sealed_of(column: list[Any]) -> list[bytes]:
    return [bytes_of(sealed) for sealed in column]


def _results_of(value: object) -> tuple[Result, ...]:
    """The results, from runs of equal ones: ``[[count, status, reason], …]``."""
    results: list[Result] = []
    for run in list_of(value):
        if not (isinstance(run, list) and len(run) == 3 and type(run[0]) is int and 1 <= run[0] <= MAX_ENTRIES):
            raise ValueError("not runs of [count, status, reason]")
        status = read_at("status", text_of, run[1])
        if status not in _STATUSES:
            raise ValueError(f"unknown status {status[:20]!r}")
        results.extend([Result(status, read_at("reason", text_of, run[2]))] * run[0])
    return tuple(results)


_STATUSES = (STORED, DUPLICATE, CONFLICT, REFUSED)
_COLUMNS = ("type", "day", "key_id", "entry_id", "sealed")
_ENTRIES = {
    "type": "object",
    "description": "The entries, column by column; every column has the same length.",
    "properties": {
        name: {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_ENTRIES,
            "items": BASE64_SCHEMA if name == "sealed" else WORD_SCHEMA,
        }
        for name in _COLUMNS
    },
    "required": list(_COLUMNS),
}
_RESULT_RUN = {
    "type": "array",
    "prefixItems": [
        {"type": "integer", "minimum": 1, "maximum": MAX_ENTRIES},
        {"type": "string", "enum": list(_STATUSES)},
        {"type": "string"},
    ],
    "minItems": 3,
    "maxItems": 3,
}

if TYPE_CHECKING:
    Entries: TypeAlias = tuple[Envelope, ...]
    Results: TypeAlias = tuple[Result, ...]
else:
    Entries = wire_type("Entries", tuple, _entries_of, _ENTRIES)
    Results = wire_type("Results", tuple, _results_of, {"type": "array", "items": _RESULT_RUN})


class SignedHead(Struct, frozen=True):
    """The last position of the run, its hash, and the device's Ed25519 signature."""

    seq: Count
    hash: Hash
    signature: Octets


class BatchBody(Struct, frozen=True):
    """A run of consecutive entries of one epoch, compressed with gzip."""

    device_id: Name
    epoch: Count
    first_seq: Count
    previous: Hash
    entries: Entries
    head: SignedHead
    health: Object


class ReceiptBody(Struct, frozen=True):
    """The district holds every position of the epoch up to ``seq``; signed with its Ed25519 receipt key."""

    device_id: Name
    epoch: Count
    seq: CountOrNone
    hash: Hash
    received_at: Text
    signature: Octets


class AnswerBody(Struct, frozen=True):
    """Runs of ``[count, status, reason]`` in the order of the entries, and the receipt."""

    results: Results
    latest_epoch: CountOrNone
    latest_seq: CountOrNone
    receipt: ReceiptBody | None = None
    signature: Octets = b""
    pause_s: CountOrNone = 0


def encode_batch(batch: Batch) -> bytes:
    """The request body, compressed. The same batch gives the same bytes."""
    entries = batch.entries
    return pack(
        {
            "v": VERSION,
            "device_id": batch.device_id,
            "epoch": batch.epoch,
            "first_seq": batch.first_seq,
            "previous": batch.previous.hex(),
            "entries": {
                "type": [entry.type for entry in entries],
                "day": [entry.day for entry in entries],
                "key_id": [entry.key_id for entry in entries],
                "entry_id": [entry.entry_id for entry in entries],
                "sealed": [b64(entry.sealed) for entry in entries],
            },
            "head": {"seq": batch.head.seq, "hash": batch.head.hash.hex(), "signature": b64(batch.signature)},
            "health": batch.health,
        }
    )


def decode_batch(body: bytes) -> Batch:
    """Reads a request body. Raises ``Malformed`` (or ``UnknownVersion``) when it is not a batch; bad *entries* are not
    judged here but one by one by ``flaw``, so that one poisoned entry never blocks the rest."""
    message = read_message(BatchBody, unpack(body), "the body")
    head = message.head
    return Batch(
        device_id=message.device_id,
        epoch=message.epoch,
        first_seq=message.first_seq,
        previous=message.previous,
        entries=message.entries,
        head=Head(message.device_id, message.epoch, head.seq, head.hash),
        signature=head.signature,
        health=message.health,
    )


def flaw(envelope: Envelope) -> str:
    """Why an envelope cannot be kept, as a word for the box's technician; empty when it can."""
    if envelope.type not in _TYPES:
        return "unknown_type"
    if not MAX_CLASS + OVERHEAD >= len(envelope.sealed) > OVERHEAD:
        return "wrong_size"
    if not _is_key_id(envelope.key_id):
        return "bad_key_id"
    if not _is_day(envelope.day):
        return "bad_day"
    return "" if _UUID.fullmatch(envelope.entry_id) else "bad_entry_id"


@lru_cache(maxsize=1024)
def _is_key_id(text: str) -> bool:
    return _KEY_ID.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _is_day(text: str) -> bool:
    """Whether it is YYYY-MM-DD and nothing else that ISO 8601 allows: the district keeps a date and must be able to
    write the very same letters again when it verifies the chain."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def encode_response(answer: BatchResponse) -> dict[str, Any]:
    """The response body as JSON values."""
    receipt = answer.receipt
    encoded = {
        "v": VERSION,
        "results": _folded(answer.results),
        "receipt": receipt
        and {
            "device_id": receipt.head.device_id,
            "epoch": receipt.head.epoch,
            "seq": receipt.head.seq,
            "hash": receipt.head.hash.hex(),
            "received_at": receipt.received_at,
            "signature": b64(receipt.signature),
        },
        "latest_epoch": answer.latest_epoch,
        "latest_seq": answer.latest_seq,
    }
    if answer.signature:
        encoded["signature"] = b64(answer.signature)
    if answer.pause_s:
        encoded["pause_s"] = answer.pause_s
    return encoded


def response_statement(run: Run, answer: BatchResponse) -> dict[str, Any]:
    """What the district signs of an answer: which run it is about, each result, and how far it knows the device."""
    return {
        "device_id": run.head.device_id,
        "epoch": run.head.epoch,
        "first_seq": run.first_seq,
        "hash": run.head.hash.hex(),
        "latest_epoch": answer.latest_epoch,
        "latest_seq": answer.latest_seq,
        "results": _folded(answer.results),
        "seq": run.head.seq,
    }


def _folded(results: tuple[Result, ...]) -> list[list[Any]]:
    """Runs of equal results as one: ``[[count, status, reason], …]``."""
    return [[len(list(equal)), result.status, result.reason] for result, equal in groupby(results)]


def decode_response(data: object) -> BatchResponse:
    """Reads a parsed response body. Raises ``Malformed`` for anything else, such as a captive portal's page."""
    body = read_message(AnswerBody, data, "the answer")
    return BatchResponse(
        results=body.results,
        receipt=None if body.receipt is None else _receipt(body.receipt),
        latest_epoch=body.latest_epoch,
        latest_seq=body.latest_seq,
        signature=body.signature,
        pause_s=body.pause_s,
    )


def _receipt(body: "ReceiptBody") -> Acknowledgement:
    return Acknowledgement(Head(body.device_id, body.epoch, body.seq, body.hash), body.received_at, body.signature)
