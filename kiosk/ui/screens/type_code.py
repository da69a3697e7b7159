"""Type a dossier code: the whole code in large groups above, big keys below. Only the last digits are left to type."""

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.flow.state.screens import Cleared, Confirmed, Erased, LettersToggled, NoPaper, PadKeyPressed, TypeCode
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

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # ids hold their widgets weakly, and one of the two is always out of the tree
        self._pads = {False: self.ids.digits.__self__, True: self.ids.letters.__self__}
        for name in ("size", "letters"):
            self.fbind(name, self._place)
        self._place()

    def show(self, place: TypeCode, now: float) -> None:
        self.code = grouped(place.text) + CURSOR
        prefilled = place.text != "" and not place.letters
        hint = "code.look_again" if place.look_again else "code.hint_prefilled" if prefilled else "code.hint"
        self.hint = self.words[hint]
        self.letters = place.letters
        self.other_way = self.words["tell.back" if place.draft else "idle.no_paper"]

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

    def no_paper(self) -> None:
        self.emit(NoPaper())


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
