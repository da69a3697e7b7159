"""Reading aloud with SDL's dummy sound device: the right file plays, in the right order, as loud as was asked for."""

import math
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.domain.rating import Score
from kiosk.flow.state.preferences import PLAIN, HeadsetPlugged, Preferences, PreferencesChosen, Pressed, RepeatAsked
from kiosk.flow.state.screens import Scanned
from kiosk.languages.pack import Pack, Part
from kiosk.languages.packs import Packs, load_packs
from kiosk.ui.voice import LOUDNESS, Source, Unrecorded, Voice
from tests.support.driver import Driver
from tests.support.fakes import CODE, FakeDesk
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


def test_from_the_scan_to_the_rating_with_the_number_keys(kiosk: Driver, desk: FakeDesk) -> None:
    key(kiosk, "5")
    begun = heard_out(kiosk)
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    rate = heard_out(kiosk)
    key(kiosk, "4")
    why = heard_out(kiosk)
    key(kiosk, "enter")

    assert begun[:2] == ["idle.ogg", "idle.key_1.ogg"]
    assert rate == ["rate.ogg", "rate.keys.ogg", "keys.home.ogg"]
    assert why == ["more.ogg", "more.keys.ogg"]
    assert heard_out(kiosk) == ["thanks.ogg"]
    assert [(draft.score, draft.subject.code.text) for draft in desk.saved] == [(Score.SATISFIED, CODE)]


def hold_the_corner(kiosk: Driver) -> None:
    """Holds the corner, is asked, and touches the middle: from now on the screen is dark and read aloud."""
    rest_in_the_corner(kiosk)
    touch(kiosk, *MIDDLE, listen=False)


def rest_in_the_corner(kiosk: Driver) -> None:
    finger = kiosk.finger(kiosk.window.width * 0.03, kiosk.window.height * 0.02)
    finger.down()
    kiosk.move_time(3)
    finger.up()
    kiosk.frames(2)
    kiosk.clock.advance(1)


def touch(kiosk: Driver, across: float, up: float, *, listen: bool = True) -> list[str]:
    """Touches a place of the glass, given in parts of it, and listens."""
    kiosk.tap(kiosk.window.width * across, kiosk.window.height * up, pause=1)
    return heard_out(kiosk) if listen else []


BOTTOM_LEFT, BOTTOM_RIGHT, MIDDLE, TOP_LEFT, TOP_RIGHT = (
    (0.02, 0.02),
    (0.98, 0.02),
    (0.5, 0.5),
    (0.02, 0.98),
    (0.98, 0.98),
)


