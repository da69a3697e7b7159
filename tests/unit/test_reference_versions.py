"""What a row of reference data was on a day, whatever was imported, in whatever order, and taken back."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sync.district.domain.reference_history import Version, histories, holds_from, on_day, undone

JULY, TODAY = date(2025, 7, 1), date(2026, 11, 21)
ROW = {"unit_id": "A", "name": "Xã A", "parent_id": "D", "valid_from": None, "valid_to": None, "successor_id": None}


def held(after: dict[str, object], *, given_day: date | None = None, held_from: date | None = None) -> date | None:
    return holds_from(ROW, ROW | after, held_from=held_from, given_day=given_day, today=TODAY)


def version(revision: int, holds: date | None) -> Version:
    return Version("A", revision, holds, removed=False, content={"n": revision})


def test_what_is_new_has_always_been_so():
    assert holds_from(None, ROW, held_from=None, given_day=JULY, today=TODAY) is None


def test_a_change_holds_from_the_day_of_the_import_unless_somebody_says_from_when():
    assert held({"parent_id": "P"}) == TODAY
    assert held({"parent_id": "P"}, given_day=JULY) == JULY


def test_a_row_with_a_later_first_day_holds_from_that_day():
    assert held({"parent_id": "P", "valid_from": JULY}) == JULY


def test_closing_tells_more_of_what_was_known_and_is_no_change_on_the_day_it_is_told():
    assert held({"valid_to": JULY, "successor_id": "N"}, held_from=JULY) == JULY
    assert held({"valid_from": JULY}) is None


def test_who_tells_today_how_things_have_been_since_july_moves_nothing_before_july():
    history = [version(1, None), version(2, JULY)]

    assert [on_day(history, JULY - timedelta(days=n)).revision for n in (0, 1)] == [2, 1]


def test_a_taken_back_import_counts_again_once_that_is_taken_back():
    assert undone({3: 1, 4: None}) == {1}
    assert undone({3: 1, 5: 3}) == {3}
    assert undone({3: 1, 5: 3}, up_to=4) == {1}


days = st.none() | st.dates(JULY - timedelta(days=9), JULY + timedelta(days=9))


@given(
    st.lists(days, min_size=1, max_size=9), st.dates(JULY - timedelta(days=12), JULY + timedelta(days=12)), st.data()
)
def test_an_import_moves_no_day_before_it_holds_and_one_taken_back_moves_none(holds, day, data):
    given_day = [version(n, each) for n, each in enumerate([None, *holds], start=1)]
    before, newest = histories(given_day[:-1])["A"], given_day[-1]

    after = on_day(histories(given_day)["A"], day)
    moved = newest.holds_from is None or newest.holds_from <= day

    assert after == (newest if moved else on_day(before, day))
    gone = data.draw(st.integers(2, len(given_day)))
    without = [each for each in given_day if each.revision != gone]
    assert on_day(histories(given_day, frozenset({gone}))["A"], day) == on_day(without, day)
