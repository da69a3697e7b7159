"""Read one language pack: a folder with a manifest, words and sounds. What a pack holds is data and is never trusted.

A pack whose manifest or screen words cannot be read is refused as a whole. A single text that is not fit to be shown is
left out, and the office's language says it instead: one slip among four hundred texts must not take the language away.
"""

import errno
import os
import re
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Any

from msgspec import Struct

from kiosk.domain.language_code import CODE
from kiosk.languages.letters import strange, visible
from kiosk.languages.typeface import Typeface
from kiosk.texts import flat

FORMAT = 1
MANIFEST, SOUNDS = "pack.toml", "sounds"
FIELDS = ("language", "name", "reviewer", "licence")
#: the files with words, and what their keys are: places on the screen, prompts, answers of questionnaires and ready
#: sentences, versions of the consent
SCREEN, SPOKEN, ANSWERS, CONSENT = "screen", "spoken", "answers", "consent"
PARTS = (SCREEN, SPOKEN, ANSWERS, CONSENT)
ENDINGS = ("wav", "ogg")
MAX_BYTES = 512 * 1024
MAX_SOUND_BYTES = 5 * 1024 * 1024
#: single dots in a line. The time that tomllib takes for a dotted key grows with the square of its parts.
MAX_DOTS = 100
MAX_NAME = 24
#: a text more than so many times as long as the Vietnamese one, and longer than so many letters, is no translation
MAX_TIMES, ALWAYS_LETTERS = 4, 200
#: where the Vietnamese text is not known; the longest one, the consent, has fewer than 600
MAX_LETTERS = 2_000


class BadPack(Exception):
    """Why a pack, or one file of it, is not used. ``word`` and ``values``: the sentence in assets/texts/languages."""

    def __init__(self, word: str, **values: object) -> None:
        super().__init__(f"{word} {values}")
        self.word, self.values = word, values


class Fault(Struct, frozen=True):
    """A text that is left out, or a whole file where ``key`` is empty. ``word``: why, in assets/texts/languages."""

    part: str
    key: str
    word: str
    detail: str = ""


class Part(Struct, frozen=True):
    """The fit texts of one file, by key, and why others are left out."""

    texts: Mapping[str, str] = {}
    faults: tuple[Fault, ...] = ()


class Pack(Struct, frozen=True):
    """A language as its folder brings it. ``reviewer`` and ``licence`` are empty where the manifest does not say."""

    language: str
    folder: Path
    name: str
    reviewer: str
    licence: str
    screen: Part

    def sound(self, name: str) -> Path | None:
        """The file with a prompt; a recording (WAV) before what was rendered. Links, files that everybody may write and
        those that are too large are none."""
        folder = self.folder / SOUNDS
        files = [folder / f"{name}.{ending}" for ending in ENDINGS if "/" not in name]
        try:
            _look_at(folder)
            return next((file for file in files if _is_sound(file)), None)
        except (OSError, BadPack):
            return None

    def sounds(self) -> frozenset[str]:
        """The names of all prompts that have a sound."""
        try:
            names = [path.name for path in (self.folder / SOUNDS).iterdir()]
        except OSError:
            return frozenset()
        stems = {name.rpartition(".")[0] for name in names if name.rpartition(".")[2] in ENDINGS}
        return frozenset(stem for stem in stems if self.sound(stem))


def read_pack(folder: Path, typeface: Typeface, reference: "Pack | None" = None) -> Pack:
    """The pack in a folder of its language's name. ``reference`` has every text there is; ``None`` for the one that has
    them itself. Raises ``BadPack``."""
    manifest = _manifest(folder)
    if missing := typeface.lacks(manifest["name"]):
        raise BadPack("name_letters", letters=missing)
    known = reference.screen.texts if reference else None
    screen = read_part(folder, SCREEN, known, typeface)
    if screen is None:
        raise BadPack("no_screen")
    return Pack(manifest["language"], folder, manifest["name"], manifest["reviewer"], manifest["licence"], screen)


def read_part(folder: Path, part: str, known: Mapping[str, str] | None, typeface: Typeface | None) -> Part | None:
    """One file with words; ``None`` where the pack has none. ``known`` are all keys with their Vietnamese text,
    ``None`` where any key may be; ``typeface`` must have the letters of what is shown. Raises ``BadPack``."""
    content = _content(folder / f"{part}.toml")
    if content is None:
        return None
    try:
        texts = flat(_parsed(content, f"{part}.toml"))
    except ValueError as error:
        raise BadPack("not_texts", file=f"{part}.toml", error=error) from error
    letters = "".join(set("".join(texts.values())))
    if not strange(letters) and not (typeface and typeface.lacks(letters)):
        typeface = None  # every letter was looked at
    faults = [fault for key, text in texts.items() if (fault := _fault(part, key, text, known, typeface))]
    bad = {fault.key for fault in faults}
    return Part({key: text for key, text in texts.items() if key not in bad}, tuple(faults))


