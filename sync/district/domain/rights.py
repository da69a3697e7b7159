"""Who may see a complaint and do what. Pure. The rule above all others: nobody sees what is said about themselves or
about their own counter, whatever their role."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from kiosk.domain.complaint import About
from sync.district.domain.complaint_case import Action, Case
from sync.district.domain.people import Role

_HANDLERS = frozenset({Role.LEADER, Role.INSPECTOR, Role.OFFICER})
_HEADS = frozenset({Role.LEADER})
_SEE_CONDUCT = frozenset({Role.LEADER, Role.INSPECTOR})
_ONLY: dict[Action, frozenset[Role]] = {
    Action.ASSIGN: _SEE_CONDUCT,
    Action.REFUSE: _SEE_CONDUCT,
    Action.PUBLISH: _SEE_CONDUCT,
    Action.SEND_BACK: _HEADS,
    Action.APPROVE: _HEADS,
    Action.HIDE: _HEADS,
}
_OWNERS_ALONE = frozenset(Action) - _ONLY.keys() - {Action.TAKE, Action.VERDICT}


def answers_citizens(role: Role) -> bool:
    """Whether people of this role handle complaints; for the others these pages do not exist."""
    return role in _HANDLERS


def sees_private_answers(role: Role) -> bool:
    """Whether people of this role see how often something hard to say (asked for money, harassed) was reported."""
    return role in _HEADS


class Person(Struct, frozen=True):
    """Somebody who answers. ``units`` are those they may see, ``None`` for every one; ``counters`` where they sit."""

    user_name: str
    role: Role
    units: frozenset[str] | None
    officer_number: str | None = None
    counters: frozenset[str] = frozenset()


class Subject(Struct, frozen=True):
    """Whom and what a complaint is about, as far as its citizen or its dossier tells; ``unit_id`` is where it was
    said."""

    unit_id: str
    about: str
    sensitive: bool
    officers: frozenset[str] = frozenset()
    counters: frozenset[str] = frozenset()

    @property
    def restricted(self) -> bool:
        """Whether only some may see it at all."""
        return self.sensitive or self.about == About.CONDUCT


def may_see(person: Person, subject: Subject, unit_id: str, owner: str | None) -> bool:
    """Whether a person may know of a complaint that stands with ``unit_id`` and ``owner``."""
    if person.role not in _HANDLERS or about_themselves(person, subject):
        return False
    if person.units is not None and person.units.isdisjoint({unit_id, subject.unit_id}):
        return False
    if owner == person.user_name:
        return True  # a head who gives somebody a restricted matter has decided so
    if subject.sensitive:
        return person.role in _HEADS
    return subject.about != About.CONDUCT or person.role in _SEE_CONDUCT


def about_themselves(person: Person, subject: Subject) -> bool:
    """Whether it is about the person, or about a counter at which they sit."""
    return person.officer_number in subject.officers or not person.counters.isdisjoint(subject.counters)


def may_do(person: Person, action: Action, subject: Subject, standing: Case) -> bool:
    """Whether a person who may see a complaint may do this to it now. Two people approve and publish, never one."""
    if not standing.allows(action) or action is Action.VERDICT:
        return False
    if person.units is not None and standing.unit_id not in person.units:
        return False
    if not may_see(person, subject, standing.unit_id, standing.owner):
        return False
    if person.role not in _ONLY.get(action, _HANDLERS):
        return False
    if action is Action.TAKE:
        return standing.owner is None
    if action in _OWNERS_ALONE and person.role is not Role.LEADER and standing.owner != person.user_name:
        return False
    return not _second_person_needed(person, action, standing)


def allowed(person: Person, subject: Subject, standing: Case) -> tuple[Action, ...]:
    """Everything a person may do to a complaint now, in the order of its states."""
    return tuple(action for action in Action if may_do(person, action, subject, standing))


def _second_person_needed(person: Person, action: Action, standing: Case) -> bool:
    return (action is Action.APPROVE and standing.drafted_by == person.user_name) or (
        action is Action.PUBLISH and standing.prepared_by == person.user_name
    )


def candidates(people: Sequence[Person], subject: Subject, unit_id: str) -> tuple[str, ...]:
    """Who may be given a complaint that stands with a unit: everybody who answers there and whom it is not about."""
    return tuple(
        sorted(
            person.user_name
            for person in people
            if person.role in _HANDLERS
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
