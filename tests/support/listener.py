"""Somebody who uses the kiosk by ear, for tests of the flow."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from kiosk.domain.complaint import About, ReplyBy
from kiosk.flow.input.non_visual import items_of, suited
from kiosk.flow.input.prompts import utterance
from kiosk.flow.state import screens as w
from kiosk.flow.state.complaint_draft import ComplaintDraft, Manner, Reach
from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.state.preferences import Preferences, Zone, ZoneTouched
from kiosk.flow.step import step
from tests.support.fakes import INTAKE
from tests.ui.complaint_states import SUBJECT

RULES = Rules(languages=("vi", "en"))
HEADSET = replace(RULES, headset=True)
EITHER = pytest.mark.parametrize("rules", [RULES, HEADSET], ids=["loudspeaker", "headset"])
BY_EAR = Preferences(spoken=True, by_ear=True)
IDLE = w.State(w.Idle(), "vi", lobby=Lobby(intake=INTAKE), lobby_read_at=0, preferences=BY_EAR, printer=True)
TOLD = ComplaintDraft(
    wants_reply=True,
    about=About.CONDUCT,
    subject=SUBJECT,
    manner=Manner.PICKED,
    sentences=("waited-long", "not-polite"),
    reach=Reach.PHONE,
    contact="0912345123",
    reply_by=ReplyBy.CALL,
    consent=INTAKE.consent.version,
    unseen=True,
)


def at(place: w.Place, rules: Rules = RULES, **outlives: object) -> w.State:
    return suited(replace(IDLE, place=place, **outlives), rules)


class Listener:
    """Somebody who touches the five places and hears what is said; ``effects`` are those of the last touch."""

    def __init__(self, state: w.State, rules: Rules = RULES) -> None:
        self.state, self.rules, self.now = state, rules, 10.0
        self.heard: list[object] = []
        self.effects: list[object] = []

    def happens(self, *events: w.Event, after: float = 1.0) -> "Listener":
        for event in events:
            self.now += after
            before = self.state
            self.state, effects = step(before, event, self.now, self.rules)
            self.effects = list(effects)
            self.heard += utterance(before, self.state, self.rules) or ()
        return self

    def touches(self, *places: str, gap: float = 1.0) -> "Listener":
        return self.happens(*(ZoneTouched(Zone(place)) for place in places), after=gap)

    def chooses(self, *names: str) -> "Listener":
        """Goes on until this is said, and touches the middle."""
        for name in names:
            for _ in range(40):
                if self.state.pointed_at == name:
                    break
                self.touches("next")
            assert self.state.pointed_at == name, f"{name} is not offered, but {[*items_of(self.state, self.rules)]}"
            self.touches("choose")
        return self

    def dials(self, digits: str) -> "Listener":
        for digit in digits:
            self.touches(*["next"] * int(digit), "choose")
        return self

    def marks_and_ends(self, *meant: str) -> "Listener":
        """Hears a list to its end and marks some of it on the way."""
        answers = [name for name in items_of(self.state, self.rules) if not name.startswith(".")]
        self.touches("next", *("choose" if name in meant else "next" for name in answers))
        assert self.state.pointed_at == ".done"
        return self.touches("choose")

    def since(self) -> list[object]:
        heard, self.heard = self.heard, []
        return heard


def spot(state: w.State) -> object:
    return getattr(state.place, "part", type(state.place).__name__)


def digits_of(said: Iterable[object]) -> str:
    return "".join(str(clip)[-1] for clip in said if str(clip).startswith("digit."))
