"""Tallies for the staff of one counter: the counts that the district has released, of a day and of seven days."""

from kivy.properties import NumericProperty, ObjectProperty, StringProperty

from kiosk.domain.rating import Score
from kiosk.flow.state.lobby import TallyPeriod
from kiosk.flow.state.staff import StaffTallies
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
    latest = StringProperty("")
    until = StringProperty("")

    def show(self, place: StaffTallies, now: float) -> None:
        view = place.view
        self.counter = self.words.say("tallies.title", counter=view.counter.name)
        day = f"{view.day:%d/%m}" if view.day else ""
        self.latest = self.words.say("tallies.day", day=day) if day else "–"
        self.until = self.words.say("tallies.until", day=day) if day else self.words["tallies.nothing"]
        for card, period in ((self.ids.latest, view.latest), (self.ids.week, view.week)):
            text = self.words.say("tallies.count", n=period.n) if period.n else self.words["tallies.too_few"]
            card.fill_in(period, text)
