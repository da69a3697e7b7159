"""The plug is pulled at every write boundary: every thank-you is there afterwards (promise 1).

How: the real desk records journeys on a real file while SQLite's own trace keeps every statement it runs, PRAGMAs,
BEGIN and COMMIT included. APSW replays this tape on a disk in memory (``powerloss``). Before each write, truncation
and sync, what a power cut would leave right then is written to real files, once without any unsynced sector and once
with an arbitrary half of them, and opened by the real store.

Emulated: unsynced writes lost, torn at 512-byte sectors and reordered, in the file and in its write-ahead log, before
and after a checkpoint (made frequent, so that they fall into the tape).
Not emulated: a disk that lies about a sync; sectors damaged beside the write (SQLite's Unix VFS rules that out as we do
here, ``POWERSAFE_OVERWRITE``) or rotting later; a directory entry lost after its file was made; two processes on the
file (the replay holds it exclusively, since a VFS in Python has no shared memory). APSW brings its own SQLite, newer
than Python's.
"""

import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import event

from kiosk.box.box import Box
from kiosk.box.keys import load
from kiosk.box.recovery.rescue import log_is_spoiled
from kiosk.desk.desk import KioskDesk
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import InputMethod, Score, Stage
from kiosk.flow.state.rating_draft import RatingDraft, Subject
from kiosk.store import identity, ledger, outbox
from kiosk.store.engine import FILE_NAME, Store
from kiosk.store.migrations import migrate
from kiosk.store.verify import verify
from sync.protocol.batch import Acknowledgement
from sync.protocol.chain import sign_acknowledgement
from tests.store.conftest import PATTERN, Clock, District

apsw = pytest.importorskip("apsw")
from tests.store import powerloss  # noqa: E402

AT = "2026-11-21T03:00:00Z"


@dataclass
class Tape:
    """Every statement the box's file was given. ``thanked[n]`` entries were acknowledged once ``n`` statements ran."""

    statements: list[str] = field(default_factory=list)
    thanked: dict[int, int] = field(default_factory=dict)

    def hear(self, statement: str) -> None:
        if not statement.startswith("--"):
            self.statements.append(statement)


@dataclass
class Recorder:
    """A new box whose every statement goes on a tape."""

    box: Box
    desk: KioskDesk
    tape: Tape
    district: District

    def journeys(self, count: int) -> Tape:
        """Citizens rate; the district's receipt comes for every tenth."""
        for number in range(1, count + 1):
            code = DossierCode(f"H35.13-261120-{number:04}")
            subject = Subject(InputMethod.SCAN, Stage.RETURN, code, "H35.13-q1")
            self.desk.save(RatingDraft(subject, Score(number % 5 + 1), "vi", None, 900))
            self.thanked()
            if number % 10 == 0:
                self.deliver()
        return self.tape

    def thanked(self) -> None:
        before = len(self.tape.statements)
        with self.box.store.read() as tx:
            count = ledger.count(tx)
        del self.tape.statements[before:]
        self.tape.thanked[before] = count

    def deliver(self) -> None:
        with self.box.store.write() as tx:
            head = ledger.newest(tx, self.box.identity.device_id)
            outbox.deliver(tx, Acknowledgement(head, AT, sign_acknowledgement(head, AT, self.district.receipt)))


@pytest.fixture
def recorder(box: Box, tmp_path: Path, district: District, clock: Clock) -> Recorder:
    folder = tmp_path / "taped"
    folder.mkdir()
    store, tape = Store(folder), Tape()
    event.listen(store._engine, "connect", lambda raw, _: raw.set_trace_callback(tape.hear), insert=True)
    migrate(store)
    with store.write() as tx:
        identity.keep(tx, box.identity)
    made = Box(store, load(box.store.folder / "keys"), box.identity)
    desk = KioskDesk(lambda: made, PATTERN, clock)
    recorder = Recorder(made, desk, tape, district)
    recorder.thanked()
    assert desk.probe() == ""
    recorder.thanked()
    return recorder


@dataclass
class Replay:
    """Plays a tape on a forgetful disk. ``look`` is called at every boundary with the number thanked by then."""

    disk: powerloss.Disk
    look: Callable[[int], None]
    boundaries: int = 0
    thanked: int = -1

    def play(self, tape: Tape, synchronous: str = "FULL") -> None:
        connection = apsw.Connection(FILE_NAME, vfs=self.disk.name)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA wal_autocheckpoint = 30")
        self.disk.boundary = self._boundary
        for number, statement in enumerate(tape.statements, start=1):
            changed = statement.replace("synchronous = FULL", f"synchronous = {synchronous}")
            connection.execute(changed).fetchall()
            self.thanked = tape.thanked.get(number, self.thanked)
        self._boundary()
        self.disk.boundary = lambda: None
        connection.close()

    def _boundary(self) -> None:
        self.boundaries += 1
        self.look(self.thanked)


