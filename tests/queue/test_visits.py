"""What follows from events: who waits, who was served, and that neither order nor doubling changes anything."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.rating import Transaction
from kiosk.queue.book import QueueBook
from kiosk.queue.event import QueueEvent
from kiosk.queue.lines import CounterQueue, WaitingLine, queue_at
from kiosk.queue.times import TimesRow, times_of
from kiosk.queue.transaction import Activity, activity_of, transaction_at
from kiosk.queue.visits import QueueVisit, VisitState, visits_of
from tests.support.tickets import MINUTE, at, happened

TODAY = date(2026, 12, 1)


def only(events: Sequence[QueueEvent]) -> QueueVisit:
    (visit,) = visits_of(events)
    return visit


WHOLE = [
    happened("08:00", "issued", "A1", service="land"),
    happened("08:10", "called", "A1", "q1"),
    happened("08:11", "started", "A1", "q1"),
    happened("08:13", "held", "A1", "q1"),
    happened("08:15", "resumed", "A1", "q1"),
    happened("08:20", "ended", "A1", "q1"),
]


def test_times_follow_from_the_events():
    visit = only(WHOLE)

    assert (visit.state, visit.service, visit.counter) == (VisitState.ENDED, "land", "q1")
    assert visit.waited_ms == 10 * MINUTE
    assert visit.served_ms == 7 * MINUTE
    assert not visit.inferred


def test_the_next_call_of_a_counter_ends_the_visit_before_it():
    first, second = visits_of([happened("08:10", "called", "A1", "q1"), happened("08:20", "called", "A2", "q1")])

    assert (first.state, first.inferred, first.ended_ms) == (VisitState.ENDED, True, at("08:20"))
    assert first.served_ms is None
    assert second.state is VisitState.CALLED


def test_an_end_that_is_told_later_counts_before_an_inferred_one():
    first, _ = visits_of(
        [
            happened("08:10", "called", "A1", "q1"),
            happened("08:20", "called", "A2", "q1"),
            happened("08:21", "ended", "A1", "q1"),
        ]
    )

    assert (first.inferred, first.served_ms) == (False, 11 * MINUTE)


def test_a_call_at_another_counter_or_of_another_system_ends_nothing():
    first, *_ = visits_of(
        [
            happened("08:10", "called", "A1", "q1"),
            happened("08:20", "called", "A2", "q2"),
            happened("08:20", "called", "A1", "q1", source="other"),
        ]
    )

    assert first.state is VisitState.CALLED


def test_who_is_put_aside_stays_when_the_next_is_called():
    first, second = visits_of(
        [
            happened("08:10", "called", "A1", "q1"),
            happened("08:12", "held", "A1", "q1"),
            happened("08:13", "called", "A2", "q1"),
            happened("08:20", "ended", "A2", "q1"),
            happened("08:22", "resumed", "A1", "q1"),
            happened("08:25", "ended", "A1", "q1"),
        ]
    )

    assert (first.inferred, first.served_ms) == (False, 5 * MINUTE)
    assert second.served_ms == 7 * MINUTE


def test_a_transfer_ends_one_visit_and_begins_the_next():
    first, second = visits_of(
        [
            happened("08:00", "issued", "A1", service="land"),
            happened("08:05", "called", "A1", "q1"),
            happened("08:10", "transferred", "A1", "q1", service="justice"),
            happened("08:30", "called", "A1", "q2"),
            happened("08:40", "ended", "A1", "q2"),
        ]
    )

    assert (first.state, first.counter, first.service) == (VisitState.TRANSFERRED, "q1", "land")
    assert (second.counter, second.service, second.waited_ms) == ("q2", "justice", 20 * MINUTE)


def test_a_number_is_used_again_after_its_visit():
    events = [*WHOLE, happened("10:00", "issued", "A1", service="land")]

    assert [visit.state for visit in visits_of(events)] == [VisitState.ENDED, VisitState.WAITING]


def test_what_was_lost_is_not_made_up():
    visit = only([happened("08:20", "ended", "A1", "q1")])

    assert (visit.waited_ms, visit.served_ms, visit.state) == (None, None, VisitState.ENDED)


def test_the_queue_by_service_and_counter():
    events = [
        *WHOLE,
        happened("08:02", "issued", "A2", service="land"),
        happened("08:05", "issued", "A3", service="land"),
        happened("08:06", "issued", "B1", service="justice"),
        happened("08:21", "called", "A2", "q1"),
        happened("08:10", "called", "B1", "q2"),
        happened("08:12", "no_show", "B1", "q2"),
    ]

    state = queue_at(events, at("08:25"))

    assert state.lines == {"justice": WaitingLine(0, None), "land": WaitingLine(1, 20 * MINUTE)}
    assert state.counters == {"q1": CounterQueue(1, 0, busy=True), "q2": CounterQueue(0, 0, busy=False)}


def test_what_has_not_happened_yet_counts_for_nothing():
    assert queue_at(WHOLE, at("08:05")).lines == {"land": WaitingLine(1, 5 * MINUTE)}


def test_a_number_the_ticket_system_counted_itself_is_taken_for_a_while():
    events = [*WHOLE, happened("08:20", "line_state", line="land", waiting=7)]
    events += [happened("08:15", "line_state", line="land", waiting=9)]

    assert queue_at(events, at("08:25")).lines["land"] == WaitingLine(7, None)
    assert queue_at(events, at("09:00")).lines["land"] == WaitingLine(0, None)


def test_a_ticket_whose_call_was_lost_waits_no_longer_once_five_came_after_it():
    lost = [happened("08:00", "issued", "A0", service="land")]
    later = [
        each
        for n in range(5)
        for each in (
            happened(f"08:0{n + 1}", "issued", f"A{n + 1}", service="land"),
            happened(f"08:3{n}", "called", f"A{n + 1}", "q1"),
        )
    ]

    assert queue_at(lost + later[:-2], at("08:40")).lines["land"].waiting == 1
    assert queue_at(lost + later, at("08:40")).lines["land"].waiting == 0
    assert queue_at(lost, at("12:01")).lines["land"].waiting == 0


def active(events: Sequence[QueueEvent], clock: str, late_ms: int | None = 0) -> Activity:
    """As the queue stands for a rating at a time, told by a system that calls somebody at another counter every few
    minutes."""
    others = [
        happened(f"{hour:02}:{minute:02}", "called", f"Z{hour}{minute}", "q7")
        for hour in (7, 8, 9, 10)
        for minute in range(0, 60, 5)
    ]
    known = [*events, *(each for each in others if each.at_ms <= at(clock))]
    return activity_of(known, visits_of(known), at(clock), late_ms)


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("08:04", Transaction.NO),
        ("08:05", Transaction.YES),
        ("08:15", Transaction.YES),
        ("08:40", Transaction.YES),
        ("08:41", Transaction.NO),
    ],
)
def test_a_rating_is_compared_with_twenty_minutes_before_it_and_five_after(clock: str, expected: Transaction):
    assert transaction_at("q1", at(clock), active(WHOLE, clock)) is expected


def test_nothing_is_said_of_a_silent_or_late_source_or_of_a_counter_it_does_not_know():
    assert transaction_at("q1", at("09:11"), active(WHOLE, "09:00")) is Transaction.UNKNOWN
    assert transaction_at("q1", at("09:00"), active(WHOLE, "09:00", 3 * MINUTE)) is Transaction.UNKNOWN
    assert transaction_at("q1", at("09:00"), active(WHOLE, "09:00", -3 * MINUTE)) is Transaction.UNKNOWN
    assert transaction_at("q1", at("09:00"), active(WHOLE, "09:00", None)) is Transaction.UNKNOWN
    assert transaction_at("q9", at("09:00"), active(WHOLE, "09:00")) is Transaction.UNKNOWN
    assert transaction_at(None, at("08:15"), active(WHOLE, "08:15")) is Transaction.UNKNOWN
    assert transaction_at("q1", at("08:15"), Activity()) is Transaction.UNKNOWN
    assert transaction_at("q1", at("09:00"), active(WHOLE, "09:00")) is Transaction.NO


@pytest.mark.parametrize(("clock", "expected"), [("09:19", Transaction.UNKNOWN), ("09:20", Transaction.NO)])
def test_after_a_pause_nothing_is_said_until_the_whole_window_is_known(clock: str, expected: Transaction):
    times = ["08:00", "08:20", *(f"09:{minute:02}" for minute in range(0, 25, 5))]
    spoken = [happened(each, "called", f"P{n}", "q2") for n, each in enumerate(times)]
    known = [*WHOLE, *(each for each in spoken if each.at_ms <= at(clock))]

    assert transaction_at("q1", at(clock), activity_of(known, visits_of(known), at(clock), 0)) is expected


def test_who_was_called_and_did_not_come_is_no_transaction():
    events = [happened("08:10", "called", "A1", "q1"), happened("08:12", "no_show", "A1", "q1")]

    assert transaction_at("q1", at("08:13"), active(events, "08:13")) is Transaction.NO


def test_a_visit_without_an_end_is_one_for_two_hours():
    events = [happened("08:10", "started", "A1", "q1")]

    assert transaction_at("q1", at("10:25"), active(events, "10:25")) is Transaction.YES
    assert transaction_at("q1", at("10:31"), active(events, "10:31")) is Transaction.NO


KINDS = ("issued", "called", "recalled", "started", "held", "resumed", "transferred", "ended", "no_show")
EVENTS = st.builds(
    lambda minute, kind, ticket, counter: happened(f"08:{minute:02}", kind, ticket, counter, service="land"),
    st.integers(0, 59),
    st.sampled_from(KINDS),
    st.sampled_from(("A1", "A2", "A3")),
    st.sampled_from(("q1", "q2")),
) | st.builds(
    lambda minute, n: happened(f"08:{minute:02}", "line_state", line="land", waiting=n),
    st.integers(0, 59),
    st.integers(0, 3),
)


@settings(max_examples=150)
@given(st.lists(EVENTS, max_size=25), st.data())
def test_any_order_and_any_doubling_gives_the_same_state(events: list[QueueEvent], data: st.DataObject):
    again = data.draw(
        st.permutations(events + data.draw(st.lists(st.sampled_from(events or WHOLE[:0] or [None]), max_size=8)))
    )
    states = []
    for delivery in (events, [event for event in again if event is not None]):
        book = QueueBook()
        book._key = b"k" * 32
        book.begin_day(TODAY)
        cut = len(delivery) // 2
        book.take(delivery[:cut], at("09:00"), as_they_happen=False)
        book.take(delivery[cut:], at("09:00"), as_they_happen=False)
        known = book.events()
        visits = visits_of(known)
        states.append(
            (queue_at(known, at("09:00")), visits, activity_of(known, visits, at("09:00"), 0), times_of(visits))
        )

    assert states[0] == states[1]


@settings(max_examples=100)
@given(st.lists(EVENTS, max_size=25))
def test_visits_are_never_impossible(events: list[QueueEvent]):
    for visit in visits_of(events):
        assert visit.waited_ms is None or visit.waited_ms >= 0
        assert visit.served_ms is None or visit.served_ms >= 0
        assert visit.held_ms >= 0
        assert (visit.ended_ms is None) == (visit.state not in ("ended", "no_show", "transferred"))


def visits_from(*times: tuple[str, str, str]) -> list[QueueVisit]:
    """Visits at counter q1 for land, each from ticket, call and end."""
    return visits_of(
        event
        for n, (issued, called, ended) in enumerate(times)
        for event in (
            happened(issued, "issued", f"A{n}", service="land"),
            happened(called, "called", f"A{n}", "q1"),
            happened(ended, "ended", f"A{n}", "q1"),
        )
    )


def test_times_are_told_as_sums_of_five_and_the_rest_of_the_day_together():
    early = [("08:00", f"08:1{n}:00", f"08:1{n}:30") for n in range(5)]
    later = [("09:00", f"09:1{n}:00", f"09:1{n}:30") for n in range(3)] + [
        ("10:00", f"10:1{n}:00", f"10:1{n}:30") for n in range(2)
    ]

    assert times_of(visits_from(*early, *later)) == (
        TimesRow("q1", "land", "service", -1, 5, 2),
        TimesRow("q1", "land", "service", 8, 5, 2),
        TimesRow("q1", "land", "waiting", -1, 5, 54),
        TimesRow("q1", "land", "waiting", 8, 5, 60),
    )
    assert {row.hour for row in times_of(visits_from(*early, *later[:4]))} == {8}


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(8, 11), st.integers(0, 58), st.integers(0, 59)), max_size=40))
def test_no_row_and_no_rest_tells_of_fewer_than_five(begun: list[tuple[int, int, int]]):
    visits = visits_of(
        event
        for n, (hour, minute, lasted) in enumerate(begun)
        for event in (
            happened(f"{hour:02}:{minute:02}:00", "started", f"A{n}", f"q{n}"[:2], service="land"),
            happened(f"{hour:02}:{minute:02}:{lasted:02}", "ended", f"A{n}", f"q{n}"[:2], service="land"),
        )
    )
    rows = times_of(visits)

    assert all(row.n >= 5 for row in rows)
    for counter in {row.counter for row in rows}:
        whole = [visit for visit in visits if visit.counter == counter and visit.served_ms is not None]
        left_out = len(whole) - sum(row.n for row in rows if row.counter == counter)
        assert 0 <= left_out < 5
