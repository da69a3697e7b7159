"""Said after the COMMIT. The chosen face is not shown again: somebody may be looking."""

from kiosk.flow.state.complaint import TellAsked
from kiosk.flow.state.screens import Thanks
from kiosk.flow.step import offers_telling
from kiosk.ui.screens.page_with_buttons import ActingPage


class ThanksPage(ActingPage):
    deaf_seconds = 1.5

    def show(self, place: Thanks, now: float) -> None:
        offered = offers_telling(place, self.intake)
        self.offer(*([("tell.button", "tell", TellAsked(), False)] if offered else []))
