"""The sign in the top corner: mark and name. Holding it opens the staff's screens, so it shows that it is held."""

from typing import Any

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.widgets.press import USUAL


class Sign(BoxLayout):
    """Raises ``on_hold`` when a finger comes to rest on it and ``on_let_go`` when the finger leaves."""

    m = ObjectProperty(USUAL, rebind=True)
    name = StringProperty("")
    office = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_hold")
        self.register_event_type("on_let_go")
        super().__init__(**kwargs)

    def on_hold(self) -> None:
        """A finger rests here."""

    def on_let_go(self) -> None:
        """The finger has left."""

    def on_touch_down(self, touch: Any) -> bool:
        if not self.ids.held.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self.dispatch("on_hold")
        return True

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is self:
            touch.ungrab(self)
            self.dispatch("on_let_go")
        return False
