"""The snapshot: only what concerns the device's unit, in pages, then only what changed."""

from datetime import date
from typing import Any

import pytest

from kiosk.domain.reference import Counter, CounterPin, Dossier, Officer, Procedure, QuestionnaireRow, TallyRow, Unit
from sync.district.projection.release import release
from sync.district.reference.snapshot import page
from sync.district.store.devices import Device, device
from sync.district.store.engine import reading, writing
from sync.district.store.reference import set_counter_pin
from sync.protocol.snapshot import Change, SnapshotPage
from tests.district.conftest import District
from tests.support.factories import COUNTER, TODAY, UNIT, dossier_code


def known(district: District, device_id: str) -> Device:
    with reading(district.engine) as connection:
        found = device(connection, device_id)
    assert found is not None
    return found


def pull(
    district: District, device_id: str, since: str = "", most: int = 2_000
) -> tuple[list[Change], str, list[SnapshotPage]]:
    """Everything a box would apply, the cursor it would keep, and the pages."""
    changes: list[Change] = []
    pages: list[SnapshotPage] = []
    while not pages or pages[-1].more:
        pages.append(page(district.services, known(district, device_id), since, district.clock(), most))
        changes = [*([] if pages[-1].full else changes), *pages[-1].changes]
        since = pages[-1].cursor
    return changes, since, pages


def keys(changes: list[Change], kind: type[Any]) -> list[str]:
    return [str(next(iter(_values(change)))) for change in changes if isinstance(change.row, kind)]


def _values(change: Change) -> list[Any]:
    return [getattr(change.row, name) for name in type(change.row).__struct_fields__]


@pytest.fixture
def tree(district: District) -> District:
    """A province with two communes; ours has a hall under it."""
    district.reference(
        units=[
            {"unit_id": "H32", "name": "Tỉnh", "level": "province", "parent_id": None},
            {"unit_id": UNIT, "name": "Phường Thử", "level": "commune", "parent_id": "H32"},
            {"unit_id": "H32.13.1", "name": "Nhà văn hoá", "level": "hall", "parent_id": UNIT},
            {"unit_id": "H32.14", "name": "Xã bên", "level": "commune", "parent_id": "H32"},
        ],
        counters=[
            {"counter_id": "H32.13.1-q1", "unit_id": "H32.13.1", "name": "Quầy nhà văn hoá", "field": ""},
            {"counter_id": "H32.14-q1", "unit_id": "H32.14", "name": "Quầy xã bên", "field": ""},
        ],
        officers=[
            {"officer_number": "A1", "unit_id": UNIT, "post": "", "counter_id": COUNTER},
            {"officer_number": "B1", "unit_id": "H32.14", "post": "Chuyên viên", "counter_id": None},
        ],
        procedures=[{"procedure_id": "1.001612", "name": "Đăng ký khai sinh", "field": "Hộ tịch"}],
        dossiers=[
            {"dossier_code": dossier_code(1), "counter_id": COUNTER, "received_on": TODAY},
            {"dossier_code": dossier_code(2), "counter_id": "H32.13.1-q1", "received_on": None},
            {"dossier_code": dossier_code(3), "counter_id": "H32.14-q1", "received_on": None},
            {"dossier_code": dossier_code(4), "counter_id": None, "received_on": None},
        ],
        questionnaires=[{"questionnaire_id": "mot-cua", "version": 1, "content": {"questions": []}}],
    )
    return district


def test_a_box_gets_what_concerns_its_unit(tree: District) -> None:
    box = tree.box()

    changes, _, pages = pull(tree, box.device_id)

    assert [one.full for one in pages] == [True]
    assert set(keys(changes, Unit)) == {"H32", UNIT, "H32.13.1"}
    assert set(keys(changes, Counter)) == {COUNTER, "H32.13-q2", "H32.13.1-q1"}
    assert keys(changes, Officer) == ["A1"]
    assert keys(changes, Procedure) == ["1.001612"]
    assert set(keys(changes, Dossier)) == {dossier_code(1), dossier_code(2)}
    assert keys(changes, QuestionnaireRow) == ["mot-cua"]


