"""Keep and read remarks: what people did to comments on their way to a counter."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, and_, case, extract, func, insert, not_, select

from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.people import Role
from sync.district.domain.remark import Remark, RemarkAbout, RemarkAct, RemarkState, RemarkStep
from sync.district.domain.rights import Person, Restriction
from sync.district.store import audit
from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.complaint_register import JOINED, ComplaintLine, lines_where
from sync.district.store.complaints import COMMENT
from sync.district.store.engine import Connection
from sync.district.store.inbox import visible_to
from sync.district.store.locks import Lock, hold
from sync.district.store.remark_tables import remark_members, remark_steps
from sync.district.times import local_day

_K, _C, _S, _M = c.complaints.c, c.complaint_standings.c, remark_steps.c, remark_members.c


MAX_OPEN = 100
"""So many comments are listed at a time; the others follow as these are done."""
OPEN_FOR = timedelta(days=190)
"""A comment from before that is classified no more: a batch of today does not tell of half a year ago."""


class OpenComments(Struct, frozen=True):
    """The comments that wait for somebody: for a second person, or for a first. ``n``: how many there are in all."""

    listed: tuple[tuple[ComplaintLine, Remark], ...]
    n: int


def begin(connection: Connection) -> None:
    """Lets one person at a time classify, until the transaction ends: who acts has read the newest step."""
    hold(connection, Lock.REMARKS)


def add_step(connection: Connection, remark: Remark, step: RemarkStep) -> None:
    """Writes what somebody did, and notes it in the audit list: what a counter may read, or is kept from."""
    values = asdict(step) | {"role": str(step.role), "act": str(step.act), "about": step.about and str(step.about)}
    connection.execute(insert(remark_steps).values(values | {"entry_id": remark.entry_id}))
    detail = {"remark": remark.entry_id, "did": f"remark_{step.act}"}
    audit.note(connection, AuditEntry(step.at, step.person, Audited.REMARK, detail))


def remarks_of(connection: Connection, entry_ids: Collection[str]) -> dict[str, Remark]:
    """Each of these comments with its steps."""
    steps: dict[str, list[RemarkStep]] = defaultdict(list)
    columns = (_S.entry_id, _S.at, _S.person, _S.role, _S.act, _S.about, _S.is_thanks, _S.words)
    known = _S.act.in_([str(each) for each in RemarkAct])  # a row of a later release breaks no page
    for wanted in among(connection, _S.entry_id, entry_ids):
        for row in connection.execute(select(*columns).where(wanted, known).order_by(_S.step_id)):
            about = RemarkAbout(row.about) if row.about else None
            step = RemarkStep(row.at, row.person, Role(row.role), RemarkAct(row.act), about, row.is_thanks, row.words)
            steps[row.entry_id].append(step)
    released: set[str] = set()
    for wanted in among(connection, _M.entry_id, entry_ids):
        released |= set(connection.execute(select(_M.entry_id).where(wanted)).scalars())
    return {each: Remark(each, tuple(steps[each]), each in released) for each in entry_ids}


def open_comments(connection: Connection, person: Person, before: datetime, most: int = MAX_OPEN) -> OpenComments:
    """The comments that arrived before a moment and wait for this person: those of the newest month first, in it those
    that wait for a second person. Those of one day stand in no order that tells who was first."""
    begun = func.coalesce(_newest_step(_S.act), "") == str(RemarkAct.CLASSIFY)
    month = extract("year", _K.day).desc(), extract("month", _K.day).desc()
    order = (*month, case((begun, 0), else_=1), _K.day, _K.entry_id)
    found = lines_where(connection, _waits_for(person, before), order, most)
    remarks = remarks_of(connection, [line.entry_id for line in found])
    listed = tuple((line, remarks[line.entry_id]) for line in found)
    return OpenComments(listed, count_open(connection, person, before))


def to_take_on(connection: Connection, person: Person, before: datetime) -> list[ComplaintLine]:
    """The comments that two people found to be complaints and that nobody has taken on, as far as this person may know
    of them, the oldest first."""
    return lines_where(connection, _to_take_on(person, before), (_K.day, _K.entry_id), MAX_OPEN)


def count_to_take_on(connection: Connection, person: Person, before: datetime) -> int:
    """How many of these there are."""
    return _count(connection, _to_take_on(person, before))


def count_open(connection: Connection, person: Person, before: datetime) -> int:
    """How many comments wait for somebody, without reading a word of them."""
    return _count(connection, _waits_for(person, before))


def _count(connection: Connection, wanted: tuple[ColumnElement[bool], ...]) -> int:
    return int(connection.scalar(select(func.count()).select_from(JOINED).where(*wanted)) or 0)


def _to_take_on(person: Person, before: datetime) -> tuple[ColumnElement[bool], ...]:
    confirmed = _newest_step(_S.act) == str(RemarkAct.CONFIRM)
    found = _newest_step(_S.about, of=RemarkAct.CLASSIFY) == str(RemarkAbout.COMPLAINT)
    return visible_to(person, before), _K.kind == COMMENT, _C.open, _C.owner.is_(None), confirmed, found


def _waits_for(person: Person, before: datetime) -> tuple[ColumnElement[bool], ...]:
    """Left out: what two people have confirmed, what the reader or whom they stand in for has classified, what is
    closed or old, and what the head alone reads, which comes to no counter."""
    act, theirs = func.coalesce(_newest_step(_S.act), ""), sorted({person.user_name, *person.deputy_for})
    own = and_(act == str(RemarkAct.CLASSIFY), _newest_step(_S.person).in_(theirs))
    return (
        *(visible_to(person, before), _K.kind == COMMENT, act != str(RemarkAct.CONFIRM), not_(own)),
        *(_C.open, _C.restriction != str(Restriction.HEADS), _K.day >= local_day(before - OPEN_FOR)),
    )


def _newest_step(column: ColumnElement[Any], of: RemarkAct | None = None) -> ColumnElement[Any]:
    """A column of the newest thing that was done to a comment; ``of``: of this kind."""
    its = select(column).where(_S.entry_id == _K.entry_id)
    its = its if of is None else its.where(_S.act == str(of))
    return its.order_by(_S.step_id.desc()).limit(1).correlate(c.complaints).scalar_subquery()


def to_be_handled(connection: Connection, entry_id: str) -> bool:
    """Whether two people found that a comment is a complaint, for somebody to take on."""
    remark = remarks_of(connection, [entry_id])[entry_id]
    about = remark.proposal.about if remark.proposal else None
    return remark.state is RemarkState.CONFIRMED and about is RemarkAbout.COMPLAINT
