"""Choose text size, contrast, the hand and reading aloud; each takes effect on this very screen."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from msgspec.structs import replace

from kiosk.flow.state.preferences import PLAIN, TEXT_STEPS, VOLUMES, Preferences, PreferencesChosen
from kiosk.flow.state.screens import ChoosePreferences, Confirmed
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import Press

LETTERS = (1.0, 1.4, 1.8)


class PreferencesPage(Page):
    """Built anew, like every screen, when the size or the colours change."""

    chosen: Preferences = ObjectProperty(PLAIN)
    text_step = NumericProperty(0)
    contrast = BooleanProperty(False)
    left_handed = BooleanProperty(False)
    spoken = BooleanProperty(False)
    volume = NumericProperty(2)

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        for step in TEXT_STEPS:
            size = Press(m=self.m, words="A", most=self.m.base * LETTERS[step])
            size.bind(on_fire=lambda _, wanted=step: self._choose(text_step=wanted))
            self.ids.sizes.add_widget(size)
        if not self.speech:
            self.ids.voice.clear_widgets()

    def show(self, place: ChoosePreferences, now: float) -> None:
        chosen = self.chosen
        self.text_step, self.contrast, self.left_handed = chosen.text_step, chosen.contrast, chosen.left_handed
        self.spoken, self.volume = chosen.spoken, chosen.volume
        for step, size in enumerate(reversed(self.ids.sizes.children)):
            size.tone = "accent" if step == chosen.text_step else "plain"

    def switch_contrast(self) -> None:
        self._choose(contrast=not self.contrast)

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
