"""What happens to boxes, sticks and keys in ``test_everything_at_once``, each as a rule hypothesis may choose."""

import random
import shutil
import sqlite3
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from kiosk.box import keys
from kiosk.box.opening import restore_backup
from kiosk.box.recovery.backup import copy
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import InputMethod, Score, Stage
from kiosk.flow.state.rating_draft import RatingDraft, Subject
from kiosk.shell import CannotSave
from kiosk.store import box_state, ledger
from kiosk.store.box_state import ROTATION_WANTED
from kiosk.store.engine import CannotWrite, file_name, newest_number
from kiosk.store.pruning import prune
from sync.agent.stick import export, receive
from sync.district.cli.carrying import sort_batches
from sync.district.fleet.carrying import NotTaken, StickImport, answer_file, take
from sync.district.keys.files import make_sealing_key
from sync.district.store.devices import want_rotation
from sync.district.store.engine import reading, writing
from sync.district.store.sealing_keys import add_sealing_key, newest_sealing_key
from sync.protocol.batch import Batch, decode_batch
from sync.protocol.chain import sign_sealing_key
from sync.protocol.seal import key_id, unseal
from sync.protocol.snapshot import SealingKey
from sync.protocol.stick_files import ANSWER, files, put, read
from tests.district.conftest import COUNTER, NOON, District
from tests.district.machine import MISHAPS, YEARS, Kiosk, Mortal
from tests.support.factories import dossier_code

PAGE = 4096
WHICH = st.integers(0, 9)


@dataclass(frozen=True)
class Image:
    """A copy of a box's file, and the dossiers thanked for until then."""

    kiosk: Kiosk
    file: Path
    codes: frozenset[str]


class Things(RuleBasedStateMachine):
    """What the rules act on."""

    folder: Path
    district: District
    mortal: Mortal
    kiosks: list[Kiosk]
    images: list[Image]
    sticks: list[Path]
    carried: list[Batch]
    numbers: Any
    cut = 0
    rolls = 0
    damaged = 0
    returns = 0

    def kiosk(self, which: int) -> Kiosk:
        return self.kiosks[which % len(self.kiosks)]

    def arrived(self) -> set[str]:
        self.district.project()
        return {code for (code,) in self.district.rows("ratings", "dossier_code")}

    def left(self, kiosk: Kiosk, codes: frozenset[str] | set[str]) -> None:
        """Its disk went back to ``codes``. What was thanked since and not delivered is gone with the disk; nobody can
        promise that."""
        kiosk.thanked = set(codes) | (kiosk.thanked & self.arrived())


class OfUse(Things):
    """Citizens, the agent at work, restarts."""

    @rule(which=WHICH, scores=st.lists(st.sampled_from(Score), min_size=1, max_size=20))
    def citizens_rate(self, which: int, scores: list[Score]) -> None:
        for score in scores:
            self._rate(self.kiosk(which), score)

    def _rate(self, kiosk: Kiosk, score: Score) -> None:
        code = dossier_code(next(self.numbers))
        subject = Subject(InputMethod.SCAN, Stage.RETURN, DossierCode(code), COUNTER)
        try:
            kiosk.desk.save(RatingDraft(subject, score, "vi", None, 900))
        except CannotSave:
            assert kiosk.ails
            kiosk.apologised.add(code)
        else:
            kiosk.thanked.add(code)

    @rule(which=WHICH, mishap=st.sampled_from(["", "", "", *MISHAPS]))
    def the_agent_works(self, which: int, mishap: str) -> None:
        kiosk = self.kiosk(which)
        kiosk.wire.mishaps = [mishap] if mishap else []
        kiosk.work()
        self.mortal.revive()

    @rule(which=WHICH)
    def nobody_is_there(self, which: int) -> None:
        self.kiosk(which).desk.lobby()

    @rule(which=WHICH)
    def the_power_fails(self, which: int) -> None:
        self.kiosk(which).restart()

    @rule(which=WHICH, ails=st.sampled_from(["full", "read_only", ""]))
    def the_disk_fills_or_cannot_be_written(self, which: int, ails: str) -> None:
        self.kiosk(which).fall_ill(ails)

    @rule(which=WHICH, at=st.sampled_from(YEARS))
    def the_clock_jumps(self, which: int, at: Any) -> None:
        self.kiosk(which).at = at

    @rule(which=WHICH)
    def delivered_entries_are_forgotten(self, which: int) -> None:
        kiosk = self.kiosk(which)
        try:
            with kiosk.store.write() as tx:
                prune(tx, date(2100, 1, 1))
        except CannotWrite:
            assert kiosk.ails


