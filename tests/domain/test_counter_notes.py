"""What a counter's staff are told in words, as both ends read it: bounded, and nothing that is none of this."""

import json
from datetime import date

import pytest

from kiosk.domain.counter_notes import (
    MAX_OBJECTIONS,
    MAX_OF_UNIT,
    MAX_OWN,
    CounterNotes,
    OwnInquiry,
    OwnObjection,
    RatedHours,
    notes_content,
    notes_from,
)
from kiosk.domain.released_remark import ReleasedBatch, ReleasedRemark

OCTOBER = date(2026, 10, 1)


def batch(count: int, letters: int = 20) -> ReleasedBatch:
    remarks = tuple(ReleasedRemark("procedure", n % 2 == 0, "ỡ" * letters) for n in range(count))
    return ReleasedBatch(OCTOBER, remarks, count)


def test_what_a_kiosk_is_sent_reads_as_what_was_put_down() -> None:
    objections = (OwnObjection(OCTOBER, "open", date(2026, 12, 4)), OwnObjection(OCTOBER, "agreed"))
    asked = (OwnInquiry(date(2026, 11, 20), date(2026, 11, 23)), OwnInquiry(date(2026, 11, 12)))
    notes = CounterNotes(batch(9), batch(8), RatedHours(OCTOBER, (8, 9), unknown=True), objections, asked)

    assert notes_from(json.loads(json.dumps(notes_content(notes)))) == notes
    assert notes_from(notes_content(CounterNotes())) == CounterNotes()


def test_a_counter_s_notes_are_never_larger_than_a_kiosk_in_the_mountains_can_fetch() -> None:
    objections = (OwnObjection(OCTOBER, "open", date(2026, 12, 4)),) * 40
    notes = CounterNotes(batch(500, 300), batch(500, 300), RatedHours(OCTOBER, tuple(range(24))), objections)
    told = notes_from(notes_content(notes))

    assert len(json.dumps(notes_content(notes), ensure_ascii=False).encode()) < 32_000
    assert told.own is not None
    assert told.of_unit is not None
    assert (told.own.n, len(told.own.remarks)) == (500, MAX_OWN)
    assert len(told.of_unit.remarks) == MAX_OF_UNIT
    assert len(told.objections) == MAX_OBJECTIONS


@pytest.mark.parametrize(
    "content",
    [
        {"own": 3},
        {"own": {"month": "2026-10", "n": 0, "remarks": [["thanks", "officer", "x"]]}},
        {"hours": {"month": "2026-10", "rated": [24], "unknown": False}},
        {"hours": {"month": "October", "rated": [], "unknown": False}},
        {"objections": [["2026-10", "withdrawn", ""]]},
        {"objections": [["2026-10"]]},
    ],
)
def test_what_is_none_of_this_is_refused(content: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        notes_from(content)
