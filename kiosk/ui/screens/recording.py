"""Speak instead of writing: start, see the level and the time left, then listen to it."""

import math
from collections.abc import Sequence
from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.flow.state.complaint import Record
from kiosk.texts import Strings
from kiosk.ui.screens.choosing import SPEAK, CardsPage


class RecordPage(CardsPage):
    """Three moments of one screen: before, while somebody speaks, and after."""

    picture = StringProperty("")
    large = StringProperty("")
    small = StringProperty("")
    speaking = BooleanProperty(False)
    percent = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self._until: float | None = None
        super().__init__(**kwargs)

    def show(self, place: Record, now: float) -> None:
        self._until, self.speaking, self.percent = place.until, place.until is not None, place.percent
        self.notice = self.words["tell.speech_failed"] if place.failed else ""
        seconds = self.intake.speech_seconds if self.intake else 0
        if self.speaking:
            self.note, self.picture = "", ""
            self.ask(self.words["tell.speech_now"], [self.option("done", "tell.speech_done", "answer-yes")], ())
        elif place.draft.spoken_ms:
            self.note, self.picture = self.words["tell.speech_kept"], "answer-yes"
            cards = [self.option("play", "tell.play", "speaker"), self.option("speak", "tell.speech_again", SPEAK)]
            self.ask(self.words["tell.speech_ready"], cards, ())
        else:
            longest = length_of(self.words, seconds * 1000)
            self.note = "" if place.failed else self.words.say("tell.speech_text", length=longest)
            self.picture = SPEAK
            self.ask(self.words["tell.speech"], [self.option("speak", "tell.speech_begin", SPEAK)], ())
        self.offer()
        self.large = ""
        self.small = length_of(self.words, place.draft.spoken_ms) if place.draft.spoken_ms else ""
        self.pass_time(now)

    def pass_time(self, now: float) -> None:
        """How long one may still speak."""
        if self._until is not None:
            seconds, left = str(max(0, math.ceil(self._until - now))), self.words["tell.speech_left"]
            self.large, self.small = ("", f"{seconds} {left}") if self.m.compact else (seconds, left)

    def keeps_low(self) -> bool:
        return False  # what is touched stands below the picture anyway

    def columns(self, count: int) -> Sequence[int]:
        return (count, 1)

    def forget(self) -> None:
        super().forget()
        self.large = self.small = ""
        self._until, self.percent = None, 0


def length_of(words: Strings, ms: int) -> str:
    """Such as "1 phút 20 giây"; what is shorter than a second is told as one."""
    minutes, seconds = divmod(max(1, round(ms / 1000)), 60)
    if not minutes:
        return words.say("tell.seconds", seconds=seconds)
    if not seconds:
        return words.say("tell.minutes", minutes=minutes)
    return words.say("tell.minutes_seconds", minutes=minutes, seconds=seconds)