def test_nothing_new_is_an_empty_page_with_the_same_cursor(tree: District) -> None:
    box = tree.box()
    _, cursor, _ = pull(tree, box.device_id)

    changes, again, pages = pull(tree, box.device_id, cursor)

    assert (changes, again) == ([], cursor)
    assert [(one.full, one.more) for one in pages] == [(False, False)]


def test_a_delta_holds_only_what_changed(tree: District) -> None:
    box = tree.box()
    _, cursor, _ = pull(tree, box.device_id)
    tree.reference(
        dossiers=[
            {"dossier_code": dossier_code(1), "counter_id": COUNTER, "returned_on": TODAY},
            {"dossier_code": dossier_code(9), "counter_id": "H32.14-q1"},
        ]
    )

    changes, _, pages = pull(tree, box.device_id, cursor)

    assert changes == [Change(Dossier(dossier_code(1), counter_id=COUNTER, received_on=TODAY, returned_on=TODAY))]
    assert pages[0].full is False


def test_what_is_gone_leaves_a_tombstone(tree: District) -> None:
    box = tree.box()
    _, cursor, _ = pull(tree, box.device_id)
    tree.reference(dossiers=[{"dossier_code": dossier_code(1), "counter_id": COUNTER, "removed": True}])

    changes, _, _ = pull(tree, box.device_id, cursor)
    anew, _, _ = pull(tree, box.device_id)

    assert [(keys(changes, Dossier), change.removed) for change in changes] == [([dossier_code(1)], True)]
    assert keys(anew, Dossier) == [dossier_code(2)]


def test_an_officer_who_moves_away_is_gone_for_this_box(tree: District) -> None:
    box = tree.box()
    _, cursor, _ = pull(tree, box.device_id)
    tree.reference(officers=[{"officer_number": "A1", "unit_id": "H32.14", "post": "", "counter_id": None}])

    changes, _, _ = pull(tree, box.device_id, cursor)

    assert [(keys(changes, Officer), change.removed) for change in changes] == [(["A1"], True)]


def test_a_counter_that_comes_into_sight_brings_everything(tree: District) -> None:
    box = tree.box()
    _, cursor, _ = pull(tree, box.device_id)
    tree.reference(counters=[{"counter_id": "H32.14-q1", "unit_id": UNIT, "name": "Quầy 3", "field": ""}])

    changes, _, pages = pull(tree, box.device_id, cursor)

    assert pages[0].full is True
    assert dossier_code(3) in keys(changes, Dossier)


@pytest.mark.parametrize("most", [1, 2, 3, 7])
def test_pages_join_without_loss_or_repeat(tree: District, most: int) -> None:
    box = tree.box()
    whole, cursor, _ = pull(tree, box.device_id)

    changes, last, pages = pull(tree, box.device_id, most=most)

    assert changes == whole
    assert last == cursor
    assert [one.full for one in pages] == [True] + [False] * (len(pages) - 1)
    assert max(len(one.changes) for one in pages) == most


def test_an_import_in_the_middle_of_the_pages_is_not_missed(tree: District) -> None:
    box = tree.box()
    first = page(tree.services, known(tree, box.device_id), "", tree.clock(), 3)
    tree.reference(
        units=[{"unit_id": UNIT, "name": "Phường Mới", "level": "commune", "parent_id": "H32"}],
        dossiers=[{"dossier_code": dossier_code(8), "counter_id": COUNTER}],
    )

    rest, cursor, _ = pull(tree, box.device_id, first.cursor, 3)
    later, _, _ = pull(tree, box.device_id, cursor)

    rows = {change.row for change in (*first.changes, *rest, *later) if isinstance(change.row, Unit | Dossier)}
    assert Unit(UNIT, "Phường Mới", "commune", "H32") in rows
    assert Dossier(dossier_code(8), counter_id=COUNTER) in rows


