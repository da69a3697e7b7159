"""Accepting a batch, on both databases: each entry once, each tampering named, nothing dropped."""

import gzip
import json
import threading
from typing import Any

import pytest
from msgspec.structs import replace
from nacl.signing import SigningKey

from kiosk.domain.entry import new_entry_id
from sync.district.domain.anomaly import AnomalyKind
from sync.district.ingest.accept import BatchRefused, DeviceRevoked
from sync.district.store.devices import device, revoke
from sync.district.store.engine import reading, writing
from sync.district.times import rfc3339
from sync.protocol.batch import DUPLICATE, REFUSED, STORED, Batch, BatchResponse
from sync.protocol.chain import Envelope, acknowledgement_is_signed, genesis, sign_head
from tests.district.conftest import District, changed
from tests.support.factories import TODAY, Box, envelope


def box_with(district: District, ratings: int) -> Box:
    box = district.box()
    for _ in range(ratings):
        box.rate()
    return box


def statuses(answer: BatchResponse) -> list[str]:
    return [result.status for result in answer.results]


def held(answer: BatchResponse) -> int:
    return answer.receipt.head.seq if answer.receipt else 0


def test_a_first_batch_is_stored_and_receipted(district: District) -> None:
    box = box_with(district, 3)

    answer = district.accept(box)

    assert statuses(answer) == [STORED] * 3
    assert answer.receipt is not None
    assert answer.receipt.head == box.batch().head
    assert (answer.latest_epoch, answer.latest_seq) == (1, 3)
    public_key = bytes(district.services.receipt_key.verify_key)
    assert acknowledgement_is_signed(
        answer.receipt.head, answer.receipt.received_at, answer.receipt.signature, public_key
    )


def test_the_receipt_that_a_kiosk_keeps_does_not_tell_the_moment_of_its_delivery(district: District) -> None:
    box = box_with(district, 1)
    district.clock.at = district.clock.at.replace(minute=44, second=59, microsecond=999_000)

    answer = district.accept(box)

    assert answer.receipt is not None
    assert answer.receipt.received_at == rfc3339(district.clock.at.replace(minute=30, second=0, microsecond=0))


def test_the_same_batch_again_is_all_duplicates(district: District) -> None:
    box = box_with(district, 3)
    district.accept(box)

    answer = district.accept(box)

    assert statuses(answer) == [DUPLICATE] * 3
    assert held(answer) == 3
    assert len(district.rows("ledger", "seq")) == 3
    assert len(district.rows("batches", "batch_id")) == 1


def test_a_batch_that_overlaps_stores_only_what_is_new(district: District) -> None:
    box = box_with(district, 5)
    district.accept(box, box.batch(1, 3))

    answer = district.accept(box, box.batch(2, 5))

    assert statuses(answer) == [DUPLICATE, DUPLICATE, STORED, STORED]
    assert held(answer) == 5


def test_a_run_may_arrive_before_the_one_below_it(district: District) -> None:
    box = box_with(district, 9)

    later = district.accept(box, box.batch(7, 9))
    middle = district.accept(box, box.batch(4, 6))
    first = district.accept(box, box.batch(1, 3))

    assert (held(later), held(middle), held(first)) == (0, 0, 9)
    assert later.latest_seq == 9
    assert district.kinds() == []


def test_a_receipt_stops_at_a_hole(district: District) -> None:
    box = box_with(district, 6)

    district.accept(box, box.batch(1, 2))
    answer = district.accept(box, box.batch(5, 6))

    assert statuses(answer) == [STORED, STORED]
    assert held(answer) == 2


def test_a_flawed_entry_is_refused_alone_and_leaves_no_hole(district: District) -> None:
    box = box_with(district, 1)
    box.record(replace(envelope(), type="sabotage"))
    box.rate()

    answer = district.accept(box)
    again = district.accept(box)

    assert statuses(answer) == [STORED, REFUSED, STORED]
    assert answer.results[1].reason == "unknown_type"
    assert statuses(again) == [DUPLICATE, REFUSED, DUPLICATE]
    assert again.results[1].reason == "unknown_type"
    assert held(again) == 3
    assert district.rows("refused_entries", "seq", "reason") == [(2, "unknown_type")]


@pytest.mark.parametrize("day", ["20261121", "2026-W47-6", "2026-02-30", ""])
def test_a_day_is_kept_only_as_it_was_signed(district: District, day: str) -> None:
    box = district.box()
    box.record(replace(envelope(), day=day))

    answer = district.accept(box)

    assert answer.results[0].reason == "bad_day"


