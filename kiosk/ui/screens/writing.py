"""Write a complaint's text, or an earlier one's receipt number: title, keyboard, two buttons, bar."""

from typing import Any

from kivy.properties import StringProperty

from kiosk.flow.state.complaint import EnterReceiptNumber, Write, WriteSupplement
from kiosk.flow.state.complaint_draft import ComplaintPart
from kiosk.flow.state.form import SentOff
from kiosk.flow.state.screens import Touched
from kiosk.flow.state.text_input import TextInput
from kiosk.ui import palette
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.pad_layout import Rect
from kiosk.ui.screens.page_with_buttons import PageWithButtons, ViewButton
from kiosk.ui.writing.keyboard_geometry import LINE
from kiosk.ui.writing.reader import Reader

#: On a low panel what is said above the keys has one line, and no more room than its letters: of the size of the type.
ABOVE_LOW_KEYS, ABOVE_KEYS = 1.345, 2.9
#: As many lines of the office's question are seen above the keys, where there is room for them.
QUESTION_LINES = 4


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
        self.ids.keyboard.briefly = bool(refusal) and self.m.compact
        self.ids.keyboard.show(writing)
        self._place()

    def forget(self) -> None:
        """Nothing of what was written stays on the board."""
        self.ids.keyboard.forget()

    def _place(self, *_: object) -> None:
        with_title = bool(self.refusal) or not self.m.compact
        for name, box in places(self.m, with_title=with_title, above=self.above()).items():
            self.ids[name].pos, self.ids[name].size = box.pos, box.size
            self.ids[name].opacity = 1 if box.height else 0
        title, top = self.ids.title, self.ids.keyboard.used_top
        if self.m.portrait and title.height and top > self.ids.keyboard.y:
            title.y = min(title.y, top + self.m.gap)

    def above(self) -> int:
        """How many pixels are kept free above the title."""
        return 0


def places(m: Metrics, *, with_title: bool, above: int = 0) -> dict[str, Rect]:
    """Boxes for ``title``, ``board``, ``row`` (of buttons; upright panels alone) and ``bar``, from the bottom left.
    ``above`` the title so many pixels stay free."""
    inner = m.width - 2 * m.margin
    row = m.row if m.portrait else 0
    floor = m.margin + m.row + m.gap
    keys = floor + (row + m.gap * 2 if row else 0)
    share = ABOVE_LOW_KEYS if m.compact else ABOVE_KEYS if m.portrait else 1.6
    title, top = round(title_font(m) * share) if with_title else 0, m.height - m.margin - above
    return {
        "bar": Rect(m.margin, m.margin, inner, m.row),
        "row": Rect(m.margin, floor, inner, row),
        "keyboard": Rect(m.margin, keys, inner, top - keys - title),
        "title": Rect(m.margin, top - title, inner, title),
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
    """The answer to what the office asked, with the question in sight.

    On upright panels with room for it the question stands above the keys; on others a button shows it in their place,
    and another leads back to what was written.
    """

    def __init__(self, **kwargs: Any) -> None:
        self.reader, self._reads = Reader(), False
        self._shown: WriteSupplement | None = None
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: object) -> None:
        self._keyboard = self.ids.keyboard.__self__  # held here while it is off the screen
        self.reader.size_hint = (None, None)
        self.reader.bind(on_dragged=lambda _: self.emit(Touched()))
        super().on_kv_post(base_widget)
        if self._stands_above:
            self.add_widget(self.reader)

    @property
    def _stands_above(self) -> bool:
        return self.m.portrait and not self.m.tight

    def above(self) -> int:
        return round(QUESTION_LINES * self.m.body * LINE + self.m.gap * 2) if self._stands_above else 0

    def show(self, place: WriteSupplement, now: float) -> None:
        changed = self._shown != place
        self._shown, status = place, place.asked.look.status
        self.reader.read(status.answer if status else "")
        self._draw(reads=self._reads and not changed)

    def _draw(self, *, reads: bool) -> None:
        assert self._shown is not None
        self._reads = reads
        if not self._stands_above:
            off, on = (self._keyboard, self.reader) if reads else (self.reader, self._keyboard)
            self.remove_widget(off)
            if on.parent is None:
                self.add_widget(on)
        place, words = self._shown, self.words
        if reads:
            self.title, self.refusal = words["look.needs_more"], ""
            self._place()
            self._offer()
            return
        wrong = "look.more_refused" if place.refused else "look.more_failed" if place.failed else ""
        hint = "" if self._stands_above else words["look.write_more_hint"]
        self.write(place.writing, words["look.write_more_title"], hint, words[wrong] if wrong else "")
        self._offer()

    def _place(self, *_: object) -> None:
        super()._place()
        m, title = self.m, self.ids.title
        bottom = title.top + m.gap if self._stands_above else self.ids.keyboard.y
        top = m.height - m.margin if self._stands_above or not title.height else title.y - m.gap
        if top > bottom:
            self.reader.lay((m.margin, bottom), (m.width - 2 * m.margin, top - bottom), m)
        if self._stands_above:  # so that nobody takes it for the field
            self.reader.fill = palette.rgba(palette.ACCENT_SOFT)

    def _offer(self) -> None:
        if self._stands_above:
            self.offer()
        elif self._reads:
            last = not self.reader.can_scroll(up=False)
            more = ViewButton("tell.page_first" if last else "tell.page_more", self._turn)
            onward = ViewButton("look.write_on", self._swap, main=True)
            self.offer(*([more] if self.reader.more else []), onward)
        else:
            self.offer(ViewButton("look.see_question", self._swap))

    def _swap(self) -> None:
        self.emit(Touched())
        self._draw(reads=not self._reads)

    def _turn(self) -> None:
        self.emit(Touched())
        self.reader.turn()
        self._offer()

    def forget(self) -> None:
        super().forget()
        self.reader.forget()
        self._shown, self._reads = None, False
