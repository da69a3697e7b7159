"""Offer to take up again what was given up by time; nothing of what was written is shown here."""

from kiosk.flow.state.screens import LeftOff
from kiosk.ui.screens.page_with_buttons import PageWithButtons


class LeftOffPage(PageWithButtons):
    def show(self, place: LeftOff, now: float) -> None:
        self.offer()
