"""The scanner is drawn and named where it is, on every panel; where there is none nobody is sent to one."""

from typing import Any

import pytest

from kiosk.domain.scanner_side import ScannerSide
from kiosk.flow.state.lobby import Rules
from kiosk.flow.state.preferences import Preferences
from kiosk.flow.state.screens import Place, Starting, State
from kiosk.languages.packs import load_packs
from kiosk.ui.metrics import Panel
from tests.support.fakes import HandClock
from tests.ui.layout_faults import highest_control, rect, solid, texts_of
from tests.ui.states import lobby_at, places
from tests.ui.test_layout import PANELS, faults_of, panels, reach

SHOWN = ("idle", "begin")
#: whose words are the longest: looked at in the largest text, too
LONGEST = ScannerSide.BELOW
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


def drawn(side: ScannerSide) -> list[str]:
    return [f"scan-{side}-1" if side else "scan-1"]
