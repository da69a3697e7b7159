"""From something that stood out to a card on the thanks screen: the district's pages, the agent and the kiosk's file as
real processes, the screen in a real window."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.box import keys
from kiosk.box.box import open_box
from kiosk.clock import Moment
from kiosk.desk.lobby import LobbyReader
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.screens import Scanned
from kiosk.store.engine import Store
from sync.district.store.engine import open_engine
from tests.district.cause_office import UNIT, live_two_months, open_province
from tests.district.web_server import Browser
from tests.support.driver import Driver
from tests.support.fakes import CODE, FakeDesk, HandClock
from tests.support.rig import Rig
from tests.ui.conftest import RULES

pytestmark = pytest.mark.slow

TITLE, TEXT = "Thêm một quầy vào giờ đông", "Ông/Bà góp ý phải chờ lâu: sáng thứ Hai nay có thêm một quầy tiếp nhận."
TODAY = datetime.now(UTC).date()
WAITING = "reason/mot-cua/bad/waiting"


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    """A district with two finished months, and an enrolled kiosk of the commune in which people waited."""
    rig = Rig(tmp_path)
    try:
        rig.district_command("init")
        engine = open_engine(f"sqlite:///{tmp_path / 'district' / 'district.sqlite'}")
        open_province(engine)
        live_two_months(engine)
        engine.dispose()
        code = rig.district_command("device", "code", UNIT).strip()
        rig.start_district()
        rig.kiosk_command("enrol", rig.url, code)
        yield rig
    finally:
        rig.stop()


def signed_in(rig: Rig, name: str) -> Browser:
    browser = Browser(rig.url)
    assert browser.sign_in(name).status_code == 303
    return browser


def fields(browser: Browser, path: str) -> dict[str, str]:
    page = browser.get(path).text
    found = {name: re.findall(rf'name="{name}" value="([^"]*)"', page)[:1] for name in ("form_token", "seen")}
    return {name: values[0] for name, values in found.items() if values}


def act(browser: Browser, action: str, **values: str) -> None:
    form = fields(browser, "/actions/1") | {"action": action} | values
    assert browser.post("/actions/1", form).status_code == 303, action


def lobby_of(folder: Path) -> Lobby:
    """What the kiosk's own file tells its screens after the agent has been in touch."""
    store = Store(folder / "kiosk")
    try:
        box = open_box(store, lambda: keys.load(folder / "kiosk" / "keys"))
        assert box is not None
        return LobbyReader().read(box, Moment(datetime.now(UTC), 1_000, "cafe"))
    finally:
        store.close()


def thanks_after_a_rating(lobby: Lobby) -> tuple[list[str], str]:
    """Everything that was drawn up to the thanks, and the card on it."""
    from kiosk.ui.app import Appearance

    clock = HandClock()
    driver = Driver(RULES, Appearance(), lambda: FakeDesk(hangs=lobby), clock)
    driver.start()
    try:
        drawn = driver.said()
        for _ in range(30):
            driver.move_time(1)
            drawn += driver.said()
        driver.app.post(Scanned(CODE))
        driver.frames(2)
        drawn += driver.said()
        clock.advance(2)
        driver.press("Hài lòng")
        drawn += driver.said()
        clock.advance(2)
        driver.press("Xong")
        assert driver.place == "Thanks"
        return drawn, " ".join(driver.said())
    finally:
        driver.stop()


def test_what_stood_out_becomes_a_plan_is_done_and_stands_on_the_thanks_screen(
    rig: Rig, tmp_path: Path, window: None
) -> None:
    chair, deputy, clerk = (signed_in(rig, name) for name in ("chair", "deputy", "clerk"))
    causes = chair.get("/causes?period=month&of=2026-10").text
    new = next(link for link in re.findall(r'href="(/actions/new[^"]+)"', causes) if "waiting" in link)
    new = new.replace("&amp;", "&")
    about = {"unit": UNIT, "period": "month", "of": "2026-10", "concern": WAITING}
    plan = {"text": "Mở thêm một quầy vào giờ đông", "owner": "clerk", "due": str(TODAY + timedelta(days=9))}

    made = chair.post("/actions/new", fields(chair, new) | about | plan)
    assert made.headers["Location"] == "/actions/1"
    assert 'data-k="45" data-n="200"' in chair.get("/actions/1").text
    assert 'data-mine="1"' in clerk.get("/").text
    act(clerk, "finish", text="Quầy phụ đã mở từ tuần này.")
    last_day = str(TODAY + timedelta(days=60))
    act(clerk, "draft_card", title=TITLE, text=TEXT, last_day=last_day)
    rig.run("-m", "sync", "once")
    assert lobby_of(tmp_path).notices == ()

    act(deputy, "approve_card")
    rig.run("-m", "sync", "once")
    lobby = lobby_of(tmp_path)
    before, thanks = thanks_after_a_rating(lobby)

    assert [card.title for card in lobby.afterwards_cards] == [TITLE]
    assert lobby.invitation_cards == ()
    assert not [words for words in before if TITLE in words.replace("\n", " ")]
    assert TITLE in thanks.replace("\n", " ")

    act(chair, "withdraw_card", text="Quầy phụ tạm đóng để sửa.")
    rig.run("-m", "sync", "once")
    assert lobby_of(tmp_path).notices == ()
