"""Objections on the pages: raised by whoever sits at the counter, decided by somebody else, beside the figure."""

import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import insert

from sync.district.accounts.deputies import name_deputy
from sync.district.domain.audit import Audited
from sync.district.domain.doubt_case import DoubtStep, DoubtVerdict
from sync.district.domain.people import Role
from sync.district.store import audit
from sync.district.store.accounts import UserRow, add_user, set_disabled
from sync.district.store.doubt_tables import doubts
from sync.district.store.doubts import add_step
from sync.district.store.engine import Engine, reading, writing
from tests.district.web_fixtures import NOW, bring_samples, empty_district
from tests.district.web_server import PASSWORD, Browser, StillClock, add_people, hash_of_password, rate, serving

CENTRE = "H35.88.01"
Q1, Q2 = f"{CENTRE}-Q1", f"{CENTRE}-Q2"
FACTS = "Từ 12/10 đến 16/10 máy lấy số hỏng, người dân phải chờ lâu."
WHY = "Đã xem biên bản sửa máy lấy số ngày 16/10: đúng như vậy."


def form_of(page: str, form_id: str) -> dict[str, str]:
    """The hidden fields of a form of a page."""
    form = next(each for each in page.split("<form")[1:] if f'id="{form_id}"' in each.partition(">")[0])
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.partition("</form>")[0]))


class Office:
    def __init__(self, engine: Engine, address: str, clock: StillClock) -> None:
        self.engine, self.address, self.clock = engine, address, clock
        self.browsers: dict[str, Browser] = {}

    def browse(self, name: str) -> Browser:
        """Somebody who signs in, once."""
        if name not in self.browsers:
            self.browsers[name] = Browser(self.address)
            assert self.browsers[name].sign_in(name, PASSWORD).status_code == 303
        return self.browsers[name]

    def get(self, name: str, path: str) -> str:
        answer = self.browse(name).get(path)
        assert answer.status_code == 200, (name, path, answer.status_code)
        return answer.text

    def post(self, name: str, path: str, action: str, **typed: str):
        """Sends the form of a page, with what somebody types."""
        fields = form_of(self.get(name, path), action) | typed
        return self.browse(name).post(path.partition("?")[0], fields)

    def raises(self, name: str = "an", month: str = "2026-10", text: str = FACTS) -> int:
        answer = self.post(name, f"/objections/new?counter={Q1}", "raise", of=month, text=text)
        assert answer.status_code == 303, answer.status_code
        return int(answer.headers["Location"].rpartition("/")[2])


@contextmanager
def opened(engine: Engine, folder: Path) -> Iterator[Office]:
    """A unit with people at its counters and above, two months of ratings at one counter, and its pages."""
    bring_samples(engine)
    add_people(
        engine,
        ("lan", Role.LEADER, CENTRE),
        ("tu", Role.INSPECTOR, "H35"),
        ("binh", Role.LEADER, "H35.89"),
        ("tam", Role.TECHNICIAN, None),
        ("auditor", Role.AUDITOR, None),
    )
    with writing(engine) as connection:
        for name, number in (("an", "CB-0101"), ("vy", "CB-0201"), ("ha", "CB-0102")):
            row = UserRow(name, hash_of_password(), Role.OFFICER, CENTRE, False, number, False)
            add_user(connection, row, NOW)
    rate(engine, CENTRE, Q1, {5: 20, 2: 40}, date(2026, 10, 12))
    rate(engine, CENTRE, Q1, {5: 10, 2: 20}, date(2026, 9, 12))
    clock = StillClock()
    with serving(engine, folder, clock) as address:
        yield Office(engine, address, clock)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(empty_district(tmp_path), tmp_path) as found:
        yield found


@pytest.fixture
def either_office(engine: Engine, tmp_path: Path) -> Iterator[Office]:
    """The same on either database."""
    with opened(engine, tmp_path) as found:
        yield found


def objected(page: str) -> list[str]:
    return re.findall(r'data-objected="(\w+)"', page)


