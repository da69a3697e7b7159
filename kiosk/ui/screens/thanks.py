"""Said after the COMMIT. The chosen face is not shown again: somebody may be looking."""

from kiosk.ui.screens.page import Page


class ThanksPage(Page):
    deaf_seconds = 1.5
