"""The desk and the office's queue: one word beside a rating, sums once a day, one line for the staff, and no ticket."""

import json
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.box.box import Box
from kiosk.cli.checks.check import rendered
from kiosk.cli.checks.queue import queue as queue_check
from kiosk.cli.doctor import load_strings
from kiosk.clock import VIETNAM, Moment
from kiosk.desk.desk import KioskDesk
from kiosk.desk.office_queue import REPORTED_DAYS, queue_of, times_body, times_due
from kiosk.domain.rating import Transaction
from kiosk.domain.reference import ENTRIES_OF_2, ENTRIES_OF_4, Counter, OpeningHours, ThisBox
from kiosk.flow.state.counter_view import CounterQueueView
from kiosk.flow.state.lobby import CounterChoice
from kiosk.queue.book import QueueBook
from kiosk.queue.feed import QueueFeed
from kiosk.queue.lines import CounterQueue, WaitingLine
from kiosk.queue.listener import QueueListener
from kiosk.queue.message import QueueMessage, encoded
from kiosk.queue.reading import event_from
from kiosk.queue.status import QueueStatus, write_status
from kiosk.queue.times import DayTimes, TimesRow
from kiosk.queue.transaction import Activity
from kiosk.settings import QueueOptions, Settings, load
from kiosk.store import box_state, ledger
from kiosk.store.engine import CannotWrite
from sync.protocol.seal import unseal
from tests.store.test_complaints import know
from tests.store.test_record import draft

DAY = date(2026, 11, 20)
ROWS = (
    TimesRow("H35.13-q1", "Hộ tịch", "waiting", 8, 5, 50),
    TimesRow("H35.13-q2", "Hộ tịch", "waiting", 8, 6, 66),
    TimesRow("H99-q1", "Hộ tịch", "waiting", 8, 7, 77),
)


class Office:
    """An office's queue as a test says it is."""

    def __init__(self, transaction: Transaction = Transaction.NO) -> None:
        self.word, self.asked, self.counter = transaction, list[str | None](), ""
        self.touches = 0

    def own_counter(self, counter: str | None) -> None:
        self.counter = counter or ""

    def touched(self) -> None:
        self.touches += 1

    def transaction(self, counter: str | None, moment: Moment) -> Transaction:
        self.asked.append(counter)
        return self.word

    def line(self, service: str, moment: Moment) -> WaitingLine | None:
        return {"Hộ tịch": WaitingLine(7, 25 * 60_000), "Đất đai": WaitingLine(0, None)}.get(service)

    def at_counter(self, counter: str, moment: Moment) -> CounterQueue | None:
        return CounterQueue(23, 1, busy=True) if counter == "H35.13-q1" else None

    def times(self) -> tuple[DayTimes, ...]:
        return (DayTimes(DAY, ROWS),)


def sealed_bodies(box: Box, district, kind: str) -> list[dict]:
    with box.store.read() as tx:
        return [
            unseal(row.envelope.sealed, district.sealing) for row in ledger.rows(tx, 1) if row.envelope.type == kind
        ]


def test_a_rating_says_whether_there_was_a_transaction_once_the_district_reads_it(box, desk: KioskDesk, district):
    desk.queue = office = Office()
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_2))
    desk.save(draft())
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4))
    desk.save(draft())
    desk.queue = Office(Transaction.UNKNOWN)
    desk.save(draft())

    assert [body.get("transaction") for body in sealed_bodies(box, district, "rating")] == [None, "no", "unknown"]
    assert office.asked == ["H35.13-q1", "H35.13-q1"]
    assert office.touches == 2


def test_a_kiosk_without_a_ticket_system_knows_of_no_transaction(box, desk: KioskDesk, district):
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4))
    desk.save(draft())

    assert sealed_bodies(box, district, "rating")[0]["transaction"] == "unknown"


def at(clock, day: date, hour: int = 18) -> Moment:
    return replace(clock(), at=datetime(day.year, day.month, day.day, hour - 7, tzinfo=UTC), offset_ms=0)


HOURS = OpeningHours("h", "H35.13", "1234567", "07:30-11:30", "13:30-17:00")


class Day:
    """A kiosk on a day of a ticket system: the queue's process tells sums, and the idle screen asks now and then."""

    def __init__(self, box: Box, desk: KioskDesk, clock, district, folder: Path, *known: object) -> None:
        self.box, self.desk, self.clock, self.district = box, desk, clock, district
        desk.queue = self.listener = QueueListener(folder, clock)
        know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4), *known)

    def at(self, at: str, n: int | None = None) -> None:
        """``n`` visits that waited, where the process tells of any."""
        self.clock.at = datetime.fromisoformat(at).replace(tzinfo=VIETNAM).astimezone(UTC)
        if n is not None:
            rows = (TimesRow("H35.13-q1", "Hộ tịch", "waiting", 8, n, 10 * n),) if n else ()
            self.listener.receive(encoded(QueueMessage(at[:10], {}, {}, Activity(), rows)))
        self.desk.lobby()

    @property
    def told(self) -> list[tuple[str, int]]:
        bodies = sealed_bodies(self.box, self.district, "queue_times")
        return [(body["of_day"], body["rows"][0][4]) for body in bodies]


