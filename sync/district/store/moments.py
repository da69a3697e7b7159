"""When a rating was given, for queries: by the kiosk's clock, or as the district put it right."""

from sqlalchemy import and_, func, or_

from sync.district.domain.kiosk_clock import OFFSET_S
from sync.district.store import tables as t

_R, _T = t.ratings.c, t.entry_times.c

IS_CORRECTED = and_(_T.device_id == _R.device_id, _T.epoch == _R.epoch, _T.seq == _R.seq)
"""Joins ``entry_times`` to ``ratings``; a rating without a row there has the right time itself."""
HAPPENED_AT = func.coalesce(_T.happened_at, _R.recorded_at, type_=_R.recorded_at.type).label("happened_at")
"""The most likely moment. Needs the outer join by ``IS_CORRECTED``."""
IS_SURE = or_(_T.entry_id.is_(None), and_(_T.uncertain_s.is_not(None), _T.uncertain_s <= OFFSET_S))
"""Whether that moment is known to a few minutes. Without a number in a row, nobody knows it."""
