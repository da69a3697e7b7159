"""The optional questions after the face: their screens and events."""

from msgspec import Struct

from kiosk.domain.questionnaire import Question
from kiosk.domain.rating import Stage
from kiosk.flow.state.rating_draft import AnswersDraft, FilledAnswers, Subject

# ---- places


class PickStage(Struct, frozen=True):
    """ "Handing in, or receiving the result?" in two pictures, where the dates do not tell."""

    subject: Subject


class Why(Struct, frozen=True):
    """Thanks, the rating is kept; and, for who wants to, a question with several answers."""

    form: AnswersDraft
    question: Question
    chosen: tuple[str, ...]
    opened_at: float


class Ask(Struct, frozen=True):
    """One more question with one answer."""

    form: AnswersDraft
    question: Question
    chosen: tuple[str, ...]
    opened_at: float


class Private(Struct, frozen=True):
    """A question nobody should read over a shoulder. ``behind`` is the place it was opened from."""

    behind: Why | Ask
    question: Question
    chosen: tuple[str, ...]
    opened_at: float

    @property
    def form(self) -> AnswersDraft:
        return self.behind.form


class SavingAnswers(Struct, frozen=True):
    """The answers are on their way to the disk; a moment without controls. ``tell``: afterwards more is to be told."""

    filled: FilledAnswers
    tell: bool = False


# ---- events


class StageChosen(Struct, frozen=True):
    stage: Stage


class AnswerMarked(Struct, frozen=True):
    """An answer was touched."""

    answer: str


class Skipped(Struct, frozen=True):
    """On to the next question; what is marked here stays marked."""


class WentBack(Struct, frozen=True):
    pass


class SentOff(Struct, frozen=True):
    """ "Gửi", or "Xong" when nothing is marked."""


class AnswersSaved(Struct, frozen=True):
    pass


class AnswersLost(Struct, frozen=True):
    """The answers could not be kept. The rating before them is."""


# ---- effects


class SaveAnswers(Struct, frozen=True):
    """Answered by ``AnswersSaved`` after the COMMIT, or by ``AnswersLost``."""

    filled: FilledAnswers
