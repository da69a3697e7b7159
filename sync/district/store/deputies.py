"""Who does whose work, from a day to a day. No row goes: what is over says why somebody acted."""

from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import insert, select, update

from sync.district.domain.audit import Audited
from sync.district.store.audit_tables import audit_entries
from sync.district.store.engine import Connection
from sync.district.store.people_tables import deputies


class Deputy(Struct, frozen=True):
    """``deputy`` does what ``absent`` owns from the first day to the last."""

    deputy_id: int
    absent: str
    deputy: str
    first_day: date
    last_day: date


class PastDeputy(Struct, frozen=True):
    """One that is over. ``named_by``: who wrote it down; ``ended_at``, ``ended_by``: when and by whom it was ended
    before its last day was over."""

    deputy: str
    first_day: date
    last_day: date
    named_by: str
    ended_at: datetime | None
    ended_by: str


_D = deputies.c
_HOLDS = _D.ended_at.is_(None)
_ROW = tuple(_D[name] for name in Deputy.__struct_fields__)


def on_duty(connection: Connection, day: date) -> dict[str, frozenset[str]]:
    """For each deputy of a day, those whose work they do."""
    of_the_day = (_D.first_day <= day, _D.last_day >= day, _HOLDS)
    rows = connection.execute(select(_D.deputy, _D.absent).where(*of_the_day)).all()
    return {name: frozenset(absent for deputy, absent in rows if deputy == name) for name, _ in rows}


def deputies_of(connection: Connection, absent: str, day: date) -> list[Deputy]:
    """Who stands in for somebody on a day and later, the next first."""
    wanted = select(*_ROW).where(_D.absent == absent, _D.last_day >= day, _HOLDS)
    return [Deputy(*row) for row in connection.execute(wanted.order_by(_D.first_day, _D.deputy_id))]


def past_deputies(connection: Connection, absent: str, day: date, most: int) -> list[PastDeputy]:
    """Who stood in for somebody before a day, or was to and was ended: the newest, the newest first."""
    over = (_D.absent == absent, (_D.last_day < day) | _D.ended_at.is_not(None))
    columns = (_D.deputy, _D.first_day, _D.last_day, _D.by, _D.ended_at)
    rows = connection.execute(select(*columns).where(*over).order_by(_D.deputy_id.desc()).limit(most)).all()
    ended_by = _who_ended(connection, absent, [row.ended_at for row in rows if row.ended_at is not None])
    return [PastDeputy(*row, ended_by.get((row.deputy, row.ended_at), "")) for row in rows]


def _who_ended(connection: Connection, absent: str, moments: list[datetime]) -> dict[tuple[str, datetime], str]:
    """Who ended which deputy of somebody at which moment, from the audit list."""
    a = audit_entries.c
    wanted = select(a.detail, a.at, a.person).where(a.what == str(Audited.ACCOUNT), a.at.in_(moments))
    found = connection.execute(wanted).all()
    ended = {"user": absent, "did": "deputy_ended"}
    return {(detail["deputy"], at): person for detail, at, person in found if ended.items() <= detail.items()}


def add_deputy(
    connection: Connection, absent: str, deputy: str, first_day: date, last_day: date, by: str, at: datetime
) -> None:
    """Writes down who stands in for somebody."""
    values = {"absent": absent, "deputy": deputy, "first_day": first_day, "last_day": last_day, "by": by, "at": at}
    connection.execute(insert(deputies).values(values))


def end_deputy(connection: Connection, deputy_id: int, at: datetime) -> None:
    """Ends it now, or before it began."""
    connection.execute(update(deputies).where(_D.deputy_id == deputy_id).values(ended_at=at))
