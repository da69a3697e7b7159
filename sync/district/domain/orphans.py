"""Find complaints that nobody can carry on, and the level that has to look at them. Pure; worked
out each day and after every change of a complaint or an account, and kept beside its status."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from sync.district.domain.people import Role
from sync.district.domain.rights import Person, Subject, answers_citizens, may_see


class Lack(StrEnum):
    """What a complaint lacks."""

    OWNER = "owner"
    PEOPLE = "people"
    READER = "reader"
    APPROVER = "approver"


class Stuck(Struct, frozen=True):
    """What a complaint lacks, and the unit whose leaders have to see to it (``None``: those of every unit)."""

    lacks: tuple[Lack, ...]
    level: str | None


class Staffing:
    """Who there is in which unit. ``parents``: the superior of each unit."""

    def __init__(self, people: Sequence[Person], parents: Mapping[str, str | None]) -> None:
        self._people = [person for person in people if answers_citizens(person.role) and person.linked]
        self._parents = parents
        self._staffed = {person.unit_id for person in self._people if person.unit_id is not None}
        self._known: dict[tuple[Subject, str, str | None, frozenset[str], bool], Stuck | None] = {}

    def has_people(self, unit_id: str) -> bool:
        """Whether somebody who answers belongs to the unit; where no account is given a unit, all belong to each."""
        return unit_id in self._staffed if self._staffed else bool(self._people)

    def stuck(
        self,
        subject: Subject,
        unit_id: str,
        owner: str | None,
        wrote: frozenset[str] = frozenset(),
        *,
        to_conclude: bool = False,
    ) -> Stuck | None:
        """What an open complaint that stands with a unit lacks; ``None`` when somebody can carry it on. ``wrote``:
        whose answer or conclusion waits for a second person. ``to_conclude``: that person also approves what is
        concluded, which nobody does who sits where the officers sit whom it names."""
        concludes = to_conclude and bool(wrote)
        key = (subject, unit_id, owner, wrote, concludes)
        if key not in self._known:
            lacks = tuple(self._lacks(subject, unit_id, owner, wrote, concludes))
            self._known[key] = Stuck(lacks, self._level(subject, unit_id, concludes)) if lacks else None
        return self._known[key]

    def _lacks(
        self, subject: Subject, unit_id: str, owner: str | None, wrote: frozenset[str], concludes: bool
    ) -> list[Lack]:
        readers = [
            each for each in self._people if _works_for(each, unit_id) and may_see(each, subject, unit_id, owner)
        ]
        leaders = {each.user_name for each in readers if _may_approve(each, subject, concludes)}
        lacks = []
        if owner is not None and not any(each.stands_for(owner) for each in readers):
            lacks.append(Lack.OWNER)
        if not self.has_people(unit_id):
            lacks.append(Lack.PEOPLE)
        if not readers:
            lacks.append(Lack.READER)
        if any(not leaders - {first} for first in (owner, *wrote)):
            lacks.append(Lack.APPROVER)
        return lacks

    def _level(self, subject: Subject, unit_id: str, concludes: bool) -> str | None:
        """The nearest unit, from its own upwards, with a leader who may see it, and approve it where that is next."""
        seen: set[str] = set()
        level: str | None = unit_id
        while level is not None and level not in seen:
            if any(
                _may_approve(each, subject, concludes)
                and each.unit_id == level
                and may_see(each, subject, unit_id, None)
                for each in self._people
            ):
                return level
            seen.add(level)
            level = self._parents.get(level)
        return None


def _may_approve(person: Person, subject: Subject, concludes: bool) -> bool:
    return person.role is Role.LEADER and not (concludes and not person.counters.isdisjoint(subject.seats))


def _works_for(person: Person, unit_id: str) -> bool:
    return person.units is None or unit_id in person.units
