"""What is published: nothing that tells who somebody is unless two people looked, and for as long as it holds."""

import re

import pytest

from sync.district.complaints.actions import Incomplete, NotAllowed
from sync.district.domain.complaint_steps import Action, Status
from sync.district.domain.redact import MASK, MarkKind, marks, redacted, to_confirm
from sync.district.store.engine import reading
from sync.district.store.published_answers import public_id, published_answers, publishing_secret
from tests.district.complaint_office import HEAD as BINH
from tests.district.complaint_office import LAN as LAN_OF_OFFICE
from tests.district.conftest import District
from tests.district.test_complaint_pages import browse, office
from tests.district.test_complaint_pages import do as on_page
from tests.district.test_complaint_states import WAY, done
from tests.district.test_complaints import HEAD, NUMBER, SECOND, answer, do, one, the

__all__ = ["office", "one"]

ANSWER = "Đã nhắc cán bộ Lan. Xin cảm ơn."
TEXT = "Tôi tên là nguyễn văn an, gọi 0912 345 678. Chị Lan nói to."


@pytest.fixture
def answered(district: District) -> District:
    box = district.box()
    box.tell(NUMBER, text=TEXT)
    district.accept(box)
    district.overnight()
    answer(district, the(district), ANSWER)
    return district


def keys(question: str, public: str) -> str:
    return " ".join(mark.key for mark in to_confirm((TEXT, ANSWER), (question, public), ("Nguyễn Văn An", "An")))


def published(district: District) -> list[str]:
    with reading(district.engine) as connection:
        return [each.public_id for each in published_answers(connection)]


PUBLIC = ("Cán bộ nói to.", "Đã nhắc cán bộ.")


# ---- how long it stands


def test_closing_leaves_a_published_answer_where_it_is() -> None:
    closed = done(*WAY)

    assert (closed.state, closed.published) == (Status.CLOSED, True)


@pytest.mark.parametrize(
    ("last", "state"),
    [(Action.HIDE, Status.CLOSED), (Action.REOPEN, Status.RECEIVED), (Action.VERDICT, Status.RECEIVED)],
)
def test_only_hiding_and_reopening_end_it(last: Action, state: Status) -> None:
    ended = done(*WAY, last, opinion="go_on")

    assert (ended.state, ended.published) == (state, False)


def test_what_was_closed_before_it_was_published_cannot_be_hidden() -> None:
    closed = done(*WAY[:4], Action.CLOSE)

    assert not closed.allows(Action.HIDE)


def test_the_second_may_send_the_public_version_back() -> None:
    back = done(*WAY[:5], Action.RETURN_PUBLIC)

    assert (back.state, back.public_question, back.published) == (Status.ANSWERED, "Hỏi", False)
    assert done(*WAY[:5], Action.RETURN_PUBLIC, *WAY[4:6]).published


def test_a_closed_answer_is_still_on_the_public_page(answered: District) -> None:
    entry_id = the(answered)
    do(answered, HEAD, entry_id, Action.PREPARE, question=PUBLIC[0], answer=PUBLIC[1], marks=keys(*PUBLIC))
    do(answered, SECOND, entry_id, Action.PUBLISH, marks=keys(*PUBLIC))
    before = published(answered)
    do(answered, HEAD, entry_id, Action.INFORM, reached="yes", by="call")
    do(answered, HEAD, entry_id, Action.CLOSE)
    after = published(answered)
    do(answered, SECOND, entry_id, Action.REOPEN, text="Chưa xử lý hết")

    with reading(answered.engine) as connection:
        address = public_id(publishing_secret(connection), entry_id)
    assert (before, after, published(answered)) == ([address], [address], [])


# ---- two people look at each place


def test_neither_of_the_two_can_pass_over_a_mark(answered: District) -> None:
    entry_id, (question, public) = the(answered), PUBLIC
    needed = keys(question, public)
    assert len(needed.split()) == 3

    with pytest.raises(Incomplete, match="marks"):
        do(answered, HEAD, entry_id, Action.PREPARE, question=question, answer=public, marks=needed.split()[0])
    do(answered, HEAD, entry_id, Action.PREPARE, question=question, answer=public, marks=needed)
    with pytest.raises(NotAllowed):
        do(answered, HEAD, entry_id, Action.PUBLISH, marks=needed)
    with pytest.raises(Incomplete, match="marks"):
        do(answered, SECOND, entry_id, Action.PUBLISH)

    assert published(answered) == []


