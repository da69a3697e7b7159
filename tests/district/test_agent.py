"""A real box's agent and a real district over real HTTP: once, whatever is lost on the way, and tampering is named."""

import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk import settings
from kiosk.box.box import open_box
from kiosk.box.facts import seal_fact
from kiosk.box.keys import load
from kiosk.clock import Moment
from kiosk.desk.desk import KioskDesk
from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.entry import EntryType, Fact, new_entry_id
from kiosk.domain.rating import InputMethod, OfficerKnownBy, Score, Stage
from kiosk.domain.roster import DutyShift
from kiosk.flow.state.lobby import CounterChoice
from kiosk.flow.state.rating_draft import RatingDraft, Subject
from kiosk.store import box_state, ledger, outbox, reference
from kiosk.store.engine import CannotWrite, Store
from sync.agent import batches
from sync.agent.agent import Agent, Schedule
from sync.agent.batches import batch_of
from sync.agent.enrol import enrol
from sync.agent.policy import Refused, Unreachable
from sync.agent.transport import Transport
from sync.district.fleet.enrolment import draw_code, issue_code
from sync.district.roster.change import change_roster, seats_of
from sync.district.store.devices import revoke
from sync.district.store.engine import writing
from sync.district.store.imports import Origin
from sync.district.times import local_day, start_of, utc_now
from sync.protocol.batch import Batch, BatchResponse
from tests.district.conftest import COUNTER, NOON, UNIT, Client, District
from tests.support.factories import TODAY, dossier_code


@dataclass
class Kiosk:
    """One box with its desk and its agent, as two processes on one file would have them."""

    settings: settings.Settings
    district: District
    clock: Callable[[], Moment]
    seconds: float = 0.0
    transport: type[Transport] = Transport
    spread_seconds: float = 0.0

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """As after a reboot: nothing but the file and the keys is left."""
        self.store = Store(self.settings.data)
        box = open_box(self.store, lambda: load(self.settings.keys))
        assert box is not None
        self.box = box
        self.desk = KioskDesk(lambda: box, self.settings.code_patterns, self.clock)
        assert self.desk.probe() == ""
        self.agent = Agent(
            box,
            self.transport(box.identity.district_url, box.keys.token),
            Schedule(snapshot_seconds=300, longest_wait_seconds=900, spread_seconds=self.spread_seconds),
            self.clock,
            lambda: self.seconds,
            random.Random(7),
            "test/1",
        )

    def rate(self, number: int, score: int = 5) -> None:
        subject = Subject(InputMethod.SCAN, Stage.RETURN, DossierCode(dossier_code(number)), COUNTER)
        self.desk.save(RatingDraft(subject, Score(score), "vi", None, 900))

    def deliver(self) -> None:
        """Ticks until nothing is left to do, letting every wait pass."""
        for _ in range(40):
            if not self.agent.tick() and not self.pending:
                break
            self.seconds += 1000
        self.district.project()

    @property
    def pending(self) -> int:
        with self.store.read() as tx:
            return outbox.backlog(tx).pending

    def told(self, name: str) -> object:
        with self.store.read() as tx:
            return box_state.get(tx, name)

    def rated(self) -> list[tuple[str, int]]:
        """What the district counted, by dossier."""
        return [
            (code, score)
            for code, score, counted in self.district.rows("ratings", "dossier_code", "score", "counted")
            if counted
        ]


def enrolled(district: District, client: Client, folder: Path) -> Kiosk:
    """A box of its own folder, enrolled and started."""
    configured = settings.load(environment={"KIOSK_DATA": str(folder)})
    code = draw_code()
    issue_code(district.engine, code, UNIT, COUNTER, timedelta(hours=1), district.clock())
    enrol(configured, client.base, code)
    return Kiosk(configured, district, lambda: Moment(NOON, 1_000_000, "cafe"))


