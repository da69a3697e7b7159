"""``district verify`` names the first entry that does not hold, whatever was done to the database."""

import pytest

from sync.district.cli.verifying import verify_all
from sync.district.domain.ledger_check import walk
from sync.district.store.engine import reading
from sync.district.store.ledger_reader import ledgers, positions, signed_runs
from tests.district.conftest import District
from tests.support.factories import Box, envelope


def troubles(district: District) -> list[str]:
    with reading(district.engine) as connection:
        _, lines = verify_all(connection)
    return [line for line in lines if line.startswith("!")]


def filled(district: District) -> Box:
    box = district.box()
    for first in (1, 4, 7):
        for _ in range(3):
            box.rate()
        district.accept(box, box.batch(first, first + 2))
    return box


def test_a_whole_ledger_holds(district: District) -> None:
    box = filled(district)
    box.record(envelope(kind="unheard_of"))
    box.rate()
    district.accept(box, box.batch(10, 11))

    with reading(district.engine) as connection:
        held, lines = verify_all(connection)

    assert (held, lines) == (11, [f"{box.device_id}: 11 entries hold"])


SEAL = {"sqlite": "x'00'", "postgresql": "'\\x00'::bytea"}


@pytest.mark.parametrize(
    ("statement", "table", "first"),
    [
        ("UPDATE ledger SET sealed = {bytes} WHERE seq = 5", "ledger", 5),
        ("UPDATE ledger SET hash = {bytes} WHERE seq = 5", "ledger", 5),
        ("UPDATE ledger SET day = '2026-11-20' WHERE seq = 5", "ledger", 5),
        ("UPDATE ledger SET type = 'boot' WHERE seq = 5", "ledger", 5),
        ("DELETE FROM ledger WHERE seq = 5", "ledger", 4),
        ("DELETE FROM ledger WHERE seq = 9", "ledger", 7),
        ("DELETE FROM ledger WHERE seq >= 7", "ledger", 7),
        ("DELETE FROM ledger WHERE seq >= 4 AND seq <= 6", "ledger", 4),
        ("DELETE FROM ledger", "ledger", 1),
        ("DELETE FROM heads WHERE seq = 9", "heads", 7),
        ("UPDATE heads SET signature = {bytes} WHERE seq = 6", "heads", 6),
        ("UPDATE heads SET hash = {bytes} WHERE seq = 6", "heads", 6),
        ("UPDATE devices SET public_key = {bytes}", "devices", 3),
    ],
)
def test_whatever_was_changed_is_named(district: District, statement: str, table: str, first: int) -> None:
    box = filled(district)

    district.tamper(statement.format(bytes=SEAL[district.engine.dialect.name]), table)

    (line,) = troubles(district)
    assert line.startswith(f"! {box.device_id} epoch 1: the first entry that does not hold is {first}:")


def test_two_entries_changed_for_each_other_are_named(district: District) -> None:
    filled(district)

    district.tamper("UPDATE ledger SET seq = CASE seq WHEN 4 THEN 105 ELSE 104 END WHERE seq IN (4, 5)", "ledger")
    district.tamper("UPDATE ledger SET seq = seq - 100 WHERE seq > 100", "ledger")

    (line,) = troubles(district)
    assert "does not hold is 4:" in line


def test_a_hole_is_named_with_its_ends(district: District) -> None:
    box = district.box()
    for _ in range(9):
        box.rate()
    district.accept(box, box.batch(1, 3))
    district.accept(box, box.batch(7, 9))

    with reading(district.engine) as connection:
        held, _ = verify_all(connection)

    assert held == 6
    assert [line.split(": ")[1] for line in troubles(district)] == ["hole 4 to 6"]


def test_what_was_found_on_arrival_is_told(district: District) -> None:
    box = filled(district)
    box.entries.pop()
    box.rate()
    district.accept(box)

    (line,) = troubles(district)

    assert "rolled_back at 9" in line


def test_a_device_without_entries_is_told(district: District) -> None:
    box = district.box()

    with reading(district.engine) as connection:
        assert verify_all(connection) == (0, [f"{box.device_id}: 0 entries hold"])


def test_a_long_ledger_is_read_in_slices(district: District) -> None:
    box = district.box()
    shared = [envelope() for _ in range(3)]
    for number in range(2_100):
        box.record(shared[number % 3])
    for first in range(1, 2_101, 420):
        district.accept(box, box.batch(first, first + 419))

    with reading(district.engine) as connection:
        ((device_id, epoch),) = ledgers(connection)
        runs = signed_runs(connection, device_id, epoch)
        walked = walk(device_id, epoch, bytes(box.key.verify_key), positions(connection, device_id, epoch), runs)

    assert (walked.holds, walked.broken, walked.holes) == (2_100, None, ())
