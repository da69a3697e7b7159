"""Whole journeys, with real touches on the real window: what a citizen or officer does, and what they then see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from msgspec.structs import replace

from kiosk.domain.dossier_code import DossierCode
from kiosk.domain.rating import InputMethod, Score, Stage
from kiosk.flow.state.rating_draft import Subject
from kiosk.flow.state.screens import Scanned
from tests.support.driver import Driver
from tests.support.fakes import CODE, MAX_PROCEDURE, OFFICERS, PIN, FakeDesk

CARD = OFFICERS[0].officer_number
Step = tuple[Callable[[Driver], None], str]


def scan(text: str = CODE) -> Callable[[Driver], None]:
    def act(kiosk: Driver) -> None:
        kiosk.app.post(Scanned(text))
        kiosk.frames(2)
        kiosk.clock.advance(2)

    return act


def press(what: str) -> Callable[[Driver], None]:
    return lambda kiosk: kiosk.press(what)


def wait(seconds: float) -> Callable[[Driver], None]:
    return lambda kiosk: kiosk.move_time(seconds)


def type_in(characters: str) -> Callable[[Driver], None]:
    def act(kiosk: Driver) -> None:
        for character in characters:
            kiosk.press(character, pause=0.3)
        kiosk.clock.advance(1)

    return act


def hold_the_sign(seconds: float = 4.0) -> Callable[[Driver], None]:
    def act(kiosk: Driver) -> None:
        sign = next(w for w in kiosk.page.walk() if type(w).__name__ == "Sign")
        finger = kiosk.finger(*sign.ids.held.center)
        finger.down()
        kiosk.move_time(seconds)
        finger.up()
        kiosk.frames(2)
        kiosk.clock.advance(2)

    return act


JOURNEYS: dict[str, list[Step]] = {
    "one scan, one tap, and gone": [
        (scan(), "Rate"),
        (press("Rất hài lòng"), "Why"),
        (wait(42), "Why"),
        (wait(2), "Idle"),
    ],
    "reasons, sent": [
        (scan(), "Rate"),
        (press("Không hài lòng"), "Why"),
        (press("Phải chờ lâu"), "Why"),
        (press("Không theo thứ tự"), "Why"),
        (press("Gửi"), "Thanks"),
        (wait(8), "Idle"),
    ],
    "every question": [
        (scan(), "Rate"),
        (press("Bình thường"), "Why"),
        (press("Trả lời thêm"), "Ask"),
        (press("Trễ hẹn"), "Ask"),
        (press("Quay lại"), "Ask"),
        (press("Đúng hẹn"), "Ask"),
        (press("Bỏ qua"), "Ask"),
        (press("Không phải đến nơi nào"), "Thanks"),
        (wait(8), "Idle"),
    ],
    "something hard to say": [
        (scan(), "Rate"),
        (press("Hài lòng"), "Why"),
        (press("Nói riêng với lãnh đạo"), "Private"),
        (press("Bị gợi ý hoặc đòi đưa thêm tiền"), "Private"),
        (press("Gửi"), "Thanks"),
    ],
    "something hard to say, and better not": [
        (scan(), "Rate"),
        (press("Hài lòng"), "Why"),
        (press("Nói riêng với lãnh đạo"), "Private"),
        (press("Quay lại"), "Why"),
        (press("Xong"), "Thanks"),
        (press("Trang đầu"), "Idle"),
    ],
    "reasons, unsent, and gone": [
        (scan(), "Rate"),
        (press("Hài lòng"), "Why"),
        (press("Thái độ tốt"), "Why"),
        (wait(46), "StillThere"),
        (wait(20), "Idle"),
    ],
    "reasons, and a while to think": [
        (scan(), "Rate"),
        (press("Hài lòng"), "Why"),
        (press("Thái độ tốt"), "Why"),
        (wait(46), "StillThere"),
        (press("Tôi cần thêm thời gian"), "Why"),
        (press("Gửi"), "Thanks"),
    ],
    "typing the last digits": [
        (press("Đánh giá hồ sơ"), "BeginRating"),
        (press("Nhập mã hồ sơ"), "PickTypedStage"),
        (press("Nộp hồ sơ"), "TypeCode"),
        (type_in("0976"), "TypeCode"),
        (press("erase"), "TypeCode"),
        (type_in("5"), "TypeCode"),
        (press("Tiếp tục"), "Rate"),
        (press("Bình thường"), "Why"),
        (press("Trang đầu"), "Idle"),
    ],
    "letters and back": [
        (press("Đánh giá hồ sơ"), "BeginRating"),
        (press("Nhập mã hồ sơ"), "PickTypedStage"),
        (press("Nhận kết quả"), "TypeDate"),
        (type_in("0211"), "TypeDate"),
        (press("Tiếp tục"), "TypeCode"),
        (press("ABC"), "TypeCode"),
        (type_in("GX"), "TypeCode"),
        (press("123"), "TypeCode"),
        (press("Xóa hết"), "TypeCode"),
        (press("Trang đầu"), "Idle"),
    ],
    "no paper": [
        (press("Đánh giá hồ sơ"), "BeginRating"),
        (press("Không mang giấy"), "PickCounter"),
        (press("Quầy 2 · Đất đai, xây dựng"), "Rate"),
        (press("Không hài lòng"), "Why"),
        (press("Xong"), "Thanks"),
        (wait(8), "Idle"),
    ],
    "giving up typing for a counter": [
        (press("Đánh giá hồ sơ"), "BeginRating"),
        (press("Nhập mã hồ sơ"), "PickTypedStage"),
        (press("Nộp hồ sơ"), "TypeCode"),
        (press("Không mang giấy"), "PickCounter"),
        (press("Quầy 6 · Tiếp nhận chung"), "Rate"),
        (press("Trang đầu"), "Idle"),
    ],
    "English for one visit": [
        (press("English"), "Idle"),
        (scan(), "Rate"),
        (press("Very satisfied"), "Why"),
        (press("Done"), "Thanks"),
        (wait(8), "Idle"),
        (press("Đánh giá hồ sơ"), "BeginRating"),
        (press("Nhập mã hồ sơ"), "PickTypedStage"),
    ],
    "English in the middle": [
        (scan(), "Rate"),
        (press("English"), "Rate"),
        (press("Tiếng Việt"), "Rate"),
        (press("Hài lòng"), "Why"),
    ],
    "larger text in the middle": [
        (scan(), "Rate"),
        (press("Aa"), "ChoosePreferences"),
        (press("Nền tối"), "ChoosePreferences"),
        (press("Dùng tay trái"), "ChoosePreferences"),
        (press("English"), "ChoosePreferences"),
        (press("Tiếng Việt"), "ChoosePreferences"),
        (press("Xong"), "Rate"),
    ],
    "preferences on every screen": [
        (press("Aa"), "ChoosePreferences"),
        (press("Xong"), "Idle"),
        (press("Đánh giá hồ sơ"), "BeginRating"),
        (press("Nhập mã hồ sơ"), "PickTypedStage"),
        (press("Aa"), "ChoosePreferences"),
        (press("Xong"), "PickTypedStage"),
        (press("Nộp hồ sơ"), "TypeCode"),
        (press("Không mang giấy"), "PickCounter"),
        (press("Aa"), "ChoosePreferences"),
        (wait(46), "StillThere"),
        (press("Tôi cần thêm thời gian"), "PickCounter"),
    ],
    "something else is scanned": [
        (scan("8934563138165"), "Idle"),
        (wait(11), "Idle"),
        (scan(), "Rate"),
    ],
    "the next citizen scans over the thanks": [
        (scan(), "Rate"),
        (press("Hài lòng"), "Why"),
        (scan("H15.50.05.13-261008-0976"), "Rate"),
    ],
    "asked whether there, and there": [
        (scan(), "Rate"),
        (wait(42), "Rate"),
        (wait(2), "StillThere"),
        (press("Tôi cần thêm thời gian"), "Rate"),
        (press("Rất không hài lòng"), "Why"),
    ],
    "asked whether there, and leaving": [
        (press("Đánh giá hồ sơ"), "BeginRating"),
        (press("Không mang giấy"), "PickCounter"),
        (wait(46), "StillThere"),
        (press("Trang đầu"), "Idle"),
    ],
    "asked whether there, and gone": [
        (press("Đánh giá hồ sơ"), "BeginRating"),
        (press("Nhập mã hồ sơ"), "PickTypedStage"),
        (press("Nộp hồ sơ"), "TypeCode"),
        (type_in("09"), "TypeCode"),
        (wait(46), "StillThere"),
        (wait(20), "Idle"),
        (press("Đánh giá hồ sơ"), "BeginRating"),
        (press("Nhập mã hồ sơ"), "PickTypedStage"),
    ],
    "staff look at their counter": [
        (hold_the_sign(), "StaffCard"),
        (scan(CARD), "StaffPin"),
        (type_in(PIN), "StaffView"),
        (press("Mong muốn"), "StaffView"),
        (press("Đánh giá"), "StaffView"),
        (press("Lời góp ý"), "StaffView"),
        (press("next"), "StaffView"),
        (press("Thêm"), "StaffView"),
        (press("home"), "Idle"),
    ],
    "staff type their number": [
        (hold_the_sign(), "StaffCard"),
        (press("ABC"), "StaffCard"),
        (type_in("TP-"), "StaffCard"),
        (press("123"), "StaffCard"),
        (type_in("021"), "StaffCard"),
        (press("Tiếp tục"), "StaffPin"),
        (type_in(PIN), "StaffView"),
    ],
    "staff walk away": [
        (hold_the_sign(), "StaffCard"),
        (scan(CARD), "StaffPin"),
        (type_in(PIN), "StaffView"),
        (wait(61), "Idle"),
    ],
    "staff walk away before the PIN": [
        (hold_the_sign(), "StaffCard"),
        (scan(CARD), "StaffPin"),
        (wait(61), "Idle"),
    ],
    "a citizen scans while the staff look": [
        (hold_the_sign(), "StaffCard"),
        (scan(CARD), "StaffPin"),
        (type_in(PIN), "StaffView"),
        (scan(), "Rate"),
        (press("Rất hài lòng"), "Why"),
    ],
    "a citizen scans while the staff enter their PIN": [
        (hold_the_sign(), "StaffCard"),
        (scan(CARD), "StaffPin"),
        (scan(), "Rate"),
    ],
    "the next colleague scans their own card": [
        (hold_the_sign(), "StaffCard"),
        (scan(CARD), "StaffPin"),
        (type_in(PIN), "StaffView"),
        (scan("DC-008"), "StaffPin"),
    ],
    "staff mistype": [
        (hold_the_sign(), "StaffCard"),
        (scan(CARD), "StaffPin"),
        (type_in("11111"), "StaffPin"),
        (press("erase"), "StaffPin"),
        (type_in("11"), "StaffPin"),
        (press("home"), "Idle"),
    ],
    "a citizen rests a finger on the sign": [
        (hold_the_sign(2.0), "Idle"),
        (wait(10), "Idle"),
    ],
}


@pytest.mark.parametrize("name", JOURNEYS)
def test_journey(kiosk: Driver, name: str) -> None:
    walked = []
    for act, _ in JOURNEYS[name]:
        act(kiosk)
        walked.append(kiosk.place)

    assert [place for _, place in JOURNEYS[name]] == walked


@dataclass(frozen=True)
class Tap:
    words: str
    score: Score


TAPS = [
    Tap("Rất hài lòng", Score.VERY_SATISFIED),
    Tap("Hài lòng", Score.SATISFIED),
    Tap("Bình thường", Score.NEUTRAL),
    Tap("Không hài lòng", Score.DISSATISFIED),
    Tap("Rất không hài lòng", Score.VERY_DISSATISFIED),
]


@pytest.mark.parametrize("tap", TAPS, ids=[tap.score.name for tap in TAPS])
def test_each_face_is_the_score_its_words_say(kiosk: Driver, desk: FakeDesk, tap: Tap) -> None:
    scan()(kiosk)

    kiosk.press(tap.words)

    assert [tap.score] == [draft.score for draft in desk.saved]


def test_what_was_scanned_is_what_is_saved(kiosk: Driver, desk: FakeDesk) -> None:
    scan()(kiosk)

    kiosk.press("Hài lòng")

    (draft,) = desk.saved
    assert DossierCode(CODE) == draft.subject.code
    assert draft.language == "vi"


def test_the_code_is_shown_while_it_is_typed_and_gone_after_a_time_out(kiosk: Driver) -> None:
    kiosk.press("Đánh giá hồ sơ")
    kiosk.press("Nhập mã hồ sơ")
    kiosk.press("Nộp hồ sơ")
    type_in("0975")(kiosk)
    typed = kiosk.page.code
    kiosk.move_time(46)
    kiosk.move_time(20)

    kiosk.press("Đánh giá hồ sơ")
    kiosk.press("Nhập mã hồ sơ")
    kiosk.press("Nộp hồ sơ")

    assert typed[-5:] == "0975_"
    assert kiosk.page.code[-1] == "_"
    assert "0975" not in kiosk.page.code


def test_an_unread_code_is_explained_and_then_forgotten(kiosk: Driver) -> None:
    scan("8934563138165")(kiosk)
    explained = kiosk.page.notice
    kiosk.move_time(11)

    assert "mã hồ sơ" in explained
    assert kiosk.page.notice == ""


def test_the_procedure_is_named_and_the_code_only_hinted_at(kiosk: Driver) -> None:
    scan()(kiosk)

    said = " ".join(kiosk.said()).replace("\u00a0", " ")

    assert "Đăng ký khai sinh" in said
    assert "…0975" in said
    assert "H15.50.05.13" not in said


def test_a_dossier_of_another_office_is_named_where_it_is_rated(kiosk: Driver, desk: FakeDesk) -> None:
    about = Subject(InputMethod.TYPED, Stage.RETURN, DossierCode(CODE), received=date(2026, 11, 2))
    desk.subjects[CODE] = replace(about, office="UBND phường Tân An")
    scan()(kiosk)

    said = " ".join(" ".join(kiosk.said()).split())

    assert "Hồ sơ nơi khác: UBND phường Tân An" in said
    assert "nộp ngày 02/11" in said


def test_a_procedure_of_180_letters_leaves_the_faces_in_place(kiosk: Driver, desk: FakeDesk) -> None:
    desk.subjects[CODE] = Subject(InputMethod.SCAN, Stage.RETURN, DossierCode(CODE), procedure=MAX_PROCEDURE)
    scan()(kiosk)

    kiosk.press("Rất không hài lòng")

    assert [draft.score for draft in desk.saved] == [Score.VERY_DISSATISFIED]


def test_a_dossier_the_box_does_not_know_is_rated_all_the_same(kiosk: Driver, desk: FakeDesk) -> None:
    desk.subjects[CODE] = Subject(InputMethod.SCAN, Stage.UNKNOWN, DossierCode(CODE))
    scan()(kiosk)
    shown = kiosk.page.subject

    kiosk.press("Hài lòng")

    assert shown == "Hồ sơ của Ông/Bà"
    assert len(desk.saved) == 1


def test_the_thanks_do_not_show_the_chosen_face(kiosk: Driver) -> None:
    scan()(kiosk)
    kiosk.press("Rất không hài lòng")

    pictures = [w.name for w in kiosk.page.walk() if type(w).__name__ == "Picture"]

    assert not [name for name in pictures if name.startswith("face")]
    assert not [said for said in kiosk.said() if "hài lòng" in said]


def test_saving_that_fails_is_admitted_and_the_box_comes_back_with_the_disk(kiosk: Driver, desk: FakeDesk) -> None:
    desk.can_save, desk.reason = False, "cannot_save"
    scan()(kiosk)
    kiosk.press("Hài lòng")
    places = [kiosk.place]
    kiosk.move_time(15)
    places.append(kiosk.place)
    kiosk.move_time(30)
    places.append(kiosk.place)
    desk.can_save, desk.reason = True, ""
    kiosk.move_time(10)
    places.append(kiosk.place)

    assert places == ["Sorry", "OutOfService", "OutOfService", "Idle"]
    assert desk.saved == []


def test_out_of_service_hears_no_touch(kiosk: Driver, desk: FakeDesk) -> None:
    from kiosk.flow.state.screens import Unavailable

    desk.reason = "not_enrolled"
    kiosk.app.post(Unavailable("not_enrolled"))
    kiosk.frames(2)

    kiosk.tap(300, 100)

    assert kiosk.place == "OutOfService"
    assert kiosk.controls() == []
