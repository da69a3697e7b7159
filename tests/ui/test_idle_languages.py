"""The row of languages on the first screen: on every panel, by touch, and what is heard."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.flow.state.lobby import Lobby, Rules
from kiosk.flow.state.preferences import Preferences
from kiosk.flow.state.screens import Idle, Place, Scanned, Starting, State
from kiosk.languages.packs import load_packs
from kiosk.paths import shared
from kiosk.texts import Strings
from kiosk.ui.metrics import Panel
from tests.support.driver import Driver, driven
from tests.support.fakes import CODE, FakeDesk, HandClock
from tests.support.language_packs import write_pack
from tests.ui.layout_faults import highest_control, texts_of
from tests.ui.states import lobby_at, places
from tests.ui.test_layout import PANELS, SMALL_LETTERS, TURNS, faults_of, panels, reach

#: as they call themselves, the longest in the middle
NAMES = ("Tiếng Việt", "English", "Hmoob", "Êđê", "Tày – Nùng", "Jrai", "Bahnar", "Chăm")
IDLE = tuple(name for name in places(0) if name.startswith("idle"))
#: Where a row of languages is shown beside the sign, the longest notice there can be is in smaller letters on eight
#: inches, too: it is read, and nothing is decided by it (docs/accessibility.md).
EIGHT = ("idle-card-longest", ("NoticeCard",))


@pytest.fixture(scope="module", params=panels(PANELS))
def panel(request: Any, window: None) -> tuple[str, Panel]:
    return request.param, PANELS[request.param]


@pytest.mark.parametrize("count", [3, 8])
@pytest.mark.parametrize("text_step", [0, 2])
def test_the_row_has_room_on_every_panel_and_takes_it_from_nothing(
    panel: tuple[str, Panel], count: int, text_step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters = SMALL_LETTERS.get("8 inch tablet", {})
    monkeypatch.setitem(SMALL_LETTERS, "8 inch tablet", {**letters, EIGHT[0]: EIGHT[1]})
    for name, page, look in laid_out(panel, count, text_step):
        assert faults_of(page, look, name) == [], name
        headline = next((text for text in texts_of(page) if text.words == page.words["idle.title"]), None)
        if headline is not None and name in ("idle", "idle-cards", "idle-notice-no-match") and text_step == 0:
            assert headline.font_size >= max(text.font_size for text in texts_of(page)), "nothing is larger"
        if text_step == 0:
            assert highest_control(page) <= reach(look, name)
        cards = [w for w in page.walk() if getattr(w, "words", "") in NAMES]
        assert len(cards) >= min(count, 2), "a card alone is no row"


def laid_out(panel: tuple[str, Panel], count: int, text_step: int) -> Iterator[tuple[str, Any, Any]]:
    """Every first screen with so many languages on a panel, as it is laid out."""
    from kivy.clock import Clock

    from kiosk.ui.root_view import RootView

    look: Any = type("look", (), {"name": panel[0], "panel": panel[1]})
    clock = HandClock()
    words, office = languages(count), "Bộ phận Một cửa · UBND xã Ea Kao"
    rules = Rules(languages=tuple(words))
    stage = RootView(texts=words, happened=lambda _: None, clock=clock, rules=rules, office=office)
    stage.size = panel[1].width, panel[1].height
    stage.measure(panel[1])
    for name in IDLE:
        for turned in (0.0, *TURNS[Idle]):
            place: Place = places(clock())[name]
            wishes = Preferences(text_step=text_step)
            stage.draw(State(place, "vi", preferences=wishes, lobby=lobby_at(name), printer=True))
            stage.page.pass_time(clock() + turned)
            for _ in range(3):
                Clock.tick()
                Clock.tick_draw()
            yield name, stage.page, look
    stage.draw(State(Starting(), "vi"))
    stage.clear_widgets()


def languages(count: int) -> dict[str, Strings]:
    found = load_packs().strings()
    vietnamese = {key: found["vi"][key] for key in found["vi"].keys()}  # noqa: SIM118 - no mapping
    return found | {f"x{at}": Strings(f"x{at}", {}, vietnamese, name) for at, name in enumerate(NAMES[2:count])}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for language, name in zip(("hmn", "rad", "tyz", "jra", "bdq"), NAMES[2:], strict=False):
        pack = write_pack(tmp_path, language, one_in=10, name=name)
        shutil.copy(shared("assets") / "languages" / "vi" / "sounds" / "greeting.ogg", pack / "sounds")
    return tmp_path


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()


@pytest.fixture
def kiosk(window: None, clock: HandClock, desk: FakeDesk, folder: Path) -> Iterator[Driver]:
    """Seven languages: more than have room beside each other on the window of the tests."""
    yield from started(clock, desk, folder)


def started(clock: HandClock, desk: FakeDesk, folder: Path, **wishes: Any) -> Iterator[Driver]:
    from kiosk.ui.app import Appearance

    packs = load_packs(("vi", "en", "hmn", "rad", "tyz", "jra", "bdq"), "vi", folder)
    assert packs.refused == ()
    rules = Rules(languages=tuple(packs.offered), code_prefill="H15.50.05.13-261008-")
    for driver in driven(rules, Appearance(packs=packs), lambda: desk, clock, **wishes):
        clock.advance(2)
        yield driver


def cards(kiosk: Driver) -> list[str]:
    return [widget.words for widget in kiosk.controls() if widget.words in NAMES]


def marked(kiosk: Driver) -> list[str]:
    return [widget.words for widget in kiosk.controls() if widget.picture == "tick-full"]


def playing(kiosk: Driver) -> str:
    sound = kiosk.app._voice._playing
    return Path(sound.source).parent.parent.name + "/" + Path(sound.source).name if sound else ""


def test_every_language_is_found_by_turning_and_the_offices_stands_last(kiosk: Driver) -> None:
    seen = cards(kiosk)
    for _ in NAMES:
        kiosk.press("next")
        if cards(kiosk)[0] == seen[0]:
            break
        seen += cards(kiosk)

    assert seen == [*NAMES[1:7], NAMES[0]]


def test_a_touch_chooses_the_language_marks_its_card_and_greets_once(kiosk: Driver) -> None:
    kiosk.press("Hmoob")

    assert (kiosk.state.language, kiosk.place, marked(kiosk)) == ("hmn", "Idle", ["Hmoob"])
    assert playing(kiosk) == "hmn/greeting.ogg"
    kiosk.app._voice._playing.stop()
    kiosk.move_time(3)
    assert playing(kiosk) == ""


def test_a_greeting_goes_on_while_nothing_happens_and_ends_with_the_scan(kiosk: Driver) -> None:
    kiosk.press("Hmoob")
    kiosk.move_time(2)
    assert playing(kiosk) == "hmn/greeting.ogg"

    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)

    assert (kiosk.place, playing(kiosk)) == ("Rate", "")


def test_a_card_stays_where_it_is_when_it_is_chosen(kiosk: Driver) -> None:
    card = kiosk.control("Hmoob")
    place = card.to_window(*card.center)
    kiosk.tap(*place, pause=0.2)
    kiosk.tap(*place)

    assert (kiosk.state.language, marked(kiosk)) == ("hmn", ["Hmoob"])


def test_a_language_without_a_recording_and_a_voice_is_silent(kiosk: Driver, folder: Path) -> None:
    (folder / "hmn" / "sounds" / "greeting.ogg").unlink()

    kiosk.press("Hmoob")

    assert (kiosk.state.language, playing(kiosk)) == ("hmn", "")


def test_after_fifteen_seconds_it_is_the_offices_again_and_nothing_is_said(kiosk: Driver) -> None:
    first = cards(kiosk)
    kiosk.press("next")
    kiosk.press(cards(kiosk)[0])
    chosen = kiosk.state.language
    kiosk.app._voice.stop()
    kiosk.move_time(16)

    assert chosen not in ("vi", "en", "hmn")
    assert (kiosk.state.language, cards(kiosk), playing(kiosk)) == ("vi", first, "")


def test_cards_that_somebody_turned_to_and_left_turn_back(kiosk: Driver) -> None:
    first = cards(kiosk)
    kiosk.press("next")
    assert cards(kiosk) != first

    kiosk.move_time(17)

    assert cards(kiosk) == first


def test_outside_opening_hours_no_greeting_is_heard(window: None, clock: HandClock, folder: Path) -> None:
    for kiosk in started(clock, FakeDesk(hangs=Lobby(closed=True)), folder):
        kiosk.press("Hmoob")

        assert (kiosk.state.language, playing(kiosk)) == ("hmn", "")


def test_the_greeting_is_the_answer_and_no_cue_sounds_beside_it(window: None, clock: HandClock, folder: Path) -> None:
    asked: list[str] = []
    for kiosk in started(clock, FakeDesk(), folder, play_cue=lambda cue, _: asked.append(cue)):
        kiosk.press("Hmoob")
        assert asked == []
        kiosk.app._voice.stop()
        (folder / "rad" / "sounds" / "greeting.ogg").unlink()
        kiosk.press("Êđê")

    assert [str(cue) for cue in asked] == ["pressed"]


def test_in_the_middle_the_language_does_not_greet(kiosk: Driver) -> None:
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(2)
    kiosk.press(lambda widget: re.match(r"English|EN", getattr(widget, "words", "")) is not None)

    assert (kiosk.state.language, kiosk.place, playing(kiosk)) == ("en", "Rate", "")
