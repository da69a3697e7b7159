"""The cues as shipped, and their player with a program of ours in the place of ``aplay``."""

import io
import queue
import runpy
import tomllib
import wave
from array import array
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.flow.state.cue import Cue
from kiosk.flow.state.preferences import VOLUME_DB
from kiosk.hardware.sound.cues import CuePlayer, softened
from kiosk.hardware.sound.loudness import TARGET_DB, loudness, read
from kiosk.paths import shared
from tests.support.sound_program import stand_in_for_aplay

CUES = shared("assets") / "sounds" / "cues"
ROOT = Path(__file__).parents[2]
PATIENCE = 15


def test_every_cue_has_its_sound_and_no_sound_is_left_over() -> None:
    assert {path.stem for path in CUES.glob("*.wav")} == {*Cue}
    assert tomllib.loads(CUES.with_suffix(".toml").read_text("utf-8")).keys() == {*Cue}


@pytest.mark.parametrize("cue", Cue)
def test_a_cue_is_short_and_softer_than_the_voice(cue: Cue) -> None:
    sound = read(CUES / f"{cue}.wav")

    assert 0.03 < sound.seconds < 0.5
    assert TARGET_DB - 15 < loudness(sound) < TARGET_DB - 5


def test_what_is_shipped_is_what_the_text_says(tmp_path: Path) -> None:
    render = runpy.run_path(str(ROOT / ".ci" / "render-sounds"))["render_cues"]

    render(tmp_path)

    for cue in Cue:
        made, shipped = read(tmp_path / f"{cue}.wav").samples, read(CUES / f"{cue}.wav").samples
        assert len(made) == len(shipped)
        assert max(abs(a - b) for a, b in zip(made, shipped, strict=True)) <= 1  # another machine's sine


@pytest.mark.parametrize("decibels", VOLUME_DB.values())
def test_each_volume_softens_a_cue_by_as_much_as_it_softens_the_voice(decibels: float) -> None:
    file = (CUES / "taken.wav").read_bytes()

    assert peak(softened(file, decibels)) == pytest.approx(peak(file) * 10 ** (decibels / 20), abs=1)


def peak(file: bytes) -> int:
    with wave.open(io.BytesIO(file)) as sound:
        return max(array("h", sound.readframes(sound.getnframes())))


@pytest.fixture
def played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bytes]:
    """What came to a program named ``aplay``, cue by cue."""
    return stand_in_for_aplay(tmp_path, monkeypatch)


def test_a_cue_is_played_from_memory_as_loud_as_asked(played: Callable[[], bytes]) -> None:
    player = CuePlayer(CUES)
    player.start()

    for volume in VOLUME_DB:
        player.play(Cue.READ, volume)
        assert played() == softened((CUES / "read.wav").read_bytes(), VOLUME_DB[volume])


def test_without_sound_it_says_so_once_and_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: queue.Queue[object] = queue.Queue()

    def missing(*command: object, **_: object) -> None:
        tried.put(command)
        raise FileNotFoundError("aplay")

    monkeypatch.setattr("kiosk.hardware.sound.cues.subprocess.run", missing)
    player = CuePlayer(CUES)
    player.start()

    for _ in range(3):
        player.play(Cue.TAKEN, 4)
        tried.get(timeout=PATIENCE)

    assert len([each for each in caplog.records if "cues cannot be played" in each.message]) == 1
