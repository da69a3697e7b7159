"""Steps of the counter staff: the gesture, the counter, the PIN, the released tallies. Pure."""

from msgspec.structs import replace

from kiosk.flow.rules.timeouts import Step, at
from kiosk.flow.state.effects import CheckPin, LoadCounters
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.screens import Erased, Event, Idle, PadKeyPressed, PickCounter, State
from kiosk.flow.state.staff import PinAccepted, PinRefused, PinTries, StaffGesture, StaffPin, StaffTallies


def respond(state: State, event: Event, now: float, rules: Rules) -> Step:
    """From the deliberate gesture to the counter's tallies."""
    match state.place, event:
        case Idle(), StaffGesture(None):
            return at(state, PickCounter(for_staff=True)), [LoadCounters()]
        case Idle(), StaffGesture(counter) if counter is not None:
            return at(state, StaffPin(counter, locked_until=state.pin_locked_until)), []
        case StaffPin() as pin, PadKeyPressed() | Erased() if pin.checking or pin.locked_until is not None:
            return state, []
        case StaffPin() as pin, PadKeyPressed(character) if character.isdigit():
            typed = replace(pin, digits=pin.digits + character, refused=False)
            if len(typed.digits) < rules.pin_length:
                return at(state, typed), []
            return at(state, replace(typed, digits="", checking=True)), [CheckPin(pin.counter, typed.digits)]
        case StaffPin() as pin, Erased():
            return at(state, replace(pin, digits=pin.digits[:-1])), []
        case StaffPin(), PinAccepted(view):
            return replace(at(state, StaffTallies(view)), pin_failures=0), []
        case StaffPin(counter), PinRefused():
            failures = state.pin_failures + 1
            locked = now + rules.pin_lock_seconds if failures >= rules.pin_tries else None
            state = replace(state, pin_failures=0 if locked else failures, pin_locked_until=locked)
            return at(state, StaffPin(counter, refused=True, locked_until=locked)), []
        case _:
            return state, []


def locked(state: State, pin: PinTries, now: float) -> State:
    """With the wrong PINs that the box remembers, if it remembers more than the screen does."""
    until = now + pin.locked_seconds if pin.locked_seconds else None
    return replace(
        state,
        pin_failures=max(pin.failures, state.pin_failures),
        pin_locked_until=until if state.pin_locked_until is None else state.pin_locked_until,
    )
