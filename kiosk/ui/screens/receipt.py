"""Show a complaint's receipt in large type; and the thanks after it, from which it can be shown again."""

from kivy.properties import StringProperty

from kiosk.domain.receipt import grouped, link
from kiosk.flow.state.complaint import ComplaintSent, ShowReceipt
from kiosk.ui.screens.page_with_buttons import PageWithButtons

_PICTURES = {"receipt.read_out": "speaker", "receipt.print": "print"}


class ReceiptPage(PageWithButtons):
    """The number in groups of four, its QR code, and what to do with it."""

    confidential = True
    deaf_seconds = 1.5
    title = StringProperty("")
    number = StringProperty("")
    text = StringProperty("")
    link = StringProperty("")
    note = StringProperty("")

    def show(self, place: ShowReceipt, now: float) -> None:
        self.title = self.words["receipt.title_again" if place.last else "receipt.title"]
        groups = grouped(place.receipt.number).split(" ")
        half = (len(groups) + 1) // 2
        self.number = " ".join("\u00a0".join(line) for line in (groups[:half], groups[half:]))
        self.text = self.words["receipt.complaint" if place.answered else "receipt.comment"]
        self.link = link(self.intake.public_url if self.intake else "", place.receipt)
        self.note = self.words["receipt.photo"] if not place.paper else ""
        if place.paper:
            self.text = self.words[f"receipt.paper_{place.paper}"]
        self.offer()

    def picture_on(self, words: str) -> str:
        return "" if self.m.narrow else _PICTURES.get(words, "")

    def forget(self) -> None:
        """The number is on no screen any more."""
        self.number = self.link = ""


class ComplaintSentPage(PageWithButtons):
    """Said after the COMMIT, and after the citizen has the number."""

    deaf_seconds = 1.0

    def show(self, place: ComplaintSent, now: float) -> None:
        self.offer()
