"""A dying disk is noticed: it forgets, it fails, it slows down, or it says so itself."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware import disk_health
from kiosk.hardware.disk_health import CANARY, KEPT_TIMES, DiskHealth, Reading, examine, wear_percent


def test_a_sound_disk_remembers(tmp_path: Path):
    readings = [examine(tmp_path) for _ in range(3)]

    assert [(reading.forgot, reading.error) for reading in readings] == [(False, "")] * 3
    assert all(reading.fsync_ms is not None for reading in readings)
    assert (tmp_path / CANARY).stat().st_mode & 0o777 == 0o600


def test_one_bit_forgotten_since_the_last_test_is_noticed(tmp_path: Path):
    examine(tmp_path)
    content = bytearray((tmp_path / CANARY).read_bytes())
    content[31_000] ^= 4
    (tmp_path / CANARY).write_bytes(content)

    assert examine(tmp_path).forgot
    assert not examine(tmp_path).forgot


def test_a_power_cut_while_the_canary_is_written_is_no_forgetting(tmp_path: Path):
    examine(tmp_path)
    (tmp_path / (CANARY + ".new")).write_bytes(b"half")

    assert not examine(tmp_path).forgot


def test_an_error_of_the_disk_is_kept_with_its_name(tmp_path: Path):
    reading = examine(tmp_path / "not-mounted")

    assert reading == Reading(error="No such file or directory")
    assert DiskHealth().after(reading, None).last_error == "No such file or directory"


def test_the_card_s_own_word_is_the_worst_of_its_numbers(tmp_path: Path):
    for name, said in (("mmcblk0", "0x03 0x09\n"), ("mmcblk1", "0x01 0x00\n"), ("mmcblk2", "rubbish")):
        (tmp_path / name / "device").mkdir(parents=True)
        (tmp_path / name / "device/life_time").write_text(said)

    assert wear_percent(tmp_path) == 90
    assert wear_percent(tmp_path / "nothing") is None


@given(st.lists(st.integers(0, 9_000), min_size=1, max_size=300))
def test_the_last_hundred_times_are_kept_and_ordered(times: list[int]):
    health = DiskHealth()
    for spent in times:
        health = health.after(Reading(spent), None)

    kept = times[-KEPT_TIMES:]
    assert list(health.fsync_ms) == kept
    assert health.percentile(0) == min(kept)
    assert health.percentile(1) == max(kept)
    assert DiskHealth.from_json({name: getattr(health, name) for name in DiskHealth.__struct_fields__}) == health


@pytest.mark.parametrize(
    ("free", "flags", "word"),
    [(10**10, 0, "roomy"), (10**8, 0, "low"), (10**5, 0, "full"), (10**10, os.ST_RDONLY, "read_only")],
)
def test_what_room_there_is_is_one_of_four_words(monkeypatch: pytest.MonkeyPatch, free: int, flags: int, word: str):
    found = SimpleNamespace(f_bavail=free // 4096, f_frsize=4096, f_flag=flags)
    monkeypatch.setattr(disk_health.os, "statvfs", lambda folder: found)

    assert disk_health.room(Path("/")) == word


def test_of_a_folder_that_is_gone_nobody_can_say(tmp_path: Path):
    assert disk_health.room(tmp_path / "gone") is None
