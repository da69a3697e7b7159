"""Speaking instead of writing: a program stands for the microphone, the encoder and the decoder are the real ones."""

import itertools
import math
import os
import queue
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.flow.state.preferences import VOLUMES
from kiosk.flow.state.recording import NotRecorded, PlayedBack, Recorded, Recording, RecordingFailed, SoundLevel
from kiosk.hardware.sound.microphone import RATE, Microphone, MicrophoneEvent, cannot_record, level
from kiosk.hardware.sound.playback import Playback

PATIENCE = 30
TONE_HZ = 440
FOR_EVER = "while True: out.write(tone)"
FIVE_SECONDS = "out.write(tone * 5)"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Puts a program of ours in the place of one of the system's."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    def put(name: str, body: str) -> Path:
        tone = "".join(f"{value}," for value in sine(1))
        (tmp_path / f"{name}.py").write_text(
            f"import struct, sys, time\nout = sys.stdout.buffer\nvalues = [{tone}]\n"
            f"tone = struct.pack(f'<{{len(values)}}h', *values)\n{body}\n"
        )
        (tmp_path / name).write_text(f'#!/bin/sh\nexec {sys.executable} {tmp_path / name}.py "$@"\n')
        (tmp_path / name).chmod(0o755)
        return tmp_path

    return put


@pytest.fixture
def said() -> "queue.Queue[MicrophoneEvent]":
    return queue.Queue()


@pytest.fixture
def microphone(said: "queue.Queue[MicrophoneEvent]") -> Iterator[Microphone]:
    microphone = Microphone("default", 120, said.put)
    yield microphone
    microphone.cancel()


def sine(seconds: int, amplitude: int = 16_000) -> list[int]:
    return [round(amplitude * math.sin(2 * math.pi * TONE_HZ * at / RATE)) for at in range(RATE * seconds)]


def outcome(said: "queue.Queue[MicrophoneEvent]") -> MicrophoneEvent:
    while isinstance(event := said.get(timeout=PATIENCE), SoundLevel):
        pass
    return event


