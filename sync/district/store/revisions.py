"""Revisions of the reference data: one for each import; every row names the one that last changed it."""

from datetime import datetime

from sqlalchemy import func, insert, select

from sync.district.store.engine import Connection
from sync.district.store.locks import Lock, hold
from sync.district.store.reference_tables import revisions


def begin_revision(
    connection: Connection,
    kind: str,
    file_name: str,
    rows: int,
    at: datetime,
    *,
    person: str | None = None,
    reason: str | None = None,
    undoes: int | None = None,
) -> int:
    """Opens the next revision; write it into every row the import changes, in the same transaction.

    Imports take turns: otherwise a box could be told of revision 6 while 5 is not committed yet, and miss 5 for ever.
    """
    hold(connection, Lock.REFERENCE)
    values = {"kind": kind, "file_name": file_name, "rows": rows, "made_at": at}
    values |= {"person": person, "reason": reason, "undoes": undoes}
    return int(connection.execute(insert(revisions).values(values).returning(revisions.c.revision)).scalar_one())


def newest_revision(connection: Connection) -> int:
    """The newest committed revision; 0 before the first import."""
    return int(connection.execute(select(func.coalesce(func.max(revisions.c.revision), 0))).scalar_one())
