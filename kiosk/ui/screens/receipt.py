"""Show a complaint's receipt in large type; and the thanks after it, from which it can be shown again."""

from kivy.properties import StringProperty

from kiosk.domain.phone_number import regrouped
from kiosk.domain.receipt import grouped, link, page_in_letters
from kiosk.flow.state.complaint import ComplaintSent, ShowReceipt
from kiosk.ui.screens.page_with_buttons import PageWithButtons

COVERED = "••••"
_PICTURES = {"receipt.read_out": "speaker", "receipt.print": "print"}


class ReceiptPage(PageWithButtons):
    """The number in groups of four, its QR code, and what to do with it."""

    confidential = True
    deaf_seconds = 1.5
    title = StringProperty("")
    number = StringProperty("")
    due = StringProperty("")
    text = StringProperty("")
    page = StringProperty("")
    link = StringProperty("")
    note = StringProperty("")

    def show(self, place: ShowReceipt, now: float) -> None:
        self.title = self.words["receipt.title_again" if place.last else "receipt.title"]
        groups = grouped(place.receipt.number).split(" ")
        if place.hidden:
            groups = [COVERED] * len(groups)
        half = (len(groups) + 1) // 2
        self.number = " ".join("\u00a0".join(line) for line in (groups[:half], groups[half:]))
        url = self.intake.public_url if self.intake else ""
        key = "receipt.look" if place.answered else "receipt.look_comment"
        self.page = page_in_letters(url) if not (place.hidden or self.m.tight) else ""
        self.due = self._due(question=place.question) if place.answered else ""
        self.text = self.words[f"{key}_or" if self.page else key]
        self.link = link(url, place.receipt) if not place.hidden else ""
        at = self.intake.reception if self.intake else None
        self.note = (
            self.words.say("receipt.ask", phone=regrouped(at.phone)) if at and at.phone else self.words["receipt.photo"]
        )
        if place.hidden:
            self.text, self.note = self.words["receipt.hidden"], ""
        if place.paper:
            self.text = self.words[f"receipt.paper_{place.paper}"]
        self.offer()

    def _due(self, *, question: bool) -> str:
        promise = self.intake.promise(question=question) if self.intake else None
        if promise is None:
            return ""
        if promise.due is None:
            return self.words.say("receipt.due_days", days=promise.working_days)
        due = promise.due
        date = self.words.say("paper.date", day=due.day, month=due.month, year=due.year)
        return self.words.say("receipt.due", date=date)

    def picture_on(self, words: str) -> str:
        return "" if self.m.narrow else _PICTURES.get(words, "")

    def forget(self) -> None:
        """The number is on no screen any more."""
        self.number = self.link = self.due = ""


class ComplaintSentPage(PageWithButtons):
    """Said after the COMMIT, and after the citizen has the number."""

    deaf_seconds = 1.0
    text = StringProperty("")

    def show(self, place: ComplaintSent, now: float) -> None:
        self.text = self.words["told.question" if place.question else "told.text"]
        self.offer()
