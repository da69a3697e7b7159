"""Thank the citizen after the COMMIT. The chosen face is not shown again: somebody may be looking."""

from typing import Any

from kivy.properties import BooleanProperty

from kiosk.domain.reference import Notice
from kiosk.flow.state.screens import Thanks
from kiosk.ui.screens.page_with_buttons import PageWithButtons
from kiosk.ui.widgets import NoticeCard

LONG_WORDS = 120


class ThanksPage(PageWithButtons):
    """Where there is room, whoever has rated also sees how others judged this office, or what it did about what they
    said: of several cards another one each time. On a low panel it stands in the place of the drawing."""

    deaf_seconds = 1.5
    card_beside = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._card = NoticeCard(m=self.m)
        self._turn = 0

    def show(self, place: Thanks, now: float) -> None:
        self.offer()
        cards = self.afterwards_cards
        beside = not self.m.portrait and self.m.tight
        no_room = self.m.tight if self.m.portrait else self.m.compact
        shown = cards[self._turn % len(cards)] if cards and not no_room else None
        self.card_beside = self._card.slim = bool(shown) and beside
        self._card.size_hint_x = 1.45 if beside else 1
        if shown:
            self._card.show_notice(shown, self.words)
        if bool(self._card.parent) != bool(shown):
            holder = self.ids.upper if beside else self.ids.index
            holder.add_widget(self._card) if shown else holder.remove_widget(self._card)
        self.ids.index.height = self._height(shown) if shown and not beside else 0

    def _height(self, card: Notice) -> float:
        """What a card needs: one with many words is higher."""
        is_long = sum(map(len, card.text_in(self.words.language))) > LONG_WORDS
        lines = (16 if is_long else 11) if self.m.portrait else (12 if is_long else 8)
        return self.m.prose * lines

    def forget(self) -> None:
        self._turn += 1
        super().forget()

    def picture_on(self, words: str) -> str:
        return "tell"
