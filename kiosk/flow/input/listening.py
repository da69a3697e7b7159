"""Begin the non-visual mode, and end it: nobody's screen goes dark unasked. Pure.

The marked corner is where hands lean on the frame, too. So holding it only asks, aloud and on the screen; the middle of
the glass is yes, anything else leaves all as it was.
"""

from msgspec.structs import replace

from kiosk.flow.input import non_visual
from kiosk.flow.rules.timeouts import at
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import CornerHeld, HeadsetPlugged, PreferencesChosen
from kiosk.flow.state.screens import AskToListen, Confirmed, Event, Idle, Resting, State


def respond(state: State, event: Event, now: float, rules: Rules) -> State | None:
    """What the held corner, or the answer to the question it asks, comes to; ``None`` when it is about neither."""
    match state.place, event:
        case place, HeadsetPlugged(plugged):
            return _plugged(
                at(state, place.resume) if isinstance(place, AskToListen) else state, rules, plugged=plugged
            )
        case AskToListen(), PreferencesChosen():
            return None  # the first press of a switch: it has yet to reach an answer
        case AskToListen(resume), Confirmed():
            return non_visual.begun(at(state, resume))
        case AskToListen(resume), _:
            return at(state, resume)
        case place, CornerHeld() if non_visual.can_begin(state, rules):
            return at(state, AskToListen(place, now + rules.ask_to_listen_seconds))
    return None


def _plugged(state: State, rules: Rules, *, plugged: bool) -> State:
    """A headset begins the non-visual mode unasked: nobody plugs one in by leaning on the frame. Pulled out on the
    first screen it ends it; elsewhere the citizen goes on with the loudspeaker, and hears so first."""
    if plugged:
        woken = at(state, Idle(cards=state.lobby.invitation_cards)) if isinstance(state.place, Resting) else state
        return non_visual.begun(woken) if non_visual.can_begin(woken, rules) else woken
    if isinstance(state.place, Idle):
        return replace(state, preferences=rules.preferences)
    return replace(state, unplugged=state.unplugged + 1)
