"""Complaint status as kiosks receive it: sealed rows of the snapshot, and the keys they were sealed with."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update

from sync.district.store import complaint_tables as c
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import complaint_answers, holidays, units
from sync.district.store.revisions import begin_revision
from sync.district.store.upsert import insert_new, upsert
from sync.protocol.receipt_lookup import LookupKey


def receipt_salt(connection: Connection) -> bytes:
    """The 16 bytes with which this district's receipt numbers of 20 digits are looked up."""
    return bytes(connection.execute(select(c.receipt_salts.c.salt)).scalar_one())


def known_keys(connection: Connection, numbers: Collection[str]) -> dict[str, LookupKey]:
    """The keys made before for these receipt numbers."""
    k = c.complaint_lookups.c
    rows = connection.execute(select(k.receipt_number, k.lookup_id, k.key).where(k.receipt_number.in_(numbers)))
    return {number: LookupKey(lookup_id, bytes(key)) for number, lookup_id, key in rows}


def keep_keys(connection: Connection, keys: Mapping[str, LookupKey]) -> None:
    """Keeps keys, so that each is made once."""
    rows = [{"receipt_number": number, "lookup_id": key.lookup_id, "key": key.key} for number, key in keys.items()]
    insert_new(connection, c.complaint_lookups, rows)


def prints(connection: Connection, lookup_ids: Collection[str]) -> dict[str, str]:
    """What the boxes were told last, as fingerprints by lookup id."""
    a = complaint_answers.c
    rows = connection.execute(select(a.lookup_id, a.print).where(a.lookup_id.in_(lookup_ids), ~a.removed))
    return {row[0]: row[1] for row in rows}


def write_answers(connection: Connection, rows: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """Writes closed rows (``lookup_id``, ``unit_id``, ``closed``, ``print``) as one revision of the snapshot."""
    if not rows:
        return
    revision = begin_revision(connection, "complaint_answers", "", len(rows), at)
    upsert(connection, complaint_answers, [{**row, "revision": revision, "removed": False} for row in rows])


def forget_finished(connection: Connection, before: datetime, at: datetime) -> int:
    """Takes what was finished before a moment from the boxes; the public page still knows it. Returns how many."""
    a, k, s, complaint = complaint_answers.c, c.complaint_lookups.c, c.complaint_standings.c, c.complaints.c
    finished = (
        select(a.lookup_id)
        .join_from(complaint_answers, c.complaint_lookups, k.lookup_id == a.lookup_id)
        .join(c.complaints, complaint.receipt_number == k.receipt_number)
        .join(c.complaint_standings, s.entry_id == complaint.entry_id)
        .where(~a.removed)
        .group_by(a.lookup_id)
        .having(func.max(s.changed_at) < before, func.count().filter(s.open) == 0)
    )
    ids = list(connection.execute(finished).scalars())
    if ids:
        revision = begin_revision(connection, "complaint_answers", "", len(ids), at)
        gone = [{"wanted": lookup_id} for lookup_id in ids]
        changed = update(complaint_answers).where(a.lookup_id == bindparam("wanted"))
        connection.execute(changed.values(removed=True, revision=revision), gone)
    return len(ids)


def unit_names(connection: Connection) -> dict[str, str]:
    """The names of all units, removed ones too."""
    return {row[0]: row[1] for row in connection.execute(select(units.c.unit_id, units.c.name))}


def holiday_revision(connection: Connection) -> int:
    """The newest revision in which holidays changed; 0 before the first import."""
    newest = select(holidays.c.revision).order_by(holidays.c.revision.desc()).limit(1)
    return int(connection.execute(newest).scalar() or 0)
