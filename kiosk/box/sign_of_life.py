"""The screen's sign of life: whether frames are drawn, kept where it needs no disk.

The screen writes it into the runtime folder (memory, gone with the next boot) each time a touch of its own and a frame
have come all the way through; doctor, status and the agent read it. Nothing in it moves when somebody touches the
screen: it is written by the watchdog's beat alone, and no touch of a person is counted or dated (promise 6).
"""

import json
import logging
import os
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict, replace

from kiosk.box import agent_lock
from kiosk.clock import Moment
from kiosk.paths import open_plain

log = logging.getLogger(__name__)

FILE, LOCK = "screen.json", "screen.lock"
MAX_BYTES = 4096
STALE_SECONDS = 60
"""A beat comes every ten seconds, and systemd's watchdog has half a minute of patience."""
WELL_SECONDS = 600
"""A start that draws for so long was worth it: failures before it are forgotten."""
FUTILE_STARTS = 6
"""After so many starts in a row that came to nothing the kiosk gives up, and a still picture says so."""


class ScreenState(StrEnum):
    """What the sign says. ``GONE``: no screen runs. ``GAVE_UP``: nor is one being started; a still picture stands."""

    STARTING = "starting"
    DRAWS = "draws"
    FROZEN = "frozen"
    GONE = "gone"
    GAVE_UP = "gave_up"


class SignOfLife(Struct, frozen=True):
    """Of the boot named ``boot``, in whole seconds since it. ``started_s``: the last start. ``drawn_s``: the last frame
    that was looked for, to ten seconds; ``None`` before the first. ``starts``: how many starts there were. ``futile``:
    how many of the last ones in a row never drew for long. ``covers``: the picture covers the panel. ``renderer``:
    ``hardware``, ``software`` or empty. ``touch``: a touch panel is there."""

    boot: str
    started_s: int
    starts: int = 1
    futile: int = 1
    drawn_s: int | None = None
    gave_up: bool = False
    covers: bool = True
    renderer: str = ""
    touch: bool = False

    @property
    def restarts(self) -> int:
        """How often the screen was started again in this boot."""
        return max(0, self.starts - 1)


def next_start(last: SignOfLife | None, now: Moment) -> SignOfLife:
    """The sign of a start. After the kiosk gave up each start is one more try."""
    if last is None or last.boot != now.boot:
        return SignOfLife(now.boot, now.up_s)
    gives_up = last.futile >= FUTILE_STARTS and not last.gave_up
    futile = last.futile if gives_up else last.futile + 1
    return SignOfLife(now.boot, now.up_s, last.starts + (not gives_up), futile, gave_up=gives_up)


def drawn(sign: SignOfLife, now: Moment, *, covers: bool, touch: bool, renderer: str) -> SignOfLife:
    """The sign after a frame that was looked for."""
    lasted = now.up_s - sign.started_s >= WELL_SECONDS
    futile = 0 if lasted else sign.futile
    tens = now.up_s // 10 * 10
    return replace(sign, drawn_s=tens, futile=futile, covers=covers, touch=touch, renderer=renderer)


def state_of(sign: SignOfLife | None, now: Moment, *, runs: bool) -> ScreenState | None:
    """``runs``: a screen's process is there. ``None`` when none was started since the machine was."""
    if sign is None or sign.boot != now.boot:
        return None
    if sign.gave_up:
        return ScreenState.GAVE_UP
    if not runs:
        return ScreenState.GONE
    if now.up_s - (sign.started_s if sign.drawn_s is None else sign.drawn_s) > STALE_SECONDS:
        return ScreenState.FROZEN
    return ScreenState.STARTING if sign.drawn_s is None else ScreenState.DRAWS


def read_sign(folder: Path) -> SignOfLife | None:
    """The sign in a runtime folder, ``None`` when there is none that can be read."""
    try:
        with open_plain(folder / FILE) as file:
            values = json.loads(file.read(MAX_BYTES))
        sign = SignOfLife(**values)
    except (OSError, ValueError, TypeError):
        return None
    numbers = (sign.started_s, sign.starts, sign.futile, 0 if sign.drawn_s is None else sign.drawn_s)
    words = (sign.boot, sign.renderer)
    whole = all(type(each) is int for each in numbers) and all(isinstance(each, str) for each in words)
    return sign if whole else None


def screen_runs(folder: Path) -> bool:
    """Whether the process of a screen holds its lock now."""
    return agent_lock.is_running(folder, LOCK)


class Pulse:
    """Keeps the sign of the screen that this process is, as long as it lives. A sign that cannot be written is logged
    once: the screen itself waits for nothing."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._complained = folder, False
        self._lock: int | None = None
        self._sign: SignOfLife | None = None

    def begin(self, now: Moment) -> SignOfLife:
        """Counts this start."""
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = agent_lock.take(self._folder, LOCK)
        self._sign = next_start(read_sign(self._folder), now)
        self._keep()
        return self._sign

    def drew(self, now: Moment, *, covers: bool, touch: bool, renderer: str) -> None:
        """A touch and a frame came all the way through."""
        if self._sign is not None:
            self._sign = drawn(self._sign, now, covers=covers, touch=touch, renderer=renderer)
            self._keep()

    @property
    def is_well(self) -> bool:
        """Whether this start has drawn for long (``WELL_SECONDS``)."""
        return self._sign is not None and self._sign.futile == 0

    def ended(self, *, renews: bool = False) -> None:
        """The screen ends because somebody asked it to: that start was not in vain. ``renews``: it did so itself, to
        start anew with other settings, which nobody need look into."""
        if self._sign is not None:
            futile, starts = max(0, self._sign.futile - 1), self._sign.starts - renews
            self._sign = replace(self._sign, futile=futile, starts=starts)
            self._keep()

    def let_go(self) -> None:
        """Holds the lock no more, as when the process ends."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _keep(self) -> None:
        assert self._sign is not None, "begin comes first"
        new = self._folder / f"{FILE}.new"
        try:
            new.write_text(json.dumps(asdict(self._sign)), encoding="ascii")
            os.replace(new, self._folder / FILE)
        except OSError as error:
            if not self._complained:
                log.error("the sign of life cannot be kept in %s: %s", self._folder, error)
            self._complained = True
