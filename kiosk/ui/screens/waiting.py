"""The moments between: a dossier is looked up, a rating is written to the disk. Usually gone before they are seen."""

from kiosk.ui.screens.page import Page


class LookingUpDossierPage(Page):
    pass


class SavingPage(Page):
    pass


class LookingUpComplaintPage(Page):
    pass
