"""The languages of the first screen: a card for each, in its own words; as many as fit, and a button for the others."""

from collections.abc import Callable, Sequence
from typing import Any

from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui.metrics import Metrics
from kiosk.ui.widgets.fitting import height_of, natural_width
from kiosk.ui.widgets.press import USUAL, Press

#: after so many seconds without a touch the first cards are shown again, as everything else is
PLAIN_SECONDS = 15.0
TICK = "tick-full"
Language = tuple[str, str]


class LanguageRow(BoxLayout):
    """``offer`` says which languages there are and which one is spoken. ``on_chosen`` is raised with a language.

    Where they do not all fit, the office's language stands last: the first cards are for who cannot read it. A card
    keeps its place when it is chosen, so that the second half of a double tap hits the same.
    """

    m: Metrics = ObjectProperty(USUAL, rebind=True)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_chosen")
        super().__init__(**kwargs)
        self._languages: tuple[Language, ...] = ()
        self._chosen = self._office = ""
        self._page = 0
        self._turned_at: float | None = None
        for name in ("size", "m"):
            self.fbind(name, self._fill)

    def on_chosen(self, language: str) -> None:
        """Raised once for a card that was touched."""

    def offer(self, languages: Sequence[Language], chosen: str, office: str) -> None:
        """Each language and its own name. The card of the one that was chosen is marked, and is among those shown."""
        given = tuple(languages), chosen, office
        if given == (self._languages, self._chosen, self._office):
            return
        self._languages, self._chosen, self._office = given
        self._fill()

    def pass_time(self, now: float) -> None:
        """Turned back to where it was, when nobody touched one of the others."""
        if self._page == self._page_of_chosen():
            self._turned_at = None
        elif self._turned_at is None:
            self._turned_at = now
        elif now - self._turned_at >= PLAIN_SECONDS:
            self._fill()

    def turn(self) -> None:
        """The next cards; after the last the first again."""
        self._turned_at, self._page = None, self._page + 1
        self._draw()

    def _fill(self, *_: object) -> None:
        self._turned_at, self._page = None, self._page_of_chosen()
        self._draw()

    def _page_of_chosen(self) -> int:
        """The first page for the office's language, which needs no card to be found."""
        found = (at for at, page in enumerate(self._pages()) if any(language == self._chosen for language, _ in page))
        return next(found, 0) if self._chosen != self._office else 0

    def _pages(self) -> list[list[Language]]:
        """The cards that stand beside each other; a single page has no button for turning it."""
        whole = _filled(self._languages, self._needed, self.width, self.m.between)
        if len(whole) < 2:
            return whole
        last = [each for each in self._languages if each[0] == self._office]
        first = [each for each in self._languages if each[0] != self._office]
        return _filled([*first, *last], self._needed, self.width - self.m.target - self.m.between, self.m.between)

    def _needed(self, name: str) -> float:
        """How wide a card is at least: its name, on two lines where the row has room for them, and the tick."""
        words, inside = name.split(), self.height - 2 * (self.m.gap // 2)
        cuts = range(1, len(words)) if height_of(int(self.m.body), 2) <= inside else ()
        splits = [(" ".join(words[:at]), " ".join(words[at:])) for at in cuts] or [(name, "")]
        lines = min(max(natural_width(line, "BeSemiBold", int(self.m.body)) for line in split) for split in splits)
        return max(self.m.target, lines + self.m.body * 1.25 + self.m.gap * 2.1 + 6)

    def _draw(self) -> None:
        self.clear_widgets()
        self.spacing = self.m.between
        pages = self._pages()
        if not pages:
            return
        self._page %= len(pages)
        for language, name in pages[self._page]:
            self.add_widget(self._card(language, name))
        if len(pages) > 1:
            others = Press(m=self.m, picture="next", size_hint_x=None, width=self.m.target)
            others.bind(on_fire=lambda _: self.turn())
            self.add_widget(others)

    def _card(self, language: str, name: str) -> Press:
        chosen = language == self._chosen
        card = Press(m=self.m, words=name, most=self.m.body, picture=TICK if chosen else "")
        card.tone, card.size_hint_x = "soft" if chosen else "plain", self._needed(name)
        card.bind(on_fire=lambda _: self.dispatch("on_chosen", language))
        return card


def _filled(
    languages: Sequence[Language], needed: Callable[[str], float], width: float, between: float
) -> list[list[Language]]:
    """As many on each page as have room, at least one."""
    pages: list[list[Language]] = []
    left = 0.0
    for language in languages:
        card = needed(language[1])
        if not pages or card > left:
            pages.append([])
            left = width
        pages[-1].append(language)
        left -= card + between
    return pages
