"""Every file of the box is its own user's alone, whatever the umask, and also one that an older release left open."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.box.box import Box
from kiosk.box.opening import open_or_mend
from kiosk.desk.desk import KioskDesk
from kiosk.store.engine import Store
from tests.store.conftest import PATTERN, Clock
from tests.store.test_record import draft


@pytest.fixture(params=[0o000, 0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [str(path) for path in folder.rglob("*") if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o177]


def test_whatever_the_umask_no_file_is_open_to_others(umask: int, box: Box, clock: Clock):
    desk = KioskDesk(lambda: box, PATTERN, clock)
    assert desk.probe() == ""
    desk.save(draft())

    assert {"kiosk.sqlite3", "kiosk.sqlite3-wal", "kiosk.sqlite3-shm"} <= {p.name for p in box.store.folder.iterdir()}
    assert open_to_others(box.store.folder) == []


def test_a_new_file_after_damage_is_private_too(umask: int, box: Box, clock: Clock):
    open_or_mend(box.store, box.store.folder / "keys", clock)
    box.store.close()
    for log in box.store.folder.glob("kiosk.sqlite3-*"):
        log.unlink()
    box.store.file.write_bytes(b"no database" * 1000)

    opened = open_or_mend(Store(box.store.folder), box.store.folder / "keys", clock)

    assert opened is not None
    assert opened.store.file.name != "kiosk.sqlite3"
    assert open_to_others(box.store.folder) == []


def test_a_file_that_an_older_release_left_open_is_closed_to_others(box: Box):
    with box.store.write() as tx:
        tx.exec_driver_sql("SELECT 1")
    for path in box.store.folder.glob("kiosk.sqlite3*"):
        path.chmod(0o644)

    with Store(box.store.folder).read() as tx:
        tx.exec_driver_sql("SELECT 1")

    assert open_to_others(box.store.folder) == []


def test_the_commands_make_no_file_that_others_can_read(
    box: Box, clock: Clock, tmp_path: Path, monkeypatch, umask: int
):
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    desk = KioskDesk(lambda: box, PATTERN, clock)
    desk.probe()
    desk.save(draft())

    assert main(["head", "--date", "2026-11-21", "--qr", str(tmp_path / "head.png")]) == 0

    assert (tmp_path / "head.png").stat().st_size > 0
    assert open_to_others(tmp_path) == []
