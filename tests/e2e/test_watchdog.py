"""The screen as systemd watches it: the real ``kiosk run``, a real notification socket, a real X server that dies."""

import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kiosk.box.sign_of_life import FUTILE_STARTS
from kiosk.cli.run import GAVE_UP
from kiosk.cli.update import SETTLED
from kiosk.hardware.systemd import beat_seconds, notify
from tests.support.screen import Screen, screen

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
UNITS = sorted((ROOT / "config" / "systemd").glob("*.service"))
FREEZES = """
import sys, threading, time
from kiosk.ui.environment import WindowSettings, prepare
prepare(WindowSettings(480, 800, offscreen=True))
from kivy.clock import Clock
from kiosk.box.sign_of_life import FUTILE_STARTS
from kiosk.cli.run import GAVE_UP
from kiosk.hardware.systemd import notify
from kiosk.flow.state.lobby import Rules
from kiosk.ui.app import KioskApp, Appearance
from tests.support.fakes import FakeDesk

def alive():
    for _ in range(20):
        notify(STATUS="the process lives")
        time.sleep(0.05)

def freeze(dt):
    notify(STATUS="frozen")
    threading.Thread(target=alive, daemon=True).start()
    threading.Event().wait()

beats = []
def beat():
    notify(WATCHDOG="1")
    beats.append(1)
    if len(beats) == 3:
        Clock.schedule_once(freeze)

app = KioskApp(Rules(), Appearance(), FakeDesk, heartbeat=beat, beat_seconds=0.1)
sys.exit(app.run_kiosk())
"""


class Systemd:
    """The other end of ``NOTIFY_SOCKET``."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self._line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._line.bind(str(self.path))
        self._line.settimeout(PATIENCE)

    def next(self) -> str:
        """The next message. Raises ``TimeoutError`` when none comes."""
        return self._line.recv(4096).decode()

    def until(self, wanted: str) -> list[str]:
        """Everything up to the message that holds ``wanted``."""
        heard = [self.next()]
        while wanted not in heard[-1]:
            heard.append(self.next())
        return heard

    def falls_silent(self, seconds: float) -> bool:
        """Whether, after what was said so far, nothing is said for so long."""
        self._line.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                self._line.recv(4096)
        self._line.settimeout(seconds)
        try:
            return not self._line.recv(4096)
        except TimeoutError:
            return True

    def close(self) -> None:
        self._line.close()


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    listening = Systemd(tmp_path)
    yield listening
    listening.close()


class Kiosk:
    """``kiosk run`` as a unit starts it, with a watchdog that wants a beat every half second."""

    def __init__(self, folder: Path, systemd: Systemd, display: str = "", command: tuple[str, ...] = ()) -> None:
        settings = folder / "kiosk.toml"
        settings.write_text("[display]\nfullscreen = false\nwidth_px = 480\nheight_px = 800\n", "utf-8")
        environment = {
            **{name: value for name, value in os.environ.items() if name not in ("DISPLAY", "SDL_VIDEODRIVER")},
            "PYTHONPATH": str(ROOT),
            "KIOSK_CONFIG": str(settings),
            "KIOSK_DATA": str(folder / "data"),
            "KIVY_HOME": str(folder / "kivy"),
            "NOTIFY_SOCKET": str(systemd.path),
            "WATCHDOG_USEC": "1500000",
            "LP_NUM_THREADS": "1",
            **({"DISPLAY": display} if display else {"SDL_VIDEODRIVER": "offscreen"}),
        }
        self.process = subprocess.Popen(
            [sys.executable, *(command or ("-m", "kiosk", "run"))],
            env=environment,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.said: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def wait(self) -> int:
        return self.process.wait(PATIENCE)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said.put(line)


@pytest.fixture
def started() -> Iterator[list[Kiosk]]:
    kiosks: list[Kiosk] = []
    yield kiosks
    for kiosk in kiosks:
        kiosk.end()


@pytest.mark.slow
def test_it_says_ready_then_beats_and_says_goodbye(tmp_path: Path, systemd: Systemd, started: list[Kiosk]) -> None:
    kiosk = Kiosk(tmp_path, systemd)
    started.append(kiosk)

    systemd.until("READY=1")
    beats = [systemd.next() for _ in range(3)]
    kiosk.process.send_signal(signal.SIGTERM)
    last = systemd.until("STOPPING=1")

    assert beats == ["WATCHDOG=1"] * 3
    assert set(last[:-1]) <= {"WATCHDOG=1"}
    assert kiosk.wait() == 0


@pytest.mark.slow
def test_a_frozen_screen_beats_no_more_though_the_process_lives(
    tmp_path: Path, systemd: Systemd, started: list[Kiosk]
) -> None:
    kiosk = Kiosk(tmp_path, systemd, command=("-c", FREEZES))
    started.append(kiosk)

    before = systemd.until("STATUS=frozen")
    after = [systemd.next() for _ in range(20)]

    assert before.count("WATCHDOG=1") == 3
    assert after == ["STATUS=the process lives"] * 20  # a second, in which ten beats were due
    assert kiosk.process.poll() is None


def test_a_systemd_that_does_not_listen_keeps_nobody_waiting(systemd: Systemd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(systemd.path))

    for _ in range(10_000):
        notify(WATCHDOG="1")

    assert systemd.next() == "WATCHDOG=1"


def close_its_connection(shown: Screen) -> None:
    window(shown).kill_client()
    shown.flush()


def destroy_its_window(shown: Screen) -> None:
    window(shown).destroy()
    shown.flush()


def window(shown: Screen):
    """The kiosk's window."""
    return next(each for each in shown.windows() if each.get_attributes().map_state == 2)


