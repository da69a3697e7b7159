"""Keep and read remarks: what people did to comments on their way to a counter."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from msgspec.structs import asdict
from sqlalchemy import ColumnElement, func, insert, select

from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.people import Role
from sync.district.domain.remark import Remark, RemarkAbout, RemarkAct, RemarkState, RemarkStep
from sync.district.domain.rights import Person
from sync.district.store import audit
from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.complaint_register import JOINED, ComplaintLine, lines_where
from sync.district.store.complaints import COMMENT
from sync.district.store.engine import Connection
from sync.district.store.inbox import visible_to
from sync.district.store.locks import Lock, hold
from sync.district.store.remark_tables import remark_members, remark_steps

_K, _S, _M = c.complaints.c, remark_steps.c, remark_members.c


MAX_OPEN = 100
"""So many comments are listed at a time; the others follow as these are done."""


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
    """The comments that arrived before a moment, that a person may know of, and that two people have not classified:
    those that wait for a second person first, then those that arrived first. Those of one day stand in no order that
    tells who was first."""
    newest = _newest_step(_S.act)
    confirmed = func.coalesce(newest, "") == str(RemarkAct.CONFIRM)
    where = (visible_to(person, before), _K.kind == COMMENT, ~confirmed)
    begun = select(func.count()).where(_S.entry_id == _K.entry_id).scalar_subquery()
    found = lines_where(connection, where, ((begun == 0), _K.day, _K.entry_id), most)
    n = int(connection.scalar(select(func.count()).select_from(JOINED).where(*where)) or 0)
    remarks = remarks_of(connection, [line.entry_id for line in found])
    return OpenComments(tuple((line, remarks[line.entry_id]) for line in found), n)


def _newest_step(column: ColumnElement[str]) -> ColumnElement[str]:
    """A column of the newest thing that was done to a comment."""
    its = select(column).where(_S.entry_id == _K.entry_id)
    return its.order_by(_S.step_id.desc()).limit(1).correlate(c.complaints).scalar_subquery()


def to_be_handled(connection: Connection, entry_id: str) -> bool:
    """Whether two people found that a comment is a complaint, for somebody to take on."""
    remark = remarks_of(connection, [entry_id])[entry_id]
    about = remark.proposal.about if remark.proposal else None
    return remark.state is RemarkState.CONFIRMED and about is RemarkAbout.COMPLAINT
