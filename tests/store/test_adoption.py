"""``kiosk shelve --from``: another kiosk's disk is taken onto the shelf, also one that dies while it is read."""

import os
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.box import adoption
from kiosk.box.adoption import INCOMING, NothingThere, copy_from, put_on_shelf
from kiosk.box.shelf import open_shelved, shelved
from tests.store.test_shelf import holds, rated

__all__ = ["rated"]


@pytest.fixture
def spare(tmp_path: Path) -> Path:
    folder = tmp_path / "spare"
    folder.mkdir(mode=0o700)
    return folder


def test_what_waits_on_another_disk_lies_on_the_shelf_and_that_disk_is_only_read(rated: Path, spare: Path):
    before = contents(rated)

    (copy,) = copy_from(rated, spare)
    where = put_on_shelf(copy, spare)

    assert (where, copy.lost_blocks, shelved(spare)) == (spare / "shelf" / "kiosk-1", 0, [where])
    assert holds(where) == ("kiosk-1", 3, "")
    assert contents(rated) == before
    assert {path.stat().st_mode & 0o077 for path in where.rglob("*")} == {0}


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_where_the_disk_is_mounted_is_enough_and_its_own_shelf_comes_along(rated: Path, spare: Path, tmp_path: Path):
    data = tmp_path / "disk" / "var/lib/lang-nghe"
    data.parent.mkdir(parents=True)
    rated.rename(data)
    (data / "shelf").mkdir()
    other = data / "shelf" / "kiosk-0"
    other.mkdir()
    for name, content in contents(data).items():
        (other / "keys").mkdir(exist_ok=True)
        (other / name if name.startswith("kiosk") else other / "keys" / name).write_bytes(content)

    copies = copy_from(tmp_path / "disk", spare)

    assert [put_on_shelf(copy, spare).name for copy in copies] == ["kiosk-1", "kiosk-1-2"]


def test_a_shelving_that_a_power_cut_ended_comes_along_and_so_does_a_copy_of_before(rated: Path, spare: Path):
    (rated / "shelf.unfinished").mkdir()
    for path in [*rated.glob("kiosk*"), rated / "keys"]:
        path.rename(rated / "shelf.unfinished" / path.name)
    (spare / f"{INCOMING}0").mkdir()

    (copy,) = copy_from(rated, spare)

    assert holds(put_on_shelf(copy, spare)) == ("kiosk-1", 3, "")
    assert [path.name for path in spare.iterdir()] == ["shelf"]


def test_the_own_data_folder_is_no_other_disk(rated: Path):
    with pytest.raises(NothingThere, match="own data folder"):
        copy_from(rated, rated)


def test_blocks_that_a_dying_disk_does_not_give_are_counted_and_the_rest_is_kept(
    rated: Path, spare: Path, monkeypatch: pytest.MonkeyPatch
):
    size = (rated / "kiosk.sqlite3").stat().st_size
    last = (size // adoption.BLOCK - 1) * adoption.BLOCK
    read = os.pread

    def dying(descriptor: int, length: int, at: int) -> bytes:
        if at == last and os.fstat(descriptor).st_size == size:
            raise OSError(5, "Input/output error")
        return read(descriptor, length, at)

    monkeypatch.setattr(os, "pread", dying)
    (copy,) = copy_from(rated, spare)

    assert copy.lost_blocks == 1
    kept, there = (copy.folder / "kiosk.sqlite3").read_bytes(), (rated / "kiosk.sqlite3").read_bytes()
    assert (kept[:last], len(kept)) == (there[:last], len(there))


def test_without_a_ledger_or_its_keys_nothing_is_taken(rated: Path, spare: Path, tmp_path: Path, capsys):
    with pytest.raises(NothingThere, match="no ledger"):
        copy_from(tmp_path / "nowhere", spare)
    (rated / "keys").rename(tmp_path / "keys")
    with pytest.raises(NothingThere, match="keys"):
        copy_from(rated, spare)

    assert list(spare.iterdir()) == []


def test_a_copy_that_the_own_disk_does_not_take_leaves_nothing_behind(
    rated: Path, spare: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OSError, match="No space left"):
        copy_from(rated, spare)

    assert [path.name for path in spare.iterdir() if path.name.startswith(INCOMING)] == []


def test_the_command_says_what_is_on_the_shelf_now(
    rated: Path, spare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("KIOSK_DATA", str(spare))

    assert main(["shelve", "--from", str(rated)]) == 0
    said = capsys.readouterr().out
    assert main(["shelve", "--from", str(spare / "nowhere")]) == 1

    assert "kiosk-1 is on the shelf" in said
    assert "3 entries wait" in said
    assert "name the folder in which the other kiosk's disk is mounted" in capsys.readouterr().out
    box = open_shelved(spare / "shelf" / "kiosk-1")
    assert box is not None
    box.store.close()
