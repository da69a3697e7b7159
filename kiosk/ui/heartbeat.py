"""Prove that the screen is alive: a synthetic touch must reach the root view and cause a frame.

A process can be alive with a frozen screen. So a touch of our own is sent through the whole event path down to the
stage, and a redraw is asked for; only when both have arrived is the watchdog told.
"""

from collections.abc import Callable
from typing import Any

from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.input.motionevent import MotionEvent

BEAT_SECONDS = 10.0  # each costs a redraw: 0.4 % of a core without a graphics card
DEVICE = "heartbeat"


class _Probe(MotionEvent):
    """A touch in the very corner, which no screen hears."""

    def __init__(self) -> None:
        super().__init__(DEVICE, "probe", {}, is_touch=True, type_id="touch")
        self.profile = ["pos"]

    def depack(self, args: dict[str, float]) -> None:
        self.sx = self.sy = 0.0
        super().depack(args)


class Heartbeat:
    """Calls ``beat`` each time a touch and a frame have come through. The stage tells it of its touches."""

    def __init__(self, beat: Callable[[], None], seconds: float = BEAT_SECONDS) -> None:
        self._beat, self._seconds = beat, seconds
        self._touch_came = False

    def start(self) -> None:
        Window.bind(on_flip=self._drawn)
        self._event = Clock.schedule_interval(self._send, self._seconds)

    def stop(self) -> None:
        Window.unbind(on_flip=self._drawn)
        self._event.cancel()

    def touched(self) -> None:
        """A touch of ours has reached the stage."""
        self._touch_came = True

    def _send(self, *_: object) -> None:
        probe = _Probe()
        EventLoop.post_dispatch_input("begin", probe)
        EventLoop.post_dispatch_input("end", probe)
        Window.canvas.ask_update()

    def _drawn(self, *_: object) -> None:
        if self._touch_came:
            self._touch_came = False
            self._beat()


def is_probe(touch: Any) -> bool:
    """Whether a touch is the heartbeat's own and no person's."""
    return bool(touch.device == DEVICE)
