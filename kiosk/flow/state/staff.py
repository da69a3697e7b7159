"""The screens of the counter staff, and the events that happen on them."""

from msgspec import Struct

from kiosk.flow.state.lobby import CounterChoice, TallyView


class StaffPin(Struct, frozen=True):
    """``digits`` are never shown, only counted. ``refused`` after a wrong PIN; ``locked_until`` after too many."""

    counter: CounterChoice
    digits: str = ""
    refused: bool = False
    checking: bool = False
    locked_until: float | None = None


class StaffTallies(Struct, frozen=True):
    view: TallyView


class PinTries(Struct, frozen=True):
    """How many wrong staff PINs came in a row, and for how many seconds none is taken yet."""

    failures: int = 0
    locked_seconds: float = 0.0


class StaffGesture(Struct, frozen=True):
    """The deliberate gesture. ``counter`` is this kiosk's own, ``None`` for a kiosk of the whole hall."""

    counter: CounterChoice | None


class PinAccepted(Struct, frozen=True):
    view: TallyView


class PinRefused(Struct, frozen=True):
    pass
