"""Name a deputy for somebody who is away, from a day to a day."""

from datetime import date, datetime

from sync.district.accounts.users import BadUser, known_user, note_change
from sync.district.domain.people import Role
from sync.district.domain.rights import answers_citizens, units_of
from sync.district.store import complaint_register as register
from sync.district.store import deputies as store
from sync.district.store.accounts import UserRow
from sync.district.store.engine import Connection, Engine, writing
from sync.district.store.imports import unit_parents
from sync.district.times import local_day

MAX_DAYS = 92
"""So long at most, a quarter; then it is said anew, or the matters are handed over."""


def colleagues(connection: Connection, absent: UserRow, today: date) -> list[str]:
    """Who may stand in for somebody who answers citizens: everybody else who does, is linked and not shut out, and
    shares a unit with them."""
    if not answers_citizens(Role(absent.role)):
        return []
    mine = units_of(absent.unit_id, unit_parents(connection))
    return sorted(
        each.user_name
        for each in register.people(connection, today)
        if each.user_name != absent.user_name
        and answers_citizens(each.role)
        and each.linked
        and (mine is None or each.units is None or not mine.isdisjoint(each.units))
    )


def name_deputy(engine: Engine, absent: str, deputy: str, days: tuple[date, date], by: str, now: datetime) -> None:
    """``deputy`` does what ``absent`` owns on these days. Raises ``BadUser``."""
    first, last = days
    if not local_day(now) <= last or not 0 <= (last - first).days < MAX_DAYS:
        raise BadUser("account.deputy_days")
    with writing(engine) as connection:
        away, other = known_user(connection, absent), known_user(connection, deputy)
        if other.user_name not in colleagues(connection, away, local_day(now)):
            raise BadUser("account.deputy_who")
        store.add_deputy(connection, away.user_name, other.user_name, first, last, by, now)
        note_change(connection, away.user_name, "deputy", by, now, _detail(other.user_name, first, last))


def end_deputy(engine: Engine, absent: str, deputy_id: int, by: str, now: datetime) -> None:
    """Ends it now; one that is over already stays as it is. Raises ``BadUser``."""
    with writing(engine) as connection:
        name = known_user(connection, absent).user_name
        for each in store.deputies_of(connection, name, local_day(now)):
            if each.deputy_id == deputy_id:
                store.end_deputy(connection, deputy_id, now)
                detail = _detail(each.deputy, each.first_day, each.last_day)
                note_change(connection, name, "deputy_ended", by, now, detail)


def _detail(deputy: str, first: date, last: date) -> dict[str, str]:
    return {"deputy": deputy, "first": first.isoformat(), "last": last.isoformat()}
