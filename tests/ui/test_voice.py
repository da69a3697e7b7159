"""Reading aloud with SDL's dummy sound device: the right file plays, in the right order, as loud as was asked for."""

from pathlib import Path

import pytest

from kiosk.flow.preferences import Preferences, PreferencesChosen, Pressed
from kiosk.flow.words import Scanned
from kiosk.ui.voice import LOUDNESS, Voice
from tests.driver import Driver
from tests.fakes import CODE, FakeDesk
from tests.ui.conftest import RULES


def playing(kiosk: Driver) -> str:
    sound = kiosk.app._voice._playing
    assert sound is None or (sound.state == "play" and sound.length > 0)
    return Path(sound.source).name if sound else ""


def heard_out(kiosk: Driver) -> list[str]:
    """What is said until silence; each file is ended as it ends by itself."""
    said = []
    while playing(kiosk):
        said.append(playing(kiosk))
        kiosk.app._voice._playing.stop()
    return said


def key(kiosk: Driver, name: str) -> None:
    kiosk.clock.advance(1)
    kiosk.app.press(Pressed(name))
    kiosk.frames(2)


def test_nothing_is_said_before_somebody_asks(kiosk: Driver) -> None:
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)

    assert playing(kiosk) == ""


def test_switched_on_by_touch_it_reads_the_screen(kiosk: Driver) -> None:
    kiosk.press("Aa")
    kiosk.press("Nghe đọc")
    said = heard_out(kiosk)
    kiosk.press("Xong")

    assert said == ["preferences.ogg"]
    assert heard_out(kiosk) == ["idle.ogg"]


def test_a_journey_by_ear(kiosk: Driver, desk: FakeDesk) -> None:
    heard = []
    for name in ("5", "2", "4", "2", "enter"):
        key(kiosk, name)
        heard.append(heard_out(kiosk))

    assert heard[0][:2] == ["idle.ogg", "idle.key_1.ogg"]
    assert heard[1][:5] == ["counter.ogg", "key.1.ogg", "field.civil.ogg", "counter.number.ogg", "digit.1.ogg"]
    assert heard[2][:2] == ["rate.ogg", "rate.keys.ogg"]
    assert len(desk.saved) == 1
    assert "thanks.ogg" in heard[3] + heard[4] or "more.ogg" in heard[3]


def test_a_new_screen_cuts_the_old_one_short(kiosk: Driver) -> None:
    key(kiosk, "5")
    before = playing(kiosk)
    key(kiosk, "1")

    assert (before, playing(kiosk)) == ("idle.ogg", "code.ogg")


def test_louder_is_heard_at_once(kiosk: Driver) -> None:
    key(kiosk, "5")
    key(kiosk, "louder")

    assert playing(kiosk) == "volume.ogg"
    assert kiosk.app._voice._playing.volume == LOUDNESS[3]


def test_a_recorded_voice_is_preferred_and_a_missing_one_is_vietnamese(tmp_path: Path, window: None) -> None:
    for name in ("vi/rate.ogg", "vi/thanks.ogg", "vi/thanks.wav", "hmn/rate.ogg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    voice = Voice(tmp_path, RULES)

    files = voice.files(["rate", "thanks", "nobody.recorded.this"], "hmn")

    assert [path.relative_to(tmp_path).as_posix() for path in files] == ["hmn/rate.ogg", "vi/thanks.wav"]


def test_without_a_sound_device_it_stays_silent_and_says_so_once(
    kiosk: Driver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Nothing:
        length = 0

    monkeypatch.setattr("kiosk.ui.voice._load", lambda path: Nothing())

    key(kiosk, "5")
    key(kiosk, "1")

    assert kiosk.place == "TypeCode"
    assert len([r for r in caplog.records if "stays silent" in r.message]) == 1


def test_silence_when_it_is_switched_off(kiosk: Driver) -> None:
    key(kiosk, "5")
    kiosk.app.dispatch_event(PreferencesChosen(Preferences()))

    assert playing(kiosk) == ""
