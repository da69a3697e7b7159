"""The pages of the people who answer, and the public page, over real HTTP."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.phone_number import regrouped
from sync.district.domain.personal_request import PERSONAL_RIGHTS
from sync.district.domain.redact import MASK, redacted
from sync.district.domain.rights import RIGHTS
from tests.district.complaint_office import (
    HEAD,
    LAN,
    MINH,
    SECOND,
    SOUND,
    TECHNICIAN,
    Office,
    open_office,
    open_to_the_public,
)
from tests.district.web_server import PASSWORD, Browser, serving
from tests.support.factories import CONTACT

WORDS = {"late": "hai tháng", "ramp": "đường dốc", "rude": "to tiếng", "bribe": "phong bì", "chairs": "Ghế chờ"}


@pytest.fixture(scope="module")
def standing_office(tmp_path_factory) -> Iterator[tuple[Office, str]]:
    """One office for the tests that change nothing in it."""
    with open_to_the_public(tmp_path_factory.mktemp("office")) as opened:
        yield opened


@pytest.fixture
def office(tmp_path: Path) -> Iterator[tuple[Office, str]]:
    with open_to_the_public(tmp_path) as opened:
        yield opened


def browse(opened: tuple[Office, str], who=None) -> Browser:
    browser = Browser(opened[1])
    if who is not None:
        assert browser.sign_in(who.user_name, PASSWORD).status_code == 303
    return browser


def form_of(browser: Browser, path: str) -> dict[str, str]:
    page = browser.get(path).text
    found = re.findall(r'name="(form_token|seen)" value="([^"]*)"', page)
    return {name: value for name, value in found if value}


def do(browser: Browser, opened: tuple[Office, str], name: str, action: str, /, **fields: object):
    path = f"/complaints/{opened[0].ids[name]}"
    seen = re.findall(r'name="seen" value="(\d+)"', browser.get(path).text)
    form = {"form_token": form_of(browser, path)["form_token"], "action": action, "seen": (seen or ["0"])[0]}
    return browser.post(path, form | fields)


# ---- who sees what


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        (HEAD, {"late", "ramp", "rude", "bribe", "chairs"}),
        (SECOND, {"late", "ramp", "rude", "bribe", "chairs"}),
        (MINH, {"late", "ramp", "rude", "chairs"}),
        (LAN, {"late", "ramp", "chairs"}),
    ],
)
def test_each_sees_what_they_may(standing_office, who, sees) -> None:
    browser, (office, _) = browse(standing_office, who), standing_office

    page, first = browser.get("/complaints").text, browser.get("/").text

    assert {name for name in WORDS if office.ids[name] in page} == sees
    assert {name for name, words in WORDS.items() if words in page} == sees - {"rude", "bribe"}
    for name, words in WORDS.items():
        answer = browser.get(f"/complaints/{office.ids[name]}")
        assert (answer.status_code, words in answer.text) == ((200, True) if name in sees else (404, False))
        assert name in sees or office.ids[name] not in first
        assert name not in ("rude", "bribe") or words not in first


def test_a_technician_sees_no_complaint_anywhere(standing_office) -> None:
    browser = browse(standing_office, TECHNICIAN)

    assert browser.get("/complaints").status_code == 404
    assert browser.get(f"/complaints/{standing_office[0].ids['late']}").status_code == 404
    assert 'id="complaints"' not in browser.get("/").text


def test_who_is_not_signed_in_sees_none(standing_office) -> None:
    entry_id = standing_office[0].ids["late"]
    browser = browse(standing_office)

    for path in ("/complaints", f"/complaints/{entry_id}", f"/complaints/{entry_id}/sound/{'a' * 64}"):
        assert browser.get(path).headers["Location"] == "/sign-in"
    assert browser.post(f"/complaints/{entry_id}", {"action": "take", "seen": "0"}).headers["Location"] == "/sign-in"


def test_the_leaders_first_page_begins_with_what_has_no_owner_or_is_past_its_date(standing_office) -> None:
    page = browse(standing_office, HEAD).get("/").text

    head, figures = page.index('id="complaints"'), page.index('id="total"')
    ids = standing_office[0].ids
    assert head < page.index(ids["late"]) < page.index(ids["rude"]) < figures
    assert 'data-open="6" data-unowned="6" data-overdue="0"' in page


@pytest.mark.parametrize("name", ["late", "ramp", "rude", "bribe", "chairs", "spoken"])
def test_promise_13_nobody_is_left_waiting(standing_office, name: str) -> None:
    """A matter that nobody has taken stands in the leader's register of those without an owner. Its citizen is told how
    it stands, and by when there is a reply and why then; or that none was asked for."""
    register = browse(standing_office, HEAD).get("/complaints", params={"show": "unowned"}).text
    told = browse(standing_office).post("/tra-cuu", {"number": standing_office[0].numbers[name]}).text

    assert standing_office[0].ids[name] in register
    assert 'id="matter" data-state="received"' in told
    wants_no_reply = name in ("bribe", "chairs")
    assert ('id="why-due"' in told, "không trả lời riêng" in told) == (not wants_no_reply, wants_no_reply)


@pytest.mark.parametrize(
    ("show", "n"), [("open", 6), ("mine", 0), ("new", 6), ("unowned", 6), ("overdue", 0), ("step_late", 3), ("all", 6)]
)
def test_the_register_is_filtered(standing_office, show, n) -> None:
    page = browse(standing_office, HEAD).get(f"/complaints?show={show}").text

    assert f'data-n="{n}"' in page


def test_the_register_finds_a_receipt_number_and_tells_a_slip(standing_office) -> None:
    browser, number = browse(standing_office, HEAD), standing_office[0].numbers["ramp"]

    found = browser.get("/complaints", params={"q": f"{number[:4]} {number[4:]}"}).text
    slip = browser.get("/complaints", params={"q": number[:-1]}).text

    assert ("đường dốc" in found, 'data-n="1"' in found) == (True, True)
    assert "16 chữ số" in slip


# ---- acting on a page


def test_a_complaint_is_answered_by_two_people_and_published_without_what_is_personal(office) -> None:
    lan, head = browse(office, LAN), browse(office, HEAD)

    answers = [
        do(lan, office, "ramp", "take"),
        do(lan, office, "ramp", "start"),
        do(lan, office, "ramp", "draft", text="Đã lắp đường dốc, thưa ông An."),
        do(head, office, "ramp", "approve"),
    ]
    prepared = lan.get(f"/complaints/{office[0].ids['ramp']}").text
    ticks = re.findall(r'name="mark" value="([^"]+)"', prepared)
    answers += [
        do(lan, office, "ramp", "prepare", question="Lối vào không có đường dốc.", answer="Đã lắp.", mark=ticks),
        do(head, office, "ramp", "publish", mark=ticks),
    ]

    assert [answer.status_code for answer in answers] == [303] * 6
    assert f"thưa ông {MASK}." in prepared
    public = browse(office).get("/cong-khai").text
    assert "Đã lắp." in public
    assert "An" not in re.findall(r"\w+", public)


def test_the_writer_of_an_answer_is_told_to_wait_for_another(office) -> None:
    head = browse(office, HEAD)
    do(head, office, "ramp", "take")
    do(head, office, "ramp", "draft", text="Xong.")

    refused = do(head, office, "ramp", "approve")

    assert refused.status_code == 403
    assert "cần một lãnh đạo khác duyệt" in refused.text


def test_what_was_written_is_not_lost_when_somebody_else_was_quicker(office) -> None:
    head, second = browse(office, HEAD), browse(office, SECOND)
    path = f"/complaints/{office[0].ids['ramp']}"
    form = form_of(head, path) | {"action": "propose_refusal", "seen": "0", "text": "Một lý do dài"}
    do(second, office, "ramp", "take")

    answer = head.post(path, form)

    assert answer.status_code == 409
    assert "Một lý do dài" in answer.text


def test_an_empty_answer_is_named_at_its_field(office) -> None:
    head = browse(office, HEAD)

    answer = do(head, office, "ramp", "propose_refusal", text="   ")

    assert answer.status_code == 422
    assert "Xin viết vào ô bên dưới" in answer.text


def test_a_form_without_our_token_or_from_elsewhere_does_nothing(office) -> None:
    head, path = browse(office, HEAD), f"/complaints/{office[0].ids['ramp']}"
    form = form_of(head, path) | {"action": "take", "seen": "0"}

    answers = [
        head.post(path, form | {"form_token": "guessed"}),
        head.post(path, form, headers={"Sec-Fetch-Site": "cross-site"}),
        head.post(f"{path}/contact", {"form_token": "guessed"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert office[0].district.rows("complaint_actions", "action") == []
    assert office[0].district.rows("complaint_views", "what") == []


def test_an_answer_of_the_longest_size_fits_the_form(office) -> None:
    head = browse(office, HEAD)
    do(head, office, "ramp", "take")

    assert do(head, office, "ramp", "draft", text="ệ" * 8_000).status_code == 303
    assert do(head, office, "late", "propose_refusal", text="ệ" * 8_001).status_code == 422


def test_a_contact_is_masked_until_it_is_shown_and_each_look_is_written_down(office) -> None:
    head, path = browse(office, HEAD), f"/complaints/{office[0].ids['ramp']}"
    refused = head.post(f"{path}/contact", form_of(head, path))
    do(head, office, "ramp", "take")
    masked = head.get(path).text

    shown = head.post(f"{path}/contact", form_of(head, path)).text
    after = head.get(path).text

    assert (refused.status_code, CONTACT["phone"] in refused.text) == (404, False)
    assert CONTACT["phone"] not in masked + after
    assert "09xx***123" in masked
    assert regrouped(CONTACT["phone"]) in shown
    assert office[0].district.rows("complaint_views", "complaint_id", "what", "by", "at") == [
        (office[0].ids["ramp"], "contact", HEAD.user_name, office[0].district.clock())
    ]
    assert "Xem thông tin liên hệ" in after


def test_no_list_holds_a_name_or_a_number(standing_office) -> None:
    browser = browse(standing_office, HEAD)

    for page in (browser.get("/").text, browser.get("/complaints?show=all").text):
        assert CONTACT["phone"] not in page
        assert "Nguyễn Văn An" not in page


def test_a_recording_is_played_whole_and_each_time_is_written_down(office) -> None:
    head, entry_id = browse(office, HEAD), office[0].ids["spoken"]
    assert "<audio" not in head.get(f"/complaints/{entry_id}").text
    do(head, office, "spoken", "take")
    page = head.get(f"/complaints/{entry_id}").text
    (source,) = re.findall(r'<audio[^>]* src="([^"]+)"', page)

    sound = head.get(source)

    assert sound.content == SOUND
    assert (sound.headers["Content-Type"], sound.headers["Cache-Control"]) == ("audio/ogg", "no-store")
    assert office[0].district.rows("complaint_views", "what", "by") == [("sound", HEAD.user_name)]
    assert head.get(f"/complaints/{entry_id}/sound/{'0' * 64}").status_code == 404


def test_what_a_citizen_wrote_is_escaped(office) -> None:
    office[0].tell("nasty", text="<script>alert(1)</script>\n<b>đậm</b>")
    office[0].district.clock.pass_by(hours=13)
    head = browse(office, HEAD)

    pages = head.get("/complaints").text + head.get(f"/complaints/{office[0].ids['nasty']}").text

    assert "<script" not in pages
    assert "&lt;b&gt;đậm" in pages


def test_the_named_officer_finds_no_trace_of_a_complaint_about_their_counter(office) -> None:
    office[0].tell("counter", text="Quầy hai đóng cửa sớm", counter_id="H32.13-q2")
    office[0].district.clock.pass_by(hours=13)
    lan = browse(office, LAN)

    assert lan.get(f"/complaints/{office[0].ids['counter']}").status_code == 404
    for path in ("/", "/complaints", "/complaints?show=all", f"/complaints?q={office[0].numbers['counter']}"):
        assert "đóng cửa sớm" not in lan.get(path).text


def test_a_restricted_matter_is_given_by_the_head_to_somebody_who_then_sees_it(office) -> None:
    head, lan = browse(office, HEAD), browse(office, LAN)

    do(head, office, "rude", "assign", owner=LAN.user_name)

    assert lan.get(f"/complaints/{office[0].ids['rude']}").status_code == 200


def test_a_transferred_complaint_is_the_other_offices(office) -> None:
    head = browse(office, HEAD)

    do(head, office, "late", "transfer", unit_id="H32.99", text="Thuộc lĩnh vực đất đai")

    page = head.get(f"/complaints/{office[0].ids['late']}").text
    assert "Chuyển đến Sở Nông nghiệp và Môi trường" in page
    assert re.findall(r'class="act act-(\w+)"', page) == ["pull_back"]
    assert (
        dict(office[0].district.rows("complaint_standings", "entry_id", "unit_id"))[office[0].ids["late"]] == "H32.99"
    )


def test_two_servers_show_the_same_office(tmp_path: Path) -> None:
    office = open_office(tmp_path)
    with (
        serving(office.district.engine, tmp_path, office.district.clock) as one,
        serving(office.district.engine, tmp_path, office.district.clock) as two,
    ):
        do(browse((office, one), HEAD), (office, one), "ramp", "take")
        page = browse((office, two), HEAD).get("/complaints?show=mine").text

    assert "đường dốc" in page


@pytest.mark.parametrize(
    ("text", "names", "left"),
    [
        ("Gọi tôi 0912.345.678 hoặc an@x.vn", [], f"Gọi tôi {MASK} hoặc {MASK}"),
        ("CCCD 001099012345", [], f"CCCD {MASK}"),
        ("Hồ sơ 000.00.13.H32-261121-0001 trễ 15 ngày", [], f"Hồ sơ {MASK} trễ 15 ngày"),
        ("Tôi là nguyễn văn an, anh An, an toàn", ["Nguyễn Văn An", "An"], f"Tôi là {MASK}, anh {MASK}, an toàn"),
        ("Ngày 21/11/2026 lúc 7h30, phí 50.000 đồng", [], f"Ngày {MASK} lúc 7h30, phí 50.000 đồng"),
    ],
)
def test_a_first_draft_for_the_public_leaves_out_numbers_codes_and_names(text, names, left) -> None:
    assert redacted(text, names) == left


def test_the_table_of_rights_is_shown_to_who_answers_and_to_nobody_else(standing_office) -> None:
    page = browse(standing_office, LAN).get("/complaints/rights").text

    assert "Ai được làm gì" in page
    assert page.count('scope="row"') == sum(bool(reach) for reach in RIGHTS.values()) + len(PERSONAL_RIGHTS)
    assert browse(standing_office, TECHNICIAN).get("/complaints/rights").status_code == 404
