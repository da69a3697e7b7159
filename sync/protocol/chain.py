"""The hash chain of a kiosk's ledger, and the signatures of its head and of the district's acknowledgements.

``hash = SHA-256(previous hash ‖ canonical envelope)``; the chain of an epoch starts from ``genesis``. Signatures are
Ed25519 (RFC 8032) over canonical JSON (RFC 8785) that names its purpose, so that none can pass for another.
"""

from binascii import b2a_base64
from collections.abc import Sequence
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any

from msgspec import Struct
from nacl.exceptions import BadSignatureError, CryptoError
from nacl.signing import SigningKey, VerifyKey

from sync.protocol.seal import canonical

_text = encode_basestring
"""A text as canonical JSON writes it."""


class Envelope(Struct, frozen=True):
    """What stands in clear around a sealed body. ``day`` is the office's local date as YYYY-MM-DD."""

    entry_id: str
    type: str
    day: str
    key_id: str
    sealed: bytes


class Head(Struct, frozen=True):
    """The newest position of one epoch of a box's ledger, with the hash there. ``seq`` 0 is the empty epoch."""

    device_id: str
    epoch: int
    seq: int
    hash: bytes


def genesis(device_id: str, epoch: int) -> bytes:
    """The hash before the first entry of an epoch."""
    return sha256(canonical({"device_id": device_id, "epoch": epoch, "ledger": "lang-nghe/1"})).digest()


def link(previous: bytes, device_id: str, epoch: int, seq: int, envelope: Envelope) -> bytes:
    """The hash of the entry at ``seq``, given the hash before it."""
    return link_all(previous, device_id, epoch, seq, (envelope,))[0]


def link_all(previous: bytes, device_id: str, epoch: int, first_seq: int, envelopes: Sequence[Envelope]) -> list[bytes]:
    """The hash at each position of a run, given the hash before it.

    The canonical envelope is written out by hand, eight members in order: a district links every entry it accepts.
    """
    hashes, device, seq = [], _text(device_id), first_seq
    for one in envelopes:
        sealed = b2a_base64(one.sealed, newline=False).decode()
        statement = (
            f'{{"day":{_text(one.day)},"device_id":{device},"entry_id":{_text(one.entry_id)},"epoch":{epoch},'
            f'"key_id":{_text(one.key_id)},"sealed":"{sealed}","seq":{seq},"type":{_text(one.type)}}}'
        )
        previous = sha256(previous + statement.encode()).digest()
        hashes.append(previous)
        seq += 1
    return hashes


def sign_head(head: Head, key: SigningKey) -> bytes:
    """The box's signature over its newest position."""
    return key.sign(_head_statement(head)).signature


def head_is_signed(head: Head, signature: bytes, public_key: bytes) -> bool:
    """Whether the signature over the head was made with the device's key."""
    return is_signed_by(_head_statement(head), signature, public_key)


def sign_acknowledgement(head: Head, received_at: str, key: SigningKey) -> bytes:
    """The district's signature: it holds every position of this epoch up to and including ``head``."""
    return key.sign(_receipt_statement(head, received_at)).signature


def acknowledgement_is_signed(head: Head, received_at: str, signature: bytes, public_key: bytes) -> bool:
    """Whether the receipt was made with the district's receipt key."""
    return is_signed_by(_receipt_statement(head, received_at), signature, public_key)


def sign_response(statement: dict[str, Any], key: SigningKey) -> bytes:
    """The district's signature over what it says of one run (``sync.protocol.batch.response_statement``)."""
    return key.sign(canonical({"answer": statement})).signature


def response_is_signed(statement: dict[str, Any], signature: bytes, public_key: bytes) -> bool:
    """Whether the statement is the word of the district with this receipt key."""
    return is_signed_by(canonical({"answer": statement}), signature, public_key)


def sign_carried(device_id: str, digest: bytes, key: SigningKey) -> bytes:
    """The district's signature over an answer file for a device: the SHA-256 of its sealed content."""
    return key.sign(_carried_statement(device_id, digest)).signature