def test_a_day_is_told_once_and_whole_when_its_last_period_has_ended(box, desk, clock, district, tmp_path):
    day = Day(box, desk, clock, district, tmp_path, HOURS)
    for at, n in (
        ("06:45", None),
        ("06:50", 0),
        ("09:00", 12),
        ("11:31", 20),
        ("12:30", 20),
        ("13:31", 21),
        ("16:59", 40),
    ):
        day.at(f"2026-11-24T{at}", n)
        assert day.told == [], at

    day.at("2026-11-24T17:00", 41)
    day.at("2026-11-24T17:20", 43)
    day.at("2026-11-25T00:00")
    day.at("2026-11-25T00:01", 0)

    assert day.told == [("2026-11-24", 41)]


def test_a_kiosk_without_opening_hours_tells_a_day_from_memory_once_it_is_over(box, desk, clock, district, tmp_path):
    day = Day(box, desk, clock, district, tmp_path)
    for at, n in (("24T09:00", 12), ("24T23:59", 30), ("25T00:00", 0)):
        assert day.told == []
        day.at(f"2026-11-{at}", n)
    day.at("2026-11-25T08:00", 5)
    day.at("2026-11-26T08:00", 6)
    day.at("2026-11-27T08:00")

    assert day.told == [("2026-11-24", 30), ("2026-11-25", 5), ("2026-11-26", 6)]


def test_what_a_restarted_process_tells_of_fewer_visits_does_not_take_the_days_place(
    box, desk, clock, district, tmp_path
):
    day = Day(box, desk, clock, district, tmp_path, HOURS)
    day.at("2026-11-24T15:00", 40)
    day.at("2026-11-24T16:00", 6)
    day.at("2026-11-24T17:00", 0)

    assert day.told == [("2026-11-24", 40)]


def test_a_power_cut_or_an_older_district_loses_no_day(box, desk, clock, district, tmp_path, monkeypatch):
    """The power goes before the entry is there: nothing says that the day was told, and it is told afterwards."""
    day = Day(box, desk, clock, district, tmp_path, HOURS)

    def cut(*_: object) -> None:
        raise CannotWrite("the power went")

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.desk.desk._append", cut)
        day.at("2026-11-24T17:00", 41)
    with box.store.read() as tx:
        assert box_state.get(tx, REPORTED_DAYS) is None
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_2))
    day.at("2026-11-24T17:05")
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4))
    day.at("2026-11-24T17:10")

    assert day.told == [("2026-11-24", 41)]


def test_a_day_is_remembered_as_told_only_together_with_its_entry(box, desk, clock, district, tmp_path, monkeypatch):
    day = Day(box, desk, clock, district, tmp_path, HOURS)

    def cut(*_: object) -> None:
        raise CannotWrite("the power went")

    with monkeypatch.context() as patched:
        patched.setattr("kiosk.desk.desk.mark_reported", cut)
        day.at("2026-11-24T17:00", 41)
    assert day.told == []
    day.at("2026-11-24T17:05")

    assert day.told == [("2026-11-24", 41)]


def test_a_kiosk_of_the_hall_tells_of_its_own_units_counters(box: Box, clock):
    know(box, *(Counter(name, "H35.13", name, "Hộ tịch") for name in ("H35.13-q1", "H35.13-q2")))
    hall = replace(box, identity=replace(box.identity, counter_id=None))

    told = times_due(Office(), hall, at(clock, DAY), lambda day: True)

    assert told is not None
    assert (told.body["of_day"], told.body["unit_id"]) == ("2026-11-20", box.identity.unit_id)
    assert told.body["counters"] == ["H35.13-q1", "H35.13-q2"]


def test_a_counters_kiosk_tells_of_its_own_counter_alone():
    body = times_body(DAY, "H35.13", ROWS, ["H35.13-q2"])

    assert (body["counters"], body["rows"]) == (["H35.13-q2"], [[0, "Hộ tịch", "waiting", 8, 6, 66]])


def test_the_staff_see_who_waits_for_their_field(clock):
    moment = at(clock, DAY, 9)
    own, other = CounterChoice("H35.13-q1", "Quầy 1", "Hộ tịch"), CounterChoice("H35.13-q3", "Quầy 3", "Thuế")

    assert queue_of(Office(), own, moment) == CounterQueueView(moment.office_time.time(), 7, 25, 23)
    assert queue_of(Office(), other, moment) is None


