"""The page of documents and the pages of closing: who may close and correct, and what each says."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests

from sync.district.domain.people import Role
from sync.district.domain.period_rights import PERIOD_RIGHTS, PeriodAct, may_with_period
from sync.district.domain.rights import Person
from sync.district.store import closings
from sync.district.store.engine import Engine, reading
from tests.district.test_closing import OCTOBER, office
from tests.district.web_fixtures import empty_district
from tests.district.web_server import Browser, StillClock, add_people, rate, serving

TOKEN = re.compile(r'name="form_token" value="([^"]+)"')
REASON = "Kiosk xã B mất mạng từ 15/10, nay đã gửi đủ"


class Place:
    def __init__(self, engine: Engine, address: str, clock: StillClock) -> None:
        self.engine, self.address, self.clock = engine, address, clock

    def who(self, name: str) -> Browser:
        browser = Browser(self.address)
        assert browser.sign_in(name).headers["Location"] == "/"
        return browser

    def token(self, browser: Browser) -> str:
        found = TOKEN.search(browser.get("/").text)
        assert found
        return found[1]

    def close(self, name: str, unit: str = "T", of: str = "2026-10", read: str = "yes") -> requests.Response:
        browser = self.who(name)
        fields = {"form_token": self.token(browser), "unit": unit, "of": of, "read": read}
        return browser.post("/periods/close", fields)

    def correct(self, name: str, act: str, number: int = 1, reason: str = REASON) -> requests.Response:
        browser = self.who(name)
        fields = {"form_token": self.token(browser), "reason": reason}
        return browser.post(f"/periods/{number}/{act}", fields)

    def kept(self) -> list[tuple[int, str, str, int, str]]:
        with reading(self.engine) as connection:
            every = list(closings.every(connection))
        return [(one.number, one.unit_id, one.of, one.version, one.closed_by) for one in every]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    engine, clock = office(empty_district(tmp_path)), StillClock()
    rate(engine, "A", "A-1", {5: 40, 4: 20, 1: 10}, OCTOBER)
    rate(engine, "B", "B-1", {5: 31}, OCTOBER)
    rate(engine, "A", "A-1", {5: 35}, date(2026, 9, 9))
    people = [
        ("chutich", Role.LEADER, None),
        ("phochutich", Role.LEADER, None),
        ("truongA", Role.LEADER, "A"),
        ("phoA", Role.LEADER, "A"),
        ("truongB", Role.LEADER, "B"),
        ("canboA", Role.OFFICER, "A"),
        ("thanhtra", Role.INSPECTOR, None),
        ("kythuat", Role.TECHNICIAN, None),
    ]
    add_people(engine, *((name.lower(), role, unit) for name, role, unit in people))
    with serving(engine, tmp_path, clock) as address:
        yield Place(engine, address, clock)


def test_the_page_lists_each_period_with_how_it_stands(place: Place):
    page = place.who("chutich").get("/periods").text

    assert re.findall(r'data-of="([^"]+)" data-state="(\w+)"', page) == [
        ("2026-11", "runs"), ("2026-10", "open"), ("2026-09", "open"),
    ]  # fmt: skip
    assert "Ủy ban nhân dân tỉnh Thử</h1>" in page
    assert "Xem số liệu và chốt kỳ" in page
    years = place.who("chutich").get("/periods?kind=year").text
    assert re.findall(r'data-of="([^"]+)" data-state="(\w+)"', years) == [("2026", "runs")]


def test_a_period_that_waits_says_from_when_on_it_can_be_closed(place: Place):
    from tests.district.web_fixtures import NOW

    place.clock.now = NOW.replace(day=5)
    browser = place.who("chutich")
    listed, page = browser.get("/periods").text, browser.get("/periods/open?unit=T&of=2026-10").text

    assert 'data-of="2026-10" data-state="waits"' in listed
    assert "chốt được từ ngày 11/11/2026" in listed
    assert "Chốt được từ ngày 11/11/2026." in page
    assert 'action="/periods/close"' not in page
    assert place.close("chutich").status_code == 409
    assert place.kept() == []


def test_a_leader_closes_a_period_and_everybody_of_the_unit_sees_it(place: Place):
    preview = place.who("chutich").get("/periods/open?unit=T&of=2026-10").text
    answer = place.close("chutich")
    closed = place.who("thanhtra").get(answer.headers["Location"]).text

    assert (answer.status_code, answer.headers["Location"]) == (303, "/periods/1")
    assert place.kept() == [(1, "T", "2026-10", 1, "chutich")]
    for page in (preview, closed):
        assert 'id="total" data-rated="101"' in page
        assert re.findall(r'data-level="(\d)" data-n="(\d+)"', page)[:2] == [("5", "71"), ("4", "20")]
    assert "Chốt kỳ: Tháng 10/2026" in preview
    assert 'data-number="1" data-hash="' in closed
    assert "chutich" in closed
    assert 'action="/periods/' not in closed, "an inspector corrects nothing"
    assert place.who("chutich").get("/periods/open?unit=T&of=2026-10").headers["Location"] == "/periods/1"


def test_a_period_is_closed_only_by_whoever_says_that_they_read_what_comes_before_the_form(place: Place):
    page = place.who("chutich").get("/periods/open?unit=T&of=2026-10").text
    refused = place.close("chutich", read="")

    assert page.index('id="total"') < page.index('id="lines"') < page.index('action="/periods/close"')
    assert re.search(r'<input type="checkbox" name="read" value="yes" required>', page)
    assert refused.status_code == 422
    assert "Xin xem các số rồi đánh dấu vào ô trước khi chốt." in refused.text
    assert place.kept() == []


def test_dossiers_that_no_list_tells_of_are_unknown_and_not_none(place: Place):
    answer = place.close("chutich")
    for path in ("/periods/open?unit=A&of=2026-10", answer.headers["Location"]):
        page = place.who("chutich").get(path).text
        told = page[page.index('<div id="dossiers"') : page.index("</section>", page.index('<div id="dossiers"'))]

        assert "chưa có danh sách hồ sơ" in told
        assert "0" not in re.sub(r"<[^>]+>", "", told)


def test_what_comes_late_is_told_beside_the_closed_figures(place: Place):
    place.close("chutich")
    rate(place.engine, "A", "A-2", {1: 7}, OCTOBER)
    page = place.who("chutich").get("/periods/1").text
    listed = place.who("chutich").get("/periods").text

    assert 'id="total" data-rated="101"' in page
    assert 'data-ratings="7" data-corrections="0"' in page
    assert '<li data-unit="A" data-n="7">' in page
    assert "7 lượt đánh giá của kỳ này được công bố sau khi chốt" in page
    assert 'data-closing="1" data-late="7"' in listed
    assert "Đến sau khi chốt: 7 lượt" in listed


def test_two_leaders_correct_and_both_versions_can_be_read(place: Place):
    place.close("chutich")
    rate(place.engine, "B", "B-1", {5: 50}, OCTOBER)
    assert place.correct("chutich", "proposal").status_code == 303
    own = place.who("chutich").get("/periods/1").text
    other = place.who("phochutich").get("/periods/1").text
    alone = place.correct("chutich", "confirmation")
    answer = place.correct("phochutich", "confirmation")
    new, old = (place.who("chutich").get(f"/periods/{n}").text for n in (2, 1))

    assert "Cần một lãnh đạo khác xác nhận" in own
    assert f"chutich đề nghị chỉnh ngày 20/11/2026: {REASON}" in other
    assert "Xác nhận và chốt bản chỉnh" in other
    assert (alone.status_code, answer.headers["Location"]) == (403, "/periods/2")
    assert place.kept()[1] == (2, "T", "2026-10", 2, "phochutich")
    assert 'data-rated="151"' in new
    assert REASON in new
    assert 'data-rated="101"' in old
    assert "Đây không phải bản mới nhất" in old
    assert "Bản chốt số 1" in new


@pytest.mark.parametrize(
    ("name", "unit", "status"),
    [
        ("truonga", "A", 303),
        ("chutich", "A", 303),
        ("truonga", "T", 404),
        ("truonga", "B", 404),
        ("canboa", "A", 404),
        ("thanhtra", "A", 403),
        ("kythuat", "A", 403),
    ],
)
def test_a_leader_closes_the_periods_of_their_own_units_and_nobody_else_does(
    place: Place, name: str, unit: str, status: int
):
    assert place.close(name, unit).status_code == status
    assert len(place.kept()) == (status == 303)


@pytest.mark.parametrize("path", ["/periods/1", "/periods/open?unit=A&of=2026-10", "/periods?unit=A"])
def test_the_closings_of_another_unit_are_not_there(place: Place, path: str):
    place.close("truonga", "A")

    assert place.who("truongb").get(path).status_code == 404
    assert place.who("phoa").get(path).status_code in (200, 303)
    assert Browser(place.address).get(path).headers["Location"] == "/sign-in"


@pytest.mark.parametrize("act", ["proposal", "confirmation"])
def test_nobody_but_a_leader_of_the_unit_proposes_or_confirms(place: Place, act: str):
    place.close("truonga", "A")
    rate(place.engine, "A", "A-1", {5: 9}, OCTOBER)
    if act == "confirmation":
        assert place.correct("truonga", "proposal").status_code == 303
    refused = {name: place.correct(name, act).status_code for name in ("canboa", "thanhtra", "kythuat", "truongb")}

    assert refused == {"canboa": 404, "thanhtra": 403, "kythuat": 403, "truongb": 404}
    assert place.correct("phoa", act).status_code == 303


@pytest.mark.parametrize("path", ["/periods/close", "/periods/1/proposal", "/periods/1/confirmation"])
def test_a_form_of_another_session_does_nothing(place: Place, path: str):
    place.close("chutich")
    fields = {"form_token": "x", "unit": "A", "of": "2026-10", "reason": REASON}

    assert place.who("chutich").post(path, fields).status_code == 403
    assert len(place.kept()) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((f"/periods/{n}", 404) for n in ("0", "2", "99999999999", "x", "-1", "%27")),
        *((f"/periods/open?unit=T&of={of}", 404) for of in ("", "x", "2026-13", "2026-10-01", "2026-W40", "2030-01")),
        ("/periods/open?unit=nowhere&of=2026-10", 404),
        ("/periods?kind=week", 404),
        ("/periods?unit=nowhere", 404),
    ],
)
def test_what_is_no_closing_no_period_or_no_unit_is_refused_in_words(place: Place, path: str, status: int):
    answer = place.who("chutich").get(path)

    assert answer.status_code == status
    assert "<h1>" in answer.text


def test_a_correction_without_a_reason_or_with_nothing_new_is_refused_in_words(place: Place):
    place.close("chutich")

    assert "ít nhất 8 ký tự" in place.correct("chutich", "proposal", reason="sửa").text
    assert place.correct("chutich", "proposal").status_code == 303
    same = place.correct("phochutich", "confirmation")
    assert (same.status_code, "không có gì thay đổi" in same.text) == (409, True)


def test_the_auditor_reads_who_closed_what(place: Place):
    place.close("chutich")
    add_people(place.engine, ("kiemtoan", Role.AUDITOR, None))
    page = place.who("kiemtoan").get("/audit").text

    assert '<a href="/periods/1">Bản chốt số 1</a>: chốt' in page
    assert "Chốt kỳ 2026-10" in page


UNITS = frozenset({"A"})


@pytest.mark.parametrize("act", PeriodAct)
@pytest.mark.parametrize("role", Role)
def test_the_table_of_rights_says_who_may_do_what_with_a_period(role: Role, act: PeriodAct):
    person, everywhere = Person("a", role, UNITS), Person("a", role, None)
    allowed = role in PERIOD_RIGHTS[act]

    assert may_with_period(person, act, "A", "b") == allowed
    assert may_with_period(everywhere, act, "A", "b") == allowed
    assert not may_with_period(person, act, "B", "b")
    if act is PeriodAct.CONFIRM:
        assert not may_with_period(person, act, "A", "a")
        assert not may_with_period(person, act, "A", "")


def test_a_closing_does_not_move_with_the_days(place: Place):
    place.close("chutich")
    before = place.who("chutich").get("/periods/1").text
    place.clock.now += timedelta(days=1)
    after = place.who("chutich").get("/periods/1").text

    assert TOKEN.sub("", before) == TOKEN.sub("", after)
