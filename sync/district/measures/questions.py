"""What citizens answered to each question, from released answers. Pure.

Each answer to a question is released in groups of its own (``Stream.REASON``), so that what few chose waits longer than
what many chose: the shares lag a little for rare answers. A counter with fewer answers to a question than the office's
floor is left out, as everywhere (``sync.district.measures.disclosure``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.questionnaire import OVERALL, Question, Questionnaire, Wording
from kiosk.domain.rating import Score
from sync.district.measures.disclosure import Rules
from sync.district.measures.index import SATISFIED, Measure, Share
from sync.district.measures.intervals import Interval, wilson
from sync.district.measures.organisation import Branch
from sync.district.measures.reasons import Answered, Side, side_of

_FACES = frozenset(str(int(score)) for score in Score)
_SATISFIED = frozenset(str(int(score)) for score in SATISFIED)


class Sort(StrEnum):
    """What is made of the answers to a question: a share satisfied of five faces, the share of each answer, or how
    often each was marked."""

    FACES = "faces"
    CHOICE = "choice"
    MARKS = "marks"


class QuestionMeasure(Struct, frozen=True):
    """A question of a version of a questionnaire, as a measure. ``pair``: the question that names the same things after
    the other faces."""

    questionnaire: str
    question: Question
    pair: str = ""

    @property
    def measure(self) -> Measure:
        """Its name and version: those of the questionnaire, which never changes once it is published."""
        questionnaire_id, _, version = self.questionnaire.partition("/")
        return Measure(f"question.{questionnaire_id}.{self.question.question_id}", int(version))

    @property
    def anchor(self) -> str:
        """Where it stands on its page."""
        return f"{self.questionnaire}/{self.question.question_id}".replace("/", "-")

    @property
    def sort(self) -> Sort:
        """What is made of its answers."""
        if self.question.takes_several:
            return Sort.MARKS
        return Sort.FACES if {option.answer for option in self.question.options} == _FACES else Sort.CHOICE

    @property
    def side(self) -> Side:
        """Whether what is marked speaks for the service or asks for a better one."""
        return side_of(self.question)


class AnswerLine(Struct, frozen=True):
    """One answer, how many gave it, and its share with the interval where the whole is enough."""

    answer: str
    words: Wording
    n: int
    share: float | None
    interval: Interval | None


class QuestionFigure(Struct, frozen=True):
    """What was answered to a question. ``n`` answers in all; without lines when there are fewer than the minimum."""

    measure: QuestionMeasure
    n: int
    enough: bool
    lines: tuple[AnswerLine, ...]
    satisfied: Share | None

    @property
    def numbers(self) -> Mapping[str, int]:
        """How many gave each answer; nothing for any of them when there are too few in all."""
        return Counter({line.answer: line.n for line in self.lines})


def question_measures(questionnaires: Iterable[Questionnaire]) -> list[QuestionMeasure]:
    """Every question but the overall satisfaction, which is the index itself, and the private ones, which are told to
    leaders as one number (``Stream.PRIVATE``)."""
    return [
        QuestionMeasure(questionnaire.reference, question, _pair(question, questionnaire))
        for questionnaire in questionnaires
        for question in questionnaire.questions
        if question.question_id != OVERALL and not question.private
    ]


def question_figures(
    measures: Sequence[QuestionMeasure],
    counts: Mapping[Branch, Mapping[Answered, int]],
    within: Iterable[Branch],
    rules: Rules,
) -> list[QuestionFigure]:
    """What was answered at some places together."""
    total: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for branch in within:
        here: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for answered, n in counts.get(branch, {}).items():
            here[answered.questionnaire, answered.question_id][answered.answer] += n
        for key, answers in here.items():
            if answers.total() >= rules.floor:
                total[key].update(answers)
    return [_figure(each, total[each.questionnaire, each.question.question_id], rules) for each in measures]


def _figure(measure: QuestionMeasure, answers: Counter[str], rules: Rules) -> QuestionFigure:
    known = {option.answer: answers[option.answer] for option in measure.question.options}
    n = sum(known.values())
    enough = n >= max(rules.minimum_n, rules.floor)
    shares = enough and measure.sort is not Sort.MARKS
    lines = tuple(
        AnswerLine(
            answer=option.answer,
            words=option.words,
            n=known[option.answer],
            share=known[option.answer] / n if shares else None,
            interval=wilson(known[option.answer], n) if shares else None,
        )
        for option in measure.question.options
    )
    satisfied = None
    if enough and measure.sort is Sort.FACES:
        k = sum(known[answer] for answer in _SATISFIED)
        satisfied = Share(k / n, wilson(k, n), k, n)
    return QuestionFigure(measure, n, enough, lines if enough else (), satisfied)


def _pair(question: Question, questionnaire: Questionnaire) -> str:
    """The other question with the same answers, asked after the other faces."""
    answers = {option.answer for option in question.options}
    for other in questionnaire.questions:
        same = other.takes_several and {option.answer for option in other.options} == answers
        if same and question.takes_several and not other.private and other.question_id != question.question_id:
            return other.question_id
    return ""
