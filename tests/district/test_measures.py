"""Shares and the tree: what must hold for every count."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.calendar import Holidays, OfficeCalendar
from kiosk.domain.reference import Counter, OpeningHours, UnitRecord
from sync.district.measures.contact_habit import MAX_DAYS, usual_gap, with_day
from sync.district.measures.index import Contradictions, Counts, share_satisfied, share_with_the_highest
from sync.district.measures.kiosk_state import KioskState, kiosk_state
from sync.district.measures.organisation import DayView, Held, Organisation
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.measures.tree import UnitNode, unit_trees
from sync.district.times import VIETNAM

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)


def test_of_contradicting_ratings_the_lowest_is_counted_and_the_highest_can_be_asked_for():
    counts = Counts({1: 6, 5: 54}, 0, Contradictions(6, 6))

    assert (share_satisfied(counts, 30).satisfied, share_with_the_highest(counts, 30).satisfied) == (54, 60)


def test_corrections_of_other_days_never_leave_less_than_nothing():
    released = ReleasedCounts()
    for stream, answer, n in (("rating", "5", 6), ("correction", "5", -7), ("correction", "1", 7)):
        released.add(stream, answer, n)

    assert released.counts(0).scores == {5: 6}


def test_the_share_counts_scores_4_and_5():
    share = share_satisfied(Counts({1: 1, 2: 2, 3: 5, 4: 38, 5: 51}, 64), minimum_n=30)

    assert share is not None
    assert share.value == 89 / 97
    assert (round(share.interval.low, 3), round(share.interval.high, 3)) == (0.846, 0.958)


@pytest.mark.parametrize(("n", "shown"), [(0, False), (29, False), (30, True)])
def test_below_the_minimum_there_is_no_share(n, shown):
    assert (share_satisfied(Counts({5: n}, 0), minimum_n=30) is not None) == shown


def test_nothing_rated_has_no_share_even_without_a_minimum():
    assert share_satisfied(Counts({}, 10), minimum_n=0) is None


@pytest.mark.parametrize(
    ("active", "silent", "state"),
    [
        (True, timedelta(minutes=60), KioskState.IN_TOUCH),
        (True, timedelta(minutes=61), KioskState.QUIET),
        (True, timedelta(days=3), KioskState.QUIET),
        (True, timedelta(days=3, seconds=1), KioskState.SILENT),
        (True, None, KioskState.NEVER),
        (False, timedelta(0), KioskState.REVOKED),
    ],
)
def test_the_state_of_a_kiosk_follows_its_silence(active, silent, state):
    assert kiosk_state(active, None if silent is None else NOW - silent, NOW) == state


@pytest.mark.parametrize(
    ("silent_since", "now", "state"),
    [
        ("2026-11-20T17:30", "2026-11-23T07:30", KioskState.QUIET),  # a weekend
        ("2026-11-23T08:00", "2026-11-24T08:00", KioskState.QUIET),  # seven and a half hours of work
        ("2026-11-23T08:00", "2026-11-24T09:00", KioskState.SILENT),
        ("2026-11-23T08:00", "2026-11-23T08:40", KioskState.IN_TOUCH),
        ("2026-04-29T17:00", "2026-05-04T07:30", KioskState.QUIET),  # holidays, more than three days
        ("2026-05-04T08:00", "2026-06-30T03:00", KioskState.SILENT),
    ],
)
def test_where_the_hours_are_known_only_open_hours_make_a_kiosk_silent(silent_since, now, state):
    week = OpeningHours("WEEK", "P", "12345", "07:30-11:30", "13:30-17:00")
    office = OfficeCalendar((week,), Holidays(frozenset({date(2026, 4, 30), date(2026, 5, 1)})))
    since, at = (datetime.fromisoformat(text).replace(tzinfo=VIETNAM) for text in (silent_since, now))

    assert kiosk_state(True, since, at, office) == state


@pytest.mark.parametrize(
    ("gaps", "usual"),
    [
        ([14, 14, 14], 0),  # too few to be a habit
        ([14, 15, 13, 14], 14),
        ([1, 1, 3, 1, 1, 3], 0),  # a network, and weekends
        ([1, 1, 1, 30], 0),
        ([1] * 20 + [7] * 8, 7),  # only the newest count
        ([90, 90, 90, 90], 60),
    ],
)
def test_a_habit_is_the_usual_gap_between_days_of_contact(gaps, usual):
    days = (date(2026, 1, 1),)
    for gap in gaps:
        days = with_day(with_day(days, days[-1] + timedelta(days=gap)), days[-1])

    assert len(days) <= MAX_DAYS
    assert usual_gap(days) == usual


@pytest.mark.parametrize(("silent", "state"), [(20, KioskState.QUIET), (21, KioskState.QUIET), (22, KioskState.SILENT)])
def test_a_kiosk_that_comes_once_a_week_is_silent_after_three_weeks(silent, state):
    assert kiosk_state(True, NOW - timedelta(days=silent), NOW, usual_gap_days=7) == state


UNITS = [
    UnitRecord("P", "Tỉnh", "tỉnh"),
    UnitRecord("P.1", "Xã Một", "xã", "P"),
    UnitRecord("P.2", "Xã Hai", "xã", "P"),
]
COUNTERS = [Counter("Q1", "P.1", "Quầy 1"), Counter("Q2", "P.2", "Quầy 2")]


def trees_of(units: list[UnitRecord], counters: list[Counter], counts: dict[tuple[str, str], Counts]) -> list[UnitNode]:
    """The trees of a day on which nothing has changed yet."""
    held = Organisation(
        {unit.unit_id: [Held(None, removed=False, row=unit)] for unit in units},
        {counter.counter_id: [Held(None, removed=False, row=counter)] for counter in counters},
    )
    view = DayView(held, None, NOW.date(), NOW.date())
    return unit_trees(view, {view.place(0, *place): told for place, told in counts.items()})


def test_a_unit_holds_everything_below_it():
    (tree,) = trees_of(UNITS, COUNTERS, {("P.1", "Q1"): Counts({5: 3}, 4), ("P.2", "Q2"): Counts({1: 2}, 6)})

    assert (tree.counts.rated, tree.counts.satisfied, tree.counts.dossiers) == (5, 3, 10)
    assert [(below.unit_id, below.counts.rated) for below in tree.units] == [("P.1", 3), ("P.2", 2)]


def test_what_names_no_counter_or_no_known_unit_is_still_counted():
    trees = trees_of(UNITS, COUNTERS, {("P.1", ""): Counts({5: 1}, 0), ("X", "Q9"): Counts({5: 2}, 0)})

    assert [(tree.unit_id, tree.counts.rated) for tree in trees] == [("P", 1), ("X", 2)]


def test_a_unit_whose_superior_is_unknown_is_a_root():
    assert [tree.unit_id for tree in trees_of([UnitRecord("A", "A", "", "gone")], [], {})] == ["A"]


PLACES = st.dictionaries(
    st.tuples(st.sampled_from(["P", "P.1", "P.2", "X"]), st.sampled_from(["", "Q1", "Q2"])),
    st.builds(
        Counts, st.dictionaries(st.integers(1, 5), st.integers(0, 50)), st.integers(0, 50)
    ),
)  # fmt: skip


@given(PLACES)
def test_nothing_is_lost_or_doubled_on_the_way_up(places):
    trees = trees_of(UNITS, COUNTERS, places)

    assert sum(tree.counts.rated for tree in trees) == sum(counts.rated for counts in places.values())
    assert sum(tree.counts.dossiers for tree in trees) == sum(counts.dossiers for counts in places.values())


@given(places=st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 12), min_size=1))
def test_a_small_counters_answers_cannot_be_found_by_subtracting(places):
    """The units' shares are those of the counters that are shown: nothing is left over to subtract."""
    counts = {("U", counter): Counts({5: n // 2, 1: n - n // 2}, 20) for counter, n in places.items()}
    (tree,) = trees_of([UnitRecord("U", "Xã", "xã")], [], counts)

    unit = tree.of_groups(5)
    shown = [node.counts for node in tree.counters if node.counts.rated >= 5]

    assert unit.rated == sum(each.rated for each in shown)
    assert unit.satisfied == sum(each.satisfied for each in shown)
