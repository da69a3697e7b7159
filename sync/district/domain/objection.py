"""An objection ("ý kiến về số liệu"): whoever sits at a counter says what a figure of it, or a decided doubt, leaves
out, or an officer what a conclusion that counts against them does; somebody else decides, by a day, with reasons. Pure.

An objection is its steps: each is written once, with who and when, and nothing is changed afterwards. No figure is
taken away: what was told then, what is told now, the words and the decision stand side by side.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.calendar import Holidays
from kiosk.domain.deadlines import working_days_after
from sync.district.domain.doubt_case import Sight
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from sync.district.domain.staff_words import staff_words
from sync.district.times import local_day

MIN_TEXT = 20
TIME_TO_DECIDE = 10
"""Working days from the day on which it was raised, or asked again."""
TIME_TO_ASK_AGAIN = 10
"""Working days from the day of the decision."""
MAX_AGE = timedelta(days=92)
"""So long after its month has ended a figure may be objected to."""
MAX_ROUNDS = 2
"""Who is not agreed with may ask once more; somebody else decides then."""


class ObjectionAbout(StrEnum):
    """What it is about; the values stand in the database. ``FIGURE``: a counter's share of a month; ``DOUBT``: what
    somebody above came to about a doubt. Before that the doubt's own page hears the unit. ``CONCLUSION``: what was
    concluded of a complaint about the officer who objects."""

    FIGURE = "figure"
    DOUBT = "doubt"
    CONCLUSION = "conclusion"


class ObjectionAct(StrEnum):
    """What people do; the values stand in the database. ``ADD``: more facts; ``ASK_AGAIN``: not agreed with, once."""

    SEE = "see"
    RAISE = "raise"
    ADD = "add"
    WITHDRAW = "withdraw"
    DECIDE = "decide"
    ASK_AGAIN = "ask_again"


STEPS = frozenset(ObjectionAct) - {ObjectionAct.SEE}
"""Each of these is written down as a step."""


class ObjectionState(StrEnum):
    """How far it has come."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    AGREED = "agreed"
    NOT_AGREED = "not_agreed"


class ObjectionVerdict(StrEnum):
    """What somebody came to; the values stand in the database. ``AGREED``: whoever reads the figure has to read it with
    what the counter says; ``NOT_AGREED``: the figure stands for itself, and the words stay beside it all the same."""

    AGREED = "agreed"
    NOT_AGREED = "not_agreed"


class Stand(StrEnum):
    """From where: of the very counter, as its author, of a unit that has the counter, or anywhere."""

    COUNTER = "counter"
    AUTHOR = "author"
    UNIT_OR_ABOVE = "unit_or_above"
    ANYWHERE = "anywhere"


_OVERSEERS = {Role.LEADER: Stand.UNIT_OR_ABOVE, Role.INSPECTOR: Stand.UNIT_OR_ABOVE}
_AUTHORS = dict.fromkeys((Role.OFFICER, Role.LEADER, Role.INSPECTOR), Stand.AUTHOR)

OBJECTION_RIGHTS: Mapping[ObjectionAct, Mapping[Role, Stand]] = {
    ObjectionAct.SEE: {**_OVERSEERS, Role.OFFICER: Stand.COUNTER, Role.AUDITOR: Stand.ANYWHERE},
    ObjectionAct.RAISE: dict.fromkeys((Role.OFFICER, Role.LEADER, Role.INSPECTOR), Stand.COUNTER),
    ObjectionAct.ADD: _AUTHORS,
    ObjectionAct.WITHDRAW: _AUTHORS,
    ObjectionAct.ASK_AGAIN: _AUTHORS,
    ObjectionAct.DECIDE: _OVERSEERS,
}
"""Who may do what, and from where. Above it stand: its author always sees it, as their deputy does, who may add and ask
again for them, not withdraw; and nobody decides who sits at the counter, wrote in it, decided before, or is today the
deputy of one of these. An objection to a conclusion is for its author, whom nobody stands in for, and for the leaders
who may see the complaint; for all others it does not exist."""


class ObjectionStep(Struct, frozen=True):
    """What somebody did, and as what. ``verdict``: of a decision."""

    at: datetime
    person: str
    role: Role
    act: ObjectionAct
    text: str = ""
    verdict: ObjectionVerdict | None = None


class ObjectionSubject(Struct, frozen=True):
    """What it is about. ``k`` of ``n``: the counter's share of the ``month`` (its first day) as it was told when the
    objection was raised; ``None`` where it was not. ``doubt_id``: the doubt; ``notice_id``: by which the officer was
    told of the conclusion (``month``: when); ``decided_by``: who decided about it, or concluded and approved.
    ``kept_officers`` and ``kept_counters``: whom the complaint behind a conclusion is kept from."""

    about: ObjectionAbout
    unit_id: str
    counter_id: str
    month: date
    k: int | None = None
    n: int | None = None
    doubt_id: int | None = None
    decided_by: tuple[str, ...] = ()
    notice_id: int | None = None
    kept_officers: frozenset[str] = frozenset()
    kept_counters: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[str, str, date, int | None, int | None]:
        """The same of every objection to the same thing."""
        return self.about, self.counter_id, self.month, self.doubt_id, self.notice_id

    @property
    def is_of_conclusion(self) -> bool:
        """Whether it is about what was concluded of a complaint."""
        return self.about is ObjectionAbout.CONCLUSION


