"""The base of every page: sizes, strings, raising events, and ignoring those raised while it is not shown."""

from collections.abc import Callable, Sequence
from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.floatlayout import FloatLayout

from kiosk.domain.reference import Notice
from kiosk.flow.input.choice import Choice
from kiosk.flow.state.lobby import Intake
from kiosk.flow.state.preferences import PreferencesAsked
from kiosk.flow.state.screens import Event, LanguageChosen, WentHome
from kiosk.texts import Strings
from kiosk.ui import palette
from kiosk.ui.metrics import Metrics
from kiosk.ui.widgets.press import USUAL

Say = Callable[["Page", Event], None]


class Page(FloatLayout):
    """A screen. ``show`` turns a place into properties; touches become events through ``emit``."""

    m: Metrics = ObjectProperty(USUAL, rebind=True)
    words: Strings = ObjectProperty(None, rebind=True)
    #: every language that is offered, and its own name, in the order of the settings
    languages: Sequence[tuple[str, str]] = ()
    other_language = StringProperty("")
    #: what the language's button says: "English", or "EN" where there is little room
    other_language_name = StringProperty("")
    office = StringProperty("")
    #: where the scanner is, as ``ScannerSide`` has it
    scanner = StringProperty("")
    #: what may be told here; ``None`` when this box takes no góp ý or phản ánh
    intake: Intake | None = ObjectProperty(None, allownone=True)
    #: how citizens judged this office and what it did, for the screens that may show it
    afterwards_cards: tuple[Notice, ...] = ()
    speech = BooleanProperty(True)
    #: what can be chosen here, as the number keys and the non-visual mode have it, too
    choices: Sequence[Choice] = ()
    #: seconds after this screen appears in which touches are not heard: the second half of a double tap.
    deaf_seconds = 0.4
    #: whether a citizen's own words are shown here
    confidential = False
    #: the colour behind everything.
    paper = palette.PAPER

    def __init__(self, say: Say, **kwargs: Any) -> None:
        self._say = say
        super().__init__(**kwargs)

    def show(self, place: Any, now: float) -> None:
        """Draws a place. ``now`` is seconds of the same monotonic clock as the flow's."""

    def forget(self) -> None:
        """Called when this screen is left: what a citizen said must stand in no widget any more."""

    def pass_time(self, now: float) -> None:
        """Called about once a second while the screen is shown, for what moves by itself."""

    @property
    def keyboard(self) -> Any:
        """The on-screen keyboard, on a screen that has one: there the keys of a keyboard are letters."""
        return self.ids.get("keyboard")

    def emit(self, event: Event) -> None:
        """Tells the flow what the citizen did; ignored unless this screen is the one that is shown."""
        self._say(self, event)

    def choose(self, card: str) -> None:
        """A card was touched. Ignored when the screen has moved on: a second finger lifts after the first chose."""
        for choice in self.choices:
            if choice.card == card:
                self.emit(choice.event)
                return

    def here(self, words: Strings, key: str) -> str:
        """A text that sends to the scanner, as it is where this kiosk has its own; said otherwise where it has none."""
        return words.variant(key, self.scanner) if self.scanner else words[key]

    def go_home(self) -> None:
        self.emit(WentHome())

    def ask_preferences(self) -> None:
        self.emit(PreferencesAsked())

    def switch_language(self) -> None:
        self.emit(LanguageChosen(self.other_language))
