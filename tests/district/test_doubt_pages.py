"""The pages of doubts: who sees how much, the unit's word before the verdict, and the auditor's minutes."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import copy

import pytest

from sync.district.domain.audit import Audited
from sync.district.domain.doubt_case import TIME_TO_OBJECT, Sight
from sync.district.domain.people import Role
from sync.district.store import audit
from sync.district.store import doubts as store
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import Engine, open_engine, reading, writing
from sync.district.texts import languages, load_texts
from tests.district.doubt_office import (
    BURST,
    CLERK,
    DRIP,
    MONTH,
    OTHER,
    PROVINCE,
    UNIT,
    examined,
    keep_month,
    made_month,
    open_office,
)
from tests.district.test_complaint_pages import form_of
from tests.district.web_fixtures import NOW, empty_district
from tests.district.web_server import (
    PASSWORD,
    Browser,
    StillClock,
    add_people,
    hash_of_password,
    keep_ratings,
    rating,
    serving,
)

pytestmark = pytest.mark.slow

WORD = "Sáng 12/10 một đoàn cựu chiến binh cùng đến."
PEOPLE = (
    ("chair", Role.LEADER, UNIT),
    ("director", Role.LEADER, PROVINCE),
    ("inspector", Role.INSPECTOR, PROVINCE),
    ("neighbour", Role.LEADER, OTHER),
    ("technician", Role.TECHNICIAN, None),
    ("auditor", Role.AUDITOR, None),
)


class Office:
    def __init__(self, engine: Engine, address: str, clock: StillClock) -> None:
        self.engine, self.address, self.clock = engine, address, clock
        with reading(engine) as connection:
            self.ids = {each.case.counter_id: each.doubt_id for each in store.doubts_seen(connection, Sight())}
        self.page = f"/doubts/{self.ids[BURST]}"

    def browse(self, name: str) -> Browser:
        browser = Browser(self.address)
        assert browser.sign_in(name, PASSWORD).status_code == 303
        return browser

    def send(self, name: str, what: str, form: dict[str, str]) -> int:
        browser = self.browse(name)
        token = form_of(browser, self.page) if browser.get(self.page).ok else {"form_token": "x"}
        return browser.post(f"{self.page}/{what}", form | token).status_code


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doubts")
    engine = empty_district(folder)
    open_office(engine)
    keep_month(engine, made_month())
    assert examined(engine) >= 2
    add_people(engine, *PEOPLE)
    with writing(engine) as connection:
        for name, officer in (("clerk", CLERK), ("colleague", "CB-2")):
            add_user(connection, UserRow(name, hash_of_password(), Role.OFFICER, UNIT, False, officer, False), NOW)
    engine.dispose()
    return folder / "district.sqlite"


@pytest.fixture
def office(prepared: Path, tmp_path: Path) -> Iterator[Office]:
    copy(prepared, tmp_path / "district.sqlite")
    engine, clock = open_engine(f"sqlite:///{tmp_path / 'district.sqlite'}"), StillClock()
    with serving(engine, tmp_path, clock) as address:
        yield Office(engine, address, clock)


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("chair", {BURST, DRIP}),
        ("director", {BURST, DRIP}),
        ("inspector", {BURST, DRIP}),
        ("auditor", {BURST, DRIP}),
        ("clerk", {BURST}),
        ("colleague", set()),
        ("neighbour", set()),
    ],
)
def test_each_sees_the_doubts_that_are_theirs_to_see(office: Office, name: str, sees: set[str]):
    browser = office.browse(name)

    listed = set(re.findall(r'data-doubt="(\d+)"', browser.get("/doubts").text))
    assert {str(office.ids[counter]) for counter in sees} <= listed
    assert sees or listed == set()
    assert browser.get(office.page).status_code == (200 if BURST in sees else 404)


def test_for_a_technician_and_a_stranger_the_pages_are_not_there(office: Office):
    technician = office.browse("technician")

    assert technician.get("/doubts").status_code == technician.get(office.page).status_code == 404
    assert "/doubts" not in technician.get("/").text
    assert Browser(office.address).get("/doubts").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("number", ["0", "9999999", "abc", "1e3", "١", "-1", "99999999999999999999"])
def test_a_doubt_that_is_none_is_not_there(office: Office, number: str):
    assert office.browse("director").get(f"/doubts/{number}").status_code == 404


@pytest.mark.parametrize("name", ["clerk", "chair", "director", "inspector"])
def test_nobody_but_the_auditor_reads_a_minute_or_an_exact_value(office: Office, name: str):
    page = office.browse(name).get(office.page).text

    assert not re.search(r"\b\d\d:\d\d:\d\d\b", page)
    assert "p&nbsp;=" not in page
    assert 'id="minutes"' not in page
    counts = [int(n) for n in re.findall(r"từ (\d+) lượt trở lên", page)]
    assert counts
    assert all(n % 5 == 0 for n in counts)
    rated, questioned = map(int, re.findall(r'data-rated="(\d+)" data-questioned="(\d+)"', page)[0])
    assert 5 <= questioned < rated
    assert office.send(name, "minutes", {"reason": "tò mò muốn biết"}) == 404


def test_the_unit_speaks_before_anybody_above_decides(office: Office):
    verdict = {"verdict": "explained", "text": "Đã hỏi đoàn, đúng là họ đến."}

    assert 'id="decide"' not in office.browse("director").get(office.page).text
    assert office.send("director", "verdict", verdict) == 403
    assert office.send("clerk", "objection", {"text": WORD}) == 303
    assert WORD in office.browse("inspector").get(office.page).text
    assert office.send("director", "verdict", verdict) == 403
    assert office.send("chair", "objection", {"text": WORD}) == 303
    page = office.browse("director").get(office.page).text
    assert "chair (Lãnh đạo)" in page
    assert "Xin đọc ý kiến của đơn vị trước khi kết luận." in page
    assert office.send("chair", "verdict", verdict) == 403
    assert office.send("director", "verdict", verdict | {"text": "ừ"}) == 422
    assert office.send("director", "verdict", verdict | {"verdict": "guilty"}) == 422
    assert office.send("director", "verdict", verdict) == 303
    page = office.browse("chair").get(office.page).text
    assert 'data-verdict="explained"' in page
    assert office.send("chair", "objection", {"text": WORD}) == 403
    assert 'id="decided"' in office.browse("director").get("/doubts").text


def test_a_unit_that_says_nothing_does_not_hold_up_the_verdict(office: Office):
    office.clock.now = NOW + TIME_TO_OBJECT

    page = office.browse("inspector").get(office.page).text
    assert "mà đơn vị chưa có ý kiến" in page
    assert "Xin đọc ý kiến" not in page
    assert office.send("inspector", "verdict", {"verdict": "set_aside", "text": "Đơn vị không có ý kiến."}) == 303
    assert 'data-stage="set_aside"' in office.browse("chair").get(office.page).text


def test_both_figures_stand_side_by_side_and_the_first_page_counts_everything(office: Office):
    browser = office.browse("director")
    before = browser.figures("?period=all")["total"]
    page = browser.get(office.page).text
    shares = [float(n.replace(",", ".")) for n in re.findall(r'big-share">([\d,]+)', page)]

    assert len(shares) == 2
    assert shares[0] > shares[1] - 5
    office.send("chair", "objection", {"text": WORD})
    office.send("director", "verdict", {"verdict": "set_aside", "text": "Để riêng nhóm ngày đó."})
    assert browser.figures("?period=all")["total"] == before


def test_the_auditor_sees_each_press_and_it_is_written_down(office: Office):
    browser = office.browse("auditor")
    assert 'id="minutes"' not in browser.get(office.page).text
    reason = {"reason": "kiểm tra theo kế hoạch 2026"}

    page = browser.post(f"{office.page}/minutes", reason | form_of(browser, office.page)).text

    assert len(re.findall(r"\b\d\d:\d\d:\d\d \d\d/10/2026", page)) >= 20
    assert page.count('class="in-question"') >= 20
    assert "p&nbsp;=" in page
    with reading(office.engine) as connection:
        (entry,) = audit.entries(connection, 10)
    assert (entry.what, entry.person, entry.reason) == (Audited.VIEW, "auditor", reason["reason"])
    assert entry.detail["doubt"] == office.ids[BURST]
    assert office.page in browser.get("/audit").text


@pytest.mark.parametrize("form", [{"reason": "  x "}, {"reason": "kiểm tra theo kế hoạch", "form_token": "x"}])
def test_without_a_reason_no_minute_is_shown(office: Office, form: dict[str, str]):
    browser = office.browse("auditor")

    answer = browser.post(f"{office.page}/minutes", form_of(browser, office.page) | form)

    assert answer.status_code in (403, 422)
    assert 'id="minutes"' not in answer.text
    with reading(office.engine) as connection:
        assert audit.entries(connection, 10) == []


def test_a_counter_that_nobody_rates_at_is_listed_for_those_above_it(office: Office):
    assert "Quầy đất đai" in office.browse("director").get("/doubts").text
    assert "Quầy đất đai" in office.browse("neighbour").get("/doubts").text
    assert "Quầy đất đai" not in office.browse("chair").get("/doubts").text
    assert "Quầy đất đai" not in office.browse("clerk").get("/doubts").text


@pytest.mark.parametrize("language", languages())
def test_no_word_accuses(language: str):
    texts = load_texts(language).entries

    accusing = re.compile(r"gian lận|gian dối|fraud|cheat", re.IGNORECASE)
    assert [key for key, said in texts.items() if accusing.search(said)] == []


def seen_by_all(office: Office) -> dict[tuple[str, str], str]:
    paths = ("/doubts", office.page, f"/doubts/{office.ids[DRIP]}", "/fair", f"/fair?unit={UNIT}&months=3")
    found = {}
    for name in ("clerk", "colleague", "chair", "director", "inspector"):
        browser = office.browse(name)
        for path in paths:
            page = browser.get(path).text
            found[name, path] = re.sub(r'(name="form_token" value=")[^"]+', r"\1", page)
    return found


def test_promise_6_a_press_that_is_not_released_changes_nothing_on_these_pages(office: Office):
    before = seen_by_all(office)

    for score in (1, 5):
        keep_ratings(office.engine, [rating(UNIT, BURST, score, MONTH.replace(day=16), dossier_code=None)])
        assert examined(office.engine, NOW + timedelta(days=score)) == 0
        assert seen_by_all(office) == before