def decoded(recording: Recording) -> tuple[int, ...]:
    command = ["opusdec", "--quiet", "--rate", str(RATE), "--no-dither", "-", "-"]
    raw = subprocess.run(command, input=bytes(recording.data), capture_output=True, check=True).stdout
    raw = raw[: len(raw) // 2 * 2]
    return struct.unpack(f"<{len(raw) // 2}h", raw)


def pitch_hz(samples: tuple[int, ...]) -> float:
    rises = sum(before < 0 <= after for before, after in itertools.pairwise(samples))
    return rises * RATE / len(samples)


def test_what_is_spoken_comes_back_small_and_whole(microphone, said, programs):
    programs("arecord", FIVE_SECONDS)
    microphone.start()

    event = outcome(said)

    assert isinstance(event, Recorded)
    samples = decoded(event.recording)
    assert (event.recording.ms, event.recording.cut_off) == (5_000, True)
    assert len(samples) == pytest.approx(5 * RATE, rel=0.02)
    assert pitch_hz(samples) == pytest.approx(TONE_HZ, rel=0.02)
    assert len(event.recording.data) < 5 * 4_000
    assert event.recording.data.startswith(b"OggS")


def test_the_level_is_told_ten_times_a_second(microphone, said, programs):
    programs("arecord", FIVE_SECONDS)
    microphone.start()

    levels = []
    while isinstance(event := said.get(timeout=PATIENCE), SoundLevel):
        levels.append(event.percent)

    assert len(levels) == 50
    assert set(levels) == {level(struct.pack("<h", 16_000))}


def test_stop_keeps_what_was_said_so_far(microphone, said, programs):
    programs("arecord", FOR_EVER)
    microphone.start()
    assert isinstance(said.get(timeout=PATIENCE), SoundLevel)

    microphone.stop()
    event = outcome(said)

    assert isinstance(event, Recorded)
    assert not event.recording.cut_off
    assert len(decoded(event.recording)) == pytest.approx(event.recording.ms * RATE / 1000, abs=RATE / 20)


def test_after_the_longest_time_it_ends_by_itself(said, programs):
    programs("arecord", FOR_EVER)
    microphone = Microphone("default", 7, said.put)
    microphone.start()

    event = outcome(said)

    assert isinstance(event, Recorded)
    assert (event.recording.ms, event.recording.cut_off) == (7_000, True)


@pytest.mark.slow
def test_two_minutes_of_speech_are_small(said, programs, tmp_path):
    words = "Tôi xin phản ánh việc phải chờ quá lâu ở quầy số ba. " * 40
    speech = tmp_path / "speech.wav"
    subprocess.run(["espeak-ng", "-v", "vi", "-w", str(speech), words], check=True)
    programs("arecord", f"out.write((open({str(speech)!r}, 'rb').read()[44:] * 9)[:120 * 16000 * 2])")
    microphone = Microphone("default", 120, said.put)
    microphone.start()

    event = outcome(said)

    assert isinstance(event, Recorded)
    assert event.recording.ms == 120_000
    assert 100_000 < len(event.recording.data) < 300_000


def test_cancel_throws_everything_away(microphone, said, programs):
    programs("arecord", FOR_EVER)
    microphone.start()
    said.get(timeout=PATIENCE)
    take = microphone._take

    microphone.cancel()

    while not said.empty():
        assert isinstance(said.get(), SoundLevel)
    assert not any(take._store)


def test_starting_again_forgets_the_first_attempt(microphone, said, programs, tmp_path):
    again = tmp_path / "again"
    silent_again = f"import os\nsound = bytes(len(tone)) if os.path.exists({str(again)!r}) else tone\n"
    programs("arecord", silent_again + "while True: out.write(sound)")
    microphone.start()
    assert said.get(timeout=PATIENCE) != SoundLevel(0)

    again.touch()
    microphone.start()
    while said.get(timeout=PATIENCE) != SoundLevel(0):
        pass
    microphone.stop()

    event = outcome(said)
    assert isinstance(event, Recorded)
    assert max(decoded(event.recording)) < 100


@pytest.mark.parametrize(
    "body", ["sys.exit(1)", "out.write(tone[:100])", "time.sleep(60)"], ids=["refuses", "ends", "silent"]
)
def test_a_microphone_that_gives_nothing_is_named(microphone, said, programs, body, monkeypatch):
    monkeypatch.setattr("kiosk.hardware.sound.microphone.PATIENCE_SECONDS", 0.5)
    programs("arecord", body)
    microphone.start()

    assert outcome(said) == RecordingFailed(NotRecorded.NO_SOUND)


@pytest.mark.parametrize("missing", ["arecord", "opusenc"])
def test_a_program_that_is_not_installed_is_named(microphone, said, programs, missing, tmp_path, monkeypatch):
    folder = programs("arecord", FIVE_SECONDS)
    (folder / "opusenc").symlink_to("/usr/bin/opusenc")
    (folder / missing).unlink()
    monkeypatch.setenv("PATH", str(folder))
    microphone.start()

    assert outcome(said) == RecordingFailed(NotRecorded.NO_PROGRAM)
    assert missing in cannot_record("default")


def test_an_encoder_that_dies_is_no_recording(microphone, said, programs):
    programs("arecord", FOR_EVER)
    programs("opusenc", "sys.exit(1)")
    microphone.start()

    assert outcome(said) == RecordingFailed(NotRecorded.NO_SOUND)


def test_an_erased_recording_holds_nothing():
    data = bytearray(b"spoken words")
    recording = Recording(data, 1_000)

    recording.erase()

    assert (bytes(data), bytes(recording.data), recording.ms) == (bytes(12), b"", 0)


def test_nothing_spoken_is_in_a_log_line():
    assert "spoken" not in repr(Recorded(Recording(bytearray(b"spoken"), 5)))


def test_the_technician_is_told_what_the_microphone_says(programs):
    programs(
        "arecord", "sys.stderr.write('arecord: main:830: audio open error: No such file or directory\\n'); sys.exit(1)"
    )
    assert "audio open error" in cannot_record("default")

    programs("arecord", "out.write(tone[:3200])")
    assert cannot_record("default") == ""


def recorded(said: "queue.Queue[MicrophoneEvent]", microphone: Microphone) -> Recording:
    microphone.start()
    event = outcome(said)
    assert isinstance(event, Recorded)
    return event.recording


def test_the_citizen_hears_their_recording_from_memory(microphone, said, programs, tmp_path):
    programs("arecord", FIVE_SECONDS)
    heard = tmp_path / "heard.wav"
    programs("aplay", f"open({str(heard)!r}, 'wb').write(sys.stdin.buffer.read())")
    ended: queue.Queue[PlayedBack] = queue.Queue()

    Playback(ended.put).play(recorded(said, microphone), volume=5)

    assert ended.get(timeout=PATIENCE) == PlayedBack()
    wave = heard.read_bytes()
    assert wave[:4] == b"RIFF"
    assert len(wave) == pytest.approx(5 * RATE * 2, rel=0.02)


@pytest.mark.slow
def test_softer_is_softer(microphone, said, programs, tmp_path):
    programs("arecord", FIVE_SECONDS)
    heard = tmp_path / "heard.wav"
    programs("aplay", f"open({str(heard)!r}, 'wb').write(sys.stdin.buffer.read())")
    recording, ended, peaks = recorded(said, microphone), queue.Queue(), {}

    for volume in VOLUMES:
        Playback(ended.put).play(recording, volume)
        ended.get(timeout=PATIENCE)
        samples = heard.read_bytes()[44:]
        peaks[volume] = max(struct.unpack(f"<{len(samples) // 2}h", samples))

    assert peaks[1] < peaks[2] < peaks[3] < peaks[4] < peaks[5]
    assert peaks[1] < peaks[3] / 3 < peaks[5] / 9


def test_a_recording_that_is_stopped_says_nothing_more_and_can_be_erased(microphone, said, programs):
    programs("arecord", FIVE_SECONDS)
    programs("aplay", "time.sleep(60)")
    ended: queue.Queue[PlayedBack] = queue.Queue()
    recording, playback = recorded(said, microphone), Playback(ended.put)
    playback.play(recording, volume=4)

    playback.stop()
    recording.erase()

    assert ended.empty()


def test_without_a_player_the_recording_ends_at_once(microphone, said, programs, monkeypatch):
    folder = programs("arecord", FIVE_SECONDS)
    recording = recorded(said, microphone)
    monkeypatch.setenv("PATH", str(folder))
    ended: queue.Queue[PlayedBack] = queue.Queue()

    Playback(ended.put).play(recording, volume=4)

    assert ended.get(timeout=PATIENCE) == PlayedBack()
