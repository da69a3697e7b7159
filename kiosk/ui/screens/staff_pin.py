"""Enter the PIN of a counter's staff: dots for digits, and errors in words."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.flow.state.screens import Erased, PadKeyPressed
from kiosk.flow.state.staff import StaffPin
from kiosk.ui.screens.page import Page


class StaffPinPage(Page):
    pin_length = NumericProperty(6)
    counter = StringProperty("")
    digits = NumericProperty(0)
    notice = StringProperty("")
    wrong = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self._locked_until: float | None = None
        super().__init__(**kwargs)

    def show(self, place: StaffPin, now: float) -> None:
        self.counter = place.counter.name
        self.digits = self.pin_length if place.checking else len(place.digits)
        self.wrong = place.refused
        self._locked_until = place.locked_until
        self.notice = self.words["pin.checking"] if place.checking else ""
        if place.refused:
            self.notice = self.words["pin.refused"]
        self.pass_time(now)

    def pass_time(self, now: float) -> None:
        if self._locked_until is not None:
            left = max(0, round(self._locked_until - now))
            self.notice = self.words.say("pin.locked", time=f"{left // 60}:{left % 60:02}")

    def key(self, character: str) -> None:
        self.emit(PadKeyPressed(character))

    def erase(self) -> None:
        self.emit(Erased())
