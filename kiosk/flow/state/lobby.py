"""What the flow knows of its surroundings: rules, limits, counters, notices, what may be offered."""

from datetime import date, datetime

from msgspec import Struct

from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.domain.reference import Notice, NoticeKind, Reception
from kiosk.domain.scanner_side import ScannerSide
from kiosk.domain.wording import Consent, Law, Sentence
from kiosk.flow.state.preferences import PLAIN, Preferences
from kiosk.vietnamese import Method, Style

AFTERWARDS = frozenset({NoticeKind.INDEX, NoticeKind.ANSWERED})
"""Cards that would prime whoever rates next: they stand on the thanks and the resting screen alone."""


class Rules(Struct, frozen=True):
    """Seconds and limits from the settings. Nothing hurries a citizen earlier than ``idle_seconds``."""

    default_language: str = "vi"
    code_prefill: str = ""
    idle_seconds: float = 45
    #: on the idle screen: after so long it is in the office's language and plain size again
    plain_seconds: float = 15
    still_there_seconds: float = 20
    #: where something is told, and for who reads large text; both twice as long once fifty letters are written
    telling_seconds: float = 120
    telling_still_there_seconds: float = 60
    #: how long what was begun in words can be taken up again after the screen was given up
    resume_seconds: float = 120
    thanks_seconds: float = 8
    sorry_seconds: float = 15
    notice_seconds: float = 10
    staff_seconds: float = 60
    #: how long whoever was just served is invited
    invitation_seconds: float = 30
    #: whoever rated so short a while before their service ended is not invited to do it again
    just_rated_seconds: float = 90
    same_scan_seconds: float = 5
    probe_seconds: float = 10
    rest_seconds: float = 60
    #: how long somebody is asked whether they want to listen
    ask_to_listen_seconds: float = 20
    #: who copies sixteen digits by hand is not hurried
    receipt_seconds: float = 120
    #: after so long without a touch the number is covered: its owner may have turned away
    number_seconds: float = 20
    lobby_seconds: float = 60
    pin_length: int = 6
    max_code_length: int = 40
    typing_method: Method = Method.TELEX
    tone_style: Style = Style.OLD
    #: ``speech``: the kiosk can read aloud. ``headset``: nobody else hears it, so what was chosen may be said.
    #: ``paces``: the voice can be made slower and faster. ``sounds``: what has a sound; ``None``: everything has.
    languages: tuple[str, ...] = ("vi",)
    preferences: Preferences = PLAIN
    speech: bool = True
    headset: bool = False
    paces: bool = True
    sounds: frozenset[str] | None = None
    scanner: ScannerSide = ScannerSide.UNSAID

    def can_say(self, *prompts: str) -> bool:
        """Whether all of these can be read aloud. A text that reached the box without its sound cannot."""
        return self.speech and (self.sounds is None or self.sounds.issuperset(prompts))


class CounterChoice(Struct, frozen=True):
    counter_id: str
    name: str
    field: str = ""


class OfficerChoice(StructWithHidden, frozen=True):
    """An officer by card number and post; no name. ``counter_id`` is where they sit, ``None`` when nobody said;
    ``portrait`` is a small JPEG, empty when the district has none."""

    officer_number: str
    post: str
    counter_id: str | None = None
    portrait: Hidden[bytes] = b""


class ReplyPromise(Struct, frozen=True):
    """By when a phản ánh is answered: within ``working_days`` of its arrival at the office.

    ``due`` is the day itself, where the kiosk can know it: what is told arrives today, and the holidays up to then are
    known. Else it says the number of days, and promises no date.
    """

    working_days: int
    due: date | None = None


class OnDuty(Struct, frozen=True):
    """Who receives complaints at this office now: their post, and the office's number there, empty when none is
    told."""

    post: str
    phone: str = ""


class Intake(Struct, frozen=True):
    """What góp ý and phản ánh need: the consent in force, the ready sentences, counters and officers of this office,
    where khiếu nại and tố cáo go, and the page that a receipt's QR code opens (empty: none yet). ``speech_seconds``:
    how long one may speak to the microphone, 0 without one. ``reply`` is by when a phản ánh told today is answered,
    ``question_reply`` by when a question is (``None``: this office takes none apart from other matters), ``law`` by
    which law; ``on_duty`` who receives complaints now, ``None`` when nobody is known to."""

    consent: Consent
    sentences: tuple[Sentence, ...] = ()
    counters: tuple[CounterChoice, ...] = ()
    officers: tuple[OfficerChoice, ...] = ()
    reception: Reception | None = None
    public_url: str = ""
    speech_seconds: int = 0
    reply: ReplyPromise | None = None
    law: Law | None = None
    on_duty: OnDuty | None = None
    question_reply: ReplyPromise | None = None

    def promise(self, *, question: bool) -> ReplyPromise | None:
        """By when what is told today is answered: a question, or anything else."""
        return self.question_reply if question else self.reply


class Lobby(Struct, frozen=True):
    """What hangs in the hall now: the notice cards in force today, and whether the office is known to be closed.

    ``opens`` is the next opening, local time in Việt Nam without a zone; ``None`` when nobody has said. Without an
    ``intake`` this box takes no góp ý or phản ánh, and offers none. ``shared_pins``: some counter's staff have only a
    PIN for all who sit there.
    """

    notices: tuple[Notice, ...] = ()
    closed: bool = False
    opens: datetime | None = None
    intake: Intake | None = None
    shared_pins: bool = False

    @property
    def invitation_cards(self) -> tuple[Notice, ...]:
        """What hangs on the idle screen. How others judged, and what the office did about it, is not among it: whoever
        rates next would be primed."""
        return tuple(each for each in self.notices if each.kind not in AFTERWARDS)

    @property
    def afterwards_cards(self) -> tuple[Notice, ...]:
        """How citizens judged this office, and what it did about what they said: shown where nobody is about to rate,
        one after the other."""
        index = [each for each in self.notices if each.kind == NoticeKind.INDEX][:1]
        return (*index, *(each for each in self.notices if each.kind == NoticeKind.ANSWERED))
