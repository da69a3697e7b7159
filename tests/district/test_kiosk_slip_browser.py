"""The slip with a kiosk's code in a real browser: on a phone and in print the code stands whole on one line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.district.domain.people import Role
from tests.district.test_web_browser import CENTRE, chromium, pytestmark
from tests.district.web_fixtures import bring_samples, empty_district
from tests.district.web_server import PASSWORD, StillClock, add_people, enrol, serving

__all__ = ["chromium", "pytestmark"]
ROWS = """each => {
  const words = document.createRange();
  words.selectNodeContents(each);
  return new Set([...words.getClientRects()].map(box => Math.round(box.top))).size;
}"""


@pytest.fixture
def phone(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    engine = empty_district(tmp_path)
    bring_samples(engine)
    add_people(engine, ("tam", Role.TECHNICIAN, None))
    enrol(engine, "k-paper", CENTRE, None)
    with serving(engine, tmp_path, StillClock()) as base:
        page = chromium.new_context(base_url=base, viewport={"width": 320, "height": 640}).new_page()
        page.goto("/sign-in")
        page.fill("#user_name", "tam")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_selector("#main h1")
        yield page
        page.context.close()


def test_a_code_is_never_broken_over_two_lines_and_a_list_that_is_jumped_to_begins_at_its_heading(phone: Any):
    phone.goto(f"/kiosks/enrol?unit={CENTRE}")
    phone.click("#make button[type=submit]")
    on_the_phone = phone.locator("#command .whole").evaluate(ROWS)
    in_the_page = phone.evaluate("document.documentElement.scrollWidth")
    phone.emulate_media(media="print")
    printed = phone.locator("#command .whole").evaluate(ROWS)
    phone.emulate_media(media="screen")

    phone.set_viewport_size({"width": 320, "height": 300})
    phone.goto("/kiosks")
    phone.goto("/kiosks/enrol#waiting")
    heading = phone.locator("#waiting-heading").bounding_box()
    phone.goto("/kiosks/k-paper")
    phone.locator("details", has_text="Thay bằng máy khác").locator("summary").click()
    phone.fill("form[action$='/replace'] textarea", "máy in hỏng")
    phone.click("form[action$='/replace'] button")

    assert (on_the_phone, printed, phone.locator(".slip .code").evaluate(ROWS)) == (1, 1, 1)
    assert in_the_page <= 320
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    assert 0 < heading["y"] < 100
