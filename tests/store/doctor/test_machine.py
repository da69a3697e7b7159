"""Doctor on the machine: settings, disk, database, what stands around it."""

import getpass
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.box.shelf import UNFINISHED, shelve
from kiosk.cli.checks import peripherals, system
from kiosk.domain.scanner_side import ScannerSide
from kiosk.languages import packs
from kiosk.languages.typeface import Typeface
from kiosk.paths import shared
from kiosk.settings import Display, Settings
from kiosk.store import box_state
from sync.agent.addresses import NEXT
from tests.store.conftest import Clock
from tests.store.doctor.conftest import lines, spoiled


def newer(box: Box) -> None:
    with box.store.write() as tx:
        tx.exec_driver_sql("INSERT INTO migrations (name) VALUES ('9999_later')")


def half_shelved(box: Box) -> None:
    (box.store.folder / UNFINISHED).mkdir()


def strange(box: Box) -> None:
    box.store.close()
    os.chown(box.store.file, 54_321, -1)


def not_mounted(box: Box) -> None:
    """fstab names the folder, and nothing is mounted there."""


@pytest.mark.parametrize(
    ("happens", "cause", "remedy"),
    [
        (newer, "newer release", "install the newer release again"),
        (spoiled, "is damaged", "restart the kiosk"),
        (half_shelved, "interrupted; nothing is lost", "kiosk shelve"),
        pytest.param(strange, "other users own: kiosk.sqlite3", "chown -R",
                     marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")),
        (not_mounted, "is not mounted", "do not enrol"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_what_cannot_be_read_is_never_called_not_enrolled(
    settings: Settings, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, happens, cause: str, remedy: str
):
    if happens is not_mounted:
        (tmp_path / "fstab").write_text(f"UUID=1 {box.store.folder} ext4 defaults 0 2\n")
        monkeypatch.setattr("kiosk.hardware.mounts.FSTAB", tmp_path / "fstab")
    happens(box)

    found = lines(settings)

    assert (found["database"].state, cause in found["database"].finding) == ("failed", True)
    assert remedy in found["database"].next_step
    assert (found["enrolment"].state, "do not enrol" in found["enrolment"].finding) == ("warning", True)
    assert all("kiosk enrol" not in each.next_step for each in found.values())


def test_another_users_folder_is_named_with_both_users(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system, "become_owner", lambda folder: "it belongs to somebody")

    found = lines(settings)["database"]

    me = getpass.getuser()
    assert (found.state, f"belongs to {me}, and this command runs as {me}" in found.finding) == ("failed", True)
    assert f"run it as root; it then works as {me} by itself" in found.next_step


def test_missing_keys_lead_to_their_copy_or_to_the_shelf(settings: Settings):
    (settings.keys / "device.key").unlink()

    enrolment = lines(settings)["enrolment"]

    assert (enrolment.state, "kiosk shelve" in enrolment.next_step) == ("failed", True)


def test_a_retired_kiosk_is_told_so_until_it_is_enrolled_anew(settings: Settings, box: Box):
    with box.store.write() as tx:
        box_state.put(tx, box_state.RETIRED, True)
    found = lines(settings)["enrolment"]
    shelve(settings.data)

    assert (found.state, f"district device code {box.identity.unit_id}" in found.next_step) == ("warning", True)
    assert lines(settings)["enrolment"].finding == "this kiosk is not enrolled"


def test_an_announced_address_where_nobody_answers_is_named_until_another_is_announced(settings: Settings, box: Box):
    with box.store.write() as tx:
        box_state.put(tx, NEXT, {"number": 1, "url": "https://new.example", "authorities": "", "trouble": "no answer"})
    found = lines(settings)["address"]
    with box.store.write() as tx:
        box_state.put(tx, NEXT, {"number": 2, "url": "https://right.example", "authorities": "", "trouble": ""})
    announced = lines(settings)["address"]
    with box.store.write() as tx:
        box_state.put(tx, NEXT, {})

    assert (found.state, "no answer" in found.finding) == ("warning", True)
    assert "district address announce" in found.next_step
    assert (announced.state, "https://right.example" in announced.finding) == ("ok", True)
    assert "address" not in lines(settings)


def test_a_full_disk_says_how_to_make_room(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system, "FREE_BYTES", 10**18)

    assert lines(settings)["disk"].next_step.startswith("make room")


def test_a_missing_font_and_missing_prompts_are_named(settings: Settings, tmp_path: Path):
    assert system.fonts(tmp_path).word == "missing"
    assert system.sounds(settings, tmp_path / "none")[0].word == "missing"
    assert system.fonts().word == "there"


@pytest.mark.parametrize("broken", ["gone", "damaged"])
def test_without_its_letters_it_says_so_and_goes_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
):
    (tmp_path / "assets" / "fonts").mkdir(parents=True)
    if broken == "damaged":
        (tmp_path / "assets" / "fonts" / system.FONT).write_bytes(b"\0" * 900)

    def without_letters() -> Typeface:
        return Typeface(tmp_path / "assets" / "fonts" / system.FONT)

    monkeypatch.setattr(packs, "typeface", without_letters)
    monkeypatch.setattr(system, "shared", lambda name: tmp_path / name if name == "assets" else shared(name))
    found = lines(settings)

    assert system.FONT in found["fonts"].finding
    assert "reinstall" in found["fonts"].next_step
    assert "languages" not in found
    assert "scanner" in found


@pytest.mark.parametrize(
    ("set_mm", "measured", "word"),
    [
        (0, None, "unknown"),
        (476, None, "known"),
        (0, 268, "known"),
        (47, None, "impossible"),
        (4_760, None, "impossible"),
        (476, 268, "differs"),
        (270, 268, "known"),
    ],
)
def test_a_panel_of_impossible_size_is_named(settings: Settings, set_mm: int, measured: int | None, word: str):
    assert system.panel_size(replace(settings, display=Display(panel_width_mm=set_mm)), measured).word == word


def test_a_clock_from_before_the_release_is_named_before_any_contact(settings: Settings):
    clock = lines(settings, clock=Clock(at=datetime(2000, 1, 1, tzinfo=UTC)))["clock"]

    assert (clock.state, "01/01/2000 07:00 is before the day" in clock.finding) == ("failed", True)


def test_a_scanner_that_may_not_be_used_says_which_group_is_missing(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    port = tmp_path / "ttyACM0"
    port.touch()
    monkeypatch.setattr(os, "access", lambda *_: False)

    found = lines(replace(settings, scanner_port=str(port)))["scanner"]

    assert (found.state, "adduser lang-nghe dialout" in found.next_step) == ("failed", True)


@pytest.mark.parametrize(
    ("side", "port", "state"),
    [("", "", "ok"), ("left", "", "ok"), ("none", "", "ok"), ("none", "/dev/ttyACM0", "failed")],
)
def test_a_scanner_to_which_nobody_is_sent_is_named(settings: Settings, side: str, port: str, state: str):
    found = peripherals.scanner_side(replace(settings, scanner_side=ScannerSide(side), scanner_port=port))

    assert (str(found.level), found.word) == (state, {"": "unsaid"}.get(side, side) if state == "ok" else "contradicts")


def test_switches_jack_pace_and_cues_are_named(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    jack = tmp_path / "event7"
    jack.touch()
    monkeypatch.setenv("PATH", str(tmp_path))  # no program is installed
    wanted = replace(settings, switch_keys={290: "next", 291: "choose"}, jack=str(jack))

    found = lines(wanted)

    states = {name: found[name].state for name in ("switches", "jack", "pace", "cues")}
    assert states == {"switches": "ok", "jack": "ok", "pace": "warning", "cues": "warning"}
    assert "2 keys" in found["switches"].finding
    assert "soundstretch" in found["pace"].next_step
    assert lines(replace(wanted, jack=str(tmp_path / "none")))["jack"].state == "failed"


def test_what_is_switched_off_is_not_asked_of(settings: Settings):
    quiet = replace(settings, speech=False, cues=False)

    assert not {"jack", "pace", "cues", "switches"} & {*lines(quiet)}
