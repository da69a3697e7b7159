"""Whatever was moved, ended, merged or removed: either tree holds all that was counted, no move changes what was."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.reference import Counter, UnitRecord
from sync.district.measures.index import Counts
from sync.district.measures.organisation import DayView, Held, Organisation, TodayView, TreeView
from sync.district.measures.placed import Spot, placed_counts
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.measures.tree import unit_trees

START = date(2025, 6, 1)
LAST, TODAY = START + timedelta(days=20), START + timedelta(days=30)
UNITS, COUNTERS = "ABCDE", "qrs"
days = st.dates(START, TODAY)
maybe_unit = st.none() | st.sampled_from(UNITS)


def units_of(key: str) -> st.SearchStrategy[list[Held[UnitRecord]]]:
    row = st.builds(
        UnitRecord, st.just(key), st.just(key), st.just("xã"), maybe_unit, st.none(), st.none() | days, maybe_unit
    )
    later = st.lists(st.builds(Held, st.none() | days, st.booleans(), row), max_size=3)
    return st.tuples(st.builds(Held, st.none(), st.just(False), row), later).map(lambda pair: [pair[0], *pair[1]])


def counters_of(key: str) -> st.SearchStrategy[list[Held[Counter]]]:
    row = st.builds(
        Counter, st.just(key), st.sampled_from(UNITS), st.just(key), st.just(""), st.none(), st.none() | days
    )
    later = st.lists(st.builds(Held, st.none() | days, st.booleans(), row), max_size=2)
    return st.tuples(st.builds(Held, st.none(), st.just(False), row), later).map(lambda pair: [pair[0], *pair[1]])


organisations = st.builds(
    Organisation,
    st.fixed_dictionaries({key: units_of(key) for key in UNITS[:-1]}),
    st.fixed_dictionaries({key: counters_of(key) for key in COUNTERS[:-1]}),
)
given_where = st.lists(st.tuples(days, st.sampled_from(UNITS), st.sampled_from(("", *COUNTERS))), max_size=12)


def counted(view: TreeView, given_on: list[tuple[date, str, str]]) -> int:
    """How many of these ratings the trees hold."""
    spots: dict[Spot, ReleasedCounts] = {}
    for day, unit_id, counter_id in given_on:
        era = sum(bound <= day for bound in view.bounds)
        spots.setdefault((era, unit_id, counter_id), ReleasedCounts()).add("rating", "5", 1)
    trees = unit_trees(view, placed_counts(view, spots, {}))
    return sum((tree.counts for tree in trees), Counts({}, 0)).rated


@given(organisations, given_where)
def test_nothing_is_lost_or_doubled_by_either_tree(known, given_on):
    within = [each for each in given_on if each[0] <= LAST]

    assert counted(DayView(known, None, LAST, TODAY), within) == len(within)
    assert counted(TodayView(known, TODAY), given_on) == len(given_on)


@given(organisations, st.sampled_from(UNITS[:-1]), days, maybe_unit, st.sampled_from(UNITS), days)
def test_a_move_changes_no_place_of_a_day_before_it(known, moved, move_day, above, unit_id, day):
    later = Held(move_day, False, UnitRecord(moved, moved, "xã", above))
    after = Organisation({**known.units, moved: [*known.units[moved], later]}, known.counters)

    then, now = (DayView(each, day, day, day).place(0, unit_id, "") for each in (known, after))

    assert day >= move_day or then == now


@given(organisations, days)
def test_the_parts_of_a_period_have_one_tree_each(known, day):
    view = DayView(known, None, LAST, LAST)
    era = sum(bound <= day for bound in view.bounds)

    for unit_id in UNITS:
        if day <= LAST:
            assert view.place(era, unit_id, "") == DayView(known, day, day, day).place(0, unit_id, "")
