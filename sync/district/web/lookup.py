"""A citizen's complaint on the public page, as values: never a name, a number or a word they wrote."""

from datetime import date, datetime

from kiosk.domain.complaint import ComplaintStatus, ConclusionResult, Verdict
from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.citizen_view import (
    conclusion_for_citizen,
    history_for_citizen,
    public_status_of,
    words_for_citizen,
)
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import UNANSWERED
from sync.district.domain.concluding import notice_from
from sync.district.domain.deadlines import Deadlines, DueDate
from sync.district.times import local_day
from sync.district.web.own_data import OwnData


class PublicMatter(StructWithHidden, frozen=True):
    """How one matter stands. ``may_judge``: there is an answer, and no verdict on it yet that counts. ``confirmed``:
    the verdict came with the token of the QR code, which nobody at the office ever sees; by the number alone it may be
    anybody's. ``may_add``: the office has asked for more and not answered yet; ``added``: on which days something was
    added. ``conclusion``: what was concluded about somebody's conduct, ``None`` where nothing was;
    ``officers_notified_from``: from when on the officers are told of it, ``None`` when they are not;
    ``officers_know``: they were told. ``own_data``: what the citizen may do about their own data, ``None`` without the
    token."""

    state: ComplaintStatus
    office: str
    received_on: date
    due: DueDate | None
    overdue: bool
    answered_on: date | None
    words: Hidden[str]
    extension: Hidden[str]
    anonymous: bool
    may_judge: bool
    opinion: Verdict | None
    confirmed: bool
    may_add: bool
    added: tuple[date, ...]
    conclusion: ConclusionResult | None
    under_review: bool
    officers_notified_from: date | None
    officers_know: bool
    history: tuple[tuple[datetime, ComplaintStatus], ...]
    own_data: OwnData | None = None


def matter(
    case: Case,
    arrived_at: datetime,
    office: str,
    deadlines: Deadlines,
    today: date,
    *,
    by_token: bool,
    officers_informed_on: date | None,
) -> PublicMatter:
    """The public view of a standing. ``by_token``: it was asked for with the receipt's token, not by its number;
    ``officers_informed_on``: on which day officers were told of its conclusion, ``None`` when they were not."""
    due, waits = deadlines.explain_answer(case), case.state in UNANSWERED
    conclusion = conclusion_for_citizen(case)
    planned = notice_from(case)
    notified = officers_informed_on or (planned if planned is not None and planned > today else None)
    return PublicMatter(
        state=public_status_of(case.state),
        office=office,
        received_on=local_day(arrived_at),
        due=due if waits else None,
        overdue=waits and due is not None and due.on < today,
        answered_on=local_day(case.answered_at) if case.answered_at and not waits else None,
        words=words_for_citizen(case),
        extension=case.extension if waits else "",
        anonymous=case.anonymous,
        may_judge=case.allows_verdict(by_token and not case.merged_into) and bool(case.answer or case.refusal),
        opinion=case.opinion,
        confirmed=case.opinion_confirmed or (by_token and bool(case.merged_into)),  # it has no other code to scan
        may_add=bool(case.question) and waits,
        added=tuple(
            dict.fromkeys(local_day(at) for at in case.supplements if not case.merged_into or at >= arrived_at)
        ),
        conclusion=conclusion.result if conclusion else None,
        under_review=conclusion is not None and conclusion.under_review,
        officers_notified_from=notified,
        officers_know=officers_informed_on is not None,
        history=_history(case, arrived_at),
    )


def _history(case: Case, arrived_at: datetime) -> tuple[tuple[datetime, ComplaintStatus], ...]:
    """The history of one matter; of one that was merged from its own arrival on, since the other one began earlier."""
    history = history_for_citizen(case)
    if not case.merged_into:
        return tuple(history)
    stood = [state for at, state in history if at <= arrived_at][-1]
    return ((arrived_at, stood), *(each for each in history if each[0] > arrived_at))
