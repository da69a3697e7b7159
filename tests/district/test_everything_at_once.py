"""Boxes, wire and district as one machine under every fault in any order (hypothesis): nothing is lost, nothing counts
twice, and no box that went back in time or stands twice goes unnamed.

Real files, real agents and the real accept; only the wire is a function call, through the same encoders."""

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from kiosk import keys
from kiosk.box import Box, open_box
from kiosk.clock import Moment
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import InputMethod, Score, Stage
from kiosk.flow.words import Draft, Subject
from kiosk.record import BoxDesk
from kiosk.store import identity, outbox
from kiosk.store.engine import FILE_NAME, Store
from kiosk.store.identity import Identity
from kiosk.store.migrations import migrate
from kiosk.store.verify import verify
from sync.agent import Agent, Pace
from sync.carry import export, receive
from sync.district.cli.carrying import sort_batches
from sync.district.fleet.carrying import Taken, answer_file, take
from sync.district.fleet.enrolment import draw_code, enrol, issue_code
from sync.district.ingest.accept import accept
from sync.district.store.engine import open_engine
from sync.enrolment import Enrolment
from sync.policy import Unreachable
from sync.snapshot import Page
from sync.stick import ANSWER, files, put, read
from sync.transport import Contact
from sync.wire import Answer, Batch, decode_answer, decode_batch, encode_answer, encode_batch
from tests.district.conftest import COUNTER, NOON, UNIT, District, make_district
from tests.factories import dossier_code
from tests.store.conftest import PATTERN

TWO_HISTORIES = {"rolled_back", "fork", "cloned"}


class Crash(BaseException):
    """The process is gone: nothing catches this on the way."""


class Wire:
    """Carries batches as bytes. ``mishaps`` is a queue of what happens to the next ones; empty means well."""

    def __init__(self, district: District, public_key: bytes) -> None:
        self._district, self._public_key = district, public_key
        self.mishaps: list[str] = []
        self.sent: list[bytes] = []
        self.last_contact: Contact | None = None

    def send(self, batch: Batch) -> Answer:
        mishap = self.mishaps.pop(0) if self.mishaps else ""
        body = encode_batch(batch)
        if mishap == "request_lost":
            raise Unreachable("lost on the way there")
        self.sent.append(body)
        answer = self.arrive(body)
        if mishap == "repeated":
            answer = self.arrive(body)
        if mishap == "answer_lost":
            raise Unreachable("lost on the way back")
        if mishap == "crash":
            raise Crash
        return answer

    def arrive(self, body: bytes) -> Answer:
        services = self._district.services
        answer = accept(services.engine, services.receipt_key, self._public_key, decode_batch(body), services.now())
        return decode_answer(json.loads(json.dumps(encode_answer(answer))))

    def snapshot(self, since: str) -> Page | None:
        return None


@dataclass
class Kiosk:
    """One folder with a box in it, and its two processes."""

    folder: Path
    wire: Wire
    clock: Callable[[], Moment]
    seconds: float = 0.0

    def start(self) -> None:
        self.store = Store(self.folder)
        box = open_box(self.store, lambda: keys.load(self.folder / "keys"))
        assert box is not None
        self.box: Box = box
        self.desk = BoxDesk(lambda: box, PATTERN, self.clock)
        assert self.desk.probe() == ""
        pace = Pace(snapshot_seconds=10**9, longest_wait_seconds=900)
        self.agent = Agent(box, self.wire, pace, self.clock, lambda: self.seconds, Random(7), "test/1")  # type: ignore[arg-type]

    def tick(self) -> None:
        self.seconds += 1000
        try:
            self.agent.tick()
        except Crash:
            self.restart()

    def restart(self) -> None:
        self.store.close()
        self.start()

    @property
    def pending(self) -> int:
        with self.store.read() as tx:
            return outbox.backlog(tx).pending


