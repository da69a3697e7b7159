"""Play prompts one after the other from assets/sounds/kiosk/<language>, in Vietnamese where one is missing.

What a person has recorded, in a folder that the settings name, comes before the synthesiser, file by file.

The sound library is loaded when somebody first wants to listen. A machine without a sound device stays silent and
says so once in the log; nothing else changes.
"""

import logging
from collections import deque
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from kiosk.flow.input.prompts import Clip, utterance
from kiosk.flow.state.lobby import CounterChoice, Rules
from kiosk.flow.state.preferences import PLAIN, VOLUME_DB
from kiosk.flow.state.screens import State
from kiosk.hardware.sound.pace import paced
from kiosk.texts import FALLBACK

log = logging.getLogger(__name__)

LOUDNESS = {volume: 10 ** (decibels / 20) for volume, decibels in VOLUME_DB.items()}
MEMORY = Path("/dev/shm")  # noqa: S108 - a file there is memory, and gone before the sound begins
ENDINGS = ("wav", "ogg")  # a person's recording first, then the rendered voice


class Voice:
    """``follow`` is told of every state that is drawn, and says what a change is worth saying. ``rules`` follow the
    headset."""

    def __init__(self, folder: Path, rules: Rules, recordings: Path | None = None) -> None:
        self._folders, self.rules = [*([recordings] if recordings else []), folder], rules
        self._before: State | None = None
        self._waiting: deque[Path] = deque()
        self._playing: Any = None
        self._volume, self._pace = LOUDNESS[PLAIN.volume], PLAIN.pace
        self._now: Path | None = None
        self.paused = False
        self.silent = False

    def follow(self, state: State) -> None:
        """Says what belongs to this state, after what is being said when that still holds."""
        clips = utterance(self._before, state, self.rules)
        self._before = state
        if clips is None:
            return
        self._volume, self._pace = LOUDNESS[state.preferences.volume], state.preferences.pace
        self.stop()
        self._waiting.extend(self.files(clips, state.language))
        self._next()

    def stop(self) -> None:
        """Falls silent at once."""
        self._waiting.clear()
        self.paused = False
        self._fall_silent()

    def pause_or_go_on(self) -> bool:
        """Pauses what is being said, or goes on with the sentence it was paused in; false when there is neither."""
        if self._playing is not None and self._now is not None:
            self._waiting.appendleft(self._now)
            self.paused = True
            self._fall_silent()
        elif self.paused:
            self.paused = False
            self._next()
        else:
            return False
        return True

    def _fall_silent(self) -> None:
        if self._playing is not None:
            playing, self._playing = self._playing, None
            playing.stop()
            playing.unload()

    def files(self, clips: Sequence[Clip], language: str) -> list[Path]:
        """The sound files of prompts; a prompt that nobody has recorded is left out."""
        found = (self._file(self._name(clip), language) for clip in clips)
        return [path for path in found if path is not None]

    def _name(self, clip: Clip) -> str:
        if not isinstance(clip, CounterChoice):
            return clip
        from kiosk.ui.screens.pick_counter import picture_for, read_fields

        return f"field.{picture_for(clip.field, read_fields())}"

    def _file(self, name: str, language: str) -> Path | None:
        languages = dict.fromkeys((language, FALLBACK))
        found = (
            path
            for spoken, folder, ending in product(languages, self._folders, ENDINGS)
            if (path := folder / spoken / f"{name}.{ending}").is_file()
        )
        return next(found, None)

    def _next(self) -> None:
        while self._waiting and not self.silent:
            path = self._waiting.popleft()
            sound = _load(path, self._pace)
            if sound is None or not sound.length:
                self.silent = True
                log.warning("there is no sound device that can play our files; the kiosk stays silent")
                return
            sound.volume = self._volume
            sound.bind(on_stop=self._ended)
            self._playing, self._now = sound, path
            sound.play()
            return

    def _ended(self, sound: Any) -> None:
        if sound is self._playing:
            self._playing = None
            sound.unload()
            self._next()


def recorded(folder: Path) -> frozenset[str]:
    """The names of all prompts that have a sound, in the language every other falls back to; none where they are lost."""
    return frozenset(path.stem for path in (folder / FALLBACK).glob("*.*") if path.suffix[1:] in ENDINGS)


def _load(path: Path, pace: int) -> Any:
    """The sound at this pace. A stretched one is read from memory at once and never lies on the disk."""
    from kivy.core.audio import SoundLoader

    stretched = paced(path, pace) if pace != PLAIN.pace else None
    if stretched is None:
        return SoundLoader.load(str(path))
    with NamedTemporaryFile(suffix=".wav", dir=MEMORY if MEMORY.is_dir() else None) as file:
        file.write(stretched)
        file.flush()
        return SoundLoader.load(file.name)
