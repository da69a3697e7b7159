"""Effects: what the flow asks the shell to do. Each is answered by an event."""

from msgspec import Struct

from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.domain.rating import InputMethod
from kiosk.flow.state import complaint, form
from kiosk.flow.state.counter_view import Signer
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.rating_draft import RatingDraft
from kiosk.flow.state.recording import SoundTask


class FindDossier(StructWithHidden, frozen=True):
    """Find the dossier code in a text and look it up. Answered by ``Found`` or ``NotFound``."""

    text: Hidden[str]
    method: InputMethod


class FindCounter(Struct, frozen=True):
    """Rate a counter without a dossier. Answered by ``Found``."""

    counter: CounterChoice


class LoadCounters(Struct, frozen=True):
    """Answered by ``CountersLoaded``."""


class LoadLobby(Struct, frozen=True):
    """Answered by ``BoardLoaded``."""


class Save(Struct, frozen=True):
    """Answered by ``Saved`` after the COMMIT, or by ``SaveFailed``."""

    draft: RatingDraft


class FindSigner(StructWithHidden, frozen=True):
    """Find out whose card or number a text is, or, with a ``counter``, whether its shared PIN may be tried. Answered by
    ``SignerFound`` or ``SignerUnknown``."""

    text: Hidden[str] = ""
    scanned: bool = False
    counter: CounterChoice | None = None


class CheckPin(StructWithHidden, frozen=True):
    """Answered by ``PinAccepted`` or ``PinRefused``; both are recorded."""

    signer: Signer
    pin: Hidden[str]


class Probe(Struct, frozen=True):
    """Try whether the store can be written again. Answered by ``Opened`` or ``Unavailable``."""


Effect = (
    FindDossier
    | FindCounter
    | LoadCounters
    | LoadLobby
    | Save
    | form.SaveAnswers
    | FindSigner
    | CheckPin
    | Probe
    | SoundTask
    | complaint.Effect
)
