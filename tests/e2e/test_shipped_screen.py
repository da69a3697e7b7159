"""The units as shipped, their own command lines and settings, on a bare X server: the picture is the panel's size."""

import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image, ImageStat

from kiosk.box.sign_of_life import STALE_SECONDS
from kiosk.cli.doctor import examine
from kiosk.clock import Moment, read_clock
from kiosk.settings import Settings, load
from tests.e2e.test_watchdog import Systemd, window
from tests.store.conftest import box, clock, district  # noqa: F401  an enrolled kiosk's folder
from tests.support.screen import Screen, screen

ROOT = Path(__file__).parents[2]
UNITS = ROOT / "config" / "systemd"
SHAPES = [(1024, 600), (1920, 1080), (1080, 1920)]
PATIENCE = 60.0
EDGE = 3  # pixels from the edges of the glass
CORNER_SECONDS = 4.0
WATCHDOG_SECONDS = 3.0


def directives(unit: str, name: str) -> list[str]:
    lines = (UNITS / unit).read_text("utf-8").splitlines()
    return [line.removeprefix(f"{name}=") for line in lines if line.startswith(f"{name}=")]


@contextmanager
def shipped(folder: Path, shown: Screen, systemd: Systemd) -> Iterator["subprocess.Popen[bytes]"]:
    """``lang-nghe-kiosk.service``: only where things lie on this machine differs."""
    (line,) = directives("lang-nghe-kiosk.service", "ExecStart")
    program, *arguments = shlex.split(line)
    assert Path(program).name == "kiosk"
    unit = dict(each.split("=", 1) for each in directives("lang-nghe-kiosk.service", "Environment"))
    here = {
        "KIOSK_CONFIG": str(ROOT / "config" / Path(unit["KIOSK_CONFIG"]).name),
        "KIOSK_DATA": str(folder),
        "DISPLAY": shown.name,
        "XAUTHORITY": "",
    }
    assert unit.keys() == here.keys()
    assert directives("lang-nghe-kiosk.service", "WatchdogSec")
    environment = {
        **{name: value for name, value in os.environ.items() if name != "SDL_VIDEODRIVER"},
        **here,
        "PYTHONPATH": str(ROOT),
        "NOTIFY_SOCKET": str(systemd.path),
        "WATCHDOG_USEC": str(round(WATCHDOG_SECONDS * 1_000_000)),
        "LP_NUM_THREADS": "1",
    }
    process = subprocess.Popen([sys.executable, "-m", "kiosk", *arguments], env=environment, cwd=ROOT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[Systemd]:
    listening = Systemd(tmp_path)
    yield listening
    listening.close()


@pytest.fixture
def folder(box) -> Path:  # noqa: F811
    """The data of a kiosk that is enrolled."""
    return Path(box.store.file).parent


def covered(shown: Screen) -> tuple[int, int, int, int]:
    place = window(shown).get_geometry()
    return place.x, place.y, place.width, place.height


def until(true: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, what


def dark(picture: Image.Image) -> bool:
    """The screen for who does not look is black."""
    return ImageStat.Stat(picture.convert("L")).mean[0] < 100


def asks(picture: Image.Image) -> bool:
    """Whether the screen asks whether to listen: of a light screen the middle is a dark button."""
    width, height = picture.size
    middle = picture.crop((width // 8, height // 2, width * 7 // 8, height * 3 // 5))
    return not dark(picture) and dark(middle)


def held(shown: Screen, x: int, y: int) -> bool:
    """Whether a finger that rests in a corner, with places that reach to the edges, is asked whether to listen."""
    shown.hold(x, y, CORNER_SECONDS)
    return comes(lambda: asks(shown.picture()))


def heard(shown: Screen, x: float, y: float, done: Callable[[Image.Image], bool]) -> bool:
    """Whether a short touch there has its effect. A screen just shown is deaf for a blink."""
    for _ in range(3):
        shown.touch(x, y)
        if comes(lambda: done(shown.picture())):
            return True
    return False


def comes(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 2 * CORNER_SECONDS
    while time.monotonic() < deadline:
        if true():
            return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "x".join(map(str, shape)))
def test_promise_11_the_shipped_unit_shows_the_whole_picture_and_its_four_corners_hear(
    folder: Path, systemd: Systemd, shape: tuple[int, int]
):
    with screen(*shape) as shown, shipped(folder, shown, systemd):
        systemd.until("WATCHDOG=1")
        assert covered(shown) == (0, 0, *shape)
        width, height = shape

        right, bottom = width - EDGE, height - EDGE
        for corner in [(right, bottom), (right, EDGE), (EDGE, bottom), (EDGE, EDGE)]:
            until(lambda: held(shown, EDGE, bottom), "nothing came of holding the lower left corner")
            assert heard(shown, *corner, lambda picture: not asks(picture) and not dark(picture)), corner

        until(lambda: held(shown, EDGE, bottom), "nothing came of holding the lower left corner")
        assert heard(shown, width / 2, height / 2, dark), "the middle did not say yes"
        assert heard(shown, EDGE, EDGE, lambda picture: not dark(picture)), "the upper left corner did not lead back"


@pytest.mark.slow
def test_a_panel_that_is_turned_has_the_whole_picture_after_the_next_start(folder: Path, systemd: Systemd):
    with screen(1024, 1024) as shown:
        shown.turn(1024, 600)
        with shipped(folder, shown, systemd) as kiosk:
            systemd.until("WATCHDOG=1")  # as early as that: the database need not be open yet
            assert covered(shown) == (0, 0, 1024, 600)

            shown.turn(600, 1024)

            assert kiosk.wait(PATIENCE) == 1  # the unit says Restart=always
        with shipped(folder, shown, systemd):
            systemd.until("READY=1")
            systemd.until("WATCHDOG=1")
            assert covered(shown) == (0, 0, 600, 1024)


@pytest.mark.slow
def test_a_picture_that_leaves_part_of_the_panel_is_noticed(folder: Path, systemd: Systemd):
    settings = load(environment={"KIOSK_CONFIG": str(ROOT / "config" / "kiosk.toml"), "KIOSK_DATA": str(folder)})

    def found() -> str:
        return next((each.state for each in examine(settings, read_clock) if each.check == "picture"), "")

    with screen(1024, 600) as shown, shipped(folder, shown, systemd):
        systemd.until("READY=1")
        until(lambda: found() == "ok", "the doctor was not told that the picture covers the panel")

        window(shown).configure(width=800, height=500)
        shown.flush()

        until(lambda: found() == "failed", "the doctor did not notice")
        assert systemd.falls_silent(WATCHDOG_SECONDS)


def settings_of(folder: Path) -> Settings:
    return load(environment={"KIOSK_CONFIG": str(ROOT / "config" / "kiosk.toml"), "KIOSK_DATA": str(folder)})


def later(seconds: int) -> Callable[[], Moment]:
    """All clocks, that much further on."""

    def read() -> Moment:
        now = read_clock()
        return Moment(now.at + timedelta(seconds=seconds), now.up_ms + seconds * 1000, now.boot)

    return read


@pytest.mark.slow
def test_a_frozen_process_is_named_by_the_doctor_and_the_watchdog_hears_nothing(folder: Path, systemd: Systemd):
    settings = settings_of(folder)

    def screen_line(now: Callable[[], Moment] = read_clock) -> tuple[str, str]:
        return next((each.state, each.finding) for each in examine(settings, now) if each.check == "screen")

    with screen(1024, 600) as shown, shipped(folder, shown, systemd) as kiosk:
        systemd.until("READY=1")
        systemd.until("WATCHDOG=1")
        until(lambda: "draws" in screen_line()[1], "no sign of life came")
        renderer = next(each.finding for each in examine(settings, read_clock) if each.check == "renderer")
        kiosk.send_signal(signal.SIGSTOP)
        silent = systemd.falls_silent(WATCHDOG_SECONDS)
        frozen = screen_line(later(STALE_SECONDS + 10))
        kiosk.send_signal(signal.SIGABRT)  # as systemd does
        kiosk.send_signal(signal.SIGCONT)
        kiosk.wait(PATIENCE)
        gone = screen_line()

    assert "the processor draws" in renderer
    assert silent
    assert frozen == ("failed", "the screen does not draw any more")
    assert gone == ("failed", "the program of the screen is not running")
