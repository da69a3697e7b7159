"""Who may see colleagues beside each other, and who whole units. Pure."""

from sync.district.domain.people import Role
from sync.district.domain.rights import Person

_ABOVE_COUNTERS = frozenset({Role.LEADER, Role.INSPECTOR, Role.AUDITOR})


def own_figures(person: Person) -> frozenset[str] | None:
    """At which counters alone somebody is told how citizens rated; ``None`` for who reads whole units.

    Whoever sits at a counter knows its figures. A sum with those of others would tell a colleague's by one subtraction;
    also where a unit has many counters, for two periods or two looks may differ by what one of them was given.
    """
    sits_below = person.role is Role.OFFICER or (person.role not in _ABOVE_COUNTERS and person.counters)
    return person.counters if sits_below else None


def compares_counters(role: Role) -> bool:
    """Whether people of this role see counters ordered by how they were rated: nobody who sits beside them."""
    return role is not Role.OFFICER


def compares_work(role: Role) -> bool:
    """Whether people of this role read what tells how somebody works: how long services took in a field or an hour that
    may have one counter alone, and where fewer services were ended than elsewhere, as if an officer had only some
    citizens invited. Neither colleagues nor technicians do."""
    return compares_counters(role) and role is not Role.TECHNICIAN
