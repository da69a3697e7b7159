"""A USB stick between a real box and a real district: the same batches, in any order with the network, and nothing
lost whatever happens to the stick."""

import errno
import gzip
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.__main__ import main as kiosk_main
from sync import stick
from sync.carry import export, receive
from sync.district.cli.carrying import sort_batches
from sync.district.fleet.carrying import NotTaken, Taken, answer_file, take
from sync.district.store.devices import revoke
from sync.district.store.engine import writing
from sync.parcel import Carried, seal_carried
from sync.stick import ANSWER, BATCH, FOLDER, StickTrouble, put, read
from sync.wire import decode_batch, encode_batch
from tests.district.conftest import COUNTER, Client, District
from tests.district.test_agent import Kiosk, enrolled
from tests.factories import TODAY, dossier_code

SOFTWARE = "test/1"


@pytest.fixture
def kiosk(district: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(district, client, tmp_path / "box")
    yield made
    made.store.close()


@pytest.fixture
def other(district: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(district, client, tmp_path / "other")
    yield made
    made.store.close()


@pytest.fixture
def usb(tmp_path: Path) -> Path:
    """An empty stick, mounted."""
    place = tmp_path / "usb"
    place.mkdir()
    return place


def out(kiosk: Kiosk, usb: Path) -> Any:
    return export(kiosk.box, usb, kiosk.clock, SOFTWARE)


def back(kiosk: Kiosk, path: Path) -> Any:
    return receive(kiosk.box, path, kiosk.clock)


def at_the_district(district: District, usb: Path) -> tuple[dict[str, Taken], list[str]]:
    """What ``district carry import`` does; the district's clock moves on."""
    district.clock.pass_by(minutes=1)
    places, troubles = sort_batches(usb)
    taken: dict[str, Taken] = {}
    for place in places:
        try:
            take(district.services, decode_batch(read(place)), taken, district.clock())
        except NotTaken as error:
            troubles.append(str(error))
    for one in taken.values():
        content = answer_file(district.services, one, district.clock())
        put(usb, content, ANSWER, content, content.__eq__)
    district.project()
    return taken, troubles


def those(usb: Path, extension: str) -> list[Path]:
    return [one for one in stick.files(usb) if one.suffix == f".{extension}"]


def rates(kiosk: Kiosk, *numbers: int) -> list[tuple[str, int]]:
    for number in numbers:
        kiosk.rate(number)
    return [(dossier_code(number), 5) for number in numbers]


def test_a_box_without_a_network_delivers_and_learns_by_stick(kiosk: Kiosk, district: District, usb: Path):
    district.reference(dossiers=[{"dossier_code": dossier_code(9), "counter_id": COUNTER, "received_on": TODAY}])
    rated = rates(kiosk, 1, 2, 3)

    sent = out(kiosk, usb)
    at_the_district(district, usb)
    came = back(kiosk, usb)

    assert kiosk.rated() == rated
    assert (sent.written, came.settled, came.applied, came.troubles) == (1, sent.entries, True, [])
    assert kiosk.pending == 1, "what was applied is an entry of its own"
    assert kiosk.told("snapshot_cursor")


def test_the_file_is_the_very_body_of_the_wire(kiosk: Kiosk, client: Client, usb: Path):
    rates(kiosk, 1)
    out(kiosk, usb)
    (place,) = those(usb, BATCH)

    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    token = {"Authorization": f"Bearer {kiosk.box.keys.token}"}
    answer = client.session.post(f"{client.base}/v1/batches", data=place.read_bytes(), headers=headers | token)

    assert answer.status_code == 200


def test_an_export_goes_on_where_the_last_one_stopped_and_writes_nothing_twice(kiosk: Kiosk, usb: Path):
    rates(kiosk, *range(1, 601))
    first = out(kiosk, usb)
    whole = {place.name: place.read_bytes() for place in those(usb, BATCH)}
    sorted(those(usb, BATCH))[0].unlink()

    again = out(kiosk, usb)

    assert (first.written, first.there) == (2, 0)
    assert (again.written, again.there) == (1, 1)
    assert {place.name for place in those(usb, BATCH)} == set(whole)


def test_several_sticks_and_the_network_in_any_order_count_once(
    kiosk: Kiosk, district: District, usb: Path, tmp_path: Path
):
    second = tmp_path / "second"
    second.mkdir()
    rated = rates(kiosk, 1, 2)
    out(kiosk, usb)
    rated += rates(kiosk, 3)
    out(kiosk, second)
    kiosk.deliver()
    rated += rates(kiosk, 4)

    for place in (second, usb, second):
        at_the_district(district, place)
    for place in (usb, second, usb):
        back(kiosk, place)
    kiosk.deliver()

    assert kiosk.rated() == rated
    assert (kiosk.pending, kiosk.agent.trouble) == (0, "")
    assert district.kinds() == []


def test_several_boxes_share_a_stick(kiosk: Kiosk, other: Kiosk, district: District, usb: Path):
    rated = rates(kiosk, 1) + rates(other, 2)
    out(kiosk, usb)
    out(other, usb)

    taken, troubles = at_the_district(district, usb)
    came, came_too = back(kiosk, usb), back(other, usb)

    assert (len(taken), troubles) == (2, [])
    assert kiosk.rated() == rated
    assert (came.answers, came.of_others, came_too.answers, came_too.of_others) == (1, 1, 1, 1)
    assert came.troubles == came_too.troubles == []


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
        full.setattr(stick, "_sync_folder", lambda folder: None)
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


def test_an_old_answer_after_a_newer_one_changes_nothing_back(kiosk: Kiosk, district: District, usb: Path):
    district.reference(dossiers=[{"dossier_code": dossier_code(9), "counter_id": COUNTER}])
    rates(kiosk, 1)
    out(kiosk, usb)
    at_the_district(district, usb)
    (old,) = those(usb, ANSWER)
    kept = old.read_bytes()
    kiosk.deliver()
    district.reference(dossiers=[{"dossier_code": dossier_code(9), "counter_id": COUNTER, "removed": True}])
    district.clock.pass_by(minutes=5)
    kiosk.seconds += 1000
    kiosk.deliver()
    before = kiosk.told("snapshot_cursor")

    came = back(kiosk, old)

    assert kept == old.read_bytes()
    assert (came.answers, came.settled, came.applied) == (1, 0, False)
    assert "newer reference data" in came.notes[0]
    assert kiosk.told("snapshot_cursor") == before


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


def test_what_lies_on_the_stick_names_no_dossier_and_no_score(kiosk: Kiosk, district: District, usb: Path):
    district.reference(dossiers=[{"dossier_code": dossier_code(9), "counter_id": COUNTER}])
    rates(kiosk, 1)
    out(kiosk, usb)
    at_the_district(district, usb)

    seen = b"".join(place.read_bytes() for place in (usb / FOLDER).iterdir())

    plain = seen + b"".join(gzip.decompress(place.read_bytes()) for place in those(usb, BATCH))
    assert dossier_code(9).encode() not in plain
    assert dossier_code(1).encode() not in plain


def test_a_box_where_nothing_waits_asks_for_reference_data_by_stick(kiosk: Kiosk, district: District, usb: Path):
    kiosk.deliver()
    district.clock.pass_by(minutes=5)
    district.reference(dossiers=[{"dossier_code": dossier_code(9), "counter_id": COUNTER}])

    sent = out(kiosk, usb)
    at_the_district(district, usb)
    came = back(kiosk, usb)

    assert (sent.entries, sent.written) == (0, 1)
    assert (came.answers, came.applied) == (1, True)


def test_a_box_put_back_to_an_older_copy_learns_it_from_the_stick(
    kiosk: Kiosk, district: District, usb: Path, tmp_path: Path
):
    rates(kiosk, 1)
    kiosk.deliver()
    kiosk.store.close()
    shutil.copy(kiosk.store.file, tmp_path / "yesterday")
    kiosk.start()
    rates(kiosk, 2)
    kiosk.deliver()
    kiosk.store.close()
    shutil.copy(tmp_path / "yesterday", kiosk.store.file)
    kiosk.start()
    rates(kiosk, 3)

    for _ in range(3):
        out(kiosk, usb)
        at_the_district(district, usb)
        back(kiosk, usb)

    assert kiosk.rated() == [(dossier_code(number), 5) for number in (1, 2, 3)]
    assert {"rolled_back", "new_epoch"} <= set(district.kinds())


def test_the_commands_say_what_to_do_next(
    kiosk: Kiosk, usb: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KIOSK_DATA", str(kiosk.settings.data))
    rates(kiosk, 1)

    assert kiosk_main(["carry", "export", str(usb)]) == 0
    assert "district carry import" in capsys.readouterr().out
    assert kiosk_main(["carry", "receive", str(usb)]) == 1
    assert "first, at the district" in capsys.readouterr().out
    assert kiosk_main(["carry", "export", str(usb / "nothing")]) == 1
    assert "plug the stick in" in capsys.readouterr().out
