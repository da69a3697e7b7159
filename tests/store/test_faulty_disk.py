"""A disk that answers with errors: nothing that was thanked is lost, nothing that was not thanked was promised.

As in ``test_power_loss``, the real desk's statements are replayed on a disk in memory; here every write, sync and
truncation in turn fails, once with each error a dying or full card gives, and the program goes on after it as the kiosk
does: the citizen gets an apology, the next one is tried anew. Not emulated: a disk that reports success and does not
write; that is what the canary is for (``kiosk.hardware.disk_health``).
"""

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from kiosk.store.engine import FILE_NAME
from tests.store.test_power_loss import Recorder, Remains, Tape, disk, recorder, remains  # noqa: F401 - fixtures

apsw = pytest.importorskip("apsw")
from tests.store import powerloss  # noqa: E402

PRAGMAS = ("locking_mode = EXCLUSIVE", "wal_autocheckpoint = 20", "synchronous = FULL", "journal_mode = WAL")
FAULTS: dict[str, Callable[[], Exception]] = {
    "disk full": lambda: apsw.FullError("disk full"),
    "EIO": lambda: apsw.IOError("input/output error"),
    "read-only": lambda: apsw.ReadOnlyError("read-only file system"),
}


@dataclass
class Failing:
    """Plays a tape; the ``at``-th boundary and the ``times - 1`` after it fail. ``thanked`` is what was committed."""

    disk: powerloss.Disk
    fault: Callable[[], Exception]
    at: int
    times: int = 1
    boundaries: int = 0
    thanked: list[str] = field(default_factory=list)
    refused: int = 0

    def play(self, tape: Tape) -> None:
        connection = self._opened()
        self.disk.boundary = self._boundary
        for transaction in transactions(tape.statements):
            try:
                for statement in transaction:
                    connection.execute(statement).fetchall()
            except apsw.Error:
                self.refused += 1
                self.disk.boundary = lambda: None
                connection.close()
                connection = self._opened()
                self.disk.boundary = self._boundary
            else:
                self.thanked += [entry_of(one) for one in transaction if one.startswith("INSERT INTO ledger")]
        self.disk.boundary = lambda: None
        connection.close()

    def _opened(self) -> "apsw.Connection":
        connection = apsw.Connection(FILE_NAME, vfs=self.disk.name)
        for pragma in (
            "locking_mode = EXCLUSIVE",
            "wal_autocheckpoint = 20",
            "journal_mode = WAL",
            "synchronous = FULL",
        ):
            connection.execute(f"PRAGMA {pragma}").fetchall()
        return connection

    def _boundary(self) -> None:
        self.boundaries += 1
        if self.at <= self.boundaries < self.at + self.times:
            raise self.fault()


def transactions(statements: list[str]) -> list[list[str]]:
    """The tape cut at each BEGIN, so that one that failed can be left out as the kiosk leaves it out."""
    found: list[list[str]] = [[]]
    for statement in statements:
        if statement.startswith("BEGIN"):
            found.append([])
        found[-1].append(statement)
    return [transaction for transaction in found if transaction]


def entry_of(statement: str) -> str:
    """The entry id in an INSERT INTO ledger."""
    return next(part for part in statement.split("'") if part.count("-") == 4)


def held(remains: Remains, survives: float) -> set[str]:  # noqa: F811
    """Every entry that the real store finds after the power went at last."""
    folder = remains.parent / "faulty"
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    remains.disk.after_power_loss(folder, survives, random.Random(1))
    connection = sqlite3.connect(folder / FILE_NAME)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    made = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'ledger'").fetchone() == (1,)
    found = {row[0] for row in connection.execute("SELECT entry_id FROM ledger")} if made else set()
    connection.close()
    return found


@pytest.mark.parametrize("times", [1, 6])
@pytest.mark.parametrize("name", FAULTS)
def test_an_error_at_any_write_loses_no_thank_you(
    recorder: Recorder,  # noqa: F811
    remains: Remains,  # noqa: F811
    name: str,
    times: int,
):
    tape = recorder.journeys(8)
    calm = Failing(remains.disk, FAULTS[name], at=10**9)
    calm.play(tape)
    refused = 0
    for at in range(1, calm.boundaries, 5):
        remains.disk.files.clear()
        failing = Failing(remains.disk, FAULTS[name], at, times)
        failing.play(tape)
        refused += failing.refused
        for survives in (0.0, 1.0):
            assert set(failing.thanked) <= held(remains, survives), f"{name} at write {at}"

    assert len(calm.thanked) == 9
    assert refused > 20, "the errors were never felt"
