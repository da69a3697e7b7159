"""What kiosks show is changed on pages: one person proposes, another puts it in force, and every version comes back."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import product
from urllib.parse import urlencode

import pytest

from kiosk.domain.complaint import About
from kiosk.domain.reference import HolidayList, Notice, Wording
from kiosk.paths import shared, shipped_scheme
from kiosk.texts import read as read_texts
from sync.district.content.changing import PAGE_VERSION
from sync.district.content.forms import MAX_SENTENCES, WrongContent, consent_of, holidays_of, lines_of
from sync.district.domain.content_change import (
    CONTENT_RIGHTS,
    OF_A_UNIT,
    ContentAct,
    ContentChange,
    ContentKind,
    ContentState,
    digest_of,
    may_with_change,
    may_with_content,
)
from sync.district.domain.people import Role
from sync.district.store import content_changes as store
from sync.district.store.audit import entries
from sync.district.store.engine import reading
from sync.district.texts import load_texts
from sync.district.web.content_view import NOTICE_FIELDS
from tests.district.conftest import District
from tests.district.test_notices import rows
from tests.district.test_roster_pages import send, signed_in
from tests.district.test_snapshot import pull
from tests.district.web_fixtures import NOW, bring
from tests.district.web_server import Browser, StillClock, add_people, serving
from tests.support.factories import UNIT

HERE, ABOVE, BESIDE = UNIT, "H32", "H32.14"
CARD = {"kind": "bring", "title": "Mang theo căn cước", "text": "Và giấy hẹn.", "position": "3"}
WHY = {"why": "nhiều người quên giấy tờ"}


@pytest.fixture
def office(district: District, tmp_path) -> Iterator[tuple[District, str]]:
    district.clock.at = NOW
    units = [(ABOVE, "Tỉnh", None), (HERE, "Phường mình", ABOVE), (BESIDE, "Xã bên", ABOVE)]
    district.reference(
        units=[{"unit_id": key, "name": name, "level": "x", "parent_id": above} for key, name, above in units]
    )
    people = [("lan", Role.LEADER, HERE), ("minh", Role.LEADER, HERE), ("hai", Role.ADMINISTRATOR, HERE)]
    people += [("binh", Role.LEADER, BESIDE), ("tinh", Role.LEADER, None), ("so", Role.LEADER, None)]
    people += [("kiem", Role.AUDITOR, None), ("an", Role.OFFICER, HERE)]
    add_people(district.engine, *people)
    with serving(district.engine, tmp_path, StillClock()) as base:
        yield district, base


def card(**fields: str) -> dict[str, list[str]]:
    return {"notice": [(CARD | fields).get(name, "") for name in NOTICE_FIELDS]}


def fill(browser: Browser, kind: str, form: dict):
    """Opens the page of a piece and sends its form, changed so."""
    place = urlencode({name: form[name] for name in ("key", "unit") if name in form})
    held = re.search(r'name="held" value="(\w+)"', browser.get(f"/content/{kind}?{place}").text)
    return send(browser, f"/content/{kind}", {"held": held[1] if held else ""} | form)


def proposed(browser: Browser, kind: str, form: dict, number: int | None = None) -> int:
    """Proposes something; the number of the change."""
    page = fill(browser, kind, form | WHY | {"step": form.get("step", "propose")})
    assert 'id="done"' in page.text, re.findall(r'role="alert">([^<]+)', page.text)
    return max(int(each) for each in re.findall(r'data-change="(\d+)"', page.text))


def put_in_force(browser: Browser, number: int):
    return send(browser, f"/content/changes/{number}", {"action": "put_in_force"})


def both(first: Browser, second: Browser, kind: str, form: dict) -> int:
    number = proposed(first, kind, form)
    assert "Đã áp dụng" in put_in_force(second, number).text
    return number


def test_a_card_is_seen_proposed_put_in_force_by_another_and_drawn_at_the_kiosk(office) -> None:
    district, address = office
    lan, minh, device = signed_in(address, "lan"), signed_in(address, "minh"), district.box().device_id

    begun = lan.get(f"/content/notices?unit={HERE}").text
    seen = fill(lan, "notices", {"unit": HERE, "step": "see", **card()})
    marked = fill(lan, "notices", {"unit": HERE, "step": "see", **card(text="<b>Và</b> giấy hẹn.")})
    number = proposed(lan, "notices", {"unit": HERE, **card()})
    _, cursor, _ = pull(district, device)
    told = [re.search(r'id="content-todo" data-waiting="(\d)"', each.get("/").text) for each in (minh, lan)]
    own = put_in_force(lan, number)
    page = minh.get(f"/content/changes/{number}").text
    done = put_in_force(minh, number)
    again = put_in_force(minh, number)
    changes, _, _ = pull(district, device, cursor)
    (shown,) = rows(changes, Notice)

    assert [words in begun for words in ("<h2>Thẻ mới</h2>", "Chưa có.", "Không còn thẻ này.")] == [True, True, False]
    assert 'data-seen="yes"' in seen.text
    assert (told[0][1], told[1]) == ("1", None)  # whoever proposed it has nothing to do
    assert '<p class="panel-title">Mang theo căn cước</p>' in seen.text
    assert "Giấy tờ cần mang theo" in seen.text
    assert "<b>" not in marked.text
    assert "&lt;b&gt;Và&lt;/b&gt; giấy hẹn." in marked.text
    assert (own.status_code, done.status_code, again.status_code) == (403, 200, 403)
    assert "nhiều người quên giấy tờ" in page
    assert (shown.title, shown.text, shown.kind, shown.unit_id, shown.position) == (
        *("Mang theo căn cước", "Và giấy hẹn.", "bring"),
        HERE,
        3,
    )
    with reading(district.engine) as connection:
        noted = [(each.person, each.detail["did"]) for each in entries(connection, 9) if each.what == "content"]
        kept = store.numbered(connection, number)
    assert noted == [("minh", "content_in_force"), ("lan", "content_proposed")]
    assert (kept.state, kept.decided_by, kept.before) == (ContentState.IN_FORCE, "minh", None)
    assert f'href="/content/changes/{number}"' in signed_in(address, "kiem").get("/audit").text


def test_a_card_with_a_first_day_stands_in_the_list(office) -> None:
    district, address = office
    bring(district.engine, "notices", f"Mã thẻ;Đơn vị;Loại;Tiêu đề;Từ ngày\nO;{HERE};chung;Từ tệp;01/12/2026\n")

    page = signed_in(address, "lan").get("/content")

    assert (page.status_code, "từ 01/12/2026" in page.text) == (200, True)


def test_the_second_person_reads_what_no_frame_draws(office) -> None:
    _, address = office
    lan, minh = signed_in(address, "lan"), signed_in(address, "minh")
    number = proposed(lan, "notices", {"unit": HERE, **card(link="https://x.vn/a")})
    put_in_force(minh, number)
    key = re.search(r'data-card="([^"]+)"', lan.get("/content").text)[1]
    changed = {"key": key, **card(link="https://x.vn/b", position="9", valid_to="2026-11-01")}
    seen = fill(lan, "notices", changed | {"step": "see"}).text

    page = minh.get(f"/content/changes/{proposed(lan, 'notices', changed)}").text

    for each in (seen, page):
        shown = re.search(r'<section class="[^"]*"[^>]* id="differs" data-n="3">.*?</section>', each, re.S)[0]
        assert [word in shown for word in ("https://x.vn/b", "9", "01/11/2026", "Hiện đến hết ngày")] == [True] * 4
    assert '<p class="sub link-in-full">https://x.vn/a</p>' in page


def test_a_form_about_a_piece_that_was_changed_since_proposes_nothing(office) -> None:
    district, address = office
    lan, minh = signed_in(address, "lan"), signed_in(address, "minh")
    bring(district.engine, "notices", f"Mã thẻ;Đơn vị;Loại;Tiêu đề\nO;{HERE};chung;Từ tệp\n")
    held = re.search(r'name="held" value="(\w+)"', lan.get("/content/notices?key=O").text)[1]
    both(minh, lan, "notices", {"key": "O", **card(title="Của Minh")})

    late = [
        send(lan, "/content/notices", {"key": "O", "held": held, "step": step, **card(), **WHY})
        for step in ("see", "propose", "end")
    ]

    assert [(each.status_code, "vừa được người khác sửa" in each.text) for each in late] == [(422, True)] * 3
    with reading(district.engine) as connection:
        assert store.waiting(connection) == []


def test_only_a_card_is_taken_away_and_the_history_of_others_is_not_read(office) -> None:
    district, address = office
    lan, binh, tinh, so = (signed_in(address, name) for name in ("lan", "binh", "tinh", "so"))
    removed = [fill(tinh, kind, WHY | {"step": "end"}).status_code for kind in ("sentences", "consent")]
    number = proposed(tinh, "notices", {"unit": BESIDE, **card(title="Của xã bên")})
    put_in_force(so, number)
    with reading(district.engine) as connection:
        key = store.numbered(connection, number).key
    both(tinh, so, "notices", {"key": key, "step": "end"})
    place = {"key": key, "unit": HERE}
    mine = send(lan, "/content/notices", place | card() | WHY | {"step": "propose", "held": digest_of(None)})

    assert removed == [404, 404]
    assert (lan.get(f"/content/notices?{urlencode(place)}").status_code, mine.status_code) == (404, 404)
    assert "Của xã bên" in binh.get(f"/content/notices?{urlencode(place)}").text


def test_a_text_planned_for_later_stays_planned_and_the_history_says_from_when(office) -> None:
    district, address = office
    tinh, so = signed_in(address, "tinh"), signed_in(address, "so")
    former = tinh.get("/content/consent").text
    bring(
        district.engine, "wording", 'version = "dong-y-9"\nvalid_from = 2027-01-01\n[words]\nvi = "Sau này {office}."'
    )
    form = {"vi": "Tôi đồng ý để {office} dùng lời tôi gửi.", "en": ""}

    told = fill(tinh, "consent", form | {"step": "see"}).text
    both(tinh, so, "consent", form)
    page = tinh.get("/content/consent").text
    oldest = re.findall(r'data-past="(\w+)"', page)[-1]

    assert "từ 01/01/2027 vẫn giữ nguyên" in told
    assert "áp dụng từ 01/01/2027" in page
    words = re.compile(r'name="vi"[^>]*>([^<]+)<')
    assert words.search(tinh.get(f"/content/consent?again={oldest}").text)[1] == words.search(former)[1]
    with reading(district.engine) as connection:
        found = store.wording_rows(connection, "consent")
        then = [store.wording_on(found, date(2027, month, 1)) for month in (1, 2)]
    assert [row["wording_id"] for row in then] == ["consent/dong-y-9"] * 2


def test_a_former_card_comes_back_as_a_new_version_and_a_card_that_was_taken_away_too(office) -> None:
    district, address = office
    lan, minh = signed_in(address, "lan"), signed_in(address, "minh")
    first = both(lan, minh, "notices", {"unit": HERE, **card()})
    with reading(district.engine) as connection:
        key = store.numbered(connection, first).key
    where = {"key": key, "unit": HERE}
    both(lan, minh, "notices", where | card(title="Mang theo hộ chiếu"))
    page = lan.get(f"/content/notices?key={key}&again={first}").text
    both(lan, minh, "notices", where | card())
    back = lan.get(f"/content/notices?key={key}").text
    both(lan, minh, "notices", {"key": key, "step": "end"})
    gone = lan.get(f"/content/notices?key={key}&unit={HERE}").text
    both(lan, minh, "notices", where | card())

    assert 'value="Mang theo căn cước"' in page  # the former words stand in the form
    assert "lan đề nghị, minh cho áp dụng" in back
    assert re.findall(r'data-past="(\d+)"', back)[-1] == str(first)
    assert len(re.findall(r'data-past="', back)) == 3
    assert "Không còn thẻ này." in gone
    assert f"key={key}&amp;unit={HERE}&amp;again=" in gone
    with reading(district.engine) as connection:
        (now,) = store.notices_of(connection, {HERE})
    assert (now["notice_id"], now["title"]) == (key, "Mang theo căn cước")


def test_what_was_changed_meanwhile_is_not_put_in_force_and_two_proposals_do_not_wait_for_one_piece(office) -> None:
    district, address = office
    lan, minh = signed_in(address, "lan"), signed_in(address, "minh")
    bring(district.engine, "notices", f"Mã thẻ;Đơn vị;Loại;Tiêu đề\nO;{HERE};chung;Từ tệp\n")
    where = {"key": "O", "unit": HERE}
    number = proposed(lan, "notices", where | card())
    second = fill(minh, "notices", where | card(title="Khác") | WHY | {"step": "propose"})
    bring(district.engine, "notices", f"Mã thẻ;Đơn vị;Loại;Tiêu đề\nO;{HERE};chung;Tệp mới\n")

    late = put_in_force(minh, number)
    refused = send(minh, f"/content/changes/{number}", {"action": "refuse", "why": "đã có bản mới hơn"})
    history = lan.get("/content/notices?key=O").text

    assert (second.status_code, "đang chờ" in second.text) == (422, True)
    assert (late.status_code, "vừa được người khác sửa" in late.text) == (422, True)
    assert "không áp dụng" in refused.text
    assert re.findall(r'data-past="(r\d+)"', history) == ["r3", "r2"] or history.count('data-past="r') == 2
    assert "nhập từ tệp" in history
    with reading(district.engine) as connection:
        assert [each["title"] for each in store.notices_of(connection, None)] == ["Tệp mới"]


def test_a_years_holidays_show_what_becomes_of_a_date_and_reach_the_kiosk(office) -> None:
    district, address = office
    tinh, so, device = signed_in(address, "tinh"), signed_in(address, "so"), district.box().device_id
    _, cursor, _ = pull(district, device)
    off = "02/09/2026 Quốc khánh\n23/11/2026 Nghỉ của tỉnh\n"
    form = {"key": "2026", "off": off, "worked": "28/11/2026 23/11/2026"}

    seen = fill(tinh, "holidays", form | {"step": "see"}).text
    wrong = fill(tinh, "holidays", form | {"off": "hai tháng chín", "step": "see"})
    number = both(tinh, so, "holidays", form)
    changes, _, _ = pull(district, device, cursor)
    bring(district.engine, "holidays", "year = 2026\noff = [{ day = 2026-09-02 }]", may_empty=True)
    page = so.get("/content/holidays?key=2026").text
    restored = re.search(r'name="off"[^>]*>([^<]+)<', so.get(f"/content/holidays?key=2026&again={number}").text)[1]
    both(so, tinh, "holidays", form | {"off": restored})

    next_year = fill(tinh, "holidays", {"key": "2027", "off": "02/09/2027", "step": "see"}).text
    fewer = fill(tinh, "holidays", form | {"off": "23/11/2026", "step": "see"}).text

    assert re.search(r"có hạn trả lời \d\d/\d\d/2026", seen)
    assert 'id="moved"' in seen
    assert "Ngày lễ 01/05/2027 rơi vào thứ Bảy" in next_year
    assert "1 ngày nghỉ hoặc ngày làm bù trong danh sách cũ không còn" in fewer
    assert (wrong.status_code, "“hai tháng chín”" in wrong.text) == (422, True)
    assert rows(changes, HolidayList)[-1].content["worked"] == [{"day": "2026-11-28", "instead_of": "2026-11-23"}]
    assert len(re.findall(r'data-past="', page)) == 2  # the import by command stands in the history too
    with reading(district.engine) as connection:
        kept = store.history(connection, ContentKind.HOLIDAYS, "2026", 9)
    assert [each.after["off"][-1]["day"] for each in kept] == ["2026-11-23", "2026-09-02", "2026-11-23"]
    assert kept[0].before == kept[1].after


def test_sentences_that_mean_something_else_get_another_id_and_the_rest_keeps_theirs(office) -> None:
    district, address = office
    tinh, so, device = signed_in(address, "tinh"), signed_in(address, "so"), district.box().device_id
    page = tinh.get("/content/sentences").text
    fields = re.findall(r'name="row" value="([^"]*)"', page)
    ids, vi = fields[0::3], fields[1::3]
    _, cursor, _ = pull(district, device)
    typed = [*(ids[0], "Phải chờ quá lâu.", "", "reason-waiting"), *(ids[1], vi[1], "Rude.", "reason-attitude")]

    both(tinh, so, "sentences", {"row": typed, "offered": ["0.conduct", "1.conduct", "1.reply"]})
    changes, _, _ = pull(district, device, cursor)
    shown = [each for each in rows(changes, Wording) if each.kind == "sentences"][-1]
    new, same = shown.content["sentences"]

    assert ids[0] not in (new["id"], same["id"])
    assert (same["id"], same["words"], same["about"], same["only_with_reply"]) == (
        *(ids[1], {"vi": vi[1], "en": "Rude."}),
        *([str(About.CONDUCT)], True),
    )
    assert shown.wording_id == f"sentences/{shown.content['version']}"
    assert shown.content["version"] == "trang-1"
    assert shown.valid_from is not None


def test_the_consent_gets_a_new_version_and_the_former_text_comes_back_as_a_third(office) -> None:
    district, address = office
    tinh, so = signed_in(address, "tinh"), signed_in(address, "so")
    former = re.search(r'name="vi"[^>]*>([^<]+)<', tinh.get("/content/consent").text)[1]

    refused = fill(tinh, "consent", {"vi": "Tôi đồng ý.", "step": "see"})
    both(tinh, so, "consent", {"vi": "Tôi đồng ý để {office} dùng lời tôi gửi.", "en": ""})
    shown = tinh.get("/content/consent").text
    both(so, tinh, "consent", {"vi": former, "en": ""})

    assert (refused.status_code, "{office}" in refused.text) == (422, True)
    assert "Tôi đồng ý để Ủy ban nhân dân xã (ví dụ) dùng lời tôi gửi." in shown
    with reading(district.engine) as connection:
        versions = sorted(
            (row["wording_id"], row["content"]["words"]["vi"] == former, row["valid_to"] is None)
            for row in store.wording_rows(connection, "consent")
        )
    assert versions == [("consent/trang-1", False, False), ("consent/trang-2", True, True)]
    assert not shipped_scheme("consent.toml")["version"].startswith(PAGE_VERSION)  # a sound of ours reads another text


def test_nobody_reads_or_changes_what_is_not_theirs(office) -> None:
    address = office[1]
    lan, minh, binh, an, kiem = (signed_in(address, name) for name in ("lan", "minh", "binh", "an", "kiem"))
    number = proposed(lan, "notices", {"unit": HERE, **card()})
    other = {"unit": BESIDE, **card(), **WHY, "step": "propose"}

    assert fill(lan, "notices", other).status_code == 404
    assert fill(lan, "holidays", {"key": "2026", "off": "", **WHY, "step": "propose"}).status_code == 404
    assert 'id="edit"' not in lan.get("/content/consent").text  # read by all who have the pages
    assert binh.get(f"/content/changes/{number}").status_code == 404
    assert put_in_force(binh, number).status_code == 404
    assert [an.get(path).status_code for path in ("/content", "/content/consent", f"/content/changes/{number}")] == [
        404
    ] * 3
    assert (kiem.get("/content").status_code, put_in_force(kiem, number).status_code) == (200, 403)
    assert send(signed_in(address, "hai"), f"/content/changes/{number}", {"action": "put_in_force"}).status_code == 403
    assert lan.post(f"/content/changes/{number}", {"action": "withdraw", "form_token": "forged"}).status_code == 403
    assert "Đã rút lại" in send(lan, f"/content/changes/{number}", {"action": "withdraw"}).text
    assert put_in_force(minh, number).status_code == 403


@pytest.mark.parametrize("role", Role)
def test_the_table_of_rights_says_who_may_do_what_with_what_kiosks_show(role: Role) -> None:
    seen_by = {Role.LEADER, Role.ADMINISTRATOR, Role.INSPECTOR, Role.AUDITOR}
    wanted = {act: {Role.LEADER} for act in ContentAct} | {ContentAct.SEE: seen_by}  # who opens accounts proposes none
    assert wanted == CONTENT_RIGHTS

    for act, kind in product(ContentAct, ContentKind):
        allowed, of_unit = role in wanted[act], kind in OF_A_UNIT
        waiting = ContentChange(1, kind, "k", HERE if of_unit else None, None, {}, "why", "lan", NOW)
        elsewhere = may_with_content(role, frozenset({BESIDE}), act, kind, waiting.unit_id)

        assert may_with_content(role, None, act, kind, waiting.unit_id) is allowed
        assert elsewhere is (allowed and act is ContentAct.SEE and not of_unit)
        for name, is_mine in (("lan", True), ("minh", False)):
            fits = act is ContentAct.SEE or (act is ContentAct.WITHDRAW) is is_mine
            assert may_with_change(name, role, None, act, waiting) is (allowed and fits)


WRONG_HOLIDAYS = [
    ("2026", "02/09/2027", "", "import.holidays.stray"),
    ("2026", "31/02/2026", "", "line"),
    ("2026", "02/09/2026\n02/09/2026", "", "day_twice"),
    ("2026", "", "10/01/2026", "line_worked"),
    ("x", "", "", "import.holidays.year"),
]


@pytest.mark.parametrize(("year", "off", "worked", "key"), WRONG_HOLIDAYS)
def test_a_list_that_cannot_hold_is_refused_and_says_why(year: str, off: str, worked: str, key: str) -> None:
    with pytest.raises(WrongContent) as refused:
        holidays_of(year, off, worked)

    assert refused.value.key == key
    texts = load_texts()
    assert texts(key if key.startswith("import.") else f"content.wrong.{key}", **refused.value.values)


def test_a_list_reads_back_as_it_was_typed() -> None:
    off, worked = "02/01/2026 Nghỉ hoán đổi\n02/09/2026 Quốc khánh", "10/01/2026 02/01/2026"

    assert lines_of(holidays_of("2026", off, worked)) == (off, worked)


def test_what_the_frame_says_is_what_the_kiosk_says() -> None:
    for language in ("vi", "en"):
        own = read_texts(shared("assets") / "languages" / language / "screen.toml")
        texts = load_texts(language)
        for kind in ("index", "answered", "contact", "bring", "how", "general", "link"):
            assert texts(f"content.card.{kind}") == own[f"card.{kind}"]


def test_the_office_is_named_in_every_language_of_a_consent() -> None:
    with pytest.raises(WrongContent, match="consent_office"):
        consent_of("Tôi đồng ý để {office} dùng.", "I agree.")
    assert MAX_SENTENCES <= 32  # an entry carries so many ids (sync/PROTOCOL.md)
