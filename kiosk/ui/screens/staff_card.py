"""Ask for the staff card, or for its number on the pad that dossier codes are typed on."""

from kiosk.flow.state.staff import SharedPinAsked, StaffCard
from kiosk.ui.screens.type_code import CURSOR, TypeCodePage


class StaffCardPage(TypeCodePage):
    title = "staff_card.title"

    def show(self, place: StaffCard, now: float) -> None:  # type: ignore[override]
        self.code = place.number + CURSOR
        self.hint = self.here(self.words, f"staff_card.{place.trouble}" if place.trouble else "staff_card.hint")
        self.letters = place.letters
        self._other_way = SharedPinAsked()
        self.other_way = self.words["staff_card.shared"] if place.shared else ""
