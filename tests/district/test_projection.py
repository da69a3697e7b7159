"""From the ledger to the figures: each entry once, the earliest counts, nothing stops the queue."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from nacl.public import PrivateKey

from sync.district.domain.checks import UnreadableBody
from sync.district.domain.rating_body import rating_from
from sync.district.projection.kinds import KINDS
from sync.district.projection.loop import ProjectorLoop
from sync.district.projection.project import open_all, project, rebuild
from sync.district.store.engine import reading
from sync.district.store.projections import batches_after, entries_of, lag
from tests.district.conftest import District
from tests.district.test_accept import run_together
from tests.support.factories import AT, COUNTER, TODAY, UNIT, Box, dossier_code, envelope, rating_body


def everything(district: District) -> list[Any]:
    ratings = ("entry_id", "batch_id", "dossier_code", "stage", "score", "counted", "officer_number", "flags", "day")
    return [
        district.figures(),
        district.rows("ratings", *ratings),
        district.rows("box_facts", "entry_id", "type", "body", "recorded_at"),
        district.rows("unopened", "device_id", "epoch", "seq", "reason"),
    ]


def test_a_rating_becomes_a_row_and_a_tally(district: District) -> None:
    box = district.box()
    rated = box.rate(4, dossier_code())

    district.accept(box)
    district.project()

    assert district.figures() == [(TODAY, UNIT, COUNTER, "overall", "4", 1)]
    assert district.rows("ratings", "entry_id", "score", "counted", "recorded_at") == [
        (rated.entry_id, 4, True, datetime.fromtimestamp(AT, UTC))
    ]
    with reading(district.engine) as connection:
        assert lag(connection) == (0, None)


def test_how_a_face_was_given_is_kept_beside_the_rating(district: District) -> None:
    box = district.box()
    old, new = box.rate(4), box.rate_now(4, given="buttons", revision=None)
    box.record(old)

    district.accept(box)
    district.project()
    rebuild(district.engine, district.keys)

    names = ("entry_id", "seq", "given", "presses", "since_ds", "spent_ds", "scan_ds", "revision", "counter_known_by")
    assert district.rows("rating_circumstances", *names) == sorted(
        [
            (old.entry_id, 1, None, None, None, 24, None, None, None),
            (new.entry_id, 2, "buttons", 3, 345, 24, 31, None, "own"),
            (old.entry_id, 3, None, None, None, 24, None, None, None),
        ],
        key=str,
    )


def test_answers_that_were_left_behind_are_marked_so(district: District) -> None:
    box = district.box()
    for left in ({}, {"left": False}, {"left": True}):
        box.add(box.rate(2), **left)

    district.accept(box)
    district.project()

    assert district.rows("answer_entries", "seq", "left_unsent") == [(2, False), (4, False), (6, True)]


def test_what_waits_is_shown(district: District) -> None:
    box = district.box()
    box.rate()

    district.accept(box)

    with reading(district.engine) as connection:
        assert lag(connection) == (1, district.clock())


def test_officer_and_procedure_come_from_the_dossier(district: District) -> None:
    district.reference(
        dossiers=[{"dossier_code": dossier_code(), "procedure_id": "1.001612", "officer_number": "CB07"}]
    )
    box = district.box()
    box.rate(4, dossier_code())
    box.rate(4, dossier_code(2))

    district.accept(box)
    district.project()

    assert district.rows("ratings", "dossier_code", "officer_number", "procedure_id") == [
        (dossier_code(), "CB07", "1.001612"),
        (dossier_code(2), None, None),
    ]


def test_of_one_dossier_and_stage_the_lowest_counts_and_all_are_kept(district: District) -> None:
    box = district.box()
    for score in (5, 1, 4, 1):
        box.rate(score, dossier_code())
    box.rate(5, dossier_code(), stage="hand_in")
    box.rate(5)
    box.rate(5)

    district.accept(box)
    district.project()

    assert [(row[4], row[5]) for row in district.figures()] == [("1", 1), ("5", 3)]
    assert district.rows("ratings", "seq", "score", "stage", "counted", "flags") == [
        (1, 5, "return", False, []),
        (2, 1, "return", True, ["repeat"]),
        (3, 4, "return", False, ["repeat"]),
        (4, 1, "return", False, ["repeat"]),
        (5, 5, "hand_in", True, []),
        (6, 5, "return", True, []),
        (7, 5, "return", True, []),
    ]


def test_twenty_fives_pressed_by_staff_first_lift_nothing(district: District) -> None:
    box = district.box()
    for score in (5, 1):
        for number in range(20):
            box.rate(score, dossier_code(number))

    district.accept(box)
    district.project()

    assert [(row[4], row[5]) for row in district.figures()] == [("1", 20)]


def test_an_entry_issued_again_in_a_newer_epoch_counts_once(district: District) -> None:
    box = district.box()
    rated = box.rate(2)
    district.accept(box)
    box.open_epoch()
    box.record(rated)
    box.rate(3)

    district.accept(box)
    district.project()

    assert [(row[4], row[5]) for row in district.figures()] == [("2", 1), ("3", 1)]
    assert len(district.rows("ledger", "seq")) == 3


def test_boxs_own_facts_are_kept(district: District) -> None:
    box = district.box()
    fact = box.note("device_failed", device="scanner", reason="gone")

    district.accept(box)
    district.project()

    assert district.rows("box_facts", "entry_id", "type", "body") == [
        (fact.entry_id, "device_failed", {"at_s": AT, "device": "scanner", "reason": "gone"})
    ]


def poison(box: Box) -> list[str]:
    """Entries that are well formed outside and wrong inside, and the reason each should be set aside for."""
    key = box.sealing_key
    box.record(envelope(rating_body(score=6), public_key=key))
    box.record(envelope({"at_s": AT}, public_key=key))
    box.record(envelope())
    broken = envelope(public_key=key)
    box.record(replace(broken, sealed=broken.sealed[:-1] + bytes([broken.sealed[-1] ^ 1])))
    box.record(envelope(rating_body(dossier_code="a\0b"), public_key=key))
    box.record(envelope({"about": "…"}, public_key=key, kind="apology_check"))
    return ["score", "unit_id", "no key", "not sealed", "a text", "this release"]


def test_poisoned_entries_are_set_aside_and_stop_nothing(district: District) -> None:
    box = district.box()
    box.rate(3)
    expected = poison(box)
    box.rate(3)

    district.accept(box)
    district.project()

    assert [n for *_, n in district.figures()] == [2]
    reasons = [reason for _, reason in district.rows("unopened", "seq", "reason")]
    assert [reason.startswith(word) for reason, word in zip(reasons, expected, strict=True)] == [True] * 6


def test_two_projectors_count_each_entry_once(district: District) -> None:
    box = district.box()
    for number in range(40):
        box.rate(5, dossier_code(number % 30))
    for first in range(1, 41, 4):
        district.accept(box, box.batch(first, first + 3))

    def drain() -> None:
        while project(district.engine, district.keys, most=1):
            pass

    run_together(drain, 4)
    district.project()

    assert [n for *_, n in district.figures()] == [30]
    assert len(district.rows("ratings", "entry_id")) == 40


def busy_district(district: District) -> list[Box]:
    boxes = [district.box(counter=COUNTER), district.box(counter="H32.13-q2")]
    dice = random.Random(7)
    for number in range(60):
        box = dice.choice(boxes)
        box.rate(
            dice.randint(1, 5), dice.choice([None, dossier_code(number % 9)]), counter_id=dice.choice([COUNTER, None])
        )
        if number % 20 == 7:
            poison(box)
            box.note()
    for box in boxes:
        again = box.entries[3]
        for first in range(1, len(box.entries) + 1, 7):
            district.accept(box, box.batch(first, min(first + 6, len(box.entries))))
        box.open_epoch()
        box.record(again)
        box.rate(1, dossier_code(1))
        district.accept(box)
    return boxes


def test_rebuild_gives_the_same_figures_from_the_ledger(district: District) -> None:
    busy_district(district)
    while project(district.engine, district.keys, most=2):
        pass
    before = everything(district)

    total = rebuild(district.engine, district.keys)

    assert everything(district) == before
    assert total == len(district.rows("ledger", "seq"))


def test_rebuild_mends_what_was_touched_by_hand(district: District) -> None:
    busy_district(district)
    district.project()
    before = everything(district)
    district.tamper("UPDATE ratings SET counted = (score = 5)")
    district.tamper("DELETE FROM tallies")

    rebuild(district.engine, district.keys)

    assert everything(district) == before


def test_a_lost_key_that_is_found_again_opens_everything(district: District) -> None:
    box = district.box()
    box.rate(4)
    district.accept(box)

    while project(district.engine, {}):
        pass
    without = (district.figures(), len(district.rows("unopened", "seq")))
    rebuild(district.engine, district.keys)

    assert without == ([], 1)
    assert [n for *_, n in district.figures()] == [1]
    assert district.rows("unopened", "seq") == []


def test_a_batch_that_cannot_be_written_does_not_hold_up_the_rest(district: District, monkeypatch: Any) -> None:
    from sync.district.store import projections

    box = district.box()
    for first in range(1, 6):
        box.rate(first)
        district.accept(box, box.batch(first, first))
    write = projections.write_ratings

    def fails_for_three(connection: Any, settled: Any) -> None:
        if any(row.score == 3 for row in settled.rows):
            raise ArithmeticError("a mistake of ours")
        write(connection, settled)

    monkeypatch.setattr(projections, "write_ratings", fails_for_three)
    follower = ProjectorLoop(district.engine, district.keys)
    for _ in range(8):
        follower.tick()
    stuck = district.figures()
    monkeypatch.undo()
    district.project()

    assert [row[4] for row in stuck] == ["1", "2", "4", "5"]
    assert [row[4] for row in district.figures()] == ["1", "2", "3", "4", "5"]


def test_tallies_are_the_counted_ratings(district: District) -> None:
    busy_district(district)
    with reading(district.engine) as connection:
        entries = entries_of(connection, batches_after(connection, 0, 1000))

    district.project()

    counted = [counted for (counted,) in district.rows("ratings", "counted")]
    assert sum(n for *_, n in district.figures()) == sum(counted)
    assert len(counted) == len(
        {entry.entry_id for entry, _ in open_all(entries, district.keys, {}).readable[KINDS["rating"].write]}
    )
    assert 0 < sum(counted) < len(counted)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("score", 0),
        ("score", True),
        ("score", "5"),
        ("at_s", -1),
        ("at_s", 10**18),
        ("at_s", None),
        ("unit_id", ""),
        ("unit_id", "x" * 65),
        ("counter_id", 7),
        ("dossier_code", "\ud800"),
        ("stage", "later"),
        ("input", None),
        ("flags", "repeat"),
        ("flags", [1]),
        ("language", "x" * 17),
        ("questionnaire", None),
    ],
)
def test_a_broken_body_names_its_field(field: str, value: object) -> None:
    with pytest.raises(UnreadableBody, match=f"^{field}"):
        rating_from(rating_body() | {field: value})


def test_a_body_may_say_more_than_we_know() -> None:
    assert rating_from(rating_body(weather="rain")).score == 5


def test_sealing_to_another_key_reads_nothing(district: District) -> None:
    box = district.box()
    box.sealing_key = bytes(PrivateKey.generate().public_key)
    box.rate()

    district.accept(box)
    district.project()

    assert district.figures() == []
    assert district.rows("unopened", "reason")[0][0].startswith("no key ")
