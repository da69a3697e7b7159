"""The test vectors beside ``sync/PROTOCOL.md``: our code makes and accepts each, and the document's numbers are ours.

What a stranger would have to write (padding, dictionary, chain, statements) is written here a second time from the
document alone, with the standard library and PyNaCl, so that the two do not share a mistake.
"""

import base64
import gzip
import hashlib
import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey, VerifyKey

from kiosk.domain import receipt
from sync.district.domain.batch_decision import fault
from sync.district.domain.checks import UnreadableBody, refuse_unkeepable
from sync.district.fleet.enrolment import code_hash
from sync.district.projection.kinds import kind_of
from sync.protocol import batch, chain, enrolment, seal, snapshot
from sync.protocol.chain import Envelope, Head
from sync.protocol.day_head import DayHead
from sync.protocol.fields import Malformed
from sync.protocol.key_rotation import KeyRotation, taken
from sync.protocol.receipt_lookup import key_of
from tests.support.protocol_document import (
    bits_in_the_document,
    dictionary_in_the_document,
    number,
    packed_dictionary_in_the_document,
    section,
    shapes_in_the_document,
)

V: dict[str, Any] = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
DEVICE, RECEIPT = (SigningKey(bytes.fromhex(V["keys"][name])) for name in ("device_seed_hex", "receipt_seed_hex"))
SEALING = PrivateKey(bytes.fromhex(V["keys"]["sealing_private_key_hex"]))


def b64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def envelope_of(entry: dict[str, str]) -> Envelope:
    return Envelope(entry["entry_id"], entry["type"], entry["day"], entry["key_id"], b64(entry["sealed"]))


def head_of(vector: dict[str, Any]) -> Head:
    return Head(vector["device_id"], vector["epoch"], vector["seq"], bytes.fromhex(vector["hash"]))


# Keys, canonical JSON, sealing


def test_the_keys_come_from_their_seeds():
    keys = V["keys"]

    assert b64(keys["device_public_key"]) == bytes(DEVICE.verify_key)
    assert b64(keys["receipt_public_key"]) == bytes(RECEIPT.verify_key)
    assert b64(keys["sealing_public_key"]) == bytes(SEALING.public_key)
    assert keys["sealing_key_id"] == seal.key_id(bytes(SEALING.public_key))


@pytest.mark.parametrize("vector", V["canonical"], ids=lambda vector: vector["text"][:12])
def test_canonical_json(vector: dict[str, Any]):
    assert seal.canonical(vector["value"]).decode() == vector["text"]


@pytest.mark.parametrize("vector", V["sealing"], ids=lambda vector: vector["name"])
class TestSealing:
    def test_the_sealed_vector_opens_to_its_body(self, vector: dict[str, Any]):
        assert seal.unseal(b64(vector["sealed"]), SEALING) == vector["body"]

    def test_the_message_is_what_the_document_says(self, vector: dict[str, Any]):
        message = bytes.fromhex(vector["message_hex"])

        content = message.rstrip(b"\0")
        stretch = zlib.decompressobj(-15, zdict=dictionary_in_the_document())
        plain = stretch.decompress(content[1:-1])

        assert SealedBox(SEALING).decrypt(b64(vector["sealed"])) == message
        assert (content[0], content[-1]) == (1, 0x80)
        assert stretch.eof
        assert plain.decode() == vector["content"]
        assert len(message) in [number("smallest size class, bytes") * 2**n for n in range(13)]
        assert len(message) < 2 * len(content) or len(message) == number("smallest size class, bytes")

    def test_the_content_is_the_body_in_its_shape(self, vector: dict[str, Any]):
        content, body = json.loads(vector["content"]), vector["body"]

        shaped = [
            [shape, *(body[name] for name in names)]
            for shape, names in shapes_in_the_document().items()
            if set(names) == body.keys()
        ]

        assert content == (shaped[0] if shaped else body)
        assert seal.canonical(content).decode() == vector["content"]

    def test_what_a_stranger_seals_we_open(self, vector: dict[str, Any]):
        squeeze = zlib.compressobj(6, zlib.DEFLATED, -15, zdict=dictionary_in_the_document())
        message = b"\x01" + squeeze.compress(vector["content"].encode()) + squeeze.flush() + b"\x80"

        sealed = SealedBox(PublicKey(b64(V["keys"]["sealing_public_key"]))).encrypt(message.ljust(704, b"\0"))

        assert seal.unseal(sealed, SEALING) == vector["body"]

    def test_what_we_seal_a_stranger_opens(self, vector: dict[str, Any]):
        message = SealedBox(SEALING).decrypt(seal.seal(vector["body"], bytes(SEALING.public_key)))

        stretch = zlib.decompressobj(-15, zdict=dictionary_in_the_document())

        assert len(message) == len(bytes.fromhex(vector["message_hex"]))
        assert stretch.decompress(message.rstrip(b"\0")[1:-1]).decode() == vector["content"]


