"""The day's events in memory: taken once, bounded, forgotten the next day; and how far the clocks are apart."""

import random
from datetime import date

from kiosk.queue.book import QueueBook
from kiosk.queue.clock_offset import ClockOffset, corrected_ms, offset_from_arrivals, offset_from_touches
from kiosk.queue.event import Rename
from kiosk.queue.lines import queue_at
from kiosk.queue.visits import visits_of
from tests.support.tickets import MINUTE, at, happened

TODAY = date(2026, 12, 1)


def book(**more: object) -> QueueBook:
    found = QueueBook(**more)  # type: ignore[arg-type]
    found.begin_day(TODAY)
    return found


def test_what_comes_twice_is_taken_once_and_new_ones_are_told():
    known = book()
    event = happened("08:00", "issued", "A1")

    first = known.take([event, event], at("08:00"), as_they_happen=True)
    second = known.take([event], at("08:01"), as_they_happen=True)

    assert (len(first.new), first.doubled) == (1, 1)
    assert first.new[0].at_ms == event.at_ms
    assert (second.new, second.doubled, len(known)) == ((), 1, 1)


def test_one_number_with_two_contents_is_told_and_the_same_one_stays_whichever_came_first():
    one = happened("08:00", "called", "A1", "q1", event_id="7")
    other = happened("08:05", "called", "A1", "q2", event_id="7")
    states = []
    for order in ((one, other), (other, one)):
        known = book()
        known._key = b"k" * 32
        assert known.take(order, at("08:05"), as_they_happen=False).contradicted == 1
        states.append(visits_of(known.events()))

    assert states[0] == states[1]


def test_another_office_and_another_day_are_left_out():
    known = book(office="H32.13")

    taken = known.take(
        [happened("08:00", "issued", "A1", office="H32.14"), happened("08:00", "issued", "A2")],
        at("08:00"),
        as_they_happen=False,
    )
    known.begin_day(date(2026, 12, 2))
    late = known.take([happened("08:00", "issued", "A3")], at("08:00"), as_they_happen=False)

    assert (taken.foreign, len(taken.new)) == (1, 1)
    assert (late.foreign, len(known)) == (1, 0)


def test_a_flood_fills_the_room_there_is_and_no_more():
    known = book(max_events=100)

    taken = known.take((happened("08:00", "issued", f"A{n}") for n in range(1_000)), at("08:00"), as_they_happen=True)

    assert (len(known), len(taken.new), taken.full) == (100, 100, 900)


def test_names_are_the_offices_own():
    known = book(rename=Rename({"3": "q3"}, {"A": "land"}))
    known.take(
        [happened("08:00", "issued", "A1", service="A"), happened("08:01", "called", "A1", "3")],
        0,
        as_they_happen=False,
    )

    state = queue_at(known.events(), at("08:02"))

    assert (list(state.lines), list(state.counters)) == (["land"], ["q3"])


def test_a_clock_that_is_wrong_is_seen_from_what_comes_at_once():
    known = book()
    events = [happened(f"08:{n:02}", "issued", f"A{n}") for n in range(12)]
    for event in events:
        known.take([event], event.at_ms + 7 * MINUTE + 800, as_they_happen=True)

    offset = known.offset()

    assert offset is not None
    assert abs(offset.ms - 7 * MINUTE) < 2_000
    assert known.events(offset)[0].at_ms == events[0].at_ms + offset.ms
    assert known.late_ms(offset) == 0
    assert known.late_ms() == offset.ms


def test_what_was_kept_back_for_an_hour_does_not_move_the_clock():
    differences = [300 + n for n in range(40)] + [60 * MINUTE] * 15

    assert offset_from_arrivals(differences).ms < 1_000  # type: ignore[union-attr]
    assert offset_from_arrivals(differences[:4]) is None


def test_a_backlog_after_a_time_without_a_network_is_no_wrong_clock():
    """Forty minutes of events come at once over the network, before and after what came as it happened."""
    known = book()
    late = [happened(f"08:{n % 40:02}:{n // 40 * 20:02}", "issued", f"L{n}") for n in range(100)]
    known.take(late, at("08:40"), as_they_happen=True)
    assert known.offset() is None
    for n in range(12):
        event = happened(f"09:{n:02}", "issued", f"A{n}")
        known.take([event], event.at_ms + 700, as_they_happen=True)
    kept_back = [happened(f"09:{n % 40 + 12:02}:{n // 40 * 20:02}", "issued", f"K{n}") for n in range(100)]
    for n, event in enumerate(kept_back):
        known.take([event], at("09:52") + n * 50, as_they_happen=True)

    offset = known.offset()
    assert offset is not None
    assert 0 <= offset.ms < 2_000


def test_a_small_difference_is_left_as_it_is():
    assert corrected_ms(1_000_000, ClockOffset(50_000, 9)) == 1_000_000
    assert corrected_ms(1_000_000, None) == 1_000_000


def test_touches_of_the_kiosk_tell_the_offset_of_a_clock_whose_files_come_late():
    chance = random.Random(7)
    now, ends, touches = at("08:00"), list[int](), list[int]()
    for _ in range(60):
        now += chance.randint(3 * MINUTE, 9 * MINUTE)
        ends.append(now - 11 * MINUTE)
        if chance.random() < 0.5:
            touches.append(now + chance.randint(5_000, 70_000))
        if chance.random() < 0.2:
            touches.append(now + chance.randint(0, 5 * MINUTE))

    offset = offset_from_touches(ends, touches)

    assert offset is not None
    assert abs(offset.ms - 11 * MINUTE) < MINUTE


def test_touches_that_have_nothing_to_do_with_the_ends_tell_nothing():
    chance = random.Random(11)
    ends = sorted(chance.randint(at("07:30"), at("11:30")) for _ in range(40))
    touches = sorted(chance.randint(at("07:30"), at("11:30")) for _ in range(30))

    assert offset_from_touches(ends, touches) is None
    assert offset_from_touches([], touches) is None
    assert offset_from_touches(ends[:2], touches[:2]) is None
