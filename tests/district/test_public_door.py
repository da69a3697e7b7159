"""The pages for everybody: the citizens' first page, published answers, how they are found, errors, packing."""

import hashlib
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from alembic import command
from msgspec.structs import replace
from sqlalchemy import text

from kiosk.domain.roster import RECEPTION, DutyShift
from sync.district.domain.complaint_steps import Action
from sync.district.roster.change import change_roster, seats_of
from sync.district.store import published_answers as store
from sync.district.store.engine import Engine, reading, writing
from sync.district.store.imports import Origin
from sync.district.store.published_answers import PublishedAnswer, public_id, publishing_secret
from sync.district.store.receptions import offices
from sync.district.store.schema import _config, upgrade
from sync.district.times import start_of
from sync.district.web.published_routes import PER_PAGE
from tests.district.complaint_office import HEAD, LAN, SECOND, Office, open_office, open_to_the_public
from tests.district.web_server import Browser
from tests.support.factories import UNIT

HTML = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
WAY = (Action.TAKE, Action.DRAFT, Action.APPROVE, Action.PREPARE, Action.PUBLISH)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, str]]:
    with open_to_the_public(tmp_path_factory.mktemp("door")) as (office, address):
        office.district.reference(
            receptions=[
                {"unit_id": UNIT, "name": "Phòng tiếp công dân", "address": "Số 12 phố Thử", "phone": "0241 234 567",
                 "hours": "7:30–11:30"},
            ]
        )  # fmt: skip
        yield office, address


@pytest.fixture
def many(place: tuple[Office, str]) -> Iterator[tuple[Office, str]]:
    """Fifty answers of two offices, the newest first; gone afterwards."""
    rows = {f"e{n}": published(n) for n in range(50)}
    with writing(place[0].district.engine) as connection:
        store.keep_published(connection, rows)
    yield place
    with writing(place[0].district.engine) as connection:
        store.keep_published(connection, dict.fromkeys(rows))


def published(n: int) -> PublishedAnswer:
    words = "Ghế chờ ở sảnh bị hỏng." if n % 2 else "Lối vào không có đường dốc cho xe lăn."
    day = date(2026, 11, 18) - timedelta(days=n)
    return PublishedAnswer(f"{n:016x}", "H32.99" if n % 5 == 0 else UNIT, day, words, f"Đã làm xong lần {n}.")


def titles(page: str) -> list[str]:
    return re.findall(r"Đã làm xong lần \d+", page)


# ---- the first page


def test_a_citizen_follows_a_receipt_from_the_first_page(place: tuple[Office, str]) -> None:
    browser = Browser(place[1])
    page = browser.get("/").text
    form = re.search(r'<form method="post" action="([^"]+)">\s*<label for="number">', page)
    assert form is not None

    shown = browser.post(form[1], {"number": place[0].numbers["ramp"]})

    assert "Cơ quan đã nhận được ý kiến của Ông/Bà" in shown.text


def test_the_first_page_names_the_office_to_call(place: tuple[Office, str]) -> None:
    page = Browser(place[1]).get("/").text

    assert 'href="tel:0241234567"' in page
    assert "7:30–11:30" in page


def test_several_offices_have_a_page_of_their_own(place: tuple[Office, str]) -> None:
    district = place[0].district
    district.reference(
        receptions=[{"unit_id": "H32.99", "name": "Tiếp công dân", "address": "", "phone": "0240.999.888", "hours": ""}]
    )
    browser = Browser(place[1])

    assert 'href="/co-quan"' in browser.get("/").text
    assert re.findall(r'href="(tel:\d+)"', browser.get("/co-quan").text) == ["tel:0240999888", "tel:0241234567"]


def test_an_office_that_was_abolished_has_no_telephone_there(tmp_path: Path) -> None:
    district = open_office(tmp_path).district
    gone = {"unit_id": "H32.98", "name": "Phường Cũ", "level": "commune", "parent_id": "H32"}
    district.reference(
        units=[{**gone, "valid_to": date(2026, 6, 30)}],
        receptions=[
            {"unit_id": "H32.98", "name": "", "address": "", "phone": "0240 111 222", "hours": ""},
            {"unit_id": "H32", "name": "", "address": "", "phone": "0240 333 444", "hours": ""},
        ],
    )

    with reading(district.engine) as connection:
        assert [each.phone for each in offices(connection, district.clock())] == ["0240 333 444"]
        assert len(offices(connection, start_of(date(2026, 6, 30)))) == 2


