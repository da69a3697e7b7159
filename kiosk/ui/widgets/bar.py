"""The bar at the bottom of citizens' screens: home on the left; preferences and language on the right."""

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.press import USUAL


class Bar(BoxLayout):
    """Set ``page``: sizes and words come from it, and its buttons call the page's ``go_home``, ``ask_preferences`` and
    ``switch_language``. What a screen adds to the bar stands in the middle.
    """

    page = ObjectProperty(None, rebind=True)
    m = ObjectProperty(USUAL, rebind=True)
    home_words = StringProperty("")
    preferences_words = StringProperty("Aa")
    language_words = StringProperty("")
    with_home = BooleanProperty(True)
    with_preferences = BooleanProperty(True)
    #: many buttons stand in the middle of a panel without much room: the others keep either a sign or a word
    crowded = BooleanProperty(False)
    #: its words take one line, and the screen needs the room
    low = BooleanProperty(False)

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
