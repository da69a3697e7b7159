"""The ledger on a real file: what is written holds, and every tampering is named."""

import shutil
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from kiosk.box.box import Box
from kiosk.box.facts import seal_fact
from kiosk.desk.desk import KioskDesk
from kiosk.domain.entry import EntryType, Fact, new_entry_id
from kiosk.store import ledger, outbox
from kiosk.store.verify import LedgerCheck, verify
from sync.protocol.batch import Acknowledgement
from sync.protocol.chain import Head, sign_acknowledgement, sign_head
from tests.store.conftest import PATTERN

DAY = date(2026, 11, 21)


def append(box: Box, count: int) -> None:
    for number in range(count):
        fact = Fact(new_entry_id(DAY), EntryType.RATING, DAY, {"score": number % 5 + 1})
        with box.store.write() as tx:
            ledger.append(
                tx, box.identity.device_id, [seal_fact(fact, box.identity.sealing_public_key)], box.keys.device
            )


def verdict(box: Box) -> LedgerCheck:
    with box.store.read() as tx:
        public_key = bytes(box.keys.device.verify_key)
        return verify(tx, box.identity.device_id, public_key, box.identity.receipt_public_key)


def tamper(box: Box, *statements: str) -> None:
    """As somebody with the file and the sqlite3 program would."""
    box.store.close()
    with sqlite3.connect(box.store.file) as connection:
        connection.execute("DROP TRIGGER ledger_is_append_only_update")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def deliver(box: Box, district, seq: int) -> None:
    with box.store.write() as tx:
        row_hash = ledger.hash_at(tx, "kiosk-1", 1, seq)
        head = Head("kiosk-1", 1, seq, row_hash)
        outbox.deliver(
            tx,
            Acknowledgement(
                head, "2026-11-21T03:00:00Z", sign_acknowledgement(head, "2026-11-21T03:00:00Z", district.receipt)
            ),
        )


def test_every_entry_holds(box: Box):
    append(box, 7)

    assert verdict(box) == LedgerCheck(7)


def test_an_empty_ledger_holds(box: Box):
    assert verdict(box) == LedgerCheck(0)


@pytest.mark.parametrize("column", ["sealed", "entry_id", "type", "day", "key_id", "hash"])
def test_one_changed_byte_is_named(box: Box, column: str):
    append(box, 7)

    kind = "BLOB" if column in ("sealed", "hash") else "TEXT"
    other = f"CASE substr({column}, 4, 1) WHEN CAST('A' AS {kind}) THEN 'B' ELSE 'A' END"
    changed = f"substr({column}, 1, 3) || {other} || substr({column}, 5)"
    tamper(box, f"UPDATE ledger SET {column} = CAST({changed} AS {kind}) WHERE seq = 4")

    assert verdict(box) == LedgerCheck(3, "epoch 1, entry 4 was changed")


def test_a_removed_middle_entry_is_named(box: Box):
    append(box, 7)

    tamper(box, "DELETE FROM ledger WHERE seq = 4", "DELETE FROM outbox WHERE seq = 4")

    assert verdict(box) == LedgerCheck(3, "epoch 1, entry 4 is missing")


def test_the_removed_newest_entry_is_named(box: Box):
    append(box, 7)

    tamper(box, "DELETE FROM ledger WHERE seq = 7", "DELETE FROM outbox WHERE seq = 7")

    assert verdict(box) == LedgerCheck(6, "epoch 1, entry 7 is missing (7 were written)")


def test_renumbered_entries_are_named(box: Box):
    append(box, 7)

    tamper(box, "DELETE FROM ledger WHERE seq = 4", "UPDATE ledger SET seq = seq - 1 WHERE seq > 4")

    assert verdict(box) == LedgerCheck(3, "epoch 1, entry 4 was changed")


