"""The headset jack: events as the kernel writes them, and what becomes of the loudspeaker."""

import os
import queue
import threading
from pathlib import Path

import pytest

from kiosk.hardware.sound.jack import EV_SW, EVENT, SW_HEADPHONE_INSERT, Jack, find_jack

PATIENCE = 10


@pytest.fixture
def amixer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A stand-in for amixer that writes down what it was asked."""
    asked = tmp_path / "asked"
    program = tmp_path / "bin" / "amixer"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$@" >> {asked}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return asked


def plugged(value: int, code: int = SW_HEADPHONE_INSERT, kind: int = EV_SW) -> bytes:
    return EVENT.pack(0, 0, kind, code, value)


def test_a_headset_that_is_plugged_in_mutes_the_loudspeaker_and_is_told(tmp_path: Path, amixer: Path):
    device, told = tmp_path / "event7", queue.Queue()
    os.mkfifo(device)
    Jack(device, "Speaker", lambda there: told.put((there, amixer.read_text().splitlines()[-1]))).start()

    with device.open("wb", buffering=0) as jack:
        jack.write(plugged(1))
        assert told.get(timeout=PATIENCE) == (True, "--quiet sset Speaker mute")
        jack.write(plugged(1, code=4) + plugged(30, kind=1))  # a microphone, a key
        jack.write(plugged(0))
        assert told.get(timeout=PATIENCE) == (False, "--quiet sset Speaker unmute")

    assert told.empty()


def test_without_a_control_nothing_is_muted_but_the_headset_is_told(tmp_path: Path, amixer: Path):
    device, told = tmp_path / "event7", queue.Queue()
    os.mkfifo(device)
    Jack(device, "", told.put).start()

    with device.open("wb", buffering=0) as jack:
        jack.write(plugged(1))
        assert told.get(timeout=PATIENCE) is True
    assert not amixer.exists()


def test_a_jack_that_is_not_there_is_said_in_the_log_and_ends_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    before = set(threading.enumerate())
    Jack(tmp_path / "gone", "Speaker", lambda there: None).start()
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)

    assert [record for record in caplog.records if "cannot be watched" in record.message]


def test_the_first_device_that_feels_a_headphone_is_the_jack(tmp_path: Path):
    for name, switches in {"event0": "0", "event3": "10", "event12": "0 4", "event2": None}.items():
        folder = tmp_path / name / "device" / "capabilities"
        folder.mkdir(parents=True)
        if switches is not None:
            (folder / "sw").write_text(f"{switches}\n")

    assert find_jack(tmp_path) == Path("/dev/input/event12")
    assert find_jack(tmp_path / "event0") is None
