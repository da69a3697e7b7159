"""A citizen's request about their own data, its legal days, and who may do what about it. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from kiosk.domain.deadlines import working_days_after
from sync.district.domain.people import Role
from sync.district.domain.personal_rules import PersonalRules, RequestKind
from sync.district.times import local_day

MIN_WORDS = 3


class RequestChannel(StrEnum):
    """How a request came; the values stand in the database. ``PAGE``: on the page of its receipt, with the token;
    ``KIOSK``: there, with the receipt scanned."""

    PAGE = "page"
    COUNTER = "counter"
    LETTER = "letter"
    KIOSK = "kiosk"


class RequestAct(StrEnum):
    """What is written down about a request; the values stand in the database. ``ERASE``: the program erased what was
    asked for; ``EXPORT``: somebody made the file for the citizen."""

    ACKNOWLEDGE = "acknowledge"
    ERASE = "erase"
    EXPORT = "export"
    DONE = "done"
    REFUSE = "refuse"


class RequestState(StrEnum):
    """How far a request has come."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class PersonalAct(StrEnum):
    """What people do about personal data. ``SEE``: the register; ``RECORD``: write a request down that was made at the
    counter or by letter; ``DECIDE``: acknowledge, erase, finish or refuse one; ``EXPORT``: make the citizen's file;
    ``READ``: what is kept, how long, and what the retention job did; ``BREACH``: keep breach sheets."""

    SEE = "see"
    RECORD = "record"
    DECIDE = "decide"
    EXPORT = "export"
    READ = "read"
    BREACH = "breach"


_HEADS = frozenset({Role.LEADER})
PERSONAL_RIGHTS: Mapping[PersonalAct, frozenset[Role]] = {
    PersonalAct.SEE: frozenset({Role.LEADER, Role.INSPECTOR}),
    PersonalAct.RECORD: frozenset({Role.LEADER, Role.INSPECTOR, Role.OFFICER}),
    PersonalAct.DECIDE: _HEADS,
    PersonalAct.EXPORT: _HEADS,
    PersonalAct.READ: frozenset({Role.LEADER, Role.INSPECTOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.TECHNICIAN}),
    PersonalAct.BREACH: frozenset({Role.LEADER, Role.ADMINISTRATOR, Role.TECHNICIAN}),
}
"""Who may do what about personal data. Above it stands: a request is seen with its matter, so nobody sees one about
themselves, about their own counter, or of another unit. What a citizen does with the token of their own receipt needs
no right."""


def may_with_personal(role: Role, act: PersonalAct) -> bool:
    """Whether people of this role may do this."""
    return role in PERSONAL_RIGHTS[act]


class RequestStep(Struct, frozen=True):
    """What was done about a request. ``person`` is empty for the program."""

    at: datetime
    person: str
    act: RequestAct
    text: str = ""


class PersonalRequest(Struct, frozen=True):
    """What a citizen asked. ``complaint_id``: the matter that is answered, also for what is merged into it; ``ending``:
    the last four digits of the number of the receipt it came with; ``by`` is empty for the citizen with the receipt's
    token."""

    request_id: int
    complaint_id: str
    ending: str
    kind: RequestKind
    channel: RequestChannel
    at: datetime
    by: str
    steps: tuple[RequestStep, ...] = ()

    @property
    def state(self) -> RequestState:
        """How far it has come."""
        ended = [step.act for step in self.steps if step.act in (RequestAct.DONE, RequestAct.REFUSE)]
        if not ended:
            return RequestState.OPEN
        return RequestState.DONE if ended[-1] is RequestAct.DONE else RequestState.REFUSED

    @property
    def is_erased(self) -> bool:
        """Whether what it asks to erase was erased."""
        return any(step.act is RequestAct.ERASE for step in self.steps)

    @property
    def acknowledged(self) -> bool:
        """Whether it was said to have arrived; the page says so at once."""
        return self.channel in (RequestChannel.PAGE, RequestChannel.KIOSK) or bool(self.steps)

    def due_on(self, rules: PersonalRules) -> date:
        """The last day on which it is done in time."""
        return local_day(self.at) + timedelta(days=rules.days_for(self.kind))

    def acknowledge_by(self, rules: PersonalRules, holidays: Holidays) -> date:
        """The last day on which it is said in time that it has arrived."""
        return working_days_after(local_day(self.at), rules.acknowledge_working_days, holidays)

    def is_overdue(self, rules: PersonalRules, today: date) -> bool:
        """Whether it should have been done by now."""
        return self.state is RequestState.OPEN and self.due_on(rules) < today

    @property
    def erases(self) -> bool:
        """Whether what it asks is carried out by an erasure."""
        return self.kind in (RequestKind.WITHDRAW, RequestKind.DELETE)

    def allows_by(self, act: RequestAct, person: str) -> bool:
        """Whether a person may write this down now: who recorded that something is to be erased does not erase it, so
        that nobody alone makes a matter disappear whose number they have seen."""
        return self.allows(act) and not (act is RequestAct.ERASE and self.by == person)

    def allows(self, act: RequestAct) -> bool:
        """Whether somebody may write this down now: what erases ends with an erasure, a view with its file."""
        if self.state is not RequestState.OPEN:
            return False
        match act:
            case RequestAct.ACKNOWLEDGE:
                return not self.acknowledged
            case RequestAct.ERASE:
                return self.erases and not self.is_erased
            case RequestAct.EXPORT:
                return True
            case RequestAct.DONE if self.erases:
                return self.is_erased
            case RequestAct.DONE:
                return True
            case RequestAct.REFUSE:
                return not self.is_erased
