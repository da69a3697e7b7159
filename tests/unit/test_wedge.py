"""A scanner that types, or a person: told apart by the pace alone."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.keyboard_scanner import (
    LEAST_SCAN,
    LONGEST_SCAN,
    SILENCE_SECONDS,
    Stroke,
    ends,
    heard,
    silence_after,
    written,
)

CODES = st.text("0123456789ABCH.-", min_size=LEAST_SCAN, max_size=40).map(lambda code: "H" + code)


def strokes(keys: list[str], gaps: list[float]) -> tuple[Stroke, ...]:
    at, found = 100.0, []
    for key, gap in zip(keys, gaps, strict=False):
        at += gap
        found.append(Stroke(key, at))
    return tuple(found)


@given(CODES, st.lists(st.floats(0.0, 0.03), min_size=50, max_size=50))
def test_whatever_a_scanner_types_is_one_scan(code: str, gaps: list[float]):
    assert heard(strokes([*code, "enter"], gaps)) == (code, ())


@given(CODES)
def test_a_window_that_was_busy_for_a_moment_still_hears_the_scan(code: str):
    gaps = [0.005] * len(code) + [0.005]
    gaps[len(code) // 2] = 0.15

    assert heard(strokes([*code, "enter"], gaps))[0] == code


@given(st.text("0123456789", min_size=1, max_size=12), st.lists(st.floats(0.08, 0.5), min_size=13, max_size=13))
def test_what_a_person_types_is_never_a_scan(digits: str, gaps: list[float]):
    assert heard(strokes([*digits, "enter"], gaps)) == (None, (*digits, "enter"))


def test_a_child_with_both_hands_on_the_number_pad_is_no_scanner():
    assert heard(strokes([*"5151535142"], [0.03] * 10)) == (None, tuple("5151535142"))


def test_two_fingers_at_once_are_two_keys():
    assert heard(strokes(["5", "4"], [0, 0.001])) == (None, ("5", "4"))


def test_the_signs_of_a_number_pad_have_names_and_letters_mean_nothing():
    assert heard(strokes(["*", "x", "+", "/", "-"], [1] * 5)) == (None, ("again", "louder", "home", "softer"))


def test_a_run_ends_with_enter_or_when_no_code_is_that_long():
    assert not ends(())
    assert not ends(strokes(["5"], [0]))
    assert ends(strokes(["5", "enter"], [0, 0]))
    assert ends(strokes(["5"] * LONGEST_SCAN, [0.0] * LONGEST_SCAN))


@given(CODES, st.lists(st.floats(0.0, 0.03), min_size=50, max_size=50))
def test_where_letters_count_a_scan_is_a_scan_all_the_same(code: str, gaps: list[float]):
    assert written(strokes([*code, "enter"], gaps)) == (code, ())


@given(st.lists(st.sampled_from([*"abc 19./", "enter", "left", "erase"]), max_size=20))
def test_where_letters_count_a_persons_keys_come_as_they_were_typed(keys: list[str]):
    assert written(strokes(keys, [0.09] * 20)) == (None, tuple(keys))


def test_a_letter_that_came_alone_does_not_wait_as_long_as_one_of_a_burst():
    alone, burst = strokes(["a"], [0]), strokes(["a", "b"], [0, 0.02])

    assert silence_after(alone, writes=True) < silence_after(burst, writes=True) == SILENCE_SECONDS
    assert silence_after(alone, writes=False) == SILENCE_SECONDS
