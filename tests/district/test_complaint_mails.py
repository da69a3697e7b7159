"""Citizens who chose e-mail get one in the morning, once for each thing they are to be told, and never a word of it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.district.complaints.mailing import write_mails
from sync.district.domain.citizen_mail import NEW_FOR, RECEIVED, UNUSABLE, Mailable, Mailed, morning_of, wanted
from sync.district.domain.complaint_case import Action
from sync.district.domain.message import Message
from sync.district.projection.project import rebuild
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.complaint_mails import mail_lines
from sync.district.store.engine import reading, writing
from sync.district.store.outbox import claim, note_sent
from tests.district.complaint_office import HEAD, SECOND
from tests.district.conftest import District
from tests.district.test_complaint_pages import browse, office
from tests.district.test_complaints import NUMBER, answer, do, the
from tests.support.factories import CONTACT

__all__ = ["office"]

EMAIL = "nguyen.an@example.vn"
BY_MAIL = CONTACT | {"reply_by": "email", "email": EMAIL}
SAID = "Tôi phải đi lại năm lần mà không ai giải thích"
ADDRESS = "https://langnghe.example.gov.vn"
AT = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def one(district: District) -> District:
    """A district with one complaint of somebody who chose e-mail, arrived and opened today."""
    box = district.box()
    box.tell(NUMBER, text=SAID, contact=BY_MAIL)
    district.accept(box)
    district.project()
    with writing(district.engine) as connection:
        for who in (HEAD, SECOND):
            row = UserRow(who.user_name, "x", who.role, who.unit_id, False, None, not_an_officer=True)
            add_user(connection, row, district.clock())
    return district


def sent(district: District) -> list[Message]:
    """What the next morning writes and sends."""
    district.overnight()
    write_mails(district.engine, ADDRESS, district.clock())
    found = []
    with writing(district.engine) as connection:
        while message := claim(connection, morning_of(district.clock())):
            note_sent(connection, message, district.clock())
            found.append(message)
    return found


def text_of(message: Message) -> str:
    return str(message.content["text"])


def test_a_citizen_hears_that_it_arrived_and_later_that_it_was_answered(one: District) -> None:
    first, again = sent(one), sent(one)
    answer(one, the(one))
    answered, after = sent(one), sent(one)

    assert [mail.content["to"] for mail in first] == [[EMAIL]]
    assert "đã nhận phản ánh, kiến nghị" in text_of(first[0])
    assert (again, after) == ([], [])
    assert "đã trả lời phản ánh, kiến nghị" in text_of(answered[0])
    assert f"{ADDRESS}/tra-cuu" in text_of(answered[0])


def test_a_mail_holds_nothing_of_the_matter(one: District) -> None:
    mails = sent(one)
    answer(one, the(one), "Đã nhắc nhở cán bộ Trần Thị B.")
    mails += sent(one)

    assert len(mails) == 2
    for mail in mails:
        words = f"{mail.content['subject']} {text_of(mail)}"
        for part in ("năm lần", "Trần Thị B", CONTACT["name"], NUMBER, NUMBER[:8]):
            assert part not in words
        assert "phản ánh" not in str(mail.content["subject"])


def test_nothing_is_written_on_the_day_on_which_it_arrived_and_nobody_is_woken(one: District) -> None:
    same_day = write_mails(one.engine, ADDRESS, one.clock())
    one.overnight()
    next_day = write_mails(one.engine, ADDRESS, one.clock())
    with writing(one.engine) as connection:
        by_night = claim(connection, one.clock())
        in_the_morning = claim(connection, morning_of(one.clock()))

    assert (same_day, next_day, by_night) == (0, 1, None)
    assert in_the_morning is not None


def test_what_is_asked_for_twice_is_written_about_twice(one: District) -> None:
    sent(one)
    found: list[list[str]] = []
    do(one, HEAD, the(one), Action.TAKE)
    for _ in range(2):
        do(one, HEAD, the(one), Action.ASK_MORE, text="Xin cho biết ngày.")
        found.append([text_of(mail) for mail in sent(one)])
        do(one, HEAD, the(one), Action.MORE_CAME, text="Ngày 3.")
        for _ in range(5):
            assert sent(one) == []

    assert [len(mails) for mails in found] == [1, 1]
    assert one.clock() - AT > NEW_FOR, "also long after it arrived"
    assert all("cần Ông/Bà bổ sung" in mails[0] for mails in found)


def test_a_rebuild_writes_nothing_again(one: District) -> None:
    one.overnight()
    answer(one, the(one))
    sent(one)
    rebuild(one.engine, one.keys)

    assert sent(one) == []


@pytest.mark.parametrize("contact", [CONTACT, BY_MAIL | {"reply_by": "kiosk"}, None])
def test_who_did_not_choose_mail_gets_none(district: District, contact: Any) -> None:
    box = district.box()
    box.tell(NUMBER, contact=contact) if contact else box.tell(NUMBER, kind="comment", contact=None)
    district.accept(box)

    assert sent(district) == []


def test_those_who_handle_it_see_what_was_written_and_that_it_is_not_told_yet(one: District) -> None:
    one.overnight()
    answer(one, the(one))
    sent(one)
    with reading(one.engine) as connection:
        (line,) = mail_lines(connection, the(one))
    (standing,) = one.rows("complaint_standings", "to_inform")

    assert (line.about, line.sent_at is not None, line.given_up) == ("approve", True, False)
    assert standing[0] == ["approve"], "a mail that was sent is nobody who was told"


def test_the_page_of_a_complaint_names_the_mails(office) -> None:
    opened, _ = office
    opened.tell("mail", contact=BY_MAIL)
    opened.district.overnight()
    write_mails(opened.district.engine, ADDRESS, opened.district.clock())
    page = browse(office, HEAD).get(f"/complaints/{opened.ids['mail']}").text

    assert re.search(r'id="mails">Đã nhận: viết ngày \d\d/\d\d/2026', page)
    assert "Thư đã gửi chưa phải là đã báo" in page


# ---- the rule

MATTER = Mailable("e", NUMBER, "vi", EMAIL, "U", AT, True, {})
ABOUT = ("ask_more", "extend", "approve")


@given(st.lists(st.sets(st.sampled_from(ABOUT)), max_size=12))
def test_each_thing_is_written_about_once_while_it_lasts(days: list[set[str]]) -> None:
    mails: list[Mailed] = []
    written: list[str] = []
    for number, to_inform in enumerate(days):
        now = AT + timedelta(days=number)
        matter = replace(MATTER, to_inform=dict.fromkeys(sorted(to_inform), AT))
        new, over = wanted(matter, mails, now)
        mails = [replace(each, over=each.over or each.message_id in over) for each in mails]
        mails += [Mailed(f"{number}{about}", about, now, False) for about in new]
        written += new

    for about in ABOUT:
        begins = sum(about in day and (n == 0 or about not in days[n - 1]) for n, day in enumerate(days))
        assert written.count(about) == begins
    assert written.count(RECEIVED) <= 1


def test_what_was_asked_anew_within_the_day_is_written_about_again() -> None:
    mail = Mailed("m", "ask_more", AT, False)
    anew = replace(MATTER, to_inform={"ask_more": AT + timedelta(hours=7)})

    assert wanted(anew, [mail], AT + timedelta(hours=16)) == (["ask_more"], ["m"])


def test_an_address_that_is_none_is_said_once_and_written_to_never() -> None:
    matter = replace(MATTER, email="an@[gmail.com", to_inform={"approve": AT})
    note = Mailed("m", UNUSABLE, AT, False)

    assert wanted(matter, (), AT) == ([UNUSABLE], [])
    assert wanted(matter, [note], AT) == ([], [])


def test_what_arrived_long_ago_is_not_said_to_have_arrived() -> None:
    assert wanted(MATTER, (), AT + NEW_FOR + timedelta(days=1)) == ([], [])
    assert wanted(replace(MATTER, open=False), (), AT) == ([], [])
