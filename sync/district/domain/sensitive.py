"""Whether words read like a report of bribery or abuse: a list of words, so that anyone can see why. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache

from kiosk.paths import shipped_scheme
from kiosk.vietnamese.fold import fold

_SYLLABLE = re.compile(r"\w+")


def reads_sensitive(text: str, words: Iterable[str] | None = None) -> bool:
    """Whether one of the words stands in the text as whole syllables; a syllable typed without marks fits any.

    >>> reads_sensitive("Anh ấy bảo tôi đưa phong bi", ["phong bì"])
    True
    >>> reads_sensitive("Phòng bị dột", ["phong bì"])
    False
    """
    said = _syllables(text)
    return any(_stands(_syllables(word), said) for word in (shipped_words() if words is None else words))


@cache
def shipped_words() -> tuple[str, ...]:
    """``config/schemes/sensitive-words.toml``, read once."""
    return tuple(shipped_scheme("sensitive-words.toml")["words"])


def _syllables(text: str) -> list[str]:
    return _SYLLABLE.findall(unicodedata.normalize("NFC", text).casefold())


def _stands(word: Sequence[str], said: Sequence[str]) -> bool:
    places = range(len(said) - len(word) + 1)
    return any(all(map(_same, word, said[place : place + len(word)])) for place in places)


def _same(wanted: str, syllable: str) -> bool:
    return syllable in (wanted, fold(wanted))
