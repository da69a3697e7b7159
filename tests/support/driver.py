"""Drives the kiosk's own window from within: real touches on real pixels, frames without sleeping.

Used by the UI tests, by the gallery and by the demo. SDL's offscreen driver opens a true GL window without a display.
"""

import itertools
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.screens import State, Tick
from kiosk.hardware.keyboard_scanner import SILENCE_SECONDS
from kiosk.shell import Desk
from kiosk.ui.environment import WindowSettings, prepare

FRAMES_TO_SETTLE = 4
FRAME_SECONDS = 0.02
SDL_KEYDOWN, SDL_KEYUP = 0x300, 0x301
_prepared: list[bool] = []


def open_window(width: int, height: int) -> None:
    """Prepares Kivy and opens the one window of this process, offscreen. Calling it again only resizes.

    Raises ``RuntimeError`` when somebody imported Kivy before it was prepared: the window would not be the kiosk's.
    """
    if not _prepared:
        prepare(WindowSettings(width, height, offscreen=True))
        _prepared.append(True)
    from kivy.base import EventLoop
    from kivy.clock import Clock
    from kivy.core.window import Window

    EventLoop.ensure_window()
    Clock._max_fps = 0  # never sleep in Clock.tick(): frames run back to back
    if (Window.width, Window.height) != (width, height):
        Window.size = (width, height)
    if EventLoop.status != "started":
        EventLoop.start()


class Driver:
    """A kiosk in this process's window. ``clock`` is a hand clock in tests and ``time.monotonic`` in the demo.

    ``tap`` and ``press`` touch it as a finger does.
    """

    def __init__(self, rules: Rules, look: Any, boot: Callable[[], Desk], clock: Any, **wishes: Any) -> None:
        from kivy.core.window import Window

        from kiosk.ui.app import KioskApp

        self.clock, self.window = clock, Window
        self.app = KioskApp(rules, look, boot, clock=clock, event_wait=False, **wishes)
        self._serial = itertools.count(1)

    def start(self) -> None:
        """Mounts the app and draws until the store is open."""
        from kivy.app import App

        App._running_app = self.app
        self.app.root = self.app.build()
        self.window.add_widget(self.app.root)
        self.app.dispatch("on_start")
        self.frames(6)

    def stop(self) -> None:
        """Takes the app out of the window, which stays open for the next."""
        self.app.dispatch("on_stop")
        self.window.remove_widget(self.app.root)
        self.frames(1)

    @property
    def state(self) -> State:
        return self.app.shell.state

    @property
    def place(self) -> str:
        return type(self.state.place).__name__

    @property
    def page(self) -> Any:
        return self.app.stage.page

    def frames(self, count: int = FRAMES_TO_SETTLE) -> None:
        """Runs the event loop so many times. What is drawn is real."""
        from kivy.base import EventLoop

        for _ in range(count):
            guarded(EventLoop.idle)

    def move_time(self, seconds: float, *, steps: float = 1.0) -> None:
        """Lets seconds pass as the kiosk sees them, with a tick at least every ``steps`` seconds."""
        while seconds > 0:
            self.clock.advance(min(steps, seconds))
            seconds -= steps
            self.app.dispatch_event(Tick())
            self.app.stage.pass_time()
        self.frames(2)

    def rest(self, seconds: float) -> None:
        """A person looks at the screen for so long: a hand clock is moved, a real one is waited for."""
        if hasattr(self.clock, "advance"):
            self.clock.advance(seconds)
            return
        until = self.clock() + seconds
        while self.clock() < until:
            self.frames(1)
            time.sleep(FRAME_SECONDS)

    def wait_for(self, place: str, seconds: float = 5.0) -> bool:
        """Runs frames in real time until the kiosk is at ``place``; false when it did not come to it in time."""
        until = time.monotonic() + seconds
        while self.place != place and time.monotonic() < until:
            self.frames(1)
            time.sleep(FRAME_SECONDS)
        return self.place == place

    # ---- fingers

    def finger(self, x: float, y: float) -> Any:
        """A finger about to touch at window coordinates (from the bottom left)."""
        return _finger_class()(x, y, next(self._serial))

    def tap(self, x: float, y: float, *, pause: float = 2.0) -> None:
        """One finger down and up, then ``pause`` seconds of a person looking at what happened."""
        finger = self.finger(x, y)
        finger.down()
        self.frames(1)
        finger.up()
        self.frames(2)
        self.rest(pause)

    def press(self, what: str | Callable[[Any], bool], *, pause: float = 2.0) -> None:
        """Touches the control that says ``what`` (its words or its picture), in its middle."""
        widget = self.control(what)
        self.tap(*widget.to_window(*widget.center), pause=pause)

    def control(self, what: str | Callable[[Any], bool]) -> Any:
        """The control on the screen with these words or this picture. Raises ``LookupError``."""
        for widget in self.controls():
            said = (getattr(widget, "words", ""), getattr(widget, "picture", ""))
            if (what(widget) if callable(what) else what in said) and not widget.disabled:
                return widget
        raise LookupError(f"{what!r} is not on the screen {self.place}")

    def controls(self) -> list[Any]:
        """Everything on the shown screen that can be pressed."""
        from kiosk.ui.widgets import Touchable

        return [w for w in self.page.walk() if isinstance(w, Touchable) and not w.disabled]

    def said(self) -> list[str]:
        """Every text on the screen, as drawn."""
        from kiosk.ui.widgets import Text

        return [w.text for w in self.page.walk() if isinstance(w, Text) and w.text]

    # ---- keys

    def type_keys(self, keys: Sequence[int | tuple[int, int]], *, gap: float = 0.4) -> None:
        """SDL key codes, or codes with a modifier mask, pressed and let go one after the other, as SDL reports them."""
        for key in keys:
            code, modifiers = key if isinstance(key, tuple) else (key, 0)
            for kind in (SDL_KEYDOWN, SDL_KEYUP):
                push_key(kind, code, modifiers)
                self.window.mainloop()
            if gap > SILENCE_SECONDS:
                self.app._keyboard.silence()
            elif gap > self.app._keyboard.patience:
                self.app._keyboard._pause()
            self.clock.advance(gap)
            self.frames(1)

    def type_at(self, us_key: str, code: int, modifiers: int = 0) -> None:
        """One key pressed and let go where a US keyboard has ``us_key``; the system's layout calls it ``code``."""
        for kind in (SDL_KEYDOWN, SDL_KEYUP):
            push_key(kind, code, modifiers, _POSITIONS[us_key])
            self.window.mainloop()
        self.clock.advance(FRAME_SECONDS)
        self.frames(1)

    # ---- pictures

    def shot(self, path: Path) -> None:
        """The window's pixels as a PNG file."""
        from PIL import Image

        width, height, pixels = self.pixels()
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.frombytes("RGB", (width, height), pixels).transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(path)

    def pixels(self) -> tuple[int, int, bytes]:
        """Width, height and RGB bytes, rows from the bottom."""
        from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glFinish, glReadPixels

        self.frames(FRAMES_TO_SETTLE)
        self.window.canvas.ask_update()
        self.window.dispatch("on_draw")
        glFinish()
        width, height = self.window.size
        pixels = bytes(glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE))
        self.window.dispatch("on_flip")
        return width, height, pixels


