"""Play a recording from memory to the citizen who made it: ``opusdec`` (opus-tools) into ``aplay`` (alsa-utils)."""

import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress

from kiosk.flow.state.preferences import VOLUME_DB
from kiosk.flow.state.recording import PlayedBack, Recording

PLAY = ("aplay", "-q", "-")


class Playback:
    """``said(PlayedBack())`` comes from its thread when the recording has ended by itself, also when it cannot be
    played at all; not after ``stop``."""

    def __init__(self, post: Callable[[PlayedBack], None]) -> None:
        self._post = post
        self._playing: tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]] | None = None

    def play(self, recording: Recording, volume: int) -> None:
        """Begins at once; what was being played falls silent."""
        self.stop()
        pipe, quiet = subprocess.PIPE, subprocess.DEVNULL
        decode = ["opusdec", "--quiet", "--force-wav", "--gain", str(VOLUME_DB[volume]), "-", "-"]
        try:
            decoder = subprocess.Popen(decode, stdin=pipe, stdout=pipe, stderr=quiet)  # noqa: S603
            player = subprocess.Popen(PLAY, stdin=decoder.stdout, stderr=quiet)  # noqa: S603
        except FileNotFoundError:
            self._post(PlayedBack())
            return
        assert decoder.stdout is not None
        decoder.stdout.close()
        self._playing = decoder, player
        threading.Thread(target=self._feed, args=(recording, decoder, player), name="playback", daemon=True).start()

    def stop(self) -> None:
        """Falls silent at once."""
        playing, self._playing = self._playing, None
        for process in playing or ():
            process.kill()

    def _feed(
        self, recording: Recording, decoder: "subprocess.Popen[bytes]", player: "subprocess.Popen[bytes]"
    ) -> None:
        assert decoder.stdin is not None
        with suppress(OSError, ValueError):
            decoder.stdin.write(recording.data)
        with suppress(OSError):
            decoder.stdin.close()
        decoder.wait()
        player.wait()
        if self._playing == (decoder, player):
            self._playing = None
            self._post(PlayedBack())
