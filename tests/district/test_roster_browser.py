"""The duty roster in a real browser: whoever was chosen is read whole in the week's table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.roster import DutyShift
from sync.district.domain.people import Role
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import writing
from sync.district.store.imports import Origin
from sync.district.store.rosters import write_shifts
from tests.district.test_axe import opened
from tests.district.test_roster_pages import CENTRE, MONDAY, Q1, WEEK
from tests.district.test_web_browser import chromium, pytestmark
from tests.district.web_fixtures import NOW, bring_samples, empty_district
from tests.district.web_server import StillClock, add_people, hash_of_password, serving

__all__ = ["chromium", "pytestmark"]

NAME = "Hoàng Nguyễn Thị Kim Chi"
CUT_OFF = """selects => selects.filter(each => each.scrollWidth > each.clientWidth
    || each.scrollHeight > each.clientHeight || getComputedStyle(each).whiteSpace !== 'normal').length"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("roster")
    engine = empty_district(folder)
    bring_samples(engine)
    add_people(engine, ("co.tam", Role.LEADER, CENTRE))
    with writing(engine) as connection:
        row = UserRow("chi", hash_of_password(), Role.OFFICER, CENTRE, False, "CB-0101", False, full_name=NAME)
        add_user(connection, row, NOW)
        write_shifts(connection, CENTRE, [], [DutyShift(Q1, "CB-0101", MONDAY)], Origin("", NOW, "co.tam"))
    with serving(engine, folder, StillClock()) as base:
        yield base


def test_who_was_chosen_is_read_whole(chromium: Any, address: str) -> None:
    page = opened(chromium, address, "light", signed_in=True, name="co.tam")
    selects = page.locator(".roster select")
    for width in (1200, 360):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(WEEK)

        assert selects.first.evaluate("each => each.selectedOptions[0].text").startswith(NAME)
        assert selects.evaluate_all(CUT_OFF) == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    selects.nth(1).select_option(index=1)
    page.get_by_role("button", name="Ghi lịch trực").click()
    page.wait_for_selector("#done")
    page.context.close()