# Recipe 2, written here a second time: the tables of the document, read as a stranger would


def value_of(bits: int, said: str, place: int) -> Any:
    words, least = re.findall(r"`(\w+)`", said), re.match(r"from (-?\d+)", said)
    if least:
        return None if "null" in said and place == 2**bits - 1 else place + int(least[1])
    if said == "four hex digits":
        return f"{place:04x}"
    if said.startswith("a bit each"):
        return sorted(word for bit, word in enumerate(words) if place & 1 << bit)
    return words[place - 1] if place else None


@pytest.mark.parametrize("vector", V["packed"], ids=lambda vector: vector["name"])
def test_a_packed_rating_is_read_by_the_tables_of_the_document(vector: dict[str, Any]):
    message = bytes.fromhex(vector["message_hex"])
    read: dict[str, Any] = {}
    bits_left, left = int.from_bytes(message[1:31], "big"), 240
    for name, bits, said in bits_in_the_document(message[0]):
        left -= bits
        read[name] = value_of(bits, said, bits_left >> left & 2**bits - 1)
    stretch = zlib.decompressobj(-15, zdict=packed_dictionary_in_the_document())
    lines = stretch.decompress(message.rstrip(b"\0")[31:-1]).decode().split("\n")
    names = ("unit_id", "counter_id", "dossier_code", "questionnaire", "language")
    read |= {name: line or None for name, line in zip(names, lines, strict=True)}

    assert (len(message), left) == (88, 0)
    assert message[0] == (3 if "transaction" in vector["body"] else 2)
    assert read == vector["body"]
    assert SealedBox(SEALING).decrypt(b64(vector["sealed"])) == message


@pytest.mark.parametrize("vector", V["packed"], ids=lambda vector: vector["name"])
def test_we_pack_and_open_the_same(vector: dict[str, Any]):
    made = seal.seal(vector["body"], bytes(SEALING.public_key))

    assert SealedBox(SEALING).decrypt(made)[:31] == bytes.fromhex(vector["message_hex"])[:31]
    assert seal.unseal(made, SEALING) == seal.unseal(b64(vector["sealed"]), SEALING) == vector["body"]


# Chain and signatures


@pytest.mark.parametrize("vector", V["genesis"], ids=lambda vector: str(vector["epoch"]))
def test_genesis(vector: dict[str, Any]):
    assert hashlib.sha256(vector["statement"].encode()).hexdigest() == vector["hash"]
    assert chain.genesis(vector["device_id"], vector["epoch"]).hex() == vector["hash"]


@pytest.mark.parametrize("vector", V["links"], ids=lambda vector: str(vector["seq"]))
def test_link(vector: dict[str, Any]):
    previous = bytes.fromhex(vector["previous"])

    made = chain.link(previous, vector["device_id"], vector["epoch"], vector["seq"], envelope_of(vector["entry"]))

    assert hashlib.sha256(previous + vector["statement"].encode()).hexdigest() == vector["hash"]
    assert made.hex() == vector["hash"]


