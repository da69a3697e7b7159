"""A box of face buttons on a real serial line (a pty)."""

import os
import pty
import queue
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.rating import Score
from kiosk.hardware.button_box import Buttons, scores_in

PATIENCE = 15


@pytest.fixture
def pressed() -> "queue.Queue[Score]":
    return queue.Queue()


@pytest.fixture
def changes() -> "queue.Queue[bool]":
    return queue.Queue()


@pytest.fixture
def buttons(tmp_path: Path, pressed: "queue.Queue[Score]", changes: "queue.Queue[bool]") -> Iterator[Buttons]:
    box = Buttons(str(tmp_path / "buttons"), 9600, "ABCDE", pressed.put, changes.put)
    box.start()
    yield box
    box.stop()


def plug_in(port: Path) -> tuple[int, int]:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    port.unlink(missing_ok=True)
    port.symlink_to(os.ttyname(theirs))
    return ours, theirs


def test_each_byte_is_the_score_the_settings_say(buttons, pressed, changes, tmp_path):
    ours, theirs = plug_in(tmp_path / "buttons")
    while changes.get(timeout=PATIENCE) is not True:
        pass

    os.write(ours, b"A\r\nxE")

    assert [pressed.get(timeout=PATIENCE) for _ in range(2)] == [Score.VERY_DISSATISFIED, Score.VERY_SATISFIED]
    os.close(ours)
    os.close(theirs)


def test_unplugged_and_plugged_in_again_it_is_heard_again(buttons, pressed, changes, tmp_path):
    for _ in range(2):
        ours, theirs = plug_in(tmp_path / "buttons")
        while changes.get(timeout=PATIENCE) is not True:
            pass
        os.write(ours, b"C")
        assert pressed.get(timeout=PATIENCE) is Score.NEUTRAL
        os.close(theirs)
        os.close(ours)


def test_bytes_that_stand_for_nothing_are_no_press():
    assert scores_in(b"\x00\xffZ\r\n", "12345") == []
