"""The row at the bottom of every citizen's screen: home on the left; preferences and language on the right."""

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.press import USUAL


class Bar(BoxLayout):
    """Raises ``on_home``, ``on_preferences`` and ``on_language``. What a screen adds to it stands in the middle.

    Every page binds ``on_preferences`` by itself (``Page.on_kv_post``).
    """

    m = ObjectProperty(USUAL, rebind=True)
    home_words = StringProperty("")
    preferences_words = StringProperty("Aa")
    language_words = StringProperty("")
    with_home = BooleanProperty(True)
    with_preferences = BooleanProperty(True)
    #: many buttons stand in the middle of a panel without much room: the others keep either a sign or a word
    crowded = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_home")
        self.register_event_type("on_preferences")
        self.register_event_type("on_language")
        super().__init__(**kwargs)

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        if len(self.children) < 4:  # its own four parts; what comes later belongs in the middle one
            super().add_widget(widget, *args, **kwargs)
        else:
            self.children[-2].add_widget(widget, *args, **kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        if not self.with_home:
            self.ids.left.clear_widgets()
        if not self.with_preferences:
            self.ids.preferences.clear_widgets()

    def on_home(self) -> None:
        """The citizen wants to start over."""

    def on_preferences(self) -> None:
        """The citizen wants larger text, more contrast, or to be read to."""

    def on_language(self) -> None:
        """The citizen wants the other language."""
