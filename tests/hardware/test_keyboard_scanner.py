"""A scanner that types, or a person: told apart by the pace, and by keys that no number pad has."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.keyboard_scanner import (
    MAX_SCAN,
    MIN_SCAN,
    SILENCE_SECONDS,
    Stroke,
    ends,
    even_scan,
    interpret,
    silence_after,
    written,
)

CODES = st.text("0123456789ABCH.-", min_size=MIN_SCAN, max_size=40).map(lambda code: "H" + code)
CASES = Path(__file__).parents[1] / "cases"


def strokes(keys: list[str], gaps: list[float]) -> tuple[Stroke, ...]:
    at, found = 100.0, []
    for key, gap in zip(keys, gaps, strict=False):
        at += gap
        found.append(Stroke(key, at))
    return tuple(found)


@given(CODES, st.lists(st.floats(0.0, 0.03), min_size=50, max_size=50))
def test_whatever_a_scanner_types_is_one_scan(code: str, gaps: list[float]):
    assert interpret(strokes([*code, "enter"], gaps)) == (code, ())


def test_the_slow_scanner_of_the_collected_faults_is_one_scan():
    case = json.loads((CASES / "13-wedge-slow.json").read_text(encoding="utf-8"))

    assert interpret(tuple(Stroke(key, at) for key, at in case["keys"]), choosing=True) == (case["right"], ())


@given(st.from_regex(r"[0-9A-Z]{3}\.[0-9]{2}-26[01][0-9]{3}-[0-9]{4}H", fullmatch=True), st.floats(0.03, 0.15))
def test_a_slow_scanner_is_never_a_press_whatever_its_code_begins_with(code: str, gap: float):
    """Each key comes before the silence is over, so the whole code is one run."""
    assert gap < SILENCE_SECONDS
    assert interpret(strokes([*code, "enter"], [gap] * 40), choosing=True) == (code, ())


@given(st.text("0123456789", min_size=6, max_size=20), st.floats(0.0, 0.15))
def test_a_slow_scanners_number_is_no_answer_where_a_digit_is_one(digits: str, gap: float):
    assert interpret(strokes([*digits, "enter"], [gap] * 21), choosing=True)[1] == ()


@given(st.from_regex(r"[0-9]{0,4}[A-Z][0-9]{0,4}", fullmatch=True), st.floats(0.03, 0.15))
def test_half_a_scan_is_no_press(half: str, gap: float):
    assert interpret(strokes([*half], [gap] * 9))[1] == ()


@given(CODES)
def test_a_window_that_was_busy_for_a_moment_still_hears_the_scan(code: str):
    gaps = [0.005] * len(code) + [0.005]
    gaps[len(code) // 2] = 0.15

    assert interpret(strokes([*code, "enter"], gaps))[0] == code


@given(st.text("0123456789", min_size=1, max_size=12), st.lists(st.floats(0.08, 0.5), min_size=13, max_size=13))
def test_what_a_person_types_is_never_a_scan(digits: str, gaps: list[float]):
    assert interpret(strokes([*digits, "enter"], gaps)) == (None, (*digits, "enter"))


def test_a_child_with_both_hands_on_the_number_pad_is_no_scanner():
    assert interpret(strokes([*"5151535142"], [0.03] * 10)) == (None, tuple("5151535142"))


def test_two_fingers_at_once_are_two_keys():
    assert interpret(strokes(["5", "4"], [0, 0.001])) == (None, ("5", "4"))


def test_the_signs_of_a_number_pad_have_names_and_letters_mean_nothing():
    assert interpret(strokes(["*", "x", "+", "/", "-"], [1] * 5)) == (None, ("again", "louder", "home", "softer"))


def test_a_run_ends_with_enter_or_when_no_code_is_that_long():
    assert not ends(())
    assert not ends(strokes(["5"], [0]))
    assert ends(strokes(["5", "enter"], [0, 0]))
    assert ends(strokes(["5"] * MAX_SCAN, [0.0] * MAX_SCAN))


@given(CODES, st.lists(st.floats(0.0, 0.03), min_size=50, max_size=50))
def test_where_letters_count_a_scan_is_a_scan_all_the_same(code: str, gaps: list[float]):
    assert written(strokes([*code, "enter"], gaps)) == (code, ())


@given(
    st.from_regex(r"[0-9A-Z]{3}\.[0-9]{2}-26[01][0-9]{3}-[0-9]{4}", fullmatch=True),
    st.floats(0.03, 0.15),
    st.lists(st.floats(-0.01, 0.01), min_size=20, max_size=20),
)
def test_where_letters_count_a_slow_scan_is_known_by_its_even_pace(code: str, gap: float, late: list[float]):
    assert written(strokes([*code, "enter"], [gap + each for each in late])) == (code, ())


def test_whether_keys_were_a_slow_scan_is_known_only_when_the_run_is_over():
    keys = tuple("H35.88.01-261119-0017")

    assert written(strokes([*keys], [0.1] * 30), over=False) == (None, keys)


@given(st.text("0123456789abc ", min_size=13, max_size=60), st.permutations([0.06, 0.09, 0.11, 0.13, 0.17, 0.19]))
def test_where_letters_count_nobody_who_types_well_is_a_scanner(typed: str, rhythm: list[float]):
    assert written(strokes([*typed], rhythm * 10)) == (None, tuple(typed))


def test_an_even_run_without_digits_or_with_a_pause_is_a_persons():
    words, code = "cho toi hoi mot chut", "H35.88.01-261119-0017"

    assert even_scan(strokes([*words], [0.1] * 30)) is None
    assert even_scan(strokes([*code], [0.1] * 9 + [0.3] + [0.1] * 20)) is None
    assert even_scan(strokes([*code[:12]], [0.1] * 30)) is None
    assert even_scan(strokes([*code, "left"], [0.1] * 30)) is None


@given(st.lists(st.sampled_from([*"abc 19./", "enter", "left", "erase"]), max_size=20))
def test_where_letters_count_a_persons_keys_come_as_they_were_typed(keys: list[str]):
    assert written(strokes(keys, [0.09] * 20)) == (None, tuple(keys))


def test_a_letter_that_came_alone_does_not_wait_as_long_as_one_of_a_burst():
    alone, burst = strokes(["a"], [0]), strokes(["a", "b"], [0, 0.02])

    assert silence_after(alone, writes=True) < silence_after(burst, writes=True) == SILENCE_SECONDS
    assert silence_after(alone, writes=False) == SILENCE_SECONDS
