"""The root of the window: show the screen of a state and pass touches on to it, one event at a time."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kivy.core.text import LabelBase
from kivy.core.window import Window
from kivy.graphics import PopMatrix, PushMatrix, Translate
from kivy.uix.floatlayout import FloatLayout
from msgspec.structs import replace

from kiosk.domain.rating import Given
from kiosk.flow.input.choices import choices
from kiosk.flow.input.non_visual import can_begin, offered
from kiosk.flow.rules.screen_table import screen
from kiosk.flow.state.lobby import CounterChoice, Rules
from kiosk.flow.state.preferences import PLAIN, Colours, CornerHeld, Preferences, Pressed
from kiosk.flow.state.screens import ChoosePreferences, Chose, Event, Idle, Place, Starting, State, StillThere, Touched
from kiosk.paths import shared
from kiosk.texts import Strings
from kiosk.ui import palette
from kiosk.ui.heartbeat import is_probe
from kiosk.ui.metrics import Metrics, Panel, metrics_for
from kiosk.ui.pixel_shift import shift_at
from kiosk.ui.screens import NON_VISUAL, page_named, read_rules
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import fitting

log = logging.getLogger(__name__)

#: how long a finger rests on the marked corner, bottom left, to begin without looking; seen by the second's tick
CORNER_SECONDS = 2.0
CORNER_TARGETS = 1.5  # how far the corner reaches from the edges, in targets of 20 mm
IDLE = screen(Idle()).page
WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold")


class RootView(FloatLayout):
    """Screens are built when first needed and kept. ``happened`` takes the event a touch became."""

    def __init__(
        self,
        *,
        texts: Mapping[str, Strings],
        happened: Callable[[Event], None],
        clock: Callable[[], float],
        rules: Rules,
        office: str = "",
        own_counter: CounterChoice | None = None,
        probed: Callable[[], None] = lambda: None,
        **kwargs: Any,
    ) -> None:
        load_look()
        super().__init__(**kwargs)
        self._texts, self._happened, self._clock = texts, happened, clock
        self._office, self._own_counter = office, own_counter
        self._rules, self.probed = rules, probed
        self._panel: Panel | None = None
        with self.canvas.before:
            PushMatrix()
            self._shift = Translate()
        with self.canvas.after:
            PopMatrix()
        self._metrics: Metrics | None = None
        self._suited: tuple[object, ...] = ()
        self._pages: dict[str, Page] = {}
        self._plain: dict[str, Page] = {}
        self._shown: list[Page] = []
        self._latched = self._by_switch = False
        self._deaf_until = 0.0
        self._in_corner: tuple[Any, float] | None = None
        self.state: State | None = None

    @property
    def page(self) -> Page:
        """The screen that hears touches now."""
        return self._shown[-1]

    def measure(self, panel: Panel) -> None:
        """A panel of these sizes: screens are built anew for it."""
        self._panel, self._suited = panel, ()
        self._plain.clear()
        if self.state:
            self.draw(self.state)
        else:
            self._suit(PLAIN)

    def _suit(self, wanted: Preferences) -> None:
        """Sizes and colours as the citizen wants them; when they change, every screen is built anew.

        The screens for who wants nothing special are kept for the next citizen.
        """
        assert self._panel is not None, "measure() comes before draw()"
        colours = Colours.DARK if wanted.by_ear else wanted.colours
        strong = colours in (Colours.DARK, Colours.LIGHT)
        looks = wanted.text_step, colours, wanted.left_handed
        if looks == self._suited:
            return
        self._suited = looks
        self._metrics = metrics_for(self._panel, wanted.text_step, left_handed=wanted.left_handed, strong=strong)
        palette.wear(palette.SETS[colours])
        Window.clearcolor = palette.rgba(palette.PAPER)
        self._take_away()
        self._pages = self._plain if looks == (PLAIN.text_step, PLAIN.colours, PLAIN.left_handed) else {}

    def stand_in(self, office: str, own_counter: CounterChoice | None) -> None:
        """Where this kiosk stands, as reference data now says."""
        self._office, self._own_counter = office, own_counter
        for pages in (self._pages, self._plain):
            for page in pages.values():
                page.office = office
            if IDLE in pages:
                pages[IDLE].own_counter = own_counter

    def draw(self, state: State) -> None:
        """Shows a state. The latch opens: what was touched has had its effect.

        The idle screen is up before the store is: opening it keeps the window busy for a fraction of a second, and a
        touch in that time is heard afterwards.
        """
        self._latched = False
        self.state = state
        self._suit(state.preferences)
        now = self._clock()
        place: Place = Idle() if isinstance(state.place, Starting) else state.place
        places: list[Place] = [place.resume, place] if isinstance(place, StillThere) else [place]
        if offered(state):
            places, pages = [place], [self._page_without_looking()]
        else:
            pages = [self._page_for(each) for each in places]
        for page, place in zip(pages, places, strict=True):
            self._say_in(page, state.language)
            page.afterwards_cards = state.lobby.afterwards_cards
            page.intake, page.choices = state.lobby.intake, choices(replace(state, place=place), self._rules)
            if isinstance(place, ChoosePreferences) and not offered(state):
                page.chosen = state.preferences
            page.show(place, now)
            page.pass_time(now)
        if pages != self._shown:
            self._take_away(but=pages)
            for page in pages:
                self.add_widget(page)
            self._shown = pages
            Window.clearcolor = palette.rgba(self.page.paper)
            self._deaf_until = now + self.page.deaf_seconds

    def prepare(self, place: Place) -> None:
        """Builds a screen while nobody waits for it, with its words and drawings as they will probably be."""
        page = self._page_for(place)
        if page in self._shown or self.state is None:
            return
        page.size = self.size
        self._say_in(page, self.state.language)
        page.choices = choices(replace(self.state, place=place), self._rules)
        page.show(place, self._clock())

    def pass_time(self) -> None:
        """About once a second: what moves by itself moves on, and once a minute the whole picture by a hair."""
        if self._shown and self._metrics:
            self.page.pass_time(self._clock())
            if self._in_corner and self._clock() - self._in_corner[1] >= CORNER_SECONDS:
                self._in_corner = None
                if self.state and can_begin(self.state, self._rules):
                    self._say(self.page, CornerHeld())
            shift = shift_at(self._clock(), self._metrics.stroke)
            if self._shift.xy != shift:
                self._shift.xy = shift

    def on_touch_down(self, touch: Any) -> bool:
        if is_probe(touch):
            self.probed()
            return True
        if not self.hears():
            return True
        if self._metrics and max(touch.pos) <= CORNER_TARGETS * self._metrics.target:
            self._in_corner = touch, self._clock()
        if not self.page.on_touch_down(touch):
            self._say(self.page, Touched())
        return True

    def press_key(self, event: Event) -> None:
        """A physical key or button: heard exactly when a touch would be."""
        if self.hears():
            self._say(self.page, event)

    @property
    def writes(self) -> bool:
        """Whether the keys of a keyboard are letters now, if only of what lies beneath a question."""
        return any(page.keyboard is not None for page in self._shown)

    @property
    def has_field(self) -> bool:
        """Whether the keys go into the field, not to a question that lies over it."""
        return bool(self._shown) and self.page.keyboard is not None

    def begin_run(self) -> None:
        """What stands in the field now is what ``take_back`` brings back."""
        if self.has_field:
            self.page.keyboard.begin_run()

    def take_back(self) -> None:
        """What was typed since ``begin_run`` was no person's."""
        if self.has_field:
            self.page.keyboard.take_back()

    def type_key(self, key: str) -> None:
        """A key of a keyboard where something is written: a character, or a name as ``Keyboard`` gives it.

        Whoever types while being asked "Ông/Bà còn cần thời gian?" is there: digits answer, a letter is a touch.
        """
        if not self.hears():
            return
        if self.page.keyboard is None:
            self._say(self.page, Pressed(key) if key.isdigit() else Touched())
        else:
            self.page.keyboard.type_key(key)

    def on_touch_move(self, touch: Any) -> bool:
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if self._in_corner and self._in_corner[0] is touch:
            self._in_corner = None
        return True

    def hears(self) -> bool:
        """False in the blink of a new screen: a finger that comes down then was meant for the one before."""
        hears = bool(self._shown) and self._clock() >= self._deaf_until
        if not hears:
            log.debug("not heard: the screen is new")
        return hears

    def choose_by_switch(self, control: Any) -> None:
        """What a finger on this control would do; a face chosen so is told apart from one that was touched."""
        self._by_switch = True
        try:
            control.dispatch("on_fire")
        finally:
            self._by_switch = False

    def _say(self, page: Page, event: Event) -> None:
        if self._latched or not self._shown or page is not self.page:
            return
        self._latched = True
        try:
            by_switch = self._by_switch and isinstance(event, Chose)
            self._happened(replace(event, given=Given.SWITCH) if by_switch else event)
        finally:
            self._latched = False

    def _page_for(self, place: Place) -> Page:
        """The screen that draws a place; built when it is first needed."""
        name = screen(place).page
        if name not in self._pages:
            extra: dict[str, Any] = {"office": self._office, "speech": self._rules.speech}
            page_type = page_named(name)
            if name == IDLE:
                extra["own_counter"] = self._own_counter
            if "pin_length" in page_type.__dict__:
                extra["pin_length"] = self._rules.pin_length
            self._pages[name] = self._built(page_type, **extra)
        return self._pages[name]

    def _page_without_looking(self) -> Page:
        """One screen for all places, kept like the others."""
        if NON_VISUAL not in self._pages:
            self._pages[NON_VISUAL] = self._built(page_named(NON_VISUAL))
        return self._pages[NON_VISUAL]

    def _built(self, page_type: type[Page], **extra: Any) -> Page:
        assert self._metrics is not None, "measure() comes before draw()"
        return page_type(
            say=self._say,
            m=self._metrics,
            words=next(iter(self._texts.values())),
            scanner=str(self._rules.scanner),
            **extra,
        )

    def _say_in(self, page: Page, language: str) -> None:
        page.words = self._texts.get(language) or next(iter(self._texts.values()))
        page.languages = [(each, self._texts[each].name) for each in self._rules.languages if each in self._texts]
        names = list(self._texts)
        if len(names) > 1:
            other = names[(names.index(page.words.language) + 1) % len(names)]
            name = other[:2].upper() if page.m.language_in_letters else self._texts[other].name
            page.other_language, page.other_language_name = other, name

    def _take_away(self, but: Sequence[Page] = ()) -> None:
        """No screen is shown any more; those that are left (not ``but``) forget what they showed."""
        self.clear_widgets()
        left = [page for page in self._shown if page not in but]
        for page in left:
            page.choices = ()
            page.forget()
        if any(page.confidential for page in left):
            fitting.forget()
        self._shown = []


def load_look() -> None:
    """Registers the fonts and reads the widgets' rules; doing it again changes nothing."""
    fonts: Path = shared("assets") / "fonts"
    for weight in WEIGHTS:
        LabelBase.register(f"Be{weight}", str(fonts / f"BeVietnamPro-{weight}.ttf"))
    import kiosk.ui.widgets as widgets

    read_rules(Path(widgets.__file__).with_name("widgets.kv"))
