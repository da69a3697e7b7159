"""Play cues, short WAV files, into ``aplay`` (alsa-utils): from memory, in a thread that nothing waits for.

The sound device is open only while a cue sounds, so that an idle kiosk has no sound thread that wakes up all day.
"""

import io
import logging
import subprocess
import threading
import wave
from array import array
from pathlib import Path

from kiosk.flow.state.cue import Cue
from kiosk.flow.state.preferences import VOLUME_DB

log = logging.getLogger(__name__)

PLAY = ("aplay", "-q", "-")
#: a cue lasts less than half a second
_SECONDS = 5.0


class CuePlayer:
    """``folder`` has one file a cue. A machine that cannot play stays silent, and says so once in the log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wanted: tuple[Cue, int] | None = None
        self._asked = threading.Condition()
        self._complained = False

    def start(self) -> None:
        threading.Thread(target=self._run, name="cues", daemon=True).start()

    def play(self, cue: Cue, volume: int) -> None:
        """Sounds at once; the newest counts when several come while one still sounds."""
        with self._asked:
            self._wanted = cue, volume
            self._asked.notify()

    def _run(self) -> None:
        while True:
            with self._asked:
                self._asked.wait_for(lambda: self._wanted is not None)
                wanted, self._wanted = self._wanted, None
            if wanted is not None:
                self._sound(*wanted)

    def _sound(self, cue: Cue, volume: int) -> None:
        try:
            sound = softened((self._folder / f"{cue}.wav").read_bytes(), VOLUME_DB[volume])
            subprocess.run(PLAY, input=sound, capture_output=True, check=True, timeout=_SECONDS)  # noqa: S603
        except (OSError, EOFError, wave.Error, subprocess.SubprocessError) as error:
            if not self._complained:
                self._complained = True
                log.warning("cues cannot be played, the kiosk answers without them: %s", error)


def softened(file: bytes, decibels: float) -> bytes:
    """A WAV file of 16 bits, changed by so many decibels; 0 or less."""
    with wave.open(io.BytesIO(file)) as sound:
        parameters, samples = sound.getparams(), array("h", sound.readframes(sound.getnframes()))
    share = 10 ** (decibels / 20)
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setparams(parameters)
        sound.writeframes(array("h", (int(sample * share) for sample in samples)).tobytes())
    return written.getvalue()
