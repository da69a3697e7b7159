# ruff: noqa: F401, F811  (fixtures of another folder)
"""A day of the simulated ticket system before four counters' kiosks: 200 tickets, a lost hour, everything told twice.
What the kiosks tell of it is the response rate that the district shows."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import Mock

from msgspec.structs import asdict, replace

from kiosk.box.box import Box
from kiosk.desk.desk import KioskDesk
from kiosk.domain.rating import Score
from kiosk.domain.reference import ENTRIES_OF_4, Counter, OpeningHours, ThisBox
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.screens import Chose, Rate, Tick
from kiosk.queue.book import QueueBook
from kiosk.queue.event import QueueEvent
from kiosk.queue.reading import event_from
from kiosk.queue.simulated_day import SimulatedDay, events_of
from kiosk.shell import Shell
from kiosk.store import identity
from sync.district.domain.invitation_day import InvitationSums, invitation_day_from
from sync.district.measures.disclosure import Rules as DistrictRules
from sync.district.measures.invitations import invitation_section
from tests.store.conftest import PATTERN, Clock, District, box, district
from tests.store.test_box_history import noted
from tests.store.test_record import know
from tests.support.fakes import HandClock

OFFICE, DAY = "H35.13", date(2026, 12, 1)
NAMES = ("1", "2", "3", "4")
BEGIN = datetime(2026, 12, 1, 1, tzinfo=UTC)  # eight in the morning
ANSWERS_EVERY = 3


class CounterKiosk:
    """The kiosk of one counter: real flow, real desk. Every third citizen who is invited touches a face."""

    def __init__(self, box: Box, counter: str) -> None:
        self.box = replace(box, identity=replace(box.identity, counter_id=counter))
        self.clock, self.hand, self.ends = Clock(at=BEGIN), HandClock(), 0
        with box.store.write() as tx:
            identity.keep(tx, self.box.identity)
        self.desk = KioskDesk(lambda: self.box, PATTERN, self.clock)
        self.shell = Shell(Rules(), self.hand, lambda _: None)
        self.desk.probe()
        know(self.box, ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4))
        know(self.box, *(Counter(each, OFFICE, f"Quầy {each}") for each in NAMES))
        know(self.box, OpeningHours("h", OFFICE, "1234567", "08:00-16:30"))
        self.shell.open(self.desk)

    def wait_until(self, at_ms: int) -> None:
        seconds = (at_ms - round(self.clock.at.timestamp() * 1000)) / 1000
        self.clock.at += timedelta(seconds=seconds)
        self.clock.up_ms += round(seconds * 1000)
        self.hand.advance(seconds)
        self.shell.dispatch(Tick())

    def hear(self, event: QueueEvent) -> None:
        self.wait_until(event.at_ms)
        ended = self.desk.hear_queue(event, 0)
        if ended is None:
            return
        self.shell.dispatch(ended)
        assert isinstance(self.shell.state.place, Rate), "nobody else stands there"
        self.ends += 1
        if self.ends % ANSWERS_EVERY == 0:
            self.wait_until(event.at_ms + 10_000)
            self.shell.dispatch(Chose(Score.SATISFIED))


def test_the_response_rate_is_that_of_the_ends_that_were_told_each_counted_once(box: Box, district: District) -> None:
    broken = replace(SimulatedDay(DAY, OFFICE), lost_hour=10, double=True)
    twice = sorted((event_from(each) for each in events_of(broken)), key=lambda each: each.at_ms)
    seen = {each: {event.ticket for event in twice if event.counter == each} for each in NAMES}
    away = {event.ticket for event in twice if event.kind == "no_show"}
    ended = {each: {e.ticket for e in twice if e.counter == each and e.kind == "ended"} for each in NAMES}
    bodies = []

    for name in NAMES:
        kiosk, book = CounterKiosk(box, name), QueueBook()
        book.begin_day(DAY)
        for event in twice:
            for new in book.take([event], event.at_ms, as_they_happen=True).new:
                if new.counter == name:
                    kiosk.hear(new)
        kiosk.wait_until(round((BEGIN + timedelta(hours=9)).timestamp() * 1000))
        kiosk.desk.lobby()
        [body] = [
            each for kind, each in noted(kiosk.box, district) if kind == "invitations" and each["counter_id"] == name
        ]
        bodies.append(invitation_day_from({"at_s": 0} | body))

    assert {each.counter_id: each.sums for each in bodies} == {
        name: InvitationSums(
            served=len(seen[name] - away),
            ended=len(ended[name]),
            invited=len(ended[name]),
            answered=len(ended[name]) // ANSWERS_EVERY,
        )
        for name in NAMES
    }
    assert sum(each.sums.ended for each in bodies) < 200 - len(away), "an hour is missing"
    week = {each.counter_id: sum([each.sums] * 5, InvitationSums()) for each in bodies}  # fewer days are told to nobody
    counts = {(("top", OFFICE), name): asdict(sums) for name, sums in week.items()}
    unit = Mock(holds=lambda path: True)
    shown = invitation_section(counts, Mock(counter=lambda _: None), [unit], DistrictRules(30, 5), with_lines=True)
    assert shown is not None
    assert shown.total.response is not None
    answered = sum(len(each) // ANSWERS_EVERY for each in ended.values())
    assert shown.total.response.value == answered / sum(map(len, ended.values()))
    assert {line.counter_id: line.figure.sums for line in shown.lines} == week
