"""Tallies for the staff of one counter: counts in groups of at least five, today and over seven days."""

from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from kiosk.domain.rating import Score
from kiosk.flow.state.lobby import TallyPeriod
from kiosk.flow.state.screens import StaffTallies
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import Surface
from kiosk.ui.widgets.press import USUAL


class TallyLine(Surface):
    """One score: its face, a bar as long as its share, its count."""

    m = ObjectProperty(USUAL, rebind=True)
    score = NumericProperty(3)
    count = StringProperty("")
    share = NumericProperty(0)


class TallyCard(Surface):
    """One period."""

    m = ObjectProperty(USUAL, rebind=True)
    title = StringProperty("")
    count = StringProperty("")

    def fill_in(self, period: TallyPeriod, count: str) -> None:
        self.count = count
        rows = self.ids.rows
        if not rows.children:
            for score in reversed(Score):
                rows.add_widget(TallyLine(m=self.m, score=int(score)))
        for row in rows.children:
            given = period.counts[int(row.score) - 1]
            row.count = str(given) if period.n else "–"
            row.share = given / period.n if period.n else 0


class StaffTalliesPage(Page):
    counter = StringProperty("")

    def show(self, place: StaffTallies, now: float) -> None:
        view = place.view
        self.counter = self.words.say("tallies.title", counter=view.counter.name)
        for card, period in ((self.ids.today, view.today), (self.ids.week, view.week)):
            said = self.words.say("tallies.count", n=period.n) if period.n else self.words["tallies.too_few"]
            card.fill_in(period, said)
