"""The scanner is drawn and named where it is, on every panel; where there is none nobody is sent to one."""

import re
from typing import Any

import pytest

from kiosk.domain.scanner_side import ScannerSide
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import Preferences
from kiosk.flow.state.screens import Idle, Place, Starting, State, StillThere
from kiosk.languages.packs import load_packs
from kiosk.ui.metrics import Panel
from tests.support.fakes import HandClock
from tests.ui.layout_faults import highest_control, rect, solid, texts_of
from tests.ui.states import lobby_at, places
from tests.ui.test_layout import PANELS, faults_of, panels, reach

SHOWN = ("idle", "begin")
#: whose words are the longest: looked at in the largest text, too
LONGEST = ScannerSide.BELOW
#: after so many seconds the thank-you on the screen may be somebody else's
LEFT = 25.0
#: what a phone reads is read without a scanner, too
BY_PHONE = ("điện thoại", "phone")
WISHES = ((("vi", 0), ("en", 0)), (("vi", 0), ("en", 0), ("vi", 2)))
#: A drawing of scanning is at least so large a part of a panel's shorter side: no speck beside the buttons.
MIN_FILM = {"idle": 0.2, "begin": 0.3}
#: as high is the drawing of a door
MIN_DOOR = 0.1


@pytest.fixture(scope="module", params=panels(PANELS))
def panel(request: Any, window: None) -> tuple[str, Panel]:
    return request.param, PANELS[request.param]


def test_the_scanner_is_shown_on_its_side_and_named(panel: tuple[str, Panel]) -> None:
    from kivy.clock import Clock

    from kiosk.ui.root_view import RootView
    from kiosk.ui.widgets import Picture

    texts = load_packs().strings()
    clock, look = HandClock(), type("look", (), {"name": panel[0], "panel": panel[1]})
    for side in ScannerSide:
        rules, office = Rules(scanner=side), "Bộ phận Một cửa · UBND xã Ea Kao"
        stage = RootView(texts=texts, happened=lambda _: None, clock=clock, rules=rules, office=office)
        stage.size = panel[1].width, panel[1].height
        stage.measure(panel[1])
        for name in SHOWN:
            place: Place = places(clock())[name]
            for language, step in WISHES[side is LONGEST]:
                stage.draw(State(place, language, preferences=Preferences(text_step=step), lobby=lobby_at(name)))
                for _ in range(3):
                    Clock.tick()
                    Clock.tick_draw()
                page, where = stage.page, f"{name}, {side or 'unsaid'}, {language} {step}"
                films = [w for w in solid(page) if isinstance(w, Picture) and w.name.startswith("scan-")]
                asked = " ".join(text.words for text in texts_of(page))
                assert faults_of(page, look, name) == [], where
                assert highest_control(page) <= reach(look, name) or step, where
                assert [film.name for film in films] == ([] if side == "none" and name == "begin" else drawn(side)), (
                    where
                )
                assert ("máy quét" in asked or "scan" in asked.lower()) == (side is not ScannerSide.NONE), where
                doors = [rect(w) for w in solid(page) if isinstance(w, Picture) and w.name.startswith("door-")]
                assert len(doors) == (2 if name == "idle" else 0), where
                assert all(door.height >= MIN_DOOR * min(page.size) for door in doors if step == 0), where
                if films and step == 0:
                    film = rect(films[0])
                    assert max(film.width, film.height) >= MIN_FILM[name] * min(page.size), where
        stage.draw(State(Starting(), "vi"))
        stage.clear_widgets()


#: the texts are the same on every panel but for the short ones of low and of lying screens
SHORT_AND_LONG = panels(("8 inch tablet", "15.6 inch upright"))


@pytest.mark.parametrize("panel", SHORT_AND_LONG, indirect=True)
def test_without_a_scanner_no_screen_sends_anybody_to_one(panel: tuple[str, Panel]) -> None:
    """What a scan alone leads to is left out."""
    from kiosk.ui.root_view import RootView

    texts, clock, rules = load_packs().strings(), HandClock(), Rules(scanner=ScannerSide.NONE)
    stage = RootView(texts=texts, happened=lambda _: None, clock=clock, rules=rules, office="UBND xã Ea Kao")
    stage.size = panel[1].width, panel[1].height
    stage.measure(panel[1])
    for language in ("vi", "en"):
        for name, place in places(clock()).items():
            if (isinstance(place, Idle) and place.notice) or (isinstance(place, StillThere) and place.scanned):
                continue
            stage.draw(State(place, language, lobby=lobby_at(name)))
            for later in (0.0, LEFT):
                stage.page.pass_time(clock() + later)
                for text in texts_of(stage.page):
                    sends = re.search(r"quét|\bscan", text.words, re.IGNORECASE)
                    assert not sends or any(by in text.words for by in BY_PHONE), f"{name}: {text.words}"
    stage.draw(State(Starting(), "vi"))
    stage.clear_widgets()


@pytest.mark.parametrize("side", [ScannerSide.LEFT, ScannerSide.RIGHT, ScannerSide.BELOW])
def test_no_text_puts_the_scanner_above_the_slip_where_it_is_not(side: ScannerSide) -> None:
    for language, wrong in (("vi", "dưới máy quét"), ("en", "under the scanner")):
        words = load_packs().strings()[language]
        sides = tuple(f"_{each}" for each in ScannerSide if each)
        usual = [key for key in sorted(words.keys()) if not key.endswith(sides)]
        assert not [key for key in usual if wrong in words.variant(key, side)]


def drawn(side: ScannerSide) -> list[str]:
    return [f"scan-{side}-1" if side else "scan-1"]
