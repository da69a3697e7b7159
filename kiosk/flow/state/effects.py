"""What the flow asks the shell to do. Each is answered by an event of ``words``."""

from dataclasses import dataclass, field

from kiosk.domain.rating import InputMethod
from kiosk.flow.state import complaint, form
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.rating_draft import Draft
from kiosk.flow.state.recording import SoundTask


@dataclass(frozen=True, slots=True)
class Find:
    """Find the dossier code in a text and look it up. Answered by ``Found`` or ``NotFound``."""

    text: str = field(repr=False)
    method: InputMethod


@dataclass(frozen=True, slots=True)
class FindCounter:
    """Rate a counter without a dossier. Answered by ``Found``."""

    counter: CounterChoice


@dataclass(frozen=True, slots=True)
class LoadCounters:
    """Answered by ``CountersLoaded``."""


@dataclass(frozen=True, slots=True)
class LoadBoard:
    """Answered by ``BoardLoaded``."""


@dataclass(frozen=True, slots=True)
class Save:
    """Answered by ``Saved`` after the COMMIT, or by ``SaveFailed``."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Answered by ``PinAccepted`` or ``PinRefused``; both are recorded."""

    counter: CounterChoice
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Probe:
    """Try whether the store can be written again. Answered by ``Opened`` or ``Unavailable``."""


Effect = (
    Find
    | FindCounter
    | LoadCounters
    | LoadBoard
    | Save
    | form.SaveAnswers
    | CheckPin
    | Probe
    | SoundTask
    | complaint.Effect
)
