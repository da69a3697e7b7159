"""The technician's commands on a real box's folder: what they say, and their exit codes."""

import json
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.box import keys
from kiosk.box.box import Box
from kiosk.box.district_clock import learn
from kiosk.box.opening import Maintenance
from kiosk.cli.doctor import Check, examine
from kiosk.cli.scan import answers
from kiosk.domain.reference import ThisBox
from kiosk.settings import Settings, load
from kiosk.store import box_state, reference
from sync.protocol.snapshot import Change
from tests.store.conftest import PATTERN, Clock
from tests.store.test_ledger import append

CONFIG = """[scanner]
port = "{port}"
"""


@pytest.fixture
def settings(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of the box in this folder; the commands find them in the environment."""
    config = tmp_path / "kiosk.toml"
    config.write_text(CONFIG.format(port=tmp_path / "no-scanner"))
    monkeypatch.setenv("KIOSK_CONFIG", str(config))
    monkeypatch.setenv("KIOSK_DATA", str(box.store.folder))
    return load()


def said(settings: Settings, check: str) -> Check:
    return next(finding for finding in examine(settings, Clock()) if finding.check == check)


def test_a_box_that_was_never_enrolled_says_how(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "new"))
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)

    assert main(["doctor"]) == 1

    out = capsys.readouterr().out
    assert "not enrolled → kiosk enrol URL CODE" in out
    assert "ok      disk" in out


def test_the_doctor_says_whether_words_can_be_taken(settings: Settings, box: Box):
    before = said(settings, "complaints")
    with box.store.write() as tx:
        row = ThisBox(box.identity.device_id, 10_007, "https://mot-cua.example/bn")
        reference.apply(tx, [Change(row)], box.keys.lookup, full=False)

    assert (before.state, "no number" in before.finding) == ("warning", True)
    assert said(settings, "complaints").finding == "offered as box 10007, QR codes open https://mot-cua.example/bn"


def test_the_technician_is_told_what_the_district_cannot_count_and_why(settings: Settings, box: Box, capsys):
    before = said(settings, "counted")
    with box.store.write() as tx:
        row = ThisBox(box.identity.device_id, 10_007, "", {"score: not 1 to 5": 3, "no key 3d74359e": 1})
        reference.apply(tx, [Change(row)], box.keys.lookup, full=False)

    after = said(settings, "counted")
    main(["status"])

    assert (before.state, after.state) == ("ok", "warning")
    assert "4 entries arrived and are not counted: 3 × score: not 1 to 5; 1 × no key 3d74359e" in after.finding
    assert "3 (score: not 1 to 5), 1 (no key 3d74359e)" in capsys.readouterr().out


def test_the_doctor_answers_one_line_a_question_and_the_same_as_json(settings: Settings, box: Box, capsys):
    append(box, 3)
    main(["doctor"])
    lines = capsys.readouterr().out.strip().splitlines()

    assert main(["doctor", "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)
    assert [finding["check"] for finding in findings] == [line.split()[1] for line in lines]
    assert {finding["check"] for finding in findings} == {
        *(
            "settings",
            "disk",
            "screen",
            "touch",
            "database",
            "chain",
            "scanner",
            "enrolment",
            "district",
            "card",
            "counted",
            "clock",
            "backlog",
            "reference",
            "complaints",
            "versions",
            "fonts",
            "sounds",
            "languages",
            "cues",
            "jack",
            "pace",
            "panel_size",
            "scanner_side",
            "contact",
        )
    }
    assert all(finding["next_step"] for finding in findings if finding["state"] != "ok")


def test_the_doctor_names_a_changed_entry(settings: Settings, box: Box):
    append(box, 3)
    box.store.close()
    with sqlite3.connect(box.store.file) as connection:
        connection.execute("DROP TRIGGER ledger_is_append_only_update")
        connection.execute("UPDATE ledger SET day = '2026-01-01' WHERE seq = 2")
    connection.close()

    chain = said(settings, "chain")

    assert (chain.state, chain.finding) == ("failed", "epoch 1, entry 2 was changed")


def test_the_doctor_names_a_missing_scanner_and_an_absent_district(settings: Settings):
    assert said(settings, "scanner").state == "failed"
    assert "no answer" in said(settings, "district").finding


def test_the_doctor_says_how_old_the_backlog_is_and_why_it_waits(settings: Settings, box: Box):
    append(box, 2)
    with box.store.write() as tx:
        state = {"state": "waiting", "reason": "no answer", "next_try_at": "2026-11-21T04:00:00Z"}
        box_state.put(tx, "sync", state)

    backlog = said(settings, "backlog")

    assert "2 wait, the oldest since" in backlog.finding
    assert "kiosk-sync is not running and last waited because no answer" in backlog.finding


def test_the_doctor_names_a_clock_that_is_off(settings: Settings, box: Box):
    with box.store.write() as tx:
        learn(tx, Clock()(), Clock()().at_ms + 3_600_000)

    assert said(settings, "clock").finding == "21/11/2026 09:30, 3600 s off the district's"


def test_the_doctor_names_a_key_that_others_can_read(settings: Settings):
    (settings.keys / keys.TOKEN).chmod(0o644)

    assert "chmod 600" in said(settings, "enrolment").finding


def test_the_doctor_names_a_file_that_is_no_database(settings: Settings, box: Box):
    box.store.close()
    for path in box.store.folder.glob("kiosk.sqlite3*"):
        path.write_bytes(b"\0" * 4096)

    assert said(settings, "database").state == "failed"


def test_secrets_are_readable_by_their_owner_only(settings: Settings):
    modes = {stat.S_IMODE(path.stat().st_mode) for path in settings.keys.iterdir()}

    assert modes == {0o600}


def test_status_is_plain_json(settings: Settings, box: Box, capsys):
    append(box, 2)

    assert main(["status", "--json"]) == 0

    status = json.loads(capsys.readouterr().out)
    assert (status["device_id"], status["pending"], status["delivered"]) == ("kiosk-1", 2, 0)


def test_verify_says_in_one_line_how_many_hold(settings: Settings, box: Box, capsys):
    append(box, 4)

    assert main(["verify"]) == 0
    assert capsys.readouterr().out == "kiosk-1: 4 entries hold\n"


def test_verify_exits_1_and_names_the_first_that_does_not(settings: Settings, box: Box, capsys):
    append(box, 4)
    box.store.close()
    with sqlite3.connect(box.store.file) as connection:
        connection.execute("DELETE FROM ledger WHERE seq = 3")
    connection.close()

    assert main(["verify"]) == 1
    assert capsys.readouterr().out == "kiosk-1: 2 entries hold, then: epoch 1, entry 3 is missing\n"


def test_verify_without_a_ledger_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "empty"))
    monkeypatch.delenv("KIOSK_CONFIG", raising=False)

    assert main(["verify"]) == 1
    assert "no ledger" in capsys.readouterr().out


def test_enrolling_where_nobody_answers_says_the_code_is_still_good(settings: Settings, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "other"))

    assert main(["enrol", "http://127.0.0.1:9", "AB-CD"]) == 1
    assert "try again with the same code" in capsys.readouterr().out


@pytest.mark.parametrize("address", ["http://langnghe.example.vn", "langnghe.example.vn", "ftp://127.0.0.1"])
def test_a_token_never_travels_in_clear(settings: Settings, address: str, capsys):
    assert main(["enrol", address, "AB-CD"]) == 1
    assert "write https://" in capsys.readouterr().out


def test_bad_settings_are_one_sentence_and_exit_2(settings: Settings, tmp_path: Path, capsys):
    (tmp_path / "bad.toml").write_text("[times]\nidle = 1\n")

    assert main(["--config", str(tmp_path / "bad.toml"), "status"]) == 2
    assert "[times] idle must be a whole number from 10 to 600" in capsys.readouterr().err


def test_scan_prints_the_code_or_a_dash_and_why():
    lines = ["https://x.vn/?ma=h35.13-261118-0042&k=1\r\n", "8934563138165\n", "\n", "H35.13-261131-0001\n"]

    printed = [said for said, _ in answers(lines, PATTERN, datetime(2026, 11, 21, tzinfo=UTC).date())]

    assert printed[0] == "H35.13-261118-0042"
    assert [line.split(":")[0] for line in printed[1:]] == ["- no_match", "- empty", "- impossible_date"]


def test_scan_says_of_a_code_whose_day_is_to_come_that_it_is_not_verified():
    lines = ["H35.13-261121-0001\n", "H35.13-261130-0001\n"]

    today, ahead = answers(lines, PATTERN, datetime(2026, 11, 21, tzinfo=UTC).date())

    assert today == ("H35.13-261121-0001", "")
    assert (ahead[0], "unverified" in ahead[1]) == ("H35.13-261130-0001", True)


def test_a_wish_for_a_new_key_waits_for_the_agent(settings: Settings, box: Box, capsys):
    assert main(["roll-key"]) == 0

    assert "kiosk-sync once" in capsys.readouterr().out
    with box.store.read() as tx:
        assert box_state.get(tx, box_state.ROTATION_WANTED) is True


@pytest.mark.parametrize(
    ("health", "state"),
    [
        ({"tests": 9, "fsync_ms": [4, 5]}, "ok"),
        ({"tests": 9, "fsync_ms": [4, 5_000]}, "warning"),
        ({"tests": 9, "wear_percent": 90}, "warning"),
        ({"tests": 9, "forgot": 1}, "failed"),
        ({"tests": 9, "errors": 1, "last_error": "Input/output error"}, "failed"),
        ({}, "warning"),
    ],
)
def test_the_doctor_names_a_dying_disk(settings: Settings, box: Box, health: dict[str, object], state: str):
    with box.store.write() as tx:
        box_state.put(tx, "card", health)

    card = said(settings, "card")

    assert card.state == state
    assert str(health.get("last_error", "")) in card.finding


def test_the_disk_is_tested_every_hour_and_old_entries_are_forgotten(settings: Settings, box: Box):
    seconds = [0.0]
    caretaker = Maintenance(box, 400, Clock(), lambda: seconds[0], box.store.folder)
    for at in (0.0, 1.0, 3_599.0, 3_601.0):
        seconds[0] = at
        caretaker.tick()

    with box.store.read() as tx:
        assert box_state.get(tx, "card")["tests"] == 2
