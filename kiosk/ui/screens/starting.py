"""Before the store is open: the name, and a request for patience."""

from kiosk.ui.screens.page import Page


class StartingPage(Page):
    pass
