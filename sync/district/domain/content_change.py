"""What kiosks show, or dates are counted by, is changed by two people: one proposes, another puts it in force. Pure.

A change names what was there before, so that everybody sees what becomes of it, and so that it is put in force only
while that still holds. Nothing is ever rewritten: to undo a change is to propose what was there before.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from sync.district.domain.people import Role

MIN_WHY, MAX_WHY = 4, 300


class ContentKind(StrEnum):
    """What is changed; the value stands in the database and in the address of its page. ``NOTICES``: notices of a unit.
    The others are for the whole district: a year's holidays, the ready sentences, what a citizen agrees to."""

    NOTICES = "notices"
    HOLIDAYS = "holidays"
    SENTENCES = "sentences"
    CONSENT = "consent"


OF_A_UNIT = frozenset({ContentKind.NOTICES})
"""Kinds whose every piece belongs to a unit; the others are for who may do so at every unit."""


class ContentState(StrEnum):
    """How far a change has come; the value stands in the database."""

    WAITING = "waiting"
    IN_FORCE = "in_force"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ContentAct(StrEnum):
    """What people do with changes. ``WITHDRAW``: one's own, while nobody has decided."""

    SEE = "see"
    PROPOSE = "propose"
    DECIDE = "decide"
    WITHDRAW = "withdraw"


_LEADERS = frozenset({Role.LEADER})

CONTENT_RIGHTS: Mapping[ContentAct, frozenset[Role]] = {
    ContentAct.SEE: _LEADERS | {Role.ADMINISTRATOR, Role.INSPECTOR, Role.AUDITOR},
    ContentAct.PROPOSE: _LEADERS,
    ContentAct.DECIDE: _LEADERS,
    ContentAct.WITHDRAW: _LEADERS,
}
"""Who may do what with what belongs to their units. Above it stands: nobody decides about their own proposal.
Administrators propose nothing: they open the accounts of leaders, and could be both people."""


class ContentChange(Struct, frozen=True):
    """One change of one piece (``key``: a notice's code, a year, or empty where there is but one). ``before`` is
    ``None`` where there was none, ``after`` where it is taken away. ``unit_id``: whose it is, of a kind of units.
    ``revision``: of the reference data, once it is in force. Moments are aware, in UTC. An import from a file is a
    change in force that nobody decided about (``decided_by`` is empty). ``holds_from``: the day from which it holds,
    where that is a later one."""

    change_id: int
    kind: ContentKind
    key: str
    unit_id: str | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    why: str
    made_by: str
    made_at: datetime
    state: ContentState = ContentState.WAITING
    decided_by: str = ""
    decided_at: datetime | None = None
    decided_why: str = ""
    revision: int | None = None
    holds_from: date | None = None


def sees_content(role: Role) -> bool:
    """Whether people of this role have these pages at all."""
    return role in CONTENT_RIGHTS[ContentAct.SEE]


def may_with_content(
    role: Role, units: frozenset[str] | None, act: ContentAct, kind: ContentKind, unit_id: str | None
) -> bool:
    """Whether somebody of these units (``None``: of all) may do this to a piece of a kind. What is for the whole
    district is read by everybody who has the pages, and changed by who may do so at every unit."""
    if role not in CONTENT_RIGHTS[act]:
        return False
    if kind not in OF_A_UNIT:
        return units is None or act is ContentAct.SEE
    return units is None or unit_id in units


def may_with_change(
    user_name: str, role: Role, units: frozenset[str] | None, act: ContentAct, change: ContentChange
) -> bool:
    """Whether somebody may do this to a change now. Two people make it, never one."""
    if not may_with_content(role, units, act, change.kind, change.unit_id):
        return False
    if act is ContentAct.SEE:
        return True
    is_mine = change.made_by == user_name
    return change.state is ContentState.WAITING and (is_mine if act is ContentAct.WITHDRAW else not is_mine)


def changed_fields(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[str]:
    """The fields that differ, in the order in which they stand."""
    old, new = before or {}, after or {}
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]


def digest_of(content: Mapping[str, Any] | None) -> str:
    """What a form carries of the piece that its writer saw: 64 hex digits, others for other content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