# ---- root on the box


def test_root_on_the_box_learns_nothing_of_a_ticket(box: Box, desk: KioskDesk, clock, tmp_path: Path, caplog):
    """Nothing of a ticket, an event or of who served stands in the database, the doctor's state or a log line."""
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4))
    listener = QueueListener(tmp_path / "run", clock)
    feed = QueueFeed(QueueBook(), clock, listener.receive, as_they_happen=True)
    desk.queue = listener
    day = clock().day.isoformat()
    secrets = ("ZX417", "event-ZX417", "Trần Thị Bình")
    for kind in ("called", "started", "ended"):
        row = {"v": 1, "source": "hall", "event_id": f"event-ZX417-{kind}", "at": clock().at.isoformat(), "kind": kind}
        row |= {"office": "H35.13", "counter": "H35.13-q1", "ticket": "ZX417", "staff": "Trần Thị Bình"}
        feed.take([event_from(row)], as_they_happen=True)
    feed.publish()
    write_status(tmp_path / "run", feed.status())
    desk.save(draft())
    desk.lobby()

    held = b"".join(
        path.read_bytes() for path in (*box.store.folder.rglob("*"), *tmp_path.rglob("*")) if path.is_file()
    )
    assert listener.transaction("H35.13-q1", clock()) is Transaction.YES
    assert day
    for secret in secrets:
        assert secret.encode() not in held
        assert json.dumps(secret).encode() not in held
        assert secret not in caplog.text


def test_whatever_the_word_is_the_file_grows_by_the_same(box: Box, desk: KioskDesk):
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4))
    lengths = set()
    for word in Transaction:
        desk.queue = Office(word)
        desk.save(draft())
    with box.store.read() as tx:
        lengths = {len(row.envelope.sealed) for row in ledger.rows(tx, 1) if row.envelope.type == "rating"}

    assert len(lengths) == 1


def test_a_queue_that_floods_holds_up_no_rating(box: Box, desk: KioskDesk, tmp_path: Path, clock):
    """The screen's end takes thousands of messages, whole and torn, in a thread; every save is answered from memory."""
    know(box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4))
    listener = QueueListener(tmp_path, clock)
    desk.queue = listener
    for _ in range(2_000):
        listener.receive(b'{"type":"queue"' + b"x" * 1_000)
    before = time.monotonic()
    for _ in range(5):
        desk.save(draft())

    assert time.monotonic() - before < 5
    assert listener.times() == ()


# ---- the doctor


def settings_with(data: Path, **options: object) -> Settings:
    return replace(load(environment={"KIOSK_DATA": str(data)}), queue=QueueOptions(**options))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, ["not_running"]),
        (QueueStatus("cafe", 0, 3, {"new": 9}), ["not_running"]),
        (QueueStatus("cafe", 1_000), ["never"]),
        (QueueStatus("cafe", 1_000, 3, {"new": 9}), ["speaks"]),
        (QueueStatus("cafe", 1_000, 61, {"new": 9}), ["silent"]),
        (QueueStatus("cafe", 1_000, 3, {"refused": 2, "foreign": 4}, "folder", 7, "missing", "at"),
         ["speaks", "refused", "foreign"]),
        (QueueStatus("cafe", 1_000, 3, {"contradicted": 1, "full": 2}, offset_s=420),
         ["speaks", "contradicted", "full", "clock_slow"]),
        (QueueStatus("cafe", 1_000, 3, {}, offset_s=-420), ["speaks", "clock_fast"]),
    ],
)  # fmt: skip
def test_the_doctor_says_how_the_source_is(status: QueueStatus | None, words: list[str], tmp_path: Path):
    settings = settings_with(tmp_path, folder="/srv/queue")
    if status is not None:
        write_status(settings.runtime, status)

    found = queue_check(settings, Moment(datetime(2026, 11, 20, tzinfo=UTC), 1_000_000, "cafe"))

    assert [each.word for each in found] == words
    for language in ("vi", "en"):
        for each in found:
            assert rendered(each, load_strings(language)).finding


def test_the_doctor_says_nothing_without_a_source_and_warns_of_an_open_port(tmp_path: Path):
    now = Moment(datetime(2026, 11, 20, tzinfo=UTC), 1_000_000, "cafe")
    assert queue_check(settings_with(tmp_path), now) == []
    settings = settings_with(tmp_path, http_port=8479, http_address="0.0.0.0")
    write_status(settings.runtime, QueueStatus("cafe", 1_000, 3))

    assert [each.word for each in queue_check(settings, now)] == ["speaks", "open"]
