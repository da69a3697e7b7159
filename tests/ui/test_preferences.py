"""Larger text and high contrast on the real window: seen at once, and gone with the citizen."""

from kiosk.flow.state.preferences import PLAIN
from tests.support.driver import Driver
from tests.ui.conftest import RULES

WHITE_TO_BLACK = {"usual": (246, 242, 234), "high contrast": (0, 0, 0)}


def largest(kiosk: Driver) -> None:
    sizes = [control for control in kiosk.controls() if getattr(control, "words", "") == "A"]
    kiosk.press(lambda control: control is max(sizes, key=lambda size: size.x))


def test_the_largest_text_is_larger_at_once(kiosk: Driver) -> None:
    before = kiosk.page.m.body
    kiosk.press("Aa")
    largest(kiosk)
    kiosk.press("Xong")

    assert kiosk.page.m.body > before * 1.35
    assert kiosk.state.preferences.text_step == 2


def test_high_contrast_turns_the_ground_black_and_a_quiet_minute_turns_it_back(kiosk: Driver) -> None:
    before = kiosk.pixels()[2][:3]
    kiosk.press("Aa")
    kiosk.press("Nền tối")
    kiosk.press("Xong")
    chosen = kiosk.pixels()[2][:3]
    kiosk.move_time(RULES.idle_seconds + 1)

    assert (tuple(before), tuple(chosen)) == (WHITE_TO_BLACK["usual"], WHITE_TO_BLACK["high contrast"])
    assert tuple(kiosk.pixels()[2][:3]) == WHITE_TO_BLACK["usual"]
    assert kiosk.state.preferences == PLAIN


def test_a_citizen_who_was_thanked_leaves_nothing_to_the_next(kiosk: Driver) -> None:
    kiosk.press("Aa")
    largest(kiosk)
    kiosk.press("Xong")
    kiosk.press("Đánh giá hồ sơ")
    kiosk.press("Không mang giấy")
    kiosk.press("Quầy 2 · Đất đai, xây dựng")
    kiosk.press("Hài lòng")
    while kiosk.place != "Idle":
        kiosk.move_time(5)

    assert kiosk.state.preferences == PLAIN
    assert kiosk.page.m.body < kiosk.page.m.base * 1.05


def test_the_left_hand_has_the_pad_on_its_side(kiosk: Driver) -> None:
    kiosk.press("Đánh giá hồ sơ")
    kiosk.press("Nhập mã hồ sơ")
    kiosk.press("Nộp hồ sơ")
    erase = kiosk.control("erase").center_x
    kiosk.press("Aa")
    kiosk.press("Dùng tay trái")
    kiosk.press("Xong")

    assert kiosk.control("erase").center_x == kiosk.window.width - erase
