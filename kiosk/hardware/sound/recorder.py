"""Hold the one recording a citizen makes, from its first sound until it is sealed or discarded."""

from collections.abc import Callable

from kiosk.flow.state.recording import PlayedBack, Recorded, Recording
from kiosk.hardware.sound.microphone import Microphone, MicrophoneEvent
from kiosk.hardware.sound.playback import Playback
from kiosk.settings import MicrophoneOptions


class SoundRecorder:
    """``post(event)`` is called from threads of its own. ``recording`` is what was spoken last, until ``forget``."""

    def __init__(self, options: MicrophoneOptions, post: Callable[[MicrophoneEvent | PlayedBack], None]) -> None:
        self.seconds = options.longest
        self.recording: Recording | None = None
        self._post = post
        self._microphone = Microphone(options.device, options.longest, self._recorded)
        self._playback = Playback(post)

    def start(self) -> None:
        """Begins to record; what was recorded before is overwritten."""
        self.forget()
        self._microphone.start()

    def stop(self) -> None:
        """The citizen has finished; ``Recorded`` is posted."""
        self._microphone.stop()

    def play(self, volume: int) -> None:
        """Plays what was recorded; ``volume`` from 1 to 3."""
        if self.recording:
            self._playback.play(self.recording, volume)

    def hush(self) -> None:
        """What is being played falls silent."""
        self._playback.stop()

    def forget(self) -> None:
        """Returns when nothing is recorded or played any more and the sound has been overwritten."""
        self.hush()
        self._microphone.cancel()
        if self.recording:
            self.recording.erase()
            self.recording = None

    def _recorded(self, event: MicrophoneEvent) -> None:
        if isinstance(event, Recorded):
            self.recording = event.recording
        self._post(event)
