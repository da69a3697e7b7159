"""Wait for events instead of polling sixty times a second.

Kivy 2.3 wakes up ``maxfps`` times a second even when nothing changes (kivy#7805). Here the loop sleeps in SDL's own
wait until an input event, the next thing the clock has to do, or ``wake``. It leans on names Kivy does not promise;
when one is missing, nothing is installed and the loop goes on at ``maxfps``.
"""

import ctypes
import logging
import math
from collections.abc import Callable
from typing import Any, Self

from kivy.base import EventLoop
from kivy.clock import Clock

from kiosk.ui import sdl

log = logging.getLogger(__name__)

MAX_WAIT_SECONDS = 1.0
_NEEDED = ("idle", "time", "get_min_timeout", "_last_tick", "_max_fps", "_dt")


class EventWait:
    """Takes the place of ``Clock.idle``; ``remove`` gives it back."""

    def __init__(self, library: Any) -> None:
        self._sdl = library
        library.SDL_RegisterEvents.restype = ctypes.c_uint32
        self._event = ctypes.create_string_buffer(128)
        ctypes.cast(self._event, ctypes.POINTER(ctypes.c_uint32))[0] = library.SDL_RegisterEvents(1)
        self._kivys_idle: Callable[[], float] = Clock.idle
        Clock.idle = self._idle

    @classmethod
    def install(cls) -> Self | None:
        """Starts waiting for events, or returns ``None`` and logs why not."""
        missing = [name for name in _NEEDED if not hasattr(Clock, name)]
        library = sdl.library()
        if missing or library is None:
            log.warning("polling instead of waiting for events: Clock lacks %s, SDL2: %s", missing, library)
            return None
        return cls(library)

    def remove(self) -> None:
        """Gives Kivy its own loop back."""
        Clock.idle = self._kivys_idle

    def wake(self) -> None:
        """Ends the wait; may be called from any thread."""
        self._sdl.SDL_PushEvent(self._event)

    def _idle(self) -> float:
        """Until the next thing is due, but not before the next frame is; whatever is touched ends the wait at once."""
        now = Clock.time()
        if not self._something_to_do():
            until_frame = 1 / max(1, Clock._max_fps) - (now - Clock._last_tick)
            until_due = min(Clock.get_min_timeout() - now, MAX_WAIT_SECONDS)
            milliseconds = math.ceil(1000 * max(until_frame, until_due))
            if milliseconds > 0:
                self._sdl.SDL_WaitEventTimeout(None, milliseconds)
        current: float = Clock.time()
        Clock._dt, Clock._last_tick = current - Clock._last_tick, current
        return current

    @staticmethod
    def _something_to_do() -> bool:
        window = EventLoop.window
        if window is not None and window.canvas.needs_redraw:
            return True
        return any(getattr(provider, "waiting_event", None) for provider in EventLoop.input_providers)
