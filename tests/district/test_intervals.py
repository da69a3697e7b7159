"""Intervals: the values of other programs and of the literature, and what must hold for every count.

The values "by statsmodels" are those of statsmodels 0.15.0 on scipy 1.17.1, ``proportion_confint`` (methods ``wilson``
and ``beta``) and ``confint_proportions_2indep(…, method="newcomb", compare="diff")``, printed once and written down.
"""

from math import comb

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sync.district.measures.intervals import (
    Interval,
    beta_below,
    clopper_pearson,
    hoeffding,
    manski,
    newcombe,
    smallest_visible_change,
    wilson,
    wilson_finite,
)

SHARES = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
SMALL = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def ends(found: Interval, digits: int) -> tuple[float, float]:
    return round(found.low, digits), round(found.high, digits)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3: the score interval
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(successes, n, low, high):
    assert ends(wilson(successes, n), 4) == (low, high)


@pytest.mark.parametrize(
    ("successes", "n", "score", "exact"),
    [  # by statsmodels
        (27, 30, (0.7437891742, 0.9654001113), (0.7347115495, 0.9788828630)),
        (5, 5, (0.5655175352, 1.0), (0.4781762499, 1.0)),
        (30, 30, (0.8864866068, 1.0), (0.8842966918, 1.0)),
        (0, 30, (0.0, 0.1135133932), (0.0, 0.1157033082)),
        (83, 100, (0.7445199523, 0.8910643389), (0.7418245894, 0.8977350900)),
        (480, 500, (0.9390264042, 0.9739592026), (0.9388973906, 0.9753986879)),
        (0, 1, (0.0, 0.7934506856), (0.0, 0.9750000000)),
        (2, 1000, (0.0005486436, 0.0072628079), (0.0002423011, 0.0072058389)),
        (49_990, 50_000, (0.9996318507, 0.9998913568), (0.9996322237, 0.9999040882)),
    ],
)
def test_wilson_and_clopper_pearson_give_what_statsmodels_gives(successes, n, score, exact):
    assert ends(wilson(successes, n), 10) == score
    assert ends(clopper_pearson(successes, n), 10) == exact


