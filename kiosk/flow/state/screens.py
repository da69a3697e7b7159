"""The flow's vocabulary: its screens, and the events that happen on them.

Places are what is shown, events are facts in the past, effects are requests that the shell carries out and answers
with another event.
"""

from datetime import date, datetime

from msgspec import Struct, field

from kiosk.domain.dossier_code import NoCode
from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.domain.rating import Given, Score, Stage
from kiosk.domain.reference import Notice
from kiosk.flow.state import begin, form, printing, recording
from kiosk.flow.state import complaint as t
from kiosk.flow.state.complaint_draft import ComplaintDraft
from kiosk.flow.state.lobby import CounterChoice, Lobby
from kiosk.flow.state.preferences import (
    PLAIN,
    CornerHeld,
    HeadsetPlugged,
    Preferences,
    PreferencesAsked,
    PreferencesChosen,
    Pressed,
    RepeatAsked,
    Zone,
    ZoneExplored,
    ZoneTouched,
)
from kiosk.flow.state.rating_draft import RatingDraft, SavedRating, ServiceEnded, Subject
from kiosk.flow.state.staff import (
    PinAccepted,
    PinRefused,
    SharedPinAsked,
    SignerFound,
    SignerUnknown,
    StaffCard,
    StaffGesture,
    StaffPartChosen,
    StaffPin,
    StaffView,
)
from kiosk.flow.state.text_input import WritingEvent

# ---- places


class Starting(Struct, frozen=True):
    """The window is up, the store is not open yet."""


class Idle(Struct, frozen=True):
    """Waiting for a citizen. ``notice`` says why the last scan led nowhere; ``cards`` take turns. ``hint``: somebody
    touched, or pressed a face, where nothing is to be chosen yet, and is told how to begin."""

    notice: NoCode | None = None
    until: float | None = None
    cards: tuple[Notice, ...] = ()
    hint: bool = False


class Resting(Struct, frozen=True):
    """Outside opening hours the screen is dark and says when the office opens. A touch or a scan wakes it."""

    opens: datetime | None = None


class TypeCode(Struct, frozen=True):
    """The pad. ``text`` is the whole code so far; ``letters`` shows the letters instead of the digits. With a
    ``draft`` the dossier is what that is about. ``look_again``: nobody knows this dossier of today; is it the right
    date? ``odd``: it looks like no code; is it right? ``day`` is that of the slip, with which the code begins;
    ``stage`` what the citizen came for."""

    text: str
    letters: bool = False
    draft: ComplaintDraft | None = None
    look_again: bool = False
    odd: bool = False
    day: date | None = None
    stage: Stage = Stage.UNKNOWN


class PickTypedStage(Struct, frozen=True):
    """ "Handing in, or receiving the result?", asked before a code is typed: it decides which day it begins with."""


class TypeDate(Struct, frozen=True):
    """The day of the slip, as ``digits``: day and month, two each. ``day`` is the newest such day, ``refused``: there
    is none. ``rest`` is what was typed of the code after the day."""

    digits: str = ""
    day: date | None = None
    refused: bool = False
    stage: Stage = Stage.UNKNOWN
    rest: str = ""


class PickCounter(Struct, frozen=True):
    """Pictures of the counters, for a citizen without paper (or for staff, before the PIN)."""

    counters: tuple[CounterChoice, ...] = ()
    page: int = 0
    for_staff: bool = False


class LookingUpDossier(Struct, frozen=True):
    """A code is being looked up; a moment without controls. With a ``draft`` it is what that is about. ``pad``: it was
    typed there."""

    draft: ComplaintDraft | None = None
    pad: TypeCode | None = None


class Rate(Struct, frozen=True):
    """The five faces. ``invited_until``: nobody asked for them; the service at this counter has just ended, and they
    stand there until then for whoever was served. ``None`` for a citizen who came to them."""

    subject: Subject
    opened_at: float
    invited_until: float | None = None


class Saving(Struct, frozen=True):
    draft: RatingDraft


class Thanks(Struct, frozen=True):
    subject: Subject
    score: Score
    until: float
    entry_id: str = ""


class Sorry(Struct, frozen=True):
    """The rating could not be kept, and the citizen is told so. ``rated``: it was, only the answers after it not."""

    until: float
    rated: bool = False


class OutOfService(Struct, frozen=True):
    """``reason``: not_enrolled | cannot_save | cannot_open. ``probe_at`` is when the disk is tried again."""

    reason: str
    probe_at: float


class StillThere(Struct, frozen=True):
    """ "Ông/Bà còn cần thời gian?" over the place that was left. ``scanned``: somebody else has come, and scanned a
    slip."""

    resume: "Place"
    until: float
    scanned: bool = False


class LeftOff(StructWithHidden, frozen=True):
    """What was begun in words was given up by time alone, and can be taken up again until ``until``. It lives on this
    screen only: whoever begins anything else ends it."""

    resume: Hidden["Place"]
    until: float


class ChoosePreferences(Struct, frozen=True):
    """Text size, contrast, the hand, reading aloud; over the place it was asked on."""

    resume: "Place"


