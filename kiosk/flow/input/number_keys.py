"""Map a physical number key to the choice that a touch would make on the same screen. Pure."""

from msgspec.structs import replace

from kiosk.flow.input.choice import by_key
from kiosk.flow.input.choices import choices
from kiosk.flow.state import screens as w
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import PreferencesChosen, Pressed, RepeatAsked
from kiosk.flow.state.staff import StaffCard, StaffPin

_EVERYWHERE: dict[str, w.Event] = {"again": RepeatAsked(), "home": w.WentHome()}


def hear(state: w.State, pressed: Pressed, rules: Rules) -> tuple[w.State, w.Event]:
    """The state that knows keys are in use, and the event the key stands for.

    The first key at the idle screen begins reading aloud: who cannot see the screen finds the keys, not a button.
    """
    by_keys = replace(state.preferences, by_keys=True)
    if isinstance(state.place, w.Idle) and rules.speech and not by_keys.spoken:
        return state, PreferencesChosen(replace(by_keys, spoken=True))
    state = replace(state, preferences=by_keys)
    if pressed.key in ("louder", "softer"):
        return state, PreferencesChosen(by_keys.louder(1 if pressed.key == "louder" else -1))
    if pressed.key in _EVERYWHERE:
        return state, _EVERYWHERE[pressed.key]
    return state, keys_of(state, rules).get(pressed.key, w.Touched())


def types_digits(state: w.State) -> bool:
    """Whether a digit is a part of a number now, not an answer."""
    return isinstance(state.place, w.TypeCode | w.TypeDate | StaffCard | StaffPin)


def keys_of(state: w.State, rules: Rules) -> dict[str, w.Event]:
    """Key to event on the shown screen; the prompts name only these, so that none is promised that does nothing."""
    return by_key(choices(state, rules))
