"""What travels on a stick: towards the district the very bodies of ``POST /v1/batches``, back the district's answers.

A batch proves itself by its signed head, so the file of a batch is its request body and nothing more. An answer is
sealed to the device's key and signed with the district's receipt key: a stick passes through many hands.
"""

import base64
import gzip
import hashlib
import json
import zlib
from typing import Any

from msgspec import Struct
from nacl.exceptions import CryptoError
from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey

from sync.protocol.batch import VERSION, Answer, Batch, Run, check_version, decode_answer, encode_answer
from sync.protocol.chain import Head, carried_is_signed, sign_carried
from sync.protocol.fields import Malformed, bytes_of, count_of, hash_of, list_of, name_of, object_of, text_of
from sync.protocol.snapshot import Page, decode_page, encode_page

MOST_PLAIN_BYTES = 256 * 1024 * 1024


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
    answers: tuple[tuple[Run, Answer], ...]
    since: str
    pages: tuple[Page, ...]


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
        {
            "v": VERSION,
            "device_id": carried.device_id,
            "signature": base64.b64encode(signature).decode(),
            "sealed": base64.b64encode(sealed).decode(),
        }
    ).encode()


def open_carried(content: bytes, device_id: str, device_key: SigningKey, receipt_public_key: bytes) -> Carried:
    """Reads an answer file. Raises ``Malformed`` when it is cut short or none, ``NotForUs`` or ``NotGenuine``."""
    outer = _json(content)
    check_version(outer)
    if name_of(outer, "device_id") != device_id:
        raise NotForUs(f"the answer is for {outer['device_id']}, this box is {device_id}")
    sealed = bytes_of(outer.get("sealed"), "sealed")
    digest, signature = hashlib.sha256(sealed).digest(), bytes_of(outer.get("signature"), "signature")
    if not carried_is_signed(device_id, digest, signature, receipt_public_key):
        raise NotGenuine("it was not signed by our district, or was changed on the way")
    try:
        packed = SealedBox(device_key.to_curve25519_private_key()).decrypt(sealed)
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
                "answer": encode_answer(answer),
            }
            for run, answer in carried.answers
        ],
        "since": carried.since,
        "pages": [encode_page(page) for page in carried.pages],
    }


def _decoded(inner: dict[str, Any], device_id: str) -> Carried:
    check_version(inner)
    answers = []
    for one in list_of(inner, "answers"):
        if not isinstance(one, dict):
            raise Malformed("answers: not objects")
        head = Head(device_id, count_of(one, "epoch", 1), count_of(one, "seq", 1), hash_of(one, "hash"))
        run = Run(count_of(one, "first_seq", 1), head)
        answers.append((run, decode_answer(object_of(one, "answer"))))
    return Carried(
        device_id=device_id,
        made_at=text_of(inner.get("made_at"), "made_at"),
        answers=tuple(answers),
        since=text_of(inner.get("since"), "since"),
        pages=tuple(decode_page(page) for page in list_of(inner, "pages")),
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
        plain = stretch.decompress(packed, MOST_PLAIN_BYTES)
    except zlib.error as error:
        raise Malformed("the answer is not gzip") from error
    if stretch.unconsumed_tail or not stretch.eof:
        raise Malformed("the answer is too large")
    return plain
