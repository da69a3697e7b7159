"""Góp ý and phản ánh with real fingers on the real window: every path, and the receipt that a telephone reads."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.complaint import About, ComplaintStatus, PublicStatus, ReplyBy, Verdict
from kiosk.domain.rating import Score
from kiosk.domain.receipt import checked, grouped, link
from kiosk.flow.state.complaint import ComplaintFound, Supplement
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.printing import Printed, PrinterChanged, PrintFailed, Trouble
from kiosk.flow.state.screens import Scanned
from tests.support.driver import Driver
from tests.support.fakes import CODE, INTAKE, RECEIPT, FakeDesk
from tests.ui.conftest import RULES

ANSWER = "Chúng tôi đã bố trí thêm ghế và quạt."
#: for which the office has asked for more
ASKED = checked("30000123456789")
PLANTED = "Mái nhà dột"
PLANTED_KEYS = "Mais nhaf dootj"

Step = tuple[Callable[[Driver], None], str]


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(
        hangs=Lobby(intake=INTAKE),
        looks={
            RECEIPT.number: ComplaintFound(
                PublicStatus(ComplaintStatus.ANSWERED, "UBND xã", answer=ANSWER), "2026-11-20"
            ),
            ASKED: ComplaintFound(
                PublicStatus(ComplaintStatus.NEEDS_MORE, "UBND xã", answer="Ông/Bà nộp hồ sơ ngày nào?"),
                "2026-11-20",
                may_answer=True,
            ),
        },
    )


def press(*whats: str) -> Callable[[Driver], None]:
    def act(kiosk: Driver) -> None:
        for what in whats:
            kiosk.press(what)

    return act


def type_in(text: str) -> Callable[[Driver], None]:
    """Touches the keys of a text, in whichever case they show."""

    def act(kiosk: Driver) -> None:
        for letter in text:
            said = {" ": "Cách"}.get(letter, letter)
            try:
                kiosk.press(said, pause=0.2)
            except LookupError:
                kiosk.press(said.swapcase(), pause=0.2)
        kiosk.clock.advance(1)

    return act


def scan(text: str) -> Callable[[Driver], None]:
    def act(kiosk: Driver) -> None:
        kiosk.app.post(Scanned(text))
        kiosk.frames(2)
        kiosk.clock.advance(2)

    return act


def wait(seconds: float) -> Callable[[Driver], None]:
    return lambda kiosk: kiosk.move_time(seconds)


WRITTEN: list[Step] = [
    (press("Góp ý, phản ánh"), "ChooseKind"),
    (press("Không ghi tên, không có trả lời"), "Choose"),
    (press("Nơi chờ, máy móc"), "Choose"),
    (press("Không về hồ sơ nào"), "Choose"),
    (press("Viết trên màn hình"), "Write"),
    (type_in(PLANTED_KEYS), "Write"),
    (press("Tiếp tục"), "ReadBack"),
]
COMPLAINED: list[Step] = [
    (press("Góp ý, phản ánh"), "ChooseKind"),
    (press("Để lại số điện thoại, có trả lời chậm nhất ngày 11/12"), "Choose"),
    (press("Thái độ, cách làm việc"), "Choose"),
    (scan(CODE), "Choose"),
    (press("Công chức Tư pháp – Hộ tịch, số TP-021"), "Choose"),
    (press("Có người viết giúp", "Chọn câu có sẵn"), "Choose"),
    (press("Phải chờ lâu mà không ai giải thích.", "Viết thêm"), "Write"),
    (type_in(PLANTED_KEYS), "Write"),
    (press("Tiếp tục"), "Write"),
    (type_in("Anhs"), "Write"),
    (press("Tiếp tục"), "Choose"),
    (press("Số điện thoại"), "Write"),
    (type_in("0912345123"), "Write"),
    (press("Tiếp tục"), "Choose"),
    (press("Tin nhắn"), "AskConsent"),
    (press("Tôi đồng ý", "Tiếp tục"), "ReadBack"),
]
RECEIVED: list[Step] = [
    (press("Gửi"), "ShowReceipt"),
    (press("Tôi đã ghi lại số"), "ComplaintSent"),
    (press("Xem lại số biên nhận"), "ShowReceipt"),
    (press("Tôi đã ghi lại số"), "ComplaintSent"),
    (wait(RULES.thanks_seconds * 2 + 1), "Idle"),
]
JOURNEYS: dict[str, list[Step]] = {
    "a comment, written": [*WRITTEN, *RECEIVED],
    "a complaint, picked and written, with a telephone": [*COMPLAINED, *RECEIVED],
    "after a low rating": [
        (scan(CODE), "Rate"),
        (press("Rất không hài lòng"), "Why"),
        (press("Phải chờ lâu"), "Why"),
        (press("Góp ý, phản ánh"), "ChooseKind"),
        (press("Không ghi tên, không có trả lời"), "Choose"),
        (press("Quy định, thủ tục"), "Choose"),
        (press("Chọn câu có sẵn"), "Choose"),
        (press("Phải đi lại quá nhiều lần.", "Tiếp tục"), "ReadBack"),
        (press("Gửi"), "ShowReceipt"),
    ],
    "after the thanks": [
        (scan(CODE), "Rate"),
        (press("Hài lòng"), "Why"),
        (press("Xong"), "Thanks"),
        (press("Góp ý, phản ánh"), "ChooseKind"),
        (press("Trang đầu"), "Idle"),
    ],
    "corrected before it is sent": [
        *WRITTEN,
        (press("Sửa"), "Correct"),
        (press("Việc muốn nói"), "Choose"),
        (press("Việc khác"), "ReadBack"),
        (press("Sửa", "Lời đã viết", "Chọn câu có sẵn"), "Choose"),
        (press("Nộp hồ sơ trực tuyến khó làm.", "Tiếp tục"), "ReadBack"),
        (press("Gửi"), "ShowReceipt"),
    ],
    "without a name after all": [
        *COMPLAINED[:-1],
        (press("Gửi không kèm tên, không có trả lời riêng"), "ReadBack"),
        (press("Gửi"), "ShowReceipt"),
    ],
    "a dossier typed": [
        *WRITTEN[:3],
        (press("Nhập mã hồ sơ"), "TypeCode"),
        (press("Quay lại"), "Choose"),
        (press("Nhập mã hồ sơ", "1", "-", "2", "Tiếp tục"), "Choose"),
    ],
    "an earlier one, typed, and not settled": [
        (press("Góp ý, phản ánh", "Xem trả lời"), "EnterReceiptNumber"),
        (type_in(RECEIPT.number[:-1] + "0"), "EnterReceiptNumber"),
        (press("Xem"), "EnterReceiptNumber"),
        (press("erase"), "EnterReceiptNumber"),
        (type_in(RECEIPT.number[-1]), "EnterReceiptNumber"),
        (press("Xem"), "ShowStatus"),
        (press("Chưa giải quyết xong, đề nghị xem lại"), "ComplaintSent"),
    ],
    "an earlier one, scanned": [
        (scan(f"https://mot-cua.daklak.example/bien-nhan/{RECEIPT.token}#{RECEIPT.number}"), "ShowStatus"),
        (press("Số khác"), "EnterReceiptNumber"),
        (scan("2000012345678985"), "ShowStatus"),
        (press("Trang đầu"), "Idle"),
    ],
    "a question of the office, scanned and answered": [
        (scan(f"https://mot-cua.daklak.example/bien-nhan/{RECEIPT.token}#{ASKED}"), "ShowStatus"),
        (press("Viết câu trả lời"), "WriteSupplement"),
        (press("Gửi"), "WriteSupplement"),
        (type_in("nop"), "WriteSupplement"),
        (press("Quay lại"), "ShowStatus"),
        (press("Viết tiếp"), "WriteSupplement"),
        (type_in(" hom qua"), "WriteSupplement"),
        (press("Gửi"), "ComplaintSent"),
    ],
    "a question of the office, answered with papers": [
        (scan(ASKED), "ShowStatus"),
        (press("Tôi sẽ mang giấy tờ đến"), "ComplaintSent"),
    ],
    "larger letters and another language in the middle": [
        *WRITTEN[:5],
        (press("Aa", "Nền tối", "Xong"), "Write"),
        (press("English"), "Write"),
    ],
    "left in the middle": [*WRITTEN[:6], (wait(121), "StillThere"), (wait(61), "LeftOff"), (wait(121), "Idle")],
    "left and taken up again": [
        *WRITTEN[:6],
        (wait(121), "StillThere"),
        (wait(61), "LeftOff"),
        (press("Viết tiếp"), "Write"),
        (press("Tiếp tục"), "ReadBack"),
    ],
    "a while to think": [
        *WRITTEN[:6],
        (wait(121), "StillThere"),
        (press("Tôi cần thêm thời gian"), "Write"),
        (press("Tiếp tục"), "ReadBack"),
    ],
}


@pytest.mark.parametrize("name", JOURNEYS)
def test_journey(kiosk: Driver, name: str) -> None:
    walked = []
    for act, _ in JOURNEYS[name]:
        act(kiosk)
        walked.append(kiosk.place)

    assert [place for _, place in JOURNEYS[name]] == walked


def walk(kiosk: Driver, steps: list[Step]) -> None:
    for act, _ in steps:
        act(kiosk)


def test_what_was_touched_is_what_is_sent(kiosk: Driver, desk: FakeDesk) -> None:
    walk(kiosk, [*COMPLAINED, RECEIVED[0]])

    (filled,) = desk.told
    told = filled.draft
    assert (told.about, told.text, told.sentences) == (About.CONDUCT, PLANTED, ("waited-long",))
    assert told.subject is not None
    assert told.subject.code is not None
    assert (told.subject.code.text, told.officer, told.helper) == (CODE, INTAKE.officers[0], True)
    contact = told.contact_given()
    assert contact is not None
    assert (contact.name, contact.phone, contact.reply_by) == ("Ánh", "0912345123", ReplyBy.SMS)
    assert told.consent == INTAKE.consent.version


def test_after_a_rating_the_answers_are_kept_and_the_rating_is_named(kiosk: Driver, desk: FakeDesk) -> None:
    walk(kiosk, JOURNEYS["after a low rating"])

    assert [draft.score for draft in desk.saved] == [Score.VERY_DISSATISFIED]
    assert len(desk.answers) == 1
    assert desk.told[0].draft.entry_id == "0000-0001"


def test_a_verdict_names_the_receipt(kiosk: Driver, desk: FakeDesk) -> None:
    walk(kiosk, JOURNEYS["an earlier one, typed, and not settled"])

    assert desk.verdicts == [(RECEIPT.number, Verdict.GO_ON, "")]


def test_what_is_answered_to_a_question_names_the_receipt_and_its_code(kiosk: Driver, desk: FakeDesk) -> None:
    walk(kiosk, JOURNEYS["a question of the office, scanned and answered"])
    walk(kiosk, JOURNEYS["a question of the office, answered with papers"])

    assert desk.supplements == [
        Supplement(ASKED, RECEIPT.token, "Nop hom qua", will_bring=False),
        Supplement(ASKED, "", "", will_bring=True),
    ]


def test_the_answer_is_read_with_its_date(kiosk: Driver) -> None:
    walk(kiosk, JOURNEYS["an earlier one, scanned"][:1])

    assert kiosk.page.reader._text == ANSWER
    assert "Theo thông tin nhận ngày 20/11/2026" in " ".join(kiosk.said()).replace("\n", " ")


def test_words_that_could_not_be_kept_are_still_there_and_go_with_the_next_touch(kiosk: Driver, desk: FakeDesk) -> None:
    desk.can_save = False
    walk(kiosk, [*WRITTEN, (press("Gửi"), "ReadBack")])
    said = " ".join(kiosk.said()).replace("\n", " ")
    desk.can_save = True

    kiosk.press("Gửi")

    assert "Máy chưa ghi được." in said
    assert kiosk.place == "ShowReceipt"
    assert desk.told[0].draft.text == PLANTED


def test_the_receipt_is_printed_and_a_printer_without_paper_is_admitted(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.app.post(PrinterChanged(None))
    kiosk.frames(2)
    walk(kiosk, [*WRITTEN, RECEIVED[0], (press("In giấy"), "ShowReceipt")])
    assert desk.papers == [RECEIPT]

    kiosk.app.post(PrintFailed(1, Trouble.PAPER_OUT))
    kiosk.frames(2)
    said = " ".join(kiosk.said()).replace("\n", " ")
    kiosk.app.post(Printed(1))
    kiosk.frames(2)

    assert "Máy in chưa in được." in said
    assert "Đã in." in " ".join(kiosk.said())


def test_a_box_without_a_number_offers_nothing(kiosk: Driver, desk: FakeDesk) -> None:
    desk.hangs = Lobby()
    kiosk.move_time(RULES.lobby_seconds + 2)

    assert "Góp ý, phản ánh" not in [control.words for control in kiosk.controls()]


@pytest.mark.skipif(not shutil.which("zbarimg"), reason="zbar-tools is not installed")
def test_a_telephone_reads_the_receipt_from_the_screen(kiosk: Driver, tmp_path: Path) -> None:
    walk(kiosk, [*WRITTEN, RECEIVED[0]])
    kiosk.shot(tmp_path / "receipt.png")

    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(tmp_path / "receipt.png")],
        capture_output=True,
        text=True,
        check=True,
    )

    assert read.stdout.strip() == link(INTAKE.public_url, RECEIPT)
    assert grouped(RECEIPT.number) in " ".join(kiosk.said()).replace("\n", " ").replace("\u00a0", " ")


def test_four_thousand_letters_typed_are_four_thousand_letters_sent(kiosk: Driver, desk: FakeDesk) -> None:
    letters = ("Ong ba cho tu 7 gio den 11 gio, khong ai goi; " * 90)[:4000].replace("Ong", "Xin").strip(" ")
    letters = letters.ljust(4000, ".")
    walk(kiosk, [*WRITTEN[:4], (press("Viết trên màn hình"), "Write")])
    kiosk.press("Telex")  # to VNI: then plain letters and a digit behind a space stay what they are
    for letter in letters:
        kiosk.app.stage.type_key(letter)

    kiosk.press("Tiếp tục")
    kiosk.press("Gửi")

    assert len(letters) == 4000
    assert desk.told[0].draft.text == letters
