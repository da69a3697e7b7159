"""No key, close request or crash leads out of the kiosk; every one of them leads home."""

import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.box.sign_of_life import FILE
from kiosk.cli import run
from kiosk.clock import Moment
from kiosk.flow.state.screens import NoPaper, Scanned, WentHome
from kiosk.settings import SentSettings, load
from kiosk.shell import Desk
from sync.agent.district_settings import keep_sent
from tests.support.driver import Driver
from tests.support.fakes import CODE, FakeDesk, HandClock
from tests.ui.conftest import RULES

F1, F4, ESCAPE, Q, TAB = 282, 285, 27, 113, 9


@pytest.mark.parametrize("key", [(F1, []), (ESCAPE, []), (F4, ["alt"]), (Q, ["ctrl"]), (TAB, ["alt"])], ids=str)
def test_no_key_leads_anywhere(kiosk: Driver, key: tuple[int, list[str]]) -> None:
    before = list(kiosk.window.children)

    code, modifiers = key
    kiosk.window.dispatch("on_key_down", code, code, "", modifiers)
    kiosk.window.dispatch("on_key_up", code, code)
    kiosk.frames(3)

    assert before == list(kiosk.window.children)
    assert kiosk.place == "Idle"
    assert kiosk.app.exit_code == 0


def test_a_close_request_is_refused(kiosk: Driver) -> None:
    refused = kiosk.window.dispatch("on_request_close")

    assert refused


def test_the_settings_panel_does_not_open(kiosk: Driver) -> None:
    before = list(kiosk.window.children)

    kiosk.app.open_settings()

    assert before == list(kiosk.window.children)


def test_an_error_on_a_screen_leads_home_and_is_logged(kiosk: Driver, caplog: pytest.LogCaptureFixture) -> None:
    kiosk.app.dispatch_event(NoPaper())
    kiosk.frames(2)

    went_wrong(kiosk)
    kiosk.frames(2)

    assert kiosk.place == "Idle"
    assert [r.levelno for r in caplog.records if "going home" in r.message] == [logging.ERROR]
    assert kiosk.app.exit_code == 0


def test_an_error_while_saving_is_admitted(kiosk: Driver, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "save", broken)
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(2)

    kiosk.press("Hài lòng")
    kiosk.frames(2)

    assert kiosk.place == "Sorry"


def test_an_error_while_finding_takes_the_kiosk_out_of_service(
    kiosk: Driver, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "find", broken)
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(3)
    places = [kiosk.place]
    kiosk.move_time(11)
    places.append(kiosk.place)

    assert places == ["OutOfService", "Idle"]


def test_three_errors_within_a_minute_end_the_process_for_systemd(kiosk: Driver) -> None:
    stopped = []
    kiosk.app.finish = stopped.append

    for _ in range(3):
        went_wrong(kiosk)
        kiosk.clock.advance(10)

    assert stopped == [1]


def test_three_errors_in_three_minutes_do_not(kiosk: Driver) -> None:
    stopped = []
    kiosk.app.finish = stopped.append

    for _ in range(3):
        went_wrong(kiosk)
        kiosk.clock.advance(60)

    assert stopped == []


def test_a_scan_may_come_from_any_thread(kiosk: Driver) -> None:
    scanner = threading.Thread(target=kiosk.app.post, args=(Scanned(CODE),))

    scanner.start()
    scanner.join()
    kiosk.frames(2)

    assert kiosk.place == "Rate"


def test_a_window_of_another_size_is_laid_out_anew(kiosk: Driver) -> None:
    before = kiosk.page

    kiosk.app._measure()
    kiosk.frames(2)

    assert kiosk.page is not before
    assert kiosk.place == "Idle"
    assert [kiosk.page] == kiosk.app.stage.children


def test_screens_are_built_once_and_nothing_grows(kiosk: Driver) -> None:
    def visit() -> tuple[int, int]:
        kiosk.app.post(Scanned(CODE))
        kiosk.frames(2)
        kiosk.clock.advance(2)
        for words in ("Hài lòng", "Thái độ tốt", "Trả lời thêm", "Đúng hẹn", "Gửi"):
            kiosk.press(words)
        kiosk.move_time(9)
        pages = kiosk.app.stage._pages.values()
        return len(pages), sum(1 for page in pages for _ in page.walk(restrict=True))

    first = visit()
    rest = {visit() for _ in range(5)}

    assert {first} == rest


# ---- opening the store


