"""How long it takes by ear: the lengths of the sounds as shipped, and the touches of somebody who has never done it.

A touch of the same zone takes 0.28 s (Card, Moran and Newell 1980: a key of an average typist), of another one 0.8 s
(Fitts' law says half a second for a third of the glass that lies a third of it away), and to decide after something was
heard to its end 0.7 s.
"""

import struct
from functools import cache
from random import Random
from statistics import mean

import pytest
from msgspec.structs import replace

from kiosk.domain.rating import Score
from kiosk.flow.input.complaint_non_visual import DIALLED
from kiosk.flow.input.prompts import Clip, utterance
from kiosk.flow.state import complaint as t
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintPart
from kiosk.flow.state.effects import Save
from kiosk.flow.state.form import Ask, Why
from kiosk.flow.state.preferences import PLAIN, CornerHeld, Zone, ZoneTouched
from kiosk.flow.state.text_input import Kind, beginning
from kiosk.flow.step import step
from kiosk.paths import shared
from tests.flow.test_complaint_non_visual_random import answered
from tests.support.listener import EITHER, IDLE, RULES, TOLD, Rules, at

AGAIN, MOVE, DECIDE = 0.28, 0.8, 0.7
CORNER_SECONDS = 3.0
SOUNDS = shared("assets") / "languages" / "vi" / "sounds"


@cache
def seconds(name: str) -> float:
    """The length of an Ogg Vorbis file: its last granule by its sample rate (RFC 3533, Vorbis I)."""
    data = (SOUNDS / f"{name}.ogg").read_bytes()
    last, head = data.rfind(b"OggS"), data.find(b"\x01vorbis")
    return float(struct.unpack_from("<q", data, last + 6)[0] / struct.unpack_from("<I", data, head + 12)[0])


def length(clips: tuple[Clip, ...] | None) -> float:
    return sum(seconds(clip if isinstance(clip, str) else "field.civil") for clip in clips or ())


class Novice:
    """Hears everything to its end and then decides; how many digits there are, while the hand goes back. ``sent`` is
    when the rating was."""

    def __init__(self, state: w.State, rules: Rules) -> None:
        self.state, self.rules, self.now, self.zone = state, rules, 100.0, ""
        self.began = self.sent = self.now

    @property
    def took(self) -> float:
        return self.now - self.began

    def happens(self, event: w.Event, *, listens: bool = True) -> None:
        before, waiting = self.state, [event]
        while waiting:
            self.state, effects = step(self.state, waiting.pop(0), self.now, self.rules)
            self.sent = self.now if any(isinstance(effect, Save) for effect in effects) else self.sent
            waiting += [said for effect in effects if (said := answered(effect))]
        heard = length(utterance(before, self.state, self.rules))
        if listens and heard:
            self.now += max(0.0, heard - MOVE) if self.counts else heard + DECIDE

    @property
    def counts(self) -> bool:
        return isinstance(self.state.place, DIALLED)

    def touches(self, *zones: str, listens: bool = True) -> None:
        for zone in zones:
            self.now += AGAIN if zone == self.zone == "next" else MOVE  # the middle waits until no tremble is heard
            self.zone = zone
            self.happens(ZoneTouched(Zone(zone)), listens=listens)

    def chooses(self, name: str) -> None:
        while self.state.pointed_at != name:
            self.touches("next")
        self.touches("choose")

    def dials(self, digits: str) -> None:
        for digit in digits:
            self.touches(*["next"] * int(digit), listens=False)
            self.touches("choose")


def without_a_barcode(score: Score, rules: Rules) -> Novice:
    """From the corner to the face that is sent: by the second counter that is read out."""
    citizen = Novice(replace(IDLE, preferences=PLAIN), rules)
    citizen.now += CORNER_SECONDS
    citizen.happens(CornerHeld())
    citizen.now += MOVE
    citizen.zone = "choose"
    citizen.happens(w.Confirmed())
    citizen.chooses("2")
    citizen.chooses("2")
    if rules.headset:
        citizen.chooses(str(score.value))
    else:
        citizen.touches("next", *("choose" if each is score else "next" for each in reversed(Score)))
        citizen.touches("choose")
    assert isinstance(citizen.state.place, Why | Ask)
    return citizen


@EITHER
@pytest.mark.parametrize("score", Score)
def test_a_rating_without_a_barcode_takes_a_novice_less_than_a_minute(score: Score, rules: Rules):
    citizen = without_a_barcode(score, rules)

    assert citizen.sent - citizen.began < 60


def test_aloud_no_face_takes_longer_than_another_by_more_than_a_move_of_the_hand():
    took = {score: without_a_barcode(score, RULES).sent for score in Score}

    assert max(took.values()) - min(took.values()) < 2 * MOVE


def telephone(number: str, rules: Rules) -> float:
    choosing = at(t.Choose(ComplaintPart.SENTENCES, TOLD), rules)
    state = at(t.Write(ComplaintPart.CONTACT, replace(TOLD, contact=""), beginning(Kind.PHONE)), rules)
    citizen = Novice(state, rules)
    citizen.zone = "choose"
    citizen.now += length(utterance(choosing, state, rules)) + DECIDE
    citizen.dials(number)
    citizen.now += DECIDE
    citizen.touches("choose", listens=False)
    assert isinstance(citizen.state.place, t.Choose)
    return citizen.took


@EITHER
def test_a_telephone_number_takes_less_than_forty_seconds(rules: Rules):
    drawn = Random(7)
    numbers = [f"0{drawn.choice('35789')}{drawn.randrange(10**8):08}" for _ in range(200)]

    assert telephone("0912345123", rules) < 36
    assert mean(telephone(number, rules) for number in numbers) < 40
    assert telephone("0999999999", rules) < 52, "the one with the most touches"