def test_a_closed_period_keeps_objections_as_they_stood_and_tells_apart_what_came_later(office: Office) -> None:
    early, month = office.raises(), f"unit={CENTRE}&of=2026-10"
    fields = dict(
        re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', office.get("lan", f"/periods/open?{month}"))
    )
    fields |= {"read": "yes"}
    closed = office.browse("lan").post("/periods/close", fields).headers["Location"]
    before = office.get("lan", closed)
    office.clock.now += timedelta(minutes=30)
    assert office.post("lan", f"/objections/{early}", "decide", verdict="agreed", text=WHY).status_code == 303
    after = office.get("lan", closed)

    assert objected(before) == ["open"]
    assert "objected-later" not in before
    assert objected(after) == ["open"], "the table stays as it was closed"
    assert re.findall(r'data-counter="([^"]+)" data-state="(\w+)"', after) == [(Q1, "agreed")]
    assert "Phản đối sau ngày chốt" in after
    assert "<strong>20/11/2026</strong> Quầy" in after
    assert objected(office.get("lan", f"/?unit={CENTRE}&period=month&of=2026-10")) == ["agreed"]


def test_an_objection_from_the_counter_to_the_decision_and_beside_the_figure(either_office: Office) -> None:
    office = either_office
    offered = office.get("an", f"/objections/new?counter={Q1}")
    assert re.findall(r'<option value="([^"]+)"', offered) == ["2026-10", "2026-09"]
    assert "10/2026: 33,3\u00a0%, 60 lượt" in offered
    number = office.raises()

    assert objected(office.get("an", "/counter")) == ["open", "open"]  # the month before, and its row of the table
    assert objected(office.get("lan", "/?period=month&of=2026-10")) == ["open"]
    assert objected(office.get("tam", "/?period=month&of=2026-10")) == ["open"]
    assert objected(office.get("lan", "/?period=month&of=2026-11")) == []
    lines = office.browse("lan").figures("?period=month&of=2026-10")["lines"]
    assert [line["objections"] for line in lines if line["counter_id"] == Q1] == [["open"]]
    assert 'id="objections-todo" data-waiting="1" data-overdue="0"' in office.get("lan", "/")
    assert "objections-todo" not in office.get("an", "/")

    page = office.get("lan", f"/objections/{number}")
    assert FACTS in page
    assert "Người có thể xem xét: lan, tu." in page
    assert "Xem xét chậm nhất 04/12/2026" in page
    answer = office.post("lan", f"/objections/{number}", "decide", verdict="agreed", text=WHY)
    assert answer.status_code == 303
    author = office.get("an", f"/objections/{number}")
    assert WHY in author
    assert 'data-state="agreed"' in author
    assert objected(office.get("tu", f"/?unit={CENTRE}&period=month&of=2026-10")) == ["agreed"]
    assert "objections-todo" not in office.get("lan", "/")


def test_every_act_stands_in_the_audit_list(either_office: Office) -> None:
    office = either_office
    number = office.raises()
    office.post("an", f"/objections/{number}", "add", text=FACTS)
    office.post("lan", f"/objections/{number}", "decide", verdict="not_agreed", text=WHY)
    office.post("an", f"/objections/{number}", "ask_again", text=FACTS)
    with reading(office.engine) as connection:
        noted = [each for each in audit.entries(connection, 20) if each.what is Audited.OBJECTION]
    page = office.get("auditor", "/audit")

    assert [(each.person, each.detail["did"]) for each in reversed(noted)] == [
        ("an", "objection_raise"),
        ("an", "objection_add"),
        ("lan", "objection_not_agreed"),
        ("an", "objection_ask_again"),
    ]
    assert FACTS not in str(noted)
    assert "kết luận: không chấp nhận" in page
    assert f'href="/objections/{number}"' in page


