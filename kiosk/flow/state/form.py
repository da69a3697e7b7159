"""The optional part after the face: its places, and what may happen in them."""

from dataclasses import dataclass

from kiosk.domain.questionnaire import Question
from kiosk.domain.rating import Stage
from kiosk.flow.state.rating_draft import FilledForm, Form, Subject

# ---- places


@dataclass(frozen=True, slots=True)
class PickStage:
    """ "Handing in, or receiving the result?" in two pictures, where the dates do not tell."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Why:
    """Thanks, the rating is kept; and, for who wants to, a question with several answers."""

    form: Form
    question: Question
    chosen: tuple[str, ...]
    opened_at: float


@dataclass(frozen=True, slots=True)
class Ask:
    """One more question with one answer."""

    form: Form
    question: Question
    chosen: tuple[str, ...]
    opened_at: float


@dataclass(frozen=True, slots=True)
class Private:
    """A question nobody should read over a shoulder. ``behind`` is the place it was opened from."""

    behind: Why | Ask
    question: Question
    chosen: tuple[str, ...]
    opened_at: float

    @property
    def form(self) -> Form:
        return self.behind.form


@dataclass(frozen=True, slots=True)
class Sending:
    """The answers are on their way to the disk; a moment without controls. ``tell``: afterwards more is to be told."""

    filled: FilledForm
    tell: bool = False


# ---- events


@dataclass(frozen=True, slots=True)
class StageChosen:
    stage: Stage


@dataclass(frozen=True, slots=True)
class Marked:
    """An answer was touched."""

    answer: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """On to the next question; what is marked here stays marked."""


@dataclass(frozen=True, slots=True)
class WentBack:
    pass


@dataclass(frozen=True, slots=True)
class SentOff:
    """ "Gửi", or "Xong" when nothing is marked."""


@dataclass(frozen=True, slots=True)
class AnswersSaved:
    pass


@dataclass(frozen=True, slots=True)
class AnswersLost:
    """The answers could not be kept. The rating before them is."""


# ---- effects


@dataclass(frozen=True, slots=True)
class SaveAnswers:
    """Answered by ``AnswersSaved`` after the COMMIT, or by ``AnswersLost``."""

    filled: FilledForm
