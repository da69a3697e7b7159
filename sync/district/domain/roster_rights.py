"""Who may see and change the duty roster of a unit. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from sync.district.domain.people import Role
from sync.district.domain.rights import Person, answering_roles


class RosterAct(StrEnum):
    """What people do with the duty roster of a unit."""

    SEE = "see"
    CHANGE = "change"


ROSTER_RIGHTS: Mapping[RosterAct, frozenset[Role]] = {
    RosterAct.SEE: frozenset(answering_roles()),
    RosterAct.CHANGE: frozenset({Role.LEADER}),
}
"""Who may do what with the roster of their own unit or one below it. It says on whose account a rating stands, so heads
alone change it, what has passed is changed by nobody, and every change stands on the page for all who see it."""


def sees_rosters(role: Role) -> bool:
    """Whether people of this role see any roster; for the others the pages do not exist."""
    return role in ROSTER_RIGHTS[RosterAct.SEE]


def may_with_roster(person: Person, act: RosterAct, unit_id: str) -> bool:
    """Whether a person may do this with the roster of a unit."""
    return person.role in ROSTER_RIGHTS[act] and (person.units is None or unit_id in person.units)
