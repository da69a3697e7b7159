"""The short way of a usual batch: it writes what the long way writes, whatever is not plainly usual goes the long."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, text

from sync.district.ingest import accept as accepting
from sync.district.store import tables as t
from sync.district.store.all_tables import full_metadata
from sync.district.store.devices import lock_device, record_contact
from sync.district.store.engine import StoreUnavailable, reading, together, turn, writing
from sync.district.store.upsert import insert_new, upsert
from sync.protocol.batch import DUPLICATE, STORED, BatchResponse
from tests.district.conftest import District
from tests.support.factories import Box

HEALTH = {"software": "0.1.0", "clock": {"boot": "179", "up_s": 61, "at_s": 1_795_000_000}}
SAME = ("ledger", "batches", "heads", "clock_readings", "projection_queue", "epochs", "devices")
OF_THE_BOX = {"device_id", "batch_id", "hash", "held_hash", "previous", "signature", "public_key", "token_hash"}
NUMBERED = OF_THE_BOX | {"box_number"}


def known_box(district: District, ratings: int = 4) -> Box:
    """A box of which the first two entries are held."""
    box = district.box()
    for _ in range(ratings):
        box.rate()
    district.accept(box, box.batch(1, 2))
    return box


def took_the_short_way(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Notes for each usual batch whether the short way kept it."""
    taken, keep = list[bool](), accepting.keep_next

    def noted(*arguments: Any) -> bool:
        taken.append(keep(*arguments))
        return taken[-1]

    monkeypatch.setattr(accepting, "keep_next", noted)
    return taken


def statuses(answer: BatchResponse) -> list[str]:
    return [result.status for result in answer.results]


def test_both_ways_write_the_same_and_answer_the_same(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = known_box(district), district.box()
    other.entries = list(one.entries)
    district.accept(other, other.batch(1, 2))
    district.clock.pass_by(minutes=3)
    taken = took_the_short_way(monkeypatch)

    short = district.accept(one, one.batch(3, 4, HEALTH), direct=True)
    monkeypatch.setattr(accepting, "keep_next", lambda *_: False)
    long = district.accept(other, other.batch(3, 4, HEALTH), direct=True)

    assert taken == [True]
    assert (short.results, short.latest_epoch, short.latest_seq) == (long.results, long.latest_epoch, long.latest_seq)
    assert short.receipt is not None
    assert short.receipt.head == one.batch().head
    for table in SAME:
        columns = [column.name for column in full_metadata.tables[table].columns if column.name not in NUMBERED]
        rows = district.rows(table, *columns)
        assert rows
        assert rows[::2] == rows[1::2], table
    for box in (one, other):
        held = {row[1:] for row in district.rows("ledger", "device_id", "seq", "hash") if row[0] == box.device_id}
        assert held == set(enumerate(box.hashes()[1:], 1))
        assert (box.device_id, 4, box.hashes()[4], 4) in district.rows(
            "epochs", "device_id", "held_seq", "held_hash", "latest_seq"
        )


def test_after_the_first_batch_every_next_one_goes_the_short_way(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, taken = district.box(), took_the_short_way(monkeypatch)
    for _ in range(6):
        box.rate()

    for first in (1, 3, 5, 5):
        answer = district.accept(box, box.batch(first, first + 1))

    assert taken == [False, True, True, False]
    assert statuses(answer) == [DUPLICATE, DUPLICATE]


def test_an_epoch_opened_while_a_batch_of_the_older_one_waits_names_the_clone(district: District) -> None:
    box = known_box(district)
    with ThreadPoolExecutor(1) as pool:
        with writing(district.engine) as connection:
            lock_device(connection, box.device_id)
            waiting = pool.submit(district.accept, box, box.batch(3, 4))
            until(lambda: somebody_waits(district))
            later = {"device_id": box.device_id, "epoch": 2, "held_seq": 1, "held_hash": b"2" * 32, "latest_seq": 1}
            upsert(connection, t.epochs, [later])
            record_contact(connection, box.device_id, district.clock())
        answer = waiting.result(60)

    assert (statuses(answer), answer.latest_epoch) == ([STORED] * 2, 2)
    assert district.kinds() == ["cloned"]


def test_boxes_that_wait_for_sqlite_together_share_one_commit(district: District) -> None:
    if district.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL commits side by side")
    boxes, commits = [known_box(district) for _ in range(8)], list[str]()
    district.engine.dispose()
    event.listen(district.engine, "connect", lambda connection, _: connection.set_trace_callback(commits.append))

    answers = send_together(district, boxes)

    assert [statuses(answer) for answer in answers] == [[STORED] * 2] * 8
    assert commits.count("COMMIT") == 1
    assert len(district.rows("ledger", "seq")) == 8 * 4


def test_a_batch_that_cannot_be_written_is_undone_alone_and_goes_the_long_way(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxes, taken = [known_box(district) for _ in range(3)], took_the_short_way(monkeypatch)
    in_the_way = boxes[1].batch(3, 4)
    head = {"seq": 4, "hash": in_the_way.head.hash, "first_seq": 3, "previous": in_the_way.previous}
    of_it = {"device_id": boxes[1].device_id, "epoch": 1, "signature": in_the_way.signature}
    with writing(district.engine) as connection:
        insert_new(connection, t.heads, [head | of_it | {"received_at": district.clock()}])

    answers = send_together(district, boxes)

    assert sorted(taken) == [False, True, True]
    assert [statuses(answer) for answer in answers] == [[STORED] * 2] * 3
    assert len(district.rows("batches", "batch_id")) == 6
    assert len(district.rows("ledger", "seq")) == 12


def test_a_full_disk_stores_nothing_of_the_group_and_says_so_to_each(district: District) -> None:
    if district.engine.dialect.name != "sqlite":
        pytest.skip("the server's disk is not ours to fill")
    boxes = [known_box(district) for _ in range(3)]
    for box in boxes:
        box.entries[2:] = [box.note(text=Random(4).randbytes(60_000).hex())]
    district.engine.dispose()
    full = lambda connection, _: connection.execute("PRAGMA max_page_count = 1")  # noqa: E731 - as small as it is now
    event.listen(district.engine, "connect", full)

    with pytest.raises(StoreUnavailable):
        send_together(district, boxes)
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
    """Everything past the second entry of each box; on SQLite all wait for the turn before the first gets it."""
    with ThreadPoolExecutor(len(boxes)) as pool:
        with turn(district.engine):
            sent = [pool.submit(district.accept, box, box.batch(3)) for box in boxes]
            if district.engine.dialect.name == "sqlite":
                until(lambda: len(together(district.engine)) == len(boxes))
        return [each.result(60) for each in sent]


def somebody_waits(district: District) -> bool:
    if district.engine.dialect.name == "sqlite":
        return len(together(district.engine)) == 1
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
