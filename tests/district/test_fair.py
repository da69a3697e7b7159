"""Comparisons that chance cannot make. Reference values: scipy 1.17.1, and the method of NHS FunnelPlotR 0.6.0."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync.district.measures.fair import Group, beta_prior, compare, control_chart, over_dispersion

COUNTS = [(27, 30), (45, 60), (88, 100), (60, 75), (140, 150), (33, 50), (290, 300), (19, 20)]


def test_the_prior_is_the_most_likely_one():
    # optimize.minimize of -betabinom.logpmf(k, n, a, b).sum() by Nelder–Mead
    assert beta_prior(COUNTS) == pytest.approx((11.972006799, 2.021493579), rel=1e-5)


def test_units_are_drawn_towards_the_common_share():
    compared = compare(COUNTS)

    assert compared is not None
    shrunk = [unit.shrunk for unit in compared.units]
    expected = [0.88585829, 0.76995961, 0.87699743, 0.8087333, 0.9266953, 0.70275898, 0.9617142, 0.91111555]
    assert shrunk == pytest.approx(expected, rel=1e-6)
    seventh = compared.units[6].interval  # beta.ppf([.025, .975], 290 + a, 10 + b)
    assert (seventh.low, seventh.high) == pytest.approx((0.9379016, 0.9799855), rel=1e-6)


def test_places_are_ranges_and_units_fall_into_three_groups():
    compared = compare(COUNTS)

    assert compared is not None
    ranks = [unit.ranks for unit in compared.units]
    # By 200,000 draws from the posterior: (1–7)(5–8)(2–6)(4–8)(1–5)(6–8)(1–2)(1–6); a range by pairs is never narrower.
    assert ranks == [(1, 7), (4, 8), (2, 7), (3, 8), (1, 5), (6, 8), (1, 4), (1, 6)]
    groups = [unit.group for unit in compared.units]
    assert [i for i, group in enumerate(groups) if group is Group.ABOVE] == [4, 6]
    assert [i for i, group in enumerate(groups) if group is Group.BELOW] == [5]


def test_the_funnel_is_widened_by_what_units_differ_anyway():
    target, dispersion, between = over_dispersion(COUNTS)

    assert target == pytest.approx(702 / 785)
    assert (dispersion, between) == pytest.approx((5.776765, 0.07781386), rel=1e-6)
    compared = compare(COUNTS)
    assert compared is not None
    sixth = compared.units[5]  # 0.894268 ± 1.959964 × √(0.894268 × 0.105732 ÷ 50 + 0.077814²)
    assert sixth.limits.low == pytest.approx(0.719555, rel=1e-5)
    assert sixth.far_limits.low < sixth.limits.low


def test_units_that_differ_by_chance_alone_are_all_alike():
    counts = [(81, 100), (79, 100), (80, 100), (40, 50), (161, 200)]
    compared = compare(counts)

    assert compared is not None
    assert {unit.group for unit in compared.units} == {Group.ALIKE}
    assert {unit.ranks for unit in compared.units} == {(1, 5)}
    assert all(unit.shrunk == pytest.approx(compared.common, abs=0.003) for unit in compared.units)
    assert all(unit.interval.high - unit.interval.low > 0.05 for unit in compared.units)  # 550 ratings tell no more
    assert compared.dispersion == 1


def test_two_units_are_not_compared():
    assert compare(COUNTS[:2]) is None


@given(
    st.lists(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=3, max_size=12)
)
@example([(0, 2), (0, 1), (0, 1)]).via("everybody alike, and hardly anybody rated")
@example([(2, 2), (2, 2), (3, 3)]).via("everybody satisfied")
def test_whatever_was_counted_the_comparison_makes_sense(counts: list[tuple[int, int]]):
    compared = compare(counts)

    assert compared is not None
    for unit, (k, n) in zip(compared.units, counts, strict=True):
        assert 0 <= unit.interval.low <= unit.shrunk <= unit.interval.high <= 1
        assert min(k / n, compared.common) - 1e-9 <= unit.shrunk <= max(k / n, compared.common) + 1e-9
        assert 1 <= unit.ranks[0] <= unit.ranks[1] <= len(counts)
        assert unit.far_limits.low <= unit.limits.low <= unit.limits.high <= unit.far_limits.high


def test_a_control_chart_needs_a_year_and_names_the_month_that_stands_out():
    usual = [(83, 100), (80, 100), (85, 100), (82, 100), (81, 100), (84, 100)] * 2

    assert control_chart(usual[:11]) is None
    chart = control_chart([*usual, (55, 100)])
    assert chart is not None
    assert [point.is_unusual for point in chart] == [False] * 12 + [True]


def test_limits_widen_where_months_vary_anyway_and_large_counts_alarm_nobody():
    """With 20,000 ratings a month chance alone explains half a point; these months vary by three."""
    months = [(16_400 + (600 if i % 2 else 0), 20_000) for i in range(14)]
    chart = control_chart(months)

    assert chart is not None
    assert not any(point.is_unusual for point in chart)
    # σ_z = mean |Δz| ÷ 1.128, the mean share 0.835: half = 3 √(p(1−p)/n) σ_z = 0.0798
    assert chart[0].limits.high - 0.835 == pytest.approx(3 * 0.03 / 1.128, rel=1e-6)
    assert all(point.limits == control_chart([(5, 5)] * 12)[0].limits for point in control_chart([(5, 5)] * 12) or ())


def test_months_without_a_share_lie_between_others_and_tell_nothing_of_how_months_vary():
    """Up and down by three points each month, and by twenty across each gap."""
    season = [(16_400, 20_000), (17_000, 20_000), (16_400, 20_000), (17_000, 20_000)]
    other = [(k - 4_000, n) for k, n in season]
    months = [*season, None, *other, None, *season]

    chart = control_chart(months)

    assert chart is not None
    assert [point is None for point in chart] == [month is None for month in months]
    share = sum(month[0] for month in months if month) / 240_000
    assert chart[0] is not None
    assert chart[0].limits.high - share == pytest.approx(3 * 0.03 / 1.128, rel=1e-6)


def test_where_no_two_months_follow_each_other_the_usual_up_and_down_is_not_known():
    assert control_chart([(80, 100), None] * 12) is None
