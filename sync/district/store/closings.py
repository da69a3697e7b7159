"""Closed periods: read, append, propose a correction; and what was released after one was closed."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, and_, func, insert, select

from sync.district.domain.closed_period import BEFORE_THE_FIRST, ClosedPeriod, Proposal
from sync.district.domain.release import Stream
from sync.district.measures.late_notes import LateGroup, Moment
from sync.district.measures.placed import Spot
from sync.district.store.closing_tables import closed_periods, closing_proposals
from sync.district.store.engine import STREAMED, Connection
from sync.district.store.raw_sums import counted_between, era_of
from sync.district.store.release_tables import COUNTED_ON, DATED_GROUPS, assigned_days, released_groups

_C, _P = closed_periods.c, closing_proposals.c


class ChainEnd(Struct, frozen=True):
    """Where the chain of closings ends: the number and the hash of the newest."""

    number: int
    hash: bytes


def every(connection: Connection) -> Iterator[ClosedPeriod]:
    """All closings of the district, in order."""
    rows = connection.execute(_wanted().order_by(_C.number), execution_options=STREAMED)
    return (_closed(row) for row in rows)


def closing(connection: Connection, number: int) -> ClosedPeriod | None:
    """One closing."""
    row = connection.execute(_wanted().where(_C.number == number)).first()
    return None if row is None else _closed(row)


def moments(connection: Connection, period: str, unit_id: str | None = None) -> Iterator[Moment]:
    """Which periods of a kind were closed when, in order: of a unit, or of all."""
    wanted = select(*(_C[name] for name in Moment.__struct_fields__)).where(_C.period == period).order_by(_C.number)
    rows = connection.execute(wanted if unit_id is None else wanted.where(_C.unit_id == unit_id))
    return (Moment(*row) for row in rows)


def versions(connection: Connection, name: tuple[str, str, str]) -> list[ClosedPeriod]:
    """Every version of one closed period, the newest last; empty when it is not closed."""
    unit_id, period, of = name
    same = (_C.unit_id == unit_id, _C.period == period, _C.of == of)
    return [_closed(row) for row in connection.execute(_wanted().where(*same).order_by(_C.version))]


def newest(connection: Connection, unit_id: str, period: str, wanted: Collection[str]) -> dict[str, ClosedPeriod]:
    """The newest versions of those of these periods of a unit that are closed, by name."""
    same = (_C.unit_id == unit_id, _C.period == period, _C.of.in_(wanted))
    return {row.of: _closed(row) for row in connection.execute(_wanted().where(*same).order_by(_C.version))}


def end_of_chain(connection: Connection) -> ChainEnd:
    """Where the next closing is put. Hold ``Lock.CLOSING``."""
    row = connection.execute(select(_C.number, _C.hash).order_by(_C.number.desc()).limit(1)).first()
    return ChainEnd(0, BEFORE_THE_FIRST) if row is None else ChainEnd(row.number, bytes(row.hash))


def append(connection: Connection, closed: ClosedPeriod) -> None:
    """Writes a closing; it is never changed afterwards. Hold ``Lock.CLOSING``."""
    values = {name: getattr(closed, name) for name in ClosedPeriod.__struct_fields__}
    connection.execute(insert(closed_periods).values(values))


def propose(connection: Connection, number: int, person: str, at: datetime, reason: str) -> None:
    """Writes down that somebody wants a closing corrected."""
    connection.execute(insert(closing_proposals).values(number=number, person=person, at=at, reason=reason))


def proposal(connection: Connection, number: int) -> Proposal | None:
    """The newest proposal to correct a closing."""
    columns = [_P[name] for name in Proposal.__struct_fields__]
    wanted = select(*columns).where(_P.number == number).order_by(_P.proposal_id.desc()).limit(1)
    row = connection.execute(wanted).first()
    return None if row is None else Proposal(*row)


def newest_group(connection: Connection) -> int:
    """The newest released group, 0 before the first."""
    return connection.scalar(select(func.max(released_groups.c.group_id))) or 0


def moment_after_all_days(connection: Connection, now: datetime) -> datetime:
    """The moment of a closing, to the millisecond: ``now``, but after that of every day that was assigned before it, so
    that what the closing counts is not late as well. Hold ``Lock.PROJECTION``."""
    moment = now.replace(microsecond=now.microsecond // 1_000 * 1_000)
    newest: datetime | None = connection.scalar(select(func.max(assigned_days.c.at)))
    if newest is None or newest < moment:
        return moment
    return newest.replace(microsecond=newest.microsecond // 1_000 * 1_000) + timedelta(milliseconds=1)


def released_after(
    connection: Connection, closed: ClosedPeriod, first: date, last: date, bounds: Sequence[date]
) -> dict[Spot, Counter[str]]:
    """What counts in a closed period and was released, or given its day, after it was closed: ratings and corrections
    by part of the period, unit and counter. Each number is a sum of whole groups."""
    g = released_groups.c
    streams = [str(Stream.RATING), str(Stream.CORRECTION)]
    newer = g.group_id > closed.through_group
    dated = and_(g.group_id <= closed.through_group, assigned_days.c.at >= closed.closed_at)
    found: dict[Spot, Counter[str]] = defaultdict(Counter)
    for which in (newer, dated):  # one after the other: each has an index of its own
        wanted = (
            select(era_of(COUNTED_ON, bounds), g.unit_id, g.counter_id, g.stream, func.sum(g.n))
            .select_from(DATED_GROUPS)
            .where(g.stream.in_(streams), counted_between(first, last), which)
            .group_by("era", g.unit_id, g.counter_id, g.stream)
        )
        for era, unit_id, counter_id, stream, n in connection.execute(wanted):
            found[era, unit_id, counter_id][stream] += int(n)
    return dict(found)


def late_groups(connection: Connection, through_group: int, at: datetime, last: date) -> Iterator[LateGroup]:
    """The groups of ratings that count up to a day and were released after the group ``through_group``, or given their
    day at a moment or later."""
    g, assigned = released_groups.c, assigned_days.c
    newer, dated = g.group_id > through_group, and_(g.group_id <= through_group, assigned.at >= at)
    for which in (newer, dated):  # one after the other: each has an index of its own
        wanted = (
            select(g.group_id, g.unit_id, g.counter_id, COUNTED_ON, g.n, assigned.at)
            .select_from(DATED_GROUPS)
            .where(g.stream == str(Stream.RATING), counted_between(None, last), which)
        )
        yield from (LateGroup(*row) for row in connection.execute(wanted))


def _wanted() -> Select[Any]:
    return select(*(_C[name] for name in ClosedPeriod.__struct_fields__))


def _closed(row: Any) -> ClosedPeriod:
    values = {name: getattr(row, name) for name in ClosedPeriod.__struct_fields__}
    raw = {name: bytes(values[name]) for name in ("previous", "hash", "signature")}
    return ClosedPeriod(**values | raw)