def test_the_same_batch_raced_by_eight_threads_is_counted_once(district: District) -> None:
    box = box_with(district, 20)
    batch = box.batch()
    answers: list[Any] = []

    def send() -> None:
        answers.append(district.accept(box, batch))

    run_together(send, 8)

    assert len(answers) == 8
    assert sorted(statuses(answer)[0] for answer in answers) == [DUPLICATE] * 7 + [STORED]
    assert len(district.rows("ledger", "seq")) == 20
    assert all(held(answer) == 20 for answer in answers)


def test_overlapping_batches_raced_by_eight_threads_leave_one_ledger(district: District) -> None:
    box = box_with(district, 24)
    batches = iter([box.batch(1 + 2 * n, 10 + 2 * n) for n in range(8)])
    lock = threading.Lock()

    def send() -> None:
        with lock:
            batch = next(batches)
        district.accept(box, batch)

    run_together(send, 8)

    assert {seq for (seq,) in district.rows("ledger", "seq")} == set(range(1, 25))
    assert held(district.accept(box)) == 24
    assert district.kinds() == []


def run_together(work: Any, times: int) -> None:
    barrier = threading.Barrier(times)

    def start() -> None:
        barrier.wait(30)
        work()

    threads = [threading.Thread(target=start) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def wrong_signature(batch: Batch) -> Batch:
    return replace(batch, signature=sign_head(batch.head, SigningKey.generate()))


def other_hash(batch: Batch) -> Batch:
    return replace(batch, entries=(changed(batch.entries[0]), *batch.entries[1:]))


@pytest.mark.parametrize(
    ("spoil", "kind"), [(wrong_signature, AnomalyKind.HEAD_UNSIGNED), (other_hash, AnomalyKind.CHAIN_BROKEN)]
)
def test_a_batch_that_cannot_be_believed_leaves_only_a_finding(
    district: District, spoil: Any, kind: AnomalyKind
) -> None:
    box = box_with(district, 2)

    for _ in range(2):
        with pytest.raises(BatchRefused) as refused:
            district.accept(box, spoil(box.batch()))

    assert refused.value.kind is kind
    assert district.rows("findings", "seq", "kind") == [(1, str(kind))]
    assert (
        district.rows("ledger", "seq")
        == district.rows("conflicts", "seq")
        == district.rows("batches", "batch_id")
        == []
    )


def test_an_epoch_starts_from_its_own_beginning(district: District) -> None:
    box = box_with(district, 2)
    start = genesis(box.device_id, 2)
    whole = box.batch()
    hashes = replace(whole, previous=start).hashes()
    head = replace(whole.head, hash=hashes[-1])

    with pytest.raises(BatchRefused) as refused:
        district.accept(box, replace(whole, previous=start, head=head, signature=sign_head(head, box.key)))

    assert refused.value.kind is AnomalyKind.WRONG_START


def test_a_revoked_device_may_not_send(district: District) -> None:
    box = box_with(district, 1)
    with writing(district.engine) as connection:
        assert revoke(connection, box.device_id)

    with pytest.raises(DeviceRevoked):
        district.accept(box)

    assert district.rows("ledger", "seq") == []


def test_health_is_kept_with_the_last_contact(district: District) -> None:
    box = box_with(district, 1)

    district.accept(box, box.batch(health={"backlog": 7}))

    with reading(district.engine) as connection:
        known = device(connection, box.device_id)
    assert known is not None
    assert known.health == {"backlog": 7}
    assert known.last_contact_at == district.clock()


def test_health_that_no_database_can_keep_does_not_stop_a_batch(district: District) -> None:
    box = box_with(district, 1)

    answer = district.accept(box, box.batch(health={"temperature": float("nan")}))

    assert statuses(answer) == [STORED]
    assert district.rows("devices", "last_contact_at") == [(district.clock(),)]


def test_positions_beyond_32_bits_are_kept(district: District) -> None:
    box = district.box()
    box.epoch = 2**40
    box.rate()

    answer = district.accept(box)

    assert statuses(answer) == [STORED]
    assert answer.latest_epoch == 2**40


def test_the_wire_form_of_what_is_refused_is_kept_whole(district: District) -> None:
    box = district.box()
    flawed = box.record(Envelope(new_entry_id(TODAY), "rating", "2026-11-21", "zz", b"x" * 200))

    district.accept(box)

    ((kept,),) = district.rows("refused_entries", "envelope")
    assert kept["entry_id"] == flawed.entry_id
    assert json.loads(gzip.decompress(box.body()))["entries"]["sealed"] == [kept["sealed"]]
