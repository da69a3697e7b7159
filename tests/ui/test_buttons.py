"""The button box acts as the touch does: a real serial line (a pty), the real window."""

import os
import pty
import queue
import tty

import pytest

from kiosk.domain.rating import Score
from kiosk.flow.state.screens import Chose, Scanned
from kiosk.hardware.button_box import Buttons
from tests.support.driver import Driver
from tests.support.fakes import CODE, FakeDesk


@pytest.fixture
def box(kiosk: Driver):
    """The box's end of the line; ``press`` returns when the kiosk's thread has heard the press."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    came: queue.Queue[object] = queue.Queue()

    def chose(score: Score) -> None:
        kiosk.app.press(Chose(score))
        came.put(score)

    buttons = Buttons(os.ttyname(theirs), 9600, "12345", chose, changed=came.put)
    buttons.start()
    assert came.get(timeout=15) is True

    def press(letters: bytes) -> None:
        os.write(ours, letters)
        for _ in letters:
            came.get(timeout=15)
        kiosk.frames(2)

    yield press
    buttons.stop()
    os.close(ours)
    os.close(theirs)


def test_a_button_is_the_face_it_shows(kiosk: Driver, desk: FakeDesk, box) -> None:
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(2)

    box(b"4")

    assert [draft.score for draft in desk.saved] == [Score.SATISFIED]


def test_hammering_the_buttons_changes_nothing(kiosk: Driver, desk: FakeDesk, box) -> None:
    box(b"1")
    before = kiosk.place
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    box(b"1")  # within the blink in which a touch is not heard either
    kiosk.clock.advance(2)

    box(b"5432112345")

    assert before == "Idle"
    assert [draft.score for draft in desk.saved] == [Score.VERY_SATISFIED]
