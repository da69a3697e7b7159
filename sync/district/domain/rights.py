"""Decide who may see a complaint and act on it. Pure. The rule above all others: nobody sees what is said about
themselves or about their own counter, whatever their role.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from kiosk.domain.complaint import About
from sync.district.domain.classification import Classification
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import RETURNED_BY, Action, LaterWords
from sync.district.domain.concluding import is_concluded, waits_for_conclusion
from sync.district.domain.people import Role

_HANDLERS = frozenset({Role.LEADER, Role.INSPECTOR, Role.OFFICER})
_HEADS = frozenset({Role.LEADER})
_SEE_CONDUCT = frozenset({Role.LEADER, Role.INSPECTOR})


class Reach(StrEnum):
    """To which complaints of their units a role may do something: to any, to those they own, to those nobody owns."""

    ANY = "any"
    OWN = "own"
    FREE = "free"


_OFFICERS_OWN = {Role.LEADER: Reach.ANY, Role.INSPECTOR: Reach.OWN, Role.OFFICER: Reach.OWN}
_OVERSEERS = {Role.LEADER: Reach.ANY, Role.INSPECTOR: Reach.ANY}
_LEADERS = {Role.LEADER: Reach.ANY}

RIGHTS: Mapping[Action, Mapping[Role, Reach]] = {
    Action.TAKE: {Role.LEADER: Reach.FREE, Role.INSPECTOR: Reach.FREE, Role.OFFICER: Reach.FREE},
    Action.ASSIGN: _OVERSEERS,
    Action.START: _OFFICERS_OWN,
    Action.ASK_MORE: _OFFICERS_OWN,
    Action.MORE_CAME: _OFFICERS_OWN,
    Action.TRANSFER: _OFFICERS_OWN,
    Action.PULL_BACK: _OVERSEERS,
    Action.CALL: _OFFICERS_OWN,
    Action.EXTEND: _LEADERS,
    Action.INFORM: _OFFICERS_OWN,
    Action.DRAFT: _OFFICERS_OWN,
    Action.SEND_BACK: _LEADERS,
    Action.APPROVE: _LEADERS,
    Action.PREPARE: _OFFICERS_OWN,
    Action.RETURN_PUBLIC: _OVERSEERS,
    Action.PUBLISH: _OVERSEERS,
    Action.HIDE: _LEADERS,
    Action.REFUSE: {},
    Action.PROPOSE_REFUSAL: _OVERSEERS,
    Action.CLOSE: _OFFICERS_OWN,
    Action.REOPEN: _LEADERS,
    Action.CLASSIFY: _OVERSEERS,
    Action.READ_MORE: _OFFICERS_OWN,
    Action.MERGE: _OFFICERS_OWN,
    Action.UNMERGE: _OFFICERS_OWN,
    Action.CONCLUDE: _OFFICERS_OWN,
    Action.ENDORSE: _LEADERS,
    Action.RETURN_CONCLUSION: _LEADERS,
    Action.REVIEW: {},
    Action.VERDICT: {},
    Action.SUPPLEMENT: {},
}
"""Who may do what. Above it stand: nobody does anything to what is about them or stands with another unit, and two
people conclude, approve and publish, never one. The verdict and what is added later are the citizen's alone; a
conclusion is looked at again by who decides about an officer's objection, who concluded nothing in it."""


def answers_citizens(role: Role) -> bool:
    """Whether people of this role handle complaints; for the others these pages do not exist."""
    return role in _HANDLERS


def answering_roles() -> tuple[Role, ...]:
    """The roles of the people who answer citizens."""
    return tuple(role for role in Role if role in _HANDLERS)


def audits(role: Role) -> bool:
    """Whether people of this role may see figures finer than those of released groups; each look is an audit entry."""
    return role is Role.AUDITOR


def administers(role: Role) -> bool:
    """Whether people of this role make, move and end accounts."""
    return role is Role.ADMINISTRATOR


