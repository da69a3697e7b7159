"""Write a complaint's text, or an earlier one's receipt number: title, keyboard, two buttons, bar."""

from kivy.properties import StringProperty

from kiosk.flow.state.complaint import EnterReceiptNumber, Write, WriteSupplement
from kiosk.flow.state.complaint_draft import ComplaintPart
from kiosk.flow.state.form import SentOff
from kiosk.flow.state.text_input import TextInput
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.pad_layout import Rect
from kiosk.ui.screens.page_with_buttons import PageWithButtons


class KeyboardPage(PageWithButtons):
    """Lays the writing board between a title and the bar. On a low panel the empty field says what the title would."""

    confidential = True
    title = StringProperty("")
    refusal = StringProperty("")

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        keyboard = self.ids.keyboard
        keyboard.bind(on_written=lambda _, event: self.emit(event), on_done=lambda _: self.emit(SentOff()))
        for name in ("title", "refusal"):
            self.fbind(name, self._place)
        self._place()

    def write(self, writing: TextInput, title: str, hint: str, refusal: str) -> None:
        """Shows a writing under its title; ``refusal`` says instead what is still wrong with it."""
        self.title, self.refusal = title, refusal
        self.offer()
        self.ids.keyboard.hint = title if self.m.compact else hint
        self.ids.keyboard.show(writing)
        self._place()

    def forget(self) -> None:
        """Nothing of what was written stays on the board."""
        self.ids.keyboard.forget()

    def _place(self, *_: object) -> None:
        for name, box in places(self.m, with_title=bool(self.refusal) or not self.m.compact).items():
            self.ids[name].pos, self.ids[name].size = box.pos, box.size
            self.ids[name].opacity = 1 if box.height else 0
        title, top = self.ids.title, self.ids.keyboard.used_top
        if self.m.portrait and title.height and top > self.ids.keyboard.y:
            title.y = min(title.y, top + self.m.gap)


def places(m: Metrics, *, with_title: bool) -> dict[str, Rect]:
    """Boxes for ``title``, ``board``, ``row`` (of buttons; upright panels alone) and ``bar``, from the bottom left."""
    inner = m.width - 2 * m.margin
    row = m.row if m.portrait else 0
    floor = m.margin + m.row + m.gap
    keys = floor + (row + m.gap * 2 if row else 0)
    title = round(title_font(m) * (2.9 if m.portrait else 1.6)) if with_title else 0
    return {
        "bar": Rect(m.margin, m.margin, inner, m.row),
        "row": Rect(m.margin, floor, inner, row),
        "keyboard": Rect(m.margin, keys, inner, m.height - keys - m.margin - title),
        "title": Rect(m.margin, m.height - m.margin - title, inner, title),
    }


def title_font(m: Metrics) -> int:
    """On a low panel what is said above the keys does not grow with the text: the keys would have no room."""
    return m.heading if m.compact else m.title


_HINTED = (ComplaintPart.TEXT, ComplaintPart.NAME, "contact_address")


class WritePage(KeyboardPage):
    """The words, the name, the telephone number and so on."""

    def show(self, place: Write, now: float) -> None:
        part = f"contact_{place.draft.reach}" if place.part is ComplaintPart.CONTACT else str(place.part)
        hint = self.words[f"tell.{part}_hint"] if part in _HINTED else ""
        refusal = self.words[f"tell.{part}_refused"] if place.refused else ""
        self.write(place.writing, self.words[f"tell.{part}"], hint, refusal)


class ReceiptNumberPage(KeyboardPage):
    """The number of a receipt, typed or scanned."""

    def show(self, place: EnterReceiptNumber, now: float) -> None:
        refusal = self.words["look.refused"] if place.refused else ""
        title = self.here(self.words, "look.title")
        self.write(place.writing, title, self.words["look.text"], refusal)


class SupplementPage(KeyboardPage):
    """The answer to what the office asked."""

    def show(self, place: WriteSupplement, now: float) -> None:
        wrong = "look.more_refused" if place.refused else "look.more_failed" if place.failed else ""
        title, hint = self.words["look.write_more_title"], self.words["look.write_more_hint"]
        self.write(place.writing, title, hint, self.words[wrong] if wrong else "")
