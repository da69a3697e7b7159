"""A damaged, lost or locked file: the box goes on, what can be read is delivered, and the gap is declared."""

import random
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest
from nacl.exceptions import CryptoError
from nacl.public import SealedBox
from sqlalchemy import event

from kiosk.box import keys
from kiosk.box.box import Box
from kiosk.box.opening import Maintenance, mend, open_or_mend, recalled
from kiosk.cli.doctor import examine
from kiosk.desk.desk import KioskDesk
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import InputMethod, Score, Stage
from kiosk.flow.state.rating_draft import RatingDraft, Subject
from kiosk.settings import load
from kiosk.shell import CannotSave
from kiosk.store import ledger, outbox
from kiosk.store.engine import FILE_NAME, CannotOpen, CannotWrite, Damaged, Store, file_name
from kiosk.store.migrations import migrate
from kiosk.store.verify import verify
from sync.protocol.batch import Acknowledgement
from sync.protocol.chain import Envelope, sign_acknowledgement
from sync.protocol.seal import unseal
from tests.store.conftest import PATTERN, Clock, District

PAGE = 4096
AT = "2026-11-21T03:00:00Z"


@dataclass
class Kiosk:
    """One folder, opened as both processes open it."""

    folder: Path
    clock: Clock
    district: District

    def __post_init__(self) -> None:
        self.store = Store(self.folder)
        self.desk = KioskDesk(
            lambda: open_or_mend(self.store, self.folder / "keys", self.clock), PATTERN, self.clock, "", "test/1"
        )
        assert self.desk.probe() == ""

    @property
    def box(self) -> Box:
        assert self.desk.box is not None
        return self.desk.box

    def rate(self, number: int) -> None:
        code = DossierCode(f"H35.13-261120-{number:04}")
        self.desk.save(
            RatingDraft(Subject(InputMethod.SCAN, Stage.RETURN, code, "H35.13-q1"), Score(4), "vi", None, 900)
        )

    def deliver(self) -> None:
        with self.box.store.write() as tx:
            head = ledger.newest(tx, "kiosk-1")
            outbox.deliver(tx, Acknowledgement(head, AT, sign_acknowledgement(head, AT, self.district.receipt)))

    def pending(self) -> set[str]:
        """The dossiers whose ratings wait, opened as the district would; what it could not open it sets aside."""
        found = set()
        with self.store.read() as tx:
            for kept in outbox.next_run(tx, 10_000):
                try:
                    SealedBox(self.district.sealing).decrypt(kept.envelope.sealed)
                except CryptoError:
                    continue
                body = unseal(kept.envelope.sealed, self.district.sealing)
                if kept.envelope.type == "rating":
                    found.add(body["dossier_code"][-4:])
        return found

    def gaps(self) -> list[dict]:
        with self.store.read() as tx:
            heads = ledger.signed_heads(tx, "kiosk-1")
            rows = [kept for head, _ in heads for kept in ledger.rows(tx, head.epoch)]
        return [
            unseal(kept.envelope.sealed, self.district.sealing) for kept in rows if kept.envelope.type == "gap_declared"
        ]

    def holds(self) -> bool:
        with self.store.read() as tx:
            key = bytes(self.box.keys.device.verify_key)
            return verify(tx, "kiosk-1", key, self.box.identity.receipt_public_key).flaw == ""

    def stop(self) -> None:
        self.box.store.close()
        self.store.close()


@pytest.fixture
def kiosk(box: Box, clock: Clock, district: District) -> Kiosk:
    """A box with 40 delivered ratings and 60 that wait, all of them in the file itself."""
    box.store.close()
    kiosk = Kiosk(box.store.folder, clock, district)
    for number in range(40):
        kiosk.rate(number)
    kiosk.deliver()
    for number in range(40, 100):
        kiosk.rate(number)
    return kiosk


WAITING = {f"{number:04}" for number in range(40, 100)}


def spoil(file: Path, pages: list[int]) -> None:
    content = bytearray(file.read_bytes())
    for page in pages:
        content[page * PAGE : (page + 1) * PAGE] = random.Random(page).randbytes(PAGE)
    file.write_bytes(content)


def checkpoint(file: Path) -> None:
    """Folds the log into the file, so that what is spoiled there is not read from the log."""
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def root_of(file: Path, name: str) -> list[int]:
    """The first page, from 0, of a table or an index."""
    with sqlite3.connect(file) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()
    connection.close()
    return [root[0] - 1]


def leaves_of_the_ledger(file: Path) -> list[int]:
    """Pages that hold rows of it (their type is 13), from 0."""
    content = file.read_bytes()
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    return [number for number, page in enumerate(pages) if page[0] == 13 and b"rating" in page]


