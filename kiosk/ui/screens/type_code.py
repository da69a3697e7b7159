"""Type a dossier code: the whole code in large groups above, big keys below. The day it begins with is typed before, so
that only the last digits are left.
"""

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.flow.state.form import WentBack
from kiosk.flow.state.screens import (
    Cleared,
    Confirmed,
    Erased,
    Event,
    LettersToggled,
    NoPaper,
    PadKeyPressed,
    TypeCode,
    TypeDate,
)
from kiosk.ui.screens.pad_layout import places
from kiosk.ui.screens.page import Page

CURSOR = "_"
MAX_GROUP = 16


class TypeCodePage(Page):
    """Digits and letters are two pads in the same place, both built once."""

    code = StringProperty("")
    hint = StringProperty("")
    other_way = StringProperty("")
    letters = BooleanProperty(False)
    title = "code.title"
    digit_keys = "123456789-0."

    def __init__(self, **kwargs: Any) -> None:
        self._other_way: Event = NoPaper()
        super().__init__(**kwargs)
        # ids hold their widgets weakly, and one of the two is always out of the tree
        self._pads = {False: self.ids.digits.__self__, True: self.ids.letters.__self__}
        for name in ("size", "letters"):
            self.fbind(name, self._place)
        self._place()

    def show(self, place: TypeCode, now: float) -> None:
        self.code = grouped(place.text) + CURSOR
        self.hint = self._hint(place)
        self.letters = place.letters
        to_the_date = place.look_again and place.day is not None
        self._other_way = WentBack() if to_the_date else NoPaper()
        other = "tell.back" if place.draft else "date.change" if to_the_date else "idle.no_paper"
        self.other_way = self.words[other]

    def _hint(self, place: TypeCode) -> str:
        if place.look_again:
            return self.words["code.look_again"]
        if place.odd:
            return self.words["code.odd"]
        if place.day and not place.letters:
            return self.words.say("code.hint_prefilled", day=place.day.day, month=place.day.month)
        return self.words["code.hint"]

    def _place(self, *_: object) -> None:
        wanted, other = self._pads[self.letters], self._pads[not self.letters]
        if other.parent:
            self.remove_widget(other)
        if not wanted.parent:
            self.add_widget(wanted)
        for name, box in places(self.m, letters=self.letters).items():
            widget = wanted if name == "pad" else self.ids[name]
            widget.pos, widget.size = box.pos, box.size
            widget.opacity = 1 if box.y < self.m.height else 0

    def key(self, character: str) -> None:
        self.emit(PadKeyPressed(character))

    def erase(self) -> None:
        self.emit(Erased())

    def clear(self) -> None:
        self.emit(Cleared())

    def toggle(self) -> None:
        self.emit(LettersToggled())

    def confirm(self) -> None:
        self.emit(Confirmed())

    def go_other_way(self) -> None:
        self.emit(self._other_way)


class TypeDatePage(TypeCodePage):
    """The day of the slip, on the same pad; once it is whole, it is said with its weekday and its year."""

    title = "date.title"
    digit_keys = "123456789 0 "

    def on_kv_post(self, base_widget: object) -> None:
        super().on_kv_post(base_widget)
        self.ids.side.remove_widget(self.ids.toggle)

    def show(self, place: TypeDate, now: float) -> None:  # type: ignore[override]
        self.code = as_written(place.digits)
        self.hint = self.words["date.refused" if place.refused else "date.hint"]
        if place.day:
            weekday = self.words[f"rest.weekday_{place.day.isoweekday()}"]
            day = {"day": place.day.day, "month": place.day.month, "year": place.day.year}
            self.hint = self.words.say("date.whole", weekday=weekday, **day)


def as_written(digits: str) -> str:
    """Day and month with the places that are still to be filled.

    >>> as_written("021").replace("\u00a0", "~")
    '02~/~1_'
    """
    filled = digits + CURSOR * (4 - len(digits))
    return f"{filled[:2]}\u00a0/\u00a0{filled[2:]}"


def grouped(code: str) -> str:
    """A code with room after its hyphens, so that it is read in groups and breaks between lines there.

    >>> grouped("H15.50.05.13-261008-09").replace("\u00a0", "~")
    'H15.50.05.13~- 261008~- 09'
    """
    first, hyphen, rest = code.partition("-")
    parts = first.split(".")
    if len(first) > MAX_GROUP and len(parts) > 3:  # the unit of an old code is too long for one line
        first = f"{'.'.join(parts[:3])}. {'.'.join(parts[3:])}"
    return f"{first}{hyphen}{rest}".replace("-", "\u00a0- ")