@pytest.mark.parametrize("cursor", ["", "nonsense", "ô", "A" * 500, "AAAA"])
def test_an_unknown_cursor_brings_everything(tree: District, cursor: str) -> None:
    box = tree.box()

    _, _, pages = pull(tree, box.device_id, cursor)

    assert pages[0].full is True


def test_a_cursor_changed_by_one_letter_is_unknown(tree: District) -> None:
    box = tree.box()
    _, cursor, _ = pull(tree, box.device_id)

    _, _, pages = pull(tree, box.device_id, cursor[:-2] + ("A" if cursor[-2] != "A" else "B") + cursor[-1])

    assert pages[0].full is True


def test_a_district_restored_from_an_older_copy_sends_everything(tree: District) -> None:
    box = tree.box()
    _, cursor, _ = pull(tree, box.device_id)
    tree.tamper("DELETE FROM revisions WHERE revision > 1")

    _, _, pages = pull(tree, box.device_id, cursor)

    assert pages[0].full is True


def test_a_circle_in_the_unit_tree_ends(tree: District) -> None:
    tree.reference(units=[{"unit_id": "H32", "name": "Tỉnh", "level": "province", "parent_id": "H32.13.1"}])
    box = tree.box()

    changes, _, _ = pull(tree, box.device_id)

    assert set(keys(changes, Unit)) == {"H32", UNIT, "H32.13.1", "H32.14"}


def test_a_counter_pin_reaches_the_box_as_a_hash(tree: District) -> None:
    box = tree.box()
    _, cursor, _ = pull(tree, box.device_id)
    with writing(tree.engine) as connection:
        set_counter_pin(connection, COUNTER, "$argon2id$…", tree.clock())
        set_counter_pin(connection, "H32.14-q1", "$argon2id$…", tree.clock())

    changes, _, _ = pull(tree, box.device_id, cursor)

    assert changes == [Change(CounterPin(COUNTER, "$argon2id$…"))]


def rate_on(district: District, day: date, times: int, counter: str = COUNTER) -> None:
    box = district.box()
    for number in range(times):
        box.rate(4 if number else 5, f"{box.device_id}-{number}", day=day, counter_id=counter)
    district.accept(box)
    district.project()


def test_tallies_are_whole_groups_of_at_least_five_dossiers(tree: District) -> None:
    yesterday, before = date(2026, 11, 20), date(2026, 11, 19)
    box = tree.box()
    rate_on(tree, before, 4)
    rate_on(tree, yesterday, 6)
    rate_on(tree, yesterday, 7, "H32.14-q1")
    rate_on(tree, TODAY, 9)
    tree.clock.pass_by(hours=12)
    release(tree.engine, tree.clock())
    changes, cursor, _ = pull(tree, box.device_id)
    rate_on(tree, TODAY, 4)
    tree.clock.pass_by(days=1)
    release(tree.engine, tree.clock())
    later, _, _ = pull(tree, box.device_id, cursor)

    assert told_of(changes) == {(yesterday, "4"): 8, (yesterday, "5"): 2, (TODAY, "4"): 8, (TODAY, "5"): 1}
    assert told_of(later) == {}


def told_of(changes: list[Change]) -> dict[tuple[date, str], int]:
    rows = [change.row for change in changes if isinstance(change.row, TallyRow)]
    return {(row.day, row.answer): row.n for row in rows}


def test_a_day_is_finished_at_midnight_in_vietnam(tree: District) -> None:
    box = tree.box()
    rate_on(tree, TODAY, 6)
    tree.clock.pass_by(hours=11, minutes=59)
    release(tree.engine, tree.clock())
    before, cursor, _ = pull(tree, box.device_id)

    tree.clock.pass_by(minutes=1)
    release(tree.engine, tree.clock())
    after, _, _ = pull(tree, box.device_id, cursor)

    assert keys(before, TallyRow) == []
    assert keys(after, TallyRow) == ["2026-11-21"] * 2
