"""Strings by dotted key, from TOML files: one file a language, in which a new language is a new file and no code.

What a language does not say yet is said in the office's language, and what that does not say in Vietnamese.
"""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FALLBACK = "vi"
#: a key in letters, dots among them; it bounds how deep tables lie in one another, too
MAX_KEY = 120


class Strings:
    """The words of one language. ``words["rate.title"]``; a missing key falls back.

    ``name`` is the language's own name for itself, ``office`` the office's language. ``languages`` are this one, the
    office's and Vietnamese: the order in which what carries its own translations is asked for its words.
    """

    def __init__(
        self, language: str, own: Mapping[str, str], fallback: Mapping[str, str], name: str = "", office: str = FALLBACK
    ) -> None:
        self.language, self.name = language, name or language
        self.office = office
        self.languages = tuple(dict.fromkeys((language, office, FALLBACK)))
        self._words, self._own = {**fallback, **own}, frozenset(own)
        self._others: Mapping[str, Strings] = {}

    def __getitem__(self, key: str) -> str:
        """Raises ``KeyError`` for a key that not even Vietnamese has."""
        return self._words[key]

    def __contains__(self, key: object) -> bool:
        return key in self._words

    def variant(self, key: str, kind: str) -> str:
        """The text for a special case, ``key_kind``, where this language has it; else the usual one, and what another
        language says of the case only where this one says nothing at all.

        >>> Strings("x", {"how": "usual"}, {"how": "usual", "how_left": "at the left"}).variant("how", "left")
        'usual'
        """
        special = f"{key}_{kind}"
        known = special in self._own or (key not in self._own and special in self._words)
        return self._words[special if known else key]

    def say(self, key: str, **values: object) -> str:
        """The text with ``{name}`` places filled in."""
        return self._words[key].format(**values)

    def know(self, others: Mapping[str, "Strings"]) -> None:
        """The words of every language there is."""
        self._others = others

    def speaking(self, language: str) -> "Strings":
        """The words of another language, for what must not be said in two."""
        return self._others.get(language, self)

    def keys(self) -> frozenset[str]:
        return frozenset(self._words)


def load(folder: Path, languages: Sequence[str]) -> dict[str, Strings]:
    """The words of each language, in the given order. Raises ``ValueError`` naming a missing or broken file."""
    fallback = read(folder / f"{FALLBACK}.toml")
    return {name: Strings(name, read(folder / f"{name}.toml"), fallback) for name in languages}


def read(path: Path) -> dict[str, str]:
    """One file as flat keys, in NFC. Raises ``ValueError`` with what to do."""
    try:
        with path.open("rb") as file:
            return flat(tomllib.load(file))
    except FileNotFoundError as error:
        raise ValueError(f"no texts for language {path.stem!r}: {path} is missing") from error
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path}: {error}") from error


def flat(table: Mapping[str, Any]) -> dict[str, str]:
    """A parsed file as flat keys, in NFC. Raises ``ValueError`` naming what is no text, or a key that is too long."""
    return dict(_flat("", table))


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        name = f"{prefix}{key}"
        if len(name) > MAX_KEY:
            raise ValueError(f"{name[:MAX_KEY]}…: a key has {MAX_KEY} letters at most")
        if isinstance(value, Mapping):
            rows += _flat(f"{name}.", value)
        elif isinstance(value, str):
            rows.append((name, unicodedata.normalize("NFC", value)))
        else:
            raise ValueError(f"{name}: a text is expected, not {type(value).__name__}")
    return rows
