"""The pages of cards after the face: reasons, one more question, a private question; and the choice of stage."""

import math
from collections.abc import Collection, Sequence
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.domain.questionnaire import Option, in_language
from kiosk.domain.rating import Stage
from kiosk.flow.rules.questions import given
from kiosk.flow.state.form import Ask, PickStage, Private, Why
from kiosk.flow.state.screens import Touched
from kiosk.ui import palette
from kiosk.ui.card_layout import (
    CardLayout,
    Measure,
    chosen_stroke,
    drawn_pages_for,
    pages_for,
    places_for,
    places_for_faces,
)
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.page_with_buttons import PageWithButtons
from kiosk.ui.widgets.fitting import natural_height, natural_width
from kiosk.ui.widgets.press import USUAL, Touchable
from kiosk.ui.widgets.tick import draw_tick

#: after so long without a touch the thank-you on the screen may be somebody else's
LEFT_SECONDS = 20.0


#: how many times as large as at the next smaller text the words on a card are at least
LARGER = 1.08
#: how many cards stand on a page at least before larger type may take their room
FEWEST = 3
#: how far opposite answers stand from each other, in gaps: a finger that slips must not say the contrary
APART = 3
#: the drawing on the card that leads to the next ones, where the cards have drawings
_OTHERS = "say-others"
_OPPOSITE = ({"yes", "no"}, {"agreed", "nameless"}, {"withdraw", "keep"})


def are_opposite(answers: Collection[str]) -> bool:
    """Whether one of the answers is the contrary of another."""
    return any(pair <= {*answers} for pair in _OPPOSITE)


class AnswerCard(Touchable):
    """One answer: a drawing, or in its place ``photo`` (JPEG), and its words.

    A chosen one has a thick edge and a tick.
    """

    words = StringProperty("")
    picture = StringProperty("")
    photo = ObjectProperty(b"")
    answer = StringProperty("")
    chosen = BooleanProperty(False)
    wide = BooleanProperty(False)
    picture_width = NumericProperty(0)
    tick = NumericProperty(0)
    tick_x = NumericProperty(0)
    tick_y = NumericProperty(0)
    font = NumericProperty(USUAL.body)
    words_height = NumericProperty(USUAL.body)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fbind("chosen", self._colour)
        for name in ("chosen", "wide", "picture"):
            self.fbind(name, self._repaint)

    def _colour(self, *_: object) -> None:
        super()._colour()
        if self.chosen:
            self.border = palette.rgba(palette.ACCENT)
            self.fill = palette.rgba(palette.ACCENT_SOFT)

    def _draw(self, *_: object) -> None:
        super()._draw()
        self.canvas.after.clear()
        if self.chosen:
            draw_tick(self.canvas.after, *self._tick_place())

    def _tick_place(self) -> tuple[float, float, float]:
        """The middle and the size of the tick: beside wide words, over a picture's corner, else on the card's corner,
        where it covers no word."""
        size, edge = self.m.body * 1.1, chosen_stroke(self.m)
        if self.wide:
            return self.right - edge - size * 0.95, self.center_y, size
        if self.picture:
            return self.right - edge - size * 0.8, self.top - edge - size * 0.8, size
        return self.right - size * 0.5, self.top - size * 0.1, size * 0.7


