"""``sync/PROTOCOL.md`` names every field, word, limit and problem of the wire, with the numbers that our code has."""

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import fields

from kiosk.domain.complaint import About, ReplyBy, Verdict
from kiosk.domain.entry import FROM_CITIZENS, EntryType
from kiosk.domain.rating import CounterKnownBy, Flag, Given, InputMethod, OfficerKnownBy, Stage
from kiosk.domain.reference import KINDS
from sync.district.api.edge import READ_SECONDS
from sync.district.api.routes import MAX_ENROLMENT_BYTES
from sync.district.domain.anomaly import AnomalyKind
from sync.district.domain.complaint_body import MEDIA_TYPES
from sync.district.domain.health import MAX_HEALTH_BYTES
from sync.district.projection import kinds
from sync.district.reference.snapshot import MAX_PORTRAITS, MAX_ROWS
from sync.protocol import batch, message, packed_rating, seal
from tests.protocol.test_vectors import V
from tests.support.protocol_document import (
    DOCUMENT,
    dictionary_in_the_document,
    number,
    section,
    shapes_in_the_document,
)


def test_every_name_of_a_body_is_in_the_document():
    names = {name for vector in V["bodies"] for name in vector["body"]} - {"software", "sensitive"}

    assert missing(names, section("Entries")) == []
    for words in (Flag, Stage, InputMethod, Given, CounterKnownBy, OfficerKnownBy):
        assert missing(words, section("Entries")) == []
    for words in (About, Verdict, ReplyBy, MEDIA_TYPES):
        assert missing(words, section("Entries")) == []


def test_the_dictionary_and_the_shapes_of_the_document_are_ours():
    assert dictionary_in_the_document() == seal._DICTIONARY
    assert shapes_in_the_document() == seal.SHAPES


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("wire version", message.VERSION),
        ("entries in a batch", batch.MAX_ENTRIES),
        ("compressed body, bytes", message.MAX_BODY_BYTES),
        ("decompressed body, bytes", message.MAX_PLAIN_BYTES),
        ("enrolment body, bytes", MAX_ENROLMENT_BYTES),
        ("health kept, bytes of JSON", MAX_HEALTH_BYTES),
        ("rows in a snapshot page", MAX_ROWS),
        ("portraits in a snapshot page", MAX_PORTRAITS),
        ("smallest size class, bytes", seal.MIN_CLASS),
        ("largest size class, bytes", seal.MAX_CLASS),
        ("sealed box overhead, bytes", seal.OVERHEAD),
        ("newest recipe", max(packed_rating.RECIPES)),
    ],
)
def test_the_limits_of_the_document_are_ours(name: str, value: int):
    assert number(name) == value


def missing(names: Any, text: str) -> list[str]:
    return sorted(name for name in names if f"`{name}`" not in text)


def test_every_field_of_a_body_is_in_the_document():
    request, answer = V["batch"]["request"], V["batch"]["answer"]

    assert missing([*request, *request["entries"], *request["head"]], section("Batches")) == []
    assert missing([*answer, *answer["receipt"]], section("Results")) == []
    assert missing([*V["enrolment"]["request"], *V["enrolment"]["answer"]], section("Enrolment")) == []
    assert missing(V["snapshot_page"], section("Snapshot")) == []
    assert missing([*V["succession"]["request"], *V["succession"]["answer"]], section("Enrolment")) == []


def test_every_table_and_its_fields_are_in_the_document():
    text = section("Snapshot")

    assert missing(KINDS, text) == []
    assert missing({item.name for kind in KINDS.values() for item in fields(kind.row)}, text) == []


def test_every_word_of_a_closed_set_is_in_the_document():
    assert missing(EntryType, section("Entries")) == []
    assert missing([batch.STORED, batch.DUPLICATE, batch.CONFLICT, batch.REFUSED], section("Results")) == []
    assert missing(AnomalyKind, DOCUMENT) == []


def test_a_type_that_no_release_reads_is_named_as_kept_for_later():
    """Whoever sent one would be signed for and never counted."""
    (reserved,) = re.findall(
        r"((?:`[a-z_]+`(?: and |, )?)+) (?:is|are) kept for later and ha(?:s|ve) no body", section("Entries")
    )

    assert set(re.findall(r"`([a-z_]+)`", reserved)) == FROM_CITIZENS - kinds.KINDS.keys()


def problems_in_code() -> set[tuple[int, str]]:
    """Status and word of every answer of the wire that is not a success."""
    district = Path(seal.__file__).parents[1] / "district"
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((district / "api").glob("*.py")))
    found = {(int(status), word) for status, word in re.findall(r'Problem\(\s*(\d{3}),\s*"([a-z-]+)"', source)}
    for name, kind, prefix in (("enrolment", "CodeRefused", "code"), ("rolling", "RotationRefused", "key")):
        refusals = (district / "fleet" / f"{name}.py").read_text(encoding="utf-8")
        found |= {(403, f"{prefix}-{why}") for why in re.findall(rf'raise {kind}\("([a-z-]+)"', refusals)}
    found.remove((403, "key-revoked"))  # said as device-revoked
    of_batches = {"head_unsigned": 403, "key_replaced": 403, "chain_broken": 422, "wrong_start": 422}
    found |= {(status, AnomalyKind(kind).replace("_", "-")) for kind, status in of_batches.items()}
    return found | {(408, "too-slow"), (404, "not-found"), (405, "method-not-allowed")}


def test_every_problem_of_the_wire_is_in_the_document_and_has_a_vector():
    table = [line.split("|") for line in section("Errors").splitlines() if line.startswith("| 4")]
    in_the_table = {
        (int(part.split()[0]), word)
        for row in table
        for part in row[1].split(";")
        for word in re.findall("`(.+?)`", part)
    }
    vectors = {(each["status"], each["answer"]["type"].rpartition(":")[2]) for each in V["problems"]}

    assert len(vectors) >= 30
    assert in_the_table == vectors == problems_in_code()
    assert all(each["answer"]["status"] == each["status"] for each in V["problems"])


def test_the_time_a_body_has_is_in_the_document():
    assert f"within {READ_SECONDS:.0f} seconds" in section("Limits")
