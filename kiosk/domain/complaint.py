"""A citizen's góp ý (comment, no reply) or phản ánh, kiến nghị (complaint, answered by a date).

NĐ 20/2008/NĐ-CP Điều 7 asks of a phản ánh, kiến nghị that it be in Vietnamese, clear, and carry name and address or
phone number; without them it is kept as a comment. Khiếu nại and tố cáo need a signature (Luật 02/2011/QH13 Điều 8,
Luật 25/2018/QH14 Điều 23) and are only signposted.
"""

from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.domain.hidden import Hidden, StructWithHidden

MAX_TEXT = 4000


class About(StrEnum):
    """What it is about (NĐ 20/2008/NĐ-CP Điều 5): conduct of an office or officer, a rule or procedure, the place.
    ``QUESTION``: the citizen asks how a procedure works, and complains of nothing."""

    CONDUCT = "conduct"
    RULE = "rule"
    FACILITIES = "facilities"
    OTHER = "other"
    QUESTION = "question"


class ReplyBy(StrEnum):
    """How the citizen wants to be answered."""

    SMS = "sms"
    CALL = "call"
    LETTER = "letter"
    EMAIL = "email"
    COUNTER = "counter"
    KIOSK = "kiosk"


class Verdict(StrEnum):
    """The citizen's verdict on an answer. ``GO_ON``: not settled, the office must look again."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    GO_ON = "go_on"


class ComplaintStatus(StrEnum):
    """How far a complaint has come, as a citizen is told. What a box does not know is told as ``RECEIVED``."""

    RECEIVED = "received"
    WITH_OFFICE = "with_office"
    NEEDS_MORE = "needs_more"
    REFUSED = "refused"
    ANSWERED = "answered"
    CLOSED = "closed"


class ConclusionResult(StrEnum):
    """What the office came to about a complaint of somebody's conduct, by two of its people. The values stand in the
    database and in the snapshot. ``PARTLY``: as Luật Tố cáo knows it (đúng, đúng một phần, sai); ``SLANDER``: made up
    on purpose, as Thông tư 01/2018/TT-VPCP, Điều 13 names it beside the wrong."""

    TRUE = "true"
    PARTLY = "partly"
    NOT_TRUE = "not_true"
    NOT_VERIFIABLE = "not_verifiable"
    SLANDER = "slander"


class PublicStatus(StructWithHidden, frozen=True):
    """How one complaint stands, as the district last said. ``answer`` is what the citizen reads, empty before there
    is one; ``as_of`` the day on which this was so. ``conclusion``: what was concluded of a complaint about conduct,
    ``None`` before that; ``under_review``: that is being looked at again."""

    state: ComplaintStatus
    office: Hidden[str] = ""
    received_on: date | None = None
    due_on: date | None = None
    answered_on: date | None = None
    answer: Hidden[str] = ""
    as_of: date | None = None
    conclusion: ConclusionResult | None = None
    under_review: bool = False

    @property
    def conclusion_words(self) -> tuple[str, ...]:
        """The keys of the sentences that say what was concluded; empty where nothing was."""
        if self.conclusion is None:
            return ()
        return (f"look.conclusion_{self.conclusion}", *(("look.under_review",) if self.under_review else ()))


def public_status_from(content: dict[str, Any]) -> PublicStatus:
    """Read what ``receipt_lookup`` opened. What is missing or malformed is left out, the rest is shown."""
    try:
        state = ComplaintStatus(str(content.get("state")))
    except ValueError:
        state = ComplaintStatus.RECEIVED
    return PublicStatus(
        state,
        office=str(content.get("office") or ""),
        received_on=_day(content.get("received_on")),
        due_on=_day(content.get("due_on")),
        answered_on=_day(content.get("answered_on")),
        answer=str(content.get("answer") or ""),
        as_of=_day(content.get("as_of")),
        conclusion=_conclusion(content.get("conclusion")),
        under_review=content.get("under_review") is True,
    )


def _conclusion(value: object) -> ConclusionResult | None:
    return ConclusionResult(value) if isinstance(value, str) and value in set(ConclusionResult) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def may_be_answered(name: str, *, phone: str, address: str, email: str) -> bool:
    """Whether it is a phản ánh, kiến nghị that can be answered: a name and one way to reach the person (NĐ
    20/2008/NĐ-CP Điều 7), or a telephone, over which the name is asked: who does not see the screen cannot write it.

    >>> may_be_answered("", phone="0912345678", address="", email="")
    True
    """
    return bool(phone.strip() or (name.strip() and (address.strip() or email.strip())))


class Contact(StructWithHidden, frozen=True):
    """Who wants a reply. One of ``phone``, ``address``, ``email`` is given; the others are empty, and so is the name
    of who gave it by ear. Never in a log."""

    name: Hidden[str]
    reply_by: ReplyBy
    phone: Hidden[str] = ""
    address: Hidden[str] = ""
    email: Hidden[str] = ""
