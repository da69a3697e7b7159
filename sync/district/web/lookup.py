"""What a citizen sees of their matter on the public page, as values: never a name, a number or a word they wrote."""

from datetime import date, datetime

from msgspec import Struct

from kiosk.domain.complaint import Opinion
from kiosk.domain.complaint import State as ToldState
from kiosk.domain.hidden import Hidden, StructWithHidden
from sync.district.complaints.citizen_view import history_for_citizen, told_state, words_for_citizen
from sync.district.complaints.deadlines import Deadlines
from sync.district.complaints.states import UNANSWERED, Action, Standing
from sync.district.times import local_day


class Matter(StructWithHidden, frozen=True):
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
    opinion: Opinion | None
    history: tuple[tuple[datetime, ToldState], ...]


def matter(standing: Standing, arrived_at: datetime, office: str, deadlines: Deadlines, today: date) -> Matter:
    """The public view of a standing."""
    due, waits = deadlines.answer_due(standing), standing.state in UNANSWERED
    return Matter(
        state=told_state(standing.state),
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
