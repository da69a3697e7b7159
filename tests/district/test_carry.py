"""A USB stick between a real box and a real district: the same batches, in any order with the network, once."""

import gzip
import shutil
from pathlib import Path

import pytest

from kiosk.__main__ import main as kiosk_main
from sync.protocol.stick_files import ANSWER, BATCH, FOLDER
from tests.district.conftest import COUNTER, Client, District
from tests.district.stick import at_the_district, back, kiosk, other, out, rates, those, usb
from tests.district.test_agent import Kiosk
from tests.support.factories import TODAY, dossier_code

__all__ = ["kiosk", "other", "usb"]


def test_a_box_without_a_network_delivers_and_learns_by_stick(kiosk: Kiosk, district: District, usb: Path):
    district.reference(dossiers=[{"dossier_code": dossier_code(9), "counter_id": COUNTER, "received_on": TODAY}])
    rated = rates(kiosk, 1, 2, 3)

    sent = out(kiosk, usb)
    at_the_district(district, usb)
    came = back(kiosk, usb)

    assert kiosk.rated() == rated
    assert (sent.written, came.delivered, came.applied, came.troubles) == (1, sent.entries, True, [])
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
    assert (came.answers, came.delivered, came.applied) == (1, 0, False)
    assert "newer reference data" in came.notes[0]
    assert kiosk.told("snapshot_cursor") == before


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
