"""When a rating was given, for queries: by the kiosk's clock, or as the district put it right."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from sync.district.domain.kiosk_clock import OFFSET_S
from sync.district.store import tables as t
from sync.district.store.among import among
from sync.district.store.engine import Connection

_R, _T = t.ratings.c, t.entry_times.c

IS_CORRECTED = and_(_T.device_id == _R.device_id, _T.epoch == _R.epoch, _T.seq == _R.seq)
"""Joins ``entry_times`` to ``ratings``; a rating without a row there has the right time itself."""
HAPPENED_AT = func.coalesce(_T.happened_at, _R.recorded_at, type_=_R.recorded_at.type).label("happened_at")
"""The most likely moment. Needs the outer join by ``IS_CORRECTED``."""
IS_SURE = or_(_T.entry_id.is_(None), and_(_T.uncertain_s.is_not(None), _T.uncertain_s <= OFFSET_S))
"""Whether that moment is known to a few minutes. Without a number in a row, nobody knows it."""


def sure_moments(connection: Connection, entry_ids: Collection[str]) -> dict[str, datetime]:
    """When the ratings with these ids were given, in UTC; without those of which nobody knows it to a few minutes."""
    given = select(_R.entry_id, HAPPENED_AT).select_from(t.ratings.outerjoin(t.entry_times, IS_CORRECTED))
    found: dict[str, datetime] = {}
    for wanted in among(connection, _R.entry_id, entry_ids):
        found.update((row.entry_id, row.happened_at) for row in connection.execute(given.where(wanted, IS_SURE)))
    return found
