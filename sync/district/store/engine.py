"""Open the district's database, and run its two kinds of transaction: ``reading`` and ``writing``.

The same on SQLite (one machine, one file) and PostgreSQL (any number of processes).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from math import inf
from pathlib import Path
from threading import Semaphore
from time import monotonic
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    InvalidatePoolError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

__all__ = ["STREAMED", "Connection", "Engine", "StoreUnavailable", "open_engine", "reading", "writing"]

STREAMED = {"yield_per": 2_000}
"""Execution options of a statement whose rows are read one after the other: PostgreSQL's driver would hold all."""
BUSY_SECONDS = 30
CONNECTIONS = 48
"""More than the 40 threads in which the server runs its requests, so that none waits for a connection."""
KEPT = 12
"""So many stay open when nobody uses them."""
IDLE_SECONDS = 1.0
PREPARE = "prepare_threshold"
_BEGIN_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_BEGIN_WRITING = f"BEGIN; SET LOCAL lock_timeout = '{BUSY_SECONDS}s'"


class StoreUnavailable(Exception):
    """The database cannot be reached, is locked too long, or its disk is full. Nothing was written; try again later."""


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///path`` or ``postgresql://…``. Nothing is connected yet.

    Raises ``ValueError`` for another kind of URL.
    """
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise ValueError("the database URL is not one; write sqlite:///file or postgresql://…") from error
    if backend == "postgresql":
        return _postgresql(parsed)
    if backend == "sqlite" and parsed.database:
        return _sqlite(Path(parsed.database))
    raise ValueError(f"the database {backend} is not supported; write sqlite:///file or postgresql://…")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one unchanging state of the database and writes nothing.

    Raises ``StoreUnavailable``.
    """
    with _translated(), _begun(engine, writes=False) as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes: committed as a whole when the block ends, undone when it raises.

    On SQLite it takes the write lock at once (BEGIN IMMEDIATE), so that two writers wait and never deadlock.
    Raises ``StoreUnavailable``.
    """
    with turn(engine), _translated(), _begun(engine, writes=True) as connection:
        yield connection


@contextmanager
def _begun(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """A connection in a transaction. One whose server was started again since gives way to a new one: nothing was said
    on it yet."""
    with engine.connect().execution_options(writes=writes) as connection:
        try:
            transaction = connection.begin()
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            connection.rollback()
            transaction = connection.begin()
        with transaction:
            yield connection


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """Writers of this process queue up. For SQLite's one write lock, because left to itself SQLite sleeps and tries
    again; for one of the connections to PostgreSQL that stay open, because waiting for it is quicker than connecting.

    Raises ``StoreUnavailable`` when the turn does not come.
    """
    turns: Semaphore = engine.get_execution_options()["turns"]
    if not turns.acquire(timeout=BUSY_SECONDS):
        raise StoreUnavailable("the database is locked")
    try:
        yield
    finally:
        turns.release()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        raise StoreUnavailable(str(getattr(error, "orig", error))) from error


def _postgresql(url: URL) -> Engine:
    """What a connection pooler in transaction mode (PgBouncer) cannot carry is not used: no start-up options, nothing
    set for a session, and no statement prepared on the server unless the URL asks for it."""
    prepare_threshold = _threshold(url)
    engine = create_engine(
        url.difference_update_query([PREPARE]).set(drivername="postgresql+psycopg"),
        pool_size=KEPT,
        max_overflow=CONNECTIONS - KEPT,
        hide_parameters=True,  # an error in the log must not hold what a citizen said
        connect_args={"connect_timeout": 10, "prepare_threshold": prepare_threshold},
        execution_options={"turns": Semaphore(KEPT)},
    )
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "begin", _begin_postgresql)
    event.listen(engine, "checkin", _note_return)
    event.listen(engine, "checkout", partial(_ping_when_idle, engine))
    return engine


def _prepare_postgresql(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.autocommit = True  # we say BEGIN ourselves, see _begin_postgresql


def _begin_postgresql(connection: Connection) -> None:
    """The limit for waiting is of the transaction: a pooler hands every one another session."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql(_BEGIN_WRITING if writes else _BEGIN_READING)


def _threshold(url: URL) -> int | None:
    """After how many uses a statement is prepared on the server, as the URL asks: ``?prepare_threshold=5``."""
    asked = url.query.get(PREPARE)
    if asked is None:
        return None
    if not (isinstance(asked, str) and asked.isascii() and asked.isdigit() and len(asked) < 6):
        raise ValueError(f"{PREPARE} in the database URL is no whole number; leave it out behind PgBouncer")
    return int(asked)


def _note_return(_connection: Any, record: Any) -> None:
    record.info["returned"] = monotonic()


def _ping_when_idle(engine: Engine, connection: Any, record: Any, _proxy: Any) -> None:
    """A connection that lay idle may have ended with its server; one that answered a moment ago is not asked again."""
    if monotonic() - record.info.get("returned", inf) < IDLE_SECONDS:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _sqlite(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        pool_size=KEPT,
        max_overflow=CONNECTIONS - KEPT,
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
        execution_options={"turns": Semaphore(1)},
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: object) -> None:
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    # what is deleted is overwritten with zeros (secure_delete), so that no page of the file keeps who somebody was
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "secure_delete=ON")
    for pragma in pragmas:
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
