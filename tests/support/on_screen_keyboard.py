"""A page with nothing but a title, the writing board and the bar: to try the board by itself on any panel."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

from kiosk.flow.state.text_input import Kind, Layer, Method, TextInput, Typed, beginning, written
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.pad_layout import Rect
from tests.support.driver import guarded, open_window

SENTENCE = "Tôi đến nộp hồ sơ đất đai từ ngày 12/10, cán bộ ở quầy số 3 hẹn lại năm lần mà không giải thích vì sao. "
LONG = (SENTENCE * 50)[:4000]
PANELS = {
    "7": (1024, 600, 154.0),
    "7-upright": (600, 1024, 90.0),
    "10": (1280, 800, 217.0),
    "10-upright": (800, 1280, 136.0),
    "15.6": (1920, 1080, 345.0),
    "21.5-upright": (1080, 1920, 268.0),
    "32-upright": (1080, 1920, 398.0),
    "55": (3840, 2160, 1210.0),
    "55-upright": (2160, 3840, 685.0),
}


def typed(kind: Kind, keys: str = "", method: Method = Method.TELEX) -> TextInput:
    writing = beginning(kind, method=method)
    for key in keys:
        writing = written(writing, Typed(key))
    return writing


@cache
def variants() -> Mapping[str, TextInput]:
    """Name → what is being written."""
    said = typed(Kind.WORDS, "Tooi ddeesn nooj ho s")
    vni = typed(Kind.WORDS, "To6i d9e61n no6p ho s", Method.VNI)
    full = written(beginning(Kind.WORDS, LONG), Typed("x"))
    marks = beginning(Kind.WORDS, SENTENCE, Method.MARKS)
    return {
        "words-empty": beginning(Kind.WORDS),
        "words-telex": said,
        "words-vni": vni,
        "words-marks": marks,
        "words-digits": TextInput(Kind.WORDS, said.field, layer=Layer.DIGITS, history=said.history),
        "words-full": full,
        "name": typed(Kind.NAME, "Nguyeexn Thij Hoa"),
        "address": typed(Kind.ADDRESS, "Buoon Cuoor Dawng A, xa"),
        "email": typed(Kind.EMAIL, "nguyenthihoa.1958"),
        "phone": typed(Kind.PHONE, "0912345678"),
        "phone-longest": typed(Kind.PHONE, "9" * Kind.PHONE.longest),
        "phone-empty": beginning(Kind.PHONE),
        "receipt-number": typed(Kind.RECEIPT_NUMBER, "12345678901234567890"),
    }


def frame(m: Metrics) -> dict[str, Rect]:
    """Where a page puts the board: below its title, which a low panel has no room for, and above the bar."""
    inner, floor = m.width - 2 * m.margin, m.margin + m.row + m.gap
    title = 0 if m.compact else round(m.title * 1.5)
    return {
        "bar": Rect(m.margin, m.margin, inner, m.row),
        "board": Rect(m.margin, floor, inner, m.height - floor - m.margin - title),
        "title": Rect(m.margin, m.height - m.margin - title, inner, title),
    }


@dataclass
class Bench:
    """The page in the window, and the writing it holds; what the board raises is written and shown again."""

    panel: tuple[int, int, float]
    writing: TextInput
    language: str = "vi"
    text_step: int = 0
    contrast: bool = False
    left_handed: bool = False
    done: int = 0

    def open(self, *, resize: bool = True) -> None:
        """Mounts the page; without ``resize`` in a window of another size, where it is laid out but not seen whole."""
        width, height, millimetres = self.panel
        if resize:
            open_window(width, height)
        from kivy.core.window import Window
        from kivy.uix.floatlayout import FloatLayout

        from kiosk.languages.packs import load_packs
        from kiosk.ui import palette
        from kiosk.ui.metrics import Panel, metrics_for
        from kiosk.ui.root_view import load_look
        from kiosk.ui.widgets import Bar, Text
        from kiosk.ui.writing.on_screen_keyboard import OnScreenKeyboard

        load_look()
        palette.wear(palette.HIGH_CONTRAST if self.contrast else palette.USUAL)
        Window.clearcolor = palette.rgba(palette.PAPER)
        m = metrics_for(
            Panel(width, height, millimetres), self.text_step, left_handed=self.left_handed, strong=self.contrast
        )
        words = load_packs().strings()[self.language]
        page = SimpleNamespace(m=m, words=words, other_language_name="English")
        bar = Bar(page=page, size_hint=(None, None))
        board = OnScreenKeyboard(m=m, words=words, hint=words["code.hint"], size_hint=(None, None))
        heading = Text(words=words["code.title"], most=m.title, weight="Bold", size_hint=(None, None))
        self.root: Any = FloatLayout(size=(width, height))
        for name, part in {"title": heading, "board": board, "bar": bar}.items():
            part.pos, part.size = frame(m)[name].pos, frame(m)[name].size
            if part.height:
                self.root.add_widget(part)
        self.board, self.window, self.m, self.words = board, Window, m, words
        board.bind(on_written=lambda _, event: self.happened(event), on_done=lambda _: self._done())
        Window.add_widget(self.root)
        self.show(self.writing)

    def close(self) -> None:
        from kiosk.ui import palette

        self.board.forget()
        self.window.remove_widget(self.root)
        palette.wear(palette.USUAL)

    def happened(self, event: Any) -> None:
        self.show(written(self.writing, event))

    def show(self, writing: TextInput) -> None:
        self.writing = writing
        self.board.show(writing)

    def _done(self) -> None:
        self.done += 1

    def frames(self, count: int = 3) -> None:
        from kivy.base import EventLoop

        for _ in range(count):
            guarded(EventLoop.idle)