def test_who_is_on_duty_stands_there_while_they_are_and_the_office_is_open_by_post_and_never_by_name(
    tmp_path: Path,
) -> None:
    district, day = open_office(tmp_path).district, date(2026, 12, 1)
    district.reference(
        receptions=[{"unit_id": UNIT, "name": "", "address": "", "phone": "0241 234 567", "hours": ""}],
        officers=[
            {"unit_id": UNIT, "officer_number": "CB-5", "post": "Chánh Văn phòng", "counter_id": None}
            | {"valid_from": None, "valid_to": None}
        ],
        opening_hours=[
            {"hours_id": "A", "unit_id": UNIT, "weekdays": "12345", "morning": "07:30-11:30", "afternoon": ""}
            | {"valid_from": None, "valid_to": None}
        ],
    )
    with writing(district.engine) as connection:
        shift = DutyShift(RECEPTION, "CB-5", day, phone="0241 999 000")
        change_roster(connection, UNIT, seats_of([shift]), Origin("", start_of(day), "lan"))

    with reading(district.engine) as connection:
        found = {
            clock: offices(connection, start_of(day) + timedelta(hours=clock))[0].on_duty
            for clock in (7, 8, 11, 12, 32)
        }

    assert {clock for clock, duty in found.items() if duty} == {8, 11}
    assert (found[8].post, found[8].phone) == ("Chánh Văn phòng", "0241 999 000")


def test_whoever_is_signed_in_reads_the_citizens_page_too(place: tuple[Office, str]) -> None:
    browser = Browser(place[1])
    browser.sign_in(HEAD.user_name)

    assert "Ông/Bà cần tìm gì?" in browser.get("/nguoi-dan").text
    assert "Ông/Bà cần tìm gì?" not in browser.get("/").text


