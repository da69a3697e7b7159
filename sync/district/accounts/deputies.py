"""Name a deputy for somebody who is away, from a day to a day."""

from datetime import date, datetime

from sync.district.accounts.users import BadUser, known_name, note_change
from sync.district.domain.people import Role
from sync.district.domain.rights import answers_citizens
from sync.district.store import accounts as store
from sync.district.store import deputies as kept
from sync.district.store.engine import Engine, writing
from sync.district.times import local_day

MAX_DAYS = 92
"""So long at most, a quarter; then it is said anew, or the matters are handed over."""


def name_deputy(engine: Engine, absent: str, deputy: str, days: tuple[date, date], by: str, now: datetime) -> None:
    """``deputy`` does what ``absent`` owns on these days. Raises ``BadUser``."""
    first, last = days
    if not local_day(now) <= last or not 0 <= (last - first).days < MAX_DAYS:
        raise BadUser("account.deputy_days")
    with writing(engine) as connection:
        name, other = known_name(connection, absent), known_name(connection, deputy)
        away, other_user = store.user(connection, name), store.user(connection, other)
        if away is None or other_user is None or name == other or other_user.disabled or not other_user.linked:
            raise BadUser("account.deputy_who")
        if not all(answers_citizens(Role(each.role)) for each in (away, other_user)):
            raise BadUser("account.deputy_who")
        kept.add_deputy(connection, name, other, first, last, by, now)
        note_change(connection, name, "deputy", by, now)


def end_deputy(engine: Engine, absent: str, deputy_id: int, by: str, now: datetime) -> None:
    """Ends it today. Raises ``BadUser``."""
    with writing(engine) as connection:
        name = known_name(connection, absent)
        kept.end_deputy(connection, name, deputy_id, local_day(now))
        note_change(connection, name, "deputy_ended", by, now)
