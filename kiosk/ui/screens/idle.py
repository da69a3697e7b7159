"""The idle screen: what this is, why it matters, that nobody sees the choice, how to begin; and notice cards."""

from collections.abc import Sequence
from typing import Any

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, ObjectProperty, StringProperty

from kiosk.domain.reference import Notice
from kiosk.flow.input.choice import drawn_buttons
from kiosk.flow.state.begin import RateAsked
from kiosk.flow.state.complaint import ComplaintAsked
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.screens import Idle, LanguageChosen, Touched
from kiosk.flow.state.staff import StaffGesture
from kiosk.ui.pixel_shift import BEAT_SECONDS, MIN_TURN_SECONDS, turn_seconds, whose_turn
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import NoticeCard
from kiosk.ui.widgets.fitting import natural_height, natural_width
from kiosk.ui.widgets.language_row import LanguageRow
from kiosk.ui.widgets.press import Touchable
from kiosk.vietnamese.compounds import pieces

HOLD_SECONDS = 2.5  # counted from the first second's tick after the finger came: three to four in all
BOTH = 2  # languages
#: of the drawing of scanning
POSES = 2
#: of a door: how high its words may be below the drawing, and how wide the drawing is beside them
MAX_WORDS, MIN_DRAWN, MAX_DRAWN = 0.6, 0.25, 0.36


# Portrait and landscape: on a screen of fewer lines a card and the invitation take turns.
CROWDED_LINES = (48, 27)


class Door(Touchable):
    """A way in: a drawing and its words, ``beside`` each other where the card is low."""

    picture = StringProperty("")
    words = StringProperty("")
    beside = BooleanProperty(False)
    picture_width = NumericProperty(0)
    words_height = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name in ("size", "words", "m"):
            self.fbind(name, self._share)
        self._share()

    def _share(self, *_: object) -> None:
        """The words get the lines they need; the drawing what is left, and enough for who does not read."""
        self.beside = not self.m.portrait or self.height < self.width * 0.64
        inside = max(1, int(self.width - 2 * self.padding[0]))
        size = int(self.m.body * (1 if self.m.tight else 1.25))
        wanted = natural_height(self.words, "BeSemiBold", size, inside, 0) if self.words else 0
        self.words_height = min(wanted, round(self.height * MAX_WORDS))
        usual, least = (self._room_beside(inside, each) for each in (size, self.m.smallest_font))
        drawn = max(usual, min(least, self.width * MIN_DRAWN))
        self.picture_width = max(0.0, min(self.height - 2 * self.padding[1], self.width * MAX_DRAWN, drawn))

    def _room_beside(self, inside: int, size: int) -> float:
        """How wide a drawing may be beside words of this size."""
        longest = max((natural_width(each, "BeSemiBold", size) for each in pieces(self.words)), default=0)
        return float(inside - self.spacing - longest - 4)


def pose(side: str, seconds: float) -> str:
    """The drawing of scanning, with the scanner on this side, that is shown after so many seconds."""
    number = int(seconds / BEAT_SECONDS) % POSES + 1
    return f"scan-{side}-{number}" if side else f"scan-{number}"


