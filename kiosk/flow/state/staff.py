"""The screens of the counter staff, and the events that happen on them."""

from enum import StrEnum

from msgspec import Struct

from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.flow.state.counter_view import CounterView, Signer
from kiosk.flow.state.lobby import CounterChoice


class SignerTrouble(StrEnum):
    """Why somebody cannot sign in: nobody here has the number, they have set no PIN yet, they sit at no counter."""

    NOBODY = "nobody"
    NO_PIN = "no_pin"
    NO_COUNTER = "no_counter"


class StaffPart(StrEnum):
    """What of the view is shown."""

    DUE = "due"
    ASKED = "asked"
    RATED = "rated"
    WORDS = "words"
    MORE = "more"


class StaffCard(StructWithHidden, frozen=True):
    """Scan the staff card, or type its number. ``counter`` is this kiosk's own; ``shared``: some counter still has only
    a PIN for all who sit there."""

    counter: CounterChoice | None = None
    number: Hidden[str] = ""
    letters: bool = False
    trouble: SignerTrouble | None = None
    shared: bool = False


class StaffPin(Struct, frozen=True):
    """``digits`` are never shown, only counted. ``refused`` after a wrong PIN; ``locked_until`` after too many of
    theirs, or, ``for_everybody``, of whomever. ``seats``: whoever signs in sits at this counter from then on."""

    signer: Signer
    digits: str = ""
    refused: bool = False
    checking: bool = False
    locked_until: float | None = None
    for_everybody: bool = False
    seats: bool = False


class StaffView(Struct, frozen=True):
    """``page``: of what citizens wrote, counted from 0; the screen knows how many there are, and begins anew after the
    last."""

    view: CounterView
    part: StaffPart = StaffPart.DUE
    page: int = 0


class StaffGesture(Struct, frozen=True):
    """The deliberate gesture. ``counter`` is this kiosk's own, ``None`` for a kiosk of the whole hall."""

    counter: CounterChoice | None


class SharedPinAsked(Struct, frozen=True):
    """Somebody has no PIN of their own yet and knows their counter's."""


class SignerFound(Struct, frozen=True):
    """``locked_seconds``: for how long no PIN of theirs is taken, or, ``for_everybody``, nobody's. ``seats``: by
    signing in they are known to sit at this kiosk's counter."""

    signer: Signer
    locked_seconds: float = 0.0
    for_everybody: bool = False
    seats: bool = False


class SignerUnknown(StructWithHidden, frozen=True):
    """``scanned``: what was scanned and is no staff card of this unit: a citizen's slip, perhaps."""

    trouble: SignerTrouble
    scanned: Hidden[str] = ""


class PinAccepted(Struct, frozen=True):
    view: CounterView


class PinRefused(Struct, frozen=True):
    """``locked_seconds``: for how long no further PIN of theirs is taken, or, ``for_everybody``, nobody's."""

    locked_seconds: float = 0.0
    for_everybody: bool = False


class StaffPartChosen(Struct, frozen=True):
    part: StaffPart
