"""What moves by itself: everybody gets a turn, and nothing stands still for a day."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.reference import Notice
from kiosk.ui.pixel_shift import BEAT_SECONDS, SHIFT_SECONDS, SHIFTS, shift_at, turn_seconds, whose_turn

TURNS = st.lists(st.integers(1, 60), min_size=1, max_size=8)


@given(TURNS, st.floats(0, 1e7))
def test_somebody_always_has_the_turn(turns: list[int], seconds: float) -> None:
    assert 0 <= whose_turn(turns, seconds) < len(turns)


@given(TURNS)
def test_each_is_shown_for_as_long_as_its_turn(turns: list[int]) -> None:
    shown = [whose_turn(turns, second) for second in range(sum(turns))]

    assert [shown.count(index) for index in range(len(turns))] == turns
    assert shown == sorted(shown)


@given(st.integers(0, 500))
def test_a_card_stays_long_enough_to_be_read_and_changes_on_the_beat(characters: int) -> None:
    seconds = turn_seconds(characters)

    assert 12 <= seconds <= 24
    assert seconds % BEAT_SECONDS == 0
    assert seconds >= min(24, characters / 14)


def test_the_picture_never_stands_in_one_place_and_never_goes_far() -> None:
    shifts = [shift_at(minute * SHIFT_SECONDS, 3) for minute in range(len(SHIFTS))]

    assert len(set(shifts)) == len(SHIFTS)
    assert all(abs(x) <= 6 and abs(y) <= 6 for x, y in shifts)
    assert all(abs(a - c) + abs(b - d) <= 9 for (a, b), (c, d) in pairwise(shifts))


def test_what_a_translation_lacks_is_said_in_vietnamese() -> None:
    card = Notice("A", "H35", "general", "Thông báo", "Nội dung", {"en": {"title": "Notice"}, "mww": {"text": "x"}})

    assert card.text_in("en") == ("Notice", "")
    assert card.text_in("mww") == card.text_in("vi") == ("Thông báo", "Nội dung")