@pytest.mark.slow
@pytest.mark.parametrize("lose", [close_its_connection, destroy_its_window])
def test_a_window_that_was_killed_ends_the_process_for_systemd(
    tmp_path: Path, systemd: Systemd, started: list[Kiosk], lose
) -> None:
    with screen(480, 800) as shown:
        kiosk = Kiosk(tmp_path, systemd, display=shown.name)
        started.append(kiosk)
        systemd.until("WATCHDOG=1")

        lose(shown)

        assert kiosk.wait() != 0


@pytest.mark.slow
def test_an_x_server_that_dies_ends_the_process_for_systemd(
    tmp_path: Path, systemd: Systemd, started: list[Kiosk]
) -> None:
    with screen(480, 800) as shown:
        kiosk = Kiosk(tmp_path, systemd, display=shown.name)
        started.append(kiosk)
        systemd.until("WATCHDOG=1")
        shown.close()

    assert kiosk.wait() != 0


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, 10.0),
        ({"WATCHDOG_USEC": "30000000"}, 10.0),
        ({"WATCHDOG_USEC": "6000000"}, 2.0),
        ({"WATCHDOG_USEC": "6000000", "WATCHDOG_PID": str(os.getpid())}, 2.0),
        ({"WATCHDOG_USEC": "6000000", "WATCHDOG_PID": "1"}, 10.0),
        ({"WATCHDOG_USEC": "0"}, 10.0),
        ({"WATCHDOG_USEC": "soon"}, 10.0),
    ],
)
def test_it_beats_three_times_as_often_as_the_watchdog_asks(environment: dict[str, str], seconds: float) -> None:
    assert beat_seconds(environment, 10.0) == seconds


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_is_what_systemd_understands(unit: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not on this machine")
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    lines = unit.read_text("utf-8").splitlines()
    here = tmp_path / unit.name
    here.write_text(
        "\n".join(f"ExecStart={program}" if line.startswith("ExecStart=") else line for line in lines) + "\n", "utf-8"
    )

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(here)], check=False, capture_output=True, text=True, timeout=60
    )

    assert [line for line in done.stderr.splitlines() if unit.name in line] == []


def directives(unit: Path) -> dict[str, str]:
    lines = unit.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_always_starts_again(unit: Path) -> None:
    """By itself for ever; or, of the screen, some times, and then by way of a still picture, which never gives up. What
    runs once is started by its timer, also when the machine was off at its hour, or by what is left for it, and at each
    start of the machine."""
    said = directives(unit)
    if unit.with_suffix(".path").exists():
        assert directives(unit.with_suffix(".path"))["PathExists"].startswith("/var/lib/lang-nghe/")
        assert said["WantedBy"] == "multi-user.target"
        assert (said["Restart"], said["RestartPreventExitStatus"]) == ("on-failure", str(SETTLED))
        return
    if said.get("Type") == "oneshot":
        timer = directives(unit.with_suffix(".timer"))
        assert timer["Persistent"] in ("true", "yes")
        assert "OnCalendar" in timer
        return
    if said["StartLimitIntervalSec"] != "0":
        still = directives(unit.parent / said["OnFailure"])
        assert int(said["StartLimitBurst"]) > FUTILE_STARTS  # the program's own count comes first
        assert said["RestartPreventExitStatus"] == str(GAVE_UP)
        assert still["StartLimitIntervalSec"] == "0"  # else systemd gives up after five quick failures
        assert still["Restart"] == "on-failure"
        assert still["OnSuccess"] == unit.name
    assert said["Restart"] == ("on-failure" if "OnSuccess" in said else "always")
    if said.get("Type") == "notify":
        assert "WatchdogSec" in said
