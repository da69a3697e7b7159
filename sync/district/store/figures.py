"""Read what the first page shows: released counts by place, and what waits to be opened.

No figure here comes from a projection of single ratings: see ``kiosk.domain.released``.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select

from sync.district.domain.release import Stream
from sync.district.domain.work import DIVIDED_BY, Work
from sync.district.measures.cuts import CutKey
from sync.district.measures.kiosks import Opening
from sync.district.measures.placed import Spot
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.period_sums import Span, handled_sums, released_sums
from sync.district.store.raw_sums import EVERYTHING, Only
from sync.district.store.reference_tables import procedures
from sync.district.store.releases import undated
from sync.district.store.tables import projection_queue, refused_entries, unopened


def released_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = (), only: Only = EVERYTHING
) -> dict[Spot, ReleasedCounts]:
    """Released ratings of the days from ``first`` (or ever) to ``last``, by the part of the period that ``bounds``
    divide, the unit and the counter."""
    found: dict[Spot, ReleasedCounts] = defaultdict(ReleasedCounts)
    streams = (Stream.RATING, Stream.CORRECTION, Stream.CONTRADICTION)
    by, span = ("unit_id", "counter_id", "stream", "answer"), Span(first, last, bounds, only)
    for era, unit_id, counter_id, stream, answer, n in released_sums(connection, streams, by, span):
        found[era, unit_id, counter_id].add(stream, answer, n)
    return dict(found)


def cuts_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = (), only: Only = EVERYTHING
) -> dict[Spot, dict[CutKey, int]]:
    """What those released groups add up to that are of one kind altogether, by place; and the corrections
    whose groups are of none, so that it is seen when some are in no cut."""
    found: dict[Spot, Counter[CutKey]] = defaultdict(Counter)
    streams, by = (Stream.RATING, Stream.CORRECTION), ("unit_id", "counter_id", *DIVIDED_BY, "stream", "answer")
    span = Span(first, last, bounds, only)
    for era, unit_id, counter_id, *words, stream, answer, n in released_sums(connection, streams, by, span):
        if any(words):
            cells = found[era, unit_id, counter_id]
            cells[CutKey(Work(*words), stream, answer)] += n
            if stream == Stream.CORRECTION:
                cells[CutKey(Work(), stream, answer)] -= n
    corrections = released_sums(connection, (Stream.CORRECTION,), ("unit_id", "counter_id", "answer"), span)
    for era, unit_id, counter_id, answer, n in corrections:
        found[era, unit_id, counter_id][CutKey(Work(), str(Stream.CORRECTION), answer)] += n
    return {spot: {key: n for key, n in cells.items() if n} for spot, cells in found.items()}


def procedure_names(connection: Connection, procedure_ids: Collection[str]) -> dict[str, str]:
    """The names of some procedures; those nobody told of are left out."""
    p = procedures.c
    return {
        procedure_id: name
        for wanted in among(connection, p.procedure_id, procedure_ids)
        for procedure_id, name in connection.execute(select(p.procedure_id, p.name).where(wanted))
    }


def handled_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = (), only: Only = EVERYTHING
) -> dict[Spot, int]:
    """Dossiers received or returned in a period, each once. One of a counter names no unit; one without a counter
    belongs to the unit whose code it begins with."""
    return handled_sums(connection, Span(first, last, bounds, only))


def undated_by_unit(connection: Connection) -> dict[str, int]:
    """How many released ratings of each unit have no known day, and count in no period."""
    found: dict[str, int] = defaultdict(int)
    for group in undated(connection):
        found[group.unit_id] += group.n if group.stream == Stream.RATING else 0
    return {unit_id: n for unit_id, n in found.items() if n}


def opening(connection: Connection) -> Opening:
    """What waits, and what could not be read."""
    waiting, oldest = connection.execute(select(func.count(), func.min(projection_queue.c.queued_at))).one()
    closed = connection.scalar(select(func.count()).select_from(unopened)) or 0
    refused = connection.scalar(select(func.count()).select_from(refused_entries)) or 0
    return Opening(waiting, oldest, closed, refused)
