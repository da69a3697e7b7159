"""Slower and faster without another pitch, with the real programs."""

import io
import math
import wave
from array import array
from pathlib import Path

import pytest

from kiosk.hardware.sound.loudness import Clip, loudness, read
from kiosk.hardware.sound.pace import can_change_pace, paced
from kiosk.paths import shared

RATE, HERTZ = 16_000, 200


def turns(clip: Clip) -> float:
    """How often a second the wave crosses nought upwards: the pitch of a tone."""
    pairs = zip(clip.samples, clip.samples[1:], strict=False)
    return sum(first < 0 <= second for first, second in pairs) / clip.seconds


def read_bytes(sound: bytes, folder: Path) -> Clip:
    (folder / "paced.wav").write_bytes(sound)
    return read(folder / "paced.wav")


@pytest.mark.parametrize("percent", [75, 125, 150, 200])
def test_a_tone_is_shorter_or_longer_and_as_high_and_loud_as_before(tmp_path: Path, percent: int):
    tone = array("h", (round(9_000 * math.sin(2 * math.pi * HERTZ * at / RATE)) for at in range(2 * RATE)))
    with wave.open(str(tmp_path / "tone.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tone.tobytes())

    found = paced(tmp_path / "tone.wav", percent)

    assert found is not None
    clip = read_bytes(found, tmp_path)
    assert clip.seconds == pytest.approx(2 * 100 / percent, rel=0.05)
    assert turns(clip) == pytest.approx(HERTZ, rel=0.03)
    assert loudness(clip) == pytest.approx(loudness(Clip(RATE, tone)), abs=1)


def test_a_shipped_prompt_is_stretched_and_what_is_none_is_not(tmp_path: Path):
    prompt = shared("assets") / "languages" / "vi" / "sounds" / "ear.how.ogg"
    found = paced(prompt, 150)
    (tmp_path / "broken.ogg").write_bytes(b"OggS")

    assert found is not None
    with wave.open(io.BytesIO(found)) as sound:
        assert sound.getframerate() == RATE
    assert paced(tmp_path / "broken.ogg", 150) is None


def test_without_the_programs_no_pace_is_offered(monkeypatch: pytest.MonkeyPatch):
    assert can_change_pace()
    monkeypatch.setenv("PATH", "")

    assert not can_change_pace()
    assert paced(Path("any.ogg"), 150) is None
