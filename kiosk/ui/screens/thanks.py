"""Said after the COMMIT. The chosen face is not shown again: somebody may be looking."""

from kiosk.flow.step import offers_telling
from kiosk.flow.telling import TellAsked
from kiosk.flow.words import Thanks
from kiosk.ui.screens.acting import ActingPage


class ThanksPage(ActingPage):
    deaf_seconds = 1.5

    def show(self, place: Thanks, now: float) -> None:
        offered = offers_telling(place, self.intake)
        self.offer(*([("tell.button", "tell", TellAsked(), False)] if offered else []))
