"""What a technician is told of updates, in Vietnamese and English: on a stick, waiting, under way, and after one."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec.structs import asdict
from sqlalchemy import insert

from kiosk.__main__ import main
from kiosk.box.box import Box
from kiosk.cli import update as command
from kiosk.cli.checks.check import rendered
from kiosk.cli.checks.update import REASONS, update
from kiosk.cli.doctor import LANGUAGES, load_strings
from kiosk.clock import Moment
from kiosk.domain.declared_settings import BadSettings
from kiosk.domain.reference import OpeningHours
from kiosk.settings import Settings, load
from kiosk.store.tables import opening_hours
from kiosk.updates.handing import Handing, this_platform
from kiosk.updates.installer import AT_ONCE, OFFICE_OPEN
from kiosk.updates.journal import Journal, UpdateStep, keep_journal
from sync.protocol.health import Level
from sync.protocol.software_release import Payload
from tests.support.updates import CONTENT, HOLDERS, NEW, TRUSTED, manifest_of

KEYS = ", ".join(f'"{key.hex()}"' for key in TRUSTED)


def settings_of(box: Box, text: str = f"[update]\nkeys = [{KEYS}]\n") -> Settings:
    path = box.store.folder / "kiosk.toml"
    path.write_text(text, "utf-8")
    return load(str(path), {"KIOSK_DATA": str(box.store.folder)})


def signed_here(content: bytes = CONTENT, **values: object) -> bytes:
    payload = Payload(this_platform(), len(content), sha256(content).digest())
    return manifest_of(content, **({"payloads": [payload]} | values))


def on_a_stick(folder: Path, manifest: bytes, content: bytes = CONTENT) -> Path:
    (folder / f"lang-nghe-{NEW}.lnr.json").write_bytes(manifest)
    (folder / f"lang-nghe-{NEW}-{this_platform()}.lnr").write_bytes(content)
    return folder


def test_a_release_from_a_stick_waits_until_the_office_is_closed_or_is_installed_at_once(
    box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    settings, handing = settings_of(box), Handing(box.store.folder)
    stick = on_a_stick(tmp_path, signed_here())

    assert command.update_take(settings, stick, now=False, language="en") == 0
    assert not handing.is_handed_over()
    assert [check.word for check in update(settings, tmp_path)] == ["waits"]
    monkeypatch.setenv("KIOSK_CONFIG", str(settings.source))
    monkeypatch.setenv("KIOSK_DATA", str(settings.data))
    assert main(["update", "now", "--lang", "vi"]) == 0

    assert (handing.folder / "ready").read_bytes() == AT_ONCE
    assert f"Bản {NEW} được cài ngay bây giờ" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("manifest", "content", "words"),
    [
        (signed_here(holders=HOLDERS[2:]), CONTENT, "two of the three holders have not signed it"),
        (signed_here(version="0.0.1", min_version="0.0.1"), CONTENT, "it is not newer than the one that runs"),
        (signed_here(), CONTENT[::-1], "the file is not the one that was signed"),
        (signed_here(), CONTENT + b"more", "the file was cut short or is no release"),
        (
            manifest_of(CONTENT, payloads=[Payload("cp399-vax", 1, b"1" * 32)]),
            CONTENT,
            "no file for this kind of machine",
        ),
        (b"{", CONTENT, "the file was cut short or is no release"),
    ],
    ids=range(6),
)
def test_a_release_that_cannot_be_taken_says_why_and_leaves_nothing_behind(
    box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str], manifest: bytes, content: bytes, words: str
):
    settings = settings_of(box)

    assert command.update_take(settings, on_a_stick(tmp_path, manifest, content), now=True, language="en") == 1

    assert words in capsys.readouterr().out
    assert Handing(settings.data).whole() is None
    assert not Handing(settings.data).is_handed_over()


def test_of_two_releases_on_a_stick_the_newer_is_taken_and_none_while_one_is_being_installed(
    box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    settings = settings_of(box)
    for version in ("0.9.0", "0.10.0"):
        (tmp_path / f"lang-nghe-{version}.lnr.json").write_bytes(signed_here(version=version))
        (tmp_path / f"lang-nghe-{version}-{this_platform()}.lnr").write_bytes(CONTENT)

    assert command.update_take(settings, tmp_path, now=False, language="en", state=tmp_path) == 0
    assert "Release 0.10.0 is here" in capsys.readouterr().out
    keep_journal(tmp_path, Journal(UpdateStep.PROBATION, NEW))
    assert command.update_take(settings, tmp_path / "lang-nghe-0.9.0.lnr.json", now=True, language="en", state=tmp_path)

    assert f"release {NEW} is being installed" in capsys.readouterr().out
    found = Handing(settings.data).whole()
    assert found is not None
    assert found.release.version == "0.10.0"


@pytest.mark.parametrize("known", [True, False], ids=["hours", "no-hours"])
def test_the_office_is_quiet_an_hour_after_it_closes_to_an_hour_before_it_opens(
    box: Box, known: bool, monkeypatch: pytest.MonkeyPatch
):
    settings = settings_of(box)
    if known:
        row = OpeningHours("h", box.identity.unit_id, "12345", "07:30-11:30", "13:30-17:00")
        with box.store.write() as tx:
            tx.execute(insert(opening_hours).values(asdict(row)))
    hours = ["00:00", "06:29", "06:31", "09:00", "11:31", "12:31", "13:29", "17:01", "17:59", "18:00", "21:00"]
    quiet = {"00:00", "06:29", "18:00", "21:00"} if known else {"00:00", "21:00"}
    for hour in hours:
        at = datetime.fromisoformat(f"2026-11-24T{hour}:00+07:00")
        found = command.update_quiet(settings, lambda at=at: Moment(at, 1_000, "1f3a"))
        assert found == (0 if hour in quiet else OFFICE_OPEN), hour
    monkeypatch.setenv("KIOSK_CONFIG", str(settings.source))
    monkeypatch.setenv("KIOSK_DATA", str(settings.data))
    assert main(["update", "quiet"]) in (0, OFFICE_OPEN)


def test_a_kiosk_whose_file_names_no_holders_takes_nothing(
    box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    settings = settings_of(box, "")

    assert command.update_take(settings, on_a_stick(tmp_path, signed_here()), now=True, language="en") == 1
    assert command.update_status(settings, as_json=False, language="vi", state=tmp_path) == 0

    assert "không nhận bản cập nhật nào" in capsys.readouterr().out


@pytest.mark.parametrize("keys", [KEYS.split(", ")[:2], KEYS.split(", ")[:1] * 3, ['"xyz"'] * 3])
def test_holders_who_are_not_three_are_refused_with_the_settings(box: Box, keys: list[str]):
    with pytest.raises(BadSettings, match=r"\[update\] keys"):
        settings_of(box, f"[update]\nkeys = [{', '.join(keys)}]\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_becomes_of_an_update_doctor_and_status_say_it_in_words(
    box: Box, tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
):
    strings, settings = load_strings(language), settings_of(box)
    for step in UpdateStep:
        for why in [*sorted(REASONS), "doctor_chain", "a_later_one"] if step is UpdateStep.REFUSED else ["power"]:
            keep_journal(tmp_path, Journal(step, NEW, why=why))
            (found,) = update(settings, tmp_path)
            line = rendered(found, strings)
            status = command.update_status(settings, as_json=False, language=language, state=tmp_path)

            assert NEW in line.finding
            assert line.finding in capsys.readouterr().out
            assert (found.level is Level.WARNING) == bool(line.next_step) == bool(status)
            assert "_" not in line.finding or why == "a_later_one"


def test_pieces_that_were_damaged_on_the_way_come_anew(box: Box):
    settings = settings_of(box)
    handing, content = Handing(settings.data), signed_here()
    manifest = command.decode_manifest(content)
    handing.begin(manifest, content)
    handing.add(CONTENT[:-1] + b"?")

    with pytest.raises(command.NotTakeable):
        handing.finish(manifest.release.payloads[0])

    assert (handing.bytes_there, handing.whole(), handing.coming()) == (0, None, manifest)
    handing.add(CONTENT[:100])
    handing.begin(manifest, content)
    assert handing.bytes_there == 100
    handing.add(CONTENT[100:])
    handing.finish(manifest.release.payloads[0])
    assert handing.whole() == manifest
