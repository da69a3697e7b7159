"""A counter beside the middle of its unit's counters: no colleague can be computed from it."""

from datetime import date
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.district.measures.disclosure import Rules
from sync.district.measures.index import Counts
from sync.district.measures.own_trend import MIN_OTHERS, Beside, TrendMonth, own_trend
from sync.district.measures.tree import CounterNode, UnitNode
from sync.district.web.counter_year import HEIGHT, WIDTH, drawing_of, finished_months

MONTH, RULES = date(2026, 10, 1), Rules(30, 5)
OWN = "own"
shares = st.tuples(st.integers(30, 200), st.integers(0, 200)).map(lambda each: (min(each[1], each[0]), each[0]))


def month_of(own: tuple[int, int], others: list[tuple[int, int]]) -> TrendMonth:
    """A month of a counter, by (satisfied, rated) of each."""
    named = [(OWN, own), *((f"q{number}", each) for number, each in enumerate(others))]
    counters = tuple(CounterNode(name, name, Counts({5: k, 1: n - k}, 0)) for name, (k, n) in named)
    unit = UnitNode("u", "u", "", (), counters, Counts({}, 0), (("u",),))
    return own_trend([(MONTH, unit)], OWN, RULES)[0]


@given(own=shares, others=st.lists(shares, max_size=9))
def test_the_middle_is_the_median_in_whole_percent_and_needs_five_others(own, others) -> None:
    month = month_of(own, others)

    if len(others) < MIN_OTHERS:
        assert month.middle is None
        assert month.beside is None
    else:
        assert month.middle == round(median([k / n for k, n in (own, *others)]), 2)


@given(own=shares, others=st.lists(shares, min_size=MIN_OTHERS, max_size=9), mixed=st.randoms(use_true_random=False))
def test_nothing_on_the_page_says_whose_share_is_whose(own, others, mixed) -> None:
    exchanged = list(others)
    mixed.shuffle(exchanged)

    assert month_of(own, exchanged) == month_of(own, others)


@given(own=shares, others=st.lists(shares, min_size=MIN_OTHERS, max_size=9), which=st.integers(0, 99))
def test_of_each_colleague_at_most_a_side_is_told(own, others, which) -> None:
    """Whoever is at or above the middle may be at 100 %, whoever is at or below it at 0 %: the page is the same, within
    the rounding of the median of an even number."""
    place = which % len(others)
    k, n = others[place]
    values = [each[0] / each[1] for each in (own, *others)]
    is_above = k / n > median(values)
    moved = [*others[:place], (n if is_above else 0, n), *others[place + 1 :]]
    middle = len(values) // 2
    between = sorted(values)[middle - 1 : middle + 1] if len(values) % 2 == 0 else []
    decides = k / n in between or k / n == median(values)

    if not decides:
        assert month_of(own, moved).middle == month_of(own, others).middle


@given(own=shares, others=st.lists(shares, min_size=MIN_OTHERS, max_size=9))
def test_three_accomplices_at_one_counter_learn_what_one_of_them_does(own, others) -> None:
    pages = [month_of(own, others) for _ in range(3)]

    assert pages[0] == pages[1] == pages[2]
    assert pages[0].figure.rated == own[1]


@given(own=shares, others=st.lists(shares, min_size=MIN_OTHERS, max_size=9), mixed=st.randoms(use_true_random=False))
def test_two_accomplices_at_other_counters_leave_three_whom_nobody_can_tell_apart(own, others, mixed) -> None:
    known, unknown = others[:2], others[2:]
    exchanged = list(unknown)
    mixed.shuffle(exchanged)

    assert len(unknown) >= 3
    for mine in (own, *known):
        rest, again = [own, *others], [own, *known, *exchanged]
        rest.remove(mine)
        again.remove(mine)
        assert month_of(mine, rest).middle == month_of(mine, again).middle


def test_counters_with_too_few_are_no_others() -> None:
    enough, few = [(30, 40)] * 4, [(20, 29)] * 9

    assert month_of((35, 40), enough + few).middle is None
    assert month_of((35, 40), [*enough, (30, 40), *few]).middle == 0.75


@pytest.mark.parametrize(
    ("own", "beside"), [((60, 60), Beside.ABOVE), ((45, 60), Beside.WITHIN), ((20, 60), Beside.BELOW), ((9, 10), None)]
)
def test_a_counter_stands_beside_the_middle_with_its_interval(own, beside) -> None:
    assert month_of(own, [(30, 40)] * 6).beside is beside


def test_a_month_in_which_nothing_was_counted_tells_nothing() -> None:
    month = own_trend([(MONTH, None)], OWN, RULES)[0]

    assert (month.figure.rated, month.figure.share, month.middle) == (0, None, None)
    assert drawing_of([month]) is None


@given(own=st.lists(shares, min_size=1, max_size=12), others=st.lists(shares, min_size=5, max_size=6))
def test_everything_drawn_lies_on_the_sheet(own, others) -> None:
    drawing = drawing_of([month_of(each, others) for each in own])

    assert drawing is not None
    for month in drawing.months:
        assert -1 <= month.x - drawing.width / 2 < month.x + drawing.width / 2 <= WIDTH + 1  # rounded to a tenth
        assert 0 <= month.high <= month.share <= month.low <= HEIGHT
        assert 0 <= month.middle <= HEIGHT


def test_the_finished_months_are_the_twelve_before_the_running_one() -> None:
    months, last = finished_months(date(2026, 1, 31))

    assert (months[0], months[-1], last) == (date(2025, 1, 1), date(2025, 12, 1), date(2025, 12, 31))
    assert len(months) == 12