def test_the_links_hang_together():
    befores = [vector["previous"] for vector in V["links"]]

    assert befores == [V["genesis"][0]["hash"], *(vector["hash"] for vector in V["links"][:-1])]
    assert V["links"][-1]["hash"] == V["head"]["hash"]


def test_head_statement_and_signature():
    vector = V["head"]

    VerifyKey(b64(V["keys"]["device_public_key"])).verify(vector["statement"].encode(), b64(vector["signature"]))

    assert chain.sign_head(head_of(vector), DEVICE) == b64(vector["signature"])
    assert chain.head_is_signed(head_of(vector), b64(vector["signature"]), bytes(DEVICE.verify_key))


def test_receipt_statement_and_signature():
    vector = V["receipt"]

    VerifyKey(b64(V["keys"]["receipt_public_key"])).verify(vector["statement"].encode(), b64(vector["signature"]))

    assert chain.sign_acknowledgement(head_of(vector), vector["received_at"], RECEIPT) == b64(vector["signature"])
    assert not chain.head_is_signed(head_of(vector), b64(vector["signature"]), bytes(RECEIPT.verify_key))


def test_answer_statement_and_signature():
    vector, request = V["answer_statement"], V["batch"]["request"]
    run = batch.Run(request["first_seq"], head_of(V["head"]))
    answer = batch.decode_response(V["batch"]["answer"])

    VerifyKey(b64(V["keys"]["receipt_public_key"])).verify(vector["statement"].encode(), b64(vector["signature"]))

    assert seal.canonical({"answer": batch.response_statement(run, answer)}).decode() == vector["statement"]
    assert answer.signature == b64(vector["signature"])


def test_carried_statement_and_signature():
    vector = V["carried"]
    device_id, digest, signature = vector["device_id"], bytes.fromhex(vector["sha256"]), b64(vector["signature"])

    VerifyKey(b64(V["keys"]["receipt_public_key"])).verify(vector["statement"].encode(), signature)

    assert chain.sign_carried(device_id, digest, RECEIPT) == signature
    assert chain.carried_is_signed(device_id, digest, signature, bytes(RECEIPT.verify_key))
    assert not chain.carried_is_signed("box-2", digest, signature, bytes(RECEIPT.verify_key))


def test_succession_statement_signatures_and_call():
    vector = V["succession"]
    succession = KeyRotation.decode(vector["request"])

    assert succession == KeyRotation.make(
        V["head"]["device_id"],
        DEVICE,
        SigningKey(bytes.fromhex(vector["next_seed_hex"])),
        hashlib.sha256(vector["token"].encode()).digest(),
    )
    VerifyKey(b64(V["keys"]["device_public_key"])).verify(vector["statement"].encode(), succession.signature)
    VerifyKey(succession.public_key).verify(vector["statement"].encode(), succession.proof)
    assert succession.is_proved()
    assert succession.is_signed_by(bytes(DEVICE.verify_key))
    assert succession.encode() == vector["request"]
    taken(vector["answer"], V["head"]["device_id"])


def test_sealing_key_statement_and_signature():
    vector = V["sealing_key"]
    public_key, signature = b64(vector["public_key"]), b64(vector["signature"])

    VerifyKey(b64(V["keys"]["receipt_public_key"])).verify(vector["statement"].encode(), signature)

    assert public_key == bytes(PrivateKey(bytes.fromhex(vector["private_key_hex"])).public_key)
    assert chain.sign_sealing_key(vector["number"], public_key, RECEIPT) == signature
    assert chain.sealing_key_is_signed(vector["number"], public_key, signature, bytes(RECEIPT.verify_key))
    assert not chain.sealing_key_is_signed(3, public_key, signature, bytes(RECEIPT.verify_key))