class Boot:
    """Opens the desk, or fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.calls, self.failures = 0, failures

    def __call__(self) -> Desk:
        self.calls += 1
        if self.calls <= self.failures:
            raise OSError("the file is locked")
        return FakeDesk()


@pytest.fixture
def closed(window: None, clock: HandClock) -> Iterator[Any]:
    from kiosk.ui.app import Appearance

    drivers = []

    def make(boot: Boot, **wishes: Any) -> Driver:
        drivers.append(Driver(RULES, Appearance(), boot, clock, **wishes))
        return drivers[-1]

    yield make
    for driver in drivers:
        driver.stop()


def test_the_store_is_opened_only_after_the_first_frame(closed: Any) -> None:
    boot = Boot()
    kiosk = closed(boot)

    kiosk.app.root = kiosk.app.build()
    kiosk.window.add_widget(kiosk.app.root)
    kiosk.app.dispatch("on_start")
    before = boot.calls, kiosk.place
    kiosk.frames(3)

    assert before == (0, "Starting")
    assert (boot.calls, kiosk.place) == (1, "Idle")


def test_a_store_that_does_not_open_is_tried_again(closed: Any) -> None:
    boot = Boot(failures=2)
    kiosk = closed(boot)
    kiosk.start()
    places = [kiosk.place]

    for _ in range(2):
        kiosk.clock.advance(RULES.probe_seconds + 1)
        kiosk.app._tick()
        places.append(kiosk.place)

    assert places == ["OutOfService", "OutOfService", "Idle"]
    assert boot.calls == 3


def test_the_heartbeat_needs_a_touch_and_a_frame(closed: Any) -> None:
    beats: list[int] = []
    kiosk = closed(Boot(), heartbeat=lambda: beats.append(1))
    kiosk.start()
    kiosk.app._heartbeat._send()
    after_sending = len(beats)
    kiosk.frames(1)

    kiosk.app.stage.page.emit(NoPaper())
    kiosk.frames(2)

    assert after_sending == 0
    assert len(beats) == 1


def test_a_frozen_touch_path_gives_no_heartbeat(closed: Any) -> None:
    beats: list[int] = []
    kiosk = closed(Boot(), heartbeat=lambda: beats.append(1))
    kiosk.start()
    kiosk.app.stage.probed = lambda: None  # nothing reaches the stage

    kiosk.app._heartbeat._send()
    kiosk.frames(3)

    assert beats == []


def test_promise_6_the_sign_of_life_is_written_as_often_and_says_the_same_whether_anybody_touches_or_not(
    closed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An adversary who reads the file and its times all day sees the beats, and none of the presses between them."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
    seconds, seen = [100], {}
    monkeypatch.setattr(
        run, "read_clock", lambda: Moment(datetime(2026, 11, 21, tzinfo=UTC), seconds[0] * 1000, "1f3a")
    )
    for touched in (False, True):
        monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / str(touched)))
        settings = load(environment={"KIOSK_DATA": str(tmp_path / "data")})
        seconds[0], pulse = 100, run.Pulse(settings.runtime)
        pulse.begin(run.read_clock())
        kiosk = closed(Boot(), heartbeat=run.PanelWatch(settings, pulse).beat, beat_seconds=3_600)
        kiosk.start()
        kept = []
        for _ in range(4):
            seconds[0] += 10
            kiosk.app._heartbeat._send()
            kiosk.frames(1)
            written = settings.runtime / FILE
            kept.append(written.read_text())
            at = written.stat().st_ctime_ns, written.stat().st_ino
            for _ in range(3 if touched else 0):
                kiosk.app.post(Scanned(CODE))
                kiosk.frames(2)
                kiosk.clock.advance(2)
                kiosk.press("Hài lòng")
                kiosk.frames(3)
                kiosk.move_time(60)
            kiosk.frames(20)
            assert (written.stat().st_ctime_ns, written.stat().st_ino) == at
        seen[touched] = kept
        kiosk.stop()

    assert seen[True] == seen[False]
    assert len(set(seen[True])) == 4


class Told:
    """The desk's side of what a panel's watch tells."""

    def __init__(self) -> None:
        self.reports: list[Any] = []

    def device_changed(self, device: str, *, present: bool, state: str) -> None:
        assert (device, present) == ("picture", True), state

    def settings_came(self, report: Any) -> None:
        self.reports.append(report)


def test_the_screen_starts_anew_with_the_district_s_settings_once_nobody_stands_there(
    closed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDL_VIDEODRIVER", "offscreen")
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
    (tmp_path / "data" / "keys").mkdir(parents=True)
    quarter, ended, told = [1], list[int](), Told()
    monkeypatch.setattr(
        run, "read_clock", lambda: Moment(datetime(2026, 11, 21, tzinfo=UTC), quarter[0] * 900_000, "1f3a")
    )
    settings = load(environment={"KIOSK_DATA": str(tmp_path / "data")})
    pulse = run.Pulse(settings.runtime)
    pulse.begin(run.read_clock())
    watch = run.PanelWatch(settings, pulse)
    kiosk = closed(Boot(), heartbeat=watch.beat, beat_seconds=3_600)
    kiosk.start()
    monkeypatch.setattr(kiosk.app, "finish", ended.append)
    watch.begin(kiosk.app, told)  # type: ignore[arg-type]

    def beats() -> None:
        quarter[0] += 1
        watch.beat()

    beats()
    keep_sent(settings.keys, SentSettings(1, {"speech.volume": 3}))
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    beats()
    while_somebody_rates = list(ended)
    kiosk.app.dispatch_event(WentHome())
    beats()
    pulse.ended(renews=watch.renews)

    assert (while_somebody_rates, ended, watch.renews) == ([], [0], True)
    assert pulse.begin(run.read_clock()).restarts == 0  # nobody need look into that
    assert load(environment={"KIOSK_DATA": str(tmp_path / "data")}).volume == 3
    assert told.reports == []


def went_wrong(kiosk: Driver) -> None:
    """An error in a callback, the way Kivy meets one."""
    from kivy.base import ExceptionManager

    assert ExceptionManager.handle_exception(ValueError("a fault in a screen")) == ExceptionManager.PASS


def broken(*_: object) -> Any:
    raise ZeroDivisionError("a fault in the desk")
