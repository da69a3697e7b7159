"""Fold the office's inner steps into the few plain states a citizen is shown. Pure."""

from datetime import date, datetime
from typing import Any

from kiosk.domain.complaint import ComplaintStatus
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import REPLIED, Status
from sync.district.domain.conclusion import Conclusion
from sync.district.domain.deadlines import Deadlines
from sync.district.times import local_day

_STATUS_OF: dict[Status, ComplaintStatus] = {
    Status.NEW: ComplaintStatus.RECEIVED,
    Status.RECEIVED: ComplaintStatus.WITH_OFFICE,
    Status.TRANSFERRED: ComplaintStatus.WITH_OFFICE,
    Status.IN_PROGRESS: ComplaintStatus.WITH_OFFICE,
    Status.AWAITING_APPROVAL: ComplaintStatus.WITH_OFFICE,
    Status.NEEDS_MORE: ComplaintStatus.NEEDS_MORE,
    Status.ANSWERED: ComplaintStatus.ANSWERED,
    Status.AWAITING_PUBLICATION: ComplaintStatus.ANSWERED,
    Status.PUBLISHED: ComplaintStatus.ANSWERED,
    Status.REFUSED: ComplaintStatus.REFUSED,
    Status.CLOSED: ComplaintStatus.CLOSED,
}


def public_status_of(state: Status) -> ComplaintStatus:
    """The state in the words for citizens."""
    return _STATUS_OF[state]


def words_for_citizen(case: Case) -> str:
    """What the citizen reads now: the answer, why it was refused, or what more is asked; empty before there is any."""
    if case.state is Status.NEEDS_MORE:
        return case.question
    if public_status_of(case.state) in (ComplaintStatus.ANSWERED, ComplaintStatus.REFUSED, ComplaintStatus.CLOSED):
        return case.answer or case.refusal
    return ""


def conclusion_for_citizen(case: Case) -> Conclusion | None:
    """What was concluded, for the citizen who has the answer; ``None`` before that, and where nothing is concluded."""
    return case.conclusion if case.answer and case.state in REPLIED else None


def content_for_boxes(
    case: Case, arrived_at: datetime, office: str, deadlines: Deadlines, today: date
) -> dict[str, Any]:
    """What is encrypted to the receipt number and sent to the kiosks (``sync.protocol.snapshot.ComplaintAnswer``)."""
    words, due = words_for_citizen(case), deadlines.answer_due(case)
    conclusion = conclusion_for_citizen(case)
    finished = public_status_of(case.state) in (
        ComplaintStatus.ANSWERED,
        ComplaintStatus.REFUSED,
        ComplaintStatus.CLOSED,
    )
    answered = local_day(case.answered_at) if finished and case.answered_at else None
    return {
        "state": str(public_status_of(case.state)),
        "office": office,
        "received_on": local_day(arrived_at).isoformat(),
        "due_on": due.isoformat() if due else None,
        "answered_on": answered.isoformat() if answered else None,
        "answer": words,
        "as_of": today.isoformat(),
        "conclusion": str(conclusion.result) if conclusion else None,
        "under_review": conclusion.under_review if conclusion else False,
    }


def history_for_citizen(case: Case) -> list[tuple[datetime, ComplaintStatus]]:
    """When the complaint came into each state a citizen is told, without repeats."""
    history: list[tuple[datetime, ComplaintStatus]] = []
    for at, state in case.turns:
        if not history or history[-1][1] is not public_status_of(state):
            history.append((at, public_status_of(state)))
    return history
