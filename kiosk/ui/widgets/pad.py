"""Rows of keys with one character each."""

from typing import Any

from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.gridlayout import GridLayout

from kiosk.ui.widgets.press import USUAL, Press


class Pad(GridLayout):
    """``characters`` in reading order; a space leaves a place empty. Raises ``on_key`` with the character."""

    m = ObjectProperty(USUAL, rebind=True)
    characters = StringProperty("")
    key_size = NumericProperty(USUAL.title)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_key")
        super().__init__(**kwargs)

    def on_key(self, character: str) -> None:
        """One key was touched."""

    def on_kv_post(self, base_widget: object) -> None:
        for character in self.characters:
            key = Press(m=self.m, tone="card", quick=True, words=character.strip(), most=self.key_size)
            key.disabled = key.opacity = 0
            if character == " ":
                key.disabled = True
            else:
                key.opacity = 1
                key.bind(on_fire=lambda _, character=character: self.dispatch("on_key", character))
            self.add_widget(key)
