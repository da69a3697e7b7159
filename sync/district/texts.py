"""Texts for people of the district, by dotted key: ``assets/texts/district/<language>.toml`` and the files of the same
name in the folders beside it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from kiosk.paths import shared
from kiosk.texts import read

DEFAULT_LANGUAGE = "vi"


class Texts(Struct, frozen=True):
    """The texts of one language. A key it lacks is read in Vietnamese; one that is nowhere is a ``KeyError``."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """The text with its ``{names}`` filled in."""
        return self.entries[key].format_map(values) if values else self.entries[key]


def load_texts(language: str = DEFAULT_LANGUAGE, folder: Path | None = None) -> Texts:
    """Reads one language over the default one. Raises ``ValueError`` for a language that has no file."""
    return _load(language) if folder is None else _loaded(language, folder)


@cache
def _load(language: str) -> Texts:
    """The texts of this release: they are the same for as long as the program runs."""
    return _loaded(language, shared("assets") / "texts" / "district")


def _loaded(language: str, folder: Path) -> Texts:
    entries = _read(folder, DEFAULT_LANGUAGE)
    if language != DEFAULT_LANGUAGE:
        entries |= _read(folder, language)
    return Texts(language, MappingProxyType(entries))


def languages(folder: Path | None = None) -> tuple[str, ...]:
    """The languages there are files for, the default one first."""
    return _shipped() if folder is None else _found(folder)


@cache
def _shipped() -> tuple[str, ...]:
    return _found(shared("assets") / "texts" / "district")


def _found(folder: Path) -> tuple[str, ...]:
    others = sorted(path.stem for path in folder.glob("*.toml") if path.stem != DEFAULT_LANGUAGE)
    return (DEFAULT_LANGUAGE, *others)


def _read(folder: Path, language: str) -> dict[str, str]:
    paths = [folder / f"{language}.toml", *sorted(folder.glob(f"*/{language}.toml"))]
    return {key: text for path in paths for key, text in read(path).items()}
