"""The states of a complaint, what leads from one to the other, and one step of its way. Pure.

After the statuses of the national portal's PAKN system (Cổng DVCQG) and NĐ 20/2008/NĐ-CP Điều 9.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import field

from kiosk.domain.hidden import Hidden, StructWithHidden


class Status(StrEnum):
    """Where a complaint stands, as the people who answer it see it."""

    NEW = "new"
    RECEIVED = "received"
    NEEDS_MORE = "needs_more"
    TRANSFERRED = "transferred"
    IN_PROGRESS = "in_progress"
    AWAITING_APPROVAL = "awaiting_approval"
    ANSWERED = "answered"
    AWAITING_PUBLICATION = "awaiting_publication"
    PUBLISHED = "published"
    REFUSED = "refused"
    CLOSED = "closed"


class Action(StrEnum):
    """What somebody did. ``VERDICT`` and ``SUPPLEMENT`` are the citizen's. ``REFUSE`` is what one person alone did in
    an older release; since then a refusal is proposed by one and approved by another, like an answer. ``CONCLUDE``:
    what came of a complaint about conduct, which another one confirms (``ENDORSE``) or sends back
    (``RETURN_CONCLUSION``). ``REVIEW``: an officer's objection to it was agreed with; only that decision makes it.
    ``MERGE``: its citizen told the same before, and that complaint is answered for both."""

    TAKE = "take"
    ASSIGN = "assign"
    START = "start"
    ASK_MORE = "ask_more"
    MORE_CAME = "more_came"
    TRANSFER = "transfer"
    PULL_BACK = "pull_back"
    CALL = "call"
    EXTEND = "extend"
    INFORM = "inform"
    DRAFT = "draft"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    PREPARE = "prepare"
    RETURN_PUBLIC = "return_public"
    PUBLISH = "publish"
    HIDE = "hide"
    REFUSE = "refuse"
    PROPOSE_REFUSAL = "propose_refusal"
    CLOSE = "close"
    REOPEN = "reopen"
    CLASSIFY = "classify"
    READ_MORE = "read_more"
    MERGE = "merge"
    UNMERGE = "unmerge"
    CONCLUDE = "conclude"
    ENDORSE = "endorse"
    RETURN_CONCLUSION = "return_conclusion"
    REVIEW = "review"
    VERDICT = "verdict"
    SUPPLEMENT = "supplement"


OF_CITIZENS = frozenset({Action.VERDICT, Action.SUPPLEMENT})
"""What nobody of the office ever does."""

MAX_TRANSFERS = 2
"""A complaint is sent on at most so often; then whoever holds it answers, or refuses it with a reason."""

OPEN = frozenset(Status) - {Status.REFUSED, Status.PUBLISHED, Status.CLOSED}
UNANSWERED = OPEN - {Status.ANSWERED, Status.AWAITING_PUBLICATION}
HANDLED = frozenset({Status.RECEIVED, Status.TRANSFERRED, Status.IN_PROGRESS, Status.NEEDS_MORE})
REPLIED = frozenset(Status) - UNANSWERED
CONCLUDABLE = (HANDLED | REPLIED | {Status.AWAITING_APPROVAL}) - {Status.TRANSFERRED, Status.REFUSED}

FROM: dict[Action, frozenset[Status]] = {
    Action.TAKE: UNANSWERED,
    Action.ASSIGN: OPEN,
    Action.START: frozenset({Status.RECEIVED, Status.NEEDS_MORE}),
    Action.ASK_MORE: frozenset({Status.RECEIVED, Status.IN_PROGRESS}),
    Action.MORE_CAME: frozenset({Status.NEEDS_MORE}),
    Action.TRANSFER: frozenset({Status.NEW, *HANDLED}),
    Action.PULL_BACK: frozenset({Status.TRANSFERRED}),
    Action.CALL: frozenset({Status.RECEIVED, Status.IN_PROGRESS, Status.NEEDS_MORE}),
    Action.EXTEND: UNANSWERED,
    Action.INFORM: frozenset(Status),
    Action.DRAFT: frozenset({Status.RECEIVED, Status.IN_PROGRESS, Status.NEEDS_MORE}),
    Action.SEND_BACK: frozenset({Status.AWAITING_APPROVAL}),
    Action.APPROVE: frozenset({Status.AWAITING_APPROVAL}),
    Action.PREPARE: frozenset({Status.ANSWERED}),
    Action.PUBLISH: frozenset({Status.AWAITING_PUBLICATION}),
    Action.RETURN_PUBLIC: frozenset({Status.AWAITING_PUBLICATION}),
    Action.HIDE: frozenset({Status.ANSWERED, Status.AWAITING_PUBLICATION, Status.PUBLISHED, Status.CLOSED}),
    Action.REFUSE: frozenset({Status.NEW, *HANDLED}),
    Action.PROPOSE_REFUSAL: frozenset({Status.NEW, *HANDLED}),
    Action.CLOSE: frozenset({Status.ANSWERED, Status.PUBLISHED, Status.REFUSED}),
    Action.REOPEN: REPLIED,
    Action.CLASSIFY: frozenset(Status),
    Action.READ_MORE: frozenset(Status),
    Action.MERGE: frozenset({Status.NEW, Status.RECEIVED, Status.IN_PROGRESS, Status.NEEDS_MORE}),
    Action.UNMERGE: frozenset(Status),
    Action.CONCLUDE: CONCLUDABLE,
    Action.ENDORSE: CONCLUDABLE,
    Action.RETURN_CONCLUSION: CONCLUDABLE,
    Action.REVIEW: frozenset(Status),
    Action.VERDICT: REPLIED,
    Action.SUPPLEMENT: frozenset(Status),
}
"""From which states an action leads on. A transfer is pulled back until somebody acts on it there. A comment, to which
nobody awaits an answer, may also be closed once taken."""

AFTER_THE_CALL = frozenset({Action.START, Action.ASK_MORE, Action.DRAFT, Action.PROPOSE_REFUSAL})
"""What waits until somebody has tried to call a citizen who left a telephone alone (Decree 20/2008, articles 7 and 9):
the name and the address are asked first, and a call nobody answers is written down."""

TO_INFORM_OF = frozenset({Action.ASK_MORE, Action.EXTEND, Action.APPROVE, Action.REFUSE, Action.ENDORSE})
"""What the citizen is to be told, in the way they chose; of a conclusion alone only after the answer, which tells of
the one before."""

READS_MORE = frozenset(
    {
        *(Action.READ_MORE, Action.MORE_CAME, Action.ASK_MORE, Action.START, Action.DRAFT, Action.PROPOSE_REFUSAL),
        *(Action.APPROVE, Action.SEND_BACK, Action.CLOSE, Action.REOPEN, Action.CONCLUDE),
    }
)
"""Who did one of these has read what the citizen added; who only handed the matter on has not."""

RETURNED_BY: dict[Action, Action] = {
    Action.SEND_BACK: Action.APPROVE,
    Action.RETURN_PUBLIC: Action.PUBLISH,
    Action.RETURN_CONCLUSION: Action.ENDORSE,
}
"""What another one who may approve it may send back instead."""

NEEDS_NO_WORD = frozenset({"", "kiosk"})
"""Who asked for nothing, or comes to look for themselves."""

TO: dict[Action, Status] = {
    Action.START: Status.IN_PROGRESS,
    Action.ASK_MORE: Status.NEEDS_MORE,
    Action.MORE_CAME: Status.IN_PROGRESS,
    Action.TRANSFER: Status.TRANSFERRED,
    Action.DRAFT: Status.AWAITING_APPROVAL,
    Action.SEND_BACK: Status.IN_PROGRESS,
    Action.APPROVE: Status.ANSWERED,
    Action.PREPARE: Status.AWAITING_PUBLICATION,
    Action.RETURN_PUBLIC: Status.ANSWERED,
    Action.PUBLISH: Status.PUBLISHED,
    Action.REFUSE: Status.REFUSED,
    Action.PROPOSE_REFUSAL: Status.AWAITING_APPROVAL,
    Action.CLOSE: Status.CLOSED,
}


class LaterWords(StrEnum):
    """What a citizen wrote after somebody outside said whom and what the matter is about, or before anybody did."""

    NONE = ""
    PLAIN = "plain"
    SENSITIVE = "sensitive"


class Step(StructWithHidden, frozen=True):
    """One thing that happened. ``by`` is a user's name, empty for the citizen. ``content`` holds what was written.
    ``given_at``: when the citizen said it, where that counts from a later moment on (``at``)."""

    at: datetime
    action: Action
    by: str = ""
    content: Hidden[dict[str, Any]] = field(default_factory=dict)
    action_id: int = 0
    given_at: datetime | None = None