def test_a_name_that_is_typed_into_the_public_text_has_to_be_confirmed_as_such(answered: District) -> None:
    with_name = ("Chị Lan nói to.", "Đã nhắc cán bộ.")

    with pytest.raises(Incomplete, match="marks"):
        do(
            answered,
            HEAD,
            the(answered),
            Action.PREPARE,
            question=with_name[0],
            answer=with_name[1],
            marks=keys(*PUBLIC),
        )


def test_the_pages_list_each_mark_and_say_masked_only_once_it_is_confirmed(office) -> None:
    lan, head = browse(office, LAN_OF_OFFICE), browse(office, BINH)
    for browser, action, fields in (
        (lan, "take", {}),
        (lan, "draft", {"text": "Đã lắp đường dốc, thưa ông An ở thôn 3."}),
        (head, "approve", {}),
    ):
        assert on_page(browser, office, "ramp", action, **fields).status_code == 303
    path = f"/complaints/{office[0].ids['ramp']}"
    page = lan.get(path).text
    ticks = re.findall(r'name="mark" value="([^"]+)"', page)
    texts = {"question": "Không có đường dốc.", "answer": f"Đã lắp đường dốc, thưa ông {MASK} ở {MASK}."}

    refused = on_page(lan, office, "ramp", "prepare", **texts, mark=ticks[:1])
    prepared = on_page(lan, office, "ramp", "prepare", **texts, mark=ticks)
    waiting = head.get(path).text
    sent = on_page(head, office, "ramp", "publish", mark=ticks)
    after = head.get(path).text

    assert len(ticks) == 2
    assert (refused.status_code, prepared.status_code, sent.status_code) == (422, 303, 303)
    assert "checked" in refused.text
    assert "Hai người đã xem" not in page + waiting
    assert "Hai người đã xem" in after


def test_lists_mask_too(office) -> None:
    office[0].tell("named", text="Tôi tên là Trần Thị Bình, số 0912 345 678, đề nghị sửa ghế.")
    office[0].district.clock.pass_by(hours=13)

    page = browse(office, BINH).get("/complaints").text

    assert "đề nghị sửa ghế" in page
    assert "Trần Thị Bình" not in page
    assert "0912" not in page


# ---- what is marked


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Tôi tên là nguyễn văn an ở thôn 3 xã Ea Kao.", f"Tôi tên là {MASK} ở {MASK} {MASK}."),
        ("Chị Lan và anh Hùng ở quầy 2 nói to.", f"Chị {MASK} và anh {MASK} ở quầy 2 nói to."),
        ("TÔI LÀ TRẦN THỊ BÌNH, xe 79A-123.45", f"TÔI LÀ {MASK}, xe {MASK}"),
        ("Con tôi tên Bảo Ngọc, sinh năm 2019.", f"Con tôi tên {MASK}, {MASK}."),
        ("Cán bộ Lò Thị Én và Giàng A Páo", f"Cán bộ {MASK} và {MASK}"),
        ("Nhà tôi ở số nhà 12 đường Lê Lợi", f"Nhà tôi ở {MASK} {MASK}"),
        ("Hẹn ngày 5 tháng 3 năm 2026", f"Hẹn {MASK}"),
        ("Hồ sơ 000.00.13.H32-261121-0001 trễ 15 ngày", f"Hồ sơ {MASK} trễ 15 ngày"),
        ("anh tuấn địa chính hẹn hoài", f"anh {MASK} địa chính hẹn hoài"),
        ("toi la nguyen van hung", f"toi la {MASK}"),
        ("ten toi la tran thi lan o thon 4", f"ten toi la {MASK} o {MASK}"),
        ("Cô giáo Uyên và luật sư Mạc Tử Kỳ", f"Cô giáo {MASK} và luật sư {MASK}"),
        ("Cán bộ bảo tôi chờ, thu lệ phí đủ.", "Cán bộ bảo tôi chờ, thu lệ phí đủ."),
        ("Tôi là người dân ở đây.", "Tôi là người dân ở đây."),
        ("Ghế chờ hỏng, phí 50.000 đồng, chờ 30 phút.", "Ghế chờ hỏng, phí 50.000 đồng, chờ 30 phút."),
    ],
)
def test_names_places_plates_numbers_and_dates_are_marked(text: str, left: str) -> None:
    assert redacted(text) == left


def test_the_names_of_the_people_of_the_office_are_marked_as_they_are_written() -> None:
    found = marks("an toàn là trên hết, bạn An nhé", ["Nguyễn Văn An", "An"])

    assert [(mark.kind, mark.text) for mark in found] == [(MarkKind.NAME, "An")]


def test_a_key_tells_nothing_of_what_is_marked() -> None:
    (mark,) = marks("gọi 0912345678")

    assert mark.text not in mark.key
    assert len(mark.key) == 16
