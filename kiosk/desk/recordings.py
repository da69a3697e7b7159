"""The desk's use of the microphone: offer recording, and hand over a finished one to be sealed."""

from typing import Protocol

from msgspec.structs import replace

from kiosk.flow.state.lobby import Lobby
from kiosk.flow.state.recording import Recording
from kiosk.shell import CannotSave, Sound


class Recorder(Sound, Protocol):
    """``seconds``: how long one may speak. ``recording``: what was spoken last, ``None`` before and after."""

    seconds: int
    recording: Recording | None


def with_speech(lobby: Lobby, sound: Recorder | None) -> Lobby:
    """The board as citizens see it: speaking is offered where there is a microphone."""
    if lobby.intake is None or sound is None:
        return lobby
    return replace(lobby, intake=replace(lobby.intake, speech_seconds=sound.seconds))


def recorded(sound: Recorder | None) -> bytearray:
    """What was spoken. Raises ``CannotSave`` when it is gone: words without it would say nothing."""
    if sound is None or sound.recording is None or not sound.recording.data:
        raise CannotSave("what was recorded is gone")
    return sound.recording.data
