"""A box without a real-time clock, years off, jumping, past 2038: the district still knows when things happened."""

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.district.domain.kiosk_clock import OFFSET_S, SENT_S, Arrival, Corrected, Stamp, correct, stamp_of

ENROLLED = 1_790_000_000
HOUR, DAY = 3_600, 86_400


@dataclass
class World:
    """A box and the real time. ``stamps`` is what it wrote, ``real`` when."""

    now: int = ENROLLED + 10
    began: int = ENROLLED
    boot: str = "0001"
    wrong_by: int = 0
    offset: int | None = None
    stamps: list[Stamp] = field(default_factory=list)
    real: list[int] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    proven: int = ENROLLED

    def record(self) -> None:
        self.stamps.append(Stamp(self.now + self.wrong_by, self.now - self.began, self.boot, self.offset))
        self.real.append(self.now)

    def start_again(self, wrong_by: int) -> None:
        self.boot, self.began, self.wrong_by = f"{int(self.boot) + 1:04}", self.now, wrong_by

    def arrives(self, *, direct: bool) -> list[Corrected]:
        sent = (self.boot, self.now - self.began) if direct else ("", None)
        arrival = Arrival(self.now, self.proven, *sent, met=frozenset(self.met))
        return correct(self.stamps, arrival)


def test_a_box_without_a_clock_that_reaches_the_district_is_dated_to_the_minute():
    box = World(wrong_by=-ENROLLED)
    for _ in range(50):
        box.now += 5 * HOUR
        box.record()
    box.now += 20

    times = box.arrives(direct=True)

    for when, real in zip(times, box.real, strict=True):
        assert when.uncertain_s is not None
        assert abs(when.at_s - real) <= when.uncertain_s < 15 * 60
    assert times[-1].uncertain_s == SENT_S


def test_a_start_that_never_met_the_district_lies_between_its_neighbours():
    box = World()
    box.record()
    box.now += 2 * DAY
    box.start_again(wrong_by=-ENROLLED)
    box.now += HOUR
    box.record()
    box.now += 3 * DAY
    box.start_again(wrong_by=-ENROLLED)
    box.now += 60
    box.record()

    _, middle, last = box.arrives(direct=True)

    assert middle.uncertain_s is not None
    assert abs(middle.at_s - box.real[1]) <= middle.uncertain_s <= 3 * DAY
    assert (last.at_s, last.uncertain_s) == (box.real[2], SENT_S)


def test_what_came_on_a_stick_long_after_is_believed_by_its_own_clock_but_not_vouched_for():
    box = World()
    box.now += DAY
    box.record()
    box.now += 90 * DAY

    (when,) = box.arrives(direct=False)

    assert when == Corrected(box.real[0], None)
    assert not when.is_sure_of_the_day


def test_a_known_offset_puts_a_wrong_clock_right():
    box = World(wrong_by=-3 * DAY, offset=3 * DAY, met={"0001"})
    box.now += 10 * DAY
    box.record()
    box.now += 5 * DAY

    (when,) = box.arrives(direct=False)

    assert when == Corrected(box.real[0], OFFSET_S)


def test_an_offset_from_before_the_clock_fell_back_to_1970_is_not_believed():
    box = World(offset=4, met={"0001"})
    box.now += DAY
    box.record()
    box.start_again(wrong_by=-ENROLLED)
    box.now += HOUR
    box.record()
    box.now += 2 * HOUR

    first, second = box.arrives(direct=False)

    assert first == Corrected(box.real[0] + 4, OFFSET_S)
    assert second.uncertain_s is not None
    assert abs(second.at_s - box.real[1]) <= second.uncertain_s <= 2 * HOUR


LAST_DECEMBER = 1_764_547_200  # 2025-12-01, where a dead clock begins after each start
OCTOBER = 1_790_812_800  # 2026-10-01


def test_a_dead_clock_and_a_monthly_stick_date_nothing_in_last_december():
    """It reached the district in September; in October it began at last December, and a stick brought the month."""
    box = World(now=OCTOBER, began=OCTOBER, wrong_by=LAST_DECEMBER - OCTOBER, proven=OCTOBER - DAY)
    for _ in range(20):
        box.now += DAY
        box.record()
    box.now += 10 * DAY

    times = box.arrives(direct=False)

    assert all(when.is_guess for when in times)
    assert all(box.proven - SENT_S <= when.at_s <= box.now for when in times)


def test_a_dead_clock_of_a_box_that_never_reached_the_district_is_a_guess_too():
    box = World(now=OCTOBER, began=OCTOBER, wrong_by=LAST_DECEMBER - OCTOBER, proven=LAST_DECEMBER - 90 * DAY)
    box.now += DAY
    box.record()
    box.now += 20 * DAY

    assert box.arrives(direct=False)[0].is_guess


def test_one_dead_start_among_right_ones_is_not_dragged_in_by_them():
    box = World(now=OCTOBER, began=OCTOBER, proven=LAST_DECEMBER - 90 * DAY)
    for wrong_by in (0, LAST_DECEMBER - OCTOBER, 0):
        box.start_again(wrong_by)
        for _ in range(5):
            box.now += 2 * HOUR
            box.record()
        box.now += 5 * DAY
    box.now -= 4 * DAY

    times = box.arrives(direct=False)

    assert [when.is_guess for when in times] == [False] * 5 + [True] * 5 + [False] * 5
    assert [when.at_s for when in times[:5]] == box.real[:5]