class AskToListen(Struct, frozen=True):
    """The corner was held: does somebody want to listen, with a dark screen? Over the place that was left."""

    resume: "Place"
    until: float


Place = (
    Starting
    | Idle
    | Resting
    | begin.BeginRating
    | TypeCode
    | PickTypedStage
    | TypeDate
    | PickCounter
    | LookingUpDossier
    | form.PickStage
    | Rate
    | Saving
    | form.Why
    | form.Ask
    | form.Private
    | form.SavingAnswers
    | Thanks
    | Sorry
    | OutOfService
    | StillThere
    | LeftOff
    | ChoosePreferences
    | AskToListen
    | StaffCard
    | StaffPin
    | StaffView
    | t.Place
)


class State(StructWithHidden, frozen=True):
    """The place, and what outlives it. Times are seconds of a monotonic clock.

    ``touches`` are those of the last minute, scans among them, and ``scans`` the scans alone; ``scans_again`` counts
    the same receipt scanned again. ``scanned_at``: this citizen's last scan; ``home_at``: when the idle screen came up.
    """

    place: Place
    language: str
    touched_at: float = 0
    last_press_at: float | None = None
    last_scan: str = ""
    last_scan_at: float | None = None
    scans_again: int = 0
    touches: tuple[float, ...] = ()
    scans: tuple[float, ...] = ()
    scanned_at: float | None = None
    home_at: float | None = None
    preferences: Preferences = PLAIN
    #: how often a language was chosen on the idle screen, each time with a greeting; 0 once somebody has gone
    greetings: int = 0
    #: how often a prompt was asked for again
    repeats: int = 0
    #: what a citizen who does not see the screen has come to on it, and would choose; empty at first
    pointed_at: Hidden[str] = ""
    #: what they marked in a list that is read out to its end
    meant: Hidden[str] = ""
    #: the zone that a finger explores now
    explored: Zone | None = None
    #: how often a headset was pulled out in the middle
    unplugged: int = 0
    lobby: Lobby = field(default_factory=Lobby)
    lobby_read_at: float | None = None
    #: whether a receipt can be printed now
    printer: bool = False
    #: whether this visit began with an invitation
    invited: bool = False


# ---- events: what happened


class Ready(Struct, frozen=True):
    """The store is open and the box is enrolled."""


class Unavailable(Struct, frozen=True):
    reason: str


class Tick(Struct, frozen=True):
    """Time passed."""


class Touched(Struct, frozen=True):
    """The screen was touched where there is no control."""


class Scanned(Struct, frozen=True):
    text: str


class TypeAsked(Struct, frozen=True):
    """The citizen wants to type the code."""


class NoPaper(Struct, frozen=True):
    """The citizen has no receipt at hand."""


class PadKeyPressed(Struct, frozen=True):
    """One key of a pad: a digit, a letter, ``.`` or ``-``."""

    character: str


class Erased(Struct, frozen=True):
    pass


class Cleared(Struct, frozen=True):
    pass


class LettersToggled(Struct, frozen=True):
    pass


class Confirmed(Struct, frozen=True):
    """The typed code, or the going on after "Ông/Bà còn cần thời gian?"."""


class CountersLoaded(Struct, frozen=True):
    counters: tuple[CounterChoice, ...]


class PageTurned(Struct, frozen=True):
    page: int


class CounterChosen(Struct, frozen=True):
    counter: CounterChoice


class LobbyLoaded(Struct, frozen=True):
    lobby: Lobby


class Found(Struct, frozen=True):
    subject: Subject


class NotFound(Struct, frozen=True):
    reason: NoCode


class Chose(Struct, frozen=True):
    score: Score
    given: Given = Given.TOUCH


class Saved(Struct, frozen=True):
    kept: SavedRating


class SaveFailed(Struct, frozen=True):
    pass


class WentHome(Struct, frozen=True):
    pass


class LanguageChosen(Struct, frozen=True):
    language: str


Event = (
    Ready
    | Unavailable
    | Tick
    | Touched
    | Scanned
    | begin.RateAsked
    | TypeAsked
    | NoPaper
    | PadKeyPressed
    | Erased
    | Cleared
    | LettersToggled
    | Confirmed
    | CountersLoaded
    | LobbyLoaded
    | PageTurned
    | CounterChosen
    | Found
    | NotFound
    | ServiceEnded
    | Chose
    | Saved
    | SaveFailed
    | form.StageChosen
    | form.AnswerMarked
    | form.Skipped
    | form.WentBack
    | form.SentOff
    | form.AnswersSaved
    | form.AnswersLost
    | WentHome
    | LanguageChosen
    | StaffGesture
    | SharedPinAsked
    | SignerFound
    | SignerUnknown
    | PinAccepted
    | PinRefused
    | StaffPartChosen
    | PreferencesAsked
    | PreferencesChosen
    | Pressed
    | CornerHeld
    | ZoneTouched
    | HeadsetPlugged
    | ZoneExplored
    | RepeatAsked
    | WritingEvent
    | t.Event
    | printing.Event
    | recording.Event
)
