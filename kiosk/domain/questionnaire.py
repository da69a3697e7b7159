"""A questionnaire: the questions after a transaction, as versioned data (config/schemes/), never code.

The words of the questions belong to the questionnaire, in every language it speaks, so that another scheme is only
another file. The citizen first gives the overall satisfaction; everything after that may be skipped.
"""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from kiosk.domain.rating import Score, Stage

OVERALL = "overall"
STAGE = "stage"
DOSSIER = "dossier"
ONE, SEVERAL = "one", "several"
MAX_OPTIONS = {ONE: 5, SEVERAL: 9}
INDICATOR_VALUES = (2, 1, 0)
EXCLUDED = "excluded"
FALLBACK_LANGUAGE = "vi"

#: What can be known without asking, and what it can be.
KNOWN = {
    OVERALL: tuple(str(int(score)) for score in Score),
    STAGE: tuple(str(stage) for stage in Stage),
    DOSSIER: ("late", "in_time", "unknown"),
}

Wording = tuple[tuple[str, str], ...]


class Option(Struct, frozen=True):
    """One answer. ``value`` is what it is worth in the question's indicator (2, 1 or 0), ``None`` when it counts for
    none; ``excluded`` answers are left out of the indicator by law. ``opens`` names the private question behind it."""

    answer: str
    words: Wording = ()
    picture: str = ""
    value: int | None = None
    excluded: bool = False
    opens: str = ""


class Question(Struct, frozen=True):
    """One question. Options stand worst to best where they have an order. ``kind`` is ``one`` or ``several`` answers.

    ``show_when`` names what must be so for it to be asked. A ``private`` question is asked only when an option
    ``opens`` it, and its answers go to the leaders alone.
    """

    question_id: str
    options: tuple[Option, ...]
    kind: str = ONE
    words: Wording = ()
    show_when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    private: bool = False
    indicator: str = ""

    def applies(self, facts: Mapping[str, Collection[str]]) -> bool:
        """Whether everything it asks for is among the facts."""
        return all(set(wanted) & set(facts.get(name, ())) for name, wanted in self.show_when)

    @property
    def takes_several(self) -> bool:
        """Whether more than one answer can be marked."""
        return self.kind == SEVERAL

    @property
    def follows_every_face(self) -> bool:
        """Whether it is asked alike whatever was answered before, so that who overhears it learns no answer."""
        known = all(name in (STAGE, DOSSIER) for name, _ in self.show_when)
        return known and not self.takes_several and not self.private


class Questionnaire(Struct, frozen=True):
    """A version of a questionnaire, in force on ``valid_from`` up to and including ``valid_to``.

    The first question is the overall satisfaction; an entry names ``reference``, so that an answer stays readable
    after the questionnaire has changed. With ``rotate`` each citizen begins at another of the later questions.
    """

    questionnaire_id: str
    version: int
    questions: tuple[Question, ...]
    valid_from: date
    valid_to: date | None = None
    rotate: bool = False

    @property
    def reference(self) -> str:
        return f"{self.questionnaire_id}/{self.version}"

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day <= (self.valid_to or date.max)

    def question(self, question_id: str) -> Question:
        """Raises ``KeyError`` for an id it does not have."""
        for question in self.questions:
            if question.question_id == question_id:
                return question
        raise KeyError(question_id)


def in_language(wording: Wording, *languages: str) -> str:
    """The words in the first of the languages that has some, else in Vietnamese.

    >>> in_language((("vi", "Chờ lâu"), ("en", "Long wait")), "ede")
    'Chờ lâu'
    >>> in_language((("vi", "Chờ lâu"), ("en", "Long wait")), "ede", "en")
    'Long wait'
    """
    words = dict(wording)
    return words.get(language_of(wording, *languages), "")


def language_of(wording: Wording, *languages: str) -> str:
    """The language in which ``in_language`` says it."""
    words = dict(wording)
    return next((language for language in languages if words.get(language)), FALLBACK_LANGUAGE)


def newest_in_force(questionnaires: Collection[Questionnaire], day: date) -> Questionnaire | None:
    """The one to ask on a day: of several in force, the one that came into force last."""
    in_force = [each for each in questionnaires if each.in_force(day)]
    return max(in_force, key=lambda each: (each.valid_from, each.version, each.questionnaire_id), default=None)


