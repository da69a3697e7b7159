"""Every press is answered in the frame after it, by what is seen and by a cue: the real window, the real player, and a
program of ours in the place of ``aplay``."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.domain.rating import Given, Score
from kiosk.flow.state.cue import Cue
from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.preferences import PLAIN, VOLUME_DB, Preferences, PreferencesChosen
from kiosk.flow.state.screens import Chose, Scanned
from kiosk.hardware.sound.cues import CuePlayer, softened
from kiosk.paths import shared
from tests.support.driver import Driver, driven
from tests.support.fakes import CODE, FakeDesk, HandClock
from tests.support.sound_program import stand_in_for_aplay
from tests.ui.conftest import RULES

CUES = shared("assets") / "sounds" / "cues"


@pytest.fixture
def asked() -> list[tuple[Cue, int]]:
    """The cues the kiosk asked for, with their volume, in order."""
    return []


@pytest.fixture
def kiosk(window: None, clock, desk: FakeDesk, asked: list[tuple[Cue, int]]) -> Iterator[Driver]:
    from kiosk.ui.app import Appearance

    driver = Driver(RULES, Appearance(), lambda: desk, clock, play_cue=lambda cue, volume: asked.append((cue, volume)))
    driver.start()
    clock.advance(2)
    yield driver
    driver.stop()


def rate(kiosk: Driver, score: Score) -> None:
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(2)
    kiosk.app.press(Chose(score, Given.BUTTONS))
    kiosk.frames(2)
    kiosk.clock.advance(2)
    kiosk.press("Xong")


def test_all_scores_sound_the_same_from_the_scan_to_the_thanks(kiosk: Driver, asked: list[tuple[Cue, int]]) -> None:
    heard = {}
    for score in Score:
        asked.clear()
        rate(kiosk, score)
        assert kiosk.place == "Thanks"
        heard[score] = list(asked)
        kiosk.app.dispatch_event(Scanned("another-1"))  # the next citizen
        kiosk.clock.advance(60)

    assert set(map(tuple, heard.values())) == {((Cue.READ, 4), (Cue.TAKEN, 4))}


def test_a_press_is_answered_before_the_next_frame(kiosk: Driver, asked: list[tuple[Cue, int]]) -> None:
    button = kiosk.control("Đánh giá hồ sơ")
    before = kiosk.pixels()
    finger = kiosk.finger(*button.to_window(*button.center))

    finger.down()
    assert button.pressed
    assert kiosk.pixels() != before
    finger.up()
    assert (kiosk.place, asked) == ("BeginRating", [(Cue.PRESSED, 4)])


@pytest.mark.parametrize("how", ["touch", "face button"])
def test_a_touch_or_a_face_button_on_idle_says_what_to_do_for_a_while(
    kiosk: Driver, desk: FakeDesk, asked: list[tuple[Cue, int]], how: str
) -> None:
    hint = kiosk.page.words["idle.hint"]
    for _ in range(3):
        if how == "touch":
            kiosk.tap(kiosk.window.width * 0.5, kiosk.window.height * 0.6)
        else:
            kiosk.app.press(Chose(Score.SATISFIED, Given.BUTTONS))
            kiosk.frames(2)

    assert hint in " ".join(kiosk.said()).replace("\n", " ")
    assert (kiosk.place, desk.saved, asked) == ("Idle", [], [(Cue.PRESSED, 4)])
    kiosk.move_time(RULES.notice_seconds + 1)
    assert hint not in " ".join(kiosk.said()).replace("\n", " ")


def test_a_cue_is_as_loud_as_the_voice_is_set(kiosk: Driver, asked: list[tuple[Cue, int]]) -> None:
    for volume in VOLUME_DB:
        kiosk.app.dispatch_event(PreferencesChosen(Preferences(volume=volume)))
        kiosk.app.dispatch_event(Scanned("no code"))

    assert [each for each in asked if each[0] is Cue.REFUSED] == [(Cue.REFUSED, volume) for volume in VOLUME_DB]


def test_at_night_a_rating_is_taken_without_a_sound(
    kiosk: Driver, desk: FakeDesk, asked: list[tuple[Cue, int]]
) -> None:
    desk.hangs = Lobby(closed=True, opens=datetime.fromisoformat("2026-11-23T07:30"))
    kiosk.move_time(RULES.lobby_seconds + RULES.rest_seconds + 2)
    assert kiosk.place == "Resting"

    kiosk.tap(300, 500)
    rate(kiosk, Score.NEUTRAL)

    assert (len(desk.saved), asked) == (1, [])


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bytes]:
    """What the next cue sends to the sound program."""
    return stand_in_for_aplay(tmp_path, monkeypatch)


def test_what_the_sound_program_is_given_is_the_cue(
    window: None, clock: HandClock, desk: FakeDesk, heard: Callable[[], bytes]
) -> None:
    from kiosk.ui.app import Appearance

    player = CuePlayer(CUES)
    player.start()
    for kiosk in driven(RULES, Appearance(), lambda: desk, clock, play_cue=player.play):
        clock.advance(2)
        kiosk.app.post(Scanned(CODE))
        kiosk.frames(1)

        assert heard() == softened((CUES / "read.wav").read_bytes(), VOLUME_DB[PLAIN.volume])
