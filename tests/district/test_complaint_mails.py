"""Citizens who chose e-mail get one in the morning, once for each thing they are to be told, and never a word of it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.district.__main__ import main
from sync.district.complaints.mailing import write_mails
from sync.district.domain.citizen_mail import NEW_FOR, RECEIVED, UNUSABLE, Mailable, Mailed, morning_of, wanted
from sync.district.domain.complaint_steps import Action
from sync.district.domain.message import Message
from sync.district.projection.project import rebuild
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.complaint_mails import mail_lines
from sync.district.store.engine import reading, writing
from sync.district.store.outbox import claim, note_sent, note_unsent
from sync.district.texts import load_texts
from sync.district.times import VIETNAM
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
    return arrived(district)


def arrived(district: District, **body: object) -> District:
    """A district with one complaint of somebody who chose e-mail, arrived and opened today."""
    box = district.box()
    box.tell(NUMBER, text=SAID, contact=BY_MAIL, **body)
    district.accept(box)
    district.project()
    with writing(district.engine) as connection:
        for who in (HEAD, SECOND):
            row = UserRow(who.user_name, "x", who.role, who.unit_id, False, None, not_an_officer=True)
            add_user(connection, row, district.clock())
    return district


def sent(district: District, public_url: str = ADDRESS) -> list[Message]:
    """What the next morning writes and sends."""
    district.overnight()
    write_mails(district.engine, public_url, district.clock())
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


@pytest.mark.parametrize(
    ("email", "became", "says", "sent"),
    [
        (EMAIL, "waits", r"Đã nhận: viết ngày \d\d/\d\d/2026", False),
        (EMAIL, "sent", r"Đã nhận: máy chủ thư đã nhận, \d\d/\d\d/2026", True),
        (EMAIL, "failed", r'Đã nhận: <span class="attention">không gửi được, xin báo bằng cách khác</span>', False),
        ("an@[gmail.com", "unusable", r'<span class="attention">địa chỉ thư không dùng được, xin báo', False),
    ],
)
def test_the_page_of_a_complaint_names_what_became_of_each_mail(
    office, email: str, became: str, says: str, sent
) -> None:
    opened, _ = office
    opened.tell("mail", contact=BY_MAIL | {"email": email})
    opened.district.overnight()
    write_mails(opened.district.engine, ADDRESS, opened.district.clock())
    with writing(opened.district.engine) as connection:
        message = claim(connection, morning_of(opened.district.clock()))
        assert (message is None) == (became == "unusable")
        if became == "sent":
            note_sent(connection, message, opened.district.clock())
        elif became == "failed":
            note_unsent(connection, message, "refused", opened.district.clock() + timedelta(days=3))
    page = browse(office, HEAD).get(f"/complaints/{opened.ids['mail']}").text

    assert re.search(rf'id="mails">{says}', page)
    assert ("Thư đã gửi chưa phải là đã báo" in page) == sent


def test_the_page_of_who_chose_another_way_has_no_line_of_mails(office) -> None:
    assert 'id="mails"' not in browse(office, HEAD).get(f"/complaints/{office[0].ids['ramp']}").text


# ---- what a mail says


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("public_url", ["", ADDRESS])
def test_a_mail_speaks_the_citizens_language_and_says_where_to_look_and_only_what_stands_there(
    district: District, language: str, public_url: str
) -> None:
    """The reason for another day stands on the page alone: no kiosk is sent it."""
    one = arrived(district, language=language)
    received = sent(one, public_url)
    do(one, HEAD, the(one), Action.TAKE)
    do(one, HEAD, the(one), Action.EXTEND, text="Chờ bên thuế trả lời.")
    mails = received + sent(one, public_url)

    texts = load_texts(language)
    reason, day, begins = {"vi": ("lý do", "Ngày hẹn mới", "Kính gửi"), "en": ("reason", "new day", "Dear")}[language]
    assert len(mails) == 2
    assert (day in text_of(mails[1]), reason in text_of(mails[1])) == (True, bool(public_url))
    for mail in mails:
        words = text_of(mail)
        where = texts("citizen_mail.where", address=f"{ADDRESS}/tra-cuu") if public_url else texts("citizen_mail.kiosk")
        assert words.startswith(begins)
        assert where in words
        assert (ADDRESS in words) == bool(public_url)
        assert "Chờ bên thuế" not in words


@pytest.mark.parametrize(
    ("settings", "written"),
    [
        ('host = "127.0.0.1"', 1),
        ('host = "127.0.0.1"\ncitizens = true', 1),
        ('host = "127.0.0.1"\ncitizens = false', 0),
        ('host = ""', 0),
        ("", 0),
    ],
)
def test_the_command_writes_only_where_a_server_takes_mails_and_citizens_get_them(
    one: District, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, written: int
) -> None:
    one.overnight()
    path = tmp_path / "district.toml"
    path.write_text(f"[mail]\n{settings}\n")
    monkeypatch.setenv("DISTRICT_DATA", str(one.services.settings.data))
    monkeypatch.setenv("DISTRICT_DATABASE_URL", database_url)
    monkeypatch.setattr("sync.district.__main__.utc_now", one.clock)

    for _ in range(2):
        assert main(["--config", str(path), "project"]) == 0

    assert [about for (about,) in one.rows("complaint_mails", "about")] == [RECEIVED] * written
    assert len(one.rows("messages", "message_id")) == written


# ---- the rule


@pytest.mark.parametrize(
    ("made", "goes_out"),
    [
        ("20 00:30", "20 08:00"),
        ("20 07:00", "20 08:00"),
        ("20 07:59", "20 08:00"),
        ("20 08:00", "20 08:00"),
        ("20 15:00", "20 15:00"),
        ("20 19:59", "20 19:59"),
        ("20 20:00", "21 08:00"),
        ("20 23:00", "21 08:00"),
        ("20 23:59", "21 08:00"),
    ],
)
def test_a_mail_goes_out_by_day(made: str, goes_out: str) -> None:
    def local(moment: str) -> datetime:
        return datetime.fromisoformat(f"2026-11-{moment}").replace(tzinfo=VIETNAM)

    assert morning_of(local(made)) == morning_of(local(made).astimezone(UTC)) == local(goes_out)


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


def test_no_words_are_read_on_a_morning_without_mail(district, monkeypatch):
    read: list[str] = []

    def counted(language: str) -> Any:
        read.append(language)
        return load_texts(language)

    monkeypatch.setattr("sync.district.complaints.mailing.load_texts", counted)
    assert write_mails(district.engine, ADDRESS, district.clock()) == 0
    nothing = list(read)
    arrived(district)
    (mail,) = sent(district)

    assert nothing == []
    assert read == ["vi"]
    assert "đã nhận" in mail.content["text"]
