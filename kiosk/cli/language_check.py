"""``kiosk language check``: what does a language pack lack, in the order in which citizens meet it?"""

import os
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from kiosk.cli.doctor import language_of, load_strings
from kiosk.cli.voice_check import unlike
from kiosk.flow.input.prompts import ALIKE
from kiosk.hardware.sound.loudness import CannotMeasure, Clip, read
from kiosk.hardware.sound.synthesiser import speaks
from kiosk.languages.check import Lack, in_order, lacks
from kiosk.languages.letters import printable
from kiosk.languages.pack import SOUNDS, BadPack, Pack, read_pack
from kiosk.languages.packs import folder_of, reference_pack, typeface
from kiosk.settings import Settings
from kiosk.texts import Strings

WIDEST_TEXT = 90


def language_check(settings: Settings, named: str, reader: str = "") -> int:
    """``named``: a language, or the folder of a pack. Exit 0 when nothing is missing or amiss, 1 when something is, 2
    when there is no such pack or it cannot be used at all."""
    strings = load_strings(reader or language_of(os.environ))
    try:
        pack = _pack(settings, named)
    except BadPack as error:
        print(printable(f"! {strings.say(f'pack.{error.word}', **error.values)}"))
        return 2
    synthesised = speaks(pack.language)
    found = in_order([*lacks(pack, synthesised=synthesised), *_unlike(pack)])
    for stage, rows in groupby(found, key=lambda lack: lack.stage):
        print(f"\n{strings[f'pack_stage.{stage}']}")
        for lack in rows:
            print(printable(f"  {_line(lack, strings)}"))
    if found:
        print()
    print(strings.say("pack.summary", name=pack.name, language=pack.language, folder=pack.folder, count=len(found)))
    print(strings["pack.voice" if synthesised else "pack.no_voice"])
    return 1 if found else 0


def _pack(settings: Settings, named: str) -> Pack:
    folder = Path(named).absolute() if os.sep in named else folder_of(named, settings.language_packs)
    if not folder.is_dir():
        raise BadPack("no_pack", folder=folder)
    reference = reference_pack()
    return reference if folder == reference.folder else read_pack(folder, typeface(), reference)


def _unlike(pack: Pack) -> Iterator[Lack]:
    """What would let a listener tell one of the five scores from another, as ``kiosk voice-check`` finds it."""
    for group in ALIKE:
        clips: dict[str, Clip] = {}
        for name in group:
            try:
                clips |= {name: read(sound)} if (sound := pack.sound(name)) else {}
            except CannotMeasure:
                yield Lack("faces", SOUNDS, name, "not_measured")
        for word, apart in unlike(group, clips):
            yield Lack("faces", SOUNDS, f"{group[0]} – {group[-1]}", word, apart)


def _line(lack: Lack, strings: Strings) -> str:
    file = "sounds/" if lack.part == "sounds" else f"{lack.part}.toml "
    of = lack.of if len(lack.of) <= WIDEST_TEXT else f"{lack.of[: WIDEST_TEXT - 1]}…"
    word = strings[f"pack_lack.{lack.word}"]
    return f"{file}{lack.key}: {word}{f': {of}' if of else ''}"
