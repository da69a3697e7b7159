"""An inquiry ("vướng mắc"): whoever sits at a counter asks how a procedure is to be handled; a leader or inspector
answers by the next working day. Pure. No complaint, and kept apart from them: no citizen stands in it.

An inquiry is its steps: each is written once, with who and when, and nothing is changed afterwards.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from kiosk.domain.deadlines import working_days_after
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from sync.district.domain.typed import clean
from sync.district.times import local_day

MIN_WORDS = 8
MAX_TITLE = 120
TIME_TO_ANSWER = 1
"""Working days from the day on which it was asked, or asked on."""


class InquiryAct(StrEnum):
    """What people do; the values stand in the database. ``ASK_ON``: the answer leaves something open; ``CLOSE``: it
    does not."""

    SEE = "see"
    ASK = "ask"
    ASK_ON = "ask_on"
    ANSWER = "answer"
    CLOSE = "close"


STEPS = frozenset(InquiryAct) - {InquiryAct.SEE}
"""Each of these is written down as a step."""


class InquiryState(StrEnum):
    """How far it has come."""

    WAITING = "waiting"
    ANSWERED = "answered"
    CLOSED = "closed"


_STATE_AFTER = {
    InquiryAct.ASK: InquiryState.WAITING,
    InquiryAct.ASK_ON: InquiryState.WAITING,
    InquiryAct.ANSWER: InquiryState.ANSWERED,
    InquiryAct.CLOSE: InquiryState.CLOSED,
}


class Asker(StrEnum):
    """From where: at a counter, as its author, or of a unit that has the counter."""

    COUNTER = "counter"
    AUTHOR = "author"
    UNIT = "unit"


_STAFF = (Role.OFFICER, Role.LEADER, Role.INSPECTOR)
INQUIRY_RIGHTS: Mapping[InquiryAct, Mapping[Role, Asker]] = {
    InquiryAct.SEE: dict.fromkeys(_STAFF, Asker.UNIT),
    InquiryAct.ASK: dict.fromkeys(_STAFF, Asker.COUNTER),
    InquiryAct.ASK_ON: dict.fromkeys(_STAFF, Asker.AUTHOR),
    InquiryAct.CLOSE: dict.fromkeys(_STAFF, Asker.AUTHOR),
    InquiryAct.ANSWER: {Role.LEADER: Asker.UNIT, Role.INSPECTOR: Asker.UNIT},
}
"""Who may do what, and from where. Above it stand: nobody answers themselves; an answer may be added to until it is
closed; a deputy asks on and closes for its author."""


class InquiryStep(Struct, frozen=True):
    """What somebody did, and as what."""

    at: datetime
    person: str
    role: Role
    act: InquiryAct
    text: str = ""


class Inquiry(Struct, frozen=True):
    """One inquiry of a unit's counter with its steps, the oldest first; the first one asked. ``title``: about what."""

    inquiry_id: int
    unit_id: str
    counter_id: str
    title: str
    steps: tuple[InquiryStep, ...]

    @property
    def author(self) -> str:
        return self.steps[0].person

    @property
    def state(self) -> InquiryState:
        return _STATE_AFTER[self.steps[-1].act]

    @property
    def asked_on(self) -> date:
        """The local day on which it was asked, or asked on."""
        asked = (InquiryAct.ASK, InquiryAct.ASK_ON)
        return local_day(next(step.at for step in reversed(self.steps) if step.act in asked))

    def due_on(self, holidays: Holidays) -> date:
        """By when it is to be answered."""
        return working_days_after(self.asked_on, TIME_TO_ANSWER, holidays)

    def is_overdue(self, holidays: Holidays, today: date) -> bool:
        """Whether it should have been answered by now."""
        return self.state is InquiryState.WAITING and self.due_on(holidays) < today


def sees_inquiries(role: Role) -> bool:
    """Whether people of this role see any; for the others the pages do not exist."""
    return role in INQUIRY_RIGHTS[InquiryAct.SEE]


def answers_inquiries(role: Role) -> bool:
    """Whether people of this role answer some."""
    return role in INQUIRY_RIGHTS[InquiryAct.ANSWER]


def may_ask(person: Person, counter_id: str) -> bool:
    """Whether somebody may ask for a counter: who sits there."""
    return person.role in INQUIRY_RIGHTS[InquiryAct.ASK] and person.linked and counter_id in person.counters


def may(person: Person, act: InquiryAct, inquiry: Inquiry) -> bool:
    """Whether a person may do something to an inquiry now."""
    asker = INQUIRY_RIGHTS[act].get(person.role)
    if act is InquiryAct.ASK or asker is None or not _stands(person, asker, inquiry):
        return False
    match act:
        case InquiryAct.ASK_ON | InquiryAct.CLOSE:
            return inquiry.state is InquiryState.ANSWERED
        case InquiryAct.ANSWER:
            wrote = {step.person for step in inquiry.steps if step.act is not InquiryAct.ANSWER}
            return inquiry.state is not InquiryState.CLOSED and person.user_name not in wrote
        case _:
            return True


def allowed(person: Person, inquiry: Inquiry) -> frozenset[InquiryAct]:
    """Everything a person may do to an inquiry now."""
    return frozenset(act for act in InquiryAct if may(person, act, inquiry))


def waits_for(inquiries: Collection[Inquiry], person: Person) -> list[Inquiry]:
    """The inquiries that somebody may answer and nobody has."""
    return [each for each in inquiries if each.state is InquiryState.WAITING and may(person, InquiryAct.ANSWER, each)]


def title_of(text: str) -> str:
    """About what somebody asks, in one line. Raises ``ValueError`` when it is too short or too long."""
    title = " ".join(clean(text).split())
    if not 3 <= len(title) <= MAX_TITLE:
        raise ValueError(f"say it in 3 to {MAX_TITLE} letters")
    return title


def _stands(person: Person, asker: Asker, inquiry: Inquiry) -> bool:
    match asker:
        case Asker.COUNTER:
            return person.linked and inquiry.counter_id in person.counters
        case Asker.AUTHOR:
            return person.stands_for(inquiry.author)
        case Asker.UNIT:
            return person.units is None or inquiry.unit_id in person.units
