"""The pages in a real browser: a leader signs in, reads the figure, leaves; widths, keyboard, contrast, no network."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sync.district.domain.people import Role
from tests.district.web_fixtures import bring_samples, empty_district
from tests.district.web_server import PASSWORD, StillClock, add_people, enrol, find, rate, serving

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CENTRE = "H35.88.01"
REQUIRED = os.environ.get("REQUIRE_BROWSER") == "1"

if not REQUIRED:
    pytest.importorskip("playwright.sync_api", reason="the browser tests need the package playwright")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not REQUIRED and not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium"
    ),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("browsed")
    engine = empty_district(folder)
    bring_samples(engine)
    rate(engine, CENTRE, f"{CENTRE}-Q1", {1: 1, 2: 2, 3: 5, 4: 38, 5: 51})
    rate(engine, CENTRE, f"{CENTRE}-Q2", {4: 3})
    enrol(engine, "kiosk-mot", CENTRE, f"{CENTRE}-Q1")
    enrol(engine, "kiosk-hai", CENTRE, f"{CENTRE}-Q2", silent=timedelta(days=9), health={"pending": 3})
    find(engine, "kiosk-hai", "rolled_back", 2)
    add_people(engine, ("lan.nguyen", Role.LEADER, None))
    with serving(engine, folder, StillClock()) as base:
        yield base


@pytest.fixture
def page(chromium, address):
    context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def sign_in(page, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.get_by_label("Tên người dùng").fill("lan.nguyen")
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def test_a_leader_signs_in_reads_the_figure_and_leaves(page):
    sign_in(page)

    assert page.get_by_role("heading", level=1).inner_text() == "Tỉnh Lai Châu"
    assert page.locator("#total").get_attribute("data-rated") == "97"  # the three of counter 2 are no group yet
    assert "91,8\u00a0%" in page.locator("#total").inner_text()
    counter = page.get_by_role("row", name="Quầy 1: Tư pháp – Hộ tịch").first
    assert "97 / 44" in counter.inner_text()
    assert "91,8\u00a0%" in counter.inner_text()

    page.get_by_role("button", name="Đăng xuất").click()

    page.wait_for_url("**/sign-in")
    page.goto("/")
    assert (
        page.get_by_role("heading", level=1).inner_text() == "Ông/Bà cần tìm gì?"
    )  # the citizens' page: nobody is signed in


def test_a_wrong_password_is_told_and_the_name_stays(page):
    sign_in(page, "một câu sai")

    assert "chưa đúng" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Tên người dùng").input_value() == "lan.nguyen"
    assert page.get_by_label("Mật khẩu").input_value() == ""


def test_the_whole_way_can_be_gone_with_the_keyboard(page):
    page.goto("/sign-in")
    page.wait_for_function("document.activeElement.id === 'user_name'")
    page.keyboard.type("lan.nguyen")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#total")

    page.keyboard.press("Tab")

    focused = page.evaluate("document.activeElement.textContent")
    assert focused == "Đến nội dung chính"


TABLES_BEYOND_THE_PAGE = """() => {
  const main = document.querySelector("main"), edge = main.getBoundingClientRect().right
    - parseFloat(getComputedStyle(main).paddingRight);
  return [...main.querySelectorAll("table")].filter(each => each.getBoundingClientRect().right > edge + 1).length;
}"""


@pytest.mark.parametrize("width", [320, 390, 768, 900, 1280, 1920])
def test_nothing_sticks_out_at_any_width(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page)
    page.wait_for_selector("#total")

    for path in ("/", "/causes", "/indicators", "/measures", "/one-stop"):
        page.goto(path)
        for summary in page.locator(".any-days summary").all():
            summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate(TABLES_BEYOND_THE_PAGE) == 0, path


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_what_stands_at_the_top_of_every_page_keeps_each_to_one_line(page, width):
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page)
    page.wait_for_selector("#total")

    for path in (
        "/",
        "/causes",
        "/indicators",
        "/measures",
        "/fair",
        "/waiting",
        "/doubts",
        "/kiosks",
        "/counter",
        "/one-stop",
        "/account",
        "/complaints",
    ):
        page.goto(path)
        lines = page.evaluate(
            "[...document.querySelectorAll('.who a, .who button')].map(each => {"
            " const words = document.createRange(); words.selectNodeContents(each);"
            " const seen = [...words.getClientRects()].filter(box => box.width > 1);"
            " const top = Math.min(...seen.map(box => box.top)), bottom = Math.max(...seen.map(box => box.bottom));"
            " return Math.round((bottom - top) / Math.max(...seen.map(box => box.height))); })"
        )
        assert len(lines) >= 4, path
        assert set(lines) == {1}, path


@pytest.mark.parametrize("width", [390, 1280])
def test_everything_to_touch_is_large_enough(page, width):
    """WCAG 2.2, 2.5.8: at least 24 by 24 CSS pixels, links inside a sentence excepted."""
    page.set_viewport_size({"width": width, "height": 800})
    sign_in(page)
    page.wait_for_selector("#total")

    for path in ("/", "/causes", "/indicators", "/measures", "/one-stop"):
        page.goto(path)
        small = page.evaluate(
            """[...document.querySelectorAll('a:not(.skip), button, summary, input:not([type=hidden])')]
               .filter(e => e.getClientRects().length && !e.closest('.lasting, .foot p'))
               .filter(e => { const box = e.getBoundingClientRect(); return box.height < 24 || box.width < 24; })
               .map(e => e.outerHTML)"""
        )
        assert small == [], path


CONTRAST = """
() => {
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const colour = text => text.match(/[\\d.]+/g).map(Number);
  const ground = e => {
    for (; e; e = e.parentElement) {
      const c = colour(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !e.getClientRects().length || e.closest('.unseen, .big.none')) continue;
    const [a, b] = [luminance(colour(getComputedStyle(e).color)), luminance(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found.push([walker.currentNode.data.trim(), ratio.toFixed(2)]);
  }
  return found;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(page, scheme):
    """WCAG 2.2 AA, 1.4.3: at least 4.5 to 1."""
    page.emulate_media(color_scheme=scheme)
    sign_in(page, "một câu sai")
    on_sign_in = page.evaluate(CONTRAST)
    sign_in(page)
    page.wait_for_selector("#total")

    found = on_sign_in + page.evaluate(CONTRAST)
    for path in ("/indicators", "/measures"):
        page.goto(path)
        found += page.evaluate(CONTRAST)
    assert found == []


def test_nothing_is_asked_from_elsewhere_and_nothing_fails(page, address):
    asked, complaints = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("response", lambda response: complaints.append(response.url) if response.status >= 400 else None)

    sign_in(page)
    page.wait_for_selector("#total")

    assert [url for url in asked if not url.startswith(address)] == []
    assert complaints == []


def test_the_pages_own_letters_are_used(page):
    sign_in(page)
    page.wait_for_selector("#total")

    loaded = page.evaluate(
        "document.fonts.ready.then(() => [...document.fonts].map(f => f.family + f.weight + f.status))"
    )
    assert '"Be Vietnam Pro"400loaded' in loaded or "Be Vietnam Pro400loaded" in loaded


def test_a_period_is_chosen_turned_and_written_into_the_address(page):
    sign_in(page)
    page.wait_for_selector("#total")

    page.get_by_role("link", name="Kỳ trước: Tháng 10/2026").click()
    assert "period=month&of=2026-10" in page.url
    page.get_by_role("link", name="Kỳ sau: Tháng 11/2026").click()
    assert page.locator("#total").get_attribute("data-rated") == "97"
    page.get_by_role("link", name="Quý", exact=True).click()
    assert "Quý IV/2026" in page.locator("#period strong").inner_text()
    page.get_by_text("Chọn khoảng thời gian khác").click()
    page.get_by_label("Từ ngày").fill("2026-11-20")
    page.get_by_label("Đến hết ngày").fill("2026-11-20")
    page.get_by_role("button", name="Xem", exact=True).click()

    assert "period=range" in page.url
    assert page.locator("#total").get_attribute("data-rated") == "97"


def test_every_measure_is_three_clicks_away_and_leads_to_its_figure(page):
    sign_in(page)
    page.wait_for_selector("#total")

    page.get_by_role("link", name="Cách tính").click()
    page.locator('[id="dossiers.late"] a').click()

    assert page.url.endswith("/indicators#late")
    assert page.locator("#late").is_visible()


def test_a_printed_page_keeps_the_figures_and_drops_the_buttons(page):
    sign_in(page)
    page.wait_for_selector("#total")

    page.emulate_media(media="print")

    assert page.locator("#total").is_visible()
    assert page.locator("#title-block").is_visible()
    assert not page.get_by_role("button", name="Đăng xuất").is_visible()