def questionnaire_from(data: dict[str, Any]) -> Questionnaire:
    """Reads a questionnaire from parsed TOML or JSON. Raises ``ValueError`` naming the question and what is wrong."""
    try:
        questionnaire = Questionnaire(
            questionnaire_id=str(data["questionnaire_id"]),
            version=int(data["version"]),
            questions=tuple(_question(row) for row in data["questions"]),
            valid_from=_date(data["valid_from"]),
            valid_to=_date(data["valid_to"]) if data.get("valid_to") else None,
            rotate=bool(data.get("rotate", False)),
        )
    except KeyError as error:
        raise ValueError(f"questionnaire: {error.args[0]} is missing") from error
    _check(questionnaire)
    return questionnaire


def _question(row: Mapping[str, Any]) -> Question:
    question_id = str(row["question_id"])
    try:
        return Question(
            question_id=question_id,
            options=tuple(_option(each) for each in row["options"]),
            kind=str(row.get("kind", ONE)),
            words=_wording(row.get("words", {})),
            show_when=tuple((str(k), tuple(str(v) for v in values)) for k, values in row.get("show_when", {}).items()),
            private=bool(row.get("private", False)),
            indicator=str(row.get("indicator", "")),
        )
    except KeyError as error:
        raise ValueError(f"question {question_id}: {error.args[0]} is missing") from error
    except ValueError as error:
        raise ValueError(f"question {question_id}: {error}") from error


def _option(row: str | Mapping[str, Any]) -> Option:
    if isinstance(row, str):  # version 1 of the format: only ids; the words were the screen's own
        return Option(row)
    value = row.get("value")
    if value is not None and value != EXCLUDED and (type(value) is not int or value not in INDICATOR_VALUES):
        raise ValueError(f"value must be 2, 1, 0 or {EXCLUDED!r}, not {value!r}")
    return Option(
        answer=str(row["answer"]),
        words=_wording(row["words"]),
        picture=str(row.get("picture", "")),
        value=value if type(value) is int else None,
        excluded=value == EXCLUDED,
        opens=str(row.get("opens", "")),
    )


def _wording(words: object) -> Wording:
    if not isinstance(words, Mapping):
        raise ValueError("words must be a table with one text for each language, such as { vi = …, en = … }")
    return tuple((str(language), str(text)) for language, text in words.items())


def _check(questionnaire: Questionnaire) -> None:
    questions = questionnaire.questions
    ids = [question.question_id for question in questions]
    if not ids:
        raise ValueError("questionnaire: it asks nothing; add at least the overall question")
    if len(ids) != len(set(ids)):
        raise ValueError("questionnaire: two questions have the same question_id")
    if ids[0] != OVERALL or tuple(option.answer for option in questions[0].options) != KNOWN[OVERALL]:
        raise ValueError(f'questionnaire: the first question must be "{OVERALL}" with the options 1 to 5')
    private = {question.question_id for question in questions if question.private}
    opened = {option.opens for question in questions for option in question.options if option.opens}
    if private != opened:
        raise ValueError(f"questionnaire: private questions and what opens them differ: {sorted(private ^ opened)}")
    can_be = {name: set(answers) for name, answers in KNOWN.items()}
    for question in questions[1:]:
        problem = _problem(question, can_be)
        if problem:
            raise ValueError(f"question {question.question_id}: {problem}")
        can_be.setdefault(question.question_id, set()).update(option.answer for option in question.options)


def _problem(question: Question, can_be: Mapping[str, Collection[str]]) -> str:
    answers = [option.answer for option in question.options]
    if question.kind not in MAX_OPTIONS:
        return f"kind must be {' or '.join(MAX_OPTIONS)}, not {question.kind!r}"
    if not 2 <= len(answers) <= MAX_OPTIONS[question.kind]:
        return f"it needs 2 to {MAX_OPTIONS[question.kind]} options for one screen, and has {len(answers)}"
    if len(answers) != len(set(answers)):
        return "two options have the same answer"
    if question.question_id == STAGE and not set(answers) <= set(KNOWN[STAGE]):
        return f"the answers about the stage are {', '.join(KNOWN[STAGE])}"
    if question.question_id == DOSSIER:
        return "this name is what the box knows of the dossier; choose another"
    wordings = [question.words, *(option.words for option in question.options)]
    if not all(in_language(wording, FALLBACK_LANGUAGE).strip() for wording in wordings):
        return "the question and every option need words in Vietnamese (words.vi)"
    for name, wanted in question.show_when:
        strange = set(wanted) - set(can_be.get(name, ()))
        if strange or not wanted:
            return f"show_when {name}: {sorted(strange) or 'nothing'} can never be so; an earlier question must say it"
    return ""


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
