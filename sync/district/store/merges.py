"""Which complaints were merged into which, by the steps that people took; and what may be the same as another."""

from collections.abc import Collection
from datetime import datetime

from msgspec import Struct
from sqlalchemy import exists, insert, or_, select

from sync.district.domain.duplicates import WITHIN
from sync.district.domain.folded import digits_of
from sync.district.domain.rights import Person
from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.complaint_register import JOINED, ComplaintRecord
from sync.district.store.complaints import COMPLAINT, lock_statuses
from sync.district.store.contacts import holds_digest
from sync.district.store.engine import Connection
from sync.district.store.inbox import visible_to

MAX_CANDIDATES = 20
_K, _S, _M = c.complaints.c, c.complaint_standings.c, c.complaint_merges.c


class MergedComplaint(Struct, frozen=True):
    """That a complaint is merged into an earlier one, since when."""

    entry_id: str
    into: str
    at: datetime


def merges_with(connection: Connection, entry_ids: Collection[str]) -> list[MergedComplaint]:
    """Every merge of the groups that these complaints belong to."""
    found = {*_merges(connection, entry_ids, member=True), *_merges(connection, entry_ids, member=False)}
    mains = {each.into for each in found} - set(entry_ids)
    return sorted(found | set(_merges(connection, mains, member=False)), key=lambda each: each.entry_id)


def mates_in(merges: Collection[MergedComplaint]) -> set[str]:
    """Every complaint that stands in one of these merges."""
    return {name for each in merges for name in (each.entry_id, each.into)}


def lock_groups(connection: Connection, entry_ids: Collection[str]) -> set[str]:
    """Holds how these complaints and all that they are merged with stand, in one order for everybody; returns them."""
    group = {*entry_ids, *mates_in(merges_with(connection, entry_ids))}
    lock_statuses(connection, group)
    return group


def members_of(connection: Connection, entry_id: str) -> list[str]:
    """What is merged into a complaint."""
    return [each.entry_id for each in _merges(connection, [entry_id], member=False)]


def write_merge(connection: Connection, entry_id: str, into: str | None, at: datetime) -> None:
    """Writes down that it is merged from now on, or that it stands for itself again (``None``)."""
    connection.execute(insert(c.complaint_merges).values(complaint_id=entry_id, into_id=into, at=at))


def may_be_the_same(connection: Connection, person: Person, found: ComplaintRecord, before: datetime) -> list[str]:
    """Open complaints of the same office that a person may know of and that came within a month of this one: with its
    citizen's telephone, or about its dossier. The newest of them."""
    line, phone = found.line, digits_of((found.contact or {}).get("phone", ""))
    alike = [holds_digest(connection, phone)] if phone else []
    alike += [_K.dossier_code == found.dossier_code] if found.dossier_code else []
    if not alike or line.kind != COMPLAINT:
        return []
    wanted = (
        *(visible_to(person, before), _S.open, ~_S.doubled, _S.unit_id == line.acting_unit, or_(*alike)),
        *(_K.kind == COMPLAINT, _K.entry_id != line.entry_id),
        _K.received_at.between(line.received_at - WITHIN, line.received_at + WITHIN),
    )
    query = select(_K.entry_id).select_from(JOINED).where(*wanted)
    return list(connection.execute(query.order_by(_K.received_at.desc()).limit(MAX_CANDIDATES)).scalars())


def _merges(connection: Connection, entry_ids: Collection[str], *, member: bool) -> list[MergedComplaint]:
    later = c.complaint_merges.alias().c
    holds = ~exists().where(later.complaint_id == _M.complaint_id, later.merge_id > _M.merge_id)
    columns = (_M.complaint_id, _M.into_id, _M.at)
    return [
        MergedComplaint(*row)
        for wanted in among(connection, _M.complaint_id if member else _M.into_id, entry_ids)
        for row in connection.execute(select(*columns).where(wanted, _M.into_id.is_not(None), holds))
    ]
