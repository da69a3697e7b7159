"""Making a comment ready for its counter, in a real browser: from the first page to what the counter reads."""

from datetime import UTC, datetime
from typing import Any

from sync.district.projection.release import release
from tests.district.test_remarks import office, two_people_confirm
from tests.district.test_web_browser import chromium, pytestmark
from tests.district.web_server import PASSWORD

__all__ = ["chromium", "office", "pytestmark"]
WORDS = "Cán bộ giúp rất tận tình, xin cảm ơn."


def signed_in(chromium: Any, address: str, name: str) -> Any:
    page = chromium.new_context(viewport={"width": 390, "height": 800}).new_page()
    page.goto(f"{address}/sign-in")
    page.fill("#user_name", name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(f"{address}/")
    return page


def tick_and_send(page: Any, form: str) -> None:
    for box in page.query_selector_all("[name=mark]"):
        box.check()
    page.click(f"{form} button[type=submit]")


def test_two_people_on_a_phone_make_a_comment_ready_and_the_counter_reads_it(chromium: Any, office: Any):
    district, address, (entry_id, *others) = office
    two_people_confirm(district, others)
    first, second = (signed_in(chromium, address, name) for name in ("binh", "minh"))

    first.click("#remarks-todo a")
    first.click(f"#remarks [data-remark='{entry_id}'] a")
    first.check("[name=about][value=officer]")
    first.check("[name=side][value=thanks]")
    first.fill("#words", "Chị Hoa giúp lúc 9 giờ")
    tick_and_send(first, "#classify")
    assert first.is_visible("#error-tells")
    first.fill("#words", WORDS)
    tick_and_send(first, "#classify")
    if first.query_selector("#error-marks"):  # the words have changed, and so has what is to be looked at
        tick_and_send(first, "#classify")
    assert first.is_visible("#done")

    second.goto(f"{address}/remarks")
    second.click(f"#remarks [data-remark='{entry_id}'] a")
    assert second.inner_text("#words") == WORDS
    tick_and_send(second, "#confirm")
    assert second.is_visible("#done")

    release(district.engine, datetime(2026, 11, 11, 2, tzinfo=UTC))
    counter = signed_in(chromium, address, "lan")
    counter.goto(f"{address}/counter")
    read = counter.locator("#remarks q.remark").all_inner_texts()
    assert sorted(read) == sorted([WORDS, *(f"Lời thứ {n}" for n in range(7))])
    assert counter.evaluate("document.documentElement.scrollWidth") <= 390
