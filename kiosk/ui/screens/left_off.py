"""What somebody was writing was given up by time: it can be taken up again, and nothing of it is shown here."""

from kiosk.flow.state.screens import LeftOff
from kiosk.ui.screens.page_with_buttons import PageWithButtons


class LeftOffPage(PageWithButtons):
    def show(self, place: LeftOff, now: float) -> None:
        self.offer()
