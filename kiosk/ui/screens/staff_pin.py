"""Enter a PIN of the staff: dots for digits, and errors in words."""

import math
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.flow.state.screens import Erased, PadKeyPressed
from kiosk.flow.state.staff import StaffPin
from kiosk.texts import Strings
from kiosk.ui.screens.page import Page


class StaffPinPage(Page):
    pin_length = NumericProperty(6)
    title = StringProperty("")
    counter = StringProperty("")
    digits = NumericProperty(0)
    notice = StringProperty("")
    wrong = BooleanProperty(False)
    locked = BooleanProperty(False)  # a small panel then leaves out whose PIN it is rather than why nothing is taken

    def __init__(self, **kwargs: Any) -> None:
        self._locked_until: float | None = None
        self._locked = ""
        super().__init__(**kwargs)

    def show(self, place: StaffPin, now: float) -> None:
        signer = place.signer
        who = {"number": signer.officer_number, "counter": signer.counter.name}
        self.counter = self.words.say("pin.who", **who) if signer.officer_number else signer.counter.name
        self.title = self.words["pin.title" if signer.officer_number else "pin.title_shared"]
        self.digits = self.pin_length if place.checking else len(place.digits)
        self.wrong = place.refused
        self._locked_until = place.locked_until
        self.locked = place.locked_until is not None
        own = "pin.locked" if signer.officer_number else "pin.locked_shared"  # a counter has no account
        self._locked = "pin.locked_everybody" if place.for_everybody else own
        self.notice = self.words["pin.seats_short" if self.m.compact else "pin.seats"] if place.seats else ""
        if place.checking:
            self.notice = self.words["pin.checking"]
        if place.refused:
            self.notice = self.words["pin.refused"]
        self.pass_time(now)

    def pass_time(self, now: float) -> None:
        if self._locked_until is not None:
            self.notice = self.words.say(self._locked, time=wait_of(self.words, self._locked_until - now))

    def key(self, character: str) -> None:
        self.emit(PadKeyPressed(character))

    def erase(self) -> None:
        self.emit(Erased())


def wait_of(words: Strings, seconds: float) -> str:
    """Such as "1 giờ 12 phút", rounded up: "5:00" would be a time of day to some."""
    hours, minutes = divmod(max(1, math.ceil(seconds / 60)), 60)
    key = "pin.hours_minutes" if hours and minutes else "pin.hours" if hours else "pin.minutes"
    return words.say(key, hours=hours, minutes=minutes).replace(" ", "\N{NO-BREAK SPACE}")
