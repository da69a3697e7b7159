"""A stick that is full, cut short, changed, forged, renamed, of another box or district: named, and nothing is lost."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from sync.district.store.devices import revoke
from sync.district.store.engine import writing
from sync.protocol import stick_files
from sync.protocol.batch import decode_batch, encode_batch
from sync.protocol.stick_exchange import Carried, seal_carried
from sync.protocol.stick_files import ANSWER, BATCH, FOLDER, StickTrouble
from tests.district.conftest import District
from tests.district.stick import at_the_district, back, kiosk, other, out, rates, those, usb
from tests.district.test_agent import Kiosk

__all__ = ["kiosk", "other", "usb"]


def test_a_file_cut_short_is_named_and_the_others_are_taken(kiosk: Kiosk, other: Kiosk, district: District, usb: Path):
    rates(kiosk, 1)
    rated = rates(other, 2)
    out(kiosk, usb)
    (cut,) = those(usb, BATCH)
    out(other, usb)
    cut.write_bytes(cut.read_bytes()[:-40])

    taken, troubles = at_the_district(district, usb)

    assert list(taken) == [other.box.identity.device_id]
    assert kiosk.rated() == rated
    assert [trouble.split(":")[0] for trouble in troubles] == [cut.name]
    assert "cut short" in troubles[0]
    assert out(kiosk, usb).written == 1, "the damaged file is left alone and the entries go beside it"
    at_the_district(district, usb)
    assert len(kiosk.rated()) == 2


def test_a_changed_file_is_named_and_takes_nothing(kiosk: Kiosk, district: District, usb: Path):
    rates(kiosk, 1)
    out(kiosk, usb)
    (place,) = those(usb, BATCH)
    batch = decode_batch(place.read_bytes())
    entries = (replace(batch.entries[0], day="2020-01-01"), *batch.entries[1:])
    place.write_bytes(encode_batch(replace(batch, entries=entries)))

    taken, troubles = at_the_district(district, usb)

    assert (taken, district.rows("ledger", "seq")) == ({}, [])
    assert "do not lead to the signed head" in troubles[0]
    assert district.kinds() == ["chain_broken"]


def test_the_stick_of_another_district_is_named(kiosk: Kiosk, district: District, usb: Path):
    rates(kiosk, 1)
    out(kiosk, usb)
    district.tamper("DELETE FROM devices")

    taken, troubles = at_the_district(district, usb)

    assert taken == {}
    assert "no device of this district" in troubles[0]


def test_a_revoked_box_is_named(kiosk: Kiosk, district: District, usb: Path):
    rates(kiosk, 1)
    out(kiosk, usb)
    with writing(district.engine) as connection:
        revoke(connection, kiosk.box.identity.device_id)

    assert "revoked" in at_the_district(district, usb)[1][0]


def test_a_full_stick_keeps_what_it_has_and_loses_nothing(
    kiosk: Kiosk, district: District, usb: Path, monkeypatch: pytest.MonkeyPatch
):
    rated = rates(kiosk, *range(1, 601))
    synced = os.fsync
    room = iter([None])

    def fsync(descriptor: int) -> None:
        if next(room, "none") == "none":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        synced(descriptor)

    with monkeypatch.context() as full:
        full.setattr(stick_files, "_sync_folder", lambda folder: None)
        full.setattr(os, "fsync", fsync)
        with pytest.raises(StickTrouble, match="is full; make room"):
            out(kiosk, usb)

    assert [place.suffix for place in (usb / FOLDER).iterdir()] == [".lnb"]
    assert out(kiosk, usb).written == 1
    at_the_district(district, usb)
    assert len(kiosk.rated()) == len(rated)


def test_a_stick_that_is_not_there_is_not_made_up(kiosk: Kiosk, tmp_path: Path):
    with pytest.raises(StickTrouble, match="plug the stick in"):
        out(kiosk, tmp_path / "nothing")

    assert not (tmp_path / "nothing").exists()


def test_a_file_system_that_cannot_sync_a_folder_will_do(
    kiosk: Kiosk, district: District, usb: Path, monkeypatch: pytest.MonkeyPatch
):
    synced = os.fsync

    def fsync(descriptor: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{descriptor}"):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        synced(descriptor)

    rated = rates(kiosk, 1)
    monkeypatch.setattr(os, "fsync", fsync)
    out(kiosk, usb)
    at_the_district(district, usb)

    assert kiosk.rated() == rated


def test_names_are_short_and_may_come_back_in_capitals_and_renamed(kiosk: Kiosk, district: District, usb: Path):
    rated = rates(kiosk, 1)
    out(kiosk, usb)
    (place,) = those(usb, BATCH)
    assert len(place.stem) == 8

    (usb / FOLDER).rename(usb / FOLDER.upper())
    place = usb / FOLDER.upper() / place.name
    place.rename(place.with_name("COPYOF~1.LNB"))
    at_the_district(district, usb)

    assert kiosk.rated() == rated


def test_a_half_written_file_is_passed_over_and_written_anew(kiosk: Kiosk, district: District, usb: Path):
    rated = rates(kiosk, 1)
    out(kiosk, usb)
    (place,) = those(usb, BATCH)
    place.rename(place.with_suffix(".tmp"))
    place.with_suffix(".tmp").write_bytes(b"half")

    assert at_the_district(district, usb) == ({}, [])
    out(kiosk, usb)
    at_the_district(district, usb)

    assert kiosk.rated() == rated


def test_the_answer_for_another_box_is_named(kiosk: Kiosk, other: Kiosk, district: District, usb: Path):
    rates(other, 1)
    out(other, usb)
    at_the_district(district, usb)
    (answer,) = those(usb, ANSWER)

    came = back(kiosk, answer)

    assert f"is for {other.box.identity.device_id}" in came.troubles[0]
    assert came.answers == 0


@pytest.mark.parametrize("spoil", [lambda whole: whole[:-30], lambda _: b"", lambda _: b"\x00" * 512])
def test_an_answer_cut_short_is_named_and_changes_nothing(kiosk: Kiosk, district: District, usb: Path, spoil: Any):
    rates(kiosk, 1)
    out(kiosk, usb)
    at_the_district(district, usb)
    (answer,) = those(usb, ANSWER)
    waiting = kiosk.pending
    answer.write_bytes(spoil(answer.read_bytes()))

    came = back(kiosk, usb)

    assert answer.name in came.troubles[0]
    assert "cut short" in came.troubles[0]
    assert kiosk.pending == waiting


def test_a_forged_answer_is_named_and_changes_nothing(kiosk: Kiosk, district: District, usb: Path):
    rates(kiosk, 1)
    out(kiosk, usb)
    taken, _ = at_the_district(district, usb)
    (answer,) = those(usb, ANSWER)
    (one,) = taken.values()
    mine = Carried(one.device.device_id, "2030-01-01T00:00:00.000Z", tuple(one.answers), "", ())
    answer.write_bytes(seal_carried(mine, one.device.public_key, kiosk.box.keys.device))
    waiting = kiosk.pending

    came = back(kiosk, usb)

    assert "not signed by our district" in came.troubles[0]
    assert kiosk.pending == waiting
