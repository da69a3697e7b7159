"""Fold the office's inner steps into the few plain states a citizen is shown. Pure."""

from datetime import date, datetime
from typing import Any

from kiosk.domain.complaint import ComplaintStatus as Told
from sync.district.domain.complaint_case import Case, Status
from sync.district.domain.deadlines import Deadlines
from sync.district.times import local_day

_TOLD: dict[Status, Told] = {
    Status.NEW: Told.RECEIVED,
    Status.RECEIVED: Told.WITH_OFFICE,
    Status.TRANSFERRED: Told.WITH_OFFICE,
    Status.IN_PROGRESS: Told.WITH_OFFICE,
    Status.AWAITING_APPROVAL: Told.WITH_OFFICE,
    Status.NEEDS_MORE: Told.NEEDS_MORE,
    Status.ANSWERED: Told.ANSWERED,
    Status.AWAITING_PUBLICATION: Told.ANSWERED,
    Status.PUBLISHED: Told.ANSWERED,
    Status.REFUSED: Told.REFUSED,
    Status.CLOSED: Told.CLOSED,
}


def public_status_of(state: Status) -> Told:
    """The state in the words for citizens."""
    return _TOLD[state]


def words_for_citizen(standing: Case) -> str:
    """What the citizen reads now: the answer, why it was refused, or what more is asked; empty before there is any."""
    if standing.state is Status.NEEDS_MORE:
        return standing.question
    if public_status_of(standing.state) in (Told.ANSWERED, Told.REFUSED, Told.CLOSED):
        return standing.answer or standing.refusal
    return ""


def content_for_boxes(
    standing: Case, arrived_at: datetime, office: str, deadlines: Deadlines, today: date
) -> dict[str, Any]:
    """What is encrypted to the receipt number and sent to the kiosks (``sync.protocol.snapshot.ComplaintAnswer``)."""
    words, due = words_for_citizen(standing), deadlines.answer_due(standing)
    finished = public_status_of(standing.state) in (Told.ANSWERED, Told.REFUSED, Told.CLOSED)
    answered = local_day(standing.answered_at) if finished and standing.answered_at else None
    return {
        "state": str(public_status_of(standing.state)),
        "office": office,
        "received_on": local_day(arrived_at).isoformat(),
        "due_on": due.isoformat() if due else None,
        "answered_on": answered.isoformat() if answered else None,
        "answer": words,
        "as_of": today.isoformat(),
    }


def history_for_citizen(standing: Case) -> list[tuple[datetime, Told]]:
    """When the complaint came into each state a citizen is told, without repeats."""
    history: list[tuple[datetime, Told]] = []
    for at, state in standing.turns:
        if not history or history[-1][1] is not public_status_of(state):
            history.append((at, public_status_of(state)))
    return history