def carried_is_signed(device_id: str, digest: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the answer file is the word of the district with this receipt key."""
    return is_signed_by(_carried_statement(device_id, digest), signature, public_key)


def _carried_statement(device_id: str, digest: bytes) -> bytes:
    return canonical({"carried": {"device_id": device_id, "sha256": digest.hex()}})


def sign_key_rotation(device_id: str, next_key: bytes, token_hash: bytes, key: SigningKey) -> bytes:
    """A box's signature that its key gives way to ``next_key``: made with the old key, and with the new as its proof.

    ``token_hash`` is the SHA-256 of the token that comes with it.
    """
    return key.sign(_key_rotation_statement(device_id, next_key, token_hash)).signature


def key_rotation_is_signed(device_id: str, next_key: bytes, token_hash: bytes, signature: bytes, by: bytes) -> bool:
    """Whether the key ``by`` signed this succession."""
    return is_signed_by(_key_rotation_statement(device_id, next_key, token_hash), signature, by)


def sign_sealing_key(number: int, sealing_key: bytes, key: SigningKey) -> bytes:
    """The district's signature, with its receipt key: boxes seal to ``sealing_key`` now, its ``number``-th."""
    return key.sign(_sealing_statement(number, sealing_key)).signature


def sealing_key_is_signed(number: int, sealing_key: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the sealing key is the word of the district with this receipt key."""
    return is_signed_by(_sealing_statement(number, sealing_key), signature, public_key)


def sign_placement(device_id: str, moves: int, unit_id: str, counter_id: str | None, key: SigningKey) -> bytes:
    """The district's signature, with its receipt key: after ``moves`` moves the device stands there."""
    return key.sign(_placement_statement(device_id, moves, unit_id, counter_id)).signature


def placement_is_signed(
    device_id: str, moves: int, unit_id: str, counter_id: str | None, signature: bytes, public_key: bytes
) -> bool:
    """Whether the district with this receipt key said where the device stands."""
    return is_signed_by(_placement_statement(device_id, moves, unit_id, counter_id), signature, public_key)


def sign_address(number: int, url: str, authorities: str, key: SigningKey) -> bytes:
    """The district's signature, with its receipt key: its ``number``-th address, and who vouches for it there."""
    return key.sign(_address_statement(number, url, authorities)).signature


def address_is_signed(number: int, url: str, authorities: str, signature: bytes, public_key: bytes) -> bool:
    """Whether the district with this receipt key said where it is to be found."""
    return is_signed_by(_address_statement(number, url, authorities), signature, public_key)


def sign_settings(device_id: str, number: int, values: dict[str, Any], key: SigningKey) -> bytes:
    """The district's signature, with its receipt key: the device is to use these settings, its ``number``-th word."""
    return key.sign(_settings_statement(device_id, number, values)).signature


def settings_are_signed(
    device_id: str, number: int, values: dict[str, Any], signature: bytes, public_key: bytes
) -> bool:
    """Whether the district with this receipt key said which settings the device is to use."""
    return is_signed_by(_settings_statement(device_id, number, values), signature, public_key)


def sign_offer(number: int, version: str, share: int, key: SigningKey) -> bytes:
    """The district's signature, with its receipt key: a release is offered to a share of its kiosks, its ``number``-th
    word on that."""
    return key.sign(_offer_statement(number, version, share)).signature


def offer_is_signed(number: int, version: str, share: int, signature: bytes, public_key: bytes) -> bool:
    """Whether the district with this receipt key offers the release so far."""
    return is_signed_by(_offer_statement(number, version, share), signature, public_key)


def sign_portrait(officer_number: str, picture: bytes, key: SigningKey) -> bytes:
    """The district's signature, with its receipt key: this picture is that officer's."""
    return key.sign(_portrait_statement(officer_number, picture)).signature


def portrait_is_signed(officer_number: str, picture: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the district with this receipt key said whose picture it is."""
    return is_signed_by(_portrait_statement(officer_number, picture), signature, public_key)


def sign_counter_notes(counter_id: str, content: dict[str, Any], key: SigningKey) -> bytes:
    """The district's signature, with its receipt key: this is what a counter's staff are told."""
    return key.sign(_counter_notes_statement(counter_id, content)).signature


def counter_notes_are_signed(counter_id: str, content: dict[str, Any], signature: bytes, public_key: bytes) -> bool:
    """Whether the district with this receipt key said what a counter's staff are told."""
    return is_signed_by(_counter_notes_statement(counter_id, content), signature, public_key)


def sign_day(day: str, head: Head, key: SigningKey) -> bytes:
    """The box's signature over the position at which its ledger stood at the end of a day (YYYY-MM-DD)."""
    return key.sign(day_statement(day, head)).signature


def day_is_signed(day: str, head: Head, signature: bytes, public_key: bytes) -> bool:
    """Whether the day's head was signed with the device's key."""
    return is_signed_by(day_statement(day, head), signature, public_key)


def sign_closed_period(digest: bytes, key: SigningKey) -> bytes:
    """The district's signature, with its receipt key, over a closed period: the SHA-256 of its statement
    (``sync.district.domain.closed_period``)."""
    return key.sign(closed_period_statement(digest)).signature


def closed_period_is_signed(digest: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the district with this receipt key closed the period."""
    return is_signed_by(closed_period_statement(digest), signature, public_key)


def closed_period_statement(digest: bytes) -> bytes:
    """What the district signs of a closed period; also a leaf of the public log."""
    return canonical({"closed_period": digest.hex()})


def _key_rotation_statement(device_id: str, next_key: bytes, token_hash: bytes) -> bytes:
    named = {"device_id": device_id, "public_key": next_key.hex(), "token_hash": token_hash.hex()}
    return canonical({"succession": named})


def _sealing_statement(number: int, sealing_key: bytes) -> bytes:
    return canonical({"sealing_key": {"number": number, "public_key": sealing_key.hex()}})


def _placement_statement(device_id: str, moves: int, unit_id: str, counter_id: str | None) -> bytes:
    place = {"device_id": device_id, "moves": moves, "unit_id": unit_id, "counter_id": counter_id or ""}
    return canonical({"placement": place})


def _address_statement(number: int, url: str, authorities: str) -> bytes:
    vouching = sha256(authorities.encode()).hexdigest()
    return canonical({"address": {"number": number, "url": url, "authorities_sha256": vouching}})


def _settings_statement(device_id: str, number: int, values: dict[str, Any]) -> bytes:
    digest = sha256(canonical(values)).hexdigest()
    return canonical({"settings": {"device_id": device_id, "number": number, "sha256": digest}})


def _offer_statement(number: int, version: str, share: int) -> bytes:
    return canonical({"software_offer": {"number": number, "version": version, "share": share}})


def _portrait_statement(officer_number: str, picture: bytes) -> bytes:
    return canonical({"portrait": {"officer_number": officer_number, "sha256": sha256(picture).hexdigest()}})


def _counter_notes_statement(counter_id: str, content: dict[str, Any]) -> bytes:
    digest = sha256(canonical(content)).hexdigest()
    return canonical({"counter_notes": {"counter_id": counter_id, "sha256": digest}})


def day_statement(day: str, head: Head) -> bytes:
    """What a box signs of the position at which its ledger stood at the end of a day; also a leaf of the public log."""
    return canonical({"day": day, "head": position_of(head)})


def _head_statement(head: Head) -> bytes:
    return f'{{"head":{_position_text(head)}}}'.encode()


def _receipt_statement(head: Head, received_at: str) -> bytes:
    return f'{{"receipt":{_position_text(head)},"received_at":{_text(received_at)}}}'.encode()


def position_of(head: Head) -> dict[str, Any]:
    """A position as statements write it."""
    return {"device_id": head.device_id, "epoch": head.epoch, "hash": head.hash.hex(), "seq": head.seq}


def _position_text(head: Head) -> str:
    """``position_of`` as canonical JSON, written out by hand: each batch has its head and its receipt."""
    return f'{{"device_id":{_text(head.device_id)},"epoch":{head.epoch},"hash":"{head.hash.hex()}","seq":{head.seq}}}'


def is_signed_by(statement: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the Ed25519 signature over a statement was made with this key."""
    try:
        VerifyKey(public_key).verify(statement, signature)
    except (BadSignatureError, CryptoError, ValueError):
        return False
    return True
