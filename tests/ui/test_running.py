"""The app as systemd runs it: a process of its own, its own loop, waiting for events instead of polling."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys, threading, time
from kiosk.ui.environment import WindowSettings, prepare
prepare(WindowSettings(480, 800, offscreen=True))
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.screens import Scanned
from kiosk.ui.app import KioskApp, Appearance
from tests.support.fakes import CODE, FakeDesk

def boot():
    threading.Thread(target=behave, daemon=True).start()
    return FakeDesk()

app = KioskApp(Rules(), Appearance(), boot, heartbeat=lambda: print("beat", flush=True))
"""
SCANS = """
def behave():
    app.post(Scanned(CODE))
    until = time.monotonic() + 20
    while type(app.shell.state.place).__name__ != "Rate" and time.monotonic() < until:
        time.sleep(0.01)
    print(type(app.shell.state.place).__name__, app._wait is not None, flush=True)
    app.finish(0)
"""
CRASHES = """
from kivy.clock import Clock
def crash(dt):
    raise ValueError("a fault")
def behave():
    for _ in range(3):
        Clock.schedule_once(crash)
        app._wait.wake()
        time.sleep(0.1)
"""


def run(behaviour: str) -> "subprocess.CompletedProcess[str]":
    program = PROGRAM + behaviour + "\nsys.exit(app.run_kiosk())\n"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", program],
        check=False,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )


@pytest.mark.slow
def test_a_scan_from_a_thread_wakes_the_waiting_loop() -> None:
    done = run(SCANS)

    assert done.stdout.split() == ["Rate", "True"], done.stderr
    assert done.returncode == 0


@pytest.mark.slow
def test_three_errors_end_the_process_with_exit_code_1() -> None:
    done = run(CRASHES)

    assert done.returncode == 1
    assert "stopping, to be started again" in done.stderr


@pytest.mark.slow
def test_sigterm_ends_it_at_once() -> None:
    done = run("import os, signal\ndef behave():\n    os.kill(os.getpid(), signal.SIGTERM)\n")

    assert done.returncode == 0


def test_the_environment_must_come_before_kivy(window: None) -> None:
    from kiosk.ui.environment import WindowSettings, prepare

    with pytest.raises(RuntimeError, match="before kivy is imported"):
        prepare(WindowSettings())


def test_without_the_names_it_leans_on_the_loop_goes_on_polling(
    window: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from kivy.clock import Clock

    from kiosk.ui import event_wait

    before = Clock.idle
    monkeypatch.setattr(event_wait, "_NEEDED", (*event_wait._NEEDED, "gone_in_a_later_kivy"))

    installed = event_wait.EventWait.install()

    assert installed is None
    assert Clock.idle == before
    assert "gone_in_a_later_kivy" in caplog.text


def test_this_kivy_has_the_names_it_leans_on(window: None) -> None:
    from kivy.clock import Clock

    from kiosk.ui import event_wait

    assert [name for name in event_wait._NEEDED if not hasattr(Clock, name)] == []
