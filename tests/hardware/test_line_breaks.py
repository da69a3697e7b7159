"""Lines on paper: none too long, none lonely, Vietnamese words whole."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.hardware.printer.line_breaks import lines_of


def measure(text: str) -> float:
    return 10.0 * len(text)


def test_a_line_breaks_between_words_and_not_inside_one():
    assert lines_of("mang theo giấy tờ khi nhận kết quả thủ tục", measure, 302) == [
        "mang theo giấy tờ khi nhận",
        "kết quả thủ tục",
    ]
    assert lines_of("Đã làm xong thủ tục", measure, 152) == ["Đã làm xong", "thủ tục"]


def test_lines_in_the_middle_are_much_alike():
    text = "một hai ba bốn năm sáu bảy"

    assert lines_of(text, measure, 222) == ["một hai ba bốn năm sáu", "bảy"]
    assert lines_of(text, measure, 222, even=True) == ["một hai ba bốn", "năm sáu bảy"]


@given(st.text("aă đ-", max_size=120), st.integers(12, 400), st.booleans())
def test_nothing_is_lost_and_nothing_is_too_long(text: str, width: int, even: bool):
    lines = lines_of(text, measure, width, even=even)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(measure(line) for line in lines) <= width
