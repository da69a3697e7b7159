"""What a citizen sees of their matter on the public page, as values: never a name, a number or a word they wrote."""

from datetime import date, datetime

from msgspec import Struct

from kiosk.domain.complaint import ComplaintStatus as ToldState
from kiosk.domain.complaint import Verdict
from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.domain.citizen_view import history_for_citizen, public_status_of, words_for_citizen
from sync.district.domain.complaint_case import UNANSWERED, Action, Case
from sync.district.domain.deadlines import Deadlines
from sync.district.times import local_day


class PublicMatter(StructWithHidden, frozen=True):
    """How one matter stands. ``may_judge``: there is an answer, and no verdict on it yet."""

    state: ToldState
    office: str
    received_on: date
    due_on: date | None
    overdue: bool
    answered_on: date | None
    words: Hidden[str]
    anonymous: bool
    may_judge: bool
    opinion: Verdict | None
    history: tuple[tuple[datetime, ToldState], ...]


def matter(standing: Case, arrived_at: datetime, office: str, deadlines: Deadlines, today: date) -> PublicMatter:
    """The public view of a standing."""
    due, waits = deadlines.answer_due(standing), standing.state in UNANSWERED
    return PublicMatter(
        state=public_status_of(standing.state),
        office=office,
        received_on=local_day(arrived_at),
        due_on=due if waits else None,
        overdue=waits and due is not None and due < today,
        answered_on=local_day(standing.answered_at) if standing.answered_at and not waits else None,
        words=words_for_citizen(standing),
        anonymous=standing.anonymous,
        may_judge=standing.allows(Action.VERDICT) and bool(standing.answer or standing.refusal),
        opinion=standing.opinion,
        history=tuple(history_for_citizen(standing)),
    )


class Published(Struct, frozen=True):
    """A complaint answered in public, in the words somebody made ready for it."""

    question: str
    answer: str
    office: str
    on: date
