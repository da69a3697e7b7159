"""From the sources to the screen: the newest state over a real socket, ends for an invitation, and nothing else."""

import json
import random
import threading
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from kiosk.cli.queue import sender, serve
from kiosk.clock import Moment
from kiosk.domain.declared_settings import BadSettings
from kiosk.domain.rating import Transaction
from kiosk.paths import shared
from kiosk.queue.book import QueueBook
from kiosk.queue.event import QueueEvent, QueueKind, Rename
from kiosk.queue.feed import MAX_NEW, MAX_NEW_EACH, QueueFeed
from kiosk.queue.lines import queue_at
from kiosk.queue.listener import ESTIMATE_EVERY, STALE_MS, QueueListener
from kiosk.queue.message import MAX_BYTES, SOCKET, NewEvent, QueueMessage, decoded, encoded
from kiosk.queue.reading import Refusal, event_from
from kiosk.queue.simulated_day import SimulatedDay, events_of
from kiosk.queue.status import read_status, write_status
from kiosk.queue.transaction import Activity
from kiosk.settings import load
from tests.support.tickets import DAY, MINUTE, OFFICE, at, happened


class Clock:
    """The kiosk's clock, at a time of the day of these tests."""

    def __init__(self, clock: str = "08:00") -> None:
        self.set(at(clock))

    def set(self, ms: int) -> None:
        self.ms = ms

    def __call__(self) -> Moment:
        return Moment(datetime.fromtimestamp(self.ms / 1000, UTC), self.ms - at("07:00"), "cafe", 0)


class Rig:
    """A feed and a listener with one clock, joined without a socket."""

    def __init__(self, folder: Path, *, as_they_happen: bool = True, **book: object) -> None:
        self.clock = Clock()
        self.sent: list[bytes] = []
        self.listener = QueueListener(folder, self.clock)
        self.feed = QueueFeed(
            QueueBook(**book),  # type: ignore[arg-type]
            self.clock,
            self.send,
            as_they_happen=as_they_happen,
        )

    def send(self, content: bytes) -> None:
        self.sent.append(content)
        self.listener.receive(content)

    def happen(self, *events: QueueEvent, late_ms: int = 500) -> None:
        """Each event comes shortly after it happened; then the screen is told."""
        for event in events:
            self.clock.set(max(self.clock.ms, event.at_ms + late_ms))
            self.feed.take([event], as_they_happen=True)
        self.feed.publish()


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)


BUSY = [happened(f"08:{minute:02}", "called", f"Z{minute}", "q7") for minute in range(0, 60, 5)]