class IdlePage(Page):
    """The drawing has two poses that take turns: enough to show the movement, cheap without a graphics card.

    Cards take turns beneath the invitation; on a small panel they take turns with it, so that letters stay large.
    Holding the sign in the top corner for three seconds is the staff's way in.
    """

    own_counter: CounterChoice | None = ObjectProperty(None, allownone=True)
    notice = StringProperty("")
    pose = StringProperty("scan-1")
    crowded = BooleanProperty(False)
    #: more languages than the one button beside "Aa" can offer: a row of cards, one for each, at the foot of the
    #: screen, or beside the sign where there is no room for another row
    languages_below = BooleanProperty(False)
    languages_above = BooleanProperty(False)
    office_beside = BooleanProperty(False)
    lower_height = NumericProperty(0)
    sign_height = NumericProperty(0)
    top_height = NumericProperty(0)
    with_cards = BooleanProperty(False)
    #: a screen so small that a card takes the sign's place, too
    card_alone = BooleanProperty(False)
    #: a screen so small that a notice takes the place of the invitation
    telling_alone = BooleanProperty(False)
    #: what is told is how to begin, not what went wrong
    hinted = BooleanProperty(False)
    without_drawing = BooleanProperty(False)
    welcome_share = ListProperty([1, 1])
    receipt_share = NumericProperty(1)
    card_share = NumericProperty(0.7)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._held = False
        self._held_since: float | None = None
        self._cards: tuple[Notice, ...] = ()
        self._since: float | None = None
        self.card = NoticeCard(m=self.m)
        self._languages = LanguageRow(m=self.m)
        self._languages.bind(on_chosen=lambda _, language: self.emit(LanguageChosen(language)))
        self._invitation = self.ids.invitation.__self__  # ids hold weakly, and a card may take its place
        self._tell = Door(m=self.m, picture="door-tell")
        self._tell.bind(on_fire=lambda _: self.emit(ComplaintAsked()))

    def show(self, place: Idle, now: float) -> None:
        self.let_go()
        self._offer_languages()
        self._offer_telling(offered=bool(drawn_buttons(self.choices)))
        self.lower_height, self.sign_height = self._lower_height(), self._sign_height()
        self.hinted = place.hint and not place.notice and not self._reads_a_card(place)
        reason = f"notice.{place.notice.value}" if place.notice else "idle.hint" if self.hinted else ""
        self.notice = self.here(self.words, reason) if reason else ""
        self.telling_alone = bool(reason) and (self.m.compact or (self._low() and self.m.below is not None))
        self.crowded = self._lines() < CROWDED_LINES[0 if self.m.portrait else 1]
        self.card.alone = self.crowded
        before, self._cards = self._cards, () if reason and self.crowded else place.cards
        self.with_cards = bool(self._cards) and not self.crowded
        self.without_drawing = self.with_cards or (self.telling_alone and not self.hinted)
        self.welcome_share, self.receipt_share, self.card_share = self._shares()
        if self._since is None or self._cards != before:
            self._since = now
        self._turn(max(0.0, now - self._since))

    def _reads_a_card(self, place: Idle) -> bool:
        """Whether a card stands in the invitation's place: who touches it reads it, and must not see it go."""
        return self.card in self.ids.middle.children and self._cards == place.cards

    def forget(self) -> None:
        self._since = None

    def pass_time(self, now: float) -> None:
        beat = max(0.0, now - (now if self._since is None else self._since))
        self._languages.pass_time(now)
        self.pose = pose(self.scanner, beat)
        self._turn(beat)
        if self._held:
            self._held_since = now if self._held_since is None else self._held_since
            if now - self._held_since >= HOLD_SECONDS:
                self.let_go()
                self.emit(StaffGesture(self.own_counter))

    def begin_rating(self) -> None:
        self.emit(RateAsked())

    def _offer_telling(self, *, offered: bool) -> None:
        """Góp ý and phản ánh, where this box takes them."""
        self._tell.words = self.words["tell.button"]
        if bool(self._tell.parent) != offered:
            if offered:
                self.ids.doors.add_widget(self._tell)
            else:
                self.ids.doors.remove_widget(self._tell)

    def _offer_languages(self) -> None:
        """With two languages there is one button, the other's; with more each has a card."""
        several = len(self.languages) > BOTH
        self.languages_above, self.languages_below = several and self.m.compact, several and not self.m.compact
        if several and self._languages.parent is None:
            self.ids.last_row.remove_widget(self.ids.other_language)
            self.ids.last_row.remove_widget(self.ids.office_below)
            (self.ids.top_row if self.languages_above else self.ids.last_row).add_widget(self._languages)
        self.office_beside = not self.m.portrait or (self.languages_below and not self.m.tight)
        self.card.bare = self.languages_above or self._low()
        self._languages.offer(self.languages, self.words.language, self.words.office)

    def _lower_height(self) -> float:
        """The doors; and below them a row for the rest, which on a screen lying on its side stands beside them, if it
        has room there."""
        m = self.m
        if m.portrait:
            return float(m.row * (1.5 if m.tight and m.below else 2.0 if m.tight else 2.8) + m.between + m.row)
        doors = m.row * (1.0 if m.compact else 1.25 if m.tight or self.languages_below else 1.6)
        return float(doors + m.between + m.row if self.languages_below else doors)

    def _sign_height(self) -> float:
        """An upright panel whose office stands beside the sign needs two lines there."""
        beside = self.office_beside and self.m.portrait
        return max(self.m.base * 1.9, self.m.smallest_font * 2.9 if beside else 0)

    def _low(self) -> bool:
        """A panel on which the row of languages takes room that a card or a notice needs."""
        return self.languages_below and self.m.tight

    def _lines(self) -> float:
        """As many lines of type as the screen is high without a row of languages."""
        taken = self.m.row + self.m.between if self.languages_below and not self.m.portrait else 0
        return (self.m.height - taken) / self.m.body

    def hold(self) -> None:
        """A finger rests on the sign."""
        self._held, self._held_since = True, None

    def tapped(self) -> None:
        """It left before the time was up: a touch like any other."""
        held = self._held
        self.let_go()
        if held:
            self.emit(Touched())

    def let_go(self) -> None:
        """Nobody holds it any more."""
        self._held, self._held_since = False, None

    def _shares(self) -> tuple[tuple[float, float], float, float]:
        """How the invitation's words (across, down), the drawing (down) and the card (down) share their room."""
        if self.telling_alone:
            return (1, 0.001) if self.m.portrait else (0.001, 1), 1, 0.75
        if not self.m.portrait:
            return (1.4 if self.with_cards else 1.35 if self.m.compact else 1.15, 1), 1, 0.75
        usual = min(0.45 if self.notice and self.m.below else 0.6, (16 if self.m.tight else 19) / self.m.lines)
        words = 0.66 if self._low() else 0.6 if self.with_cards else usual
        return (1, words), 1 - words, 0.85 if self.m.narrow else 0.68

    def _turn(self, seconds: float) -> None:
        """Shows the card whose turn it is, in its place; ``None`` stands for the invitation."""
        sequence = turns(self._cards, with_invitation=self.crowded)
        if not sequence:
            self._put(None)
            return
        index = sequence[whose_turn([self._seconds(turn) for turn in sequence], seconds)]
        if index is not None:
            self._fill(index)
        self._put(index)

    def _seconds(self, index: int | None) -> int:
        if index is None:
            return MIN_TURN_SECONDS
        return turn_seconds(sum(map(len, self._cards[index].text_in(self.words.language))))

    def _fill(self, index: int) -> None:
        count = len(self._cards)
        self.card.show_notice(self._cards[index], self.words)
        self.card.place = self.words.say("card.place", place=index + 1, places=count) if count > 1 else ""

    def _put(self, index: int | None) -> None:
        """The card stands in its place, or (on a small panel) takes the place of the invitation."""
        middle, invitation = self.ids.middle, self._invitation
        wanted = self.card if self.crowded and index is not None else invitation
        self.card_alone = (self.m.tiny or self._low()) and wanted is self.card
        shown = 0 if self.card_alone else self.sign_height
        self.top_height = max(shown, self.m.target) if self.languages_above else shown
        if middle.children != [wanted]:
            middle.clear_widgets()
            middle.add_widget(wanted)
        below = self.ids.below
        if wanted is invitation and bool(below.children) != (index is not None):
            below.clear_widgets()
            if index is not None:
                below.add_widget(self.card)


def turns(cards: Sequence[Notice], *, with_invitation: bool) -> list[int | None]:
    """The order of what is shown: every card, with the invitation (``None``) before each where it must take turns."""
    if not with_invitation:
        return [*range(len(cards))]
    return [turn for index in range(len(cards)) for turn in (None, index)]
