"""The citizens' pages in a real browser: what a first visit fetches, their fonts, and the sheet of paper."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from kiosk.paths import shared
from sync.district.web.render import TEMPLATES
from tests.district.complaint_office import Office, open_office
from tests.district.test_public_door import many, place
from tests.district.test_web_browser import chromium, pytestmark
from tests.district.web_server import serving

__all__ = ["chromium", "many", "place", "pytestmark"]

MOST_BYTES = 60_000
"""1.2 seconds on a line of 50 kB a second, with everything a first visit fetches."""


@pytest.mark.parametrize("path", ["/", "/tra-cuu", "/cong-khai", "/chi-so", "/co-quan"])
def test_a_first_visit_weighs_less_than_60_kb(many: tuple[Office, str], chromium: Any, path: str) -> None:
    context = chromium.new_context(base_url=many[1], viewport={"width": 360, "height": 740})
    page, sizes = context.new_page(), list[int]()
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    client.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))

    page.goto(path, wait_until="networkidle")

    assert len(sizes) >= 5, "the page, its sheets and its fonts"
    assert sum(sizes) < MOST_BYTES
    context.close()


def _letters_of_pages() -> str:
    """Every character that stands in a text or template of the pages; the typeface has no arrow."""
    texts = (shared("assets") / "texts" / "district").rglob("*.toml")
    found = {letter for path in [*texts, *TEMPLATES.glob("*.html")] for letter in path.read_text("utf-8")}
    return "".join(sorted(letter for letter in found if letter.isprintable() and letter != "→"))


def test_every_letter_of_vietnamese_is_in_the_fonts_of_the_pages(place: tuple[Office, str], chromium: Any) -> None:
    context = chromium.new_context(base_url=place[1])
    page = context.new_page()
    page.goto("/nguoi-dan")
    vowels = "aăâeêioôơuưy"
    toned = [vowel + tone for vowel in vowels for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")]
    letters = "".join(toned) + "".join(toned).upper() + "đĐ" + _letters_of_pages()
    client = context.new_cdp_session(page)
    client.send("DOM.enable")
    client.send("CSS.enable")
    for weight in (400, 500, 600, 700):
        page.evaluate(
            "([words, weight]) => { const h = document.querySelector('h1');"
            " h.textContent = words; h.style.fontWeight = weight; }",
            [letters, weight],
        )
        page.evaluate("document.fonts.ready")
        page.wait_for_function("document.fonts.status === 'loaded'")
        root = client.send("DOM.getDocument")["root"]["nodeId"]
        node = client.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
        used = client.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert {font["familyName"].removesuffix(" Medium").removesuffix(" SemiBold") for font in used} == {
            "Be Vietnam Pro"
        }, weight
        assert all(font["isCustomFont"] for font in used)
    context.close()


def test_the_sheet_to_hang_up_is_one_page_and_its_code_leads_to_the_first_page(tmp_path: Path, chromium: Any) -> None:
    zbar, picture = shutil.which("zbarimg"), tmp_path / "code.png"
    assert zbar, "install zbar-tools (.ci/setup test)"
    office = open_office(tmp_path)
    long = "https://langnghe.trungtamphucvuhanhchinhcong.phuong-thu-nghiem.tinhthunghiem.gov.vn"
    with serving(office.district.engine, tmp_path, office.district.clock, public_url=long) as address:
        for language in ("vi", "en"):
            context = chromium.new_context(base_url=address, viewport={"width": 900, "height": 1300})
            page = context.new_page()
            page.goto(f"/to-dan?lang={language}")
            paper = page.pdf(format="A4")
            page.locator("svg.code").screenshot(path=str(picture))
            context.close()

            assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
            assert subprocess.run(
                [zbar, "--quiet", "--raw", picture], check=True, capture_output=True, text=True
            ).stdout.split() == [f"{long}/nguoi-dan"]
