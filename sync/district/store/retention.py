"""What the retention job looks for, what it did, and how a database gives back the room of what was erased."""

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime

from msgspec import Struct
from sqlalchemy import and_, func, insert, or_, select
from sqlalchemy.exc import SQLAlchemyError

from sync.district.domain.complaint_steps import Status
from sync.district.domain.erasure import ErasureScope
from sync.district.store import complaint_tables as c
from sync.district.store.complaints import COMMENT, COMPLAINT
from sync.district.store.engine import Connection, Engine
from sync.district.store.privacy_tables import erased_entries, retention_runs

_K, _S, _R = c.complaints.c, c.complaint_standings.c, retention_runs.c
log = logging.getLogger(__name__)

TOUCHED = (
    *("complaints", "complaint_actions", "complaint_standings", "complaint_attachments", "complaint_supplements"),
    *("ledger", "refused_entries", "conflicts", "erased_entries", "matter_keys", "messages"),
)
"""Tables of PostgreSQL whose dead rows hold what was erased until they are vacuumed."""


_ANSWERED = and_(
    *(_S.state == str(Status.ANSWERED), _S.to_inform.is_(None), _S.supplemented_at.is_(None)),
    *(_S.to_conclude.is_not(True), _S.awaits_second.is_(None)),
)


class RetentionRun(Struct, frozen=True):
    """What a rule did on one run: how many. ``failed``: it could not be carried out."""

    at: datetime
    rule: str
    n: int
    failed: bool = False


def ended_before(connection: Connection, scope: ErasureScope, before: datetime, most: int) -> list[str]:
    """Complaints that came to their end before a moment and of which something is left to erase, and comments whose
    voice is that old. It is their end, too, where the citizen was told the answer and nothing waits, although nobody
    closed the matter."""
    left = (
        _K.erased.is_(None)
        if scope is ErasureScope.CONTACT
        else or_(_K.erased.is_(None), _K.erased != str(ErasureScope.ALL))
    )
    ended = and_(_K.kind == COMPLAINT, or_(~_S.open, _ANSWERED))
    if scope is ErasureScope.CONTACT:  # nobody closes a comment: its voice is kept so long after the last step
        ended = or_(and_(ended, _K.folded_contact.is_not(None)), and_(_K.kind == COMMENT, _K.sound_parts > 0))
    joined = c.complaints.join(c.complaint_standings, _S.entry_id == _K.entry_id)
    wanted = (ended, _S.merged_into.is_(None), _S.changed_at < before, left)
    return list(connection.execute(select(_K.entry_id).select_from(joined).where(*wanted).limit(most)).scalars())


def to_empty_left(connection: Connection) -> int:
    """How many entries of the ledger wait for the projector to empty them."""
    waiting = select(func.count()).select_from(erased_entries).where(erased_entries.c.emptied_at.is_(None))
    return int(connection.scalar(waiting) or 0)


def note_runs(connection: Connection, runs: Sequence[RetentionRun]) -> None:
    """Writes down what was done."""
    rows = [{"at": each.at, "rule": each.rule, "n": each.n, "failed": each.failed} for each in runs]
    connection.execute(insert(retention_runs), rows)


def runs(connection: Connection, most: int = 200) -> list[RetentionRun]:
    """What was done, the newest first."""
    columns = (_R.at, _R.rule, _R.n, _R.failed)
    rows = connection.execute(select(*columns).order_by(_R.run_id.desc()).limit(most))
    return [RetentionRun(*row) for row in rows]


def give_back(engine: Engine, seconds: float = 30) -> bool:
    """Makes the database's files forget what was erased: rows that are dead, pages that are free, and what the
    write-ahead log still holds. ``seconds``: so long it waits for whoever reads or writes on SQLite. ``False`` where
    somebody held them longer, or the database is not available: what was erased may still stand in the files; nothing
    is lost, and the next run does it.
    """
    try:
        return _emptied_file(engine, seconds) if engine.dialect.name == "sqlite" else _vacuumed(engine)
    except (engine.dialect.loaded_dbapi.Error, SQLAlchemyError) as error:
        log.warning("the database's files still hold what was erased: %s", error)
        return False


def _emptied_file(engine: Engine, seconds: float) -> bool:
    with closing(sqlite3.connect(str(engine.url.database), timeout=seconds, isolation_level=None)) as database:
        for statement in ("PRAGMA secure_delete=ON", "VACUUM"):
            database.execute(statement).fetchall()
        busy = database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        log.warning("the database's log still holds what was erased: somebody reads")
    return not busy


def _vacuumed(engine: Engine) -> bool:
    with engine.connect().execution_options(writes=True) as connection:
        raw = connection.connection.driver_connection
        connection.rollback()
        if raw is not None:
            for table in TOUCHED:
                raw.execute(f"VACUUM {table}")
    return True
