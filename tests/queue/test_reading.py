"""An event is read strictly: what it must have, what it may have, and why a row is refused."""

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk import texts
from kiosk.paths import shared
from kiosk.queue import event as event_module
from kiosk.queue.event import QueueKind, Rename, keyed
from kiosk.queue.reading import FIELDS, RefusedRow, event_from, event_from_line
from tests.support.tickets import at, fields

SCHEMA = json.loads(Path(event_module.__file__).with_name("event.schema.json").read_text(encoding="utf-8"))
WORDS = texts.load(shared("assets") / "texts" / "queue", ["vi", "en"])


def refused(content: Any) -> tuple[str, str]:
    with pytest.raises(RefusedRow) as refusal:
        event_from_line(content if isinstance(content, bytes) else json.dumps(content).encode())
    return refusal.value.word, refusal.value.field


def test_an_event_is_read_with_its_time_in_utc():
    event = event_from_line(json.dumps(fields(service="land", dossier="H32.13.02-261201-00001")).encode())

    assert (event.kind, event.counter, event.ticket, event.service) == (QueueKind.CALLED, "q1", "A001", "land")
    assert event.at_ms == at("08:15")


def test_who_served_is_read_and_kept_nowhere():
    event = event_from(fields(staff="Nguyễn Văn A"))

    assert "Nguyễn" not in str([getattr(event, name) for name in event.__struct_fields__])


@pytest.mark.parametrize(
    ("content", "word", "field"),
    [
        (b"", "not_json", ""),
        (b"[1]", "not_json", ""),
        (b'{"v": 1, "v": 1}', "not_json", ""),
        (b"[" * 4000, "not_json", ""),
        (b'{"v": 1, "at": "\xff"}', "not_utf8", ""),
        (b" " * 4097, "too_long", ""),
        (fields(v=2), "version", "v"),
        (fields(v=True), "version", "v"),
        (fields(extra=1), "unknown_field", "extra"),
        (fields(kind="sung"), "unknown_kind", "kind"),
        (fields(kind=7), "not_text", "kind"),
        (fields(kind=None), "missing", "kind"),
        (fields(ticket=""), "missing", "ticket"),
        (fields(counter=None), "missing", "counter"),
        (fields(office=5), "not_text", "office"),
        (fields(source="x" * 65), "too_long_word", "source"),
        (fields(ticket="A\n1"), "odd_letters", "ticket"),
        (fields(ticket=" A1"), "odd_letters", "ticket"),
        (fields(at="yesterday"), "not_a_time", "at"),
        (fields(at="2026-12-01T08:15:00"), "no_offset", "at"),
        (fields(at="1970-01-01T00:00:00+00:00"), "impossible_year", "at"),
        (fields(at=5), "not_text", "at"),
        (fields(kind="line_state", line="land"), "missing", "waiting"),
        (fields(kind="line_state", line="land", waiting=-1), "not_a_count", "waiting"),
        (fields(kind="line_state", line="land", waiting="7"), "not_a_count", "waiting"),
        (fields(kind="line_state", waiting=7), "missing", "line"),
    ],
)
def test_what_is_wrong_is_refused_and_said_in_both_languages(content: Any, word: str, field: str):
    assert refused(content) == (word, field)
    for words in WORDS.values():
        assert words.say("refused.row", row=3, why=words.say(f"refused.{word}", field=field))


@pytest.mark.parametrize("word", ["ticket", "counter", "at", "kind"])
def test_what_was_refused_is_not_repeated(word: str):
    with pytest.raises(RefusedRow) as refusal:
        event_from(fields(**{word: "A secret ticket\n"}))

    assert "secret" not in str(refusal.value)


def test_a_line_state_needs_no_ticket():
    event = event_from(fields(kind="line_state", ticket=None, counter=None, line="land", waiting=0))

    assert (event.line, event.waiting) == ("land", 0)


VALUES = st.none() | st.booleans() | st.integers(-1, 10_001) | st.text(max_size=3) | st.sampled_from(["", "x" * 65])


@given(st.sampled_from(list(QueueKind)), st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=3))
def test_whatever_is_read_is_right_by_the_schema_too(kind: QueueKind, changed: dict[str, Any]):
    content = fields(kind=str(kind), line="land", waiting=2) | changed
    try:
        event_from(content)
    except RefusedRow:
        return
    jsonschema_rs.validator_for(SCHEMA).validate(content)


@pytest.mark.parametrize("kind", list(QueueKind))
@pytest.mark.parametrize("lacking", ["ticket", "counter", "line", "waiting", "office", "at"])
def test_the_schema_asks_for_what_the_reader_asks_for(kind: QueueKind, lacking: str):
    content = fields(kind=str(kind), line="land", waiting=2)
    del content[lacking]
    try:
        event_from(content)
        is_read = True
    except RefusedRow:
        is_read = False

    assert jsonschema_rs.validator_for(SCHEMA).is_valid(content) is is_read


def test_the_schema_names_every_field_there_is():
    assert tuple(SCHEMA["properties"]) == FIELDS


def test_what_is_kept_of_an_event_names_no_ticket_and_no_dossier():
    event = event_from(fields(event_id="A001-called", dossier="H32.13.02-261201-00001"))
    kept, other_day = keyed(event, b"1" * 32), keyed(event, b"2" * 32)

    assert "A001" not in str([getattr(kept, name) for name in kept.__struct_fields__])
    assert kept.dossier == ""
    assert (kept.ticket, kept.event_id) != (other_day.ticket, other_day.event_id)
    assert keyed(event, b"1" * 32) == kept
    assert "A001" not in repr(event)


def test_an_office_calls_counters_and_services_by_its_own_names():
    rename = Rename({"3": "H32.13-q3"}, {"A": "land"})

    renamed = rename.renamed(event_from(fields(counter="3", service="A")))

    assert (renamed.counter, renamed.service) == ("H32.13-q3", "land")
    assert rename.renamed(event_from(fields(counter="4"))).counter == "4"
