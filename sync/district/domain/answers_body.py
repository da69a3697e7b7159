"""Read the answers that followed a rating from their entry. Answers to private questions are kept separate from here
on.
"""

from datetime import date, datetime
from typing import Any

from msgspec import Struct

from sync.district.domain.checks import UnreadableBody, moment, whole, word

MAX_ANSWERS = 64
MAX_SCREENS = 32
MAX_MS = 86_400_000
MAX_PRESSES = 100_000

Pair = tuple[str, str]


class AnswersBody(Struct, frozen=True):
    """``answers`` and ``private`` are pairs of question and answer.

    ``spent_ms`` is the time on each screen, ``presses`` the touches of the last minute, ``scans_again`` how often the
    same receipt was scanned again, ``left``: the citizen went away without sending them: the box's plain facts.
    """

    recorded_at: datetime
    rating_entry_id: str
    unit_id: str
    questionnaire: str
    language: str
    answers: tuple[Pair, ...]
    private: tuple[Pair, ...]
    spent_ms: dict[str, int]
    presses: int
    scans_again: int
    left: bool


class Added(Struct, frozen=True):
    """An answers entry as the district keeps it, with its order of arrival."""

    entry_id: str
    device_id: str
    epoch: int
    seq: int
    batch_id: int
    day: date
    received_at: datetime
    body: AnswersBody

    @property
    def arrival(self) -> tuple[int, int]:
        return (self.batch_id, self.seq)


def answers_from(body: dict[str, Any]) -> AnswersBody:
    """Checks the body of an answers entry. Raises ``UnreadableBody`` naming the field."""
    return AnswersBody(
        recorded_at=moment(body.get("at_s")),
        rating_entry_id=word(body, "rating", 36),
        unit_id=word(body, "unit_id", 64),
        questionnaire=word(body, "questionnaire", 64),
        language=word(body, "language", 16),
        answers=_pairs(body, "answers"),
        private=_pairs(body, "private_answers"),
        spent_ms=_spent(body.get("spent_ms")),
        presses=whole(body, "presses", 0, MAX_PRESSES),
        scans_again=whole(body, "scans_again", 0, MAX_PRESSES),
        left=body.get("left") is True,
    )


def _pairs(body: dict[str, Any], name: str) -> tuple[Pair, ...]:
    asked = body.get(name)
    if not isinstance(asked, dict) or not all(isinstance(chosen, list) for chosen in asked.values()):
        raise UnreadableBody(f"{name}: not lists of answers by question")
    pairs = [(question_id, answer) for question_id, chosen in asked.items() for answer in chosen]
    if len(pairs) > MAX_ANSWERS:
        raise UnreadableBody(f"{name}: more than {MAX_ANSWERS}")
    checked = {(word({name: question}, name, 64), word({name: answer}, name, 64)) for question, answer in pairs}
    return tuple(sorted(checked))


def _spent(value: object) -> dict[str, int]:
    if not isinstance(value, dict) or len(value) > MAX_SCREENS:
        raise UnreadableBody("spent_ms: not milliseconds by screen")
    return {
        word({"spent_ms": name}, "spent_ms", 64): whole({"spent_ms": n}, "spent_ms", 0, MAX_MS)
        for name, n in value.items()
    }