class Objection(Struct, frozen=True):
    """One objection with its steps, the oldest first; the first one raised it."""

    objection_id: int
    subject: ObjectionSubject
    steps: tuple[ObjectionStep, ...]

    @property
    def author(self) -> str:
        return self.steps[0].person

    @property
    def writers(self) -> frozenset[str]:
        """Everybody who wrote for the counter: the author, and whoever did it as their deputy."""
        return frozenset(step.person for step in self.steps if step.act is not ObjectionAct.DECIDE)

    @property
    def decisions(self) -> tuple[ObjectionStep, ...]:
        return tuple(step for step in self.steps if step.act is ObjectionAct.DECIDE)

    @property
    def decision(self) -> ObjectionStep | None:
        """The one that counts: the newest, unless it was asked again since. All stay to be read."""
        last = self._turning
        return last if last.act is ObjectionAct.DECIDE else None

    @property
    def state(self) -> ObjectionState:
        last = self._turning
        if last.act is ObjectionAct.WITHDRAW:
            return ObjectionState.WITHDRAWN
        return ObjectionState(str(last.verdict)) if last.verdict else ObjectionState.OPEN

    def at(self, moment: datetime) -> "Objection | None":
        """As it stood at a moment; ``None`` before it was raised. Steps are never changed, so this never does."""
        steps = tuple(step for step in self.steps if step.at <= moment)
        return replace(self, steps=steps) if steps else None

    @property
    def changed_on(self) -> date:
        """The local day since which it stands as it does."""
        return local_day(self._turning.at)

    @property
    def open_since(self) -> date:
        """The local day on which it was raised, or asked again."""
        asked = (ObjectionAct.RAISE, ObjectionAct.ASK_AGAIN)
        return local_day(next(step.at for step in reversed(self.steps) if step.act in asked))

    @property
    def _turning(self) -> ObjectionStep:
        """The newest step that changes how it stands."""
        return next(step for step in reversed(self.steps) if step.act is not ObjectionAct.ADD)

    def due_on(self, holidays: Holidays) -> date:
        """By when it is to be decided."""
        return working_days_after(self.open_since, TIME_TO_DECIDE, holidays)

    def is_overdue(self, holidays: Holidays, today: date) -> bool:
        """Whether it should have been decided by now."""
        return self.state is ObjectionState.OPEN and self.due_on(holidays) < today

    def ask_again_until(self, holidays: Holidays) -> date | None:
        """The last day on which its author may ask once more; ``None`` when they may not."""
        last = self.decision
        if last is None or last.verdict is not ObjectionVerdict.NOT_AGREED or len(self.decisions) >= MAX_ROUNDS:
            return None
        return working_days_after(local_day(last.at), TIME_TO_ASK_AGAIN, holidays)


def sees_objections(role: Role) -> bool:
    """Whether people of this role see any objection; for the others the pages do not exist."""
    return role in OBJECTION_RIGHTS[ObjectionAct.SEE]


def decides_objections(role: Role) -> bool:
    """Whether people of this role decide about some."""
    return role in OBJECTION_RIGHTS[ObjectionAct.DECIDE]


def sight(person: Person) -> Sight:
    """Where to look for the objections that a person may see beside their own and those of whom they stand in for;
    ``may`` decides about each."""
    match OBJECTION_RIGHTS[ObjectionAct.SEE].get(person.role):
        case Stand.ANYWHERE:
            return Sight()
        case Stand.COUNTER:
            return Sight(counters=person.counters)
        case Stand.UNIT_OR_ABOVE:
            return Sight(units=person.units)
        case _:
            return Sight(units=frozenset())


def may_raise(person: Person, subject: ObjectionSubject, others: Sequence[Objection], today: date) -> bool:
    """Whether a person may object to this now. One thing is objected to once; what was withdrawn may be raised
    again."""
    if subject.is_of_conclusion or person.role not in OBJECTION_RIGHTS[ObjectionAct.RAISE]:
        return False
    if not _sits_at(person, subject):
        return False
    if any(each.subject.key == subject.key and each.state is not ObjectionState.WITHDRAWN for each in others):
        return False
    if subject.about is ObjectionAbout.DOUBT:
        return subject.doubt_id is not None and bool(subject.decided_by)
    ended = _after(subject.month)
    return subject.n is not None and ended <= today < ended + MAX_AGE


