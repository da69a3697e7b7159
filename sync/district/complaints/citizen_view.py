"""What a citizen is told of a complaint: the office's inner steps folded into a few plain states. Pure."""

from datetime import date, datetime
from typing import Any

from kiosk.domain.complaint import State as Told
from sync.district.complaints.deadlines import Deadlines
from sync.district.complaints.states import Standing, State
from sync.district.times import local_day

_TOLD: dict[State, Told] = {
    State.NEW: Told.RECEIVED,
    State.RECEIVED: Told.WITH_OFFICE,
    State.TRANSFERRED: Told.WITH_OFFICE,
    State.IN_PROGRESS: Told.WITH_OFFICE,
    State.AWAITING_APPROVAL: Told.WITH_OFFICE,
    State.NEEDS_MORE: Told.NEEDS_MORE,
    State.ANSWERED: Told.ANSWERED,
    State.AWAITING_PUBLICATION: Told.ANSWERED,
    State.PUBLISHED: Told.ANSWERED,
    State.REFUSED: Told.REFUSED,
    State.CLOSED: Told.CLOSED,
}


def told_state(state: State) -> Told:
    """The state in the words for citizens."""
    return _TOLD[state]


def words_for_citizen(standing: Standing) -> str:
    """What the citizen reads now: the answer, why it was refused, or what more is asked; empty before there is any."""
    if standing.state is State.NEEDS_MORE:
        return standing.question
    if told_state(standing.state) in (Told.ANSWERED, Told.REFUSED, Told.CLOSED):
        return standing.answer or standing.refusal
    return ""


def content_for_boxes(
    standing: Standing, arrived_at: datetime, office: str, deadlines: Deadlines, today: date
) -> dict[str, Any]:
    """What is encrypted to the receipt number and sent to the kiosks (``sync.protocol.snapshot.ComplaintAnswer``)."""
    words, due = words_for_citizen(standing), deadlines.answer_due(standing)
    finished = told_state(standing.state) in (Told.ANSWERED, Told.REFUSED, Told.CLOSED)
    answered = local_day(standing.answered_at) if finished and standing.answered_at else None
    return {
        "state": str(told_state(standing.state)),
        "office": office,
        "received_on": local_day(arrived_at).isoformat(),
        "due_on": due.isoformat() if due else None,
        "answered_on": answered.isoformat() if answered else None,
        "answer": words,
        "as_of": today.isoformat(),
    }


def history_for_citizen(standing: Standing) -> list[tuple[datetime, Told]]:
    """When the complaint came into each state a citizen is told, without repeats."""
    history: list[tuple[datetime, Told]] = []
    for at, state in standing.turns:
        if not history or history[-1][1] is not told_state(state):
            history.append((at, told_state(state)))
    return history
