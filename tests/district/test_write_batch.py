"""Writing a batch that was judged: in one go, whole or not at all, and never over what is there."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from msgspec.structs import replace
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from sync.district.store import tables as t
from sync.district.store.devices import lock_device, record_contact
from sync.district.store.engine import StoreUnavailable, reading, writing
from sync.district.store.upsert import insert_new, upsert
from sync.protocol.batch import CONFLICT, REFUSED, STORED, BatchResponse
from tests.district.conftest import District, changed
from tests.support.factories import Box, envelope

HEALTH = {"software": "0.1.0", "clock": {"boot": "179", "up_s": 61, "at_s": 1_795_000_000}}
STATEMENTS = {"postgresql": 4, "sqlite": 10}
"""BEGIN, lock, look and write; SQLite, in this process, is told each table by itself. COMMIT is not counted."""


def known_box(district: District, ratings: int = 4) -> Box:
    """A box of which the first two entries are held."""
    box = district.box()
    for _ in range(ratings):
        box.rate()
    district.accept(box, box.batch(1, 2))
    return box


def statuses(answer: BatchResponse) -> list[str]:
    return [result.status for result in answer.results]


def test_a_batch_is_written_to_every_table_with_the_moment_it_came(district: District) -> None:
    box, later = known_box(district), district.clock
    later.pass_by(minutes=3)
    batch = box.batch(3, 4, HEALTH)

    district.accept(box, batch, direct=True)

    of_box = (box.device_id, 1)
    entries = [(*of_box, seq, hashed) for seq, hashed in enumerate(box.hashes()[1:], 1)]
    numbers = [number for (number,) in district.rows("batches", "batch_id")]
    assert district.rows("ledger", "device_id", "epoch", "seq", "hash") == entries
    assert [row[1:] for row in district.rows("ledger", "seq", "entry_id", "type", "day", "key_id", "sealed")] == [
        (e.entry_id, e.type, district.clock().date(), e.key_id, e.sealed) for e in box.entries
    ]
    assert (*of_box, 3, 4, later()) in district.rows(
        "batches", "device_id", "epoch", "first_seq", "last_seq", "received_at"
    )
    assert (4, batch.head.hash, 3, batch.previous, batch.signature, later()) in district.rows(
        "heads", "seq", "hash", "first_seq", "previous", "signature", "received_at"
    )
    assert district.rows("epochs", "device_id", "epoch", "held_seq", "held_hash", "latest_seq") == [
        (*of_box, 4, batch.head.hash, 4)
    ]
    assert district.rows("clock_readings", "batch_id", "device_id", "boot", "up_s", "at_s") == [
        (max(numbers), box.device_id, "179", 61, 1_795_000_000)
    ]
    assert (max(numbers), later()) in district.rows("projection_queue", "batch_id", "queued_at")
    assert district.rows("devices", "last_contact_at", "health") == [(later(), HEALTH)]


def test_an_in_order_batch_costs_few_statements_however_large(district: District) -> None:
    box, told = known_box(district, 60), list[str]()
    event.listen(district.engine, "before_cursor_execute", lambda *about: told.append(about[2]))

    for first, last in ((3, 3), (4, 60)):
        told.clear()
        district.accept(box, box.batch(first, last))

        assert len(told) == STATEMENTS[district.engine.dialect.name], told


def test_a_batch_of_refused_entries_alone_is_kept_and_waits_for_no_projector(district: District) -> None:
    box = known_box(district, 2)
    box.record(replace(envelope(), type="sabotage"))

    answer = district.accept(box, box.batch(3, 3))

    assert statuses(answer) == [REFUSED]
    assert answer.receipt is not None
    assert answer.receipt.head.seq == 3
    assert [len(district.rows(table, "batch_id")) for table in ("batches", "refused_entries", "projection_queue")] == [
        2,
        1,
        1,
    ]


def test_a_batch_that_contradicts_the_ledger_is_still_a_contact(district: District) -> None:
    box = known_box(district)
    district.accept(box)
    box.entries[3] = changed(box.entries[3])
    district.clock.pass_by(minutes=3)

    answer = district.accept(box, box.batch(4, 4, HEALTH))

    assert statuses(answer) == [CONFLICT]
    assert district.rows("devices", "last_contact_at", "health") == [(district.clock(), HEALTH)]
    assert len(district.rows("batches", "batch_id")) == 2


def test_an_epoch_opened_while_a_batch_of_the_older_one_waits_names_the_clone(district: District) -> None:
    box = known_box(district)
    with ThreadPoolExecutor(1) as pool:
        with writing(district.engine) as connection:
            lock_device(connection, box.device_id)
            waiting = pool.submit(district.accept, box, box.batch(3, 4), direct=True)
            until(lambda: somebody_waits(district))
            later = {"device_id": box.device_id, "epoch": 2, "held_seq": 1, "held_hash": b"2" * 32, "latest_seq": 1}
            upsert(connection, t.epochs, [later])
            record_contact(connection, box.device_id, district.clock())
        answer = waiting.result(60)

    assert (statuses(answer), answer.latest_epoch) == ([STORED] * 2, 2)
    assert district.kinds() == ["cloned"]


def test_an_entry_whose_place_is_taken_unknown_to_the_epoch_is_not_acknowledged_and_nothing_is_written(
    district: District,
) -> None:
    box = known_box(district)
    row = {"device_id": box.device_id, "epoch": 1, "seq": 4, "batch_id": 1, "entry_id": "x", "type": "rating"}
    with writing(district.engine) as connection:
        rest = {"day": district.clock().date(), "key_id": "00000000", "sealed": b"", "hash": b"4" * 32}
        insert_new(connection, t.ledger, [row | rest])

    with pytest.raises(IntegrityError):
        district.accept(box, box.batch(3, 4))

    assert [seq for (seq,) in district.rows("ledger", "seq")] == [1, 2, 4]
    assert [len(district.rows(table, "device_id")) for table in ("batches", "heads")] == [1, 1]
    assert district.rows("epochs", "held_seq") == [(2,)]


def test_boxes_that_come_at_once_are_each_written_in_a_transaction_of_their_own(district: District) -> None:
    boxes = [known_box(district) for _ in range(8)]

    answers = send_together(district, boxes)

    assert [statuses(answer) for answer in answers] == [[STORED] * 2] * 8
    assert len(district.rows("ledger", "seq")) == 8 * 4
    assert len(district.rows("batches", "batch_id")) == 16


def test_a_full_disk_stores_nothing_and_says_so_to_each(district: District) -> None:
    if district.engine.dialect.name != "sqlite":
        pytest.skip("the server's disk is not ours to fill")
    boxes = [known_box(district) for _ in range(3)]
    for box in boxes:
        box.entries[2:] = [box.note(text=Random(4).randbytes(60_000).hex())]
    district.engine.dispose()
    full = lambda connection, _: connection.execute("PRAGMA max_page_count = 1")  # noqa: E731 - as small as it is now
    event.listen(district.engine, "connect", full)

    for box in boxes:
        with pytest.raises(StoreUnavailable):
            district.accept(box, box.batch(3))
    event.remove(district.engine, "connect", full)
    district.engine.dispose()

    assert len(district.rows("ledger", "seq")) == 6
    assert [statuses(district.accept(box, box.batch(3))) for box in boxes] == [[STORED]] * 3


def test_a_database_server_that_was_started_again_costs_no_batch(district: District) -> None:
    if district.engine.dialect.name != "postgresql":
        pytest.skip("SQLite is no server")
    boxes = [known_box(district) for _ in range(4)]
    send_together(district, boxes)  # several connections are open now
    ended = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = :d"
    )
    with reading(district.engine) as connection:
        connection.execute(ended, {"d": district.engine.url.database})

    for box in boxes:
        box.rate()
        assert statuses(district.accept(box, box.batch(5))) == [STORED]


def send_together(district: District, boxes: list[Box]) -> list[BatchResponse]:
    """Everything past the second entry of each box, at once."""
    together = threading.Barrier(len(boxes))

    def send(box: Box) -> BatchResponse:
        together.wait(60)
        return district.accept(box, box.batch(3))

    with ThreadPoolExecutor(len(boxes)) as pool:
        return list(pool.map(send, boxes))


def somebody_waits(district: District) -> bool:
    """On SQLite nobody sees who waits for the turn; who comes after it has the same to say."""
    if district.engine.dialect.name == "sqlite":
        return True
    with reading(district.engine) as connection:
        locked = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return connection.execute(locked).scalar_one() == 1


def until(condition: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(6_000):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it never came to be")
