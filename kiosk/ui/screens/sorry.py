"""Say that the rating, or the answers after it, could not be saved."""

from kivy.properties import StringProperty

from kiosk.flow.state.screens import Sorry
from kiosk.ui.screens.page import Page


class SorryPage(Page):
    deaf_seconds = 1.5
    text = StringProperty("")

    def show(self, place: Sorry, now: float) -> None:
        self.text = self.words["sorry.rated" if place.rated else "sorry.text"]
