"""The non-visual mode: five large zones to touch, with captions for whoever helps.

What the screen asks stands above them in large letters; what was come to is only said, never shown, and of what was
told only the receipt's number is drawn. The places reach to the edges of the glass and, above, to its top, so that the
corners are found with the fingers alone; their drawn parts lie in the lower half of a high panel.
"""

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from kiosk.domain.questionnaire import in_language
from kiosk.domain.receipt import grouped
from kiosk.flow.input.non_visual import FACES, PLACES
from kiosk.flow.rules.recording_steps import is_recording
from kiosk.flow.rules.screen_table import screen
from kiosk.flow.state import complaint as t
from kiosk.flow.state.form import Ask
from kiosk.flow.state.preferences import PlaceTouched, RepeatAsked
from kiosk.flow.state.screens import (
    Idle,
    Place,
    Rate,
)
from kiosk.ui.screens.page import Page
from kiosk.ui.screens.receipt import COVERED
from kiosk.ui.widgets import Touchable

HOLD_SECONDS = 1.5  # counted from the first second's tick after the finger came: about two in all
PICTURES = dict(zip(PLACES, ("home", "speaker", "check", "previous", "next"), strict=True))


class Zone(Touchable):
    """One of the five. A finger may come down beside its drawn part, and leave anywhere."""

    place = StringProperty("choose")
    page = ObjectProperty(None, allownone=True)
    words = StringProperty("")
    picture = StringProperty("")

    def collide_point(self, x: float, y: float) -> bool:
        return self.page is not None and self.page.place_at(x, y) == self.place

    def on_touch_down(self, touch: Any) -> bool:
        came = super().on_touch_down(touch)
        if came:
            self.page.hold()
        return came

    def _near(self, x: float, y: float) -> bool:
        return True


class NonVisualPage(Page):
    """The same five places on every screen. A finger that rests on one of them hears the screen once more."""

    faces = BooleanProperty(False)
    title = StringProperty("")
    hint = StringProperty("")
    confidential = True

    def __init__(self, **kwargs: Any) -> None:
        self._held_since: float | None = None
        self._held = self._heard = False
        super().__init__(**kwargs)
        for name, zone in self.zones.items():
            zone.place, zone.page = name, self
            zone.bind(on_fire=self._fired)

    @property
    def zones(self) -> dict[str, Zone]:
        return {name: self.ids[name] for name in PLACES}

    def show(self, place: Place, now: float) -> None:
        self.faces = isinstance(place, Rate)
        self.title, self.hint = self._heading(place)
        for name, zone in self.zones.items():
            zone.tone = "accent" if name == "choose" and not self.faces else "plain"
            if self.faces:
                score = int(FACES[name])
                zone.words, zone.picture = self.words[f"rate.face_{score}"], f"face-{score}"
                continue
            key = "leave" if name == "home" and isinstance(place, Idle) else name
            speaking = name == "choose" and is_recording(place)
            zone.words, zone.picture = self.words["tell.speech_done" if speaking else f"ear.{key}"], PICTURES[name]

    def forget(self) -> None:
        self.title = self.hint = ""

    def _heading(self, place: Place) -> tuple[str, str]:
        """What the screen asks, and how to answer; a receipt's number for who helps."""
        hint = self.words["ear.text"] if not self.m.compact else ""
        match place:
            case t.ShowReceipt(receipt, hidden=hidden):
                number = grouped(receipt.number)
                number = " ".join(COVERED for _ in number.split()) if hidden else number
                return number, self.words["receipt.title_again"] if not self.m.compact else ""
            case Ask(question=question):
                return in_language(question.words, self.words.language), hint
        if is_recording(place):
            return self.words["tell.speech_now"], ""
        return self.words[screen(place).title], hint

    def pass_time(self, now: float) -> None:
        if not self._held or self._heard:
            return
        self._held_since = now if self._held_since is None else self._held_since
        if now - self._held_since >= HOLD_SECONDS:
            self._heard = True
            self.emit(RepeatAsked())

    def hold(self) -> None:
        """A finger came."""
        self._held, self._heard, self._held_since = True, False, None

    def place_at(self, x: float, y: float) -> str:
        """Which of the five a point belongs to; every point of the glass belongs to one."""
        middle = self.ids.choose
        left = x < self.center_x
        if y > middle.top:
            return "home" if left else "again"
        if y < middle.y:
            return "previous" if left else "next"
        return "choose"

    def _fired(self, zone: Zone) -> None:
        held, self._held = self._heard, False
        if not held:
            self.emit(PlaceTouched(zone.place))
