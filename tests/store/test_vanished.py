"""A data folder that vanishes under a running kiosk is noticed before the next thank-you, and nothing is written in
vain into the empty folder that is left behind."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.box.box import Box
from kiosk.box.opening import open_or_mend, remembered
from kiosk.clock import Moment
from kiosk.desk.desk import KioskDesk
from kiosk.hardware.mounts import unmounted
from kiosk.shell import CannotSave
from kiosk.store import ledger
from kiosk.store.engine import CannotOpen, Store, Vanished
from tests.store.conftest import PATTERN
from tests.store.test_record import draft


@pytest.fixture
def running(box: Box, clock: Callable[[], Moment]) -> KioskDesk:
    """A desk that opens its folder as ``kiosk run`` does, with a first rating in it."""
    folder = box.store.folder
    remembered(box, folder / "keys")
    box.store.close()
    store = Store(folder)
    desk = KioskDesk(lambda: open_or_mend(store, folder / "keys", clock), PATTERN, clock)
    assert desk.probe() == ""
    desk.save(draft(1))
    return desk


def removed(folder: Path) -> None:
    shutil.rmtree(folder)


def emptied(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def without_its_file(folder: Path) -> None:
    (folder / "kiosk.sqlite3").unlink()


def without_its_log(folder: Path) -> None:
    (folder / "kiosk.sqlite3-wal").unlink()


def moved_away(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def moved_away_for_another(folder: Path) -> None:
    """An unmounted disk leaves its mount point behind, and another process has begun a new file there."""
    moved_away(folder)
    folder.mkdir()
    Store(folder).close()
    shutil.copy(folder.with_name("elsewhere") / "kiosk.sqlite3", folder)


ENDS = [removed, emptied, without_its_file, without_its_log, moved_away, moved_away_for_another]


@pytest.mark.parametrize("happens", ENDS, ids=lambda happens: happens.__name__)
def test_nobody_is_thanked_once_the_folder_has_vanished(running: KioskDesk, happens: Callable[[Path], None]):
    assert running.box is not None
    happens(running.box.store.folder)

    with pytest.raises(CannotSave, match="is its disk still there and mounted"):
        running.save(draft(5))


@pytest.mark.parametrize("happens", [removed, emptied, moved_away], ids=lambda happens: happens.__name__)
def test_the_kiosk_stays_out_of_service_and_begins_no_new_file(running: KioskDesk, happens: Callable[[Path], None]):
    assert running.box is not None
    folder = running.box.store.folder
    happens(folder)

    assert [running.probe() for _ in range(3)] == ["cannot_open"] * 3
    assert not (folder / "kiosk.sqlite3").exists()


def test_a_folder_that_comes_back_is_used_again_with_all_that_was_thanked(running: KioskDesk, tmp_path: Path):
    assert running.box is not None
    folder = running.box.store.folder
    moved_away(folder)
    with pytest.raises(CannotSave):
        running.save(draft(2))
    assert running.probe() == "cannot_open"

    (tmp_path / "elsewhere").rename(folder)

    assert running.probe() == ""
    running.save(draft(3))
    with running.box.store.read() as tx:
        assert sum(row.envelope.type == "rating" for row in ledger.rows(tx, 1)) == 2


def test_another_kiosks_empty_folder_in_its_place_is_not_called_not_enrolled(running: KioskDesk):
    assert running.box is not None
    folder = running.box.store.folder
    moved_away(folder)
    folder.mkdir()
    running.probe()
    Store(folder)._engine.connect().close()

    assert [running.probe(), running.probe()] == ["cannot_open", "cannot_open"]


@pytest.fixture
def mounted(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, check=False)


@pytest.mark.slow
def test_nobody_is_thanked_once_the_disk_was_unmounted(box: Box, mounted: Path, clock: Callable[[], Moment]):
    box.store.close()
    shutil.copytree(box.store.folder, mounted, dirs_exist_ok=True)
    store = Store(mounted)
    desk = KioskDesk(lambda: open_or_mend(store, mounted / "keys", clock), PATTERN, clock)
    assert desk.probe() == ""
    desk.save(draft(1))

    subprocess.run(["umount", "--lazy", str(mounted)], check=True)

    with pytest.raises(CannotSave, match="is its disk still there and mounted"):
        desk.save(draft(5))
    assert desk.probe() in ("cannot_save", "cannot_open")
    assert list(mounted.iterdir()) == []


FSTAB = """# <file system> <mount point> <type> <options>
UUID=1 / ext4 defaults 0 1
UUID=2 /var/lib/lang-nghe ext4 commit=5 0 2
UUID=3 none swap sw 0 0
UUID=4 /media/stick vfat noauto,user 0 0
"""


@pytest.mark.parametrize(
    ("folder", "mounted", "missing"),
    [
        ("/var/lib/lang-nghe", set(), "/var/lib/lang-nghe"),
        ("/var/lib/lang-nghe/kiosk", set(), "/var/lib/lang-nghe"),
        ("/var/lib/lang-nghe", {"/var/lib/lang-nghe"}, ""),
        ("/var/lib/other", set(), ""),
        ("/media/stick/data", set(), ""),
    ],
)
def test_a_disk_that_should_be_mounted_is_named(tmp_path: Path, folder: str, mounted: set[str], missing: str):
    fstab = tmp_path / "fstab"
    fstab.write_text(FSTAB)

    assert unmounted(Path(folder), fstab, mounted.__contains__) == missing


def test_a_kiosk_whose_disk_is_not_mounted_is_not_begun_anew(tmp_path: Path, clock, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "fstab").write_text(f"UUID=2 {tmp_path}/data ext4 defaults 0 2\n")
    (tmp_path / "data").mkdir()
    monkeypatch.setattr("kiosk.hardware.mounts.FSTAB", tmp_path / "fstab")

    with pytest.raises(CannotOpen, match="is not mounted"):
        open_or_mend(Store(tmp_path / "data"), tmp_path / "data" / "keys", clock)
    assert list((tmp_path / "data").iterdir()) == []


def test_a_store_says_that_its_file_vanished_until_it_is_told_to_look_again(box: Box):
    box.store.file.rename(box.store.folder / "aside")

    for _ in range(2):
        with pytest.raises(Vanished), box.store.read():
            pass
    with pytest.raises(Vanished):
        box.store.look_again()