@pytest.mark.parametrize(
    "name",
    [
        *("sqlite_autoindex_ledger_1", "ix_ledger_entry_id_epoch", "outbox", "ix_outbox_state_epoch_seq"),
        *("heads", "receipts", "identity", "box_state", "migrations"),
    ],
)
def test_a_spoiled_page_of_any_table_stops_nobody_and_what_can_be_read_is_saved(kiosk: Kiosk, clock: Clock, name: str):
    kiosk.stop()
    spoil(kiosk.store.file, root_of(kiosk.store.file, name))
    again = Kiosk(kiosk.folder, clock, kiosk.district)
    caretaker = Maintenance(again.box, 400, clock, lambda: 0.0, kiosk.folder)
    try:
        caretaker.tick()
    except Damaged:
        assert again.desk.probe() == ""

    again.rate(777)

    assert again.store.set_aside_files() == [kiosk.folder / FILE_NAME], "the damaged file is kept for the technician"
    said = {finding.check: finding for finding in examine(load(environment={"KIOSK_DATA": str(kiosk.folder)}), clock)}
    assert (said["database"].state, FILE_NAME in said["database"].finding) == ("warning", True)
    (gap,) = again.gaps()
    assert "damaged" in gap["reason"]
    assert "0777" in again.pending()
    assert again.pending() >= WAITING
    assert again.holds()


@pytest.mark.parametrize("which", [0, 2, -1])
def test_of_a_spoiled_page_of_entries_only_those_on_it_are_lost_and_they_are_counted(
    kiosk: Kiosk, clock: Clock, which: int
):
    kiosk.stop()
    leaves = leaves_of_the_ledger(kiosk.store.file)
    spoil(kiosk.store.file, [leaves[which]])
    again = Kiosk(kiosk.folder, clock, kiosk.district)
    if not (kiosk.folder / file_name(2)).exists():
        with pytest.raises(Damaged):
            Maintenance(again.box, 400, clock, lambda: 0.0, kiosk.folder).tick()
        assert again.desk.probe() == ""

    (gap,) = again.gaps()
    lost = WAITING - again.pending()
    assert len(leaves) > 5
    assert len(lost) <= len(WAITING) / 3
    assert gap["lost"] - 1 <= len(lost) <= gap["lost"]  # the second start's own entry may be among them
    assert again.holds()


@pytest.mark.parametrize("name", ["ledger", "sqlite_schema"])
def test_every_entry_is_saved_when_only_the_way_to_them_is_gone(kiosk: Kiosk, clock: Clock, name: str):
    kiosk.stop()
    spoil(kiosk.store.file, root_of(kiosk.store.file, name) if name == "ledger" else [0])
    again = Kiosk(kiosk.folder, clock, kiosk.district)
    again.rate(101)

    (gap,) = again.gaps()
    assert (gap["lost"], again.pending()) == (0, WAITING | {"0101"})
    assert again.holds()


def test_when_no_entry_can_be_read_the_gap_says_how_many_there_were(kiosk: Kiosk, clock: Clock):
    kiosk.stop()
    spoil(kiosk.store.file, leaves_of_the_ledger(kiosk.store.file))
    again = Kiosk(kiosk.folder, clock, kiosk.district)
    again.rate(101)

    (gap,) = again.gaps()
    assert (gap["lost"], again.pending()) == (60, {"0101"})
    assert again.holds()


@pytest.mark.parametrize("ruin", ["zeros", "a text", "cut short", "gone"])
def test_a_file_that_is_no_database_any_more_or_gone_begins_anew_and_says_so(kiosk: Kiosk, clock: Clock, ruin: str):
    kiosk.stop()
    file = kiosk.store.file
    match ruin:
        case "zeros":
            file.write_bytes(bytes(file.stat().st_size))
        case "a text":
            file.write_text("this is not a database at all\n" * 300)
        case "cut short":
            file.write_bytes(file.read_bytes()[: 7 * PAGE + 100])
        case "gone":
            file.unlink()

    again = Kiosk(kiosk.folder, clock, kiosk.district)
    again.rate(1)

    assert again.box.identity == kiosk.box.identity
    assert again.pending() >= {"0001"}
    assert len(again.gaps()) == 1
    with again.store.read() as tx:
        assert ledger.newest(tx, "kiosk-1").epoch > 1
    assert again.holds()


