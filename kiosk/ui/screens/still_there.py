"""Ask "Ông/Bà còn cần thời gian?" over the previous screen, with a large count-down. Any touch continues."""

import math
from typing import Any

from kivy.properties import StringProperty

from kiosk.flow.state.screens import Confirmed, StillThere
from kiosk.ui.screens.page import Page


class StillTherePage(Page):
    """The screen below stays as it was left; nothing on it can be touched meanwhile."""

    seconds = StringProperty("")
    title = StringProperty("")
    text = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self._until = 0.0
        super().__init__(**kwargs)

    def show(self, place: StillThere, now: float) -> None:
        self._until = place.until
        key = "scanned" if place.scanned else "title"
        self.title, self.text = self.words[f"still.{key}"], self.words[f"still.{key}_text"]
        self.pass_time(now)

    def pass_time(self, now: float) -> None:
        self.seconds = self.words.say("still.seconds", seconds=max(0, math.ceil(self._until - now)))

    def stay(self) -> None:
        self.emit(Confirmed())
