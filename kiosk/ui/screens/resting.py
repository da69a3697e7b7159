"""Outside opening hours: a dark screen that says when the office opens. Any touch wakes it."""

from datetime import datetime

from kivy.properties import NumericProperty, StringProperty

from kiosk.flow.state.screens import Resting
from kiosk.texts import Strings
from kiosk.ui import palette
from kiosk.ui.screens.page import Page

LIFTS = (0.5, 0.3, 0.1, 0.4, 0.7, 0.9, 0.6)
LIFT_SECONDS = 60


class RestingPage(Page):
    """How citizens judged this office and what it did about it are shown one after the other. The words wander up and
    down, a step a minute: nothing is burnt in during a night of fourteen hours."""

    paper = palette.NIGHT
    opens = StringProperty("")
    card_words = StringProperty("")
    lift = NumericProperty(LIFTS[0])

    def show(self, place: Resting, now: float) -> None:
        self.opens = opening_words(place.opens, self.words) if place.opens else ""
        self._tell(now)

    def pass_time(self, now: float) -> None:
        self.lift = LIFTS[int(now / LIFT_SECONDS) % len(LIFTS)]
        self._tell(now)

    def _tell(self, now: float) -> None:
        """The cards take turns, a minute each."""
        cards = self.afterwards_cards
        card = cards[int(now / LIFT_SECONDS) % len(cards)] if cards else None
        self.card_words = ". ".join(filter(None, card.text_in(self.words.language))) if card else ""


def opening_words(opens: datetime, words: Strings) -> str:
    """When the office opens, in words."""
    clock = "rest.time" if opens.minute else "rest.time_sharp"
    return words.say(
        "rest.opens",
        time=words.say(clock, hour=opens.hour, minute=f"{opens.minute:02}"),
        weekday=words[f"rest.weekday_{opens.isoweekday()}"],
        date=words.say("rest.date", day=opens.day, month=opens.month),
    )
