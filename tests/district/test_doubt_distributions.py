"""The tails behind the tests of doubt. Reference values: scipy 1.17.1 and statsmodels 0.15.0, the calls beside them."""

import pytest

from sync.district.measures.doubt.distributions import (
    BetaBinomial,
    convolved,
    hypergeometric_pmf,
    poisson_pmf,
    smallest,
    student_tail,
)
from sync.district.measures.doubt.examine import benjamini_hochberg, combined

PS = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]


@pytest.mark.parametrize(
    ("k", "n", "a", "b", "expected"),
    [  # betabinom.sf(k - 1, n, a, b)
        (119, 726, 14.6, 168, 0.0010076245982376664),
        (5, 30, 0.5, 4.5, 0.2450608330229459),
        (1, 30, 0.5, 4.5, 0.6474417213568457),
        (0, 30, 0.5, 4.5, 1.0),
    ],
)
def test_the_beta_binomial_tail_is_scipy_s(k: int, n: int, a: float, b: float, expected: float):
    assert BetaBinomial(a, b).tail(k, n) == pytest.approx(expected, rel=1e-9)


def test_counts_are_distributed_as_scipy_says():
    poisson = poisson_pmf(2.5, 9)  # poisson.pmf([0, 3, 9], 2.5)
    assert [poisson[k] for k in (0, 3, 9)] == pytest.approx([0.0820849986, 0.2137630172, 0.000862900738], rel=1e-8)
    marked = hypergeometric_pmf(3, 7, 20)  # hypergeom.pmf([0, 1, 2, 3], 20, 7, 3)
    assert marked == pytest.approx([0.2508771930, 0.4789473684, 0.2394736842, 0.0307017544], rel=1e-8)
    assert hypergeometric_pmf(3, 4, 4) == [0.0, 0.0, 0.0, 1.0]
    assert sum(convolved(marked, poisson_pmf(1, 40))) == pytest.approx(1)


def test_student_s_tail_is_scipy_s():
    tails = [student_tail(*of) for of in ((2.2, 7), (-1.3, 39), (6.5, 12))]  # t.sf
    assert tails == pytest.approx([0.03186550765131839, 0.899383990320747, 1.4682517843374057e-05], rel=1e-9)


def test_the_expected_count_is_the_largest_that_is_not_unusual():
    usual = BetaBinomial(8, 92)
    most = smallest(lambda k: usual.tail(k, 200), 200, 0.01)

    assert usual.tail(most, 200) >= 0.01 > usual.tail(most + 1, 200)


def test_false_discoveries_are_held_as_statsmodels_holds_them():
    assert benjamini_hochberg(PS, 0.1) == [True] * 6 + [False] * 4  # multipletests(PS, alpha=.1, method="fdr_bh")
    assert benjamini_hochberg(PS, 0.05) == [True] * 2 + [False] * 8
    assert benjamini_hochberg(PS[::-1], 0.1) == [False] * 4 + [True] * 6
    assert benjamini_hochberg([], 0.1) == []
    assert combined(PS) == pytest.approx(0.009955119790251791)  # multipletests(PS, method="sidak")
    assert combined([]) == 1
    assert combined([1e-30, 1]) == pytest.approx(2e-30)