def test_whoever_decided_does_not_decide_again_and_somebody_else_does(office: Office) -> None:
    number = office.raises()
    office.post("lan", f"/objections/{number}", "decide", verdict="not_agreed", text=WHY)
    office.post("an", f"/objections/{number}", "ask_again", text=FACTS)

    assert 'id="decide"' not in office.get("lan", f"/objections/{number}")
    token = re.search(r'name="form_token" value="([^"]+)"', office.get("lan", "/"))[1]
    typed = form_of(office.get("tu", f"/objections/{number}"), "decide") | {"verdict": "agreed", "text": WHY}
    forged = office.browse("lan").post(f"/objections/{number}", typed | {"form_token": token})
    assert forged.status_code == 403
    assert office.post("tu", f"/objections/{number}", "decide", verdict="agreed", text=WHY).status_code == 303
    page = office.get("an", f"/objections/{number}")
    assert page.count(WHY) == 2
    assert 'id="ask_again"' not in page


def test_nobody_else_raises_reads_or_decides_one(office: Office) -> None:
    number = office.raises()

    for name in ("vy", "binh", "tam"):
        assert office.browse(name).get(f"/objections/{number}").status_code == 404
    for name in ("vy", "lan", "binh", "tam"):
        assert office.browse(name).get(f"/objections/new?counter={Q1}").status_code == 404
    assert office.browse("an").get(f"/objections/new?counter={Q2}").status_code == 404
    assert office.browse("tam").get("/objections").status_code == 404
    assert f'data-objection="{number}"' in office.get("lan", "/objections")
    assert "data-objection" not in office.get("binh", "/objections")
    assert "data-objection" not in office.get("vy", "/objections")
    assert Browser(office.address).get("/objections").headers["Location"] == "/sign-in"
    for text in ("0", "-1", "9" * 30, "x"):
        assert office.browse("an").get(f"/objections/{text}").status_code == 404


def test_a_deputy_finds_it_and_adds_for_its_author(either_office: Office) -> None:
    office = either_office
    number = office.raises()
    today = NOW.date()
    name_deputy(office.engine, "an", "vy", (today, today + timedelta(days=3)), "lan", NOW)

    assert f'data-objection="{number}"' in office.get("vy", "/objections")
    assert 'id="withdraw"' not in office.get("vy", f"/objections/{number}")
    assert office.post("vy", f"/objections/{number}", "add", text=FACTS).status_code == 303
    assert office.get("an", f"/objections/{number}").count(FACTS) == 2


def test_a_withdrawn_objection_stands_beside_nothing_and_may_be_raised_again(office: Office) -> None:
    number = office.raises()
    assert office.post("an", f"/objections/{number}", "withdraw").status_code == 303

    assert objected(office.get("an", "/counter")) == []
    assert FACTS in office.get("an", f"/objections/{number}")
    assert office.raises() != number


def test_a_month_is_objected_to_once_by_one_form(office: Office) -> None:
    fields = form_of(office.get("an", f"/objections/new?counter={Q1}"), "raise") | {"of": "2026-10", "text": FACTS}
    sent = [office.browse("an").post("/objections/new", fields).status_code for _ in range(2)]
    other = office.browse("an").post("/objections/new", fields | {"of": "2026-05"}).status_code

    assert sent == [303, 403]
    assert other == 403


def test_an_old_page_does_not_act_on_what_changed_meanwhile(office: Office) -> None:
    number = office.raises()
    old = form_of(office.get("lan", f"/objections/{number}"), "decide") | {"verdict": "not_agreed", "text": WHY}
    office.post("an", f"/objections/{number}", "add", text=FACTS)

    assert office.browse("lan").post(f"/objections/{number}", old).status_code == 409


@pytest.mark.parametrize(
    ("text", "words"), [("ngắn", "từ 20 đến 2.000"), (f"{FACTS} Gọi 0912 345 678.", "Xin bỏ số điện thoại")]
)
def test_words_that_cannot_be_taken_are_said_and_kept_in_the_form(office: Office, text: str, words: str) -> None:
    answer = office.post("an", f"/objections/new?counter={Q1}", "raise", of="2026-10", text=text)

    assert answer.status_code == 422
    assert words in answer.text
    assert text in answer.text
    assert 'role="alert"' in answer.text


def test_two_thousand_vietnamese_letters_are_taken(office: Office) -> None:
    assert office.raises(text="Ộ" * 1_990 + " máy hỏng")


