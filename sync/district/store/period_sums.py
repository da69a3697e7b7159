"""Add up a period: from the roll-ups, or while one is being filled from all released groups or dossiers."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from sync.district.domain.release import Stream
from sync.district.measures.placed import Spot
from sync.district.store import raw_sums, rolled_sums
from sync.district.store.engine import Connection
from sync.district.store.raw_sums import EVERYTHING, Only
from sync.district.store.rollups import Rollup, is_whole


class Span(Struct, frozen=True):
    """The days from ``first`` (``None``: from the beginning) to ``last``, and the days ``bounds`` that divide them;
    ``only``: what of it is wanted."""

    first: date | None
    last: date
    bounds: Sequence[date] = ()
    only: Only = EVERYTHING


def released_sums(
    connection: Connection, streams: Sequence[Stream], by: Sequence[str], span: Span
) -> Iterable[tuple[Any, ...]]:
    """What the released groups of some streams add up to, as rows: the part of the period, the columns ``by``, the
    number. By a word of ``domain.work`` only groups that are of one kind are sure to be in it."""
    add_up = rolled_sums.released if is_whole(connection, Rollup.RELEASED) else raw_sums.released
    return add_up(connection, [str(stream) for stream in streams], by, span.first, span.last, span.bounds, span.only)


def handled_sums(connection: Connection, span: Span) -> dict[Spot, int]:
    """Dossiers received or returned in a period, each once, by part of the period, unit and counter."""
    add_up = rolled_sums.handled if is_whole(connection, Rollup.DOSSIERS) else raw_sums.handled
    return add_up(connection, span.first, span.last, span.bounds, span.only)
