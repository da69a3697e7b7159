"""Reading what an office replied, on a small panel: the whole screen, few touches, a finger that draws it, on paper."""

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.flow.state.complaint import ComplaintFound, EnterReceiptNumber, Paper, ShowStatus
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.printing import Printed, PrinterChanged
from kiosk.flow.state.screens import Scanned
from tests.support.driver import Driver
from tests.support.fakes import INTAKE, RECEIPT, FakeDesk, HandClock
from tests.ui.complaint_states import ANSWERED, LONG_ANSWER
from tests.ui.conftest import RULES
from tests.ui.layout_faults import texts_of
from tests.ui.test_layout import laid_out, panels  # noqa: F401  (the fixture lays out on every panel)

SMALL = ("7 inch tablet", "10 inch tablet", "10 inch tablet upright")


@pytest.fixture
def reading(window: None, clock: HandClock) -> Iterator[Driver]:
    """A citizen who has scanned the receipt of a complaint that was answered at length."""
    from kiosk.ui.app import Appearance

    found = ComplaintFound(replace(ANSWERED, answer=LONG_ANSWER), "2026-11-20")
    desk = FakeDesk(hangs=Lobby(intake=INTAKE), looks={RECEIPT.number: found})
    driver = Driver(RULES, Appearance(width_mm=90), lambda: desk, clock)
    driver.start()
    driver.app.dispatch_event(PrinterChanged(None))
    driver.clock.advance(2)
    driver.app.post(Scanned(RECEIPT.number))
    driver.frames(3)
    driver.clock.advance(2)
    yield driver
    driver.stop()


@pytest.mark.parametrize("laid_out", panels(("7 inch tablet",)), indirect=True)
def test_an_answer_of_1300_letters_is_read_in_eight_touches_on_seven_inches(laid_out: Any) -> None:  # noqa: F811
    assert len(LONG_ANSWER) == 1300
    laid_out("idle", "vi")
    page = laid_out("standing-answered-long", "vi")
    seen, touches = page.reader.rows, 0

    while page.reader.can_scroll(up=False):
        page.turn()
        touches += 1
    assert touches <= 8
    assert page.reader._last_first + seen == len(page.reader._lines), "the last line was seen"

    page.turn()
    assert {card.answer for card in page.ids.cards.children} == {"satisfied", "not_satisfied", "go_on"}


@pytest.mark.parametrize("laid_out", panels(SMALL), indirect=True)
def test_on_a_small_panel_the_answer_has_the_screen_and_names_the_office(laid_out: Any) -> None:  # noqa: F811
    laid_out("idle", "vi")
    page = laid_out("standing-answered-long", "vi")

    above_the_buttons = page.m.height - 2 * page.m.margin - page.m.row * (2 if page.m.portrait else 1)
    assert page.reader.height >= above_the_buttons * 0.8
    assert page.reader._text.startswith(f"Nơi giải quyết: {ANSWERED.office}")


@pytest.mark.parametrize("laid_out", panels(SMALL), indirect=True)
def test_what_differs_between_the_kinds_is_never_cut(laid_out: Any) -> None:  # noqa: F811
    """Whether there will be an answer is what one decides by."""
    for language, reply in (("vi", "trả lời"), ("en", "reply")):
        page = laid_out("tell-kind", language)
        said = {card.answer: card.words for card in page.ids.cards.children}

        assert reply in said["comment"]
        assert reply in said["complaint"]
        assert "…" not in "".join(text.text for text in texts_of(page))


def test_a_finger_draws_the_text_after_it(reading: Driver) -> None:
    reader = reading.page.reader
    assert isinstance(reading.state.place, ShowStatus)

    finger = reading.finger(reader.center_x, reader.y + 40)
    finger.down()
    finger.move_to(reader.center_x, reader.y + 40 + 5 * reader._high)
    finger.up()

    assert reader._first == 5
    reading.move_time(30)
    assert isinstance(reading.state.place, ShowStatus), "whoever draws is there"


def test_the_answer_is_read_to_its_end_judged_and_read_again(reading: Driver) -> None:
    while "Đọc tiếp" in [each.words for each in reading.controls()]:
        reading.press("Đọc tiếp")
    reading.press("Cho ý kiến")
    assert "Ông/Bà thấy trả lời này thế nào?" in " ".join(reading.said()).replace("\n", " ")

    reading.press("Từ đầu")
    assert reading.page.reader._first == 0
    assert "Hài lòng" not in [each.words for each in reading.controls()]


def test_the_answer_is_printed_once_with_the_office_that_gave_it(reading: Driver) -> None:
    desk: Any = reading.app.shell._desk

    reading.press("In giấy")
    assert [reply.office for reply in desk.replies] == [ANSWERED.office]
    assert "In giấy" not in [each.words for each in reading.controls()]

    reading.app.post(Printed(1))
    reading.frames(3)
    assert reading.state.place.paper is Paper.PRINTED


def test_whoever_asks_for_another_number_sees_nothing_of_this_answer(reading: Driver) -> None:
    reading.press("Số khác")

    assert isinstance(reading.state.place, EnterReceiptNumber)
    assert ANSWERED.office not in " ".join(reading.said())
