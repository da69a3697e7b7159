"""Choose text size, colours, the hand and reading aloud; each takes effect on this very screen."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from msgspec.structs import replace

from kiosk.flow.state.preferences import PLAIN, TEXT_STEPS, VOLUMES, Colours, Preferences, PreferencesChosen
from kiosk.flow.state.screens import ChoosePreferences, Confirmed
from kiosk.ui import palette
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import Press
from kiosk.ui.widgets.tick import draw_tick

LETTERS = (1.0, 1.4, 1.8)


class ChoicePress(Press):
    """One of several, of which one is chosen: it has a tick in its corner."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("tone", "pos", "size"):
            self.fbind(name, self._tick)

    def _tick(self, *_: object) -> None:
        self.canvas.after.clear()
        if self.tone == "accent":
            size = min(self.m.body * 0.9, self.height * 0.27)
            out = 0.35 if self.m.compact else 0.6  # where there is little room, half out of the card and off its word
            draw_tick(self.canvas.after, self.right - size * out, self.top - size * out, size)


class ColoursPress(ChoicePress):
    """A set of colours, shown in its own colours."""

    def __init__(self, colours: Colours, **kwargs: Any) -> None:
        self.colours = colours
        super().__init__(**kwargs)

    def _colour(self, *_: object) -> None:
        own = palette.SETS[self.colours]
        self.fill, self.ink = palette.rgba(palette.PAPER, colours=own), palette.rgba(palette.INK, colours=own)
        self.border = palette.rgba(palette.ACCENT if self.tone == "accent" else palette.LINE)
        self.stroke = self.m.stroke * (4 if self.tone == "accent" else 1)


class PreferencesPage(Page):
    """Built anew, like every screen, when the size or the colours change."""

    chosen: Preferences = ObjectProperty(PLAIN)
    text_step = NumericProperty(0)
    left_handed = BooleanProperty(False)
    spoken = BooleanProperty(False)
    volume = NumericProperty(2)

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        for step in TEXT_STEPS:
            size = ChoicePress(m=self.m, words="A", most=self.m.base * LETTERS[step])
            size.bind(on_fire=lambda _, wanted=step: self._choose(text_step=wanted))
            self.ids.sizes.add_widget(size)
        for colours in Colours:
            one = ColoursPress(colours, m=self.m, most=self.m.body)
            one.bind(on_fire=lambda _, wanted=colours: self._choose(colours=wanted))
            self.ids.colours.add_widget(one)
        if not self.speech:
            self.ids.voice.remove_widget(self.ids.reading)
            self.ids.voice.remove_widget(self.ids.volume)

    def show(self, place: ChoosePreferences, now: float) -> None:
        chosen = self.chosen
        self.text_step, self.left_handed = chosen.text_step, chosen.left_handed
        for one in self.ids.colours.children:
            one.words = self.words[f"preferences.colours_{one.colours}"]
            one.tone = "accent" if one.colours is chosen.colours else "plain"
        self.spoken, self.volume = chosen.spoken, chosen.volume
        for step, size in enumerate(reversed(self.ids.sizes.children)):
            size.tone = "accent" if step == chosen.text_step else "plain"

    def switch_hand(self) -> None:
        self._choose(left_handed=not self.left_handed)

    def switch_speech(self) -> None:
        self._choose(spoken=not self.spoken)

    def turn_volume(self, by: int) -> None:
        self.emit(PreferencesChosen(self.chosen.louder(by)))

    def done(self) -> None:
        self.emit(Confirmed())

    def _choose(self, **wanted: Any) -> None:
        self.emit(PreferencesChosen(replace(self.chosen, **wanted)))


def volume_signs(volume: int) -> str:
    """Which of the steps the volume is on, short enough for the narrowest panel.

    >>> volume_signs(4)
    '4/5'
    """
    return f"{volume}/{VOLUMES[-1]}"