def reads_own_conclusions(person: Person) -> bool:
    """Whether somebody has the page with what was concluded about themselves: who is an officer of the lists, and
    nobody for them."""
    return person.linked and person.officer_number is not None and person.role in OBJECTION_RIGHTS[ObjectionAct.RAISE]


def may_raise_to_conclusion(
    person: Person, officer: str, subject: ObjectionSubject, others: Sequence[Objection], until: date, today: date
) -> bool:
    """Whether a person may object to a conclusion of which the ``officer`` knows, ``until`` a day. It is objected
    to once; what was withdrawn may be raised again."""
    raised = any(each.subject.key == subject.key and each.state is not ObjectionState.WITHDRAWN for each in others)
    is_them = person.linked and person.officer_number == officer
    return is_them and person.role in OBJECTION_RIGHTS[ObjectionAct.RAISE] and not raised and today <= until


def may(person: Person, act: ObjectionAct, objection: Objection, holidays: Holidays, today: date) -> bool:
    """Whether a person may do something to an objection now."""
    if objection.subject.is_of_conclusion and not _knows_conclusion(person, objection):
        return False
    if act is ObjectionAct.SEE and _is_author(person, objection):
        return True
    stand = OBJECTION_RIGHTS[act].get(person.role)
    if act is ObjectionAct.RAISE or stand is None or not _stands(person, stand, objection):
        return False
    match act:
        case ObjectionAct.SEE:
            return True
        case ObjectionAct.ADD:
            return objection.state is ObjectionState.OPEN
        case ObjectionAct.WITHDRAW:
            return objection.state is ObjectionState.OPEN and person.user_name == objection.author
        case ObjectionAct.ASK_AGAIN:
            until = objection.ask_again_until(holidays)
            return until is not None and today <= until
        case _:
            return objection.state is ObjectionState.OPEN and not _is_of_it(person, objection)


def allowed(person: Person, objection: Objection, holidays: Holidays, today: date) -> frozenset[ObjectionAct]:
    """Everything a person may do to an objection now."""
    return frozenset(act for act in ObjectionAct if may(person, act, objection, holidays, today))


def deciders(people: Sequence[Person], objection: Objection, holidays: Holidays, today: date) -> tuple[str, ...]:
    """Who may decide about it today; empty: nobody may, and somebody has to be found."""
    return tuple(
        sorted(each.user_name for each in people if may(each, ObjectionAct.DECIDE, objection, holidays, today))
    )


def _is_of_it(person: Person, objection: Objection) -> bool:
    """Whether somebody is, or is the deputy of, one who wrote in it or decided before; or sits at the counter."""
    before = {step.person for step in objection.decisions} | set(objection.subject.decided_by)
    themselves = {person.user_name} | person.deputy_for
    return _sits_at(person, objection.subject) or not themselves.isdisjoint(before | objection.writers)


def _knows_conclusion(person: Person, objection: Objection) -> bool:
    """Whether somebody may know of an objection to a conclusion at all: its author, and leaders whom the complaint is
    not kept from."""
    subject = objection.subject
    if person.user_name == objection.author:
        return True
    about_them = person.officer_number in subject.kept_officers or not person.counters.isdisjoint(subject.kept_counters)
    return person.role is Role.LEADER and person.linked and not about_them


def _is_author(person: Person, objection: Objection) -> bool:
    """Whether somebody raised it, or stands in for who did; for an officer's own matter nobody does."""
    if objection.subject.is_of_conclusion:
        return person.user_name == objection.author
    return person.stands_for(objection.author)


def _sits_at(person: Person, subject: ObjectionSubject) -> bool:
    return person.linked and bool(subject.counter_id) and subject.counter_id in person.counters


def _stands(person: Person, stand: Stand, objection: Objection) -> bool:
    match stand:
        case Stand.COUNTER:
            return _sits_at(person, objection.subject)
        case Stand.AUTHOR:
            return _is_author(person, objection)
        case Stand.UNIT_OR_ABOVE:
            return person.units is None or objection.subject.unit_id in person.units
        case Stand.ANYWHERE:
            return True


def _after(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def objection_text(text: str) -> str:
    """What somebody wrote, cleaned. Raises ``WrongWords``."""
    return staff_words(text, MIN_TEXT)


def beside(objections: Collection[Objection], counter_id: str, first: date | None, last: date) -> list[Objection]:
    """The objections that stand beside a counter's figure of some days: those to the figure of a month of which any day
    is in it. What was withdrawn stands beside nothing; nor does what is about a doubt, of which few may know."""
    return sorted(
        (
            each
            for each in objections
            if each.subject.counter_id == counter_id
            and each.subject.about is ObjectionAbout.FIGURE
            and each.state is not ObjectionState.WITHDRAWN
            and each.subject.month <= last
            and (first is None or first < _after(each.subject.month))
        ),
        key=lambda each: (each.subject.month, each.steps[0].at),
    )
