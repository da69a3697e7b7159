"""Read what kiosks counted of invitations: what waits to be released, and the sums that are."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select

from kiosk.domain.entry import EntryType
from kiosk.domain.released import Waiting
from sync.district.domain.invitation_day import counted_on, invitation_day_from
from sync.district.domain.release import Key, Pending, Stream
from sync.district.measures.placed import Spot
from sync.district.store import tables as t
from sync.district.store.engine import Connection
from sync.district.store.period_sums import Span, released_sums
from sync.district.store.raw_sums import EVERYTHING, Only
from sync.district.store.release_tables import released_members


def waiting_invitations(connection: Connection, before: datetime) -> list[Pending]:
    """Counts of days that had arrived before a moment and are in no released group, in order of arrival. Those of one
    day at one counter count as one day, however many pieces came of it."""
    f, m = t.box_facts.c, released_members.c
    released = select(m.member).where(m.stream == str(Stream.INVITATION), m.member == f.entry_id).exists()
    rows = connection.execute(
        select(f.entry_id, f.body, f.received_at)
        .where(f.type == str(EntryType.INVITATIONS), f.received_at < before, ~released)
        .order_by(f.received_at, f.entry_id)
    )
    found = []
    for row in rows:
        read = invitation_day_from(row.body)
        adds = tuple((name, getattr(read.sums, name)) for name in read.sums.__struct_fields__)
        waiting = Waiting(row.entry_id, None, counted_on(read.day, row.received_at))
        found.append(Pending(Key(Stream.INVITATION, read.unit_id, read.counter_id), waiting, adds))
    return found


def invitations_by_era(
    connection: Connection, first: date | None, last: date, bounds: Sequence[date] = (), only: Only = EVERYTHING
) -> dict[Spot, dict[str, int]]:
    """Released counts of invitations by their names in ``InvitationSums``, by part of the period, unit and counter."""
    found: dict[Spot, dict[str, int]] = defaultdict(dict)
    by, span = ("unit_id", "counter_id", "answer"), Span(first, last, bounds, only)
    for era, unit_id, counter_id, name, n in released_sums(connection, (Stream.INVITATION,), by, span):
        found[era, unit_id, counter_id][name] = n
    return dict(found)