def maintains(role: Role) -> bool:
    """Whether people of this role see what a kiosk noted of itself: starts, settings, parts, to the hour."""
    return role in (Role.TECHNICIAN, Role.AUDITOR)


def takes_on_alerts(role: Role) -> bool:
    """Whether people of this role take alerts about kiosks on."""
    return role is Role.TECHNICIAN


def sends_settings(role: Role) -> bool:
    """Whether people of this role send settings to the kiosks of their units, and take them back."""
    return role is Role.TECHNICIAN


def offers_releases(role: Role) -> bool:
    """Whether people of this role widen and stop the roll-out of a release of the kiosks' software."""
    return role is Role.TECHNICIAN


def enrols_kiosks(role: Role) -> bool:
    """Whether people of this role make the one-time codes with which kiosks of their units are enrolled."""
    return role is Role.TECHNICIAN


def sees_counters(role: Role) -> bool:
    """Whether people of this role have the page of a counter: those who sit at one, and those above them."""
    return role in _HANDLERS


def may_see_counter(person: "Person", counter_id: str, unit_id: str) -> bool:
    """Whether somebody may open the page of a counter: an officer their own, those above them each of their units; who
    is not linked none."""
    if not person.linked:
        return False
    if person.role is Role.OFFICER:
        return counter_id in person.counters
    return sees_counters(person.role) and (person.units is None or unit_id in person.units)


class OneStopAct(StrEnum):
    """What people do as heads of a one-stop unit: read its page, where its counters stand side by side, make or end the
    address of its wall display, and take down a remark that was released to its counters."""

    SEE = "see"
    DISPLAY = "display"
    TAKE_DOWN = "take_down"


ONE_STOP_RIGHTS: Mapping[OneStopAct, frozenset[Role]] = dict.fromkeys(OneStopAct, _HEADS)
"""Who may do what as the head of their own unit or one below it. Colleagues are not shown beside each other to
colleagues: an officer has the page of their own counter."""


def heads_one_stop(role: Role) -> bool:
    """Whether people of this role have the page of a one-stop unit at all."""
    return role in ONE_STOP_RIGHTS[OneStopAct.SEE]


def may_at_one_stop(person: "Person", act: OneStopAct, unit_id: str) -> bool:
    """Whether a person may do this at a unit; who is not linked may not."""
    theirs = person.units is None or unit_id in person.units
    return person.linked and theirs and person.role in ONE_STOP_RIGHTS[act]


def may_see_own_score(person: "Person", counter_id: str) -> bool:
    """Whether somebody may read the points that a counter's figures give: those who sit there alone, nobody above."""
    return person.linked and counter_id in person.counters


def signs_in_at_kiosks(role: Role, officer_number: str | None) -> bool:
    """Whether somebody may set a PIN for the kiosks of their unit: who is an officer of the lists and has the page of a
    counter."""
    return officer_number is not None and sees_counters(role)


def edits_contact_places(role: Role) -> bool:
    """Whether people of this role write where their units receive citizens."""
    return role in (Role.LEADER, Role.ADMINISTRATOR)


def gives_pin_codes(role: Role) -> bool:
    """Whether people of this role give officers without an account a one-time code for their PIN."""
    return role in (Role.LEADER, Role.ADMINISTRATOR)


def sees_private_answers(role: Role) -> bool:
    """Whether people of this role see how often something hard to say (asked for money, harassed) was reported."""
    return role in _HEADS


class Person(Struct, frozen=True):
    """Somebody who answers. ``units`` are those they may see, ``None`` for every one; ``counters`` where they sit.
    ``linked``: it is known which officer they are, or said that they are none; who is not linked sees nothing.
    ``unit_id``: the unit they belong to, ``None`` for every one. ``deputy_for``: whose matters they do today."""

    user_name: str
    role: Role
    units: frozenset[str] | None
    officer_number: str | None = None
    counters: frozenset[str] = frozenset()
    linked: bool = True
    unit_id: str | None = None
    deputy_for: frozenset[str] = frozenset()

    def stands_for(self, owner: str | None) -> bool:
        """Whether what somebody owns is theirs to do today."""
        return owner is not None and (owner == self.user_name or owner in self.deputy_for)


