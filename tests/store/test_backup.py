"""A backup is made while the box works, and goes on as a new epoch where the file is gone."""

import stat
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.box.box import Box
from kiosk.box.opening import open_or_mend
from kiosk.box.recovery.backup import copy
from kiosk.store import ledger
from kiosk.store.engine import FILE_NAME, Store, file_name
from kiosk.store.verify import verify
from sync.protocol.seal import unseal
from tests.store.conftest import Clock, District
from tests.store.test_ledger import append


@pytest.fixture
def data(box: Box, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)
    assert open_or_mend(box.store, box.store.folder / "keys", clock)
    append(box, 5)
    return box.store.folder


def test_a_copy_made_while_a_transaction_is_open_is_whole_and_private(data: Path, box: Box, tmp_path: Path, capsys):
    with box.store.write() as tx:
        tx.exec_driver_sql("DELETE FROM heads")
        assert main(["backup", str(tmp_path / "copy")]) == 0
        tx.rollback()

    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o600
    assert "keys are not in it" in capsys.readouterr().out
    (tmp_path / "again").mkdir()
    (tmp_path / "copy").rename(tmp_path / "again" / FILE_NAME)
    with Store(tmp_path / "again").read() as tx:
        key = bytes(box.keys.device.verify_key)
        assert verify(tx, "kiosk-1", key, box.identity.receipt_public_key).held == 5


def test_no_file_is_ever_overwritten_by_a_backup(data: Path, tmp_path: Path, capsys):
    (tmp_path / "copy").write_text("mine")

    assert main(["backup", str(tmp_path / "copy")]) == 1

    assert "is there already" in capsys.readouterr().out
    assert (tmp_path / "copy").read_text() == "mine"


@pytest.mark.parametrize("ruin", ["gone", "spoiled"])
def test_a_restored_box_goes_on_in_a_new_epoch_that_says_so(
    data: Path, box: Box, district: District, tmp_path: Path, capsys, ruin: str
):
    assert main(["backup", str(tmp_path / "copy")]) == 0
    append(box, 2)
    box.store.close()
    for path in data.glob("kiosk.sqlite3*"):
        path.unlink() if ruin == "gone" else path.write_bytes(bytes(8192))

    assert main(["restore", str(tmp_path / "copy")]) == 0

    assert "goes on from entry 5 of epoch 1" in capsys.readouterr().out
    with Store(data).read() as tx:
        assert verify(tx, "kiosk-1", bytes(box.keys.device.verify_key), box.identity.receipt_public_key).flaw == ""
        first, *again = ledger.rows(tx, 2)
    assert unseal(first.envelope.sealed, district.sealing)["reason"] == "restored from a backup"
    assert len(again) == 5
    assert (tmp_path / "copy").exists()


def test_a_sound_file_is_not_given_up_for_an_older_one(data: Path, tmp_path: Path, capsys):
    main(["backup", str(tmp_path / "copy")])

    assert main(["restore", str(tmp_path / "copy")]) == 1

    assert "knows more than the backup" in capsys.readouterr().out
    assert not (data / file_name(2)).exists()


@pytest.mark.parametrize("what", ["another box", "no database", "no box at all"])
def test_only_this_box_s_own_sound_backup_is_taken(data: Path, box: Box, tmp_path: Path, capsys, what: str):
    main(["backup", str(tmp_path / "copy")])
    other = Store(tmp_path / "other")
    (tmp_path / "other").mkdir()
    copy(tmp_path / "copy", other.file)
    if what == "no database":
        other.file.write_bytes(b"x" * 9000)
    else:
        with other.write() as tx:
            tx.exec_driver_sql(
                "UPDATE identity SET device_id = 'kiosk-2'" if "another" in what else "DELETE FROM identity"
            )
    other.close()
    box.store.close()
    for path in data.glob("kiosk.sqlite3*"):
        path.unlink()

    assert main(["restore", str(other.file)]) == 1

    assert "not restored" in capsys.readouterr().out
    assert not (data / file_name(2)).exists()
