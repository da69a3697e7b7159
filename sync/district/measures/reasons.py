"""The reasons citizens give for their rating, reported in groups that identify nobody."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from msgspec import Struct

from kiosk.domain.questionnaire import OVERALL, Question, Questionnaire, Wording, questionnaire_from
from kiosk.paths import shared, shipped_scheme
from sync.district.measures.organisation import Branch

log = logging.getLogger(__name__)

MAX_REASONS = 3
_GOOD = frozenset({"4", "5"})


class Side(StrEnum):
    """Whether a reason speaks for the service or asks for a better one."""

    GOOD = "good"
    BETTER = "better"


class Answered(Struct, frozen=True):
    """One answer in one version of a questionnaire."""

    questionnaire: str
    question_id: str
    answer: str


class Meaning(Struct, frozen=True):
    """What an answer says, in every language of its questionnaire."""

    side: Side
    words: Wording


class Reason(Struct, frozen=True):
    """A reason and how many citizens gave it."""

    words: Wording
    n: int


class Reasons(Struct, frozen=True):
    """The most frequent reasons at a place, the most frequent first."""

    better: tuple[Reason, ...] = ()
    good: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.better or self.good)


def meanings(contents: Iterable[Mapping[str, Any]]) -> dict[Answered, Meaning]:
    """The meaning of every reason in these questionnaires. One that cannot be read is passed over."""
    found: dict[Answered, Meaning] = {}
    for questionnaire in readable(contents):
        for question in questionnaire.questions:
            if question.takes_several and not question.private:
                for option in question.options:
                    answered = Answered(questionnaire.reference, question.question_id, option.answer)
                    found[answered] = Meaning(side_of(question), option.words)
    return found


def readable(contents: Iterable[Mapping[str, Any]]) -> Iterator[Questionnaire]:
    """These questionnaires. One that cannot be read is passed over."""
    for content in contents:
        try:
            yield questionnaire_from(dict(content))
        except (ValueError, TypeError, AttributeError) as error:
            log.warning("a questionnaire cannot be read: %s", error)


@cache
def shipped_contents() -> tuple[dict[str, Any], ...]:
    """The questionnaires of this release: a box asks one of them until it has heard of another."""
    parsed = [shipped_scheme(path.name) for path in sorted((shared("config") / "schemes").glob("*.toml"))]
    return tuple(content for content in parsed if "questionnaire_id" in content)


def reasons_at(
    places: Iterable[Branch],
    counts: Mapping[Branch, Mapping[Answered, int]],
    known: Mapping[Answered, Meaning],
    floor: int,
) -> Reasons:
    """The reasons of some places together. A reason given by fewer than ``floor`` at a place is left out of every sum,
    so that nobody finds it by subtracting the places that are shown."""
    total = totals_at(places, counts, known, floor)
    return Reasons(_most(total, Side.BETTER), _most(total, Side.GOOD))


def totals_at(
    places: Iterable[Branch],
    counts: Mapping[Branch, Mapping[Answered, int]],
    known: Mapping[Answered, Meaning],
    floor: int,
) -> Counter[Meaning]:
    """How often each reason was given at some places together, with the same left out."""
    total: Counter[Meaning] = Counter()
    for place in places:
        here: Counter[Meaning] = Counter()
        for answered, n in counts.get(place, {}).items():
            if answered in known:
                here[known[answered]] += n
        total.update({meaning: n for meaning, n in here.items() if n >= floor})
    return total


def _most(total: Counter[Meaning], side: Side) -> tuple[Reason, ...]:
    ranked = sorted(
        ((n, meaning.words) for meaning, n in total.items() if meaning.side is side), key=lambda r: (-r[0], r[1])
    )
    return tuple(Reason(words, n) for n, words in ranked[:MAX_REASONS])


def side_of(question: Question) -> Side:
    """Whether its answers speak for the service: it is asked after satisfied faces only."""
    wanted = set(dict(question.show_when).get(OVERALL, ()))
    return Side.GOOD if wanted and wanted <= _GOOD else Side.BETTER