def test_placement_statement_and_signature():
    vector = V["placement"]
    told = (vector["device_id"], vector["moves"], vector["unit_id"], vector["counter_id"])
    signature = b64(vector["signature"])

    VerifyKey(b64(V["keys"]["receipt_public_key"])).verify(vector["statement"].encode(), signature)

    assert chain.sign_placement(*told, RECEIPT) == signature
    assert chain.placement_is_signed(*told, signature, bytes(RECEIPT.verify_key))
    for other in (("box-x", *told[1:]), (told[0], 3, *told[2:]), (*told[:2], "H32", told[3]), (*told[:3], None)):
        assert not chain.placement_is_signed(*other, signature, bytes(RECEIPT.verify_key))


def test_address_statement_and_signature():
    vector = V["address"]
    told, signature = (vector["number"], vector["url"], vector["authorities"]), b64(vector["signature"])

    VerifyKey(b64(V["keys"]["receipt_public_key"])).verify(vector["statement"].encode(), signature)

    assert chain.sign_address(*told, RECEIPT) == signature
    assert chain.address_is_signed(*told, signature, bytes(RECEIPT.verify_key))
    for other in ((4, *told[1:]), (told[0], "https://elsewhere.example", told[2]), (*told[:2], "PEM")):
        assert not chain.address_is_signed(*other, signature, bytes(RECEIPT.verify_key))


