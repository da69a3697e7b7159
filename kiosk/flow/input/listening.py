"""Begin the non-visual mode, and end it: nobody's screen goes dark unasked. Pure.

The marked corner is where hands lean on the frame, too. So holding it only asks, aloud and on the screen; the middle of
the glass is yes, anything else leaves all as it was.
"""

from kiosk.flow.input import non_visual
from kiosk.flow.rules.timeouts import at
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import CornerHeld
from kiosk.flow.state.screens import AskToListen, Confirmed, Event, State


def respond(state: State, event: Event, now: float, rules: Rules) -> State | None:
    """What the held corner, or the answer to the question it asks, comes to; ``None`` when it is about neither."""
    match state.place, event:
        case AskToListen(resume), Confirmed():
            return non_visual.begun(at(state, resume))
        case AskToListen(resume), _:
            return at(state, resume)
        case place, CornerHeld() if non_visual.can_begin(state, rules):
            return at(state, AskToListen(place, now + rules.ask_to_listen_seconds))
    return None