def test_the_screen_knows_who_waits_and_whether_there_was_a_transaction(rig: Rig):
    assert rig.listener.transaction("q1", rig.clock()) is Transaction.UNKNOWN
    assert rig.listener.line("land", rig.clock()) is None

    rig.happen(
        *BUSY[:4],
        happened("08:16", "issued", "A1", service="land"),
        happened("08:17", "issued", "A2", service="land"),
        happened("08:18", "called", "A1", "q1"),
    )

    line, counter = rig.listener.line("land", rig.clock()), rig.listener.at_counter("q1", rig.clock())
    assert line is not None
    assert (line.waiting, (line.longest_ms or 0) // MINUTE) == (1, 1)
    assert counter is not None
    assert counter.busy
    assert rig.listener.transaction("q1", rig.clock()) is Transaction.YES


def test_a_press_at_a_counter_where_nobody_was_is_no_transaction(rig: Rig):
    rig.happen(happened("08:00", "called", "A1", "q1"), happened("08:02", "ended", "A1", "q1"), *BUSY[1:8])

    assert rig.listener.transaction("q1", rig.clock()) is Transaction.NO


def test_a_process_that_is_gone_says_nothing_any_more(rig: Rig):
    rig.happen(*BUSY[:4])
    rig.clock.set(rig.clock.ms + STALE_MS + 1)

    assert rig.listener.transaction("q7", rig.clock()) is Transaction.UNKNOWN
    assert rig.listener.at_counter("q7", rig.clock()) is None


def listening(rig: Rig, counter: str) -> list[tuple[str, int, QueueEvent]]:
    """What is told of a counter from now on: kind, age in seconds, event."""
    found: list[tuple[str, int, QueueEvent]] = []
    rig.listener.on_event(counter, lambda event, age_ms: found.append((str(event.kind), age_ms // 1000, event)))
    return found


def test_who_listens_hears_what_is_new_at_the_own_counter_and_nothing_else(rig: Rig):
    found = listening(rig, "q1")

    rig.happen(
        happened("08:10", "issued", "A1"),
        happened("08:10", "called", "A1", "q1"),
        happened("08:15", "ended", "A1", "q1", service="land", dossier="H32.13.02-261201-00001"),
        happened("08:15", "ended", "B1", "q2"),
    )

    assert [kind for kind, _, _ in found] == ["called", "ended"]
    ended = found[1][2]
    assert (ended.service, ended.dossier) == ("land", "H32.13.02-261201-00001")
    assert ended.ticket == found[0][2].ticket
    assert "A1" not in (ended.ticket, ended.event_id)


def test_an_event_is_told_once_with_its_age(rig: Rig):
    found = listening(rig, "q1")
    ended = happened("08:15", "ended", "A0", "q1")

    rig.happen(*BUSY[:6])
    rig.clock.set(at("08:25"))
    rig.happen(ended, ended)
    rig.happen(ended)

    assert [(kind, seconds) for kind, seconds, _ in found] == [("ended", 600)]


def test_a_flood_is_told_slowly_and_in_part(rig: Rig):
    found = listening(rig, "q1")

    rig.happen(*(happened("08:15", "ended", f"A{n}", "q1") for n in range(MAX_NEW + 500)))
    assert len(found) == MAX_NEW_EACH
    for _ in range(MAX_NEW // MAX_NEW_EACH + 5):
        rig.feed.publish()

    assert len(found) == MAX_NEW


def test_a_flood_is_bounded_and_its_message_too(tmp_path: Path):
    rig = Rig(tmp_path, max_events=3_000)
    crowd = [
        happened(f"08:{n % 60:02}", "called", f"A{n}", f"q{n % 400}", service=f"service {n % 300}")
        for n in range(10_000)
    ]
    rig.clock.set(at("09:00"))
    rig.feed.take(crowd, as_they_happen=True)
    rig.feed.publish()

    assert rig.feed.status().counts["full"] == 7_000
    assert all(len(each) <= MAX_BYTES for each in rig.sent)


def test_a_message_that_is_none_changes_nothing(rig: Rig):
    rig.happen(*BUSY[:4])
    for content in (b"", b"{}", b"\xff", b'{"type":"queue"}', b'{"type":"new"}', b"[" * 1_000):
        rig.listener.receive(content)
        assert decoded(content) is None

    assert rig.listener.transaction("q7", rig.clock()) is Transaction.YES


def test_messages_and_state_name_no_ticket_and_no_number_of_an_event(rig: Rig, tmp_path: Path):
    rig.happen(
        happened("08:10", "issued", "A777", service="land"),
        happened("08:11", "called", "A777", "q1"),
        happened("08:15", "ended", "A777", "q1", dossier="H32.13.02-261201-00001"),
    )
    write_status(tmp_path, rig.feed.status())
    states = [each for each in rig.sent if not isinstance(decoded(each), NewEvent)]

    assert states
    assert not any(b"A777" in each for each in rig.sent)
    assert not any(b"261201" in each for each in states)
    assert b"A777" not in (tmp_path / "queue.json").read_bytes()


def test_the_status_says_what_was_refused_and_how_far_the_clock_is_off(rig: Rig, tmp_path: Path):
    rig.feed.refuse("folder", Refusal(7, "missing", "ticket"))
    rig.happen(*BUSY[:8], late_ms=7 * MINUTE)
    write_status(tmp_path, rig.feed.status())

    status = read_status(tmp_path)
    assert status is not None
    assert (status.refused_by, status.refused_row, status.refused_word) == ("folder", 7, "missing")
    assert (status.counts["refused"], status.counts["new"], status.offset_s) == (1, 8, 420)
    assert status.quiet_minutes == 0
    assert status.is_current(rig.clock())
    (tmp_path / "queue.json").write_bytes(b"rubbish")
    assert read_status(tmp_path) is None


def test_with_a_wrong_clock_a_rating_is_compared_with_the_right_time(rig: Rig):
    fast = 7 * MINUTE
    seen = [happened(f"08:{m:02}", "called", f"Z{m}", "q7") for m in range(7, 60, 4)]
    seen += [happened("08:30", "started", "A1", "q1"), happened("08:32", "ended", "A1", "q1")]

    rig.happen(*sorted(seen, key=lambda each: each.order), late_ms=-fast + 500)

    at_the_kiosk = at("08:25")
    moment = Moment(datetime.fromtimestamp(at_the_kiosk / 1000, UTC), rig.clock().up_ms, "cafe", 0)
    assert rig.listener.transaction("q1", moment) is Transaction.YES
    assert rig.listener.transaction("q1", rig.clock()) is Transaction.NO


def test_touches_put_the_clock_of_a_folder_right(tmp_path: Path):
    rig = Rig(tmp_path, as_they_happen=False)
    rig.listener.own_counter("q1")
    slow, chance, now = 11 * MINUTE, random.Random(3), at("08:00")
    for n in range(ESTIMATE_EVERY):
        now += chance.randint(2 * MINUTE, 8 * MINUTE)
        rig.clock.set(now)
        visit = {"source": "hall", "office": OFFICE, "counter": "q1", "ticket": f"A{n}"}
        called = QueueEvent(**visit, kind=QueueKind.CALLED, at_ms=now - slow - 90_000, event_id=f"{n}c")
        ended = QueueEvent(**visit, kind=QueueKind.ENDED, at_ms=now - slow - 30_000, event_id=f"{n}e")
        rig.feed.take([called, ended], as_they_happen=False)
        rig.listener.touched()
        rig.feed.publish()

    assert rig.listener.offset_s == pytest.approx(slow // 1000, abs=60)
    assert rig.listener.transaction("q1", rig.clock()) is Transaction.YES


# ---- the day of issue 15: 200 tickets, four counters, a lost hour, everything told twice


@pytest.fixture(scope="module")
def simulated() -> tuple[list[QueueEvent], list[QueueEvent]]:
    """All events of a day in order, and what is left of them after a lost hour, told twice and out of order."""
    day = SimulatedDay(date.fromisoformat(DAY), OFFICE)
    broken = msgspec.structs.replace(day, lost_hour=10, double=True)
    return [event_from(each) for each in events_of(day)], [event_from(each) for each in events_of(broken)]


def lines_at(events: list[QueueEvent], clock: str) -> dict[str, int]:
    return {name: line.waiting for name, line in queue_at(events, at(clock)).lines.items()}


def kept(events: list[QueueEvent]) -> list[QueueEvent]:
    book = QueueBook()
    book.begin_day(date.fromisoformat(DAY))
    book.take(events, at("17:00"), as_they_happen=False)
    return book.events()


def test_the_queue_is_right_but_for_the_lost_hour(simulated: tuple[list[QueueEvent], list[QueueEvent]]):
    true, broken = simulated
    assert len({event.ticket for event in true}) == 200
    known = kept(broken)

    for clock in ("08:30", "09:30", "09:59", "12:30", "13:30", "14:30", "15:30", "17:00"):
        assert lines_at(known, clock) == lines_at(true, clock), clock
    whole, found = queue_at(true, at("17:00")), queue_at(known, at("17:00"))
    lost = {e.ticket for e in true if e.kind == "ended" and at("10:00") <= e.at_ms < at("11:00")}
    assert sum(counter.served for counter in whole.counters.values()) == len(
        {e.ticket for e in true if e.kind == "ended"}
    )
    for name, counter in found.counters.items():
        assert 0 <= whole.counters[name].served - counter.served <= len(lost)


def test_presses_with_and_without_a_visit_are_told_apart_but_for_the_lost_hour(
    simulated: tuple[list[QueueEvent], list[QueueEvent]], tmp_path: Path
):
    true, broken = simulated
    rig = Rig(tmp_path)
    moments = {e.at_ms + 40_000: e.counter for e in true if e.kind == "ended"}
    closed = {e.at_ms + 50_000 for e in true if e.kind == "ended"}
    deliveries = sorted({e.key: e for e in broken}.values(), key=lambda each: each.order)
    asked: list[tuple[int, str, Transaction]] = []
    queue = iter(deliveries)
    following = next(queue, None)
    for moment in sorted([*moments, *closed]):
        while following is not None and following.at_ms <= moment:
            rig.clock.set(following.at_ms + 400)
            rig.feed.take([following, following], as_they_happen=True)
            following = next(queue, None)
        rig.clock.set(moment)
        rig.feed.publish()
        counter = moments.get(moment, "9")
        asked.append((moment, counter, rig.listener.transaction(counter, rig.clock())))

    real = [(ms, found) for ms, counter, found in asked if counter != "9"]
    lost = range(at("10:00") - MINUTE, at("11:21"))
    assert all(found is Transaction.YES for ms, found in real if ms not in lost and ms < at("16:00"))
    assert not any(found is Transaction.NO for _, found in real)
    assert sum(found is Transaction.UNKNOWN for _, found in real) > 10
    assert {found for _, counter, found in asked if counter == "9"} == {Transaction.UNKNOWN}


def test_a_counter_where_nobody_comes_is_seen(simulated: tuple[list[QueueEvent], list[QueueEvent]], tmp_path: Path):
    """Somebody presses a face at a counter that closed at ten, on and on."""
    true, _ = simulated
    rig = Rig(tmp_path)
    found = []
    after = {
        event.ticket for event in true if event.counter == "4" and event.kind == "called" and event.at_ms > at("10:00")
    }
    for event in true:
        if event.ticket in after and event.kind != "issued":
            continue
        rig.clock.set(event.at_ms + 400)
        rig.feed.take([event], as_they_happen=True)
        if event.at_ms > at("11:00"):
            rig.feed.publish()
            found.append(rig.listener.transaction("4", rig.clock()))

    assert found.count(Transaction.NO) > 0.8 * len(found)
    assert Transaction.YES not in found


# ---- the process


def test_the_process_reads_a_folder_and_tells_the_screen_over_its_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shared_folder = tmp_path / "share"
    shared_folder.mkdir()
    (tmp_path / "kiosk.toml").write_text(f'[queue]\nfolder = "{shared_folder}"\n')
    settings = load(str(tmp_path / "kiosk.toml"), {"KIOSK_DATA": str(tmp_path)})
    now = datetime.now(UTC)
    event = {"v": 1, "source": "s", "event_id": "1", "at": (now - timedelta(seconds=1)).isoformat(), "kind": "issued"}
    rows = [event | {"office": OFFICE, "ticket": f"A{n}", "event_id": str(n), "service": "land"} for n in range(3)]
    (shared_folder / "day.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n")
    monkeypatch.setattr("kiosk.queue.sources.folder.STABLE_S", 0.0)
    monkeypatch.setattr("kiosk.cli.queue.LOOK_SECONDS", 0.05)

    def clock() -> Moment:
        return Moment(datetime.now(UTC), time.monotonic_ns() // 1_000_000, "cafe", 0)

    listener = QueueListener(settings.runtime, clock)
    came, receive = threading.Event(), listener.receive

    def received(content: bytes) -> None:
        receive(content)
        message = decoded(content)
        if isinstance(message, QueueMessage) and message.lines:
            came.set()

    monkeypatch.setattr(listener, "receive", received)
    listener.start()
    stop = threading.Event()
    process = threading.Thread(target=serve, args=(settings, stop))
    process.start()
    try:
        assert came.wait(10)
    finally:
        stop.set()
        process.join()

    line = listener.line("land", clock())
    assert line is not None
    assert line.waiting == 3
    status = read_status(settings.runtime)
    assert status is not None
    assert status.counts["new"] == 3


def test_without_a_screen_messages_are_lost_and_nothing_waits(tmp_path: Path):
    send = sender(tmp_path / SOCKET)

    for _ in range(1_000):
        send(encoded(QueueMessage(DAY, {}, {}, Activity())))


def test_a_port_that_is_taken_is_said_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "secret").write_text("s" * 40)
        (tmp_path / "kiosk.toml").write_text(
            f'[queue]\nhttp_port = {taken.getsockname()[1]}\nhttp_secret_file = "{tmp_path}/secret"\n'
        )
        assert serve(load(str(tmp_path / "kiosk.toml"), {"KIOSK_DATA": str(tmp_path)}), threading.Event()) == 1

    assert capsys.readouterr().err.startswith(
        f"kiosk queue: [queue] http_address 127.0.0.1, http_port {port}: Address already in use"
    )


def test_a_secret_that_is_missing_stops_the_queues_process_and_not_the_screen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """The ticket system's secret may be on a share that is not there after a start."""
    (tmp_path / "kiosk.toml").write_text(f'[queue]\nhttp_port = 8479\nhttp_secret_file = "{tmp_path}/secret"\n')
    settings = load(str(tmp_path / "kiosk.toml"), {"KIOSK_DATA": str(tmp_path)})

    assert serve(settings, threading.Event()) == 1
    assert f"[queue] http_secret_file {tmp_path}/secret cannot be read" in capsys.readouterr().err
    (tmp_path / "kiosk.toml").write_text('[queue]\nhttp_port = 8479\nhttp_secret_file = "secret"\n')
    with pytest.raises(BadSettings, match="write its whole path"):
        load(str(tmp_path / "kiosk.toml"), {"KIOSK_DATA": str(tmp_path)})


def test_the_map_of_the_display_is_understood(tmp_path: Path):
    text = (shared("config") / "queue" / "display-line.toml").read_text(encoding="utf-8")
    (tmp_path / "kiosk.toml").write_text(text)
    options = load(str(tmp_path / "kiosk.toml"), {"KIOSK_DATA": str(tmp_path)}).queue

    renamed = Rename(options.counters).renamed(happened("08:00", "called", "A1", "03"))

    assert renamed.counter == "H32.13-q3"
