"""Thank the citizen after the COMMIT. The chosen face is not shown again: somebody may be looking."""

from kiosk.flow.state.screens import Thanks
from kiosk.ui.screens.page_with_buttons import PageWithButtons


class ThanksPage(PageWithButtons):
    deaf_seconds = 1.5

    def show(self, place: Thanks, now: float) -> None:
        self.offer()

    def picture_on(self, words: str) -> str:
        return "tell"
