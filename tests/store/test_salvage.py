"""What is read off the raw pages of a damaged file: every entry whose own page is whole, and none that nobody wrote."""

import random
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey

from kiosk.box.box import Box
from kiosk.box.facts import seal_fact
from kiosk.box.opening import mend, recalled
from kiosk.box.recovery.rescue import SPOILED_LOG
from kiosk.box.recovery.sqlite_wal import log_of, read_log
from kiosk.domain.entry import EntryType, Fact, new_entry_id
from kiosk.store import ledger, outbox
from kiosk.store.engine import FILE_NAME, CannotRead
from sync.agent.apply_response import open_epoch
from sync.protocol.chain import Envelope
from sync.protocol.seal import CannotUnseal, unseal
from tests.store.conftest import PAGE_SIZE, Clock, District
from tests.store.test_damage import WAITING, Kiosk, root_of, spoil

SECTOR = 512


@dataclass
class Whole:
    """A sound file with its log folded in: what was written, what of it waits, and on which pages (from 0)."""

    folder: Path
    district: PrivateKey
    written: dict[str, Envelope]
    waiting: dict[str, Envelope]
    places: dict[str, set[int]]
    receipts: set[int]
    pages: int


def say(kiosk: Kiosk, length: int) -> None:
    """An entry of many bytes: somebody spoke, or wrote at length."""
    moment = kiosk.clock()
    fact = Fact(
        new_entry_id(moment.day), EntryType.COMMENT, moment.day, {"text": random.Random(length).randbytes(length).hex()}
    )
    with kiosk.box.store.write() as tx:
        envelope = seal_fact(fact, kiosk.box.identity.sealing_public_key)
        ledger.append(tx, "kiosk-1", [envelope], kiosk.box.keys.device)