class OfSticks(Things):
    """USB sticks, and batches that arrive late."""

    @precondition(lambda self: any(kiosk.wire.taken for kiosk in self.kiosks))
    @rule(which=st.integers(0, 99))
    def an_old_batch_arrives_again(self, which: int) -> None:
        taken = [body for kiosk in self.kiosks for body in kiosk.wire.taken]
        self._take(decode_batch(taken[which % len(taken)]), {})

    @rule(which=WHICH, stick=st.integers(0, 1))
    def a_box_writes_to_a_stick(self, which: int, stick: int) -> None:
        kiosk = self.kiosk(which)
        try:
            export(kiosk.box, self.sticks[stick], kiosk.clock, "test/1")
        except CannotWrite:
            assert kiosk.ails

    @rule(stick=st.integers(0, 1), answered=st.booleans())
    def a_stick_reaches_the_district(self, stick: int, answered: bool) -> None:
        """Its answers may be lost: the stick is pulled out too early."""
        places, troubles = sort_batches(self.sticks[stick])
        taken: dict[str, StickImport] = {}
        for place in places:
            self._take(decode_batch(read(place)), taken)
        for one in taken.values() if answered else ():
            content = answer_file(self.district.services, one, NOON)
            put(self.sticks[stick], content, ANSWER, content, content.__eq__)
        assert len(troubles) <= self.cut

    def _take(self, batch: Batch, taken: dict[str, StickImport]) -> None:
        try:
            take(self.district.services, batch, taken, NOON)
        except NotTaken:
            assert self.rolls
        else:
            self.carried.append(batch)

    @rule(which=WHICH, stick=st.integers(0, 1))
    def a_stick_comes_back(self, which: int, stick: int) -> None:
        kiosk = self.kiosk(which)
        try:
            received = receive(kiosk.box, self.sticks[stick], kiosk.clock)
        except CannotWrite:
            assert kiosk.ails
        else:
            assert self.rolls or len(received.troubles) <= self.cut

    @precondition(lambda self: any(self._files()))
    @rule(which=st.integers(0, 99))
    def a_file_on_a_stick_is_cut_short(self, which: int) -> None:
        place = self._files()[which % len(self._files())]
        content = place.read_bytes()
        place.write_bytes(content[: len(content) // 2])
        self.cut += 1

    @precondition(lambda self: any(self._files()))
    @rule(which=st.integers(0, 99))
    def a_file_on_a_stick_is_lost(self, which: int) -> None:
        self._files()[which % len(self._files())].unlink()

    def _files(self) -> list[Path]:
        """Oldest first: their names are drawn from what nobody can foresee."""
        return sorted(
            (place for stick in self.sticks for place in files(stick)), key=lambda one: one.stat().st_ctime_ns
        )


class OfDisks(Things):
    """Disks that go back in time, stand twice, or are spoiled; and somebody who changes what is on one."""

    @rule(which=WHICH)
    def an_image_is_taken(self, which: int) -> None:
        kiosk = self.kiosk(which)
        kiosk.close()
        file = self.folder / f"image-{len(self.images)}"
        shutil.copy(kiosk.store.file, file)
        self.images.append(Image(kiosk, file, frozenset(kiosk.thanked)))
        kiosk.start()

    @precondition(lambda self: self.images)
    @rule(which=st.integers(0, 99), by_command=st.booleans())
    def an_image_is_put_back(self, which: int, by_command: bool) -> None:
        """As a disk of yesterday, or with ``kiosk restore`` where the file is gone."""
        image = self.images[which % len(self.images)]
        kiosk = image.kiosk
        kiosk.close()
        self.left(kiosk, image.codes)
        present = kiosk.folder / file_name(newest_number(kiosk.folder))
        for suffix in ("", "-wal", "-shm"):
            present.with_name(present.name + suffix).unlink(missing_ok=True)
        if by_command:
            restore_backup(kiosk.folder, image.file, kiosk.folder / "keys", kiosk.clock)
        else:
            shutil.copy(image.file, present)
        self.returns += 1
        kiosk.start()

    @rule(which=WHICH)
    def a_backup_is_made_while_it_works(self, which: int) -> None:
        kiosk, file = self.kiosk(which), self.folder / f"image-{len(self.images)}"
        copy(kiosk.store.file, file)
        self.images.append(Image(kiosk, file, frozenset(kiosk.thanked)))

    @rule(which=WHICH, pages=st.sets(st.integers(0, 99), min_size=1, max_size=8), seed=st.integers(0, 99))
    def pages_of_the_file_are_spoiled(self, which: int, pages: set[int], seed: int) -> None:
        """What waited is in the new file, or in the number that its first entry says was lost."""
        kiosk = self.kiosk(which)
        before, number = kiosk.waiting(), newest_number(kiosk.folder)
        kiosk.close()
        receipts = root_of(kiosk.store.file, "receipts")
        struck = spoil(kiosk.store.file, pages, random.Random(seed))
        kiosk.start()
        if newest_number(kiosk.folder) == number:
            return  # it fell where SQLite keeps nothing
        self.damaged += 1
        after = kiosk.waiting()
        gone = {name: one for name, one in before.items() if name not in after}
        said = gap_of(kiosk)
        kiosk.thanked -= kiosk.codes(gone)
        assert said["lost"] is None or said["lost"] == len(gone) or (said["lost"] > len(gone) and receipts in struck)

    @rule(which=WHICH, how=st.sampled_from(["changed", "removed", "moved"]), seed=st.integers(0, 99))
    def somebody_changes_the_ledger(self, which: int, how: str, seed: int) -> None:
        """The box itself names it. Then they put it back, so that all the rest is still to be seen."""
        kiosk = self.kiosk(which)
        with kiosk.store.read() as tx:
            heads = ledger.signed_heads(tx, "")
            rows = [kept for head, _ in heads for kept in ledger.rows(tx, head.epoch)]
        if len(rows) < 2:
            return
        kept = rows[seed % len(rows)]
        kiosk.close()
        untouched = kiosk.store.file.read_bytes()
        with sqlite3.connect(kiosk.store.file) as connection:
            connection.execute("DROP TRIGGER ledger_is_append_only_update")
            connection.execute(TAMPERING[how], (kept.epoch, kept.seq))
        connection.close()
        verdict = kiosk.verdict()
        kiosk.close()
        kiosk.store.file.write_bytes(untouched)
        assert verdict.flaw, f"{how}: {kept.epoch}/{kept.seq} of {len(rows)}"


TAMPERING = {
    "changed": "UPDATE ledger SET sealed = zeroblob(136) WHERE epoch = ? AND seq = ?",
    "removed": "DELETE FROM ledger WHERE epoch = ? AND seq = ?",
    "moved": "UPDATE ledger SET seq = seq + 1000000 WHERE epoch = ? AND seq = ?",
}


def root_of(file: Path, table: str) -> int:
    """The first page, from 0, of a table."""
    with sqlite3.connect(file) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    connection.close()
    return int(root) - 1


def spoil(file: Path, pages: set[int], dice: random.Random) -> set[int]:
    """Writes noise over pages; returns which."""
    content = bytearray(file.read_bytes())
    struck = {page % (len(content) // PAGE) for page in pages}
    for page in sorted(struck):
        content[page * PAGE : (page + 1) * PAGE] = dice.randbytes(PAGE)
    file.write_bytes(content)
    return struck


def gap_of(kiosk: Kiosk) -> dict[str, Any]:
    """What the first entry of the box's newest epoch says."""
    with kiosk.store.read() as tx:
        head = ledger.newest(tx, kiosk.box.identity.device_id)
        first = next(ledger.rows(tx, head.epoch)).envelope
    assert first.type == "gap_declared"
    key = kiosk.district.keys.get(first.key_id)
    assert key is not None
    return unseal(first.sealed, key)


class OfKeys(Things):
    """Rolls of the boxes' keys and of the district's sealing key."""

    @rule(which=WHICH)
    def a_technician_wants_a_new_key(self, which: int) -> None:
        kiosk = self.kiosk(which)
        try:
            with kiosk.store.write() as tx:
                box_state.put(tx, ROTATION_WANTED, True)
        except CannotWrite:
            assert kiosk.ails
        self.rolls += 1

    @rule()
    def the_district_wants_a_new_key(self) -> None:
        with writing(self.district.engine) as connection:
            want_rotation(connection, self.kiosks[0].box.identity.device_id, NOON)
        self.rolls += 1

    @precondition(lambda self: any(self._half_rolled()))
    @rule(which=WHICH, step=st.sampled_from(["token", "key"]))
    def a_roll_stops_between_its_files(self, which: int, step: str) -> None:
        """The power fails after the new token, or the key too, was put in force."""
        half = self._half_rolled()
        kiosk = half[which % len(half)]
        begun = keys.next_key(kiosk.folder / "keys")
        assert begun is not None
        keys.write_secret(kiosk.folder / "keys" / keys.TOKEN, begun.token.encode())
        if step == "key":
            keys.write_secret(kiosk.folder / "keys" / keys.DEVICE_KEY, bytes(begun.device))
        kiosk.restart()

    def _half_rolled(self) -> list[Kiosk]:
        """Boxes whose next key the district has taken, and who do not know it yet."""
        known = {public for (public,) in self.district.rows("devices", "public_key")}
        begun = [(kiosk, keys.next_key(kiosk.folder / "keys")) for kiosk in self.kiosks]
        return [kiosk for kiosk, made in begun if made and bytes(made.device.verify_key) in known]

    @rule()
    def the_district_rolls_its_sealing_key(self) -> None:
        services, data = self.district.services, self.district.services.settings.data
        with writing(self.district.engine) as connection:
            newest = newest_sealing_key(connection)
            made, number = make_sealing_key(data), newest.number + 1 if newest else 2
            signed = SealingKey(number, made, sign_sealing_key(number, made, services.receipt_key))
            add_sealing_key(connection, signed, key_id(made), NOON)
        with reading(self.district.engine) as connection:
            assert newest_sealing_key(connection) == signed
