"""Doctor on the screen."""

from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.box.box import Box
from kiosk.box.sign_of_life import FUTILE_STARTS, STALE_SECONDS, Pulse
from kiosk.cli.checks import screen as screen_checks
from kiosk.clock import read_clock
from kiosk.settings import Settings
from tests.store.conftest import Clock
from tests.store.doctor.conftest import lines, spoiled


class Showing:
    """A screen that runs beside the doctor, by a clock that both read."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, Clock()
        self.pulse = Pulse(folder)

    def start(self) -> bool:
        """Whether it gives up."""
        self.pulse = Pulse(self.folder)
        return self.pulse.begin(self.clock()).gave_up

    def draw(self, *, covers: bool = True, renderer: str = "software") -> None:
        self.pulse.drew(self.clock(), covers=covers, touch=True, renderer=renderer)

    def wait(self, seconds: int) -> None:
        self.clock.up_ms += seconds * 1000

    def crash(self) -> None:
        """The kernel lets the lock go."""
        self.pulse.let_go()


@pytest.fixture
def showing(settings: Settings) -> Showing:
    return Showing(settings.runtime)


def freezes(showing: Showing) -> None:
    showing.start()
    showing.draw()
    showing.wait(STALE_SECONDS + 20)


def dies(showing: Showing) -> None:
    showing.start()
    showing.draw()
    showing.crash()


def crashes_on_and_on(showing: Showing) -> None:
    for _ in range(FUTILE_STARTS):
        assert not showing.start()
        showing.draw()
        showing.crash()
        showing.wait(2)
    assert showing.start()
    showing.crash()


def crashes_thrice(showing: Showing) -> None:
    for _ in range(3):
        showing.start()
        showing.draw()
        showing.crash()
    showing.start()
    showing.draw()


def is_never_started(showing: Showing) -> None:
    assert not showing.folder.exists()


def starts_again(showing: Showing) -> None:
    """``systemctl restart lang-nghe-kiosk``."""
    showing.crash()
    assert not showing.start()
    showing.draw()


def starts_in_a_new_boot(showing: Showing) -> None:
    showing.clock.boot = "beef"
    starts_again(showing)


@pytest.mark.parametrize(
    ("breaks", "state", "cause", "remedy", "mends"),
    [
        (freezes, "failed", "does not draw any more", "systemctl restart lang-nghe-display", starts_again),
        (dies, "failed", "is not running", "systemctl start lang-nghe-kiosk", starts_again),
        (crashes_on_and_on, "failed", "a still picture", "systemctl restart lang-nghe-kiosk", starts_in_a_new_boot),
        (crashes_thrice, "warning", "3 times", "journalctl -u lang-nghe-kiosk", starts_in_a_new_boot),
        (is_never_started, "warning", "no sign", "systemctl start lang-nghe-display", starts_again),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_screen_that_is_dark_is_named_and_its_remedy_helps(
    settings: Settings, showing: Showing, breaks, state: str, cause: str, remedy: str, mends
):
    breaks(showing)
    broken = lines(settings, clock=showing.clock)["screen"]
    mends(showing)
    mended = lines(settings, clock=showing.clock)["screen"]

    assert (broken.state, mended.state) == (state, "ok")
    assert cause in broken.finding
    assert remedy in broken.next_step


def test_after_a_still_picture_a_restart_by_hand_is_one_more_try(settings: Settings, showing: Showing):
    crashes_on_and_on(showing)
    starts_again(showing)

    found = lines(settings, clock=showing.clock)["screen"]

    assert (found.state, f"{FUTILE_STARTS} times" in found.finding) == ("warning", True)


@pytest.mark.parametrize(("covers", "state"), [(True, "ok"), (False, "failed")])
def test_whether_the_picture_covers_the_panel_needs_no_database(
    settings: Settings, showing: Showing, box: Box, covers: bool, state: str
):
    showing.start()
    showing.draw(covers=covers)
    spoiled(box)

    found = lines(settings, clock=showing.clock)

    assert (found["picture"].state, found["database"].state) == (state, "failed")


@pytest.mark.parametrize(("renderer", "says"), [("hardware", "graphics chip draws"), ("software", "processor draws")])
def test_who_draws_is_said(settings: Settings, showing: Showing, renderer: str, says: str):
    showing.start()
    showing.draw(renderer=renderer)

    assert says in lines(settings, clock=showing.clock)["renderer"].finding


@pytest.mark.parametrize(("plugged_in", "state"), [(False, "failed"), (True, "ok")])
def test_a_touch_panel_that_is_gone_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, plugged_in: bool, state: str
):
    monkeypatch.setattr(screen_checks, "touch_panels", lambda: ["eGalax"] if plugged_in else [])

    found = lines(settings)["touch"]

    assert found.state == state
    assert ("plug in the touch cable" in found.next_step) == (not plugged_in)


def test_the_status_says_how_the_screen_is(settings: Settings, capsys: pytest.CaptureFixture[str]):
    main(["status"])
    before = capsys.readouterr().out
    pulse = Pulse(settings.runtime)
    pulse.begin(read_clock())
    pulse.drew(read_clock(), covers=True, touch=True, renderer="software")
    main(["status"])
    shown = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines())

    assert (shown["screen"], shown["screen_restarts"]) == ("draws", "0")
    assert dict(line.split(maxsplit=1) for line in before.splitlines())["screen"] == "-"
