"""The SQLite file of the box: opened so that a COMMIT survives pulling the plug (WAL, ``synchronous=FULL``)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

FILE_NAME = "kiosk.sqlite3"
BUSY_MILLISECONDS = 4_000


class CannotOpen(Exception):
    """The file cannot be used at all. The message says why and what to do."""


class CannotWrite(Exception):
    """Nothing of this transaction was kept: the disk is full, read-only or failing. Try again later."""


class CannotRead(Exception):
    """The file cannot be read: it is damaged or the disk is failing."""


class Store:
    """The box's file. Cheap to make; nothing is opened before the first transaction."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / FILE_NAME
        self._engine = create_engine(f"sqlite:///{self.file}", poolclass=QueuePool, pool_size=2, max_overflow=2)
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._writing = self._engine.execution_options(writes=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its start. Raises ``CannotWrite`` when nothing was kept."""
        try:
            with self._writing.begin() as connection:
                yield connection
        except (DBAPIError, sqlite3.Error) as error:
            self._engine.dispose()
            raise CannotWrite(_first_line(error)) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the file. Raises ``CannotRead``."""
        try:
            with self._engine.begin() as connection:
                yield connection
        except (DBAPIError, sqlite3.Error) as error:
            self._engine.dispose()
            raise CannotRead(_first_line(error)) from error

    def close(self) -> None:
        """Closes every connection; the last one folds the write-ahead log into the file."""
        self._engine.dispose()


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _first_line(error: DBAPIError | sqlite3.Error) -> str:
    said = error.orig if isinstance(error, DBAPIError) else error
    return str(said).splitlines()[0] if str(said) else type(said).__name__
