"""What the kiosks of a unit are told of its counters: what the counter's own page says, and nothing finer."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.counter_figures import CounterFigures, Trend, content_of, figures_from
from kiosk.domain.released import K
from sync.district.measures.counter_periods import CountsOfPeriod, days_of_periods, figures_of_periods
from sync.district.measures.disclosure import Rules
from sync.district.measures.index import Counts
from sync.district.store.counter_periods import released_periods
from sync.district.store.engine import reading, writing
from sync.district.store.releases import shown_until
from sync.district.store.rollup_tables import rollup_fills
from sync.district.web.counter import counter_page, read_counters
from tests.district.test_counter_page import CENTRE, Q1, Q2, TODAY
from tests.district.web_fixtures import bring_samples
from tests.district.web_server import explain, rate

COUNTERS = frozenset({Q1, Q2})
RULES = Rules(minimum_n=30, group_floor=5)


@pytest.fixture
def office(engine):
    bring_samples(engine)
    return engine


def periods(engine, today: date = TODAY) -> dict[tuple[str, str], CounterFigures]:
    with reading(engine) as connection:
        rows = released_periods(connection, COUNTERS, today, RULES.minimum_n, RULES.group_floor)
    return {(row.counter_id, row.period): figures_from(row.content) for row in rows}


def of_the_page(engine, counter_id: str):
    with reading(engine) as connection:
        page = counter_page(read_counters(connection, TODAY), CENTRE, counter_id, RULES, *(None,) * 6, with_unit=True)
    assert page is not None
    return page


def test_the_month_is_that_of_the_counter_s_own_page(office) -> None:
    rate(office, CENTRE, Q1, {5: 30, 2: 30}, TODAY - timedelta(days=2))
    rate(office, CENTRE, Q1, {5: 60}, date(2026, 10, 12))
    rate(office, CENTRE, Q2, {4: 7}, TODAY - timedelta(days=3))
    explain(office, CENTRE, Q1, {("bad", "waiting"): 9, ("bad", "place"): 4, ("good", "attitude"): 7})
    told, page = periods(office), of_the_page(office, Q1)
    month, before = told[Q1, "month"], told[Q1, "month_before"]

    assert month.rated == page.figure.rated
    assert dict(enumerate(month.scores, start=1)) == page.figure.scores
    assert month.change is Trend.DOWN
    assert page.comparison.difference < 0
    assert page.comparison.distinguishable
    assert (before.rated, before.scores) == (60, (0, 0, 0, 0, 60))
    assert [(each.answer, each.n) for each in month.reasons if not each.good] == [("waiting", 9)]
    assert [(each.answer, each.n) for each in month.reasons if each.good] == [("attitude", 7)]
    assert (told[Q2, "month"].rated, told[Q2, "month"].scores) == (7, None)
    assert told[Q2, "month"].rated == of_the_page(office, Q2).figure.rated


def test_a_week_is_seven_days_that_are_over_and_is_set_beside_the_seven_before(office) -> None:
    rate(office, CENTRE, Q1, {5: 40}, TODAY - timedelta(days=3))
    rate(office, CENTRE, Q1, {2: 40}, TODAY - timedelta(days=9))
    told = periods(office)

    assert (told[Q1, "week"].rated, told[Q1, "week_before"].rated) == (40, 40)
    assert told[Q1, "week"].change is Trend.UP


def test_ratings_in_no_group_are_not_told(office) -> None:
    rate(office, CENTRE, Q1, {}, TODAY)
    nothing = periods(office)
    rate(office, CENTRE, Q1, {5: 4}, TODAY - timedelta(days=2))

    assert periods(office) == nothing


def test_visits_are_told_where_the_list_of_dossiers_can_be_whole(office) -> None:
    rate(office, CENTRE, Q1, {}, TODAY)
    with_a_list, on_the_page = periods(office)[Q1, "month"].visits, of_the_page_visits(office)
    rate(office, CENTRE, Q2, {5: 4000}, TODAY - timedelta(days=2))

    assert with_a_list == on_the_page
    assert with_a_list > 0
    assert periods(office)[Q1, "month"].visits is None, "at a counter beside it more rated than are known to have come"


def of_the_page_visits(engine) -> int:
    page = of_the_page(engine, Q1)
    assert page.coverage is not None
    return page.coverage.visits


def test_while_a_roll_up_is_filled_nothing_is_told(office) -> None:
    rate(office, CENTRE, Q1, {5: 40}, TODAY - timedelta(days=3))
    with writing(office) as connection:
        connection.execute(rollup_fills.insert().values(name="released", up_to=""))

    assert periods(office) == {}


def test_a_counter_of_another_unit_is_not_among_them(office) -> None:
    with reading(office) as connection:
        rows = released_periods(connection, frozenset({Q1}), TODAY, 30, 5)
        assert released_periods(connection, frozenset(), TODAY, 30, 5) == []

    assert {row.counter_id for row in rows} == {Q1}


def test_the_days_of_the_periods() -> None:
    days = days_of_periods(date(2026, 3, 1))

    assert days == {
        "week": (date(2026, 2, 23), date(2026, 3, 1)),
        "week_before": (date(2026, 2, 16), date(2026, 2, 22)),
        "month": (date(2026, 3, 1), date(2026, 3, 1)),
        "month_before": (date(2026, 2, 1), date(2026, 2, 28)),
    }


FEW = st.dictionaries(st.integers(1, 5), st.integers(0, 60))
PERIODS = st.dictionaries(
    st.sampled_from(["week", "week_before", "month", "month_before"]),
    st.builds(lambda scores, visits: CountsOfPeriod(Counts(scores, 0), {}, visits), FEW, st.integers(0, 90)),
)


@given(PERIODS, st.integers(0, 40), st.integers(0, 12))
def test_promise_6_no_number_below_the_floor_is_ever_told(found, minimum_n: int, group_floor: int) -> None:
    rules = Rules(minimum_n, group_floor)
    for figures in figures_of_periods("q1", found, {}, rules).values():
        assert figures.rated in (None, 0) or figures.rated >= max(K, group_floor)
        assert figures.scores is None or sum(figures.scores) >= max(minimum_n, K, group_floor)
        assert figures.visits is None or figures.visits >= (figures.rated or 0)
        assert figures_from(content_of(figures)) == figures


@pytest.mark.parametrize(
    "content",
    [
        {"rated": -1},
        {"rated": "7"},
        {"scores": {"1": 2}},
        {"change": "best"},
        {"visits": True},
        {"reasons": [["good"]]},
    ],
)
def test_what_is_no_figures_is_refused(content) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        figures_from(content)


def test_the_last_day_is_one_that_is_released(office) -> None:
    with reading(office) as connection:
        until = shown_until(connection, TODAY)
        rows = released_periods(connection, COUNTERS, TODAY, 30, 5)

    assert {row.last_day for row in rows if row.period in ("week", "month")} == {until}
