"""What a change would do beyond the piece itself: to dates of citizens, and to texts that were planned."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from kiosk.domain.deadlines import Scheme
from sync.district.complaints.moved_dates import MovedDates, moved_dates
from sync.district.content.changing import answer_dates, list_warnings, planned
from sync.district.domain.content_change import ContentKind
from sync.district.domain.rights import Person
from sync.district.store.engine import Connection
from sync.district.times import local_day


class Effects(Struct, frozen=True):
    """``dates``: by when a complaint of today is answered, as it is and then. ``moved``: what becomes of dates given
    already. ``warnings``: texts by key and values. ``planned``: the days on which texts planned for later begin."""

    dates: tuple[date, date] | None = None
    moved: MovedDates | None = None
    warnings: tuple[tuple[str, Mapping[str, object]], ...] = ()
    planned: tuple[date, ...] = ()


def effects_of(
    connection: Connection,
    person: Person,
    kind: ContentKind,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    schemes: Sequence[Scheme],
    now: datetime,
) -> Effects:
    """What a change of this piece would do, as far as somebody may know of it."""
    if kind is not ContentKind.HOLIDAYS:
        return Effects(planned=tuple(planned(connection, kind, local_day(now))))
    if after is None:
        return Effects()
    return Effects(
        dates=answer_dates(connection, after, schemes, local_day(now)),
        moved=moved_dates(connection, person, after, schemes, now),
        warnings=tuple(list_warnings(before or {}, after)),
    )