@pytest.fixture
def kiosk(district: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(district, client, tmp_path / "box")
    yield made
    made.store.close()


def test_a_rating_arrives_and_is_counted(kiosk: Kiosk):
    kiosk.rate(1, 4)

    kiosk.deliver()

    assert kiosk.rated() == [(dossier_code(1), 4)]
    assert (kiosk.pending, kiosk.agent.trouble) == (0, "")


def test_a_kiosk_takes_turns_with_others_at_a_start_but_not_when_it_was_enrolled_just_now(kiosk: Kiosk):
    kiosk.spread_seconds = 36_000.0
    kiosk.start()

    kiosk.agent.tick()
    heard = kiosk.told("last_contact_at")
    kiosk.start()
    kiosk.agent.tick()

    assert heard
    assert kiosk.told("sync")["state"] == "turn"  # type: ignore[index]


def test_reference_data_reaches_the_box(kiosk: Kiosk, district: District):
    district.reference(
        procedures=[{"procedure_id": "1.001193", "name": "Đăng ký khai sinh", "field": "Hộ tịch"}],
        dossiers=[
            {"dossier_code": dossier_code(9), "procedure_id": "1.001193", "counter_id": COUNTER, "received_on": TODAY}
        ],
    )

    kiosk.deliver()

    found = kiosk.desk.find(dossier_code(9), InputMethod.SCAN)
    assert isinstance(found, Subject)
    assert (found.procedure, found.counter) == ("Đăng ký khai sinh", "Quầy 1")


def test_the_duty_roster_reaches_the_box_and_its_ratings_stand_on_the_account_of_who_was_there(
    kiosk: Kiosk, district: District
):
    district.clock.at = utc_now()  # what the server says over HTTP, and so the kiosk's time
    today, officer = local_day(district.clock.at), {"officer_number": "CB-2", "unit_id": UNIT, "post": "Công chức"}
    district.reference(officers=[officer])
    with writing(district.engine) as connection:
        shifts = seats_of([DutyShift(COUNTER, "CB-2", today)])
        change_roster(connection, UNIT, shifts, Origin("", start_of(today), "lan"))
    kiosk.deliver()

    chosen = kiosk.desk.find_counter(CounterChoice(COUNTER, "Quầy 1"))
    kiosk.desk.save(RatingDraft(chosen, Score(4), "vi", None, 900))
    kiosk.deliver()

    assert chosen.officer_known_by is OfficerKnownBy.DUTY
    assert district.rows("ratings", "officer_number", "officer_known_by") == [("CB-2", "duty")]


def test_a_changed_and_a_removed_dossier_follow(kiosk: Kiosk, district: District):
    row = {"dossier_code": dossier_code(9), "counter_id": COUNTER}
    district.reference(dossiers=[row])
    kiosk.deliver()
    district.reference(dossiers=[row | {"removed": True}])
    kiosk.seconds += 1000

    kiosk.deliver()

    with kiosk.store.read() as tx:
        assert reference.find_dossier(tx, kiosk.box.keys.lookup, dossier_code(9)) is None


class LosesAnswers(Transport):
    """The district takes the batch; the answer never comes back."""

    lost = 3

    def send(self, batch: Batch) -> BatchResponse:
        answer = super().send(batch)
        if LosesAnswers.lost:
            LosesAnswers.lost -= 1
            raise Unreachable("the line was cut after the request")
        return answer


def test_a_lost_answer_leads_to_neither_loss_nor_double_count(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(LosesAnswers, "lost", 3)
    kiosk.transport = LosesAnswers
    kiosk.start()
    for number in range(1, 6):
        kiosk.rate(number)

    kiosk.deliver()

    assert kiosk.rated() == [(dossier_code(number), 5) for number in range(1, 6)]
    assert LosesAnswers.lost == 0


def test_killed_between_answer_and_mark_the_entries_go_again_and_count_once(kiosk: Kiosk):
    kiosk.rate(1)
    with kiosk.store.read() as tx:
        run = outbox.next_run(tx, 500)
    assert run
    kiosk.agent._transport.send(_batch_of(kiosk))

    kiosk.start()
    kiosk.deliver()

    assert kiosk.rated() == [(dossier_code(1), 5)]


def _batch_of(kiosk: Kiosk) -> Batch:
    with kiosk.store.read() as tx:
        return batch_of(tx, kiosk.box, outbox.next_run(tx, 500), {})


def test_an_unreachable_district_is_waited_for_with_a_reason(kiosk: Kiosk):
    class Nowhere(Transport):
        def send(self, batch: Batch) -> BatchResponse:
            raise Unreachable("no answer", retry_after=120)

    kiosk.transport = Nowhere
    kiosk.start()
    kiosk.rate(1)

    assert kiosk.agent.tick() is False
    told = kiosk.told("sync")
    assert isinstance(told, dict)
    assert (told["state"], told["reason"]) == ("waiting", "no answer")
    assert told["next_try_at"] >= "2026-11-21T05:02:00Z"

    kiosk.seconds = 119
    assert kiosk.agent.tick() is False
    assert kiosk.pending


def test_neither_journal_nor_state_tell_the_moment_of_a_delivery(
    kiosk: Kiosk, district: District, caplog: pytest.LogCaptureFixture
):
    """A kiosk sends soon after a press; who reads its file and stood in the hall must not learn whose that was."""
    caplog.set_level("INFO")
    odd = NOON + timedelta(minutes=7, seconds=41)
    kiosk.clock = lambda: Moment(odd, 1_000_041, "cafe")
    kiosk.start()
    kiosk.rate(1)

    kiosk.deliver()
    during = caplog.text
    kiosk.clock = lambda: Moment(odd + timedelta(minutes=8), 1_480_041, "cafe")
    kiosk.agent._clock = kiosk.clock
    kiosk.agent.tick()

    with kiosk.store.read() as tx:
        kept = {name: str(box_state.get(tx, name)) for name in ("sync", "last_contact_at", "last_delivery_at")}
        learnt = str(box_state.get(tx, "clock_learnt"))
    assert kept["last_delivery_at"] == kept["last_contact_at"] == "2026-11-21T05:00:00Z"
    assert "07:41" not in f"{kept}{learnt}"
    assert str(round(odd.timestamp() * 1000)) not in learnt
    assert "delivered" not in during
    assert "entries were delivered within a quarter of an hour" in caplog.text


@pytest.mark.parametrize("asked", [None, 30.0, 400.0])
def test_neither_journal_nor_state_tell_the_moment_of_a_try_that_failed(
    kiosk: Kiosk, caplog: pytest.LogCaptureFixture, asked: float | None
):
    """A kiosk with nothing to send is quiet: its first failure stands right behind a press."""

    class Nowhere(Transport):
        def send(self, batch: Batch) -> BatchResponse:
            raise Unreachable("no answer", retry_after=asked)

    caplog.set_level("INFO")
    odd = NOON + timedelta(minutes=7, seconds=41)
    kiosk.clock = lambda: Moment(odd, 1_000_041, "cafe")
    kiosk.transport = Nowhere
    kiosk.start()
    kiosk.rate(1)

    kiosk.agent.tick()
    during, told = caplog.text, kiosk.told("sync")
    kiosk.agent._clock = lambda: Moment(odd + timedelta(minutes=8), 1_480_041, "cafe")
    kiosk.agent.tick()

    assert isinstance(told, dict)
    assert (told["reason"], told["since"]) == ("no answer", "2026-11-21T05:00:00Z")
    assert told["next_try_at"] in ("2026-11-21T05:15:00Z", "2026-11-21T05:30:00Z")
    assert "no answer" not in during
    assert "tries that failed within a quarter of an hour: 1, the last one waiting: no answer" in caplog.text


def test_a_quarter_is_told_with_its_own_last_reason(kiosk: Kiosk, caplog: pytest.LogCaptureFixture):
    """A try that begins in one quarter and fails in the next belongs to the next."""
    reasons = iter(("no answer", "a captive portal"))

    class Nowhere(Transport):
        def send(self, batch: Batch) -> BatchResponse:
            if (reason := next(reasons)) == "a captive portal":
                kiosk.agent._clock = lambda: Moment(NOON + timedelta(minutes=15, seconds=4), 2_000, "cafe")
            raise Unreachable(reason)

    caplog.set_level("INFO")
    kiosk.clock = lambda: Moment(NOON + timedelta(minutes=14, seconds=50), 1_000, "cafe")
    kiosk.transport = Nowhere
    kiosk.start()
    kiosk.rate(1)

    kiosk.agent.tick()
    kiosk.agent._next_try = 0
    kiosk.agent.tick()

    assert "within a quarter of an hour: 1, the last one waiting: no answer" in caplog.text
    assert "captive portal" not in caplog.text


def test_a_revoked_box_keeps_collecting_and_says_why(kiosk: Kiosk, district: District):
    with writing(district.engine) as connection:
        revoke(connection, kiosk.box.identity.device_id)
    kiosk.rate(1)

    kiosk.deliver()

    told = kiosk.told("sync")
    assert isinstance(told, dict)
    assert told["state"] == "refused"
    assert kiosk.pending > 0


def test_yesterdays_file_is_named_and_nothing_thanked_since_is_lost_or_doubled(
    kiosk: Kiosk, district: District, tmp_path: Path
):
    kiosk.rate(1)
    kiosk.deliver()
    kiosk.store.close()
    shutil.copy(kiosk.store.file, tmp_path / "yesterday")
    kiosk.start()
    kiosk.rate(2)
    kiosk.deliver()

    kiosk.store.close()
    shutil.copy(tmp_path / "yesterday", kiosk.store.file)
    kiosk.start()
    kiosk.rate(3)
    kiosk.deliver()

    assert kiosk.rated() == [(dossier_code(number), 5) for number in (1, 2, 3)]
    assert "rolled_back" in district.kinds()
    assert "new_epoch" in district.kinds()


@pytest.mark.parametrize(
    ("outbox_too", "named"), [(True, {"rolled_back", "fork", "entry_changed"}), (False, {"new_epoch"})]
)
def test_the_newest_delivered_entry_removed_is_named_by_the_district(
    kiosk: Kiosk, district: District, outbox_too: bool, named: set[str]
):
    kiosk.rate(1)
    kiosk.rate(2, 1)
    kiosk.deliver()

    _with_sqlite(
        kiosk,
        "DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)",
        "UPDATE heads SET seq = seq - 1, hash = (SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1)",
        "DELETE FROM receipts",
        *(["DELETE FROM outbox WHERE seq = (SELECT max(seq) FROM outbox)"] if outbox_too else []),
    )
    kiosk.rate(3)
    kiosk.deliver()

    assert named & set(district.kinds())
    assert kiosk.rated() == [(dossier_code(1), 5), (dossier_code(2), 1), (dossier_code(3), 5)]


def test_a_row_missing_on_the_box_does_not_stop_the_rest(kiosk: Kiosk, district: District):
    kiosk.deliver()
    for number in (1, 2, 3):
        kiosk.rate(number)

    _with_sqlite(
        kiosk,
        "DELETE FROM ledger WHERE seq = (SELECT max(seq) - 1 FROM ledger)",
        "DELETE FROM outbox WHERE seq = (SELECT max(seq) - 1 FROM outbox)",
    )
    kiosk.deliver()

    assert kiosk.rated() == [(dossier_code(1), 5), (dossier_code(3), 5)]
    assert "new_epoch" in district.kinds()


def _with_sqlite(kiosk: Kiosk, *statements: str) -> None:
    kiosk.store.close()
    with sqlite3.connect(kiosk.store.file) as connection:
        connection.execute("DROP TRIGGER ledger_is_append_only_update")
        for statement in statements:
            connection.execute(statement)
    connection.close()
    kiosk.start()


def test_an_entry_the_district_will_not_take_is_set_aside_with_its_reason_and_the_rest_arrives(kiosk: Kiosk):
    kiosk.rate(1)
    odd = seal_fact(
        Fact(new_entry_id(TODAY), EntryType.BOOT, TODAY, {"at_s": 1}), kiosk.box.identity.sealing_public_key
    )
    with kiosk.store.write() as tx:
        ledger.append(tx, kiosk.box.identity.device_id, [replace(odd, type="horoscope")], kiosk.box.keys.device)
    kiosk.rate(2)

    kiosk.deliver()

    assert kiosk.rated() == [(dossier_code(1), 5), (dossier_code(2), 5)]
    with kiosk.store.read() as tx:
        assert outbox.reasons(tx) == {"unknown_type": 1}


def test_an_entry_the_district_cannot_even_read_blocks_nothing_after_it(kiosk: Kiosk):
    kiosk.rate(1)
    fact = Fact(new_entry_id(TODAY), EntryType.BOOT, TODAY, {"at_s": 1})
    odd = replace(seal_fact(fact, kiosk.box.identity.sealing_public_key), type="x" * 65)
    with kiosk.store.write() as tx:
        ledger.append(tx, kiosk.box.identity.device_id, [odd], kiosk.box.keys.device)
    kiosk.rate(2)

    kiosk.deliver()

    assert kiosk.rated() == [(dossier_code(1), 5), (dossier_code(2), 5)]
    assert kiosk.pending == 0
    with kiosk.store.read() as tx:
        assert sum(outbox.reasons(tx).values()) == 1


def test_a_row_changed_before_delivery_is_set_aside_and_the_rest_arrives(kiosk: Kiosk, district: District):
    kiosk.deliver()
    for number in (1, 2, 3):
        kiosk.rate(number)

    _with_sqlite(kiosk, "UPDATE ledger SET day = '2020-01-01' WHERE seq = (SELECT max(seq) - 2 FROM ledger)")
    kiosk.deliver()

    assert {(dossier_code(2), 5), (dossier_code(3), 5)} <= set(kiosk.rated())
    assert kiosk.pending == 0
    assert "chain_broken" in district.kinds()


def test_an_idle_box_leaves_its_disk_alone_until_it_asks_for_reference_data(kiosk: Kiosk):
    def written() -> int:
        return kiosk.store.file.with_name(kiosk.store.file.name + "-wal").stat().st_mtime_ns

    kiosk.deliver()
    kiosk.agent.tick()
    before = written()

    for _ in range(20):
        kiosk.seconds += 10  # 200 in all: it asks each 300, or a fifth sooner
        kiosk.agent.tick()
    between = written()
    kiosk.seconds += 200
    kiosk.agent.tick()

    assert between == before
    assert written() > before


def test_on_a_disk_that_takes_nothing_more_the_district_is_not_asked_and_hears_of_it_with_what_waits(
    kiosk: Kiosk, district: District, monkeypatch: pytest.MonkeyPatch
):
    def full() -> object:
        raise CannotWrite("database or disk is full")

    def contact() -> tuple[object, str]:
        (row,) = district.rows("devices", "last_contact_at", "health")
        return row[0], row[1].get("disk", "")

    kiosk.deliver()
    before = contact()
    kiosk.rate(1)
    monkeypatch.setattr(batches, "room", lambda folder: "full")
    district.clock.pass_by(hours=3)
    with monkeypatch.context() as broken:
        broken.setattr(kiosk.box.store, "write", full)
        kiosk.agent.tick()
        sent = contact()
        trouble = kiosk.agent.trouble
    monkeypatch.undo()
    kiosk.deliver()
    delivered = contact()
    district.clock.pass_by(hours=3)
    with monkeypatch.context() as broken:
        broken.setattr(kiosk.box.store, "write", full)
        for _ in range(5):
            kiosk.seconds += 1_000
            kiosk.agent.tick()
    idle = contact()

    assert before[1] != "full"
    assert sent[1] == "full"
    assert "disk is full" in trouble
    assert idle == delivered
    assert delivered[1] != "full"
    assert kiosk.rated() == [(dossier_code(1), 5)]


def test_a_kiosk_with_nothing_to_deliver_tells_its_health_at_its_idle_contact(kiosk: Kiosk) -> None:
    """The printer of a counter where nobody presses loses its paper: the district hears of it and keeps no batch."""
    kiosk.rate(1, 4)
    kiosk.deliver()
    batches_before = kiosk.district.rows("batches", "batch_id")
    with kiosk.store.write() as tx:
        box_state.put(tx, "printer", "paper_out")
    kiosk.agent.tick()
    ((unheard,),) = kiosk.district.rows("devices", "health")
    kiosk.seconds += 600
    kiosk.agent.tick()
    ((heard,),) = kiosk.district.rows("devices", "health")

    assert unheard["printer"] != "paper_out", "before the next contact nobody can know"
    assert (heard["printer"], heard["pending"]) == ("paper_out", 0)
    assert kiosk.district.rows("batches", "batch_id") == batches_before
    assert (kiosk.pending, kiosk.rated()) == (0, [(dossier_code(1), 4)])


def test_a_refused_health_stops_no_round(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise Refused("not now")

    kiosk.rate(1, 4)
    kiosk.deliver()
    kiosk.seconds += 600
    monkeypatch.setattr(kiosk.agent._transport, "send", refused)
    kiosk.agent.tick()
    assert kiosk.agent.trouble == ""
