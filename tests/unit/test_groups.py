"""What staff may count never tells what the last citizen pressed."""

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kiosk.desk.tally_groups import GROUP, TallyGroups

DAY = date(2026, 11, 20)


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("12345")), max_size=80))
def test_a_group_is_told_whole_after_the_next_one_is_full(pressed: list[tuple[str, str]]) -> None:
    groups = TallyGroups()
    for number, (counter, answer) in enumerate(pressed):
        groups, told = groups.joined(counter, answer, DAY)
        here = [said for at, said in pressed[: number + 1] if at == counter]
        if told is None:
            assert len(here) % GROUP or len(here) == GROUP
        else:
            assert told == Counter(here[-2 * GROUP : -GROUP])


def test_a_new_day_begins_with_nothing() -> None:
    groups = TallyGroups()
    for _ in range(9):
        groups, _told = groups.joined("a", "1", DAY)

    groups, told = groups.joined("a", "1", date(2026, 11, 21))

    assert told is None
    assert groups.counters["a"].forming == Counter({"1": 1})
