"""Find years that deadlines run into and whose list of holidays is missing."""

from datetime import datetime

from kiosk.domain.deadlines import Scheme
from sync.district.domain.deadlines import Deadlines
from sync.district.store import complaints as store
from sync.district.store.engine import Connection
from sync.district.times import local_day


def unlisted_years(connection: Connection, schemes: tuple[Scheme, ...], now: datetime) -> tuple[int, ...]:
    """The years without a list between today and the last day on which anything is due: of the complaints that are
    open, and of one that arrives today."""
    today = local_day(now)
    deadlines = Deadlines(schemes, store.country_holidays(connection))
    last = max(today, deadlines.longest(today), store.last_due(connection) or today)
    return deadlines.holidays.unlisted(today, last)
