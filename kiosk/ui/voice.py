"""Play prompts one after the other from the language packs, in the office's language where a pack lacks one.

What a person has recorded, in a folder that the settings name, comes before the pack's own sound, file by file. What
nobody recorded is spoken by a synthesiser, if one is installed that has a voice for this language: a text is only ever
read by the voice of the language it is written in.

The sound library is loaded when somebody first wants to listen. A machine without a sound device stays silent and
says so once in the log; nothing else changes.
"""

import logging
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from msgspec import Struct

from kiosk.flow.input.prompts import Clip, InItsOwn, SpecialCase, utterance
from kiosk.flow.state.lobby import CounterChoice, Rules
from kiosk.flow.state.preferences import PLAIN, VOLUME_DB
from kiosk.flow.state.screens import State
from kiosk.hardware.sound.pace import paced
from kiosk.hardware.sound.synthesiser import speaks, synthesised
from kiosk.languages.pack import ENDINGS, Pack
from kiosk.languages.packs import Packs, reference_pack
from kiosk.languages.translations import spoken_of
from kiosk.paths import shared

log = logging.getLogger(__name__)

LOUDNESS = {volume: 10 ** (decibels / 20) for volume, decibels in VOLUME_DB.items()}
MEMORY = Path("/dev/shm")  # noqa: S108 - a file there is memory, and gone before the sound begins


class Unrecorded(Struct, frozen=True):
    """A text of a language, for the voice of that language."""

    text: str
    language: str


Source = Path | Unrecorded


class Voice:
    """``follow`` is told of every state that is drawn, and says what a change is worth saying. ``rules`` follow the
    headset."""

    def __init__(self, packs: Packs, rules: Rules, recordings: Path | None = None) -> None:
        self._packs, self._recordings, self.rules = packs, recordings, rules
        self._texts: dict[str, dict[str, str]] = {}
        self._before: State | None = None
        self._waiting: deque[Source] = deque()
        self._playing: Any = None
        self._volume, self._pace = LOUDNESS[PLAIN.volume], PLAIN.pace
        self._now: Source | None = None
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
        self._waiting.extend(self.sources(clips, state.language))
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

    @property
    def is_speaking(self) -> bool:
        return self._playing is not None

    def sources(self, clips: Sequence[Clip], language: str) -> list[Source]:
        """What is to be played for prompts; a prompt that nobody can say is left out."""
        found = (self._source(clip, language) for clip in clips)
        return [source for source in found if source is not None]

    def _source(self, clip: Clip, language: str) -> Source | None:
        if isinstance(clip, InItsOwn):
            pack = self._packs.offered.get(clip.language)
            return self._spoken_by(pack, clip.name) if pack else None
        if isinstance(clip, SpecialCase):
            return self._special(clip, language)
        found = (self._spoken_by(pack, _name(clip)) for pack in self._packs.chain(language))
        return next((source for source in found if source is not None), None)

    def _special(self, clip: SpecialCase, language: str) -> Source | None:
        for pack in self._packs.chain(language):
            if special := self._spoken_by(pack, clip.name):
                return special
            if usual := self._spoken_by(pack, clip.usual):
                return None if clip.beside else usual
        return None

    def _spoken_by(self, pack: Pack, name: str) -> Source | None:
        """As this language says it: recorded, or its own text where its voice is installed."""
        own = self._recordings / pack.language if self._recordings else None
        recorded = (own / f"{name}.{ending}" for ending in ENDINGS) if own and "/" not in name else ()
        if sound := next((file for file in recorded if file.is_file()), None) or pack.sound(name):
            return sound
        text = self._own_texts(pack).get(name)
        return Unrecorded(text, pack.language) if text and speaks(pack.language) else None

    def _own_texts(self, pack: Pack) -> dict[str, str]:
        if pack.language not in self._texts:
            self._texts[pack.language] = spoken_of(pack, self._packs.reference)[0]
        return self._texts[pack.language]

    def _next(self) -> None:
        while self._waiting and not self.silent:
            source = self._waiting.popleft()
            sound = _load(source, self._pace)
            if sound is None or not sound.length:
                if not _is_ours(source) and _ours_can_be_played():
                    log.warning("a sound of a language pack, or of the recordings, cannot be played")
                    continue
                self.silent = True
                log.warning("there is no sound device that can play our files; the kiosk stays silent")
                return
            sound.volume = self._volume
            sound.bind(on_stop=self._ended)
            self._playing, self._now = sound, source
            sound.play()
            return

    def _ended(self, sound: Any) -> None:
        if sound is self._playing:
            self._playing = None
            sound.unload()
            self._next()


def _is_ours(source: Source) -> bool:
    """Whether it came with this release: then it is no fault of the file when it cannot be played."""
    return isinstance(source, Path) and source.is_relative_to(shared("assets"))


def _ours_can_be_played() -> bool:
    """Whether there is a sound device: without one no file can be played, and none is at fault."""
    ours = reference_pack().sound("greeting")
    sound = _load(ours, PLAIN.pace) if ours else None
    return bool(sound and sound.length)


def _name(clip: str | CounterChoice) -> str:
    if isinstance(clip, str):
        return clip
    from kiosk.ui.screens.pick_counter import picture_for, read_fields

    return f"field.{picture_for(clip.field, read_fields())}"


def _load(source: Source, pace: int) -> Any:
    """The sound at this pace. What is stretched or synthesised is read from memory at once and never lies on the
    disk."""
    from kivy.core.audio import SoundLoader

    plain: Path | bytes | None = source if isinstance(source, Path) else synthesised(source.text, source.language)
    if plain is None:
        return None
    sound = paced(plain, pace) if pace != PLAIN.pace else None
    if sound is None and isinstance(plain, Path):
        return SoundLoader.load(str(plain))
    sound = sound if sound is not None or isinstance(plain, Path) else plain
    assert sound is not None
    with NamedTemporaryFile(suffix=".wav", dir=MEMORY if MEMORY.is_dir() else None) as file:
        file.write(sound)
        file.flush()
        return SoundLoader.load(file.name)