def _manifest(folder: Path) -> dict[str, str]:
    if not CODE.fullmatch(folder.name):
        raise BadPack("code", code=folder.name)
    for each in (folder, folder / SOUNDS):
        try:
            _look_at(each)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise BadPack("unreadable", file=each.name, error=error.strerror) from error
    content = _content(folder / MANIFEST)
    if content is None:
        raise BadPack("no_manifest")
    manifest = _parsed(content, MANIFEST)
    if strangers := sorted(set(manifest) - {"format", *FIELDS}):
        raise BadPack("fields", fields=", ".join(strangers))
    if manifest.get("format") != FORMAT:
        raise BadPack("format", format=_briefly(manifest.get("format")), known=FORMAT)
    fields = {field: manifest.get(field, "") for field in FIELDS}
    if not all(isinstance(value, str) and not strange(value) for value in fields.values()):
        raise BadPack("field_letters")
    if fields["language"] != folder.name:
        raise BadPack("other_language", language=fields["language"], folder=folder.name)
    if not visible(fields["name"]) or len(fields["name"].strip()) > MAX_NAME:
        raise BadPack("name", longest=MAX_NAME)
    return {field: " ".join(value.split()) for field, value in fields.items()}


def _look_at(folder: Path) -> None:
    """Raises ``BadPack`` for a link and for a folder into which everybody may lay files, and ``OSError``."""
    state = folder.lstat()
    if stat.S_ISLNK(state.st_mode):
        raise BadPack("link", file=folder.name)
    if state.st_mode & stat.S_IWOTH:
        raise BadPack("open_to_all", file=folder.name)


def _is_sound(file: Path) -> bool:
    try:
        state = file.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(state.st_mode) and not state.st_mode & stat.S_IWOTH and state.st_size <= MAX_SOUND_BYTES


def _content(path: Path) -> bytes | None:
    """What stands in a file that is nobody's trick: no link, no device, not open to everybody's hand, not too long."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        word = "link" if error.errno == errno.ELOOP else "unreadable"
        raise BadPack(word, file=path.name, error=error.strerror) from error
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            raise BadPack("no_file", file=path.name)
        if state.st_mode & stat.S_IWOTH:
            raise BadPack("open_to_all", file=path.name)
        if state.st_size > MAX_BYTES:
            raise BadPack("too_large", file=path.name, most=MAX_BYTES // 1024)
        with open(handle, "rb", closefd=False) as file:
            return file.read(MAX_BYTES)
    except OSError as error:
        raise BadPack("unreadable", file=path.name, error=error.strerror) from error
    finally:
        os.close(handle)


def _parsed(content: bytes, name: str) -> dict[str, Any]:
    if any(len(re.findall(rb"\.+", line)) > MAX_DOTS for line in content.splitlines()):
        raise BadPack("toml", file=name, error=f"a line has more than {MAX_DOTS} dots")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise BadPack("toml", file=name, error=error) from error


def _briefly(value: object) -> str:
    """A small number as it is; anything else may be endless, or nested so deep that it cannot be written."""
    return str(value) if isinstance(value, int) and abs(value) < 1_000 else "…"


def endless(text: str, vietnamese: str | None) -> bool:
    """Whether it is too long for a translation. ``vietnamese``: ``None`` where that text is not known."""
    return len(text) > (MAX_LETTERS if vietnamese is None else max(ALWAYS_LETTERS, MAX_TIMES * len(vietnamese)))


def _fault(part: str, key: str, text: str, known: Mapping[str, str] | None, typeface: Typeface | None) -> Fault | None:
    wanted = known.get(key) if known is not None else None
    if known is not None and wanted is None:
        return Fault(part, key, "unknown")
    if not visible(text):
        return Fault(part, key, "empty")
    if found := strange(text):
        return Fault(part, key, "strange", found)
    if endless(text, wanted):
        return Fault(part, key, "endless")
    if wanted is not None and part == SCREEN and (places := _other_places(text, wanted)):
        return Fault(part, key, "places", places)
    if typeface and (missing := typeface.lacks(text)):
        return Fault(part, key, "letters", missing)
    return None


def _other_places(text: str, wanted: str) -> str:
    """The places that are filled in and are not the Vietnamese text's, or lack; empty when they are the same."""
    if "{" not in text + wanted and "}" not in text:
        return ""
    try:
        here, there = fields_of(text), fields_of(wanted)
    except ValueError:
        return "{"
    differ = {*here} ^ {*there} | {name for name, spec in here.items() if spec and spec != there.get(name)}
    return " ".join(f"{{{name}}}" for name in sorted(differ))


def fields_of(text: str) -> dict[str, str]:
    """The places that are filled in, each with how it is written (``02``). Raises ``ValueError`` for a lone brace.

    >>> fields_of("{day:02}/{month}")
    {'day': '02', 'month': ''}
    """
    parsed = [each for each in Formatter().parse(text) if each[1] is not None]
    return {f"{name}!{how}" if how else str(name): spec or "" for _, name, spec, how in parsed}