def test_an_offset_of_an_earlier_start_moves_nothing_in_the_next():
    """The clock was put right at the restart; the box still remembers how wrong it had been."""
    box = World(wrong_by=-3 * DAY, offset=3 * DAY, met={"0001"})
    box.now += 10 * DAY
    box.record()
    box.start_again(wrong_by=0)
    box.now += HOUR
    box.record()
    box.now += HOUR

    first, second = box.arrives(direct=False)

    assert (first.at_s, second.at_s) == (box.real[0], box.real[1])
    assert not second.is_guess


def test_a_step_back_of_a_second_is_no_new_start():
    box = World()
    for seconds in (100, -1, 100):
        box.now += seconds
        box.record()
    box.now += 2 * DAY

    times = box.arrives(direct=True)

    assert [when.at_s for when in times] == box.real
    assert all(when.uncertain_s is not None and when.uncertain_s < HOUR for when in times)


@pytest.mark.parametrize("direct", [True, False])
def test_a_clock_a_year_ahead_dates_nothing_in_the_future(direct: bool):
    box = World(wrong_by=365 * DAY)
    for _ in range(4):
        box.now += 4 * DAY
        box.record()
    box.now += 8 * DAY

    times = box.arrives(direct=direct)

    assert all(when.at_s <= box.now for when in times)
    assert [when.is_guess for when in times] == [not direct] * 4


def test_a_clock_that_was_right_when_the_stick_was_carried_dates_the_month_before():
    box = World()
    for _ in range(20):
        box.start_again(wrong_by=-40)
        box.now += 8 * HOUR
        box.record()
        box.now += 16 * HOUR

    times = box.arrives(direct=False)

    assert all(not when.is_guess for when in times)
    assert all(abs(when.at_s - real) <= 60 for when, real in zip(times, box.real, strict=True))


@pytest.mark.parametrize("real", [2_147_483_640, 2_161_296_000, 4_102_444_800])
def test_the_summer_of_2038_and_the_year_2100_are_days_like_any_other(real: int):
    stamps = [Stamp(real - 20, 100, "cafe", 0), Stamp(real, 120, "cafe", 0)]

    assert [when.at_s for when in correct(stamps, Arrival(real + 60, ENROLLED, "cafe", 180))] == [real - 20, real]


def test_a_box_that_began_to_count_anew_at_2038_is_dated_all_the_same():
    """A 32-bit clock wraps to 1901; the box says 0."""
    stamps = [Stamp(0, 500, "cafe"), Stamp(0, 900, "cafe")]

    assert [when.at_s for when in correct(stamps, Arrival(2**31 + 1_000, ENROLLED, "cafe", 1_000))] == [
        *(2**31 + 500, 2**31 + 900)
    ]


steps = st.lists(
    st.tuples(st.sampled_from(["record", "record", "wait", "start", "jump"]), st.integers(0, 20 * DAY)), max_size=60
)


@given(steps=steps, seed=st.integers(0, 2**32))
def test_whatever_the_clock_does_the_truth_is_within_the_uncertainty(steps: list[tuple[str, int]], seed: int):
    """Boxes whose wall clock is of no use at all and never known: only starts, positions and arrivals count."""
    dice = Random(seed)
    box = World(wrong_by=-ENROLLED - 2 * DAY)
    for step, seconds in steps:
        box.now += 1 + (seconds if step == "wait" else seconds % 100)
        match step:
            case "record":
                box.record()
            case "start":
                box.start_again(-ENROLLED - dice.randrange(DAY, 100 * DAY))
            case "jump":
                box.wrong_by = -box.now - dice.randrange(1, 9 * DAY) if dice.random() < 0.5 else 10**9
    box.now += 5

    times = box.arrives(direct=dice.random() < 0.7)

    for when, real in zip(times, box.real, strict=True):
        if when.uncertain_s is not None:
            assert abs(when.at_s - real) <= when.uncertain_s + 2
    assert all(before.at_s <= after.at_s + SENT_S for before, after in pairwise(times))


@given(st.dictionaries(st.sampled_from(["at_s", "up_s", "boot", "offset_s"]), st.none() | st.integers() | st.text()))
def test_anything_in_a_body_gives_a_stamp_and_a_time(body: dict[str, object]):
    stamp = stamp_of(body)

    (when,) = correct([stamp], Arrival(ENROLLED + DAY, ENROLLED, "cafe", 5))

    assert 0 <= when.at_s < 253_402_300_800


@given(
    st.lists(st.builds(Stamp, st.integers(0, 2**40), st.none() | st.integers(0, 2**40), st.sampled_from(["a", "b"])))
)
def test_one_time_for_each_entry(stamps: list[Stamp]):
    assert len(correct(stamps, Arrival(ENROLLED + DAY, ENROLLED, "a", 2**39))) == len(stamps)
