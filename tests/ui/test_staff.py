"""Counters on several pages, the PIN of the staff, and what they are shown."""

from msgspec.structs import replace

from tests.support.driver import Driver
from tests.support.fakes import COUNTERS, PIN, FakeDesk
from tests.ui.test_journeys import hold_the_sign, type_in


def test_counters_are_turned_page_by_page_and_round(kiosk: Driver, desk: FakeDesk) -> None:
    names = [f"Quầy {n}" for n in range(1, 12)]
    desk.choices = tuple(replace(COUNTERS[0], counter_id=name, name=name) for name in names)
    kiosk.press("Không mang giấy")
    first = [c.words for c in kiosk.controls() if c.words.startswith("Quầy")]
    kiosk.press("next")
    second = [c.words for c in kiosk.controls() if c.words.startswith("Quầy")]
    kiosk.press("next")

    kiosk.press("Quầy 1")

    assert len(first) > len(second) > 0
    assert sorted(first + second) == sorted(names)
    assert kiosk.place == "Rate"


def test_five_wrong_pins_lock_and_the_lock_counts_down(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_sign()(kiosk)
    kiosk.press("Quầy 1 · Hộ tịch")
    for _ in range(5):
        type_in("000000")(kiosk)
    locked = kiosk.page.notice
    type_in(PIN)(kiosk)
    still = kiosk.place
    kiosk.move_time(50)
    later = kiosk.page.notice

    assert "Đã khóa" in locked
    assert still == "StaffPin"
    assert later != locked
    assert len(desk.pins_tried) == 5


def test_the_pin_is_never_on_the_screen(kiosk: Driver) -> None:
    hold_the_sign()(kiosk)
    kiosk.press("Quầy 1 · Hộ tịch")
    before = kiosk.said()

    type_in("246")(kiosk)

    assert before == kiosk.said()
    assert kiosk.page.digits == 3


def test_too_few_answers_are_said_not_shown(kiosk: Driver) -> None:
    hold_the_sign()(kiosk)
    kiosk.press("Quầy 1 · Hộ tịch")
    type_in(PIN)(kiosk)

    said = kiosk.said()

    assert "Chưa đủ để hiện" in said
    assert "105 ý kiến" in said
    assert said.count("–") == 5