class Subject(Struct, frozen=True):
    """Whom and what a complaint is about; ``unit_id`` is where it was said, ``about`` and ``sensitive`` as it arrived.

    ``officers`` and ``counters`` are facts written down on arrival and ever since; the guessed ones were read from the
    citizen's words and hold until somebody outside has classified the matter (``classified``). The later ones were read
    from what they added, and hold while ``later_words`` are not classified yet. Of ``officers`` some only sat there or
    worked on the dossier; ``stated_officers`` are those whom the citizen or a conclusion named;
    ``seats``: where those it names sit today, known where it is acted on.
    """

    unit_id: str
    about: str
    sensitive: bool
    officers: frozenset[str] = frozenset()
    counters: frozenset[str] = frozenset()
    guessed_officers: frozenset[str] = frozenset()
    guessed_counters: frozenset[str] = frozenset()
    classified: Classification | None = None
    later_words: LaterWords = LaterWords.NONE
    later_officers: frozenset[str] = frozenset()
    later_counters: frozenset[str] = frozenset()
    stated_officers: frozenset[str] = frozenset()
    seats: frozenset[str] = frozenset()

    @property
    def named_officers(self) -> frozenset[str]:
        """The officers named by the citizen, a classification, a conclusion, or what was added and is not classified
        yet."""
        classified = self.classified.officers if self.classified else frozenset[str]()
        return self.stated_officers | classified | (self.later_officers if self._later_counts else frozenset())

    @property
    def _later_counts(self) -> bool:
        return self.later_words is not LaterWords.NONE

    @property
    def heads_alone(self) -> bool:
        """Whether it is for the head of the office alone."""
        sensitive = self.sensitive if self.classified is None else self.classified.sensitive
        return sensitive or self.later_words is LaterWords.SENSITIVE

    @property
    def awaits_classification(self) -> bool:
        """Whether something in it asks for somebody outside to say whom and what it is about."""
        serious = self.sensitive or self.about == About.CONDUCT
        guessed = self.classified is None and bool(serious or self.guessed_officers or self.guessed_counters)
        return guessed or self._later_is_serious

    @property
    def _later_is_serious(self) -> bool:
        named = self._later_counts and bool(self.later_officers or self.later_counters)
        return named or self.later_words is LaterWords.SENSITIVE

    @property
    def restricted(self) -> bool:
        """Whether only some may see it at all."""
        if self.classified is None or self._later_is_serious:
            return self.awaits_classification
        return self.heads_alone or self.classified.about == About.CONDUCT or bool(self.classified.officers)

    @property
    def concerned(self) -> frozenset[str]:
        """The officers it is kept from."""
        found = self.guessed_officers if self.classified is None else self.classified.officers
        return self.officers | found | (self.later_officers if self._later_counts else frozenset())

    @property
    def at_counters(self) -> frozenset[str]:
        """The counters whose people it is kept from."""
        found = self.guessed_counters if self.classified is None else frozenset[str]()
        return self.counters | found | (self.later_counters if self._later_counts else frozenset())


class Restriction(StrEnum):
    """Who of a unit may see a complaint in which they are not concerned; its owner always may."""

    NONE = "none"
    CONDUCT = "conduct"
    HEADS = "heads"

    def opens_to(self, role: Role) -> bool:
        """Whether people of this role may see what is restricted so."""
        roles = {Restriction.NONE: _HANDLERS, Restriction.CONDUCT: _SEE_CONDUCT, Restriction.HEADS: _HEADS}
        return role in roles[self]


def restriction_of(subject: Subject) -> Restriction:
    """How a complaint is restricted now."""
    if subject.heads_alone:
        return Restriction.HEADS
    return Restriction.CONDUCT if subject.restricted else Restriction.NONE


