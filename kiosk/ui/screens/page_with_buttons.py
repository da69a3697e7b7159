"""A screen that tells something and has buttons of its own beside the bar's."""

from typing import Any

from kiosk.ui.screens.card_page import Actions
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import Press


class ActingPage(Page):
    """A screen with buttons of its own: a row above the bar on an upright panel, within the bar on one on its side."""

    def __init__(self, **kwargs: Any) -> None:
        self._actions = Actions()
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        self._actions.spacing = self.m.gap
        (self.ids.row if self.m.portrait else self.ids.bar).add_widget(self._actions)

    def offer(self, *buttons: tuple[str, str, Any, bool]) -> None:
        """The buttons: a key of the words, a picture, the event, and whether it is the one that stands out."""
        self._actions.clear_widgets()
        for key, picture, event, main in buttons:
            words, most = self.words[key], self.m.body
            button = Press(m=self.m, words=words, picture=picture, tone="accent" if main else "plain", most=most)
            button.bind(on_fire=lambda _, said=event: self.emit(said))
            self._actions.add_widget(button)
