"""Delivered entries are forgotten after their time; the chain holds from the last of them; nothing else ever goes."""

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from kiosk.box.box import Box
from kiosk.box.facts import seal_fact
from kiosk.domain.entry import EntryType, Fact, new_entry_id
from kiosk.store import ledger, outbox
from kiosk.store.engine import Store
from kiosk.store.migrations import migrate
from kiosk.store.pruning import prune
from kiosk.store.verify import LedgerCheck, verify
from sync.protocol.batch import Acknowledgement
from sync.protocol.chain import Envelope, sign_acknowledgement
from tests.store.conftest import District

FIRST = date(2026, 1, 5)
AT = "2026-11-21T03:00:00Z"


def record(box: Box, days: int, each: int = 2, start: date = FIRST) -> None:
    """Some entries a day, sealed as real ones are."""
    for number in range(days):
        day = start + timedelta(days=number)
        facts = [Fact(new_entry_id(day), EntryType.BOOT, day, {"at_s": number}) for _ in range(each)]
        with box.store.write() as tx:
            envelopes = [seal_fact(fact, box.identity.sealing_public_key) for fact in facts]
            ledger.append(tx, box.identity.device_id, envelopes, box.keys.device)


def deliver(box: Box, district: District, seq: int, epoch: int = 1) -> None:
    with box.store.write() as tx:
        at = ledger.hash_at(tx, box.identity.device_id, epoch, seq)
        assert at is not None
        head = ledger.Head(box.identity.device_id, epoch, seq, at)
        outbox.deliver(tx, Acknowledgement(head, AT, sign_acknowledgement(head, AT, district.receipt)))


def forget(box: Box, before: date, most: int = 1000) -> int:
    total = 0
    while True:
        with box.store.write() as tx:
            gone = prune(tx, before, most)
        if not gone:
            return total
        total += gone


def holds(box: Box) -> LedgerCheck:
    with box.store.read() as tx:
        keys = bytes(box.keys.device.verify_key), box.identity.receipt_public_key
        return verify(tx, box.identity.device_id, *keys)


def seqs(box: Box) -> list[int]:
    with box.store.read() as tx:
        return [kept.seq for kept in ledger.rows(tx, 1)]


@pytest.mark.parametrize("most", [1000, 3])
def test_old_delivered_entries_go_and_the_chain_holds_from_the_last_of_them(box: Box, district: District, most: int):
    record(box, days=10)
    deliver(box, district, 20)

    gone = forget(box, FIRST + timedelta(days=4), most)

    assert (gone, seqs(box)) == (8, list(range(9, 21)))
    assert holds(box) == LedgerCheck(12, "", 8)
    record(box, days=1, start=FIRST + timedelta(days=10))
    deliver(box, district, 22)
    assert forget(box, FIRST + timedelta(days=6)) == 4
    assert holds(box) == LedgerCheck(10, "", 12)


def test_what_waits_or_was_set_aside_never_goes_nor_anything_after_it(box: Box, district: District):
    record(box, days=10)
    with box.store.write() as tx:
        outbox.set_aside(tx, 1, 7, "unknown_type")
    deliver(box, district, 14)

    assert forget(box, FIRST + timedelta(days=900)) == 6
    assert seqs(box)[0] == 7
    assert holds(box) == LedgerCheck(14, "", 6)


def test_the_newest_entry_stays_so_that_the_next_can_follow_it(box: Box, district: District):
    record(box, days=3)
    deliver(box, district, 6)

    assert forget(box, FIRST + timedelta(days=900)) == 5

    with box.store.read() as tx:
        assert ledger.damage(tx, box.identity.device_id) == ""
        assert outbox.backlog(tx).delivered == 6
    record(box, days=1)
    with box.store.read() as tx:
        run = outbox.next_run(tx, 10)
        assert ledger.hash_at(tx, box.identity.device_id, 1, run[0].seq - 1) is not None
    assert holds(box).flaw == ""


def test_an_entry_the_district_did_not_sign_for_cannot_be_passed_off_as_pruned(box: Box, district: District):
    record(box, days=5)
    deliver(box, district, 4)
    box.store.close()
    with sqlite3.connect(box.store.file) as connection:
        connection.execute("INSERT INTO pruned SELECT epoch, seq, hash FROM ledger WHERE seq = 7")
        connection.execute("DELETE FROM ledger WHERE seq <= 7")
        connection.execute("DELETE FROM outbox WHERE seq <= 7")
    connection.close()

    assert holds(box).flaw == "epoch 1, entry 7 was pruned, but the district has not signed for it"


def test_a_changed_hash_of_the_last_pruned_entry_is_noticed(box: Box, district: District):
    record(box, days=5)
    deliver(box, district, 10)
    forget(box, FIRST + timedelta(days=2))
    box.store.close()
    with sqlite3.connect(box.store.file) as connection:
        connection.execute("UPDATE pruned SET hash = zeroblob(32)")
    connection.close()

    assert holds(box).flaw == "epoch 1, entry 5 was changed"


def test_the_room_of_forgotten_entries_is_used_again(box: Box, district: District):
    record(box, days=300, each=4)
    deliver(box, district, 1200)
    forget(box, FIRST + timedelta(days=299))
    box.store.close()
    before = box.store.file.stat().st_size
    record(box, days=280, each=4, start=FIRST + timedelta(days=300))
    box.store.close()

    assert box.store.file.stat().st_size <= before * 1.05


def test_a_year_offline_at_300_a_day_stays_far_below_200_mb(tmp_path: Path, box: Box):
    """Measured on 6,000 entries of the true size; every table and index of theirs grows in line with their number."""
    store = Store(tmp_path)
    migrate(store)
    store.close()
    empty = store.file.stat().st_size
    box = Box(store, box.keys, box.identity)
    like = seal_fact(Fact("x", EntryType.RATING, FIRST, {"at_s": 1}), box.identity.sealing_public_key)
    for _ in range(3):
        envelopes = [
            Envelope(new_entry_id(FIRST), "rating", FIRST.isoformat(), like.key_id, like.sealed) for _ in range(2_000)
        ]
        with store.write() as tx:
            ledger.append(tx, "kiosk-1", envelopes, box.keys.device)
    store.close()

    each = (store.file.stat().st_size - empty) / 6_000

    assert each * 300 * 366 < 100_000_000


def test_a_tap_reads_no_more_rows_on_the_last_day_than_on_the_first(box: Box):
    """Statements of an append go by index alone: what they cost does not grow with what waits."""
    with box.store.read() as tx:
        for statement in (
            "SELECT epoch, seq, hash FROM heads ORDER BY epoch DESC LIMIT 1",
            "INSERT INTO ledger SELECT epoch, seq + 1, entry_id, type, day, key_id, sealed, hash FROM ledger "
            "WHERE epoch = 1 AND seq = 1",
            "SELECT max(seq) FROM outbox WHERE epoch = 1",
            "SELECT epoch, seq FROM outbox WHERE state = 'pending' ORDER BY epoch, seq LIMIT 500",
        ):
            plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
            assert all("SEARCH" in step or "heads" in step for step in plan), (statement, plan)
            assert not any("TEMP B-TREE" in step for step in plan), (statement, plan)
