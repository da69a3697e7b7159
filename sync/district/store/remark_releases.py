"""Release remarks in batches, and read the batches."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, insert, select, true

from kiosk.domain.released import last_day_of
from kiosk.domain.released_remark import ReleasedBatch, ReleasedRemark
from sync.district.domain.audit import Audited, AuditEntry
from sync.district.domain.release import complete_from, last_complete_month
from sync.district.domain.remark import RemarkAct, RemarkState, TakenDown, is_shown
from sync.district.domain.remark_batch import Releasable, RemarkBatch, Shuffle, batches
from sync.district.store import audit
from sync.district.store import complaint_tables as c
from sync.district.store.among import among
from sync.district.store.complaint_register import held_by
from sync.district.store.engine import Connection
from sync.district.store.locks import Lock, hold
from sync.district.store.organisation import organisation
from sync.district.store.remark_tables import (
    remark_batches,
    remark_members,
    remark_releases,
    remark_steps,
    remark_takedowns,
    remarks,
)
from sync.district.store.remarks import remarks_of
from sync.district.times import local_day, start_of

log = logging.getLogger(__name__)
MAX_BATCHES = 3
"""So many batches of a place are read: the newest, and what came before."""
_K, _S, _B, _R, _M = c.complaints.c, remark_steps.c, remark_batches.c, remarks.c, remark_members.c
_T = remark_takedowns.c


def release_remarks(connection: Connection, before: datetime, shuffle: Shuffle) -> int:
    """Makes the release of the newest complete month, once; returns how many batches that released. Only what was said
    up to the end of that month, and had arrived and been confirmed when the fixed day began, is looked at: a release
    made later, as after a backup was restored, tells of the same. ``before``: the beginning of today."""
    today = local_day(before)
    first, last = last_complete_month(last_day_of(today))
    made = remark_releases.c
    newest = connection.scalar(select(func.max(made.month)))
    if connection.scalar(select(made.month).where(made.month == first)) is not None:
        return 0
    if newest is not None and newest > first:
        log.warning("remarks of %s were released before those of %s: the clock was wrong once", newest, first)
    hold(connection, Lock.REMARKS)  # nobody sends back what is being released
    found = batches(_releasable(connection, start_of(complete_from(last)), last), shuffle)
    connection.execute(insert(remark_releases).values(month=first, made_on=today))
    for batch in found:
        _write(connection, batch, first)
    return len(found)


def _releasable(connection: Connection, before: datetime, last: date) -> list[Releasable]:
    confirmed = select(_S.entry_id).where(_S.act == str(RemarkAct.CONFIRM), _S.at < before)
    columns = (_K.entry_id, _K.unit_id, _K.dossier_code, _K.day)
    rows = connection.execute(
        select(*columns)
        .where(_K.entry_id.in_(confirmed), _K.received_at < before, _K.day <= last)
        .where(_K.entry_id.not_in(select(_M.entry_id)))
        .order_by(_K.entry_id)
    ).all()
    ids = [row.entry_id for row in rows]
    held = {each.entry_id: each.subject for each in held_by(connection, ids)}
    known, found = remarks_of(connection, ids), list[Releasable]()
    for row in rows:
        remark, subject = known[row.entry_id], held.get(row.entry_id)
        proposal = remark.proposal
        if proposal is None or proposal.about is None or subject is None:
            continue
        if remark.state is not RemarkState.CONFIRMED or remark.steps[-1].at >= before:
            continue  # sent back meanwhile, or confirmed anew after the fixed day
        if is_shown(proposal.about, subject, is_thanks=proposal.is_thanks):
            counter_id = next(iter(subject.counters)) if len(subject.counters) == 1 else ""
            content = (proposal.about, proposal.is_thanks, proposal.words)
            found.append(Releasable(row.entry_id, row.unit_id, counter_id, row.dossier_code, row.day, *content))
    return found


def _write(connection: Connection, batch: RemarkBatch, month: date) -> None:
    values = {"month": month, "unit_id": batch.unit_id, "counter_id": batch.counter_id}
    batch_id = int(connection.execute(insert(remark_batches).values(values).returning(_B.batch_id)).scalar_one())
    rows = [
        {
            "batch_id": batch_id,
            "position": n,
            "about": str(each.about),
            "is_thanks": each.is_thanks,
            "words": each.words,
        }
        for n, each in enumerate(batch.remarks)
    ]
    connection.execute(insert(remarks), rows)
    members = sorted(each.entry_id for each in batch.remarks)
    connection.execute(insert(remark_members), [{"entry_id": each, "month": month} for each in members])


def batches_at(connection: Connection, counters: Collection[str]) -> Mapping[str, tuple[ReleasedBatch, ...]]:
    """The newest batches of some counters, the newest first."""
    return _newest(connection, _B.counter_id, counters, true())


def batches_of_units(connection: Connection, units: Collection[str]) -> Mapping[str, tuple[ReleasedBatch, ...]]:
    """The newest batches of some units as a whole, the newest first: they stand at no counter."""
    return _newest(connection, _B.unit_id, units, _B.counter_id == "")


def _newest(
    connection: Connection, place: ColumnElement[str], places: Collection[str], also: ColumnElement[bool]
) -> Mapping[str, tuple[ReleasedBatch, ...]]:
    rank = func.row_number().over(partition_by=place, order_by=(_B.month.desc(), _B.batch_id.desc()))
    found: dict[str, list[ReleasedBatch]] = defaultdict(list)
    for wanted in among(connection, place, places):
        ranked = select(_B.batch_id, _B.month, place.label("place"), rank.label("rank")).where(wanted, also).subquery()
        newest = select(ranked).where(ranked.c.rank <= MAX_BATCHES).order_by(ranked.c.rank)
        there = connection.execute(newest).all()
        words = _words(connection, [row.batch_id for row in there])
        for row in there:
            found[row.place].append(_batch(row.month, words[row.batch_id]))
    return {key: tuple(value) for key, value in found.items()}


def _batch(month: date, released: Collection[tuple[ReleasedRemark, bool]]) -> ReleasedBatch:
    shown = tuple(remark for remark, is_down in released if not is_down)
    return ReleasedBatch(month, shown, len(shown), len(released) - len(shown))


def _words(connection: Connection, batch_ids: Collection[int]) -> Mapping[int, list[tuple[ReleasedRemark, bool]]]:
    """The remarks of each batch, and whether each was taken down."""
    found: dict[int, list[tuple[ReleasedRemark, bool]]] = defaultdict(list)
    down = and_(_T.batch_id == _R.batch_id, _T.position == _R.position)
    columns = (_R.batch_id, _R.position, _R.about, _R.is_thanks, _R.words, _T.why.is_not(None))
    released = select(*columns).select_from(remarks.outerjoin(remark_takedowns, down))
    query = released.where(_R.batch_id.in_(sorted(batch_ids))).order_by(_R.batch_id, _R.position)
    for batch_id, position, about, is_thanks, words, is_down in connection.execute(query):
        found[batch_id].append((ReleasedRemark(about, is_thanks, words, (batch_id, position)), is_down))
    return found


def unit_of_released(connection: Connection, batch_id: int, position: int, today: date) -> str | None:
    """The unit whose page shows a released remark today: where its counter stands now, or the unit itself for one of
    a whole unit. ``None`` when there is no remark at this place."""
    at = (_R.batch_id == batch_id, _R.position == position)
    released = select(_B.unit_id, _B.counter_id).join_from(remark_batches, remarks, _B.batch_id == _R.batch_id)
    found = connection.execute(released.where(*at)).one_or_none()
    if found is None:
        return None
    stands = organisation(connection).counters_on(today)
    return next((unit_id for unit_id, each in stands if each == found.counter_id), str(found.unit_id))


def take_down(connection: Connection, batch_id: int, position: int, person: str, why: TakenDown, at: datetime) -> None:
    """Shows a released remark no more, on pages and, with the next snapshot, on kiosks; it is noted in the audit list.
    Taken down again it changes nothing."""
    hold(connection, Lock.REMARKS)
    place = {"batch_id": batch_id, "position": position}
    if connection.scalar(select(_T.why).where(_T.batch_id == batch_id, _T.position == position)) is not None:
        return
    connection.execute(insert(remark_takedowns).values(**place, at=at, person=person, why=str(why)))
    detail = {"remark": f"{batch_id}-{position}", "did": f"remark_down_{why}"}
    audit.note(connection, AuditEntry(at, person, Audited.REMARK, detail))
