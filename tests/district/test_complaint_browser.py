"""Complaints in a real browser: a leader answers one, a citizen judges it; widths, contrast, touch."""

from collections.abc import Iterator

import pytest

from sync.district.complaints.actions import Supplement, add_more
from tests.district.complaint_office import HEAD, LAN, SCHEMES, Action, Office, open_to_the_public
from tests.district.test_web_browser import CONTRAST, chromium, pytestmark
from tests.district.web_server import PASSWORD

__all__ = ["chromium", "pytestmark"]

SMALL = """[...document.querySelectorAll('a:not(.skip), button, input:not([type=hidden]), select, summary')]
           .filter(e => { const b = e.getBoundingClientRect(); return b.height && (b.height < 24 || b.width < 24); })
           .map(e => e.outerHTML)"""

PUBLIC = ("/nguoi-dan", "/cong-khai", "/cong-khai?q=xe", "/co-quan", "/to-dan", "/chi-so", "/niem-phong")


@pytest.fixture
def office(tmp_path) -> Iterator[tuple[Office, str]]:
    with open_to_the_public(tmp_path) as opened:
        yield opened


@pytest.fixture
def page(chromium, office):
    context = chromium.new_context(base_url=office[1], viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def sign_in(page, who) -> None:
    page.goto("/sign-in")
    page.get_by_label("Tên người dùng").fill(who.user_name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_selector("#total")


def test_a_leader_goes_from_the_first_page_to_an_answer_waiting_for_approval(page):
    sign_in(page, HEAD)
    page.get_by_role("link", name="Tôi nộp hồ sơ").click()
    page.get_by_role("button", name="Nhận xử lý").click()
    page.get_by_role("button", name="Bắt đầu giải quyết").click()
    page.get_by_label("Câu trả lời cho người dân").fill("Hồ sơ đã xong,\nmời Ông/Bà đến nhận.")
    page.get_by_role("button", name="Soạn câu trả lời").click()

    page.wait_for_selector("#standing[data-state=awaiting_approval]")
    assert "mời Ông/Bà đến nhận." in page.locator("#answer").inner_text()
    assert "cần một lãnh đạo khác duyệt" in page.locator("#to-do").inner_text()


def test_a_citizen_reads_and_judges_on_a_telephone(page, office):
    office[0].do(LAN, "ramp", Action.TAKE)
    office[0].do(LAN, "ramp", Action.DRAFT, text="Đã lắp đường dốc.")
    office[0].do(HEAD, "ramp", Action.APPROVE)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/tra-cuu")

    page.get_by_label("Số biên nhận").fill(office[0].numbers["ramp"])
    page.get_by_role("button", name="Xem").click()
    page.get_by_role("button", name="Hài lòng", exact=True).click()

    assert "Cảm ơn Ông/Bà" in page.locator("#thanks").inner_text()


def test_a_citizen_answers_a_question_on_a_telephone_and_the_handler_goes_on(page, office):
    world, path = office[0], f"/complaints/{office[0].ids['ramp']}"
    world.do(HEAD, "ramp", Action.TAKE)
    world.do(HEAD, "ramp", Action.ASK_MORE, text="Xin cho biết lối vào nào.")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/tra-cuu/" + "ramp".ljust(22, "_"))
    asked = page.locator("#answer").inner_text()
    page.get_by_role("button", name="Gửi bổ sung").click()
    refused = page.locator("#notice").inner_text()
    page.get_by_label("Điều Ông/Bà muốn trả lời").fill("Lối vào phía cổng chợ.\nCó hai bậc.")
    page.get_by_role("button", name="Gửi bổ sung").click()
    kept = page.locator("#more-kept").inner_text()

    page.set_viewport_size({"width": 1280, "height": 900})
    sign_in(page, HEAD)
    page.goto("/complaints?show=supplemented")
    page.locator(f'[data-id="{world.ids["ramp"]}"] a').click()
    told = page.locator("#supplemented").inner_text()
    read = page.locator("#added").inner_text()
    page.get_by_role("button", name="Đã đọc phần bổ sung").click()
    page.goto(path)

    assert "lối vào nào" in asked
    assert "Xin Ông/Bà viết câu trả lời" in refused
    assert "đã nhận được phần bổ sung" in kept
    assert "Người dân đã gửi bổ sung" in told
    assert "Lối vào phía cổng chợ.\nCó hai bậc." in read
    assert page.locator("#supplemented").count() == 0
    assert page.locator("#standing").get_attribute("data-state") == "in_progress"


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_nothing_sticks_out_everything_can_be_touched_and_read(page, office, width):
    office[0].do(LAN, "ramp", Action.TAKE)
    office[0].do(LAN, "ramp", Action.DRAFT, text="x" * 300)
    office[0].do(HEAD, "late", Action.TAKE)
    office[0].do(HEAD, "late", Action.ASK_MORE, text="Xin cho biết ngày nộp. " * 20)
    late, now = office[0].ids["late"], office[0].district.clock()
    for confirmed in (False, True):
        supplement = Supplement("x" * 300 + " Tôi nộp ngày 12/10. " * 20, True)
        add_more(office[0].district.engine, SCHEMES, late, supplement, now, confirmed=confirmed)
    page.set_viewport_size({"width": width, "height": 800})
    ids = office[0].ids
    found = []

    sign_in(page, HEAD)
    paths = [
        "/",
        "/complaints",
        "/complaints/rights",
        "/complaints/hand-over",
        "/account",
        "/invitation",
        *(f"/complaints/{ids[name]}" for name in ("late", "ramp", "rude", "spoken")),
    ]
    matters = ["/tra-cuu/" + name.ljust(22, "_") for name in ("ramp", "late")]
    for path in [*paths, "/tra-cuu", *matters, *PUBLIC]:
        page.goto(path)
        wide = page.evaluate("document.documentElement.scrollWidth") > width
        found += [(path, *problem) for problem in ([("too wide",)] if wide else [])]
        found += [(path, small) for small in page.evaluate(SMALL)]
        found += [(path, faint) for faint in page.evaluate(CONTRAST)]

    assert found == []


def test_nothing_fails_and_nothing_is_asked_from_elsewhere(page, office):
    asked, failed = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: failed.append(message.text))
    page.on("response", lambda response: failed.append(response.url) if response.status >= 400 else None)

    sign_in(page, HEAD)
    for path in ("/complaints", f"/complaints/{office[0].ids['spoken']}", "/tra-cuu", *PUBLIC):
        page.goto(path)

    assert [url for url in asked if not url.startswith(office[1])] == []
    assert failed == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_all_digits_of_a_receipt_number_are_in_sight_while_it_is_typed(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/tra-cuu")
    page.fill("#number", "6120 0123 4567 8942 0049")

    assert page.evaluate("(e => e.scrollWidth <= e.clientWidth)(document.getElementById('number'))")
