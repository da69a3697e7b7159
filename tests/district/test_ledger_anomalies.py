"""A ledger that was changed, cut, reordered, rolled back or cloned is named, and all that arrived is kept."""

from datetime import timedelta

from msgspec.structs import replace

from sync.district.domain.anomaly import AnomalyKind
from sync.protocol.batch import CONFLICT, DUPLICATE, STORED
from tests.district.conftest import District, changed
from tests.district.test_accept import box_with, held, statuses
from tests.support.factories import TODAY, envelope


def test_a_changed_byte_is_named_and_kept(district: District) -> None:
    box = box_with(district, 4)
    district.accept(box)

    box.entries[1] = changed(box.entries[1])
    answer = district.accept(box)

    assert statuses(answer) == [DUPLICATE, CONFLICT, CONFLICT, CONFLICT]
    assert answer.results[1].reason == AnomalyKind.ENTRY_CHANGED
    assert district.rows("conflicts", "seq", "kind") == [(seq, "entry_changed") for seq in (2, 3, 4)]
    assert district.rows("findings", "seq", "kind") == [(2, "entry_changed")]
    assert len(district.rows("ledger", "seq")) == 4


def test_a_deleted_entry_is_named(district: District) -> None:
    box = box_with(district, 4)
    district.accept(box)

    del box.entries[1]
    district.accept(box)

    assert district.rows("findings", "seq", "kind") == [(2, "entry_removed")]


def test_an_inserted_entry_is_named(district: District) -> None:
    box = box_with(district, 4)
    district.accept(box)

    box.entries.insert(1, envelope())
    district.accept(box)

    assert district.rows("findings", "seq", "kind") == [(2, "entry_inserted")]


def test_another_order_is_named(district: District) -> None:
    box = box_with(district, 4)
    district.accept(box)

    box.entries[1], box.entries[2] = box.entries[2], box.entries[1]
    district.accept(box)

    assert district.rows("findings", "seq", "kind") == [(2, "reordered")]


def test_the_newest_entry_deleted_and_written_over_is_a_roll_back(district: District) -> None:
    box = box_with(district, 4)
    district.accept(box)

    box.entries.pop()
    box.rate(score=5)
    answer = district.accept(box, box.batch(4, 4))

    assert answer.results[0].reason == AnomalyKind.ROLLED_BACK
    assert (answer.latest_epoch, answer.latest_seq) == (1, 4)


def test_an_entry_deleted_in_the_middle_shows_at_the_next_batch(district: District) -> None:
    box = box_with(district, 4)
    district.accept(box)

    del box.entries[1]
    for _ in range(2):
        box.rate()
    district.accept(box, box.batch(5, 5))

    assert district.rows("findings", "seq", "kind") == [(4, "fork")]


def test_yesterdays_file_restored_opens_a_new_epoch_without_loss(district: District) -> None:
    box = box_with(district, 2)
    yesterday = box.copy()
    box.rate()
    district.accept(box)

    lost = yesterday.rate(score=1)
    answer = district.accept(yesterday, yesterday.batch(3, 3))
    yesterday.open_epoch()
    yesterday.note("gap_declared", old_epoch=1, old_seq=2, district_seq=3)
    yesterday.record(lost)
    afterwards = district.accept(yesterday)

    assert statuses(answer) == [CONFLICT]
    assert statuses(afterwards) == [STORED, STORED]
    assert (afterwards.latest_epoch, held(afterwards)) == (2, 2)
    assert district.kinds() == ["new_epoch", "rolled_back"]


def test_a_cloned_box_is_named_when_both_go_on(district: District) -> None:
    box = box_with(district, 3)
    district.accept(box)
    clone = box.copy()

    box.rate()
    district.accept(box)
    clone.rate()
    district.accept(clone)
    box.rate()
    answer = district.accept(box)

    assert statuses(answer)[-1] == STORED
    assert district.kinds() == ["cloned", "rolled_back"]


def test_a_clone_that_opened_an_epoch_is_named_when_the_old_one_grows(district: District) -> None:
    box = box_with(district, 3)
    district.accept(box)
    clone = box.copy()
    clone.open_epoch()
    clone.rate()
    district.accept(clone)

    box.rate()
    district.accept(box, direct=True)

    assert district.kinds() == ["cloned", "new_epoch"]


def test_a_stick_written_before_the_box_opened_its_epoch_accuses_nobody_of_being_two(district: District) -> None:
    box = box_with(district, 3)
    district.accept(box)
    box.rate()
    on_the_stick = box.batch(4, 4)
    mended = box.copy()
    mended.open_epoch()
    mended.rate()
    district.accept(mended, direct=True)

    answer = district.accept(box, on_the_stick)

    assert statuses(answer) == [STORED]
    assert district.kinds() == ["late_stick", "new_epoch"]


def test_a_copy_that_sends_what_a_late_stick_began_is_named_all_the_same(district: District) -> None:
    box = box_with(district, 3)
    district.accept(box)
    clone = box.copy()
    clone.open_epoch()
    clone.rate()
    district.accept(clone, direct=True)
    box.rate()
    district.accept(box)

    box.rate()
    district.accept(box, direct=True)

    assert district.kinds() == ["cloned", "late_stick", "new_epoch"]


def test_a_copy_that_goes_on_writing_to_sticks_is_named_once_its_days_say_so(district: District) -> None:
    box = box_with(district, 3)
    district.accept(box)
    kept_on = box.copy()
    kept_on.open_epoch()
    kept_on.rate()
    district.accept(kept_on, direct=True)
    box.rate()
    district.accept(box)
    of_the_same_day = district.kinds()

    box.rate()
    box.rate(day=TODAY + timedelta(days=1))
    box.rate(day=TODAY + timedelta(days=2))
    district.accept(box, box.batch(5, 7))

    assert of_the_same_day == ["late_stick", "new_epoch"]
    assert district.rows("findings", "kind", "epoch", "seq") == [
        ("cloned", 1, 6),
        ("late_stick", 1, 4),
        ("new_epoch", 2, 1),
    ]


def test_what_a_new_epoch_takes_over_from_before_dates_nothing(district: District) -> None:
    box = box_with(district, 1)
    district.accept(box)
    for days in (1, 2):
        box.rate(day=TODAY + timedelta(days=days))
    mended = box.copy()
    mended.open_epoch()
    mended.note("gap_declared", old_epoch=1, old_seq=3, district_seq=1)
    mended.record(box.entries[0])
    mended.entries[0] = replace(mended.entries[0], day=(TODAY + timedelta(days=2)).isoformat())
    district.accept(mended, mended.batch(2, 2), direct=True)
    district.accept(box, box.batch(2, 2))
    district.accept(mended, mended.batch(1, 1), direct=True)
    district.accept(box, box.batch(3, 3))

    assert set(district.kinds()) == {"late_stick", "new_epoch"}


def test_a_run_that_does_not_lead_to_what_is_held_after_it_is_a_fork(district: District) -> None:
    box = box_with(district, 6)
    district.accept(box, box.batch(4, 6))

    box.entries[1] = changed(box.entries[1])
    answer = district.accept(box, box.batch(1, 3))

    assert statuses(answer) == [CONFLICT] * 3
    assert district.rows("findings", "seq", "kind") == [(3, "fork")]
    assert len(district.rows("conflicts", "seq")) == 3
