"""Choose a counter by picture, for a citizen without paper and for staff before the PIN."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.screens import PageTurned, PickCounter, TypeAsked
from kiosk.paths import shared
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import Touchable
from kiosk.ui.widgets.fitting import natural_height
from kiosk.vietnamese.fold import fold

LINES = 3
LINES_WHEN_LYING = 2  # beneath the picture, which would be nothing beside three
NARROWEST = 6.5  # times the body text: what a line of a counter's name needs beside its picture


class CounterCard(Touchable):
    """A counter: the picture of its field and its name, beside each other where there is room for the words."""

    words = StringProperty("")
    picture = StringProperty("")
    wide = BooleanProperty(False)
    picture_width = NumericProperty(0)
    words_height = NumericProperty(0)
    words_size = NumericProperty(40)


class PickCounterPage(Page):
    """As many cards as the panel holds at a size fingers can hit; the rest on further pages."""

    title = StringProperty("")
    none = StringProperty("")
    typing = BooleanProperty(False)
    page_words = StringProperty("")
    page_number = NumericProperty(0)
    several_pages = BooleanProperty(False)
    cards_height = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._fields = read_fields()
        self._pages = self._rows = 1
        self._wide = False
        self._filled: object = None
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        turning = self.ids.turning.__self__
        self.remove_widget(turning)
        (self.ids.turn_above if self.m.portrait else self.ids.turn_beside).add_widget(turning)

    def show(self, place: PickCounter, now: float) -> None:
        self.title = self.words["counter.title_staff" if place.for_staff else "counter.title"]
        self.none = "" if place.counters else self.words["counter.none"]
        self.typing = not place.counters and not place.for_staff
        columns, rows = grid_for(self.m, len(place.counters))
        a_page, self._rows = columns * rows, rows
        self._pages = max(1, math.ceil(len(place.counters) / a_page))
        self.page_number = min(place.page, self._pages - 1)
        shown = place.counters[self.page_number * a_page :][:a_page]
        width = (self.m.width - 2 * self.m.margin - (columns - 1) * self.m.between) // columns - 2 * self.m.gap
        beside = width - picture_width(self.m) - self.m.gap
        self._wide = self.m.portrait and columns > 1 and beside >= NARROWEST * self.m.body
        width = beside if self._wide else width
        words = max([lines_height(self.m, self.m.body, counter.name, width) for counter in shown], default=0)
        self.cards_height = cards_height(self.m, rows, words, turning=len(place.counters) > a_page, wide=self._wide)
        self.cards_height = self.cards_height if shown else 0
        self.several_pages = self._pages > 1
        self.page_words = self.words.say("counter.page", page=self.page_number + 1, pages=self._pages)
        filled = (shown, columns, width, self.cards_height)
        if filled != self._filled:
            self._filled = filled
            self.ids.cards.clear_widgets()
            self.ids.cards.cols = columns
            self._fill(shown, a_page if self._pages > 1 else 0, width)

    def _fill(self, counters: Sequence[CounterChoice], min_cards: int, width: int) -> None:
        cards = self.ids.cards
        room = (self.cards_height - (self._rows - 1) * self.m.between) / self._rows - 2 * self.m.gap
        room -= 0 if self._wide else self.m.target * 0.45 + 0.5 * self.m.gap
        size = self.m.body
        while size > self.m.smallest_font and any(lines_height(self.m, size, c.name, width) > room for c in counters):
            size = max(self.m.smallest_font, int(size * 0.94))
        height = max([lines_height(self.m, size, c.name, width) for c in counters], default=0)
        for counter in counters:
            card = CounterCard(m=self.m, tone="card", words=counter.name)
            card.picture = f"field-{picture_for(counter.field, self._fields)}"
            card.words_size, card.words_height = size, height
            card.wide, card.picture_width = self._wide, picture_width(self.m)
            card.bind(on_fire=lambda _, chosen=counter.counter_id: self.choose(chosen))
            cards.add_widget(card)
        for _empty in range(min_cards - len(counters)):
            cards.add_widget(CounterCard(m=self.m, disabled=True, opacity=0))

    def type_code(self) -> None:
        self.emit(TypeAsked())

    def turn(self, step: int) -> None:
        self.emit(PageTurned((int(self.page_number) + step) % self._pages))


def grid_for(m: Metrics, count: int) -> tuple[int, int]:
    """Columns and rows for so many counters.

    >>> from kiosk.ui.metrics import Panel, metrics_for
    >>> grid_for(metrics_for(Panel(1080, 1920)), 4)
    (2, 2)
    """
    small = m.height < 34 * m.base
    columns, max_rows = (2, 3 if small or m.low else 4) if m.portrait else (3, 1) if m.height < 18 * m.base else (3, 2)
    columns = min(columns, max(1, count))
    return columns, max(1, min(max_rows, math.ceil(count / columns)))


def picture_width(m: Metrics) -> int:
    """How wide a counter's picture is where its name stands beside it."""
    return round(m.target * 1.35)


def max_lines(m: Metrics) -> int:
    """After how many lines a counter's name is cut."""
    return LINES if m.portrait else LINES_WHEN_LYING


def lines_height(m: Metrics, size: int, name: str, width: int) -> int:
    """How high a counter's name is at a size of type."""
    return natural_height(name, "BeSemiBold", size, width, max_lines(m))


def cards_height(m: Metrics, rows: int, words: int, *, turning: bool, wide: bool = False) -> int:
    """As high as the lower half of the screen has room for. Small screens and large words go above it: a citizen
    who asks for large words gets them. ``words`` is the height of the longest name in the size asked for."""
    below = m.row + m.margin + m.gap * 4 + (m.target + m.gap * 2 if turning and m.portrait else 0)
    picture = 0 if wide else 0.5 * m.gap + m.target * 0.45
    a_row = round(max(m.target * 1.55, words + 2 * m.gap + picture))
    least = rows * a_row + (rows - 1) * m.between
    most = rows * round(max(a_row, m.target * 2.6)) + (rows - 1) * m.between
    room = m.height // 2 if m.portrait else min(m.reach, round(m.height * (0.74 if m.compact else 0.86)))
    return min(most, max(min(least, round(m.height * 0.72) - below), room - below))


def read_fields() -> dict[str, list[str]]:
    """Which drawing belongs to which words in a counter's field: assets/images/fields.toml."""
    with (shared("assets") / "images" / "fields.toml").open("rb") as file:
        fields: dict[str, list[str]] = tomllib.load(file)["fields"]
    return fields


def picture_for(field: str, fields: Mapping[str, Sequence[str]]) -> str:
    """The drawing for a field as the district wrote it; marks and capitals do not matter.

    >>> picture_for("HỘ TỊCH", {"civil": ["ho tich"]})
    'civil'
    """
    plain = fold(field).replace("_", " ")
    return next((name for name, words in fields.items() if any(word in plain for word in words)), "general")
