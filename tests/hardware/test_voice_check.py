"""A person's recordings are measured before citizens hear them."""

import math
import wave
from array import array
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.hardware.sound.loudness import TARGET_DB

RATE = 16_000


def record(folder: Path, name: str, *, seconds: float = 1.0, decibels: float = TARGET_DB, silence: float = 0.0) -> None:
    """A tone instead of a voice, as loud as is wanted."""
    height = 32_768 * math.sqrt(2) * 10 ** (decibels / 20)
    tone = [round(height * math.sin(2 * math.pi * 200 * at / RATE)) for at in range(int(seconds * RATE))]
    folder.mkdir(exist_ok=True)
    with wave.open(str(folder / f"{name}.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(array("h", [*[0] * int(silence * RATE), *tone]).tobytes())


def check(folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str], str]:
    """The exit code, the faults, and the whole output."""
    code = main(["voice-check", str(folder)])
    out = capsys.readouterr().out
    return code, [line for line in out.splitlines() if line.startswith("! ")], out


def test_a_good_recording_passes_and_what_is_missing_is_listed_with_its_text(tmp_path: Path, capsys):
    record(tmp_path / "vi", "volume")

    code, faults, out = check(tmp_path / "vi", capsys)

    assert (code, faults) == (0, [])
    assert "- marked: Đã chọn." in out
    assert "- volume" not in out
    assert out.splitlines()[-1].startswith("1 of ")


@pytest.mark.parametrize(
    ("recording", "said"),
    [
        ({"decibels": TARGET_DB - 6}, "6.0 dB too soft"),
        ({"decibels": TARGET_DB + 5}, "5.0 dB too loud"),
        ({"seconds": 9.0}, "is it the right text?"),
        ({"silence": 0.9}, "silence at its beginning"),
        ({"decibels": -90.0}, "nothing is heard"),
    ],
)
def test_each_fault_of_a_recording_is_said_with_its_file(
    tmp_path: Path, capsys, recording: dict[str, float], said: str
):
    record(tmp_path / "vi", "volume", **recording)

    code, faults, _ = check(tmp_path / "vi", capsys)

    assert code == 1
    assert faults[0].startswith("! volume.wav: ")
    assert said in faults[0]


def test_scores_of_two_voices_lengths_or_levels_are_refused(tmp_path: Path, capsys):
    record(tmp_path / "some", "face.1")
    for score in range(1, 6):
        record(tmp_path / "uneven", f"face.{score}", seconds=1.0 if score < 5 else 1.2)
        record(tmp_path / "louder", f"face.{score}", decibels=TARGET_DB + (2 if score == 5 else 0))
        record(tmp_path / "even", f"face.{score}")

    assert "record all of them or none" in check(tmp_path / "some", capsys)[1][0]
    assert "equally long within 10 %" in check(tmp_path / "uneven", capsys)[1][0]
    assert "2.0 dB apart" in check(tmp_path / "louder", capsys)[1][0]
    assert check(tmp_path / "even", capsys)[:2] == (0, [])


def test_a_name_that_is_none_a_broken_file_and_a_folder_that_is_not_there_are_said(tmp_path: Path, capsys):
    folder = tmp_path / "vi"
    record(folder, "no.such.prompt")
    (folder / "rate.wav").write_bytes(b"RIFF?")

    _, faults, _ = check(folder, capsys)

    assert [fault.partition(":")[0] for fault in faults] == ["! no.such.prompt.wav", "! rate.wav"]
    assert check(tmp_path / "gone", capsys)[0] == 1