class Everything(RuleBasedStateMachine):
    """``thanked`` are the dossiers whose citizens were thanked, by kiosk: every one has to count in the end."""

    sqlite: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="lang-nghe-everything-"))
        self.numbers = count(1)
        self.kiosks: list[Kiosk] = []
        self.images: list[tuple[Path, set[str]]] = []
        self.thanked: dict[int, set[str]] = {}
        self.sticks = [self.folder / "stick-0", self.folder / "stick-1"]
        for stick in self.sticks:
            stick.mkdir()
        self.carried: list[Batch] = []
        self.cut = 0

    @initialize()
    def a_box_is_enrolled(self) -> None:
        shutil.copy(self.sqlite, self.folder / "district.sqlite")
        self.engine = open_engine(f"sqlite:///{self.folder / 'district.sqlite'}")
        self.district = make_district(self.engine, self.folder / "district")
        box = self.folder / "box-0"
        box.mkdir()
        self.key = keys.make(box / "keys")
        code = draw_code()
        issue_code(self.engine, code, UNIT, COUNTER, timedelta(hours=1), NOON)
        welcome = enrol(self.district.services, Enrolment(code, bytes(self.key.verify_key), "test/1"))
        keys.write_secret(box / "keys" / keys.TOKEN, welcome.token.encode())
        store = Store(box)
        migrate(store)
        who = Identity(
            device_id=welcome.device_id,
            unit_id=UNIT,
            counter_id=COUNTER,
            district_url="",
            sealing_public_key=welcome.sealing_public_key,
            receipt_public_key=welcome.receipt_public_key,
            enrolled_at="2026-11-21T05:00:00Z",
        )
        with store.write() as tx:
            identity.keep(tx, who)
        store.close()
        self._switch_on(box, set())

    @rule(which=st.integers(0, 9), score=st.sampled_from(Score))
    def a_citizen_rates(self, which: int, score: Score) -> None:
        kiosk = self._kiosk(which)
        code = dossier_code(next(self.numbers))
        kiosk.desk.save(
            Draft(Subject(InputMethod.SCAN, Stage.RETURN, DossierCode(code), COUNTER), score, "vi", None, 900)
        )
        self.thanked[id(kiosk)].add(code)

    @rule(which=st.integers(0, 9), mishap=st.sampled_from(["", "", "request_lost", "answer_lost", "repeated", "crash"]))
    def the_agent_ticks(self, which: int, mishap: str) -> None:
        kiosk = self._kiosk(which)
        kiosk.wire.mishaps = [mishap] if mishap else []
        kiosk.tick()

    @precondition(lambda self: any(kiosk.wire.sent for kiosk in self.kiosks))
    @rule(data=st.data())
    def an_old_batch_arrives_again(self, data: st.DataObject) -> None:
        kiosk = next(kiosk for kiosk in self.kiosks if kiosk.wire.sent)
        kiosk.wire.arrive(data.draw(st.sampled_from(kiosk.wire.sent)))

    @rule(which=st.integers(0, 9), stick=st.integers(0, 1))
    def a_box_writes_to_a_stick(self, which: int, stick: int) -> None:
        kiosk = self._kiosk(which)
        export(kiosk.box, self.sticks[stick], kiosk.clock, "test/1")

    @rule(stick=st.integers(0, 1), answered=st.booleans())
    def a_stick_reaches_the_district(self, stick: int, answered: bool) -> None:
        """Its answers may be lost: the stick is pulled out too early."""
        places, troubles = sort_batches(self.sticks[stick])
        taken: dict[str, Taken] = {}
        for place in places:
            batch = decode_batch(read(place))
            self.carried.append(batch)
            take(self.district.services, batch, taken, NOON)
        for one in taken.values() if answered else ():
            content = answer_file(self.district.services, one, NOON)
            put(self.sticks[stick], content, ANSWER, content, content.__eq__)
        assert len(troubles) <= self.cut

    @rule(which=st.integers(0, 9), stick=st.integers(0, 1))
    def a_stick_comes_back(self, which: int, stick: int) -> None:
        kiosk = self._kiosk(which)
        received = receive(kiosk.box, self.sticks[stick], kiosk.clock)
        assert len(received.troubles) <= self.cut

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

    @rule(which=st.integers(0, 9))
    def the_power_fails(self, which: int) -> None:
        self._kiosk(which).restart()

    @rule(which=st.integers(0, 9))
    def an_image_is_taken(self, which: int) -> None:
        kiosk = self._kiosk(which)
        kiosk.store.close()
        image = self.folder / f"image-{len(self.images)}"
        shutil.copy(kiosk.folder / FILE_NAME, image)
        self.images.append((image, set(self.thanked[id(kiosk)])))
        kiosk.start()

    @precondition(lambda self: self.images)
    @rule(which=st.integers(0, 9), data=st.data())
    def an_image_is_put_back(self, which: int, data: st.DataObject) -> None:
        """What was thanked since the image and not delivered is gone with the disk; nobody can promise that."""
        kiosk = self._kiosk(which)
        image, codes = data.draw(st.sampled_from(self.images))
        delivered = self._arrived()
        kiosk.store.close()
        for old in kiosk.folder.glob(FILE_NAME + "*"):
            old.unlink()
        shutil.copy(image, kiosk.folder / FILE_NAME)
        self.thanked[id(kiosk)] = codes | (self.thanked[id(kiosk)] & delivered)
        kiosk.start()

    @precondition(lambda self: len(self.kiosks) < 3)
    @rule(which=st.integers(0, 9))
    def the_disk_is_cloned(self, which: int) -> None:
        kiosk = self._kiosk(which)
        kiosk.store.close()
        clone = self.folder / f"box-{len(self.kiosks)}"
        shutil.copytree(kiosk.folder, clone)
        kiosk.start()
        self._switch_on(clone, set(self.thanked[id(kiosk)]))

    @invariant()
    def every_box_holds(self) -> None:
        for kiosk in self.kiosks:
            with kiosk.store.read() as tx:
                key = kiosk.box.identity.receipt_public_key
                assert verify(tx, kiosk.box.identity.device_id, bytes(self.key.verify_key), key).flaw == ""

    def teardown(self) -> None:
        try:
            if self.kiosks:
                self._heal()
                self._everything_counts_once()
                self._every_return_is_named()
        finally:
            for kiosk in self.kiosks:
                kiosk.store.close()
            self.engine.dispose()
            shutil.rmtree(self.folder)

    def _heal(self) -> None:
        for _ in range(40):
            for kiosk in self.kiosks:
                kiosk.wire.mishaps = []
                kiosk.tick()
            if not any(kiosk.pending for kiosk in self.kiosks):
                break
        self.district.project()

    def _everything_counts_once(self) -> None:
        counted = [code for code, counts in self.district.rows("ratings", "dossier_code", "counted") if counts]
        assert len(counted) == len(set(counted))
        assert set().union(*self.thanked.values()) <= set(counted)
        for kiosk in self.kiosks:
            with kiosk.store.read() as tx:
                backlog = outbox.backlog(tx)
            assert (backlog.pending, backlog.set_aside, kiosk.agent.trouble) == (0, 0, "")

    def _every_return_is_named(self) -> None:
        """Wherever two histories of one position were sent, the district says so; and it accuses nobody else. A start
        writes an entry, so that a box put back behind what it had sent always sends another history."""
        histories: dict[tuple[int, int], set[bytes]] = {}
        sent = [decode_batch(body) for kiosk in self.kiosks for body in kiosk.wire.sent]
        for batch in sent + self.carried:
            for offset, found in enumerate(batch.hashes()):
                histories.setdefault((batch.epoch, batch.first_seq + offset), set()).add(found)
        kinds = set(self.district.kinds())
        forked = any(len(hashes) > 1 for hashes in histories.values())
        assert bool(kinds & TWO_HISTORIES) >= forked
        assert kinds <= TWO_HISTORIES | {"new_epoch"}
        if not self.images and len(self.kiosks) == 1:
            assert kinds == set()

    def _switch_on(self, folder: Path, codes: set[str]) -> None:
        wire = Wire(self.district, bytes(self.key.verify_key))
        kiosk = Kiosk(folder, wire, lambda: Moment(NOON, 1_000_000, "cafe"))
        kiosk.start()
        self.kiosks.append(kiosk)
        self.thanked[id(kiosk)] = codes

    def _kiosk(self, which: int) -> Kiosk:
        return self.kiosks[which % len(self.kiosks)]

    def _files(self) -> list[Path]:
        """Oldest first: their names are drawn from what nobody can foresee."""
        return sorted(
            (place for stick in self.sticks for place in files(stick)), key=lambda one: one.stat().st_ctime_ns
        )

    def _arrived(self) -> set[str]:
        self.district.project()
        return {code for (code,) in self.district.rows("ratings", "dossier_code")}


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_unnamed_whatever_happens_in_whatever_order(sqlite: Path):
    class Machine(Everything):
        pass

    Machine.sqlite = sqlite
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
