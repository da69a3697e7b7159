"""Boxes, wire and district as one machine under every fault in any order (hypothesis): nothing is lost, nothing counts
twice, and no box that went back in time or stands twice goes unnamed.

Real files, real agents, real HTTP to the real server; see ``machine`` for the wire and ``machine_rules`` for what may
happen: citizens rate, requests and answers are lost, cut, repeated, replaced; either side dies before and after each
step; disks fill, cannot be written, go back in time, stand twice, are spoiled; clocks jump; sticks are carried, cut and
lost; keys are rolled, halfway too; entries are forgotten once delivered.
"""

import shutil
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test
from msgspec.structs import replace

from kiosk.box import keys
from kiosk.store import identity, outbox
from kiosk.store.engine import Store
from kiosk.store.identity import Identity
from kiosk.store.migrations import migrate
from sync.district.cli.verifying import verify_all
from sync.district.fleet.enrolment import draw_code, enrol, issue_code
from sync.district.settings import Limits
from sync.district.store.engine import open_engine, reading
from sync.protocol.batch import decode_batch
from sync.protocol.enrolment import Enrolment
from tests.district.conftest import COUNTER, NOON, UNIT, make_district, serve
from tests.district.machine import Kiosk, Mortal, Wire
from tests.district.machine_rules import OfDisks, OfKeys, OfSticks, OfUse

TWO_HISTORIES = {"rolled_back", "fork", "cloned"}
HONEST = {"new_epoch", "key_replaced", "late_stick"}


class Everything(OfUse, OfSticks, OfDisks, OfKeys):
    """Every dossier whose citizen was thanked has to count in the end, unless its disk was taken away or the gap that
    the box declared counts it."""

    sqlite: Path

    def __init__(self) -> None:
        super().__init__()
        memory = Path("/dev/shm")  # where there is such a folder: thousands of commits would wait for the real disk
        place = memory if memory.is_dir() else None
        self.folder = Path(tempfile.mkdtemp(prefix="lang-nghe-everything-", dir=place))
        self.running = ExitStack()
        self.numbers = count(1)
        self.kiosks, self.images, self.carried = [], [], []
        self.returns = 0
        self.sticks = [self.folder / "stick-0", self.folder / "stick-1"]
        for stick in self.sticks:
            stick.mkdir()

    @initialize()
    def a_box_is_enrolled(self) -> None:
        shutil.copy(self.sqlite, self.folder / "district.sqlite")
        engine = open_engine(f"sqlite:///{self.folder / 'district.sqlite'}")
        self.running.callback(engine.dispose)
        district = make_district(engine, self.folder / "district")
        unlimited = replace(district.services.settings, limits=Limits(per_device_minute=0))
        self.district = replace(district, services=replace(district.services, settings=unlimited))
        self.base = self.running.enter_context(serve(self.district.services)).base
        self.mortal = Mortal(engine)
        folder = self.folder / "box-0"
        folder.mkdir()
        self._enrol(folder)
        self._switch_on(Kiosk(folder, self.base, Wire(self.mortal.die), self.district))

    def _enrol(self, folder: Path) -> None:
        key, code = keys.make(folder / "keys"), draw_code()
        issue_code(self.district.engine, code, UNIT, COUNTER, timedelta(hours=1), NOON)
        welcome = enrol(self.district.services, Enrolment(code, bytes(key.verify_key), "test/1"))
        keys.write_secret(folder / "keys" / keys.TOKEN, welcome.token.encode())
        store = Store(folder)
        migrate(store)
        who = Identity(
            device_id=welcome.device_id,
            unit_id=UNIT,
            counter_id=COUNTER,
            district_url=self.base,
            sealing_public_key=welcome.sealing_public_key,
            receipt_public_key=welcome.receipt_public_key,
            enrolled_at="2026-11-21T05:00:00Z",
        )
        with store.write() as tx:
            identity.keep(tx, who)
        store.close()

    @precondition(lambda self: len(self.kiosks) < 3)
    @rule(which=st.integers(0, 9))
    def the_disk_is_cloned(self, which: int) -> None:
        kiosk = self.kiosk(which)
        kiosk.close()
        folder = self.folder / f"box-{len(self.kiosks)}"
        shutil.copytree(kiosk.folder, folder)
        kiosk.start()
        clone = Kiosk(folder, self.base, Wire(self.mortal.die), self.district, thanked=set(kiosk.thanked))
        self._switch_on(clone)

    def _switch_on(self, kiosk: Kiosk) -> None:
        kiosk.start()
        self.kiosks.append(kiosk)

    @invariant()
    def every_box_holds(self) -> None:
        for kiosk in self.kiosks:
            assert kiosk.verdict().flaw == ""

    def teardown(self) -> None:
        try:
            if self.kiosks:
                self._heal()
                self._everything_counts_once()
                self._every_return_is_named()
                self._the_district_holds()
        finally:
            for kiosk in self.kiosks:
                kiosk.close()
            self.running.close()
            shutil.rmtree(self.folder)

    def _heal(self) -> None:
        for kiosk in self.kiosks:
            kiosk.fall_ill("")
            kiosk.wire.mishaps = []
        for _ in range(40):
            for kiosk in self.kiosks:
                kiosk.work()
            if not any(kiosk.waiting() and not kiosk.is_refused() for kiosk in self.kiosks):
                break
        self.district.project()

    def _everything_counts_once(self) -> None:
        counted = [code for code, counts in self.district.rows("ratings", "dossier_code", "counted") if counts]
        assert len(counted) == len(set(counted))
        assert self.district.rows("unopened", "reason") == []
        for kiosk in self.kiosks:
            with kiosk.store.read() as tx:
                backlog = outbox.backlog(tx)
            assert not kiosk.apologised & set(counted)
            assert backlog.set_aside == 0
            if kiosk.is_refused():  # a copy of a box that rolled its key: it keeps what it has, and says why
                assert self.rolls
                assert len(self.kiosks) > 1
                assert kiosk.thanked <= set(counted) | kiosk.codes(kiosk.waiting())
            else:
                assert kiosk.thanked <= set(counted)
                assert (backlog.pending, kiosk.agent.trouble) == (0, "")

    def _every_return_is_named(self) -> None:
        """Wherever two histories of one position were sent, the district says so; and it accuses nobody else. A start
        writes an entry, so that a box put back behind what it had sent always sends another history."""
        histories: dict[tuple[int, int], set[bytes]] = {}
        sent = [decode_batch(body) for kiosk in self.kiosks for body in kiosk.wire.taken]
        for batch in sent + self.carried:
            for offset, found in enumerate(batch.hashes()):
                histories.setdefault((batch.epoch, batch.first_seq + offset), set()).add(found)
        kinds = set(self.district.kinds())
        forked = any(len(hashes) > 1 for hashes in histories.values())
        assert bool(kinds & TWO_HISTORIES) >= forked
        assert kinds <= TWO_HISTORIES | HONEST
        assert "late_stick" not in kinds or self.carried
        if not self.returns and len(self.kiosks) == 1:
            assert kinds <= HONEST
            assert "new_epoch" not in kinds or self.damaged

    def _the_district_holds(self) -> None:
        with reading(self.district.engine) as connection:
            _, lines = verify_all(connection)
        assert [line for line in lines if "does not hold" in line or "did not sign" in line] == []


@pytest.mark.slow
def test_nothing_is_lost_doubled_or_unnamed_whatever_happens_in_whatever_order(sqlite: Path):
    class Machine(Everything):
        pass

    Machine.sqlite = sqlite
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=30,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