def test_what_came_later_stands_beside_what_was_told_then(office: Office) -> None:
    number = office.raises()
    before = office.get("an", f"/objections/{number}")
    rate(office.engine, CENTRE, Q1, {5: 30}, date(2026, 10, 13))
    after = office.get("an", f"/objections/{number}")

    assert "vẫn như khi ghi ý kiến" in before
    assert 'id="now"' not in before
    assert re.search(r'id="then">\s*<span class="big-share">33,3', after)
    assert re.search(r'id="now">\s*<span class="big-share">55,6', after)


def test_what_waits_too_long_is_said_to_be_overdue_and_who_may_decide_is_sought(office: Office) -> None:
    number = office.raises()
    office.clock.now += timedelta(days=15)
    office.browsers.clear()

    assert 'data-waiting="1" data-overdue="1"' in office.get("lan", "/")
    assert "Đã quá hạn (04/12/2026)" in office.get("lan", f"/objections/{number}")
    office.post("lan", f"/objections/{number}", "decide", verdict="not_agreed", text=WHY)
    office.post("an", f"/objections/{number}", "ask_again", text=FACTS)
    with writing(office.engine) as connection:
        set_disabled(connection, "tu", disabled=True)
    assert "Hiện chưa có ai được phép xem xét" in office.get("an", f"/objections/{number}")


def test_the_documents_and_the_page_of_the_period_say_it_beside_the_counter(office: Office) -> None:
    office.raises()
    words = "Người ngồi quầy có ý kiến, đang chờ xem xét"
    period = office.get("lan", f"/periods/open?unit={CENTRE}&of=2026-10")
    meeting = office.browse("lan").get(f"/report.docx?kind=meeting&period=month&of=2026-10&unit={CENTRE}").content
    book = office.browse("lan").get(f"/report.xlsx?kind=satisfaction&period=month&of=2026-10&unit={CENTRE}").content

    assert objected(period) == ["open"]
    assert words in text_of(meeting)
    assert words in text_of(book)


def test_what_somebody_above_came_to_about_a_doubt_is_objected_to_on_its_page(office: Office) -> None:
    doubt = note_doubt(office, DoubtStep(NOW, "tu", "Không thấy lý do bình thường nào.", DoubtVerdict.SET_ASIDE))
    undecided = note_doubt(office)

    assert "object-to-verdict" not in office.get("an", f"/doubts/{undecided}")
    assert office.browse("an").get(f"/objections/new?doubt={undecided}").text.count("<textarea") == 0
    assert f'href="/objections/new?doubt={doubt}"' in office.get("an", f"/doubts/{doubt}")
    assert "object-to-verdict" not in office.get("lan", f"/doubts/{doubt}")
    answer = office.post("an", f"/objections/new?doubt={doubt}", "raise", text=FACTS)
    path = answer.headers["Location"]
    assert 'data-objection="' in office.get("lan", f"/doubts/{doubt}")
    assert objected(office.get("tam", f"/?unit={CENTRE}&period=month&of=2026-09")) == [], "few may know of a doubt"
    assert objected(office.get("an", "/counter")) == []
    assert 'data-objection="' in office.get("an", "/counter")
    assert "Kết luận về dấu hiệu cần xem lại" in office.get("an", path)
    assert 'id="decide"' not in office.get("tu", path), "who came to it does not decide about the objection"
    assert 'id="decide"' in office.get("lan", path)


def note_doubt(office: Office, *steps: DoubtStep) -> int:
    """A doubt about a month of the counter, with what was written about it."""
    month = date(2026, 8 + len(steps), 1)
    with writing(office.engine) as connection:
        values = {"month": month, "unit_id": CENTRE, "counter_id": Q1, "noted_on": month, "p": 0.001, "signals": []}
        number = connection.execute(insert(doubts).values(values).returning(doubts.c.doubt_id)).scalar_one()
        for step in steps:
            add_step(connection, number, step)
    return int(number)


def text_of(file: bytes) -> str:
    """Everything in a document or workbook, without its marks."""
    with zipfile.ZipFile(io.BytesIO(file)) as parts:
        found = (parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
        return " ".join(unescape(re.sub(r"<[^>]+>", "", each)) for each in found)