def test_a_head_set_back_is_not_signed(box: Box):
    append(box, 7)

    tamper(
        box,
        "DELETE FROM ledger WHERE seq = 7",
        "UPDATE heads SET seq = 6, hash = (SELECT hash FROM ledger WHERE seq = 6)",
    )

    assert verdict(box) == LedgerCheck(0, "epoch 1: the signature over entry 6 was not made by this device")


def test_a_delivered_entry_removed_by_somebody_with_all_keys_is_named(box: Box, district):
    append(box, 7)
    deliver(box, district, 7)

    tamper(box, "DELETE FROM ledger WHERE seq = 7")
    with box.store.write() as tx:
        head = Head("kiosk-1", 1, 6, ledger.hash_at(tx, "kiosk-1", 1, 6))
        tx.exec_driver_sql(
            "UPDATE heads SET seq = 6, hash = ?, signature = ?", (head.hash, sign_head(head, box.keys.device))
        )

    assert verdict(box) == LedgerCheck(6, "epoch 1, entry 7 is missing (7 were written)")


def test_the_file_refuses_to_change_an_entry(box: Box):
    append(box, 1)
    box.store.close()

    with sqlite3.connect(box.store.file) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute("UPDATE ledger SET day = '2020-01-01'")
    connection.close()


def test_yesterdays_file_holds_in_itself_and_so_needs_the_district(box: Box, tmp_path: Path):
    append(box, 3)
    box.store.close()
    shutil.copy(box.store.file, tmp_path / "yesterday")
    append(box, 4)
    box.store.close()

    shutil.copy(tmp_path / "yesterday", box.store.file)

    assert verdict(box) == LedgerCheck(3)


def test_a_new_epoch_issues_what_waits_again_with_the_same_ids(box: Box, district):
    append(box, 5)
    deliver(box, district, 2)
    declaration = seal_fact(
        Fact(new_entry_id(DAY), EntryType.GAP_DECLARED, DAY, {"reason": "test"}), box.identity.sealing_public_key
    )

    with box.store.write() as tx:
        old = [kept.envelope.entry_id for kept in ledger.rows(tx, 1)]
        head = ledger.open_epoch(tx, "kiosk-1", declaration, box.keys.device, known_epoch=3)
        new = [kept.envelope.entry_id for kept in ledger.rows(tx, 4)]
        waiting = outbox.next_run(tx, 100)

    assert (head.epoch, head.seq) == (4, 4)
    assert new == [declaration.entry_id, *old[2:]]
    assert [(kept.epoch, kept.seq) for kept in waiting] == [(4, 1), (4, 2), (4, 3), (4, 4)]
    assert verdict(box) == LedgerCheck(9)


def test_a_run_stops_at_a_hole_and_at_the_limit(box: Box):
    append(box, 6)
    with box.store.write() as tx:
        outbox.set_aside(tx, 1, 3, "unknown_type")

        assert [kept.seq for kept in outbox.next_run(tx, 100)] == [1, 2]
        assert [kept.seq for kept in outbox.next_run(tx, 1)] == [1]
        assert outbox.reasons(tx) == {"unknown_type": 1}


def test_what_a_receipt_covers_is_delivered_and_set_aside_stays_so(box: Box, district):
    append(box, 6)
    with box.store.write() as tx:
        outbox.set_aside(tx, 1, 3, "unknown_type")

    deliver(box, district, 5)

    with box.store.read() as tx:
        assert outbox.backlog(tx) == outbox.Backlog(pending=1, oldest_day="2026-11-21", set_aside=1, delivered=4)


def test_a_box_whose_file_lost_its_newest_row_goes_on_in_a_new_epoch(box: Box, clock):
    append(box, 3)
    tamper(box, "DELETE FROM ledger WHERE seq = 3")
    desk = KioskDesk(lambda: box, PATTERN, clock)

    assert desk.probe() == ""

    with box.store.read() as tx:
        assert [kept.envelope.type for kept in ledger.rows(tx, 2)] == ["gap_declared", "rating", "rating", "boot"]
    assert verdict(box) == LedgerCheck(2, "epoch 1, entry 3 is missing (3 were written)")
