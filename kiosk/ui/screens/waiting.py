"""Wait for a look-up or a commit. Usually gone before anybody sees it."""

from kiosk.ui.screens.page import Page


class LookingUpDossierPage(Page):
    pass


class SavingPage(Page):
    pass


class LookingUpComplaintPage(Page):
    pass
