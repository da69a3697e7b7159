"""``kiosk run``: compose and start the screen. The window opens first, the database after the first frame."""

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import __version__
from kiosk.box.sign_of_life import FUTILE_STARTS, Pulse
from kiosk.cli.renewal import Renewal, without_failed
from kiosk.clock import read_clock
from kiosk.domain.rating import Given
from kiosk.flow.state.cue import Cue
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import TEXT_STEPS, VOLUMES, HeadsetPlugged, Preferences
from kiosk.flow.state.printing import Printed, PrinterChanged, PrintFailed, Trouble
from kiosk.flow.state.screens import Chose, LobbyLoaded, Scanned
from kiosk.hardware.memory import collect_from_now_on, give_back_early, start_without_collecting
from kiosk.hardware.panel import connected_width_mm
from kiosk.hardware.sound.pace import can_change_pace
from kiosk.hardware.systemd import beat_seconds, notify
from kiosk.hardware.touch_panel import touch_panels
from kiosk.languages.packs import Packs, load_packs
from kiosk.paths import shared
from kiosk.settings import Settings
from kiosk.ui.environment import WindowSettings, prepare

if TYPE_CHECKING:
    from kiosk.desk.desk import KioskDesk
    from kiosk.hardware.printer.printer import Printer
    from kiosk.queue.event import QueueEvent
    from kiosk.ui.app import KioskApp

log = logging.getLogger(__name__)

MICROPHONE_SECONDS = 60.0
GAVE_UP = 75
"""The exit code after too many starts that came to nothing (EX_TEMPFAIL of sysexits.h): the unit shows a still picture
instead (``RestartPreventExitStatus``)."""


def run(settings: Settings, *, verbose: bool) -> int:
    """Returns when the kiosk was asked to stop (0), must be started again (1) or was so too often (``GAVE_UP``)."""
    give_back_early()
    start_without_collecting()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("kiosk").setLevel(logging.DEBUG if verbose else logging.INFO)
    pulse = Pulse(settings.runtime)
    begun = pulse.begin(read_clock())
    if begun.gave_up:
        log.error("%d starts in a row came to nothing; a still picture is shown instead", FUTILE_STARTS)
        return GAVE_UP
    settings = without_failed(settings, begun.futile)
    prepare(window(settings), settings.runtime)
    from kiosk.ui.app import Appearance, KioskApp
    from kiosk.ui.heartbeat import BEAT_SECONDS

    packs = packs_of(settings)
    on_panel, opened = PanelWatch(settings, pulse), list["KioskDesk"]()
    look = Appearance(
        packs=packs,
        width_mm=settings.display.panel_width_mm or connected_width_mm(portrait=stands_upright(settings)),
        distance_mm=settings.display.viewing_distance_mm or None,
        switch_keys=settings.switch_keys,
        recordings=Path(settings.recordings) if settings.recordings else None,
    )

    def boot() -> "KioskDesk":
        collect_from_now_on()
        desk = open_desk(settings, packs)
        opened.append(desk)
        listen(settings, app, desk, packs)
        on_panel.begin(app, desk)
        notify(READY="1", STATUS="the screen is up")
        return desk

    app = KioskApp(
        rules(settings, packs),
        look,
        boot,
        heartbeat=on_panel.beat,
        beat_seconds=beat_seconds(os.environ, BEAT_SECONDS),
        clock=time.monotonic,
        play_cue=cue_player(settings),
    )
    exit_code = int(app.run_kiosk())
    notify(STOPPING="1")
    if exit_code == 0:
        pulse.ended(renews=on_panel.renews)
    for desk in opened:
        desk.close()
    return exit_code


def cue_player(settings: Settings) -> Callable[[Cue, int], None]:
    """What sounds a cue; nothing does where the office wants none."""
    if not settings.cues:
        return lambda cue, volume: None
    from kiosk.hardware.sound.cues import CuePlayer

    player = CuePlayer(shared("assets") / "sounds" / "cues")
    player.start()
    return player.play


