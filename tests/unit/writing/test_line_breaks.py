"""A text in lines: no letter is lost between them, and what is broken anew piece by piece is what would be at once."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.writing.line_breaks import TextLine, broken, line_of, nearest, shown

WIDTH = 12.0
texts = st.text("ab ế\n", max_size=80)


def extent(text: str) -> float:
    """Every letter is as wide as one, ế as one and a half."""
    return len(text) + 0.5 * text.count("ế")


def said(text: str) -> list[str]:
    return [shown(text, line) for line in broken(text, WIDTH, extent)]


@given(texts)
def test_lines_hold_every_letter_once_and_none_is_too_wide(text: str) -> None:
    lines = broken(text, WIDTH, extent)

    assert "".join(text[line.start : line.stop] for line in lines) == text
    assert all(extent(shown(text, line).rstrip()) <= WIDTH for line in lines)


@given(texts, st.lists(st.tuples(st.integers(0, 80), st.integers(0, 30), st.text("ab ế\n", max_size=6)), max_size=6))
def test_what_is_broken_anew_is_what_would_be_broken_at_once(text: str, edits: list[tuple[int, int, str]]) -> None:
    lines = broken(text, WIDTH, extent)

    for at, gone, put in edits:
        after = text[:at] + put + text[at + gone :]
        lines = broken(after, WIDTH, extent, text, lines)
        text = after

        assert lines == broken(text, WIDTH, extent)


def test_a_letter_at_the_end_of_a_long_text_measures_no_other_line() -> None:
    text, asked = "một hai ba bốn " * 200, []
    lines = broken(text, WIDTH, extent)

    broken(text + "n", WIDTH, lambda said: asked.append(said) or extent(said), text, lines)

    assert len(asked) < 12


def test_words_are_kept_whole_and_long_ones_are_cut() -> None:
    assert said("chín mười mười một") == ["chín mười ", "mười một"]
    assert said("a nghiêngnghiêngnghiêng") == ["a ", "nghiêngnghiê", "ngnghiêng"]


def test_a_line_end_begins_a_line_even_an_empty_one() -> None:
    assert said("a\n\nb\n") == ["a", "", "b", ""]


def test_between_two_lines_the_caret_stands_on_the_later_one() -> None:
    lines = (TextLine(0, 5), TextLine(5, 9), TextLine(9, 9))

    assert [line_of(lines, caret) for caret in (0, 4, 5, 8, 9)] == [0, 0, 1, 1, 2]


def test_a_touch_means_the_nearer_side_of_a_letter() -> None:
    assert [nearest("abc", x, extent) for x in (-3, 0.4, 0.6, 1.4, 2.6, 99)] == [0, 0, 1, 1, 3, 3]
