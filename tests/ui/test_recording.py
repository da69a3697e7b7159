"""Spoken with real fingers on the real window: a program stands for the microphone, all else is the real thing."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.flow.state.lobby import Lobby
from kiosk.hardware.sound.recorder import SoundRecorder
from kiosk.settings import MicrophoneOptions
from tests.support.driver import Driver
from tests.support.fakes import INTAKE, FakeDesk
from tests.ui.test_non_visual import choose, hear_to_the_end
from tests.ui.test_voice import TOP_LEFT, heard_out, hold_the_corner, touch

PATIENCE = 30
TONE = "struct.pack('<1600h', *[16000 if at % 40 < 20 else -16000 for at in range(1600)])"
FOR_EVER = f"while True: out.write({TONE}); out.flush()"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    def put(name: str, body: str) -> None:
        (tmp_path / f"{name}.py").write_text(f"import struct, sys\nout = sys.stdout.buffer\n{body}\n")
        (tmp_path / name).write_text(f'#!/bin/sh\nexec {sys.executable} {tmp_path / name}.py "$@"\n')
        (tmp_path / name).chmod(0o755)

    return put


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk(hangs=Lobby(intake=INTAKE))


def begin(kiosk: Driver, desk: FakeDesk, longest: int = 120) -> SoundRecorder:
    """Up to the moment in which somebody speaks."""
    sound = SoundRecorder(MicrophoneOptions(enabled=True, device="default", longest=longest), kiosk.app.post)
    desk.sound = sound
    for card in ("Góp ý, phản ánh", "Không ghi tên, không có trả lời", "Nơi chờ, máy móc"):
        kiosk.press(card)
    for card in ("Không về hồ sơ nào", "Nói vào máy", "Bắt đầu nói"):
        kiosk.press(card)
    return sound


def until(kiosk: Driver, holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        kiosk.frames(2)


def spoken(kiosk: Driver) -> int:
    return kiosk.state.place.draft.spoken_ms


def test_spoken_heard_again_read_back_and_sent(kiosk: Driver, desk: FakeDesk, programs, tmp_path: Path):
    programs("arecord", FOR_EVER)
    heard = tmp_path / "heard.wav"
    programs("aplay", f"open({str(heard)!r}, 'wb').write(sys.stdin.buffer.read())")
    sound = begin(kiosk, desk)
    until(kiosk, lambda: kiosk.state.place.percent)
    kiosk.press("Tôi nói xong")
    until(kiosk, lambda: spoken(kiosk))
    data = sound.recording.data

    kiosk.press("Nghe lại")
    until(kiosk, lambda: heard.exists() and heard.stat().st_size)
    kiosk.press("Tiếp tục")
    read = kiosk.page.reader._text
    kept = bytes(data[:4])
    kiosk.press("Gửi")

    assert "Lời nói: " in read
    assert (kiosk.place, kept) == ("ShowReceipt", b"OggS")
    assert desk.told[0].draft.spoken_ms > 0
    assert (sound.recording, any(data)) == (None, False)


def test_spoken_without_looking(kiosk: Driver, desk: FakeDesk, programs):
    programs("arecord", FOR_EVER)
    sound = SoundRecorder(MicrophoneOptions(enabled=True, device="default", longest=120), kiosk.app.post)
    desk.sound = sound
    hold_the_corner(kiosk)
    choose(kiosk, "5", "comment")
    hear_to_the_end(kiosk, "facilities")
    choose(kiosk, ".skip", "spoken")
    said = choose(kiosk, ".speak")
    until(kiosk, lambda: kiosk.state.place.percent)
    touch(kiosk, *TOP_LEFT)
    until(kiosk, lambda: spoken(kiosk))
    ready = heard_out(kiosk)
    choose(kiosk, ".go_on", ".send")

    assert said == []
    assert ready == ["ear.recorded.ogg", "ear.overheard.ogg", "ear.items.ogg"]
    assert kiosk.place == "ShowReceipt"
    assert desk.told[0].draft.spoken_ms > 0
    assert sound.recording is None


def test_it_ends_by_itself_when_the_time_is_up(kiosk: Driver, desk: FakeDesk, programs):
    programs("arecord", FOR_EVER)
    sound = begin(kiosk, desk, longest=5)

    until(kiosk, lambda: spoken(kiosk))

    assert spoken(kiosk) == 5_000
    sound.forget()


def test_going_home_while_speaking_leaves_nothing(kiosk: Driver, desk: FakeDesk, programs):
    programs("arecord", FOR_EVER)
    sound = begin(kiosk, desk)
    until(kiosk, lambda: kiosk.state.place.percent)
    store = sound._microphone._take._store

    kiosk.press("Trang đầu")

    assert (kiosk.place, sound.recording, any(store)) == ("Idle", None, False)


def test_an_error_on_the_screen_leaves_nothing_either(kiosk: Driver, desk: FakeDesk, programs):
    from kivy.base import ExceptionManager

    programs("arecord", FOR_EVER)
    sound = begin(kiosk, desk)
    until(kiosk, lambda: kiosk.state.place.percent)
    kiosk.press("Tôi nói xong")
    until(kiosk, lambda: spoken(kiosk))
    data = sound.recording.data

    ExceptionManager.handle_exception(ValueError("a fault in a screen"))
    kiosk.frames(4)

    assert (kiosk.place, sound.recording, any(data)) == ("Idle", None, False)


def test_a_microphone_that_was_pulled_out_is_admitted(kiosk: Driver, desk: FakeDesk, programs):
    programs("arecord", "sys.exit(1)")
    begin(kiosk, desk)

    until(kiosk, lambda: kiosk.state.place.failed)

    assert "Máy chưa nghe được." in " ".join(kiosk.said()).replace("\n", " ")
