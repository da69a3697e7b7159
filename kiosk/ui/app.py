"""The window and its main loop: draw states, turn touches into events, tick, and never let anyone out."""

import logging
import signal
import time
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kivy.app import App
from kivy.base import ExceptionHandler, ExceptionManager, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from msgspec import Struct, field

from kiosk.desk.shipped import shipped
from kiosk.flow.input.non_visual import offered
from kiosk.flow.input.number_keys import types_digits
from kiosk.flow.rules.likely_next import likely
from kiosk.flow.state.cue import Cue
from kiosk.flow.state.lobby import CounterChoice, Rules
from kiosk.flow.state.preferences import Pressed, Zone, ZoneTouched
from kiosk.flow.state.screens import (
    Event,
    Idle,
    LookingUpDossier,
    Place,
    Resting,
    SaveFailed,
    Saving,
    Scanned,
    Starting,
    State,
    Tick,
    Touched,
    Unavailable,
    WentHome,
)
from kiosk.languages.packs import Packs, load_packs
from kiosk.shell import Desk, Shell
from kiosk.ui.event_wait import EventWait
from kiosk.ui.heartbeat import BEAT_SECONDS, Heartbeat
from kiosk.ui.keyboard import Keyboard
from kiosk.ui.metrics import Panel
from kiosk.ui.root_view import RootView
from kiosk.ui.switch_scan import SwitchScan
from kiosk.ui.voice import Voice

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
TOO_MANY_ERRORS = 3
#: the zone and the key that pause, go on, and repeat
HEAR_AGAIN = (ZoneTouched(Zone.AGAIN), Pressed("again"))
ERROR_WINDOW_SECONDS = 60.0


class Appearance(Struct, frozen=True):
    """What the settings say about the screen. ``width_mm`` is measured along the panel's horizontal edge as mounted.

    ``packs`` are the languages in the order of their cards. ``office`` is the name shown in the corner. ``own_counter``
    is this kiosk's counter, ``None`` for a kiosk of the whole hall.
    """

    packs: Packs = field(default_factory=load_packs)
    width_mm: float | None = None
    distance_mm: float | None = None
    office: str = ""
    own_counter: CounterChoice | None = None
    #: a person's recordings of the spoken prompts, a folder with one a language
    recordings: Path | None = None
    #: the keys that are switches, by their number: ``next`` or ``choose``
    switch_keys: Mapping[int, str] = {}


