"""What a citizen says in words: góp ý (a comment, no reply) or phản ánh, kiến nghị (a complaint, answered by a date).

NĐ 20/2008/NĐ-CP Điều 7 asks of a phản ánh, kiến nghị that it be in Vietnamese, clear, and carry name and address or
phone number; without them it is kept as a comment. Khiếu nại and tố cáo need a signature (Luật 02/2011/QH13 Điều 8,
Luật 25/2018/QH14 Điều 23) and are only signposted.
"""

from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.domain.hidden import Hidden, StructWithHidden

LONGEST_TEXT = 4000


class About(StrEnum):
    """What it is about (NĐ 20/2008/NĐ-CP Điều 5): conduct of an office or officer, a rule or procedure, the place."""

    CONDUCT = "conduct"
    RULE = "rule"
    FACILITIES = "facilities"
    OTHER = "other"


class ReplyBy(StrEnum):
    """How the citizen wants to be answered."""

    SMS = "sms"
    CALL = "call"
    LETTER = "letter"
    EMAIL = "email"
    COUNTER = "counter"
    KIOSK = "kiosk"


class Opinion(StrEnum):
    """The citizen's verdict on an answer. ``GO_ON``: not settled, the office must look again."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not_satisfied"
    GO_ON = "go_on"


class State(StrEnum):
    """How far a complaint has come, as a citizen is told. What a box does not know is told as ``RECEIVED``."""

    RECEIVED = "received"
    WITH_OFFICE = "with_office"
    NEEDS_MORE = "needs_more"
    REFUSED = "refused"
    ANSWERED = "answered"
    CLOSED = "closed"


class Standing(StructWithHidden, frozen=True):
    """How one complaint stands, as the district last said. ``answer`` is what the citizen reads, empty before there
    is one; ``as_of`` the day on which this was so."""

    state: State
    office: Hidden[str] = ""
    received_on: date | None = None
    due_on: date | None = None
    answered_on: date | None = None
    answer: Hidden[str] = ""
    as_of: date | None = None


def standing_from(content: dict[str, Any]) -> Standing:
    """Read what ``receipt_lookup`` opened. What is missing or malformed is left out, the rest is shown."""
    try:
        state = State(str(content.get("state")))
    except ValueError:
        state = State.RECEIVED
    return Standing(
        state,
        office=str(content.get("office") or ""),
        received_on=_day(content.get("received_on")),
        due_on=_day(content.get("due_on")),
        answered_on=_day(content.get("answered_on")),
        answer=str(content.get("answer") or ""),
        as_of=_day(content.get("as_of")),
    )


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


class Contact(StructWithHidden, frozen=True):
    """Who wants a reply. One of ``phone``, ``address``, ``email`` is given; the others are empty, and so is the name
    of who gave it by ear. Never in a log."""

    name: Hidden[str]
    reply_by: ReplyBy
    phone: Hidden[str] = ""
    address: Hidden[str] = ""
    email: Hidden[str] = ""

    @property
    def reachable(self) -> bool:
        """Whether the person can be answered: a name and one way to reach them (NĐ 20/2008/NĐ-CP Điều 7), or a
        telephone, over which the name is asked: who does not see the screen cannot write it."""
        return bool(self.phone.strip() or (self.name.strip() and (self.address or self.email).strip()))


class Complaint(StructWithHidden, frozen=True):
    """One complaint or comment as it is sealed. Without ``contact`` it is a comment (``EntryType.COMMENT``).

    ``sentences`` are the ids of ready sentences the citizen picked, ``text`` what was typed (NFC), ``sound_parts`` how
    many attachment entries follow with what was spoken. At least one of the three says something.
    ``written_by_helper``: somebody else wrote for the citizen. ``consent`` is the version of the consent text the
    citizen agreed to, empty for a comment. ``about_entry`` is the rating it followed, empty when none.
    """

    about: About
    receipt_number: Hidden[str]
    receipt_token: Hidden[str]
    text: Hidden[str] = ""
    sentences: tuple[str, ...] = ()
    sound_parts: int = 0
    dossier_code: str = ""
    counter_id: str = ""
    officer_number: str = ""
    written_by_helper: bool = False
    contact: Contact | None = None
    consent: str = ""
    about_entry: str = ""
    questionnaire: str = ""
