"""Steps of the counter staff: the gesture, the card, the PIN, the view of their counter. Pure."""

from msgspec.structs import replace

from kiosk.flow.rules.timeouts import Step, at
from kiosk.flow.state.counter_view import Signer
from kiosk.flow.state.effects import CheckPin, FindSigner, LoadCounters
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.screens import (
    Cleared,
    Confirmed,
    Erased,
    Event,
    Idle,
    LettersToggled,
    NoPaper,
    PadKeyPressed,
    PageTurned,
    PickCounter,
    Place,
    Scanned,
    State,
)
from kiosk.flow.state.staff import (
    PinAccepted,
    PinRefused,
    SharedPinAsked,
    SignerFound,
    SignerUnknown,
    StaffCard,
    StaffGesture,
    StaffPart,
    StaffPartChosen,
    StaffPin,
    StaffView,
)

PLACES = (StaffCard, StaffPin, StaffView)


def hears_card(place: Place) -> bool:
    """Whether what is scanned here is a staff card first of all."""
    return isinstance(place, PLACES) or (isinstance(place, PickCounter) and place.for_staff)


def respond(state: State, event: Event, now: float, rules: Rules) -> Step:
    """From the deliberate gesture to the view of the counter. A scan asks first whether it is a staff card: any card
    ends the sign-in before it, also one that cannot sign in. A citizen's slip ends whatever the staff had open
    (``kiosk.flow.step``)."""
    match state.place, event:
        case Idle(), StaffGesture(counter):
            return at(state, StaffCard(counter, shared=state.lobby.shared_pins)), []
        case place, Scanned(text) if hears_card(place):
            return state, [FindSigner(text, scanned=True)]
        case place, SignerFound(signer, locked, for_everybody, seats) if hears_card(place):
            return at(state, replace(_pin_of(signer, locked, now, for_everybody=for_everybody), seats=seats)), []
        case StaffPin() | StaffView(), SignerUnknown(trouble):
            return at(state, StaffCard(trouble=trouble)), []
        case PickCounter(for_staff=True), SignerUnknown(trouble):
            return at(state, StaffCard(trouble=trouble, shared=True)), []
        case StaffCard() as card, _:
            return _card(state, card, event, rules)
        case StaffPin() as pin, _:
            return _pin(state, pin, event, now, rules)
        case StaffView() as shown, StaffPartChosen(part):
            return at(state, replace(shown, part=part, page=0)), []
        case StaffView(part=StaffPart.WORDS) as shown, PageTurned(page):
            return at(state, replace(shown, page=page)), []
    return state, []


def _card(state: State, card: StaffCard, event: Event, rules: Rules) -> Step:
    match event:
        case PadKeyPressed(character) if len(card.number) < rules.max_code_length:
            return at(state, replace(card, number=card.number + character, trouble=None)), []
        case Erased():
            return at(state, replace(card, number=card.number[:-1], trouble=None)), []
        case Cleared():
            return at(state, replace(card, number="", trouble=None)), []
        case LettersToggled():
            return at(state, replace(card, letters=not card.letters)), []
        case Confirmed() if card.number.strip(".-"):
            return state, [FindSigner(card.number)]
        case SignerUnknown(trouble):  # beside the letters a small panel has no room for the words
            return at(state, replace(card, trouble=trouble, letters=False)), []
        case SharedPinAsked() | NoPaper() if card.shared and card.counter:
            return state, [FindSigner(counter=card.counter)]
        case SharedPinAsked() | NoPaper() if card.shared:
            return at(state, PickCounter(for_staff=True)), [LoadCounters()]
    return state, []


def _pin(state: State, pin: StaffPin, event: Event, now: float, rules: Rules) -> Step:
    match event:
        case PadKeyPressed() | Erased() if pin.checking or pin.locked_until is not None:
            return state, []
        case PadKeyPressed(character) if character.isdigit():
            typed = replace(pin, digits=pin.digits + character, refused=False)
            if len(typed.digits) < rules.pin_length:
                return at(state, typed), []
            return at(state, replace(typed, digits="", checking=True)), [CheckPin(pin.signer, typed.digits)]
        case Erased():
            return at(state, replace(pin, digits=pin.digits[:-1])), []
        case PinAccepted(view):
            return at(state, StaffView(view)), []
        case PinRefused(locked, for_everybody):
            refused = _pin_of(pin.signer, locked, now, for_everybody=for_everybody)
            return at(state, replace(refused, refused=True, seats=pin.seats)), []
    return state, []


def _pin_of(signer: Signer, locked_seconds: float, now: float, *, for_everybody: bool) -> StaffPin:
    until = now + locked_seconds if locked_seconds else None
    return StaffPin(signer, locked_until=until, for_everybody=for_everybody)
