"""Open the kiosk's SQLite file so that a COMMIT survives pulling the plug (WAL, ``synchronous=FULL``)."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

FILE_NAME = "kiosk.sqlite3"
BUSY_MILLISECONDS = 4_000
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class CannotOpen(Exception):
    """The file cannot be used at all. The message says why and what to do."""


class CannotWrite(Exception):
    """Nothing of this transaction was kept: the disk is full, read-only or failing. Try again later."""


class CannotRead(Exception):
    """The file cannot be read: it is damaged or the disk is failing."""


class Vanished(CannotRead, CannotWrite):
    """The file that was open is no longer at its path: its disk was taken away, or somebody moved or replaced it.
    What would be written now would be gone at the next start (``Store.look_again``)."""


class Damaged(CannotRead, CannotWrite):
    """The file is damaged, or is no database: trying again does not help (``kiosk.box.recovery.rescue``)."""


def file_name(number: int) -> str:
    """The name of the box's ``number``-th file. A new file has a name of its own: SQLite finds a file's log by its
    name, so a damaged file may not make way for another of the same name while a process still has it open."""
    return FILE_NAME if number == 1 else FILE_NAME.replace(".", f"-{number}.", 1)


def newest_number(folder: Path) -> int:
    """Which of the box's files is the one in use; 1 before there is any."""
    number = 1
    while (folder / file_name(number + 1)).exists():
        number += 1
    return number


def is_damage(error: BaseException | None) -> bool:
    """Whether an error of SQLite means that the file is damaged. Letters that are none come as another error."""
    if isinstance(error, UnicodeDecodeError) or "Could not decode to UTF-8" in str(error):
        return True
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGED


class Store:
    """The box's newest file. Cheap to make; nothing is opened before the first transaction.

    When another process has begun a newer file (a damaged one was set aside), the next transaction is on that one.
    ``damaged`` is set once the file was found to be. Once a file was opened, no other is used in its place before
    ``look_again``: an unmounted disk leaves an empty folder behind, where a new file would be written in vain.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.vanished = False
        self._open()

    def _open(self) -> None:
        self.damaged = False
        self._number = newest_number(self.folder)
        self.file = self.folder / file_name(self._number)
        self._next_file = str(self.folder / file_name(self._number + 1))
        self._file_and_log = paths_of(self.file)
        self._place: Place = ()
        self._engine = create_engine(f"sqlite:///{self.file}", poolclass=QueuePool, pool_size=2, max_overflow=2)
        event.listen(self._engine, "do_connect", lambda *_: self._connecting())
        event.listen(self._engine, "connect", _prepare)
        event.listen(self._engine, "begin", _begin)
        self._writing = self._engine.execution_options(writes=True)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that holds the write lock from its start. Raises ``CannotWrite`` when nothing was kept."""
        self._follow()
        try:
            with self._writing.begin() as connection:
                if self._is_former():
                    raise CannotWrite("the file was set aside just now; try again")
                place = self._place_in(connection, files=2)
                yield connection
                self._insist_on(place)
            self._insist_on(place)  # a COMMIT into a file that nobody finds again is none
        except (DBAPIError, sqlite3.Error, UnicodeDecodeError) as error:
            raise self._failed(error, CannotWrite) from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent view of the file. Raises ``CannotRead``."""
        self._follow()
        try:
            with self._engine.begin() as connection:
                self._place_in(connection, files=1)
                yield connection
        except (DBAPIError, sqlite3.Error, UnicodeDecodeError) as error:
            raise self._failed(error, CannotRead) from error

    def _failed(self, error: Exception, otherwise: type[CannotRead] | type[CannotWrite]) -> Exception:
        self._engine.dispose()
        self.damaged |= is_damage(error.orig if isinstance(error, DBAPIError) else error)
        return (Damaged if self.damaged else otherwise)(_first_line(error))

    def _connecting(self) -> None:
        self._insist_on(self._place)
        keep_private(self.file)

    def _place_in(self, connection: Connection, files: int) -> "Place":
        """Where the first ``files`` (the file; its log) are that this connection has open. Raises ``Vanished`` when
        they are not there. SQLite opens the log with the first write at the latest."""
        place: Place = connection.info.setdefault(("place", files), self._place_now(files))
        self._insist_on(place)
        self._place = place[:1]
        return place

    def _insist_on(self, place: "Place") -> None:
        if None in place or self._place_now(len(place)) != place:
            raise self._lost()

    def _place_now(self, files: int) -> "Place":
        return tuple(_inode(path) for path in self._file_and_log[:files])

    def _lost(self) -> Vanished:
        self.vanished = True
        self._engine.dispose()
        return Vanished(f"{self.file} is not where it was: is its disk still there and mounted?")

    def look_again(self) -> None:
        """Takes what is at the path now, after the file had vanished. Raises ``Vanished`` while nothing is there."""
        if self.vanished and not (self.folder / file_name(newest_number(self.folder))).exists():
            raise self._lost()
        if self.vanished:
            self._engine.dispose()
            self._open()
            self.vanished = False

    def _follow(self) -> None:
        if self._is_former():
            self._engine.dispose()
            self._open()

    def _is_former(self) -> bool:
        return os.path.exists(self._next_file)

    def set_aside_files(self) -> list[Path]:
        """Former files of this box, damaged or replaced, kept for the technician; oldest first."""
        return [path for number in range(1, self._number) if (path := self.folder / file_name(number)).exists()]

    def close(self) -> None:
        """Closes every connection; the last one folds the write-ahead log into the file."""
        self._engine.dispose()


Place = tuple[tuple[int, int] | None, ...]
"""Device and inode number of a file and of its write-ahead log; ``None`` for what is not there."""


def place_of(file: Path) -> Place:
    """Where a file and its log are now."""
    return tuple(_inode(path) for path in paths_of(file))


def paths_of(file: Path) -> tuple[str, str]:
    """A file and its write-ahead log, as text: they are looked at five times a transaction."""
    return str(file), f"{file}-wal"


def _inode(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def keep_private(file: Path) -> None:
    """Makes the database and its logs readable by the box's own user alone, whatever the umask; SQLite gives new logs
    the rights of the file. A folder that cannot be written is SQLite's to report.

    A file that exists is never opened here: closing it again would drop the locks of this process on it (POSIX).
    """
    with suppress(OSError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    for path in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        with suppress(OSError):
            if path.stat().st_mode & 0o177:
                path.chmod(0o600)


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA secure_delete = ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    """By the driver itself: SQLAlchemy takes longer to hand this statement on than SQLite to carry it out."""
    writes = connection.get_execution_options().get("writes")
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _first_line(error: BaseException | None) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
