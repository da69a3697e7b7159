"""Find the packs of the languages that are offered: those of this release, and those a technician laid into a folder.

A pack that cannot be used is named with its reason and is not offered; the kiosk starts without it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from msgspec import Struct

from kiosk.domain.language_code import CODE
from kiosk.languages.pack import BadPack, Pack, read_pack
from kiosk.languages.typeface import Typeface
from kiosk.paths import LANGUAGES, language_folders, shared
from kiosk.texts import FALLBACK, Strings

TYPEFACE = "BeVietnamPro-Regular.ttf"


class NotOffered(Struct, frozen=True):
    """A language that is not offered, and why: ``word`` and ``values`` of the sentence in assets/texts/languages."""

    language: str
    word: str
    values: Mapping[str, object] = {}


class Packs(Struct, frozen=True):
    """The packs that are offered, in the order of the settings; ``office`` is the language of the office, in which
    everything is said that a pack does not say."""

    offered: Mapping[str, Pack]
    office: str
    reference: Pack
    refused: tuple[NotOffered, ...] = ()

    def strings(self) -> dict[str, Strings]:
        """The words of the screen in each language."""
        office = self.offered[self.office].screen.texts
        fallback = {**self.reference.screen.texts, **office}
        found = {
            language: Strings(language, pack.screen.texts, fallback, pack.name, self.office)
            for language, pack in {self.reference.language: self.reference, **self.offered}.items()
        }
        for each in found.values():
            each.know(found)
        return {language: found[language] for language in self.offered}

    def chain(self, language: str) -> list[Pack]:
        """The packs that are asked for what a language says, one after the other."""
        office = self.offered[self.office]
        packs = [*([self.offered[language]] if language in self.offered else []), office, self.reference]
        return [pack for at, pack in enumerate(packs) if pack not in packs[:at]]


@cache
def typeface() -> Typeface:
    """The letters that the kiosk can draw."""
    return Typeface(shared("assets") / "fonts" / TYPEFACE)


@cache
def reference_pack() -> Pack:
    """Vietnamese, which has every text there is."""
    return read_pack(shared("assets") / LANGUAGES / FALLBACK, typeface())


def load_packs(offered: Sequence[str] = (FALLBACK, "en"), office: str = FALLBACK, own: Path | None = None) -> Packs:
    """The packs of these languages. ``own``: a folder of this kiosk with further packs. Where the office's language
    cannot be used, Vietnamese takes its place."""
    reference, found, refused = reference_pack(), dict[str, Pack](), []
    for language in dict.fromkeys(offered):
        try:
            found[language] = (
                reference if language == FALLBACK else read_pack(folder_of(language, own), typeface(), reference)
            )
        except BadPack as error:
            refused.append(NotOffered(language, error.word, error.values))
    if office not in found:
        office = FALLBACK
        found = {FALLBACK: reference, **found}
    return Packs(found, office, reference, tuple(refused))


def folder_of(language: str, own: Path | None) -> Path:
    """Where a language's pack lies. What this release brings along comes first. Raises ``BadPack``."""
    if not CODE.fullmatch(language):
        raise BadPack("code", code=language)
    folders = language_folders(language, own)
    for folder in folders:
        try:
            if folder.is_symlink() or folder.is_dir():
                return folder
        except OSError as error:
            raise BadPack("unreadable", file=folder, error=error.strerror) from error
    raise BadPack("no_pack", folder=own or folders[0].parent)


def lying_idle(offered: Sequence[str], own: Path | None) -> list[NotOffered]:
    """What lies in the kiosk's own folder and is not used: nobody offers it, or this release brings the language."""
    try:
        names = sorted(path.name for path in own.iterdir() if path.is_dir()) if own else []
    except OSError:
        return []
    shipped = {path.name for path in (shared("assets") / LANGUAGES).iterdir()}
    found = [NotOffered(name, "shipped") for name in names if name in shipped]
    return found + [NotOffered(name, "not_offered") for name in names if name not in shipped and name not in offered]
