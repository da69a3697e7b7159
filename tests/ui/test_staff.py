"""Counters on several pages, the PIN of the staff, and what they are shown."""

from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk.domain.counter_notes import OwnInquiry
from kiosk.flow.state.counter_view import CounterQueueView, Signer
from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.state.preferences import Preferences
from kiosk.flow.state.screens import LobbyLoaded, State
from kiosk.flow.state.staff import PinRefused, SignerTrouble, SignerUnknown
from kiosk.flow.step import step
from kiosk.languages.packs import load_packs
from kiosk.paths import shared
from kiosk.texts import Strings, read
from tests.support.counter_views import few, good_week
from tests.support.driver import Driver
from tests.support.fakes import COUNTERS, PIN, FakeDesk
from tests.ui.layout_faults import texts_of
from tests.ui.states import places
from tests.ui.test_journeys import hold_the_sign, scan, type_in
from tests.ui.test_layout import laid_out, laid_out_as, panels  # noqa: F401  (the fixture lays out on every panel)

PANELS_LOOKED_AT = ("7 inch tablet", "10 inch tablet upright", "21.5 inch upright")


def test_counters_are_turned_page_by_page_and_round(kiosk: Driver, desk: FakeDesk) -> None:
    names = [f"Quầy {n}" for n in range(1, 12)]
    desk.choices = tuple(replace(COUNTERS[0], counter_id=name, name=name) for name in names)
    kiosk.press("Đánh giá hồ sơ")
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
    type_in("1")(kiosk)  # a touch, so that the screen stays
    kiosk.move_time(20)
    later = kiosk.page.notice

    assert "Xin chờ 5\u00a0phút." in locked
    assert "đặt mã mới" in locked
    assert still == "StaffPin"
    assert "Xin chờ 4\u00a0phút." in later
    assert len(desk.pins_tried) == 5


@pytest.mark.parametrize(
    ("seconds", "vietnamese", "english"),
    [
        (0, "1 phút", "1 min"),
        (59.2, "1 phút", "1 min"),
        (60.1, "2 phút", "2 min"),
        (300, "5 phút", "5 min"),
        (3541, "1 giờ", "1 h"),
        (3600, "1 giờ", "1 h"),
        (4272, "1 giờ 12 phút", "1 h 12 min"),
        (86_399, "24 giờ", "24 h"),
    ],
)
def test_a_wait_is_told_in_words_and_never_too_short(seconds: float, vietnamese: str, english: str) -> None:
    """Such as "5:00" reads as a time of day."""
    from kiosk.ui.screens.staff_pin import wait_of

    strings = load_packs().strings()
    assert wait_of(strings["vi"], seconds).replace("\u00a0", " ") == vietnamese
    assert wait_of(strings["en"], seconds).replace("\u00a0", " ") == english


@pytest.mark.parametrize("laid_out", panels(PANELS_LOOKED_AT), indirect=True)
def test_a_counter_s_pin_is_called_the_counter_s_and_has_no_account(laid_out: Any) -> None:  # noqa: F811
    for language, title, account in (("vi", "Mã PIN của quầy", "Tài khoản"), ("en", "Counter PIN", "account")):
        shared = {text.words for text in texts_of(laid_out("staff-pin-shared", language))}
        locked = {text.words for text in texts_of(laid_out("staff-pin-shared-locked", language))}
        page = laid_out("staff-pin-locked", language)
        own = {text.words for text in texts_of(page)}

        assert title in shared & locked
        assert page.words["pin.title"] in own - shared
        assert not [words for words in locked if account in words]
        assert [words for words in own if account in words]


def test_the_lock_of_everybody_says_so_and_counts_down(
    kiosk: Driver, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "check_pin", lambda _signer, _pin: PinRefused(300.0, for_everybody=True))
    sign_in(kiosk, "000000")
    locked = kiosk.page.notice

    assert "Hôm nay máy đã nhận quá nhiều mã sai" in locked
    assert "thử lại sau 5\u00a0phút." in locked
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


@pytest.mark.parametrize("laid_out", panels(PANELS_LOOKED_AT), indirect=True)
def test_what_is_wrong_with_a_number_is_told_where_the_letters_are_left(laid_out: Any) -> None:  # noqa: F811
    """Beside the letters seven inches have no room for it, so that a number without an answer closes them."""
    lettered = replace(places(0)["staff-card-letters"], number="TP-022")  # type: ignore[type-var]
    answered, _ = step(State(lettered, "vi"), SignerUnknown(SignerTrouble.NOBODY), 1, Rules())
    assert answered.place == replace(places(0)["staff-card-nobody"], number="TP-022", shared=False)  # type: ignore[type-var]

    page = laid_out("staff-card-nobody", "vi")
    shown = {text.words for text in texts_of(page)}
    assert page.words["staff_card.nobody"] in shown


@pytest.mark.parametrize("laid_out", panels(PANELS_LOOKED_AT), indirect=True)
def test_the_hint_calls_the_key_what_stands_on_it(laid_out: Any) -> None:  # noqa: F811
    for language in ("vi", "en"):
        page = laid_out("staff-card", language)
        shown = {text.words for text in texts_of(page)}

        assert page.words["code.confirm"] in shown
        assert f"“{page.words['code.confirm']}”" in page.hint
        assert page.hint in shown


def test_who_has_no_pin_is_told_where_to_set_one(
    kiosk: Driver, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "find_signer", lambda _wanted: SignerUnknown(SignerTrouble.NO_PIN))
    hold_the_sign()(kiosk)
    type_in("021")(kiosk)
    kiosk.press("Tiếp tục")

    assert "trang Tài khoản" in kiosk.page.hint
    assert "xin lãnh đạo cấp" in kiosk.page.hint
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


@pytest.mark.parametrize("laid_out", panels(PANELS_LOOKED_AT), indirect=True)
def test_what_is_due_stands_within_its_card(laid_out: Any) -> None:  # noqa: F811
    for name in ("staff-view-good-due", "staff-view-bad-due"):
        for larger in (0, 1, 2):
            part = laid_out(name, "vi", preferences=Preferences(larger)).ids.body.children[0]
            for card in part.children[:]:
                for text in texts_of(card):
                    assert text.y >= card.y, f"{text.words} at step {larger}"
                    assert text.top <= card.top, f"{text.words} at step {larger}"


@pytest.mark.parametrize("laid_out", panels(PANELS_LOOKED_AT), indirect=True)
def test_the_name_of_the_counter_is_never_cut_off(laid_out: Any) -> None:  # noqa: F811
    for language in ("vi", "en"):
        for name in ("staff-view-good-due", "staff-view-bad-due"):
            page = laid_out(name, language)
            who = laid_out_as(page, page.who)

            assert "…" not in who.text, f"{name} in {language}"
            assert page.who.endswith(places(0)[name].view.signer.counter.name)


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


def test_of_the_counter_s_inquiries_it_is_told_how_many_wait_and_how_many_were_answered() -> None:
    from kiosk.ui.screens.staff_words import inquiries_words

    strings, day = load_packs().strings()["vi"], date(2026, 11, 23)
    waits, answered = OwnInquiry(date(2026, 11, 20), day), OwnInquiry(date(2026, 11, 12))

    assert inquiries_words((), strings) == ""
    assert inquiries_words((waits, waits), strings) == "Vướng mắc: 2 chờ trả lời, chậm nhất 23/11."
    assert inquiries_words((answered,), strings) == "Vướng mắc: 1 đã có trả lời."
    assert inquiries_words((answered, waits), strings) == (
        "Vướng mắc: 1 chờ trả lời (chậm nhất 23/11), 1 đã có trả lời."
    )
