"""Say that the kiosk cannot record ratings now, tell a helper why, and return by itself."""

from kivy.properties import StringProperty

from kiosk.flow.state.screens import OutOfService
from kiosk.ui.screens.page import Page


class OutOfServicePage(Page):
    reason = StringProperty("")

    def show(self, place: OutOfService, now: float) -> None:
        key = f"out.{place.reason}"
        self.reason = self.words[key if key in self.words else "out.other"]
