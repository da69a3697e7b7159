"""Ratings are told in groups that point at nobody, and two views of whole groups never differ by a few."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.released import K, Waiting, close, is_large_enough, last_day_of

DAY = date(2026, 11, 20)
PRESSES = st.lists(st.tuples(st.sampled_from([None, *"ABCDEFGHIJ"]), st.integers(0, 9)), max_size=60)


def waiting(*presses: tuple[str | None, int]) -> list[Waiting]:
    return [Waiting(f"m{number}", dossier, DAY + timedelta(day)) for number, (dossier, day) in enumerate(presses)]


def test_nine_presses_of_ones_own_do_not_give_away_the_tenth() -> None:
    assert close(waiting(*[("own", 0)] * 9, ("citizen", 0))) == []


def test_five_dossiers_of_a_day_are_told_together() -> None:
    (group,) = close(waiting(*[(code, 0) for code in "ABCDE"]))

    assert (len(group.members), group.day) == (5, DAY)


def test_a_quiet_counter_waits_for_the_day_on_which_enough_have_come_together() -> None:
    (group,) = close(waiting(("A", 0), ("B", 0), ("C", 3), ("D", 6), ("E", 8), ("F", 9)))

    assert (group.members, group.day) == (("m0", "m1", "m2", "m3", "m4"), DAY + timedelta(8))


def test_ratings_without_a_dossier_need_five_days_however_many_a_day_has() -> None:
    four_days = [(None, day) for day in range(4)] * 30

    assert close(waiting(*four_days)) == []
    (group,) = close(waiting(*four_days, (None, 4)))
    assert len(group.members) == 121


def test_what_nobody_can_date_is_grouped_apart() -> None:
    undated = [Waiting(f"u{code}", code, None) for code in "ABCDE"]

    groups = close([*undated, *waiting(*[(code, 0) for code in "FGHIJ"])])

    assert [group.day for group in groups] == [DAY, None]


@given(PRESSES)
def test_every_group_is_large_enough_and_nothing_is_in_two(presses: list[tuple[str | None, int]]) -> None:
    known = {each.member: each for each in waiting(*presses)}

    groups = close(known.values())

    members = [name for group in groups for name in group.members]
    assert len(members) == len(set(members))
    for group in groups:
        of_group = [known[name] for name in group.members]
        assert is_large_enough(of_group)
        assert len(of_group) >= K
        assert group.day == max(each.day or DAY for each in of_group)


@given(PRESSES, st.integers(0, 9), st.integers(0, 9))
def test_any_two_periods_differ_by_nothing_or_by_at_least_five(
    presses: list[tuple[str | None, int]], one: int, other: int
) -> None:
    groups = close(waiting(*presses))

    counted = [sum(len(g.members) for g in groups if g.day and g.day <= DAY + timedelta(day)) for day in (one, other)]

    assert abs(counted[0] - counted[1]) == 0 or abs(counted[0] - counted[1]) >= K


def test_a_release_tells_about_the_days_before_it() -> None:
    assert last_day_of(date(2026, 12, 1)) == date(2026, 11, 30)
