"""A page that draws its choices as buttons beside those of the bar."""

from collections.abc import Callable
from functools import partial
from typing import Any

from kivy.uix.boxlayout import BoxLayout
from msgspec import Struct

from kiosk.flow.input.choice import Choice, Stands, drawn_buttons
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import Press
from kiosk.ui.widgets.fitting import natural_width
from kiosk.vietnamese.compounds import pieces

#: beside the words of a button, where they are 100 pixels large
BESIDE_WORDS = 45


class Actions(BoxLayout):
    """The row of buttons that lead on; a row of its own in portrait, a part of the bar in landscape."""


class ViewButton(Struct, frozen=True):
    """A button that changes nothing but the view. ``words`` is a key of the interface strings.

    ``main``: it is what leads on here, so it stands last and stands out, and what leads to the next place waits until
    it has been pressed.
    """

    words: str
    turn: Callable[[], None]
    main: bool = False


def _share(words: str) -> int:
    """How much of a row without much room a button with these words gets: as its longest line of two needs, with what
    is left free beside it."""
    width = partial(natural_width, font="BeSemiBold", size=100)
    return max(*map(width, pieces(words)), round(width(words) * 0.56)) + BESIDE_WORDS


class PageWithButtons(Page):
    """A row above the bar on an upright panel, within the bar on one on its side."""

    def __init__(self, **kwargs: Any) -> None:
        self._actions = Actions()
        self._offered: object = None
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        self._actions.spacing = self.m.between
        if self.m.portrait:
            self.ids.row.add_widget(self._actions)
        else:
            self.ids.bar.add_widget(self._actions)
            if self.ids.row.parent is not self:  # in a column also an empty row would take the space above it
                self.ids.row.parent.remove_widget(self.ids.row)

    def picture_on(self, words: str) -> str:
        """The picture on the button with these words; empty for none."""
        return ""

    def offer(self, *view: ViewButton) -> None:
        """Draws the buttons; what only changes the ``view`` stands before the last one."""
        last = [each for each in view if each.main]
        found = [each for each in drawn_buttons(self.choices) if not (last and each.stands is Stands.MAIN)]
        before = [each for each in view if not each.main]
        buttons: list[Choice | ViewButton] = [*found, *last] if last else [*found[:-1], *before, *found[-1:]]
        if (self.words.language, buttons) == self._offered:
            return
        self._offered = self.words.language, buttons
        self._actions.clear_widgets()
        for button in buttons:
            drawn = self._drawn(button)
            drawn.size_hint_x = _share(drawn.words) if self.m.compact else 1
            drawn.size_hint_min_x = self.m.target
            self._actions.add_widget(drawn)

    def _drawn(self, button: Choice | ViewButton) -> Press:
        if isinstance(button, ViewButton):
            tone = "accent" if button.main else "plain"
            pressed = Press(m=self.m, words=self.words[button.words], tone=tone, most=self.m.body)
            pressed.bind(on_fire=lambda _: button.turn())
            return pressed
        words, tone = self.words[button.button], "accent" if button.stands is Stands.MAIN else "plain"
        picture = self.picture_on(button.button)
        pressed = Press(m=self.m, words=words, picture=picture, tone=tone, most=self.m.body)
        pressed.bind(on_fire=lambda _: self.emit(button.event))
        return pressed