def pages_of(content: bytes, envelope: Envelope) -> set[int]:
    """Where an entry lies, found by its own bytes."""
    sealed = envelope.sealed
    needles = [envelope.entry_id.encode(), *(sealed[at : at + 24] for at in range(0, len(sealed) - 24, 24))]
    return {at // PAGE_SIZE for needle in needles if (at := content.find(needle)) >= 0}


@pytest.fixture
def whole(box: Box, clock: Clock, district: District) -> Whole:
    box.store.close()
    kiosk = Kiosk(box.store.folder, clock, district)
    for number in range(40):
        kiosk.rate(number)
    kiosk.deliver()
    for number in range(40, 100):
        kiosk.rate(number)
        if number % 15 == 0:
            say(kiosk, 100 * (number - 30))
    with kiosk.store.read() as tx:
        written = {kept.envelope.entry_id: kept.envelope for kept in ledger.rows(tx, 1)}
        waiting = {kept.envelope.entry_id: kept.envelope for kept in outbox.next_run(tx, 1000)}
    kiosk.stop()
    content = kiosk.store.file.read_bytes()
    places = {name: pages_of(content, envelope) for name, envelope in waiting.items()}
    receipts = set(root_of(kiosk.store.file, "receipts"))
    return Whole(kiosk.folder, district.sealing, written, waiting, places, receipts, len(content) // PAGE_SIZE)


@dataclass(frozen=True)
class Spoiling:
    """One page of the file, and what became of it."""

    page: int
    kind: str
    seed: int

    def strike(self, content: bytearray) -> int:
        """Spoils one page; returns which."""
        start, dice = self.page * PAGE_SIZE % len(content), random.Random(self.seed)
        match self.kind:
            case "noise":
                content[start : start + PAGE_SIZE] = dice.randbytes(PAGE_SIZE)
            case "zeros":
                content[start : start + PAGE_SIZE] = bytes(PAGE_SIZE)
            case "sector":
                at = start + dice.randrange(PAGE_SIZE // SECTOR) * SECTOR
                content[at : at + SECTOR] = dice.randbytes(SECTOR)
            case "byte":
                content[start + dice.randrange(PAGE_SIZE)] ^= 1 << dice.randrange(8)
            case "another":
                other = dice.randrange(len(content) // PAGE_SIZE) * PAGE_SIZE
                content[start : start + PAGE_SIZE] = content[other : other + PAGE_SIZE]
        return start // PAGE_SIZE


SPOILINGS = st.lists(
    st.builds(
        Spoiling,
        st.integers(0, 999),
        st.sampled_from(["noise", "zeros", "sector", "byte", "another"]),
        st.integers(0, 2**32),
    ),
    min_size=1,
    max_size=12,
)


def spoiled(whole: Whole, folder: Path, spoilings: list[Spoiling]) -> set[int]:
    """A copy of the whole file with pages spoiled; returns which."""
    shutil.copytree(whole.folder, folder)
    file = folder / FILE_NAME
    content = bytearray(file.read_bytes())
    struck = {one.strike(content) for one in spoilings}
    file.write_bytes(content)
    return struck


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(spoilings=SPOILINGS)
def test_whatever_pages_are_spoiled_each_entry_on_a_whole_one_is_saved_and_none_is_forged(
    whole: Whole, clock: Clock, spoilings: list[Spoiling]
):
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "box"
        struck = spoiled(whole, folder, spoilings)
        found = mend(folder, recalled(folder / "keys"), folder / "keys", clock)
    if found is None:
        return  # it fell where SQLite keeps nothing

    saved = {envelope.entry_id: envelope for envelope in found.pending}
    assert len(saved) == len(found.pending)
    for name, envelope in saved.items():
        assert envelope == whole.written[name] or not opens(envelope, whole.district)
    missing = whole.waiting.keys() - saved.keys()
    assert not {name for name in missing if not whole.places[name] & struck}
    if found.lost is not None:
        assert found.lost >= len(missing)
        assert found.lost == len(missing) or whole.receipts & struck


def opens(envelope: Envelope, key: PrivateKey) -> bool:
    try:
        unseal(envelope.sealed, key)
    except CannotUnseal:
        return False
    return True


def left_behind(kiosk: Kiosk, folder: Path) -> Path:
    """What a power cut leaves: the file and its log, as both stand while the kiosk runs."""
    shutil.copytree(kiosk.folder, folder)
    return folder / FILE_NAME


def spoil_log(file: Path, frame: int) -> None:
    log = log_of(file)
    content = bytearray(log.read_bytes())
    at = 32 + frame * (24 + PAGE_SIZE) + 24
    content[at : at + PAGE_SIZE] = random.Random(frame).randbytes(PAGE_SIZE)
    log.write_bytes(content)


@pytest.fixture
def running(box: Box, clock: Clock, district: District) -> Kiosk:
    """Forty ratings in the file, sixty in its log."""
    box.store.close()
    kiosk = Kiosk(box.store.folder, clock, district)
    for number in range(40):
        kiosk.rate(number)
    kiosk.deliver()
    kiosk.stop()
    kiosk = Kiosk(box.store.folder, clock, district)
    for number in range(40, 100):
        kiosk.rate(number)
    return kiosk


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_a_spoiled_log_does_not_send_the_box_back_in_time_unsaid(running: Kiosk, tmp_path: Path, where: float):
    file = left_behind(running, tmp_path / "left")
    shutil.copytree(running.folder, tmp_path / "alone")
    frames = len(read_log(file).committed)
    for place in (file, tmp_path / "alone" / FILE_NAME):
        spoil_log(place, int(frames * where))
    with sqlite3.connect(tmp_path / "alone" / FILE_NAME) as connection:
        (sqlite_alone,) = connection.execute("SELECT count(*) FROM ledger").fetchone()
    connection.close()

    again = Kiosk(file.parent, running.clock, running.district)
    again.rate(101)

    assert sqlite_alone < 41 + 1 + 60, "SQLite takes it for the end of the log"
    (gap,) = again.gaps()
    assert gap["lost"] <= 1
    assert len(WAITING - again.pending()) == gap["lost"]
    assert "0101" in again.pending()
    assert again.holds()
    assert (file.parent / (FILE_NAME + SPOILED_LOG)).stat().st_size > 100_000


def test_the_head_of_a_log_spoiled_loses_nothing(running: Kiosk, tmp_path: Path):
    file = left_behind(running, tmp_path / "left")
    log = log_of(file)
    log.write_bytes(b"\xff" * 32 + log.read_bytes()[32:])

    again = Kiosk(file.parent, running.clock, running.district)

    assert (again.gaps()[0]["lost"], again.pending()) == (0, WAITING)


@pytest.mark.parametrize("ruin", ["gone", "empty"])
def test_what_stands_in_a_log_without_its_file_is_saved(running: Kiosk, tmp_path: Path, ruin: str):
    file = left_behind(running, tmp_path / "left")
    file.unlink()
    if ruin == "empty":
        file.touch()

    again = Kiosk(file.parent, running.clock, running.district)

    assert len(again.gaps()) == 1
    assert again.pending() >= WAITING
    assert again.holds()


def test_a_transaction_that_the_power_cut_off_is_no_damage(running: Kiosk, tmp_path: Path):
    file = left_behind(running, tmp_path / "left")
    log = log_of(file)
    log.write_bytes(log.read_bytes()[: -PAGE_SIZE // 2])

    again = Kiosk(file.parent, running.clock, running.district)

    assert again.gaps() == []
    assert again.pending() >= WAITING - {"0099"}


def test_an_entry_that_was_issued_in_two_epochs_is_saved_once(running: Kiosk):
    """Once the outbox cannot be read, nobody knows any more which of the two was the one that waits."""
    open_epoch(running.box, running.clock(), "for this test")
    running.stop()
    spoil(running.store.file, root_of(running.store.file, "outbox"))
    spoil(running.store.file, root_of(running.store.file, "sqlite_autoindex_outbox_1"))

    again = Kiosk(running.folder, running.clock, running.district)

    assert again.pending() >= WAITING
    assert again.holds()


def test_a_later_epoch_is_saved_when_the_heads_are_gone(running: Kiosk):
    """The district has signed for the first epoch alone, and the page that names the second one is spoiled."""
    open_epoch(running.box, running.clock(), "for this test")
    running.stop()
    spoil(running.store.file, root_of(running.store.file, "heads"))

    again = Kiosk(running.folder, running.clock, running.district)

    assert again.pending() == WAITING
    assert again.gaps()[0]["lost"] is None
    assert again.holds()


def test_one_changed_byte_of_the_sealing_key_is_put_right_from_the_note(running: Kiosk):
    running.stop()
    key = running.box.identity.sealing_public_key
    changed = bytes([key[0] ^ 1]) + key[1:]
    running.store.file.write_bytes(running.store.file.read_bytes().replace(key, changed))

    again = Kiosk(running.folder, running.clock, running.district)
    again.rate(101)

    assert again.box.identity.sealing_public_key == key
    assert "0101" in again.pending()


def test_letters_that_are_none_are_damage_and_not_a_reason_to_wait_for_ever(running: Kiosk):
    """One bit of a waiting entry's kind: SQLite finds nothing wrong with the file, and no batch could ever be read."""
    running.stop()
    file, changed = running.store.file, b"rat\xc5ng"
    content = file.read_bytes()
    at = content.rindex(b"rating")
    file.write_bytes(content[:at] + changed + content[at + len(changed) :])
    again = Kiosk(running.folder, running.clock, running.district)

    with pytest.raises(CannotRead):
        again.pending()
    assert again.desk.probe() == ""

    assert [gap["lost"] for gap in again.gaps()] == [1]
    assert len(WAITING - again.pending()) == 1
    assert again.holds()