def test_settings_statement_and_signature():
    vector = V["settings"]
    told, signature = (vector["device_id"], vector["number"], vector["values"]), b64(vector["signature"])
    canonical = json.dumps(vector["values"], separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(canonical.encode()).hexdigest()

    VerifyKey(b64(V["keys"]["receipt_public_key"])).verify(vector["statement"].encode(), signature)

    assert json.loads(vector["statement"])["settings"]["sha256"] == digest
    assert chain.sign_settings(*told, RECEIPT) == signature
    assert chain.settings_are_signed(*told, signature, bytes(RECEIPT.verify_key))
    for other in (("box-x", *told[1:]), (told[0], 8, told[2]), (*told[:2], told[2] | {"times.idle": 61})):
        assert not chain.settings_are_signed(*other, signature, bytes(RECEIPT.verify_key))


def test_a_day_s_head_as_text():
    vector = V["day_head"]

    asked = DayHead.parse(vector["text"])

    VerifyKey(b64(V["keys"]["device_public_key"])).verify(vector["statement"].encode(), b64(vector["signature"]))
    assert asked == DayHead.sign(vector["day"], head_of(vector), DEVICE)
    assert (asked.text(), asked.is_signed_by(bytes(DEVICE.verify_key))) == (vector["text"], True)


def test_a_portrait_is_signed_for_its_officer_alone():
    vector, key = V["portrait"], bytes(RECEIPT.verify_key)
    number, picture = vector["officer_number"], b64(vector["picture"])
    signature = b64(vector["signature"])

    VerifyKey(key).verify(vector["statement"].encode(), signature)
    assert chain.sign_portrait(number, picture, RECEIPT) == signature
    assert chain.portrait_is_signed(number, picture, signature, key)
    assert not chain.portrait_is_signed("TP-022", picture, signature, key)
    assert not chain.portrait_is_signed(number, picture + b"!", signature, key)


# The calls


def test_enrolment():
    request, answer = V["enrolment"]["request"], V["enrolment"]["answer"]

    assert enrolment.Enrolment.decode(request).encode() == request
    assert enrolment.Welcome.decode(answer).encode() == answer


def test_batch_request():
    body = json.dumps(V["batch"]["request"], ensure_ascii=False, separators=(",", ":")).encode()

    read = batch.decode_batch(gzip.compress(body))

    assert fault(read, read.hashes(), bytes(DEVICE.verify_key)) is None
    assert gzip.decompress(batch.encode_batch(read)) == body
    assert [batch.flaw(entry) for entry in read.entries] == ["", "", ""]
    assert [seal.unseal(entry.sealed, SEALING) for entry in read.entries] == [one["body"] for one in V["sealing"]]


@pytest.mark.parametrize(
    "encoded",
    [V["batch"]["answer"], V["batch"]["answer_again"], *(one["answer"] for one in V["answers"])],
    ids=lambda encoded: "-".join(run[1] for run in encoded["results"]),
)
def test_answers(encoded: dict[str, Any]):
    answer = batch.decode_response(encoded)

    signed = answer.receipt
    assert batch.encode_response(answer) == encoded
    assert len(answer.results) == 3
    if signed:
        key = bytes(RECEIPT.verify_key)
        assert chain.acknowledgement_is_signed(signed.head, signed.received_at, signed.signature, key)


@pytest.mark.parametrize("vector", V["flaws"], ids=lambda vector: vector["reason"])
def test_flaws(vector: dict[str, Any]):
    assert batch.flaw(envelope_of(vector["entry"])) == vector["reason"]
    assert f"`{vector['reason']}`" in section("Results")


def test_snapshot_page():
    page = snapshot.decode_page(V["snapshot_page"])

    assert snapshot.encode_page(page) == V["snapshot_page"]
    assert [change.removed for change in page.changes] == [False, False, False, True, False, True, False, False, False]


@pytest.mark.parametrize("vector", V["bodies"], ids=lambda vector: f"{vector['type']}-{vector['refused'] or 'read'}")
def test_bodies_are_read_or_set_aside_for_the_field_that_is_named(vector: dict[str, Any]):
    """As another's client may seal them, half a character escaped."""

    def opened() -> object:
        refuse_unkeepable(vector["body"])
        return kind_of(vector["type"]).read(vector["body"])

    if not vector["refused"]:
        assert opened()
        return
    with pytest.raises(UnreadableBody, match=f"^{vector['refused']}"):
        opened()


def test_receipt_numbers_and_their_check_digits():
    for number_ in V["receipt_numbers"]["right"]:
        assert (int(number_) % 97, receipt.read(number_)) == (1, number_)
        assert number_[-2:] == f"{98 - int(number_[:-2] + '00') % 97:02}"
    for number_ in V["receipt_numbers"]["wrong"]:
        with pytest.raises(receipt.NotAReceipt):
            receipt.read(number_)


def test_what_a_receipt_number_opens():
    for vector in V["lookups"]:
        key = key_of(vector["number"], base64.b64decode(vector["salt"]))
        assert (key.lookup_id, key.key.hex()) == (vector["lookup_id"], vector["key_hex"])


def test_an_enrolment_code_may_be_typed_with_spaces_and_in_either_case():
    request = V["enrolment"]["request"]

    read_ = [enrolment.Enrolment.decode(request | {"code": code}).code for code in V["enrolment_codes"]["read"]]

    assert len({code_hash(code) for code in read_}) == 1
    for code in V["enrolment_codes"]["refused"]:
        with pytest.raises(Malformed, match="code"):
            enrolment.Enrolment.decode(request | {"code": code})


def test_the_welcome_of_a_new_device():
    welcome = enrolment.Welcome.decode(V["welcome"])

    assert welcome.box_number == 10_007
    assert welcome.receipt_salt == bytes(range(16))
    assert welcome.encode() == V["welcome"]
    assert enrolment.Welcome.decode({k: v for k, v in V["welcome"].items() if k != "box_number"}).box_number is None
    for wrong in (9_999, 100_000, "10007", True):
        with pytest.raises(Malformed, match="box_number"):
            enrolment.Welcome.decode(V["welcome"] | {"box_number": wrong})
    for salt in ("", "AAAA", 5, base64.b64encode(bytes(17)).decode()):
        with pytest.raises(Malformed, match="receipt_salt"):
            enrolment.Welcome.decode(V["welcome"] | {"receipt_salt": salt})