class PanelWatch:
    """Tells systemd's watchdog that all is well, as long as the picture covers the panel, and keeps the sign of life.

    A picture that does not is kept for ``kiosk doctor`` and the district; a panel that was turned starts the kiosk
    anew, in its new shape. The panel is measured before the window is made, so that no turn goes unseen.
    """

    def __init__(self, settings: Settings, pulse: Pulse) -> None:
        from kiosk.ui.coverage import Coverage

        self._pulse, self._renderer = pulse, ""
        self._renewal = Renewal(settings, lambda fresh: self._desk.settings_came(fresh.report))
        self.renews = False
        self._coverage = Coverage() if covers_the_panel(settings) else None
        self._began = False

    def begin(self, app: "KioskApp", desk: "KioskDesk") -> None:
        """The window is there, and the desk that keeps what is found."""
        self._app, self._desk, self._began = app, desk, True
        self._covers()

    def _drew(self, *, covers: bool) -> None:
        from kiosk.ui.renderer import renderer

        self._renderer = self._renderer or renderer()
        self._pulse.drew(read_clock(), covers=covers, touch=bool(touch_panels()), renderer=self._renderer)

    def beat(self) -> None:
        """A touch and a frame came all the way through."""
        if self._began and self._coverage and self._coverage.turned():
            log.error("the panel has another size than at the start; the kiosk starts anew")
            self._app.finish(1)
            return
        covers = not self._began or self._covers()
        self._drew(covers=covers)
        if covers:
            notify(WATCHDOG="1")
        if self._began:
            self._renew()

    def _renew(self) -> None:
        """Starts anew with the district's newer settings, when nobody stands before the screen."""
        if self._pulse.is_well:
            self._renewal.proven()
        if self._renewal.is_due(read_clock(), at_rest=self._app.is_at_rest):
            log.info("the district sent other settings; the kiosk starts anew")
            self.renews = True
            self._app.finish(0)

    def _covers(self) -> bool:
        if self._coverage is None:
            return True
        covers = self._coverage.covers()
        if not covers:
            log.error("the picture does not cover the panel; the watchdog is told nothing until it does")
        self._desk.device_changed("picture", present=covers, state="covers" if covers else "partial")
        return covers


def covers_the_panel(settings: Settings) -> bool:
    """Whether the window is meant to cover the panel; offscreen there is none."""
    return settings.display.fullscreen and os.environ.get("SDL_VIDEODRIVER") != "offscreen"


def stands_upright(settings: Settings) -> bool:
    """Whether the picture is higher than wide: as the panel is driven, or as the settings say of a window."""
    from kiosk.ui.coverage import panel

    bounds = panel() if covers_the_panel(settings) else None
    display = settings.display
    return bounds.height > bounds.width if bounds else display.height_px > display.width_px


def window(settings: Settings) -> WindowSettings:
    display = settings.display
    offscreen = os.environ.get("SDL_VIDEODRIVER") == "offscreen"
    if covers_the_panel(settings):
        return WindowSettings(offscreen=offscreen)
    return WindowSettings(width=display.width_px, height=display.height_px, offscreen=offscreen)


def packs_of(settings: Settings) -> Packs:
    """The languages this kiosk offers. One whose pack cannot be used is named in the log, and the screen starts."""
    packs = load_packs(settings.languages, settings.default_language, settings.language_packs)
    for refused in packs.refused:
        log.warning("the language %s is not offered (%s); see kiosk doctor", refused.language, refused.word)
    return packs


def rules(settings: Settings, packs: Packs) -> Rules:
    return Rules(
        languages=tuple(packs.offered),
        preferences=Preferences(
            text_step=TEXT_STEPS[settings.display.text_size - 1],
            spoken=settings.speech and settings.speech_from_the_start,
            volume=VOLUMES[settings.volume + 1],  # the settings count the three louder ones
        ),
        speech=settings.speech,
        headset=settings.headset,
        scanner=settings.scanner_side,
        paces=can_change_pace(),
        sounds=packs.reference.sounds(),
        default_language=packs.office,
        typing_method=settings.typing_method,
        tone_style=settings.tone_style,
        idle_seconds=settings.idle_seconds,
        still_there_seconds=settings.still_there_seconds,
        thanks_seconds=settings.thanks_seconds,
        staff_seconds=settings.staff_seconds,
    )


def open_desk(settings: Settings, packs: Packs) -> "KioskDesk":
    """The desk behind the screen. It opens the file itself, again and again if need be; so this does not fail."""
    from kiosk.box.opening import open_or_mend
    from kiosk.desk.desk import KioskDesk
    from kiosk.languages.translations import translations_of
    from kiosk.store.engine import Store

    store = Store(settings.data)
    return KioskDesk(
        lambda: open_or_mend(store, settings.keys, read_clock),
        settings.code_patterns,
        read_clock,
        settings.unit_prefix,
        __version__,
        settings.fingerprint,
        translations_of(packs),
        settings.report,
    )


