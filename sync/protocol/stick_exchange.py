"""The contents of a stick: the very bodies of ``POST /v1/batches`` one way, the district's responses the other.

A batch proves itself by its signed head, so the file of a batch is its request body and nothing more. An answer is
sealed to the device's key and signed with the district's receipt key: a stick passes through many hands.
"""

import gzip
import hashlib
import json
import zlib
from typing import Any

from msgspec import Struct
from nacl.exceptions import CryptoError
from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey

from sync.protocol.batch import Batch, BatchResponse, Run, decode_response, encode_response
from sync.protocol.chain import Head, carried_is_signed, sign_carried
from sync.protocol.fields import Count, Hash, Malformed, Name, Object, Octets, Text, b64
from sync.protocol.message import VERSION, read_message
from sync.protocol.snapshot import SnapshotPage, decode_page, encode_page

MAX_PLAIN_BYTES = 256 * 1024 * 1024


class NotForUs(Exception):
    """The answer is another box's."""


class NotGenuine(Exception):
    """The answer was not made by our district for this box as it is now. The message says what to do."""


class Carried(Struct, frozen=True):
    """The district's answers to batches that came on a stick, and the reference data changed since ``since``.

    ``made_at`` is RFC 3339 UTC, the district's clock. ``pages`` may be empty.
    """

    device_id: str
    made_at: str
    answers: tuple[tuple[Run, BatchResponse], ...]
    since: str
    pages: tuple[SnapshotPage, ...]


class CarriedBody(Struct, frozen=True):
    """An answer file as JSON: whose it is, what is sealed to that device, and the district's signature over it."""

    device_id: Name
    signature: Octets
    sealed: Octets


class _AnsweredRun(Struct, frozen=True):
    epoch: Count
    first_seq: Count
    seq: Count
    hash: Hash
    answer: Object


class _Carried(Struct, frozen=True):
    """What is inside, sealed."""

    made_at: Text
    answers: list[_AnsweredRun]
    since: Text
    pages: list[Any]


def identity_of(batch: Batch) -> bytes:
    """What makes a batch this batch; its health, which changes by the minute, does not."""
    head = batch.head
    return f"{head.device_id}/{head.epoch}/{batch.first_seq}/{head.seq}/{head.hash.hex()}".encode()


def seal_carried(carried: Carried, device_public_key: bytes, receipt_key: SigningKey) -> bytes:
    """The content of an answer file. ``device_public_key`` is the device's Ed25519 key, 32 bytes."""
    plain = json.dumps(_encoded(carried), ensure_ascii=False, separators=(",", ":")).encode()
    box = SealedBox(VerifyKey(device_public_key).to_curve25519_public_key())
    sealed = box.encrypt(gzip.compress(plain, compresslevel=6, mtime=0))
    signature = sign_carried(carried.device_id, hashlib.sha256(sealed).digest(), receipt_key)
    return json.dumps(
        {"v": VERSION, "device_id": carried.device_id, "signature": b64(signature), "sealed": b64(sealed)}
    ).encode()


def open_carried(content: bytes, device_id: str, device_key: SigningKey, receipt_public_key: bytes) -> Carried:
    """Reads an answer file. Raises ``Malformed`` when it is cut short or none, ``NotForUs`` or ``NotGenuine``."""
    outer = read_message(CarriedBody, _json(content), "the file")
    if outer.device_id != device_id:
        raise NotForUs(f"the answer is for {outer.device_id}, this box is {device_id}")
    if not carried_is_signed(device_id, hashlib.sha256(outer.sealed).digest(), outer.signature, receipt_public_key):
        raise NotGenuine("it was not signed by our district, or was changed on the way")
    try:
        packed = SealedBox(device_key.to_curve25519_private_key()).decrypt(outer.sealed)
    except CryptoError as error:
        raise NotGenuine("it is sealed to another key of this box; export once more and carry it again") from error
    return _decoded(_json(_unpacked(packed)), device_id)


def _encoded(carried: Carried) -> dict[str, Any]:
    return {
        "v": VERSION,
        "made_at": carried.made_at,
        "answers": [
            {
                "epoch": run.head.epoch,
                "first_seq": run.first_seq,
                "seq": run.head.seq,
                "hash": run.head.hash.hex(),
                "answer": encode_response(answer),
            }
            for run, answer in carried.answers
        ],
        "since": carried.since,
        "pages": [encode_page(page) for page in carried.pages],
    }


def _decoded(inner: dict[str, Any], device_id: str) -> Carried:
    body = read_message(_Carried, inner, "the answer")
    return Carried(
        device_id=device_id,
        made_at=body.made_at,
        answers=tuple(
            (Run(one.first_seq, Head(device_id, one.epoch, one.seq, one.hash)), decode_response(one.answer))
            for one in body.answers
        ),
        since=body.since,
        pages=tuple(decode_page(page) for page in body.pages),
    )


def _json(content: bytes) -> dict[str, Any]:
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Malformed("the file was cut short or is no answer of a district") from error
    if not isinstance(data, dict):
        raise Malformed("the file is no answer of a district")
    return data


def _unpacked(packed: bytes) -> bytes:
    stretch = zlib.decompressobj(31)
    try:
        plain = stretch.decompress(packed, MAX_PLAIN_BYTES)
    except zlib.error as error:
        raise Malformed("the answer is not gzip") from error
    if stretch.unconsumed_tail or not stretch.eof:
        raise Malformed("the answer is too large")
    return plain