def driven(*arguments: Any, **wishes: Any) -> Iterator[Driver]:
    """A started driver that is stopped afterwards; for fixtures."""
    driver = Driver(*arguments, **wishes)
    driver.start()
    try:
        yield driver
    finally:
        driver.stop()


#: Positions as USB HID numbers them (usage page 7).
_POSITIONS = {chr(ord("a") + n): 4 + n for n in range(26)} | {d: 30 + n for n, d in enumerate("1234567890")}
_POSITIONS |= {"-": 45, ".": 55}


def push_key(kind: int, code: int, modifiers: int, scancode: int = 0) -> None:
    """Puts a keyboard event (SDL_KeyboardEvent of SDL 2) into the queue the window reads."""
    import ctypes

    import kivy

    library = next(Path(kivy.__file__).parent.parent.glob("Kivy.libs/libSDL2-2*.so*"))
    state = 1 if kind == SDL_KEYDOWN else 0
    event = struct.pack("=IIIBBxxiiHxxI", kind, 0, 1, state, 0, scancode, code, modifiers, 0).ljust(128, b"\0")
    ctypes.CDLL(str(library)).SDL_PushEvent(ctypes.create_string_buffer(event, 128))


def guarded(step: Callable[..., Any], *arguments: Any) -> None:
    """Does what Kivy's main loop does about an error: asks the handlers, and raises it when none takes it."""
    from kivy.base import ExceptionManager

    try:
        step(*arguments)
    except Exception as error:
        if ExceptionManager.handle_exception(error) != ExceptionManager.PASS:
            raise


def _finger_class() -> Any:
    from kivy.base import EventLoop
    from kivy.input.motionevent import MotionEvent

    class Finger(MotionEvent):
        """One touch of one finger, sent through the same path as a panel's."""

        def __init__(self, x: float, y: float, serial: int) -> None:
            super().__init__("panel", f"finger-{serial}", self._at(x, y), is_touch=True, type_id="touch")
            self.profile = ["pos"]

        @staticmethod
        def _at(x: float, y: float) -> dict[str, float]:
            window = EventLoop.window
            return {"sx": x / (window.width - 1.0), "sy": y / (window.height - 1.0)}

        def depack(self, args: dict[str, float]) -> None:
            self.sx, self.sy = args["sx"], args["sy"]
            super().depack(args)

        def down(self) -> None:
            guarded(EventLoop.post_dispatch_input, "begin", self)

        def move_to(self, x: float, y: float) -> None:
            self.move(self._at(x, y))
            guarded(EventLoop.post_dispatch_input, "update", self)

        def up(self) -> None:
            guarded(EventLoop.post_dispatch_input, "end", self)

    return Finger