def listen(settings: Settings, app: "KioskApp", desk: "KioskDesk", packs: Packs) -> None:
    """Starts the scanner and the button box; what they send and whether they are there reach the window's thread."""

    def changed(device: str) -> Callable[[bool], None]:
        return lambda present: app.call(lambda: desk.device_changed(device, present=present))

    if settings.scanner_port:
        from kiosk.hardware.scanner import Scanner

        Scanner(
            settings.scanner_port,
            settings.scanner_baud,
            scanned=lambda text: app.post(Scanned(text)),
            changed=changed("scanner"),
        ).start()
    if settings.buttons_port:
        from kiosk.hardware.button_box import Buttons

        Buttons(
            settings.buttons_port,
            settings.buttons_baud,
            settings.button_letters,
            chose=lambda score: app.press(Chose(score, Given.BUTTONS)),
            changed=changed("buttons"),
        ).start()
    if settings.switches_port:
        from kiosk.hardware.switches import SerialSwitches

        SerialSwitches(
            settings.switches_port,
            settings.switches_baud,
            settings.switch_letters,
            pressed=app.switch,
            changed=changed("switches"),
        ).start()
    if settings.printer.port:
        from kiosk.desk import printouts

        printer = start_printer(settings, app, desk)
        languages = packs.strings()
        desk.print_on(lambda paper: printer.print(printouts.blocks_of(paper, languages)), printer.drop)
    if settings.microphone.enabled:
        listen_to_speech(settings, app, desk)
    if settings.speech:
        watch_the_jack(settings, app)
    if settings.queue.has_source:
        hear_tickets(settings, app, desk)


def hear_tickets(settings: Settings, app: "KioskApp", desk: "KioskDesk") -> None:
    """What the queue's process tells (``kiosk queue run``) stands beside ratings, is shown to the staff, and invites
    whoever was just served."""
    from kiosk.queue.listener import QueueListener

    def hear(event: "QueueEvent", age_ms: int) -> None:
        if ended := desk.hear_queue(event, age_ms):
            app.dispatch_event(ended)

    queue = QueueListener(settings.runtime, read_clock)
    queue.on_event(None, lambda event, age_ms: app.call(lambda: hear(event, age_ms)))
    queue.start()
    desk.queue = queue


def watch_the_jack(settings: Settings, app: "KioskApp") -> None:
    """Starts reading aloud when a headset is plugged in, where the machine can feel that."""
    from kiosk.hardware.sound.jack import Jack, find_jack

    device = find_jack() if settings.jack == "auto" else Path(settings.jack) if settings.jack else None
    if device:
        Jack(device, settings.speaker, lambda plugged: app.post(HeadsetPlugged(plugged))).start()


def listen_to_speech(settings: Settings, app: "KioskApp", desk: "KioskDesk") -> None:
    """Offers the microphone once it has been heard; one that is silent is tried again every minute."""
    from kiosk.hardware.sound.microphone import cannot_record
    from kiosk.hardware.sound.recorder import SoundRecorder

    def offer() -> None:
        desk.sound = SoundRecorder(settings.microphone, app.post)
        app.dispatch_event(LobbyLoaded(desk.lobby()))

    def wait() -> None:
        while trouble := cannot_record(settings.microphone.device):
            app.call(lambda: desk.device_changed("microphone", present=False))
            log.warning("the microphone cannot be used: %s", trouble)
            time.sleep(MICROPHONE_SECONDS)
        app.call(lambda: desk.device_changed("microphone", present=True))
        app.call(offer)

    threading.Thread(target=wait, name="microphone-wait", daemon=True).start()


def start_printer(settings: Settings, app: "KioskApp", desk: "KioskDesk") -> "Printer":
    """The printer, watched from now on. It posts the events of ``kiosk.flow.state.printing``."""
    from kiosk.hardware.printer.printer import Printer

    def changed(trouble: Trouble | None, paper_low: bool) -> None:
        state = str(trouble or ("paper_low" if paper_low else ""))
        app.call(lambda: desk.device_changed("printer", present=trouble is None, state=state))
        app.post(PrinterChanged(trouble))

    printer = Printer(
        settings.printer,
        printed=lambda job: app.post(Printed(job)),
        failed=lambda job, trouble: app.post(PrintFailed(job, trouble)),
        changed=changed,
    )
    printer.start()
    return printer