def test_every_link_of_the_public_pages_leads_somewhere_in_their_language(many: tuple[Office, str]) -> None:
    browser, seen, waiting = Browser(many[1]), set[str](), ["/nguoi-dan?lang=en"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = browser.get(path)
        assert answer.status_code == 200, path
        if "text/html" in answer.headers["Content-Type"] and not path.startswith("/sign-in"):
            assert '<html lang="en">' in answer.text, path
            found = {each.replace("&amp;", "&") for each in re.findall(r'href="(/[^"]*)"', answer.text)}
            onward = {each for each in found if "lang=vi" not in each and not each.startswith(("/static", "/language"))}
            waiting += [each for each in sorted(onward) if each not in seen and each not in waiting and each != "/"]
    assert {"/cong-khai.atom", "/co-quan?lang=en", "/to-dan?lang=en", "/sign-in"} <= seen
    assert sum(path.startswith("/cong-khai/") for path in seen) >= PER_PAGE


# ---- answers


def test_answers_are_found_without_marks_by_words_and_office(many: tuple[Office, str]) -> None:
    browser = Browser(many[1])

    found = browser.get("/cong-khai?q=DUONG+doc+xe+lan").text
    of_one = browser.get("/cong-khai?q=xe+lăn&unit=H32.99").text

    assert "Tìm thấy 25." in found
    assert len(titles(found)) == PER_PAGE
    assert titles(of_one) == [f"Đã làm xong lần {n}" for n in (0, 10, 20, 30, 40)]
    assert "Không tìm thấy" in browser.get("/cong-khai?q=khong+co+dau").text
    assert titles(browser.get("/cong-khai?q=%25").text) == []  # a wildcard is a letter like others


def test_the_pages_of_a_search_hold_each_answer_once(many: tuple[Office, str]) -> None:
    browser, path, seen = Browser(many[1]), "/cong-khai?q=ghe", list[str]()
    while path:
        page = browser.get(path).text
        seen += titles(page)
        onward = re.search(r'href="([^"]+)" rel="next"', page)
        path = onward[1].replace("&amp;", "&") if onward else ""

    assert seen == [f"Đã làm xong lần {n}" for n in range(1, 50, 2)]
    assert titles(browser.get("/cong-khai?q=ghe&page=400").text) == seen[PER_PAGE:]


def test_an_answer_has_an_address_until_it_is_hidden(place: tuple[Office, str]) -> None:
    office, browser = place[0], Browser(place[1])
    office.do(LAN, "ramp", Action.TAKE)
    office.do(LAN, "ramp", Action.DRAFT, text="Đã lắp đường dốc.")
    office.do(HEAD, "ramp", Action.APPROVE)
    office.do(LAN, "ramp", Action.PREPARE, question="Không có đường dốc.", answer="Đã lắp đường dốc ở cửa trái.")
    office.do(HEAD, "ramp", Action.PUBLISH)
    with reading(office.district.engine) as connection:
        path = f"/cong-khai/{public_id(publishing_secret(connection), office.ids['ramp'])}"

    page, listed = browser.get(path), browser.get("/cong-khai?q=cua+trai").text
    office.do(SECOND, "ramp", Action.HIDE, text="Nhầm.")
    hidden = browser.get(path, headers=HTML)

    assert "Đã lắp đường dốc ở cửa trái." in page.text
    assert f'href="{path}"' in listed
    assert office.ids["ramp"] not in page.text + listed
    assert office.numbers["ramp"] not in page.text + listed
    assert (hidden.status_code, "Không còn câu trả lời này" in hidden.text) == (404, True)
    assert "cửa trái" not in browser.get("/cong-khai").text + browser.get("/cong-khai.atom").text


def test_the_feed_tells_the_newest_answers_as_atom_says(many: tuple[Office, str]) -> None:
    answer = Browser(many[1]).get("/cong-khai.atom")
    root = ET.fromstring(answer.content)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    entries = root.findall("a:entry", atom)

    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert [root.findtext(f"a:{name}", None, atom) for name in ("title", "updated")] == [
        "Phản ánh đã trả lời công khai",
        "2026-11-17T17:00:00.000Z",
    ]
    assert len({entry.findtext("a:id", None, atom) for entry in entries}) == PER_PAGE
    assert "Đã làm xong lần 0." in (entries[0].findtext("a:content", None, atom) or "")
    assert all((entry.findtext("a:id", None, atom) or "").startswith(many[1]) for entry in entries)


def test_a_letter_that_no_xml_may_hold_does_not_break_the_feed(place: tuple[Office, str]) -> None:
    engine = place[0].district.engine
    odd = PublishedAnswer("f" * 16, UNIT, date(2026, 11, 19), "Từ tệp\x0b PDF\ufffe", "Đã làm\x01 xong.")
    with writing(engine) as connection:
        store.keep_published(connection, {"odd": odd})
    content = Browser(place[1]).get("/cong-khai.atom").content
    with writing(engine) as connection:
        store.keep_published(connection, {"odd": None})

    assert "Từ tệp PDF\n\nĐã làm xong." in [each.text for each in ET.fromstring(content).iter()]


def test_answers_published_before_they_were_kept_are_brought_along(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    for who, action in zip((LAN, LAN, HEAD, LAN, HEAD), WAY, strict=True):
        fields = {Action.DRAFT: {"text": "Đã lắp."}, Action.PREPARE: {"question": "Đường dốc?", "answer": "Đã lắp."}}
        office.do(who, "ramp", action, **fields.get(action, {}))
    engine = office.district.engine
    with reading(engine) as connection:
        kept = store.published_answers(connection)
        actions = connection.execute(text("SELECT complaint_id, action, by, at, content FROM complaint_actions")).all()
        standings = connection.execute(text("SELECT * FROM complaint_standings")).mappings().all()
    old = _before_answers_were_kept(tmp_path / "old")
    with writing(old) as connection:
        values = "(:complaint_id, :action, :by, :at, :content)"
        row = "complaint_actions (complaint_id, action, by, at, content)"
        connection.execute(text(f"INSERT INTO {row} VALUES {values}"), [dict(each._mapping) for each in actions])
        for each in standings:
            there = {name: each[name] for name in ("entry_id", "state", "unit_id", "open", "doubled", "changed_at")}
            there["published"] = each["state"] == "published"
            names = ", ".join(there)
            marks = ", ".join(f":{name}" for name in there)
            connection.execute(text(f"INSERT INTO complaint_standings ({names}) VALUES ({marks})"), there)

    upgrade(old)

    with reading(old) as connection:
        secret = publishing_secret(connection)
        same = [replace(each, public_id=public_id(secret, office.ids["ramp"])) for each in kept]
        assert store.published_answers(connection) == same
        assert store.published_answers(connection, "duong doc") == same
    assert len(kept) == 1


def test_who_knows_the_ids_of_a_kiosks_entries_cannot_tell_which_was_published(many: tuple[Office, str]) -> None:
    """The ids stand in clear in the kiosk's ledger and in every batch."""
    office = many[0]
    with reading(office.district.engine) as connection:
        secret = publishing_secret(connection)
    entry_id = office.ids["ramp"]
    plain = {
        hashlib.sha256(text.encode()).hexdigest()[:16] for text in (entry_id, f"published {entry_id}", entry_id.upper())
    }

    assert len(secret) == 32
    assert public_id(secret, entry_id) not in plain
    assert public_id(bytes(32), entry_id) != public_id(secret, entry_id)


def _before_answers_were_kept(folder: Path) -> Engine:
    from sync.district.store.engine import open_engine

    folder.mkdir()
    engine = open_engine(f"sqlite:///{folder / 'district.sqlite'}")
    with writing(engine) as connection:
        command.upgrade(_config(connection), "0030_public_months")
    return engine


# ---- what cannot be shown


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/khong-co-trang-nay", 404, "Không có trang này"),
        ("GET", "/sign-out", 405, "Chưa mở được trang này"),
        ("GET", "/cong-khai?page=0", 422, "Chưa mở được trang này"),
        ("GET", "/cong-khai?q=a%00b", 400, "Chưa mở được trang này"),
        ("POST", "/tra-cuu", 415, "Chưa mở được trang này"),
        ("POST", "/tra-cuu", 413, "Nội dung quá dài"),
    ],
)
def test_a_browser_gets_a_page_and_a_program_a_problem(
    place: tuple[Office, str], method: str, path: str, status: int, says: str
) -> None:
    session = Browser(place[1]).session
    sent = {"data": "x" * 9000 if status == 413 else "{}", "headers": {"Content-Type": "application/json"}}
    more = sent if method == "POST" else {"headers": {}}

    def ask(accept: str):
        headers = {**more["headers"], "Accept": accept}
        return session.request(
            method, place[1] + path, data=more.get("data"), headers=headers, allow_redirects=False, timeout=20
        )

    page, problem = ask(HTML["Accept"]), ask("application/json")

    assert (page.status_code, problem.status_code) == (status, status)
    assert says in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert problem.headers["Content-Type"].startswith("application/problem+json")


def test_the_wire_of_kiosks_answers_with_problems_whatever_is_asked_for(place: tuple[Office, str]) -> None:
    answer = Browser(place[1]).get("/v1/nothing", headers=HTML)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


# ---- packing


def test_only_what_is_the_same_for_everybody_is_packed(place: tuple[Office, str]) -> None:
    browser = Browser(place[1])
    browser.sign_in(HEAD.user_name)
    number = {"number": place[0].numbers["late"]}

    def is_packed(path: str) -> bool:
        return browser.get(path, headers={"Accept-Encoding": "gzip"}).headers.get("Content-Encoding") == "gzip"

    assert [is_packed(path) for path in ("/nguoi-dan", "/cong-khai", "/chi-so", "/static/district.css")] == [True] * 4
    assert [is_packed(path) for path in ("/", "/complaints", "/tra-cuu", "/sign-in")] == [False] * 4
    assert "Content-Encoding" not in browser.post("/tra-cuu", number).headers
    assert "Content-Encoding" not in browser.get("/nguoi-dan", headers={"Accept-Encoding": "identity"}).headers
