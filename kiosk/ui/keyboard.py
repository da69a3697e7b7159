"""Receive every key of the window, so that none leads out of the kiosk.

What a scanner types becomes one scan, the keys of a number pad become presses; F1, Escape, Alt+F4, Ctrl+Alt, the
Windows key and PrintScreen become nothing. A key that is held down counts once. Where something is written, the keys
of a keyboard (US layout) are letters, shown as they come; when the run turns out to be a slow scanner's, the field is
put back to what it was before.

Keys are read by where they are on the keyboard, as the US layout prints them, because scanners say positions and take
the layout to be US. So the layout that the system is set to (Vietnamese, French) changes nothing of a scan.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.hardware.keyboard_scanner import (
    LETTER_SECONDS,
    MAX_SCAN,
    SILENCE_SECONDS,
    Stroke,
    ends,
    interpret,
    silence_after,
    written,
)

ENTER, ERASE, DELETE = (13, 271), (8, 127), 127
#: A held key repeats after a quarter of a second at the earliest. One that comes again sooner was let go in between;
#: SDL does not say so when a scanner types the same digit twice within two milliseconds.
REPEAT_SECONDS = 0.1
#: Keys that move in a text, by the name a writing screen knows them by.
_MOVES = {273: "up", 274: "down", 275: "right", 276: "left", 278: "start", 279: "end", DELETE: "delete", 32: " "}
#: Keys of a number pad that mean the same on every screen, also where something is written.
_EVERYWHERE = {267: "home", 268: "again", 269: "softer", 270: "louder", 271: "enter"}
_EVERYWHERE_MARK = "pad "
_PAD = {256 + digit: str(digit) for digit in range(10)} | {266: ".", 267: "/", 268: "*", 269: "-", 270: "+"}
#: Shifted characters of the US keyboard, which scanners pretend to be unless told otherwise.
_SHIFTED = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))
_OUT = {"ctrl", "alt", "meta"}
#: Kivy 2.3.1 takes the numbers of these keys (0 of a number pad, @, letters of other layouts) for the numbers SDL gives
#: to modifiers.
_MISTAKEN = {64: "ctrl", 128: "ctrl", 256: "alt", 512: "alt", 1024: "meta", 2048: "meta"}
#: What stands on the keys of a US keyboard, by SDL's number of their position (USB HID usage tables, page 7).
_US_KEYS = dict(enumerate(b"abcdefghijklmnopqrstuvwxyz1234567890", 4)) | dict(enumerate(b" -=[]\\\\;'`,./", 44))


class KeyTarget(Protocol):
    """What keys go to. ``writes``: whether keys are letters now. ``has_field``: whether they go into a field, not to
    a question that lies over it."""

    @property
    def writes(self) -> bool: ...

    @property
    def has_field(self) -> bool: ...

    def type_key(self, key: str) -> None:
        """A character, ``enter``, ``erase``, ``delete``, ``start``, ``end`` or a direction."""

    def begin_run(self) -> None:
        """What stands in the field now is what ``take_back`` brings back."""

    def take_back(self) -> None: ...


class Keyboard:
    """``scanned(text)`` and ``pressed(key)`` are called on the window's thread.

    While ``target`` writes, keys go to it. What a scanner types is still a scan, and the number pad's own keys for
    home, hearing again, loudness and going on keep their meaning. ``chooses`` says whether a digit is an answer now,
    not a part of a number. Keys among ``switches`` are switches, wherever they are pressed; enter after other keys is
    still the end of a scan.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        scanned: Callable[[str], None],
        pressed: Callable[[str], None],
        target: KeyTarget,
        chooses: Callable[[], bool],
        switches: Mapping[int, Callable[[], None]] | None = None,
    ) -> None:
        self._clock, self._scanned, self._pressed = clock, scanned, pressed
        self._target, self._chooses = target, chooses
        self._switches = switches or {}
        self._strokes: tuple[Stroke, ...] = ()
        self._run: tuple[Stroke, ...] = ()
        self._held: dict[int, float] = {}
        self._waiting: Any = None

    def start(self) -> None:
        Window.bind(on_key_down=self._down, on_key_up=self._up, on_keyboard=self._swallow)

    def stop(self) -> None:
        Window.unbind(on_key_down=self._down, on_key_up=self._up, on_keyboard=self._swallow)
        self._wait_no_more()

    def silence(self) -> None:
        """No key came for a while: what was typed so far is all."""
        strokes, self._strokes = self._strokes, ()
        self._wait_no_more()
        if self._target.writes:
            self._write(strokes, over=True)
            return
        text, keys = interpret(strokes, choosing=self._chooses())
        if text is not None:
            self._scanned(text)
        for key in keys:
            self._pressed(key)

    def _pause(self) -> None:
        """The keys so far are shown; whether they were a scanner's is known when it is silent."""
        strokes, self._strokes = self._strokes, ()
        self._wait(SILENCE_SECONDS - LETTER_SECONDS, self.silence)
        self._write(strokes, over=len(self._run) >= MAX_SCAN)

    def _write(self, strokes: tuple[Stroke, ...], *, over: bool) -> None:
        """Types the keys, unless they are a scan, with those of the same run that were typed before."""
        shown, run = self._run, self._run + strokes
        text, keys = written(run, over=over)
        self._run = () if over or text is not None else run
        if text is not None:
            if shown:
                self._target.take_back()
            self._scanned(text)
            return
        if not shown:
            self._target.begin_run()
        for key in keys[len(shown) :]:
            if key.startswith(_EVERYWHERE_MARK):
                self._pressed(key.removeprefix(_EVERYWHERE_MARK))
            else:
                self._target.type_key(key)

    def _down(self, _: object, key: int, scancode: int = 0, text: str = "", modifiers: Any = (), *__: object) -> bool:
        held = set(modifiers) - {_MISTAKEN.get(key)}
        key = _US_KEYS.get(scancode, key)
        now = self._clock()
        if key in self._switches and not self._strokes:
            if key not in self._held:
                self._held[key] = now
                self._switches[key]()
            return True
        if now - self._held.get(key, now) >= REPEAT_SECONDS:
            return True
        self._held.setdefault(key, now)
        typed = None if _OUT & held else self._interpret_strokes(key, held)
        if typed is not None:
            self._strokes += (Stroke(typed, now),)
            if ends(self._strokes):
                self.silence()
            else:
                after = self.patience
                self._wait(after, self._pause if after < SILENCE_SECONDS else self.silence)
        return True

    def _interpret_strokes(self, key: int, modifiers: set[str]) -> str | None:
        if self._target.writes and key in _EVERYWHERE:
            return _EVERYWHERE_MARK + _EVERYWHERE[key]
        if self._target.writes and key in _MOVES:
            return _MOVES[key]
        return character(key, modifiers)

    @property
    def patience(self) -> float:
        """After how many seconds without another key something is made of those that came."""
        return silence_after(self._strokes, writes=self._target.writes and self._target.has_field)

    def _wait(self, seconds: float, then: Callable[[], None]) -> None:
        self._wait_no_more()
        self._waiting = Clock.schedule_once(lambda _: self._look_again(then), seconds)

    def _wait_no_more(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _up(self, _: object, key: int, scancode: int = 0, *__: object) -> bool:
        self._held.pop(_US_KEYS.get(scancode, key), None)
        return True

    def _swallow(self, *_: object, **__: object) -> bool:
        return True

    def _look_again(self, then: Callable[[], None]) -> None:
        """A window that was busy hears its timer before the keys that came meanwhile: so it looks once more."""
        count = len(self._strokes)
        Clock.schedule_once(lambda _: then() if count == len(self._strokes) else None, 0)


def character(key: int, modifiers: set[str]) -> str | None:
    """What a key types; ``None`` for keys that type nothing here.

    >>> character(104, {"shift"}), character(261, {"numlock"}), character(27, set())
    ('H', '5', None)
    """
    if key in ENTER:
        return "enter"
    if key in ERASE:
        return "erase"
    if key in _PAD:
        return _PAD[key]
    if not 32 <= key < 127:
        return "enter" if key == 9 else None
    typed = chr(key)
    if typed.isalpha():
        return typed.upper() if ("shift" in modifiers) != ("capslock" in modifiers) else typed
    return _SHIFTED.get(typed, typed) if "shift" in modifiers else typed
