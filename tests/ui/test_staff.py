"""Counters on several pages, the PIN of the staff, and what they are shown."""

from datetime import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.flow.state.counter_view import CounterQueueView, Signer
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.screens import LobbyLoaded
from kiosk.flow.state.staff import PinRefused, SignerTrouble, SignerUnknown
from kiosk.languages.packs import load_packs
from kiosk.paths import shared
from kiosk.texts import Strings, read
from tests.support.counter_views import few, good_week
from tests.support.driver import Driver
from tests.support.fakes import COUNTERS, PIN, FakeDesk
from tests.ui.test_journeys import hold_the_sign, scan, type_in


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


def words(kiosk: Driver) -> str:
    """All that is said, whatever line it stands in."""
    return " ".join(" ".join(kiosk.said()).split())


def sign_in(kiosk: Driver, pin: str = PIN) -> None:
    hold_the_sign()(kiosk)
    scan("TP-021")(kiosk)
    type_in(pin)(kiosk)


def test_five_wrong_pins_lock_and_the_lock_counts_down(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_sign()(kiosk)
    scan("TP-021")(kiosk)
    for _ in range(5):
        type_in("000000")(kiosk)
    locked = kiosk.page.notice
    type_in(PIN)(kiosk)
    still = kiosk.place
    kiosk.move_time(50)
    later = kiosk.page.notice

    assert "Xin chờ 5:00" in locked
    assert "đặt mã mới" in locked
    assert still == "StaffPin"
    assert later != locked
    assert len(desk.pins_tried) == 5


def test_the_lock_of_everybody_says_so_and_counts_down(
    kiosk: Driver, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "check_pin", lambda _signer, _pin: PinRefused(300.0, for_everybody=True))
    sign_in(kiosk, "000000")
    locked = kiosk.page.notice

    assert "Hôm nay máy đã nhận quá nhiều mã sai" in locked
    assert "5:00" in locked
    assert "đặt mã mới" not in locked, "a new PIN does not lift this lock"


def test_the_pin_is_never_on_the_screen(kiosk: Driver) -> None:
    hold_the_sign()(kiosk)
    scan("TP-021")(kiosk)
    before = kiosk.said()

    type_in("246")(kiosk)

    assert before == kiosk.said()
    assert kiosk.page.digits == 3


def test_what_is_due_tomorrow_is_seen_at_once_and_what_people_asked_for_after_one_touch(kiosk: Driver) -> None:
    sign_in(kiosk)
    first = words(kiosk)
    kiosk.press("Mong muốn")
    second = words(kiosk)

    assert "Hẹn thứ Hai 23/11" in first
    assert "261109-0975" in first
    assert "Phải chờ lâu" in second
    assert "nói trước khoảng bao lâu" in second
    assert "Thái độ tốt" in second


def test_what_people_asked_for_is_said_in_the_office_s_language_where_the_reader_s_has_no_words(kiosk: Driver) -> None:
    from kiosk.ui.screens.staff_view import AskedPart, fill_asked

    view = good_week(Signer(COUNTERS[0]))
    wish = replace(view.wishes[0], words=(("vi", "Phải chờ lâu"), ("ede", "Dôk hgum")))
    view = replace(view, wishes=(wish,), praise=(wish,))
    vi = read(shared("assets") / "languages" / "vi" / "screen.toml")
    sign_in(kiosk)  # the page and its parts are known from here on
    part = AskedPart(m=kiosk.page.m, line=20, least=10)

    fill_asked(part, view, Strings("en", {}, vi, office="ede"))

    assert [card.words for card in part.ids.wishes.children] == ["Dôk hgum"]
    assert "Dôk hgum" in part.praise


def test_nothing_stands_beside_a_score(kiosk: Driver) -> None:
    sign_in(kiosk)
    kiosk.press("Đánh giá")
    said = words(kiosk)

    assert "105 đánh giá trên 210" in said
    assert "105 lượt chưa có đánh giá" in said
    assert "Tốt hơn rõ 7 ngày trước" in said
    assert "2611" not in said, "no dossier is named beside the faces"


def test_too_few_ratings_are_said_not_shown(kiosk: Driver, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk, "check_pin", lambda signer, _pin: few(signer))
    sign_in(kiosk)
    kiosk.press("Đánh giá")
    said, rated = kiosk.said(), words(kiosk)
    kiosk.press("Mong muốn")
    asked = words(kiosk)

    assert "Chưa đủ để nêu con số." in rated
    assert "9 đánh giá trên 40 lượt giao dịch; 31 lượt chưa có đánh giá" in rated
    assert said.count("–") == 10
    assert "Ít ý kiến thì chưa nói lên điều gì" in asked


def test_who_has_no_pin_is_told_where_to_set_one(
    kiosk: Driver, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "find_signer", lambda _wanted: SignerUnknown(SignerTrouble.NO_PIN))
    hold_the_sign()(kiosk)
    type_in("021")(kiosk)
    kiosk.press("Tiếp tục")

    assert "trang Tài khoản" in kiosk.page.hint
    assert kiosk.place == "StaffCard"


def test_the_counter_s_pin_is_offered_while_somebody_has_no_other(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_sign()(kiosk)
    without = [control for control in kiosk.controls() if control.words == "Mã PIN của quầy"]
    kiosk.press("home")
    kiosk.app.post(LobbyLoaded(Lobby(shared_pins=True)))
    kiosk.frames(2)
    hold_the_sign()(kiosk)
    kiosk.press("Mã PIN của quầy")
    kiosk.press("Quầy 2 · Đất đai, xây dựng")
    type_in(PIN)(kiosk)

    assert without == []
    assert kiosk.page.who == "Quầy 2 · Đất đai, xây dựng"


NINE = time(9, 15)


@pytest.mark.parametrize(
    ("seen", "line"),
    [
        (None, ""),
        (CounterQueueView(NINE, 7, 25, 23), "Lúc 09:15: 7 người chờ, lâu nhất 25 phút."),
        (CounterQueueView(NINE, 0), "Lúc 09:15: không có ai chờ."),
        (CounterQueueView(NINE, 3), "Lúc 09:15: 3 người chờ."),
        (CounterQueueView(NINE, None, None, 4), ""),
    ],
)
def test_the_line_of_the_queue_is_plain(kiosk: Driver, seen: CounterQueueView | None, line: str) -> None:
    from kiosk.ui.screens.staff_view import served, waiting

    strings = load_packs(("vi", "en"), "vi", Path("/nowhere")).strings()["vi"]

    assert waiting(seen, strings) == line
    assert served(CounterQueueView(NINE, None, None, 4), strings) == "Hôm nay đã phục vụ 4 lượt."


def test_the_staff_are_shown_who_waits(kiosk: Driver, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = CounterQueueView(NINE, 7, 25, 23)
    monkeypatch.setattr(desk, "check_pin", lambda signer, _pin: replace(good_week(signer), queue=seen))
    sign_in(kiosk)

    assert "Lúc 09:15: 7 người chờ, lâu nhất 25 phút." in words(kiosk)
