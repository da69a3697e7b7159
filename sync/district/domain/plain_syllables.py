"""Read a text as people write it at a kiosk or on a telephone: as syllables in small letters, with letters set apart
joined, Telex keys that were left standing composed, and short forms read out. Pure."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from kiosk.vietnamese.compose import compose_keys

_SYLLABLE = re.compile(r"[^\W_]+")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?;\n])(?:\s+|$)")
_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF])
_SEPARATORS = r".\-_*·/\u2019'"
_APART = re.compile(rf"(?<![^\W_])[^\W\d_](?:[{_SEPARATORS} ]{{1,2}}[^\W\d_])+(?![^\W_])")
_DOTTED = re.compile(rf"(?<=[^\W\d_])[{_SEPARATORS}](?=[^\W\d_])")
_KEYS = re.compile(r"[a-z]{2,9}")


def syllables(text: str) -> list[str]:
    """The syllables of a text in small letters; what was written letter by letter counts as the word it spells."""
    plain = unicodedata.normalize("NFC", text.translate(_INVISIBLE)).casefold()
    return _SYLLABLE.findall(_APART.sub(_joined, plain))


def sentences(text: str) -> list[str]:
    """The sentences of a text, without what stands between them."""
    return [part for part in _END_OF_SENTENCE.split(text) if part.strip()]


def read_out(found: list[str], short: Mapping[str, str]) -> list[str]:
    """The syllables with short forms in full ("cb": cán bộ) and Telex keys composed ("tienef": tiền)."""
    return [syllable for each in found for syllable in short.get(each, _composed(each)).split()]


@lru_cache(maxsize=50_000)
def _composed(syllable: str) -> str:
    """What the keys would have given; a syllable that has its marks, or takes none, stays as it is."""
    if not _KEYS.fullmatch(syllable):
        return syllable
    composed = compose_keys(syllable)
    return composed if not composed.isascii() else syllable


def _joined(found: re.Match[str]) -> str:
    """Letters with a dot or a dash between them are one syllable, two spaces or a space among dots end one."""
    letters = found.group()
    dotted = _DOTTED.search(letters) is not None
    words = letters.split(" ") if dotted else re.split(r" {2,}", letters)
    if not dotted and len(letters.split()) < 4:
        return letters
    return " ".join(re.sub(r"[^\w]|_", "", word) for word in words)
