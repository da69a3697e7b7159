"""What citizens add to a rating: kept once, counted beside its rating, and the hard things kept apart."""

import random
from datetime import timedelta
from typing import Any

import pytest

from kiosk.domain import released
from sync.district.domain.answers_body import answers_from
from sync.district.domain.checks import UnreadableBody
from sync.district.measures.reasons import Answered
from sync.district.projection.project import project, rebuild
from sync.district.projection.release import release_each_stream
from sync.district.store.answers import counts_by_era, sensitive_by_era
from sync.district.store.engine import reading, writing
from tests.district.conftest import District
from tests.support.factories import COUNTER, TODAY, UNIT, Box, answers_body, dossier_code

HARD = {"private_answers": {"hard_to_say": ["money"]}, "sensitive": True}
TABLES = {
    "answer_entries": ("entry_id", "rating_entry_id", "batch_id", "seq", "spent_ms", "presses", "scans_again"),
    "answers": ("entry_id", "question_id", "answer"),
    "sensitive_answers": ("entry_id", "question_id", "answer", "rating_entry_id", "unit_id", "day"),
}


@pytest.fixture(autouse=True)
def groups_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are about what is counted; how large a group must be is the subject of others."""
    monkeypatch.setattr(released, "K", 1)


def release_all(district: District) -> None:
    with writing(district.engine) as connection:
        release_each_stream(connection, district.clock() + timedelta(days=1))


def everything(district: District) -> list[Any]:
    return [district.rows(table, *columns) for table, columns in TABLES.items()] + [counts(district)]


def counts(district: District) -> dict[tuple[str, str], dict[tuple[str, str], int]]:
    release_all(district)
    with reading(district.engine) as connection:
        found = counts_by_era(connection, None, TODAY)
    return {
        tuple(place): {(w.question_id, w.answer): n for w, n in said.items()} for (_, *place), said in found.items()
    }


def sensitive(district: District) -> dict[str, int]:
    release_all(district)
    with reading(district.engine) as connection:
        return {unit_id: n for (_, unit_id), n in sensitive_by_era(connection, TODAY, TODAY).items()}


def test_answers_are_counted_where_their_rating_was_given(district: District) -> None:
    box = district.box()
    added = box.add(box.rate(2))
    box.add(box.rate(1, counter_id=None), answers={"bad": ["waiting"], "time": ["late"]})

    district.accept(box)
    district.project()

    assert counts(district) == {
        (UNIT, COUNTER): {("bad", "waiting"): 1, ("bad", "visits"): 1},
        (UNIT, ""): {("bad", "waiting"): 1, ("time", "late"): 1},
    }
    assert (added.entry_id, "bad", "visits") in district.rows("answers", "entry_id", "question_id", "answer")
    assert district.rows("unopened", "reason") == []


def test_answers_may_come_before_their_rating(district: District) -> None:
    box = district.box()
    rated = box.rate(2)
    box.entries.clear()
    box.add(rated)
    box.record(rated)
    district.accept(box, box.batch(1, 1))
    district.project()
    early = counts(district)

    district.accept(box, box.batch(2, 2))
    district.project()

    assert (early, counts(district)[UNIT, COUNTER]) == ({}, {("bad", "waiting"): 1, ("bad", "visits"): 1})


def test_answers_to_a_rating_that_does_not_count_do_not_count(district: District) -> None:
    box = district.box()
    box.add(box.rate(2, dossier_code()), answers={"bad": ["waiting"]})
    box.add(box.rate(2, dossier_code()), answers={"bad": ["place"]})

    district.accept(box)
    district.project()

    assert counts(district) == {(UNIT, COUNTER): {("bad", "waiting"): 1}}
    assert len(district.rows("answer_entries", "entry_id")) == 2


def test_two_entries_about_one_rating_count_an_answer_once(district: District) -> None:
    box = district.box()
    rated = box.rate(2)
    box.add(rated)
    box.add(rated)

    district.accept(box)
    district.project()

    assert counts(district)[UNIT, COUNTER] == {("bad", "waiting"): 1, ("bad", "visits"): 1}


def test_a_box_adds_nothing_to_another_boxs_rating(district: District) -> None:
    one, other = district.box(), district.box()
    rated = one.rate(5)
    other.add(rated)
    for box in (one, other):
        district.accept(box)

    district.project()

    assert counts(district) == {}


def test_an_entry_issued_again_stands_once_and_the_first_arrived_is_kept(district: District) -> None:
    box = district.box()
    rated = box.rate(2)
    added = box.add(rated)
    district.accept(box)
    box.open_epoch()
    box.record(added)
    district.accept(box)

    while project(district.engine, district.keys, most=1):
        pass
    rebuild(district.engine, district.keys)

    assert len(district.rows("answer_entries", "entry_id")) == 1
    assert counts(district)[UNIT, COUNTER] == {("bad", "waiting"): 1, ("bad", "visits"): 1}


def test_the_hard_things_stand_apart_without_counter_or_officer(district: District) -> None:
    box = district.box()
    rated = box.rate(4, dossier_code())
    box.add(rated, answers={"good": ["attitude"]}, **HARD)

    district.accept(box)
    district.project()

    assert sensitive(district) == {UNIT: 1}
    assert counts(district) == {(UNIT, COUNTER): {("good", "attitude"): 1}}
    assert "money" not in str([district.rows(name, *TABLES[name]) for name in ("answer_entries", "answers")])
    assert district.figures() == [(TODAY, UNIT, COUNTER, "overall", "4", 1)]


def busy(district: District) -> None:
    dice, boxes = random.Random(3), [district.box(), district.box(counter="H32.13-q2")]
    for number in range(40):
        box: Box = dice.choice(boxes)
        rated = box.rate(dice.randint(1, 5), dice.choice([None, dossier_code(number % 7)]))
        if dice.random() < 0.6:
            box.add(rated, answers={"bad": dice.sample(["waiting", "visits", "place"], 2)}, **dice.choice([{}, HARD]))
    for box in boxes:
        for first in range(1, len(box.entries) + 1, 5):
            district.accept(box, box.batch(first, min(first + 4, len(box.entries))))


def test_rebuild_gives_the_same_answers_from_the_ledger(district: District) -> None:
    busy(district)
    while project(district.engine, district.keys, most=2):
        pass
    before = everything(district)

    rebuild(district.engine, district.keys)

    assert everything(district) == before
    assert all(before)


def test_what_is_counted_names_its_version(district: District) -> None:
    box = district.box()
    box.add(box.rate(2), answers={"bad": ["waiting"]})
    district.accept(box)
    district.project()
    release_all(district)

    with reading(district.engine) as connection:
        assert counts_by_era(connection, TODAY, TODAY) == {
            (0, UNIT, COUNTER): {Answered("mot-cua/2", "bad", "waiting"): 1}
        }


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at_s", None),
        ("rating", ""),
        ("rating", 7),
        ("unit_id", None),
        ("questionnaire", "x" * 65),
        ("answers", ["waiting"]),
        ("answers", {"bad": "waiting"}),
        ("answers", {"bad": [1]}),
        ("answers", {"bad": ["\0"]}),
        ("answers", {"bad": [f"a{n}" for n in range(65)]}),
        ("private_answers", None),
        ("spent_ms", {"bad": -1}),
        ("spent_ms", {"bad": True}),
        ("spent_ms", []),
        ("presses", "4"),
        ("scans_again", 10**9),
    ],
)
def test_a_broken_body_names_its_field(field: str, value: object) -> None:
    with pytest.raises(UnreadableBody, match=f"^{field}"):
        answers_from(answers_body("e1") | {field: value})