def may_see(person: Person, subject: Subject, unit_id: str, owner: str | None) -> bool:
    """Whether a person may know of a complaint that stands with ``unit_id`` and ``owner``."""
    if person.role not in _HANDLERS or not person.linked or about_themselves(person, subject):
        return False
    if person.units is not None and person.units.isdisjoint({unit_id, subject.unit_id}):
        return False
    if owner == person.user_name:
        return True  # a head who gives somebody a restricted matter has decided so
    return restriction_of(subject).opens_to(person.role)


def about_themselves(person: Person, subject: Subject) -> bool:
    """Whether it is about the person, or about a counter at which they sit."""
    return person.officer_number in subject.concerned or not person.counters.isdisjoint(subject.at_counters)


def may_open_contact(person: Person, subject: Subject, case: Case) -> bool:
    """Whether a person may see who it was, and listen to a recording: who owns the matter, and who has to approve the
    answer or did."""
    if not may_see(person, subject, case.unit_id, case.owner):
        return False
    owns = person.stands_for(case.owner)
    return owns or case.approved_by == person.user_name or may_do(person, Action.APPROVE, subject, case)


def may_do(person: Person, action: Action, subject: Subject, case: Case) -> bool:
    """Whether a person who may see a complaint may do this to it now. Two people approve and publish, never one."""
    reach = RIGHTS[action].get(person.role)
    if reach is None or not case.allows(action):
        return False
    where = case.moved_from or case.unit_id if action is Action.PULL_BACK else case.unit_id
    if person.units is not None and where not in person.units:
        return False
    if action is Action.CLOSE and case.close_waits_for_word:
        return False
    if (action is Action.CONCLUDE and case.conclusion is None and not is_concluded(subject.about, case)) or (
        action is Action.APPROVE and waits_for_conclusion(subject.about, case)
    ):
        return False
    if not may_see(person, subject, where, case.owner):
        return False
    if action in _ABOUT_OFFICERS and not person.counters.isdisjoint(subject.seats):
        return False  # colleagues of one counter conclude nothing about each other
    if reach is Reach.FREE and case.owner is not None:
        return False
    if reach is Reach.OWN and not person.stands_for(case.owner):
        return False
    return not _second_person_needed(person, action, case)


_ABOUT_OFFICERS = frozenset({Action.CONCLUDE, Action.ENDORSE, Action.RETURN_CONCLUSION})


def allowed(person: Person, subject: Subject, case: Case) -> tuple[Action, ...]:
    """Everything a person may do to a complaint now, in the order of its states."""
    return tuple(action for action in Action if may_do(person, action, subject, case))


def _second_person_needed(person: Person, action: Action, case: Case) -> bool:
    concluded_by = case.concluding.by if case.concluding else None
    first = {Action.APPROVE: case.drafted_by, Action.PUBLISH: case.prepared_by, Action.ENDORSE: concluded_by}
    return first.get(RETURNED_BY.get(action, action)) == person.user_name


def candidates(people: Sequence[Person], subject: Subject, unit_id: str) -> tuple[str, ...]:
    """Who may be given a complaint that stands with a unit: everybody who answers there and whom it is not about."""
    return tuple(
        sorted(
            person.user_name
            for person in people
            if person.role in _HANDLERS
            and person.linked
            and not about_themselves(person, subject)
            and (person.units is None or unit_id in person.units)
        )
    )


def below(unit_id: str, parents: Mapping[str, str | None]) -> frozenset[str]:
    """A unit and everything below it. A circle in the data ends."""
    found = {unit_id}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return frozenset(found)
        found |= more


def units_of(unit_id: str | None, parents: Mapping[str, str | None]) -> frozenset[str] | None:
    """What somebody of a unit may see; ``None`` for every unit."""
    return None if unit_id is None else below(unit_id, parents)


def without_none(values: Iterable[str | None]) -> frozenset[str]:
    """The values that are there."""
    return frozenset(value for value in values if value)