def test_from_the_scan_to_the_rating_without_looking(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_corner(kiosk)
    begun = heard_out(kiosk)
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(1)
    rate = heard_out(kiosk)
    faces = [touch(kiosk, *spot) for spot in (BOTTOM_RIGHT, BOTTOM_RIGHT, MIDDLE, *[BOTTOM_RIGHT] * 3)]
    chosen = touch(kiosk, *MIDDLE)

    assert begun == ["ear.idle.ogg", "ear.how.ogg"]
    assert rate == ["ear.rate.ogg"]
    assert faces == [*([f"face.{score}.ogg"] for score in (5, 4, 3, 2, 1)), ["ear.rate_end.ogg"]]
    assert chosen == ["ear.kept.ogg", "ear.optional.ogg", "mot-cua-3.time.ogg", "ear.list.ogg"]
    assert [draft.score for draft in desk.saved] == [Score.SATISFIED]


def test_without_paper_and_without_looking(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_corner(kiosk)
    heard_out(kiosk)
    items = touch(kiosk, *BOTTOM_RIGHT)
    counters = touch(kiosk, *MIDDLE)
    second = touch(kiosk, *BOTTOM_RIGHT), touch(kiosk, *BOTTOM_RIGHT), touch(kiosk, *BOTTOM_LEFT)
    touch(kiosk, *MIDDLE)

    assert items == ["ear.idle_2.ogg"]
    assert counters == ["counter.ogg"]
    assert second[0] == second[2] == ["field.civil.ogg", "counter.number.ogg", "digit.1.ogg"]
    assert kiosk.place == "Rate"
    assert kiosk.state.place.subject.counter_id == "q1"


def at_the_faces(kiosk: Driver) -> None:
    hold_the_corner(kiosk)
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(1)
    heard_out(kiosk)


def test_a_finger_that_rests_hears_what_the_zone_is_and_chooses_nothing(kiosk: Driver, desk: FakeDesk) -> None:
    at_the_faces(kiosk)
    touch(kiosk, *BOTTOM_RIGHT)
    finger = kiosk.finger(kiosk.window.width * 0.5, kiosk.window.height * 0.5)
    finger.down()
    kiosk.move_time(3)
    said = heard_out(kiosk)
    finger.up()
    kiosk.frames(2)

    assert said == ["ear.zone_choose.ogg", "face.5.ogg"]
    assert heard_out(kiosk) == []
    assert (kiosk.state.pointed_at, kiosk.state.meant) == ("5", "")


def test_a_finger_that_slides_hears_each_zone_and_the_next_touch_does_what_was_heard(
    kiosk: Driver, desk: FakeDesk
) -> None:
    at_the_faces(kiosk)
    width, height = kiosk.window.size
    finger = kiosk.finger(width * 0.1, height * 0.9)
    finger.down()
    said = []
    for across, up in ((0.9, 0.9), (0.9, 0.95), (0.5, 0.5), (0.1, 0.1), (0.9, 0.1)):
        finger.move_to(width * across, height * up)
        kiosk.frames(1)
        said += heard_out(kiosk)
    finger.up()
    kiosk.frames(2)

    assert said == [f"ear.zone_{zone}.ogg" for zone in ("again", "choose", "previous", "next")]
    assert (kiosk.place, kiosk.state.pointed_at, heard_out(kiosk)) == ("Rate", "", [])
    kiosk.clock.advance(1)
    assert touch(kiosk, 0.9, 0.1) == ["face.5.ogg"]


def test_holding_the_corner_too_long_leaves_the_screen_lit_and_asks(kiosk: Driver) -> None:
    rest_in_the_corner(kiosk)

    assert heard_out(kiosk) == ["ear.ask.ogg"]
    assert (kiosk.place, kiosk.state.preferences) == ("AskToListen", Preferences())
    assert kiosk.control("Nghe máy đọc")
    assert touch(kiosk, *TOP_LEFT) == ["ear.as_before.ogg"]
    assert (kiosk.place, kiosk.state.preferences) == ("Idle", Preferences())


def test_the_glass_looks_the_same_whatever_is_asked_marked_or_sent(kiosk: Driver, desk: FakeDesk) -> None:
    hold_the_corner(kiosk)
    kiosk.move_time(5)  # past the minute at which the whole picture moves by a hair
    looks = {kiosk.pixels()}
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(1)
    looks.add(kiosk.pixels())
    for spot in (BOTTOM_RIGHT, MIDDLE, BOTTOM_RIGHT, MIDDLE, BOTTOM_RIGHT, MIDDLE, MIDDLE):
        touch(kiosk, *spot)
        looks.add(kiosk.pixels())

    ((_, _, pixels),) = looks
    assert desk.saved
    assert sum(pixels) / len(pixels) < 12, "a dark screen lights nobody's face"


def test_a_shorter_touch_of_the_corner_is_a_touch(kiosk: Driver) -> None:
    touch(kiosk, 0.03, 0.02)

    assert not kiosk.state.preferences.by_ear


def test_at_the_first_screen_the_top_left_corner_ends_it(kiosk: Driver) -> None:
    hold_the_corner(kiosk)
    touch(kiosk, *TOP_LEFT)

    assert not kiosk.state.preferences.by_ear
    assert kiosk.control("Đánh giá hồ sơ")


def test_in_english_it_speaks_english(kiosk: Driver) -> None:
    kiosk.press("English")
    key(kiosk, "5")

    assert Path(kiosk.app._voice._playing.source).parent.parent.name == "en"


def test_a_new_screen_cuts_the_old_one_short(kiosk: Driver) -> None:
    key(kiosk, "5")
    before = playing(kiosk)
    key(kiosk, "1")

    assert (before, playing(kiosk)) == ("idle.ogg", "stage.ogg")


def test_louder_is_heard_at_once(kiosk: Driver) -> None:
    key(kiosk, "5")
    key(kiosk, "louder")

    assert playing(kiosk) == "volume.ogg"
    assert kiosk.app._voice._playing.volume == LOUDNESS[5]


def test_no_step_of_the_volume_is_larger_than_ten_decibels_and_it_can_be_reset(kiosk: Driver) -> None:
    steps = [20 * math.log10(louder / softer) for softer, louder in pairwise(LOUDNESS.values())]
    hold_the_corner(kiosk)
    choose_item(kiosk, "4", "softer", "softer", "faster", "reset")

    assert all(0 < step <= 10 for step in steps)
    assert (kiosk.state.preferences.volume, kiosk.state.preferences.pace) == (PLAIN.volume, PLAIN.pace)


def choose_item(kiosk: Driver, *names: str) -> None:
    for name in names:
        while kiosk.state.pointed_at != name:
            touch(kiosk, *BOTTOM_RIGHT)
        touch(kiosk, *MIDDLE)


def test_touched_while_it_speaks_the_voice_pauses_and_goes_on_with_the_same_sentence(kiosk: Driver) -> None:
    hold_the_corner(kiosk)
    before = playing(kiosk)

    assert touch(kiosk, *TOP_RIGHT, listen=False) == []
    assert playing(kiosk) == ""
    touch(kiosk, *TOP_RIGHT, listen=False)
    assert (before, heard_out(kiosk)) == ("ear.idle.ogg", ["ear.idle.ogg", "ear.how.ogg"])
    assert touch(kiosk, *TOP_RIGHT)[:2] == ["ear.idle.ogg", "ear.how.ogg"]


def test_what_is_paused_is_forgotten_by_the_next_screen(kiosk: Driver) -> None:
    hold_the_corner(kiosk)
    touch(kiosk, *TOP_RIGHT, listen=False)

    assert touch(kiosk, *BOTTOM_RIGHT) == ["ear.idle_2.ogg"]


@pytest.mark.parametrize("pace", [75, 125, 200])
def test_slower_and_faster_the_pitch_stays(kiosk: Driver, pace: int) -> None:
    usual = seconds_of(kiosk, PLAIN.pace)

    assert seconds_of(kiosk, pace) == pytest.approx(usual * 100 / pace, rel=0.05)


def seconds_of(kiosk: Driver, pace: int) -> float:
    """How long the idle screen's first sentence takes at this pace, as the sound library says."""
    kiosk.app.dispatch_event(PreferencesChosen(Preferences(spoken=True, pace=pace, volume=1)))
    kiosk.app.dispatch_event(RepeatAsked())
    found = float(kiosk.app._voice._playing.length)
    kiosk.app.dispatch_event(PreferencesChosen(Preferences()))
    return found


def test_from_every_screen_by_ear_the_voice_is_set_and_nothing_is_lost(kiosk: Driver, desk: FakeDesk) -> None:
    at_the_faces(kiosk)
    touch(kiosk, *BOTTOM_LEFT)
    touch(kiosk, *MIDDLE)
    choose_item(kiosk, "slower", "done")

    assert (kiosk.place, kiosk.state.preferences.pace) == ("Rate", 75)


@pytest.fixture
def packs(tmp_path: Path) -> Packs:
    """Vietnamese and a language with one prompt; what is recorded is in ``voice``."""
    for name in ("vi/sounds/rate.ogg", "vi/sounds/thanks.ogg", "hmn/sounds/rate.ogg", "vi/sounds/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    vi, hmn = (Pack(language, tmp_path / language, language, "", "", Part()) for language in ("vi", "hmn"))
    return Packs({"vi": vi, "hmn": hmn}, "vi", vi)


def names(sources: list[Source], folder: Path) -> list[str]:
    return [source.relative_to(folder).as_posix() if isinstance(source, Path) else source.text for source in sources]


def test_a_recorded_voice_is_preferred_and_a_missing_one_is_the_offices(
    tmp_path: Path, packs: Packs, window: None
) -> None:
    (tmp_path / "vi" / "sounds" / "thanks.wav").touch()
    voice = Voice(packs, RULES)

    files = voice.sources(["rate", "thanks", "nobody.recorded.this"], "hmn")

    assert names(files, tmp_path) == ["hmn/sounds/rate.ogg", "vi/sounds/thanks.wav"]


def test_the_recordings_of_the_settings_come_before_the_synthesiser_file_by_file(
    tmp_path: Path, packs: Packs, window: None
) -> None:
    for name in ("own/vi/rate.wav", "own/en/rest.wav"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    voice = Voice(packs, RULES, tmp_path / "own")

    files = voice.sources(["rate", "thanks", "rest"], "vi")

    assert names(files, tmp_path) == ["own/vi/rate.wav", "vi/sounds/thanks.ogg"]


def test_what_can_be_said_is_known_by_its_name(packs: Packs) -> None:
    shipped = load_packs().reference.sounds()

    assert packs.reference.sounds() == {"rate", "thanks"}
    assert {"consent.dong-y-1", "sentence.absent", "mot-cua-3.time", "mot-cua-3.time.late", "greeting"} <= shipped


def test_without_a_sound_device_it_stays_silent_and_says_so_once(
    kiosk: Driver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Nothing:
        length = 0

    monkeypatch.setattr("kiosk.ui.voice._load", lambda path, pace: Nothing())

    key(kiosk, "5")
    key(kiosk, "1")

    assert kiosk.place == "PickTypedStage"
    assert len([r for r in caplog.records if "stays silent" in r.message]) == 1


def test_without_a_sound_device_the_synthesiser_is_not_started_again_for_each_prompt(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, window: None
) -> None:
    class Nothing:
        length = 0

    loaded: list[Source] = []
    monkeypatch.setattr("kiosk.ui.voice._load", lambda source, pace: loaded.append(source) or Nothing())
    voice = Voice(load_packs(), RULES)

    for text in ("a", "b", "c"):
        voice._waiting.append(Unrecorded(text, "hmn"))
        voice._next()

    assert [source for source in loaded if isinstance(source, Unrecorded)] == [Unrecorded("a", "hmn")]
    assert [record.message.partition(";")[2] for record in caplog.records] == [" the kiosk stays silent"]


def test_a_sound_of_a_pack_that_cannot_be_played_silences_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, window: None
) -> None:
    (tmp_path / "rate.ogg").write_bytes(b"no sound")
    voice = Voice(load_packs(), RULES)

    voice._waiting.extend(voice.sources(["rate"], "vi"))
    voice._waiting.appendleft(tmp_path / "rate.ogg")
    voice._next()

    assert (voice.is_speaking, voice.silent) == (True, False)
    assert "cannot be played" in caplog.text
    voice.stop()


def test_silence_when_it_is_switched_off(kiosk: Driver) -> None:
    key(kiosk, "5")
    kiosk.app.dispatch_event(PreferencesChosen(Preferences()))

    assert playing(kiosk) == ""


def test_a_headset_in_the_jack_starts_the_voice_and_out_of_it_no_choice_is_said(kiosk: Driver, desk: FakeDesk) -> None:
    kiosk.app.post(HeadsetPlugged(plugged=True))
    kiosk.frames(2)
    begun = heard_out(kiosk)
    kiosk.app.post(Scanned(CODE))
    kiosk.frames(2)
    kiosk.clock.advance(1)
    private = heard_out(kiosk), touch(kiosk, *BOTTOM_RIGHT)
    kiosk.app.post(HeadsetPlugged(plugged=False))
    kiosk.frames(2)
    out = heard_out(kiosk)
    touch(kiosk, *BOTTOM_RIGHT)
    touch(kiosk, *MIDDLE)

    assert begun == ["ear.idle.ogg", "ear.how.ogg"]
    assert private == (["ear.rate_headset.ogg"], ["face.5.ogg"])
    assert out == ["ear.unplugged.ogg", "ear.rate.ogg"]
    assert (kiosk.place, desk.saved) == ("Rate", [])