class CardPage(PageWithButtons):
    """Shows options as cards in ``ids.cards``, and keeps the cards from place to place.

    Where they do not all fit, the last card leads to the next ones.
    """

    title = StringProperty("")
    note = StringProperty("")
    #: whether the cards keep to the part of a high panel that everybody reaches, and how high they are there
    low = BooleanProperty(False)
    cards_height = NumericProperty(0)
    with_pictures = True
    with_actions = True
    #: whether the cards may stand on several pages; not where one answer alone counts: what is behind is chosen less
    splits = True
    #: whether larger text may not take the room of the drawings, by which those choose who do not read
    drawn_first = False
    #: whether the cards rather stand on more pages than without their drawings
    drawn_pages = False

    def __init__(self, **kwargs: Any) -> None:
        self._cards: list[AnswerCard] = []
        self._options: Sequence[Option] = ()
        self._chosen: Sequence[str] = ()
        self._alike: Sequence[Sequence[Option]] = ()
        self._first, self._a_page = 0, 0
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        self.low, top = self.keeps_low(), self.low_top()
        rows, gaps = 2 if self.m.portrait and self.with_actions else 1, 2 if self.m.portrait else 1
        self.cards_height = top - self.m.margin - rows * self.m.row - gaps * self.ids.column.spacing
        if self.low:  # the question stands in the middle of what is left above
            column = self.ids.column
            column.add_widget(Widget(size_hint_y=0.6), len(column.children))
            column.add_widget(Widget(), column.children.index(self.ids.cards) + 1)
        self.ids.cards.fbind("size", self._arrange)

    def ask(
        self,
        title: str,
        options: Sequence[Option],
        chosen: Sequence[str],
        alike: Sequence[Sequence[Option]] = (),
    ) -> None:
        """Shows a question. Its cards are laid out so that the options of ``alike`` would lie in the very same places:
        those of another question that nobody nearby should tell from this one."""
        self._alike = [other for other in alike if len(other) == len(options)]
        if options != self._options:
            self._first = 0
        self.title, self._options, self._chosen = title, options, chosen
        self._arrange()

    def keeps_low(self) -> bool:
        """Whether the cards have room enough below."""
        return self.m.low

    def low_top(self) -> int:
        """Up to where they go then, in pixels from below."""
        return self.m.low_top

    def columns(self, count: int) -> Sequence[int]:
        """How many cards should stand beside each other, the best first."""
        return (1, 2) if self.m.portrait else (count, 2, 3)

    def fonts(self, m: Metrics) -> Sequence[int]:
        """The sizes of type to try on the cards."""
        return (m.title, m.body)

    def between(self, options: Sequence[Option]) -> float:
        """How many pixels lie between the cards of these options."""
        opposite = are_opposite([option.answer for option in options])
        return max(self.m.between, self.m.gap * APART) if opposite else self.m.between

    def photo_of(self, answer: str) -> bytes:
        """The photograph (JPEG) on an answer's card in place of its drawing; empty for none."""
        return b""

    def _arrange(self, *_: object) -> None:
        cards, options = self.ids.cards, self._options
        if not options or min(cards.size) <= 1:
            return
        words = [in_language(option.words, *self.words.languages) for option in options]
        places = self._places(words, self.m)
        if self.drawn_pages:
            places = self._with_drawings(words, places)
        turned = places.a_page < len(options) and self._first < len(options)
        self._first = self._first if turned else 0
        shown = list(zip(options, words, strict=True))[self._first :][: places.a_page]
        while len(self._cards) < len(shown) + 1:
            self._cards.append(AnswerCard(m=self.m, tone="card"))
            self._cards[-1].bind(on_fire=self._fired)
        for card, (option, wording) in zip(self._cards, shown, strict=False):
            card.answer, card.chosen, card.words = option.answer, option.answer in self._chosen, wording
            card.picture = option.picture if places.pictures else ""
            card.photo = self.photo_of(option.answer) if card.picture else b""
        used = self._cards[: len(shown)]
        if places.a_page < len(options):
            turn = self._cards[len(shown)]
            turn.answer, turn.chosen, turn.words = "", False, self.words["more.others"]
            turn.picture = _OTHERS if places.pictures and any(option.picture for option, _ in shown) else ""
            turn.photo = b""
            used = self._cards[: len(shown) + 1]
        for card in used:
            card.wide, card.font, card.words_height = places.wide, places.font, places.words_height
            card.picture_width = places.picture_width
        cards.cols, self._a_page = places.columns, places.a_page
        cards.spacing = self.between(options)
        if cards.children != used[::-1]:
            cards.clear_widgets()
            for card in used:
                cards.add_widget(card)

    def _places(self, words: Sequence[str], m: Metrics) -> CardLayout:
        """Where the cards go. Who asked for larger text gets it, with fewer cards a page, but not fewer than
        ``FEWEST``."""
        where, between = (words, self.columns(len(words)), self.ids.cards.size, m), self.between(self._options)
        measured = self._measure(words)
        if any(self.photo_of(option.answer) for option in self._options):
            faces = places_for_faces(*where, measured)
            if faces:
                return faces
        smaller = self._places(words, m.below) if m.below else None
        before = [smaller.font] if smaller else []
        found = places_for(*where, (*self.fonts(m), *before), self.with_pictures, measured, between)
        if not before:
            return found
        if found.font < before[0]:
            between_them = range(before[0], m.smallest_font, -max(1, before[0] // 16))
            found = places_for(*where, between_them, self.with_pictures, measured, between)
        if self.drawn_first and smaller and smaller.pictures and not found.pictures:
            return smaller
        larger = math.ceil(before[0] * LARGER)
        if found.font >= larger or not self.splits:
            return found
        paged = pages_for(*where, larger, self.with_pictures, measured, between)
        return paged if paged and paged.a_page >= min(FEWEST, len(words)) else found

    def _with_drawings(self, words: Sequence[str], plain: CardLayout) -> CardLayout:
        """The same words in the same type, with their drawings, on as many pages as that takes; without them only where
        fewer than ``FEWEST``, and fewer than without, have room on a page."""
        if plain.pictures or not any(option.picture for option in self._options):
            return plain
        where, between = (words, self.columns(len(words)), self.ids.cards.size, self.m), self.between(self._options)
        drawn = drawn_pages_for(*where, plain.font, self._measure(words), between, FEWEST)
        return drawn if drawn and drawn.a_page >= min(FEWEST, plain.a_page) else plain

    def _measure(self, words: Sequence[str]) -> Measure:
        """Measures a card's words together with those that would stand in its place."""
        others = [[in_language(option.words, *self.words.languages) for option in options] for options in self._alike]
        in_place = {each: {each, *(other[at] for other in others)} for at, each in enumerate(words)}

        def measured(each: str, font: int, width: int) -> int | None:
            heights = [_measured(one, font, width) for one in in_place[each]]
            return None if None in heights else max(height for height in heights if height is not None)

        return measured

    def _fired(self, card: AnswerCard) -> None:
        if card.answer:
            self.choose(card.answer)
            return
        self.emit(Touched())
        self._first += self._a_page
        self._arrange()


def _measured(words: str, font: int, width: int) -> int | None:
    if any(natural_width(word, "BeSemiBold", font) > width for word in words.split(" ")):
        return None
    return natural_height(words, "BeSemiBold", font, width, 0)


class WhyPage(CardPage):
    """Said after the COMMIT: thanks, it is kept; and, for who wants to: why?

    The chosen face is not shown again, and the heading is the same after each: somebody may be looking.
    """

    deaf_seconds = 1.0

    def __init__(self, **kwargs: Any) -> None:
        self._shown_at, self._given = 0.0, False
        super().__init__(**kwargs)

    def pass_time(self, now: float) -> None:
        """Whoever finds a thank-you meant for somebody else is told how to begin; nobody is hurried."""
        left = not self._given and now - self._shown_at >= LEFT_SECONDS
        key = ("more.next_person", "more.next_short") if left else ("more.kept", "more.kept_short")
        self.note = self.here(self.words, key[0] if self.m.portrait else key[1])

    def show(self, place: Why, now: float) -> None:
        self._shown_at, self._given = now, given(place)
        alike = [each.options for each in place.form.kept.questionnaire.questions if each.takes_several]
        self.ask(in_language(place.question.words, *self.words.languages), place.question.options, place.chosen, alike)
        self.offer()

    def keeps_low(self) -> bool:
        return self.m.low and self.m.reach < self.m.height * 0.75  # nine reasons need more than half a small panel

    def low_top(self) -> int:
        return self.m.reach

    def columns(self, count: int) -> Sequence[int]:
        return (3, 2) if self.m.portrait else (5, 4, 3) if count > 6 else (3, count)

    def fonts(self, m: Metrics) -> Sequence[int]:
        return (m.body,)


class AskPage(CardPage):
    """One more question, one touch; or skip it, or be done."""

    splits = False

    def show(self, place: Ask, now: float) -> None:
        self.note = self.words["more.optional"]
        self.ask(in_language(place.question.words, *self.words.languages), place.question.options, place.chosen)
        self.offer()


class PrivatePage(CardPage):
    """Looks like nothing from afar: drawings in thin ink, no colours, words of the same size. What it keeps is kept
    apart.

    Who asks for larger text gets it, if need be in the place of the drawings.
    """

    splits = False
    #: whether who reads it and what it does not replace stand in one line, which leaves larger text its room
    briefly = BooleanProperty(False)

    def show(self, place: Private, now: float) -> None:
        self.briefly = self.m.compact or (self.m.tight and self.m.below is not None)
        self.note = self.words["private.short" if self.briefly else "private.who"]
        self.ask(in_language(place.question.words, *self.words.languages), place.question.options, place.chosen)
        self.offer()

    def columns(self, count: int) -> Sequence[int]:
        return (1, 2) if self.m.portrait and self.m.tight else (1, count, 2)

    def _places(self, words: Sequence[str], m: Metrics) -> CardLayout:
        """In the largest type that goes on one page, in the usual text with drawings. For who asked for larger text
        there are drawings only where the words stay about as large with them, and larger than at the next smaller text
        where they can be."""
        before = self._places(words, m.below).font if m.below else 0
        sizes = sorted({*range(m.title, m.smallest_font, -max(1, m.title // 32)), before or m.body, m.smallest_font})[
            ::-1
        ]
        where, between = (words, self.columns(len(words)), self.ids.cards.size, m), self.between(self._options)
        measured = self._measure(words)
        plain = places_for(*where, sizes, False, measured, between)
        drawn = places_for(*where, sizes, True, measured, between)
        least = max(plain.font / LARGER, min(math.ceil(before * LARGER), plain.font)) if m.below else 0
        return drawn if drawn.pictures and drawn.font >= least else plain


class PickStagePage(CardPage):
    """ "Handing in, or receiving the result?", asked before the faces where it decides what is rated."""

    with_actions = False
    splits = False

    def show(self, place: PickStage, now: float) -> None:
        about = place.subject
        self.note = about.procedure or about.counter or self.words["rate.dossier"]
        self.ask(self.words["stage.title"], self._stages(), ())

    def columns(self, count: int) -> Sequence[int]:
        return (1, count) if self.m.portrait else (count,)

    def _stages(self) -> list[Option]:
        return [
            Option(str(stage), (("vi", self.words[f"rate.stage_{stage.value}"]),), f"stage-{stage.replace('_', '-')}")
            for stage in (Stage.HAND_IN, Stage.RETURN)
        ]


class PickTypedStagePage(PickStagePage):
    """The same before a code is typed, when nothing is known of it yet."""

    def show(self, place: object, now: float) -> None:
        self.note = self.words["code.title"]
        self.ask(self.words["stage.title"], self._stages(), ())
