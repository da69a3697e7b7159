"""Two switches reach all that a finger reaches: real key events on the real window, and bytes on a serial line."""

import os
import pty
import queue
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.domain.rating import Given, Score
from kiosk.domain.switch_keys import keys_of
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.preferences import HeadsetPlugged
from kiosk.flow.state.screens import Scanned, State, Tick
from kiosk.hardware.switches import SerialSwitches
from tests.support.driver import Driver
from tests.support.fakes import CODE, FakeDesk, HandClock
from tests.ui.complaint_states import intake_at
from tests.ui.conftest import RULES
from tests.ui.states import places

SPACE, ENTER, F9_SDL = 32, 13, 0x40000042
PATIENCE = 15


@pytest.fixture
def kiosk(window: None, clock: HandClock, desk: FakeDesk) -> Iterator[Driver]:
    """A kiosk whose switches type space and enter."""
    from kiosk.ui.app import Appearance

    driver = Driver(RULES, Appearance(switch_keys=keys_of("space enter")), lambda: desk, clock)
    driver.start()
    clock.advance(2)
    yield driver
    driver.stop()


def framed(kiosk: Driver) -> list[str]:
    """The words or the picture of what the frame goes round."""
    return [getattr(w, "words", "") or getattr(w, "picture", "") for w in kiosk.app._scan.focus]


def switch_to(kiosk: Driver, words: str) -> None:
    """Goes on until the frame is round this, alone or in its row, and chooses it."""
    for _ in range(40):
        if words in framed(kiosk):
            kiosk.type_keys([ENTER], gap=1.0)
            if words not in framed(kiosk) or len(framed(kiosk)) == 1:
                return
        kiosk.type_keys([SPACE], gap=1.0)
    raise AssertionError(f"{words} is not reached on {kiosk.place}")


def test_a_rating_with_two_switches(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(1)
    assert framed(kiosk) == []
    kiosk.type_keys([SPACE], gap=1.0)
    first = framed(kiosk)
    switch_to(kiosk, "Hài lòng")

    assert first
    assert kiosk.state.preferences.by_switch
    assert [(draft.score, draft.how.given) for draft in desk.saved] == [(Score.SATISFIED, Given.SWITCH)]
    assert framed(kiosk) == [], "on the next screen the frame begins anew"


def test_the_choosing_switch_alone_chooses_nothing_and_a_held_one_counts_once(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(1)
    kiosk.type_keys([ENTER, ENTER], gap=1.0)
    assert (kiosk.place, desk.saved) == ("Rate", [])

    kiosk.app._keyboard._down(None, SPACE)
    once = framed(kiosk)
    kiosk.clock.advance(0.5)
    kiosk.app._keyboard._down(None, SPACE)

    assert framed(kiosk) == once != []


def test_what_a_scanner_types_ends_with_its_enter_all_the_same(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.type_keys([*(ord(letter.lower()) for letter in CODE), ENTER], gap=0.01)

    assert kiosk.place == "Rate"


def test_many_controls_are_gone_through_row_by_row(kiosk: Driver) -> None:
    show(kiosk, "type-code-letters")
    kiosk.frames(3)
    kiosk.clock.advance(1)
    kiosk.type_keys([SPACE], gap=1.0)
    for _ in range(20):
        if len(framed(kiosk)) < 2:
            kiosk.type_keys([SPACE], gap=1.0)
    row = framed(kiosk)
    kiosk.type_keys([ENTER], gap=1.0)
    inside = framed(kiosk)
    for _ in row:
        kiosk.type_keys([SPACE], gap=1.0)

    assert len(inside) == 1
    assert framed(kiosk) == row


def show(kiosk: Driver, name: str) -> None:
    """Puts an example of a screen up."""
    kiosk.app.shell.state = replace(kiosk.state, place=places(kiosk.clock())[name], touched_at=kiosk.clock())
    kiosk.app._dirty = True
    kiosk.app.dispatch_event(Tick())


@pytest.mark.parametrize("name", [name for name in places(0) if name not in ("starting",)])
def test_every_control_of_every_screen_is_reached_and_has_a_frame(kiosk: Driver, name: str) -> None:
    from kiosk.ui.switch_scan import FEW, controls, stops_of

    hall = {"lobby": Lobby(intake=intake_at(name)), "printer": True}
    kiosk.app.shell.state = State(places(kiosk.clock())[name], "vi", touched_at=kiosk.clock(), **hall)
    kiosk.app.stage.draw(kiosk.state)
    kiosk.app._scan.follow()
    kiosk.frames(2)
    kiosk.clock.advance(2)
    found = controls(kiosk.page)
    reached = set()
    stops = stops_of(found)
    for _ in stops:
        kiosk.app._scan.press("next")
        focus = kiosk.app._scan.focus
        assert focus
        reached |= {id(control) for control in focus}

    assert (
        reached
        == {id(control) for control in found}
        == {id(w) for w in kiosk.controls() if w.opacity and min(w.size) > 1}
    )
    assert all(len(stop) == 1 for stop in stops) or len(found) > FEW


def test_by_ear_the_two_switches_go_on_and_choose(kiosk: Driver) -> None:
    kiosk.app.post(HeadsetPlugged(plugged=True))
    kiosk.frames(2)
    kiosk.clock.advance(1)
    kiosk.type_keys([SPACE], gap=1.0)
    assert kiosk.state.pointed_at == "2"
    kiosk.type_keys([ENTER], gap=1.0)

    assert kiosk.place == "PickCounter"


def test_a_pair_of_function_keys_is_a_pair_of_switches(window: None, clock: HandClock, desk: FakeDesk) -> None:
    from kiosk.ui.app import Appearance

    driver = Driver(RULES, Appearance(switch_keys=keys_of("f9 f10")), lambda: desk, clock)
    driver.start()
    clock.advance(2)
    driver.type_keys([F9_SDL], gap=1.0)
    focus = framed(driver)
    driver.stop()

    assert focus


@pytest.mark.parametrize("words", ["space", "space space", "space q", "f9 f13"])
def test_a_setting_that_is_no_pair_of_keys_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="must be two of"):
        keys_of(words)


def test_sip_and_puff_on_a_serial_line(tmp_path: Path) -> None:
    pressed: queue.Queue[str] = queue.Queue()
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    there: queue.Queue[bool] = queue.Queue()
    line = SerialSwitches(os.ttyname(theirs), 9600, "SP", pressed.put, there.put)
    line.start()
    while there.get(timeout=PATIENCE) is not True:
        pass
    os.write(ours, b"S\r\nxP")

    assert [pressed.get(timeout=PATIENCE), pressed.get(timeout=PATIENCE)] == ["next", "choose"]
    line.stop()
