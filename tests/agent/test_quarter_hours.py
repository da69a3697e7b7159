"""Deliveries are told in sums of a quarter of an hour, so that none shows when somebody pressed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync.agent.quarter_hours import QuarterCount
from sync.protocol.quarter_hour import QUARTER, quarter_of

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


@given(st.integers(0, 86_399))
def test_a_quarter_begins_at_most_fifteen_minutes_before(second: int):
    moment = NOON + timedelta(seconds=second)

    assert quarter_of(moment) <= moment < quarter_of(moment) + QUARTER
    assert quarter_of(moment).minute in (0, 15, 30, 45)


@given(st.lists(st.tuples(st.integers(0, 3_600), st.integers(1, 50)), max_size=30))
def test_every_delivery_is_told_once_and_only_after_its_quarter(deliveries: list[tuple[int, int]]):
    delivered, told = QuarterCount(), 0
    for second, count in sorted(deliveries):
        moment = NOON + timedelta(seconds=second)
        told += delivered.over(moment)
        delivered.add(moment, count)
        assert delivered.over(quarter_of(moment) + QUARTER - timedelta(seconds=1)) == 0
    told += delivered.over(NOON + timedelta(hours=2))

    assert told == sum(count for _, count in deliveries)
    assert delivered.over(NOON + timedelta(hours=3)) == 0


def test_a_clock_that_is_set_back_ends_the_quarter():
    delivered = QuarterCount()
    delivered.add(NOON, 3)

    assert delivered.over(NOON - timedelta(days=9)) == 3
