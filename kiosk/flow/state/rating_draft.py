"""The draft of a rating: what is rated, and the citizen's answers."""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.questionnaire import DOSSIER, OVERALL, STAGE, Questionnaire
from kiosk.domain.rating import CounterKnownBy, Flag, Given, InputMethod, OfficerKnownBy, Score, Stage


class Subject(Struct, frozen=True):
    """What is being rated. ``procedure`` and ``counter`` are names to show, ``None`` when the box does not know.

    ``late``: whether the result came, or is still to come, after the day it was promised for; ``None`` when nobody
    knows. ``ask_stage``: the dates do not tell the stage, and it decides whether this is a second rating.
    ``received``: the day of receipt, where it is known or stands in the code. ``office``: the name of another office
    whose dossier it is, empty for one of this office. ``ask_date``: a typed code of today that nobody knows: the date
    was filled in, and may be another. ``ask_code``: a typed code that looks like none that is known.
    """

    input: InputMethod
    stage: Stage
    code: DossierCode | None = None
    counter_id: str | None = None
    counter: str | None = None
    procedure: str | None = None
    flags: tuple[Flag, ...] = ()
    late: bool | None = None
    ask_stage: bool = False
    received: date | None = None
    office: str = ""
    ask_date: bool = False
    ask_code: bool = False
    counter_known_by: CounterKnownBy | None = None
    officer_known_by: OfficerKnownBy | None = None

    def at_stage(self, stage: Stage) -> "Subject":
        """The subject at the stage the citizen named; what was rated before is the hand-in."""
        if stage is self.stage:
            return replace(self, ask_stage=False)
        flags = tuple(flag for flag in self.flags if flag is not Flag.REPEAT or stage is Stage.HAND_IN)
        return replace(self, stage=stage, flags=flags, ask_stage=False)


class ServiceEnded(Struct, frozen=True):
    """The ticket system says that the service at this kiosk's own counter has just ended."""

    subject: Subject


class Circumstances(Struct, frozen=True):
    """How a face was given: plain facts, judged by the district. ``presses`` and ``scans`` are those of the last
    minute. ``scan_ms``: since this citizen's last scan, ``None`` when nothing was scanned; ``home_ms``: since the idle
    screen last came up."""

    given: Given = Given.TOUCH
    presses: int = 0
    scans: int = 0
    scan_ms: int | None = None
    home_ms: int | None = None


class RatingDraft(Struct, frozen=True):
    """A rating as the citizen gave it, before it is checked and sealed. Times in milliseconds."""

    subject: Subject
    score: Score
    language: str
    since_ms: int | None
    spent_ms: int
    how: Circumstances = Circumstances()


class SavedRating(Struct, frozen=True):
    """A rating that is on the disk: its entry, and the questionnaire that may be asked on."""

    entry_id: str
    questionnaire: Questionnaire


class AnswersDraft(Struct, frozen=True):
    """What is added to a kept rating, still unsent. ``answers`` and ``spent`` (milliseconds) are by question;
    ``asked`` are the questions come to, in order; ``left_out`` those that cannot be asked of this citizen."""

    subject: Subject
    score: Score
    kept: SavedRating
    answers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    asked: tuple[str, ...] = ()
    spent: tuple[tuple[str, int], ...] = ()
    left_out: tuple[str, ...] = ()

    def facts(self) -> dict[str, tuple[str, ...]]:
        """What conditions may ask about: what is known of the dossier, and what was answered so far."""
        late = self.subject.late
        known: dict[str, tuple[str, ...]] = {
            OVERALL: (str(int(self.score)),),
            STAGE: (str(self.subject.stage),),
            DOSSIER: ("unknown" if late is None else "late" if late else "in_time",),
        }
        return known | dict(self.answers)


class FilledAnswers(Struct, frozen=True):
    """A form that is sent. ``presses`` is how often the screen was touched within the last minute, ``scans_again``
    how often the same receipt was scanned again: plain facts, judged by the district. ``left``: nobody sent it; it is
    what was marked when the citizen went away."""

    form: AnswersDraft
    language: str
    presses: int
    scans_again: int
    left: bool = False