class KioskApp(App):
    """The kiosk's window. ``boot`` opens the store after the first frame and returns the desk behind the screen.

    ``play_cue`` sounds a cue at a volume of 1 to 5, and does not wait for its end.
    ``heartbeat`` is called whenever a frame *and* a touch have come all the way through, for the watchdog; one is sent
    on its way every ``beat_seconds``.
    ``run_kiosk`` returns the exit code: 0 when asked to stop, 1 when too much went wrong and systemd should restart.
    """

    use_kivy_settings = False

    def __init__(
        self,
        rules: Rules,
        look: Appearance,
        boot: Callable[[], Desk],
        *,
        heartbeat: Callable[[], None] | None = None,
        beat_seconds: float = BEAT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        event_wait: bool = True,
        play_cue: Callable[[Cue, int], None] = lambda cue, volume: None,
    ) -> None:
        super().__init__()
        self.look, self.exit_code = look, 0
        self._boot, self._clock, self._wants_event_wait = boot, clock, event_wait
        self._booted = False
        self._desk: Desk | None = None
        self._heartbeat = Heartbeat(heartbeat, beat_seconds) if heartbeat else None
        self._posted: deque[Event] = deque()
        self._ahead: deque[Place] = deque()
        self._wait: EventWait | None = None
        self._errors: deque[float] = deque(maxlen=TOO_MANY_ERRORS)
        self._handler = _GoHome(self._went_wrong)
        self.shell = Shell(rules, clock, self._changed, self._sounded)
        self._play_cue = play_cue
        self._cue: Cue | None = None
        self._dirty = False

    # ---- running

    def run_kiosk(self) -> int:
        """Opens the window and returns when the kiosk has stopped."""
        signal.signal(signal.SIGTERM, lambda *_: self.finish(0))
        self.run()
        return self.exit_code

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody uses the screen."""
        return isinstance(self.shell.state.place, Idle | Resting)

    def finish(self, exit_code: int) -> None:
        """Stops the loop; safe from a signal handler."""
        self.exit_code = exit_code
        stopTouchApp()

    def post(self, event: Event) -> None:
        """Lets an event happen, from any thread: a scan, a button box."""
        self._posted.append(event)
        Clock.schedule_once(self._take_posted, 0)
        if self._wait:
            self._wait.wake()

    def press(self, event: Event) -> None:
        """A physical button, from any thread: heard exactly when a touch on the screen would be."""
        self.call(lambda: self.stage.press_key(event))

    def switch(self, which: str) -> None:
        """``next`` or ``choose``, from any thread."""
        self.call(partial(self._switch, which))

    def _switch(self, which: str) -> None:
        self._scan.press(which)

    def call(self, action: Callable[[], None]) -> None:
        """Runs ``action`` on the window's thread, from any thread: a device that came or went."""
        Clock.schedule_once(lambda _: action(), 0)
        if self._wait:
            self._wait.wake()

    # ---- what Kivy calls

    def build(self) -> RootView:
        self.stage = RootView(
            texts=self.look.packs.strings(),
            happened=self.dispatch_event,
            clock=self._clock,
            office=self.look.office,
            own_counter=self.look.own_counter,
            rules=self.shell.rules,
            probed=self._heartbeat.touched if self._heartbeat else lambda: None,
        )
        self._keyboard = Keyboard(
            self._clock,
            scanned=lambda text: self.dispatch_event(Scanned(text)),
            pressed=lambda key: self.stage.press_key(Pressed(key)),
            target=self.stage,
            chooses=lambda: not types_digits(self.shell.state),
            switches={key: partial(self._switch, switch) for key, switch in self.look.switch_keys.items()},
        )
        self._voice = Voice(self.look.packs, self.shell.rules, self.look.recordings)
        self._scan = SwitchScan(self.stage)
        self._measure()
        self.stage.draw(self.shell.state)
        return self.stage

    def on_start(self) -> None:
        """Closes the box and waits for the first frame before the store is opened."""
        Window.bind(on_request_close=self._stay, on_resize=self._measure)
        self._keyboard.start()
        ExceptionManager.add_handler(self._handler)
        if self._wants_event_wait:
            self._wait = EventWait.install()
        self._ticking = Clock.schedule_interval(self._tick, TICK_SECONDS)
        if self._heartbeat:
            self._heartbeat.start()
        Window.bind(on_flip=self._first_frame)

    def on_stop(self) -> None:
        Window.unbind(on_request_close=self._stay, on_resize=self._measure)
        self._keyboard.stop()
        self._voice.stop()
        Window.unbind(on_flip=self._first_frame)
        ExceptionManager.remove_handler(self._handler)
        self._ticking.cancel()
        if self._heartbeat:
            self._heartbeat.stop()
        if self._wait:
            self._wait.remove()

    def open_settings(self, *_: object) -> bool:
        """F1 opens nothing."""
        return False

    def _stay(self, *_: object, **__: object) -> bool:
        return True

    # ---- events and drawing

    def dispatch_event(self, event: Event) -> None:
        """Lets an event happen and draws what came of it, once. Asked for again while it speaks, the voice pauses."""
        if event in HEAR_AGAIN and self._voice.pause_or_go_on():
            if not offered(self.shell.state):
                return
            event = Touched()
        try:
            self.shell.dispatch(event)
        finally:
            self._draw_if_changed()
            self._answer()

    def _answer(self) -> None:
        """What came of it all is heard as well: one cue, that of the last step. A greeting is an answer by itself."""
        answer, self._cue = self._cue, None
        if answer and not (self._voice.is_speaking and not self.shell.state.preferences.spoken):
            self._play_cue(answer, self.shell.state.preferences.volume)

    def _sounded(self, cue: Cue) -> None:
        self._cue = cue

    def _changed(self, _: State) -> None:
        self._dirty = True

    def _draw_if_changed(self) -> None:
        if self._dirty:
            self._dirty = False
            if self._desk and isinstance(self.shell.state.place, Idle):
                self.stage.stand_in(*self._desk.office())
            self.stage.draw(self.shell.state)
            self._scan.follow()
            self._voice.rules = self.shell.rules
            self._voice.follow(self.shell.state)
            if log.isEnabledFor(logging.DEBUG):
                Window.bind(on_flip=self._tell)

    def _tell(self, *_: object) -> None:
        """Says which screen can now be seen; for trying out, never in the field: it tells when somebody pressed."""
        Window.unbind(on_flip=self._tell)
        Clock.schedule_once(lambda _: log.debug("screen %s", type(self.shell.state.place).__name__), 0)

    def _take_posted(self, *_: object) -> None:
        while self._posted:
            self.dispatch_event(self._posted.popleft())

    def _tick(self, *_: object) -> None:
        self.dispatch_event(Tick())
        self.stage.pass_time()
        if not self._booted:
            self._open_again()
        elif self._ahead and isinstance(self.shell.state.place, Idle | Resting):
            self.stage.prepare(self._ahead.popleft())

    def _measure(self, *_: object) -> None:
        panel = Panel(Window.width, Window.height, self.look.width_mm, self.look.distance_mm)
        self.stage.measure(panel)

    # ---- opening the store

    def _first_frame(self, *_: object) -> None:
        Window.unbind(on_flip=self._first_frame)
        Clock.schedule_once(self._open, 0)

    def _open(self, *_: object) -> None:
        try:
            desk = self._boot()
        except Exception:
            log.exception("the kiosk could not be opened; it will be tried again")
            self._open_at = self._clock() + self.shell.rules.probe_seconds
            self.dispatch_event(Unavailable("cannot_open"))
            return
        self._booted, self._desk = True, desk
        try:
            self.shell.open(desk)
            self._ahead.extend(likely(desk.counters(), shipped(), self._clock()))
        finally:
            self._draw_if_changed()

    def _open_again(self) -> None:
        if not isinstance(self.shell.state.place, Starting) and self._clock() >= self._open_at:
            self._open()

    # ---- when something goes wrong

    def _went_wrong(self, error: BaseException) -> None:
        log.error("an error on the screen; going home", exc_info=error)
        self._errors.append(self._clock())
        if len(self._errors) == TOO_MANY_ERRORS and self._errors[-1] - self._errors[0] < ERROR_WINDOW_SECONDS:
            log.error("%d errors within a minute; stopping, to be started again", TOO_MANY_ERRORS)
            self.finish(1)
            return
        Clock.schedule_once(self._go_home, 0)

    def _go_home(self, *_: object) -> None:
        match self.shell.state.place:
            case Saving():
                self.dispatch_event(SaveFailed())
            case LookingUpDossier() | Starting():
                self.dispatch_event(Unavailable("cannot_open"))
            case _:
                self.dispatch_event(WentHome())


class _GoHome(ExceptionHandler):
    def __init__(self, went_wrong: Callable[[BaseException], None]) -> None:
        self._went_wrong = went_wrong

    def handle_exception(self, inst: BaseException) -> Any:
        if not isinstance(inst, Exception):
            return ExceptionManager.RAISE
        self._went_wrong(inst)
        return ExceptionManager.PASS
