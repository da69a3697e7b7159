"""Who may read, close and correct the figures of a period. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from sync.district.domain.comparing_rights import own_figures
from sync.district.domain.people import Role
from sync.district.domain.rights import Person

_HEADS = frozenset({Role.LEADER})


class PeriodAct(StrEnum):
    """What people do with a period of a unit: read its closed figures, close it, propose that closed figures are
    corrected, and confirm what another has proposed."""

    SEE = "see"
    CLOSE = "close"
    PROPOSE = "propose"
    CONFIRM = "confirm"


PERIOD_RIGHTS: Mapping[PeriodAct, frozenset[Role]] = {
    PeriodAct.SEE: frozenset(Role) - {Role.OFFICER},
    PeriodAct.CLOSE: _HEADS,
    PeriodAct.PROPOSE: _HEADS,
    PeriodAct.CONFIRM: _HEADS,
}
"""Who may do what with a period of their own unit or one below it. Two people correct closed figures, never one. Who
reads the figures of their own counter alone (``own_figures``) reads none of these."""


def may_with_period(person: Person, act: PeriodAct, unit_id: str, proposed_by: str = "") -> bool:
    """Whether a person may do this with a period of a unit. ``proposed_by``: of a correction to be confirmed."""
    if person.role not in PERIOD_RIGHTS[act] or own_figures(person) is not None:
        return False
    if person.units is not None and unit_id not in person.units:
        return False
    return act is not PeriodAct.CONFIRM or (bool(proposed_by) and person.user_name != proposed_by)
