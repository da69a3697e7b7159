"""Keep and read breach sheets; each change is a version of its own."""

from datetime import datetime

from sqlalchemy import func, insert, select

from sync.district.domain.breach import Breach
from sync.district.store.engine import Connection
from sync.district.store.locks import Lock, hold
from sync.district.store.privacy_tables import breaches

_B = breaches.c


def write_breach(connection: Connection, breach: Breach, person: str, at: datetime) -> int:
    """Writes a version; a new breach has number 0 and gets the next. Returns its number."""
    hold(connection, Lock.PERSONAL_REQUESTS)
    newest = connection.scalar(select(func.max(_B.breach_id))) or 0
    number = breach.breach_id or newest + 1
    values = {"breach_id": number, "found_at": breach.found_at, "notified_at": breach.notified_at}
    connection.execute(insert(breaches).values(**values, content=dict(breach.content), person=person, at=at))
    return int(number)


def every_breach(connection: Connection) -> list[Breach]:
    """The newest version of each breach, the newest breach first."""
    columns = (_B.breach_id, _B.found_at, _B.notified_at, _B.content, _B.person, _B.at)
    rows = connection.execute(select(*columns).order_by(_B.version_id))
    found = {row[0]: Breach(row[0], row[1], row[2], dict(row[3]), row[4], row[5]) for row in rows}
    return sorted(found.values(), key=lambda each: -each.breach_id)


def breach_of(connection: Connection, breach_id: int) -> Breach | None:
    """One breach."""
    return next((each for each in every_breach(connection) if each.breach_id == breach_id), None)