def test_damage_that_strikes_while_the_kiosk_runs_costs_one_apology(kiosk: Kiosk):
    checkpoint(kiosk.store.file)
    spoil(kiosk.store.file, list(range(1, kiosk.store.file.stat().st_size // PAGE)))
    kiosk.store._engine.dispose()

    with pytest.raises(CannotSave):
        kiosk.rate(500)

    assert kiosk.desk.probe() == ""
    kiosk.rate(501)
    assert kiosk.pending() >= {"0501"}


def test_the_other_process_follows_to_the_new_file_and_writes_nothing_to_the_old(kiosk: Kiosk, clock: Clock):
    other = Store(kiosk.folder)
    with other.read() as tx:
        assert ledger.count(tx) == 101
    checkpoint(kiosk.store.file)
    kiosk.stop()
    spoil(kiosk.store.file, root_of(kiosk.store.file, "heads"))

    Kiosk(kiosk.folder, clock, kiosk.district)
    with other.write() as tx:
        ledger.append(tx, "kiosk-1", [_any_envelope()], kiosk.box.keys.device)

    assert other.file.name == file_name(2)
    with sqlite3.connect(kiosk.folder / FILE_NAME) as connection:
        assert connection.execute("SELECT count(*) FROM ledger").fetchone() == (101,)
    other.close()


def _any_envelope() -> Envelope:
    return Envelope("0199f0d1-0000-7000-8000-000000000000", "boot", "2026-11-21", "00000000", b"x" * 136)


def test_a_writer_that_waited_for_the_rescue_is_told_to_try_again(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch):
    answers = iter([False, True])
    monkeypatch.setattr(Store, "_is_former", lambda self: next(answers))

    with pytest.raises(CannotWrite, match="set aside"), kiosk.store.write():
        pytest.fail("nothing may be written to the old file")


def test_two_processes_that_find_the_damage_together_mend_it_once(kiosk: Kiosk, clock: Clock):
    kiosk.stop()
    spoil(kiosk.store.file, root_of(kiosk.store.file, "heads"))
    known = recalled(kiosk.folder / "keys")

    first = mend(kiosk.folder, known, kiosk.folder / "keys", clock)
    second = mend(kiosk.folder, known, kiosk.folder / "keys", clock)

    assert first is not None
    assert second is None
    assert not (kiosk.folder / file_name(3)).exists()


def test_a_file_of_a_newer_release_is_not_damage_and_is_left_alone(kiosk: Kiosk, clock: Clock):
    with kiosk.store.write() as tx:
        tx.exec_driver_sql("INSERT INTO migrations (name) VALUES ('9999_from_the_future')")
    kiosk.stop()
    before = kiosk.store.file.read_bytes()

    with pytest.raises(CannotOpen, match="newer release"):
        open_or_mend(Store(kiosk.folder), kiosk.folder / "keys", clock)

    assert kiosk.store.file.read_bytes() == before
    assert not (kiosk.folder / file_name(2)).exists()


def test_a_log_left_behind_is_read_with_its_file(kiosk: Kiosk, tmp_path: Path):
    """As after a power cut: the file and its write-ahead log, copied while both are open."""
    place = tmp_path / "left-behind"
    shutil.copytree(kiosk.folder, place)

    again = Kiosk(place, kiosk.clock, kiosk.district)

    assert again.pending() == WAITING
    assert again.gaps() == []


def test_a_file_copied_while_open_without_its_log_opens_as_an_older_one(kiosk: Kiosk, tmp_path: Path):
    place = tmp_path / "half"
    place.mkdir()
    shutil.copytree(kiosk.folder / "keys", place / "keys")
    shutil.copy(kiosk.store.file, place / FILE_NAME)

    again = Kiosk(place, kiosk.clock, kiosk.district)
    again.rate(888)

    assert "0888" in again.pending()
    assert again.holds()


def test_a_read_only_disk_is_an_apology_and_mends_itself(kiosk: Kiosk):
    kiosk.store._engine.dispose()

    def read_only(raw, _record):
        raw.execute("PRAGMA query_only = ON")

    event.listen(kiosk.store._engine, "connect", read_only)
    with pytest.raises(CannotSave):
        kiosk.rate(1)
    assert kiosk.desk.probe() == "cannot_save"

    event.remove(kiosk.store._engine, "connect", read_only)
    kiosk.store._engine.dispose()

    assert kiosk.desk.probe() == ""
    assert not (kiosk.folder / file_name(2)).exists(), "a read-only disk is no damage"


def test_a_file_that_names_nobody_and_no_note_of_it_says_enrol_again(kiosk: Kiosk, clock: Clock):
    kiosk.stop()
    (kiosk.folder / "keys/identity.json").unlink()
    kiosk.store.file.write_bytes(bytes(8192))

    desk = KioskDesk(lambda: open_or_mend(Store(kiosk.folder), kiosk.folder / "keys", clock), PATTERN, clock)

    assert desk.probe() == "cannot_open"


def test_what_was_set_aside_stays_aside(kiosk: Kiosk, clock: Clock):
    with kiosk.store.write() as tx:
        outbox.set_aside(tx, 1, 50, "unknown_type")
        settled = next(ledger.rows(tx, 1, 49)).envelope.entry_id
    kiosk.stop()
    spoil(kiosk.store.file, root_of(kiosk.store.file, "box_state"))
    again = Kiosk(kiosk.folder, clock, kiosk.district)

    with again.store.read() as tx:
        waiting = {kept.envelope.entry_id for kept in outbox.next_run(tx, 1000)}

    assert settled not in waiting


def test_keys_that_others_can_read_are_refused(kiosk: Kiosk):
    (kiosk.folder / "keys/device.key").chmod(0o640)

    with pytest.raises(keys.NoKeys, match="chmod 600"):
        keys.load(kiosk.folder / "keys")


def test_migrating_twice_at_once_takes_each_step_once(tmp_path: Path):
    one, other = Store(tmp_path), Store(tmp_path)

    assert len(migrate(one)) > 0
    assert migrate(other) == []
