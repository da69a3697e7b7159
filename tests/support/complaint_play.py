"""What the tests of a góp ý or phản ánh share: a hall that takes them, and events one after the other."""

from msgspec.structs import replace

from kiosk.flow.state import screens as w
from kiosk.flow.state.effects import Effect
from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.state.text_input import Typed
from kiosk.flow.step import step
from tests.support.fakes import INTAKE

RULES = Rules(code_prefill="H35.13.02-261121-")
IDLE = w.State(w.Idle(), "vi", lobby=Lobby(intake=INTAKE), lobby_read_at=0)
PLANTED = "Bà cụ bị quát"


def at(place: w.Place, **outlives) -> w.State:
    return replace(IDLE, place=place, **outlives)


def play(state: w.State, *events: w.Event, now: float = 1) -> tuple[w.State, list[Effect]]:
    effects: list[Effect] = []
    for event in events:
        state, asked = step(state, event, now, RULES)
        effects = list(asked)
    return state, effects


def type_in(state: w.State, text: str) -> w.State:
    return play(state, *(Typed(letter) for letter in text))[0]


def spot(state: w.State) -> object:
    """The part that is asked, or the kind of place."""
    return getattr(state.place, "part", type(state.place).__name__)
