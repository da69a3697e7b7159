"""A recording in place of text, and the microphone's status. Pure."""

from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct


class NotRecorded(StrEnum):
    """Why nothing is recorded. In the words of the box's records; a screen says it in its own."""

    NO_PROGRAM = "no_program"  # alsa-utils or opus-tools are not installed
    NO_SOUND = "no_sound"  # no microphone, or one that gives nothing


@dataclass(slots=True, eq=False)
class Recording:
    """Speech as Ogg Opus (RFC 7845), in memory only. ``ms`` is its length in milliseconds; ``cut_off`` says that it
    ended by itself, because the time was up or the microphone went away."""

    data: bytearray = field(repr=False)
    ms: int
    cut_off: bool = False

    def erase(self) -> None:
        """Overwrites the sound; call it as soon as the sound is sealed or not wanted any more."""
        self.data[:] = bytes(len(self.data))
        self.data, self.ms = bytearray(), 0


class SoundLevel(Struct, frozen=True):
    """How loud it is now: 0 for silence to 100, as ears hear it (decibels)."""

    percent: int


class Recorded(Struct, frozen=True):
    recording: Recording


class RecordingFailed(Struct, frozen=True):
    reason: NotRecorded


class PlayedBack(Struct, frozen=True):
    """The citizen has heard their recording to its end, or it could not be played."""


class SpeakAsked(Struct, frozen=True):
    """The citizen begins to speak, or speaks anew."""


class SpokenOut(Struct, frozen=True):
    """The citizen has finished speaking."""


class PlayAsked(Struct, frozen=True):
    """The citizen wants to hear what they said."""


class SoundDone(Struct, frozen=True):
    """The microphone or the loudspeaker has been told."""


Event = SoundLevel | Recorded | RecordingFailed | PlayedBack | SpeakAsked | SpokenOut | PlayAsked | SoundDone


class SoundTask(StrEnum):
    """What is to be done with the one recording there is. Answered by ``SoundDone`` at once."""

    START = "start"
    STOP = "stop"
    PLAY = "play"
    HUSH = "hush"  # what is being played falls silent
    FORGET = "forget"  # nothing is recorded or played any more, and what was recorded is overwritten
