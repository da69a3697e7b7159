"""Keep and read objections to figures."""

import secrets
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import ColumnElement, and_, insert, select, true

from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.doubt_case import Sight
from sync.district.domain.objection import (
    STEPS,
    Objection,
    ObjectionAbout,
    ObjectionAct,
    ObjectionStep,
    ObjectionSubject,
    ObjectionVerdict,
)
from sync.district.domain.people import Role
from sync.district.store import audit
from sync.district.store.among import among
from sync.district.store.conclusions import kept_from
from sync.district.store.engine import Connection
from sync.district.store.locks import Lock, hold
from sync.district.store.objection_tables import objection_steps, objections

MAX_NUMBER = 10**9
"""Up to here numbers are drawn; one that is taken already fails, and is drawn anew when the form is sent again."""

_O, _S = objections.c, objection_steps.c
_KEPT = [name for name in ObjectionSubject.__struct_fields__ if name in _O]
_KNOWN_STEPS = sorted(str(each) for each in STEPS)


def begin(connection: Connection) -> None:
    """Lets one person at a time act on objections, until the transaction ends: who acts has read the newest step."""
    hold(connection, Lock.OBJECTIONS)


def make(connection: Connection, subject: ObjectionSubject, step: ObjectionStep) -> int:
    """Writes an objection with its first step; its number, which is drawn: from numbers in a row could be counted how
    many others there are, also of those that a reader may not know of."""
    values = {name: value for name, value in asdict(subject).items() if name in _KEPT}
    values |= {"about": str(subject.about), "decided_by": list(subject.decided_by)}
    number = 1 + secrets.randbelow(MAX_NUMBER)
    connection.execute(insert(objections).values(values | {"objection_id": number}))
    add_step(connection, Objection(number, subject, (step,)), step)
    return number


def add_step(connection: Connection, of: Objection, step: ObjectionStep) -> None:
    """Writes what somebody did, and notes it in the audit list; not of a conclusion, which auditors do not know of: its
    steps, which are never changed, say who did what."""
    values: dict[str, Any] = asdict(step) | {"objection_id": of.objection_id, "role": str(step.role)}
    values |= {"act": str(step.act), "verdict": step.verdict and str(step.verdict)}
    connection.execute(insert(objection_steps).values(values))
    if of.subject.is_of_conclusion:
        return
    did = f"objection_{step.verdict or step.act}"
    detail = {"objection": of.objection_id, "unit": of.subject.unit_id, "did": did}
    audit.note(connection, AuditEntry(step.at, step.person, Audited.OBJECTION, detail))


def objection(connection: Connection, objection_id: int) -> Objection | None:
    """One objection."""
    return next(iter(_objections(connection, _O.objection_id == objection_id)), None)


def objections_seen(connection: Connection, where: Sight, authors: Collection[str]) -> list[Objection]:
    """The objections in some units or at some counters, and those that some people raised, the oldest first."""
    raised = select(_S.objection_id).where(_S.person.in_(sorted(authors)), _S.act == str(ObjectionAct.RAISE))
    wanted = [_O.objection_id.in_(raised), *_within(connection, where)]
    found = {each.objection_id: each for part in wanted for each in _objections(connection, part)}
    return sorted(found.values(), key=_age)


def objections_at(connection: Connection, counters: Collection[str]) -> list[Objection]:
    """The objections to figures of some counters, the oldest first."""
    found = [each for part in among(connection, _O.counter_id, counters) for each in _objections(connection, part)]
    return sorted(found, key=_age)


def objections_to_notices(connection: Connection, notice_ids: Collection[int]) -> list[Objection]:
    """The objections to conclusions of which officers were told by these notices, the oldest first."""
    found = [each for part in among(connection, _O.notice_id, notice_ids) for each in _objections(connection, part)]
    return sorted(found, key=_age)


def objections_in(connection: Connection, first: date | None, last: date) -> list[Objection]:
    """The objections to figures of months of which any day lies from ``first`` (or ever) to ``last``."""
    since = true() if first is None else _O.month >= first.replace(day=1)
    return sorted(_objections(connection, and_(_O.month <= last, since)), key=_age)


def _age(each: Objection) -> tuple[datetime, int]:
    return each.steps[0].at, each.objection_id


def _within(connection: Connection, where: Sight) -> Iterator[ColumnElement[bool]]:
    if where.units is None and where.counters is None:
        yield true()
    elif where.units is not None:
        yield from among(connection, _O.unit_id, where.units)
    else:
        yield from among(connection, _O.counter_id, where.counters or ())


def _objections(connection: Connection, where: ColumnElement[bool]) -> Iterator[Objection]:
    joined = objection_steps.join(objections, _O.objection_id == _S.objection_id)
    known = _S.act.in_(_KNOWN_STEPS)  # a row that is no step of this release is left out, and breaks no page
    query = select(objection_steps).select_from(joined).where(where, known).order_by(_S.step_id)
    steps: dict[int, list[ObjectionStep]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        steps[row["objection_id"]].append(_step(row))
    rows = connection.execute(select(objections).where(where)).mappings().all()
    kept = kept_from(connection, [row["notice_id"] for row in rows if row["notice_id"] is not None])
    for row in rows:
        values = {name: row[name] for name in _KEPT}
        officers, counters = kept.get(row["notice_id"], (frozenset(), frozenset()))
        values |= {"kept_officers": officers, "kept_counters": counters}
        values |= {"about": ObjectionAbout(row["about"]), "decided_by": tuple(row["decided_by"])}
        yield Objection(row["objection_id"], ObjectionSubject(**values), tuple(steps[row["objection_id"]]))


def _step(row: Mapping[Any, Any]) -> ObjectionStep:
    verdict = row["verdict"] and ObjectionVerdict(row["verdict"])
    return ObjectionStep(
        row["at"], row["person"], Role(row["role"]), ObjectionAct(row["act"]), row["text"], verdict or None
    )
