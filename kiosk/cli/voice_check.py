"""``kiosk voice-check FOLDER``: is a person's recording of the spoken prompts fit to be heard at the counter?"""

import statistics
from collections.abc import Iterator, Mapping
from pathlib import Path

from kiosk.flow.input.prompts import ALIKE
from kiosk.hardware.sound.loudness import TARGET_DB, CannotMeasure, Clip, loudness, read, spoken
from kiosk.paths import shared
from kiosk.texts import read as read_texts

#: how far a prompt may be from the loudness of all others, and the five scores from one another
MAX_DB, MAX_ALIKE_DB = 3.0, 1.5
#: how much longer the longest of the five scores may be than the shortest
MAX_ALIKE_LENGTH = 1.1
#: longer than so many times the synthesiser, somebody spoke something else or left silence in it
MAX_LENGTH = 2.0
MAX_SILENCE_SECONDS = 0.5
ENDINGS = (".wav", ".ogg")


def voice_check(folder: Path, language: str) -> int:
    """Says what is wrong with which file, and what the synthesiser still speaks. Exit 1 when something is wrong."""
    shipped = {path.stem: path for path in (_pack(language) / "sounds").glob("*.ogg")}
    recorded = {path.stem: path for path in sorted(folder.glob("*")) if path.suffix in ENDINGS}
    if not shipped or not folder.is_dir():
        print(f"! {folder}: no such folder" if shipped else f"! nothing is spoken in {language!r}")
        return 1
    faults = [*_faults(recorded, shipped)]
    for fault in faults:
        print(f"! {fault}")
    texts = {name.rstrip("."): text for name, text in read_texts(_pack(language) / "spoken.toml").items()}
    missing = [name for name in shipped if name not in recorded]
    for name in sorted(missing, key=lambda name: [*texts].index(name) if name in texts else len(texts)):
        print(f"- {name}: {texts.get(name, '(see config/schemes)')}")
    print(f"{len(recorded)} of {len(shipped)} prompts recorded, {len(faults)} faults; - is spoken by the synthesiser")
    return 1 if faults else 0


def _pack(language: str) -> Path:
    return shared("assets") / "languages" / language


def _faults(recorded: Mapping[str, Path], shipped: Mapping[str, Path]) -> Iterator[str]:
    clips: dict[str, Clip] = {}
    for name, path in recorded.items():
        if name not in shipped:
            yield f"{path.name}: no prompt has this name; compare the list of `kiosk voice-check`"
            continue
        try:
            clips[name] = read(path)
        except CannotMeasure as error:
            yield str(error)
            continue
        yield from _faults_of(path.name, clips[name], read(shipped[name]))
    for group in ALIKE:
        yield from _faults_of_group(group, clips)


def _faults_of(file: str, clip: Clip, synthesised: Clip) -> Iterator[str]:
    first, last = spoken(clip)
    if last == 0:
        yield f"{file}: nothing is heard in it"
        return
    if abs(off := loudness(clip) - TARGET_DB) > MAX_DB:
        yield f"{file}: {abs(off):.1f} dB too {'loud' if off > 0 else 'soft'}; make it {TARGET_DB:.0f} dB (RMS)"
    if first > MAX_SILENCE_SECONDS or clip.seconds - last > MAX_SILENCE_SECONDS:
        yield f"{file}: more than {MAX_SILENCE_SECONDS} s of silence at its beginning or end; cut it off"
    if last - first > MAX_LENGTH * synthesised.seconds:
        lengths = f"{last - first:.1f} s long, the synthesiser needs {synthesised.seconds:.1f} s"
        yield f"{file}: {lengths}; is it the right text?"


def _faults_of_group(group: tuple[str, ...], clips: Mapping[str, Clip]) -> Iterator[str]:
    for word, apart in unlike(group, clips):
        if word == "some_alike":
            yield f"{', '.join(group)}: record all of them or none; two voices would tell which was chosen"
        elif word == "length":
            yield f"{group[0]} to {group[-1]}: {apart}; make them equally long within 10 %"
        else:
            middle = statistics.median(loudness(clips[name]) for name in group)
            yield f"{group[0]} to {group[-1]}: {apart} apart; make them all {middle:.0f} dB"


def unlike(group: tuple[str, ...], clips: Mapping[str, Clip]) -> Iterator[tuple[str, str]]:
    """By what one of the five scores can be told from another, and how far they are apart: ``some_alike`` (only some
    are recorded, so two voices speak), ``length`` or ``level``."""
    there = [clips[name] for name in group if name in clips]
    if not there:
        return
    if len(there) < len(group):
        yield "some_alike", ""
        return
    lengths = [clip.seconds for clip in there]
    if max(lengths) > MAX_ALIKE_LENGTH * min(lengths):
        yield "length", f"{min(lengths):.2f} – {max(lengths):.2f} s"
    levels = [loudness(clip) for clip in there]
    if max(levels) - min(levels) > MAX_ALIKE_DB:
        yield "level", f"{max(levels) - min(levels):.1f} dB"
