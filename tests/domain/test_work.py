"""A group is divided by what was served into parts that are large enough, and nobody is left out or waits for it."""

from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from sync.district.domain.work import DIVIDED_BY, Work, divided

FIELDS, STAGES = ("Đất đai", "Hộ tịch", "Xây dựng", ""), ("hand_in", "return", "")
WORKS = st.builds(
    Work,
    st.sampled_from(FIELDS),
    st.sampled_from(STAGES),
    st.sampled_from(("1.001", "1.002", "")),
    st.sampled_from(("vi", "vi", "en")),
)
members = st.lists(WORKS, min_size=5, max_size=60)
FIVE = 5


def parts_of(works: list[Work], seed: int = 0) -> list[tuple[Work, list[int]]]:
    numbered = list(enumerate(works))
    parts = divided(numbered, lambda each: each[1], lambda some: len(some) >= FIVE, Random(seed).shuffle)
    return [(work, [n for n, _ in part]) for work, part in parts]


@given(members)
@example([Work("Đất đai", "return")] * 10 + [Work("Hộ tịch", "return")] * 2)
@example([Work("Đất đai", "return")] * 5 + [Work("Đất đai", "hand_in")] * 4)
def test_each_member_is_in_one_part_that_is_large_enough_and_as_it_says(works: list[Work]) -> None:
    parts = parts_of(works)

    assert sorted(n for _, part in parts for n in part) == list(range(len(works)))
    for work, part in parts:
        assert len(part) >= FIVE
        for by in DIVIDED_BY:
            assert not getattr(work, by) or {getattr(works[n], by) for n in part} == {getattr(work, by)}


def test_a_part_that_is_too_small_takes_as_few_as_it_needs_from_the_largest() -> None:
    works = [Work("Đất đai", "return")] * 10 + [Work("Hộ tịch", "hand_in")] * 2

    (work, kept), (rest, others) = parts_of(works)

    assert (work, rest) == (Work("Đất đai", "return"), Work())
    assert (len(kept), len(others)) == (7, 5)
    assert {10, 11} < set(others)


def test_who_stands_beside_the_odd_one_out_is_drawn_and_not_who_came_last() -> None:
    """Four friends who press at closing time would know what the fifth said."""
    works = [Work("Hộ tịch", "return")] + [Work("Đất đai", "return")] * 34
    friends = {31, 32, 33, 34}

    beside = [set(parts_of(works, seed)[1][1]) - {0} for seed in range(40)]

    assert all(len(each) == 4 for each in beside)
    assert friends not in beside
    assert len({n for each in beside for n in each}) > 30, "everybody may be drawn"


def test_a_group_of_one_kind_says_so_however_small_it_is() -> None:
    works = [Work("Đất đai", "return")] * 4

    assert parts_of(works) == [(Work("Đất đai", "return"), [0, 1, 2, 3])]


def test_a_group_that_cannot_be_divided_stays_whole_and_says_what_all_have_in_common() -> None:
    works = [Work("Đất đai", "return")] * 4 + [Work("Đất đai", "hand_in")] * 3

    assert parts_of(works) == [(Work("Đất đai", ""), list(range(7)))]