@pytest.mark.parametrize(
    ("now", "before", "low", "high"),
    [  # by statsmodels; the second is the example of Newcombe's own table II
        ((410, 500), (385, 500), -0.0000859465, 0.0998337818),
        ((56, 70), (48, 80), 0.0524314724, 0.3338726540),
        ((9, 10), (3, 10), 0.1705227239, 0.8090179735),
        ((10, 10), (0, 20), 0.6790860371, 1.0),
        ((0, 30), (0, 40), -0.0876216012, 0.1135133932),
        ((4521, 5000), (4480, 5000), -0.0035615374, 0.0199684523),
    ],
)
def test_newcombes_interval_of_a_difference_gives_what_statsmodels_gives(now, before, low, high):
    found = newcombe(*now, *before)

    assert (found.low, found.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


@pytest.mark.parametrize(
    ("population", "low", "high"),
    [(40, 0.8323, 0.925), (60, 0.7974, 0.95), (300, 0.7534, 0.9636)],
)
def test_a_known_population_narrows_the_interval(population, low, high):
    """27 of 30: n (N - 1) / (N - n) put into ``proportion_confint(…, method="wilson")`` gives .832–.942, .797–.954 and
    .753–.964; the exact hypergeometric bounds are .825–.925, .783–.950 and .743–.973."""
    assert ends(wilson_finite(27, 30, population), 4) == (low, high)


def test_everybody_asked_leaves_no_doubt():
    assert wilson_finite(27, 30, 30) == Interval(0.9, 0.9)


@pytest.mark.parametrize(("population", "low", "high"), [(40, 0.675, 0.925), (60, 0.45, 0.95), (300, 0.09, 0.99)])
def test_what_the_silent_could_have_said(population, low, high):
    assert ends(manski(27, 30, population), 4) == (low, high)


def test_more_answers_than_people_are_refused():
    with pytest.raises(ValueError, match="cannot have answered"):
        manski(27, 30, 29)
    with pytest.raises(ValueError, match="cannot have answered"):
        wilson_finite(27, 30, 29)


@pytest.mark.parametrize(
    ("n", "change"),
    [(36_203, 0.008), (2_574, 0.03), (927, 0.05)],  # (1.96 + 0.84)² · 2 · 0.82 · 0.18 / change², at 82 %
)
def test_the_smallest_visible_change_is_that_of_the_textbook(n, change):
    satisfied = round(0.82 * n)

    assert smallest_visible_change(satisfied, n, satisfied, n) == pytest.approx(change, rel=0.003)


@given(SHARES)
def test_the_interval_holds_the_share_and_stays_between_0_and_1(share):
    successes, n = share

    found = wilson(successes, n)

    assert 0 <= found.low <= successes / n <= found.high <= 1
    assert found.low < found.high


@given(SHARES)
def test_the_interval_of_the_rest_is_its_mirror(share):
    successes, n = share

    found, rest = wilson(successes, n), wilson(n - successes, n)

    assert found.low == pytest.approx(1 - rest.high, abs=1e-12)
    assert found.high == pytest.approx(1 - rest.low, abs=1e-12)


@given(SHARES)
def test_more_answers_of_the_same_kind_narrow_the_interval(share):
    successes, n = share

    one, four = wilson(successes, n), wilson(4 * successes, 4 * n)

    assert four.high - four.low < one.high - one.low


@given(SHARES, st.integers(0, 100_000))
def test_a_finite_population_never_widens_and_never_passes_what_is_possible(share, silent):
    successes, n = share

    found, plain, possible = wilson_finite(*share, n + silent), wilson(*share), manski(*share, n + silent)

    assert possible.low <= found.low <= successes / n <= found.high <= possible.high
    assert plain.low - 1e-12 <= found.low
    assert found.high <= plain.high + 1e-12


@given(SMALL)
def test_clopper_pearson_leaves_at_most_half_of_5_percent_on_either_side(share):
    """The bounds are the shares at which what was seen, or more (or less), has a chance of 2.5 %."""
    successes, n = share

    found = clopper_pearson(successes, n)

    assert found.low <= successes / n <= found.high
    if successes:
        assert 1 - _at_most(successes - 1, n, found.low) == pytest.approx(0.025, rel=1e-6)
    if successes < n:
        assert _at_most(successes, n, found.high) == pytest.approx(0.025, rel=1e-6)


def _at_most(k: int, n: int, share: float) -> float:
    return sum(comb(n, i) * share**i * (1 - share) ** (n - i) for i in range(k + 1))


@given(st.floats(0, 1), st.integers(1, 400), st.integers(1, 400))
@example(0.5, 1, 1)
def test_the_beta_distribution_and_its_mirror_are_the_whole(x, a, b):
    assert 0 <= beta_below(x, a, b) <= 1 + 1e-12
    assert beta_below(x, a, b) + beta_below(1 - x, b, a) == pytest.approx(1, abs=1e-9)


@given(SHARES, SHARES)
def test_the_interval_of_a_difference_holds_it_and_turns_with_its_sign(now, before):
    found, turned = newcombe(*now, *before), newcombe(*before, *now)

    assert -1 - 1e-12 <= found.low <= now[0] / now[1] - before[0] / before[1] <= found.high <= 1 + 1e-12
    assert (found.low, found.high) == (pytest.approx(-turned.high), pytest.approx(-turned.low))
    assert found.holds(now[0] / now[1] - before[0] / before[1])


@pytest.mark.parametrize("of", [wilson, clopper_pearson])
@pytest.mark.parametrize(("successes", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_share_has_no_interval(of, successes, n):
    with pytest.raises(ValueError, match="no share"):
        of(successes, n)


@pytest.mark.parametrize(
    ("mean", "n", "low", "high"),
    [  # in closed form: 1 - high = (0.025)^(1/n) at a mean of 0; at one half 4 × low × high = exp(-2 × ln 40 / n)
        (0.0, 30, 0.0, 0.11570),
        (1.0, 30, 0.88430, 1.0),
        (0.5, 100, 0.36666, 0.63334),
    ],
)
def test_hoeffdings_interval_is_where_the_relative_entropy_says(mean, n, low, high):
    found = hoeffding(mean, n)

    assert ends(found, 5) == (low, high)


@given(SMALL)
def test_hoeffdings_interval_is_never_narrower_than_the_exact_one_of_a_share(counts):
    k, n = counts
    exact, found = clopper_pearson(k, n), hoeffding(k / n, n)

    assert found.low <= exact.low + 1e-9
    assert found.high >= exact.high - 1e-9
    assert found.holds(k / n)


@pytest.mark.parametrize(("mean", "n"), [(1.1, 5), (-0.1, 5), (0.5, 0)])
def test_hoeffdings_interval_of_no_mean_is_refused(mean, n):
    with pytest.raises(ValueError, match="no mean"):
        hoeffding(mean, n)