@dataclass
class Remains:
    """What the power cut left, opened as the kiosk would at its next start."""

    parent: Path
    box: Box
    district: District
    disk: powerloss.Disk
    dice: random.Random = field(default_factory=lambda: random.Random(20261121))
    looks: int = 0

    def held(self, survives: float) -> int:
        """How many entries hold; fails on a damaged file or ledger. -1 before the schema was committed."""
        self.looks += 1
        folder = self.parent / "remains"
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        self.disk.after_power_loss(folder, survives, self.dice)
        assert not log_is_spoiled(folder), "what a power cut leaves is no damage"
        store = Store(folder)
        fresh = bool(migrate(store))
        with store.read() as tx:
            assert tx.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            assert ledger.damage(tx, self.box.identity.device_id) == ""
            key, receipt_key = bytes(self.box.keys.device.verify_key), bytes(self.district.receipt.verify_key)
            verdict = verify(tx, self.box.identity.device_id, key, receipt_key)
            assert (verdict.flaw, verdict.held) == ("", ledger.count(tx))
        store.close()
        return -1 if fresh else verdict.held


@pytest.fixture
def disk() -> powerloss.Disk:
    return powerloss.Disk("forgetful")


@pytest.fixture
def remains(box: Box, district: District, disk: powerloss.Disk) -> Iterator[Remains]:
    """In memory where there is such a folder: hundreds of files are opened, and each would wait for the real disk."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Remains(Path(folder), box, district, disk)


def test_the_tape_holds_what_the_engine_promises(recorder: Recorder):
    tape = recorder.journeys(1)

    pragmas = [one for one in tape.statements if one.startswith("PRAGMA") and "=" in one]
    assert pragmas == [
        "PRAGMA busy_timeout = 4000",
        "PRAGMA journal_mode = WAL",
        "PRAGMA synchronous = FULL",
        "PRAGMA secure_delete = ON",
    ]
    assert sum(one.startswith("INSERT INTO ledger") for one in tape.statements) == max(tape.thanked.values())
    assert not any(one.startswith(("ROLLBACK", "SAVEPOINT")) for one in tape.statements)


def test_a_power_cut_at_every_write_boundary_loses_no_thank_you(
    recorder: Recorder, remains: Remains, disk: powerloss.Disk
):
    def look(thanked: int) -> None:
        for survives in (0.0, 0.5):
            assert thanked <= remains.held(survives) <= thanked + 1

    replay = Replay(disk, look)
    replay.play(recorder.journeys(20))

    assert (replay.thanked, remains.looks) == (21, 2 * replay.boundaries)
    assert replay.boundaries > 300
    assert len(disk.files[FILE_NAME].synced) > 100_000, "no checkpoint fell into the tape"


@pytest.mark.slow
def test_a_power_cut_at_any_of_a_thousand_journeys_loses_no_thank_you(
    recorder: Recorder, remains: Remains, disk: powerloss.Disk
):
    dice = random.Random(7)

    def look(thanked: int) -> None:
        if dice.random() < 1 / 150:
            assert thanked <= remains.held(dice.choice([0.0, 0.5, 0.9])) <= thanked + 1

    replay = Replay(disk, look)
    replay.play(recorder.journeys(1000))

    assert replay.thanked == 1001
    assert remains.looks > 50


def test_without_the_sync_at_each_commit_the_same_cuts_lose_thank_yous(
    recorder: Recorder, remains: Remains, disk: powerloss.Disk
):
    lost = []

    replay = Replay(disk, lambda thanked: lost.append(thanked - remains.held(0.0)))
    replay.play(recorder.journeys(8), synchronous="NORMAL")

    assert max(lost) > 1


def test_the_disk_forgets_what_was_not_synced(disk: powerloss.Disk, tmp_path: Path):
    handle = disk.xOpen("x", [0, 0])
    handle.xWrite(b"a" * 1024, 0)
    handle.xSync(0)
    handle.xWrite(b"b" * 2048, 0)

    disk.after_power_loss(tmp_path, 0.0, random.Random(1))
    nothing = (tmp_path / "x").read_bytes()
    disk.after_power_loss(tmp_path, 0.5, random.Random(1))
    torn = (tmp_path / "x").read_bytes()

    assert nothing == b"a" * 1024
    assert handle.xRead(2048, 0) == b"b" * 2048
    assert {b"a", b"b"} <= {torn[at : at + 1] for at in range(0, len(torn), 512)}
