"""What to send, when to try again, what an answer means: values in, values out."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.agent.policy import (
    ResponseOutcome,
    Stride,
    Unreachable,
    backoff,
    judge_response,
    wait_after,
    without_unsigned,
)
from sync.protocol.batch import CONFLICT, DUPLICATE, REFUSED, STORED, Acknowledgement, Batch, BatchResponse, Result
from sync.protocol.chain import Head
from tests.support.factories import Box


def batch_of(count: int) -> Batch:
    box = Box()
    for _ in range(count):
        box.rate()
    return box.batch()


def answer_to(batch: Batch, *statuses: str, seq: int | None = None, latest: tuple[int, int] = (1, 0)) -> BatchResponse:
    seq = batch.head.seq if seq is None else seq
    receipt = Acknowledgement(Head(batch.device_id, batch.epoch, seq, b"h" * 32), "2026-11-21T03:00:00Z", b"s" * 64)
    return BatchResponse(tuple(Result(status) for status in statuses), receipt, *latest)


@given(st.integers(1, 10_000), st.floats(30, 86_400), st.integers())
def test_a_wait_is_never_shorter_than_seconds_nor_longer_than_the_longest(failures: int, longest: float, seed: int):
    wait = backoff(failures, longest, random.Random(seed))

    assert 2.5 <= wait <= longest


def test_waits_grow():
    dice = [random.Random(seed) for seed in range(200)]

    means = [sum(backoff(failures, 900, die) for die in dice) / len(dice) for failures in (1, 3, 6)]

    assert means == sorted(means)


def test_a_fleet_does_not_come_back_in_step():
    waits = [backoff(8, 900, random.Random(seed)) for seed in range(100)]

    assert max(waits) - min(waits) > 450


def test_the_receipt_settles():
    batch = batch_of(3)

    settlement = judge_response(batch.run, answer_to(batch, STORED, DUPLICATE, STORED), batch.head)

    assert settlement == ResponseOutcome(Head("box-1", 1, 3, b"h" * 32), ())


def test_what_is_refused_is_set_aside_with_its_place_and_reason():
    batch = batch_of(3)
    answer = answer_to(batch, STORED, REFUSED, STORED)
    answer = replace(answer, results=(answer.results[0], Result(REFUSED, "unknown_type"), answer.results[2]))

    assert judge_response(batch.run, answer, batch.head).aside == ((2, "unknown_type"),)


def test_an_answer_for_another_batch_settles_nothing():
    batch = batch_of(3)

    with pytest.raises(Unreachable, match="does not fit"):
        judge_response(batch.run, answer_to(batch, STORED), batch.head)


def test_a_receipt_for_another_device_settles_nothing():
    batch = batch_of(1)
    answer = answer_to(replace(batch, device_id="box-2"), STORED)

    with pytest.raises(Unreachable, match="another device"):
        judge_response(batch.run, answer, batch.head)


@pytest.mark.parametrize(
    ("statuses", "latest", "why"),
    [
        ((STORED,), (1, 1), ""),
        ((STORED,), (1, 9), "later entries"),
        ((STORED,), (2, 1), "later epoch"),
        ((CONFLICT,), (1, 1), "other entries"),
    ],
)
def test_a_box_that_finds_the_district_ahead_needs_a_new_epoch(statuses, latest, why):
    batch = batch_of(1)

    needed = judge_response(batch.run, answer_to(batch, *statuses, latest=latest), batch.head).new_epoch

    assert why in needed
    assert bool(why) == bool(needed)


def test_what_was_asked_for_is_waited_at_least_and_not_by_all_alike():
    waits = [wait_after(1, 900, 120, random.Random(seed)) for seed in range(50)]

    assert 120 <= min(waits) < max(waits) <= 180


def test_nobody_can_silence_a_box_for_longer_than_an_hour_and_a_half():
    assert wait_after(1, 900, 10**8, random.Random(1)) <= 1.5 * 3_600


def test_batches_grow_when_quick_and_shrink_when_slow():
    slow = Stride().shrunk(500)
    assert slow.size == 250

    assert slow.after(1.0).size > 250
    assert slow.after(10.0).size == 250
    assert slow.after(20.0).size == 125


def test_a_size_that_did_not_get_through_is_not_tried_again_at_once():
    stride = Stride().shrunk(500).shrunk(250)
    sizes = []
    for _ in range(40):
        stride = stride.after(0.1)
        sizes.append(stride.size)

    assert sizes[0] < 250
    assert sizes == sorted(sizes)
    assert sizes[-1] == 500


@given(st.lists(st.one_of(st.floats(0, 60), st.integers(1, 500))))
def test_a_batch_has_always_one_entry_and_never_more_than_the_wire_allows(events: list[float | int]):
    stride = Stride()
    for event in events:
        stride = stride.shrunk(event) if isinstance(event, int) else stride.after(event)
        assert 1 <= stride.size <= 500


def test_an_answer_whose_statement_nobody_signed_sets_nothing_aside_and_opens_no_epoch():
    batch = batch_of(2)
    answer = without_unsigned(answer_to(batch, REFUSED, CONFLICT, latest=(9, 9)))

    assert judge_response(batch.run, answer, batch.head) == ResponseOutcome(Head("box-1", 1, 2, b"h" * 32), ())


def test_a_conflict_of_an_epoch_left_behind_opens_no_other():
    batch = batch_of(1)
    own = Head("box-1", 2, 5, b"x" * 32)

    assert judge_response(batch.run, answer_to(batch, CONFLICT), own).new_epoch == ""
