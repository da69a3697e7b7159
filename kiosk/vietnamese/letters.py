"""The letters of Vietnamese: the marks a letter can carry, and how to remove them. Knows nothing of syllables."""

import unicodedata
from collections.abc import Iterable, Mapping
from enum import IntEnum
from itertools import product
from string import ascii_letters
from types import MappingProxyType


class Tone(IntEnum):
    """The six tones, in the order of the rows below."""

    LEVEL = 0  # ngang: no mark
    HUYEN = 1
    HOI = 2
    NGA = 3
    SAC = 4
    NANG = 5


_ROWS = (
    *("aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ", "êềểễếệ", "iìỉĩíị"),
    *("oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "uùủũúụ", "ưừửữứự", "yỳỷỹýỵ"),
)  # fmt: skip

VOWELS = "".join(row[0] for row in _ROWS)
SHAPED_VOWELS = "ăâêôơư"


def in_both_cases(table: Mapping[str, str]) -> Mapping[str, str]:
    """The same table, for capitals as well."""
    return MappingProxyType({**table, **{small.upper(): to.upper() for small, to in table.items()}})


TONED = in_both_cases({row[0]: row for row in _ROWS})
"""Each vowel to itself with every tone, indexed by ``Tone``."""

_UNTONED = {toned: (row[0], Tone(i)) for row in TONED.values() for i, toned in enumerate(row)}

BARE = in_both_cases({"ă": "a", "â": "a", "ê": "e", "ô": "o", "ơ": "o", "ư": "u", "đ": "d"})
"""A letter that carries a shape (hat, breve, horn, stroke) to the same letter without it."""

LETTERS = frozenset(_UNTONED).union("đĐ", ascii_letters)
"""Every letter that a Vietnamese text needs, with and without marks, and the Latin ones of foreign words."""

CIRCUMFLEX_A = in_both_cases({"a": "â", "ă": "â"})
CIRCUMFLEX_E = in_both_cases({"e": "ê"})
CIRCUMFLEX_O = in_both_cases({"o": "ô", "ơ": "ô"})
CIRCUMFLEX = MappingProxyType({**CIRCUMFLEX_A, **CIRCUMFLEX_E, **CIRCUMFLEX_O})
BREVE = in_both_cases({"a": "ă", "â": "ă"})
HORN = in_both_cases({"o": "ơ", "ô": "ơ", "u": "ư"})
BREVE_OR_HORN = MappingProxyType({**BREVE, **HORN})
STROKE = in_both_cases({"d": "đ"})


def nfc(text: str) -> str:
    """The text with every letter composed (Unicode NFC), the only form that is shown, stored and sent."""
    return unicodedata.normalize("NFC", text)


def untone(word: str) -> tuple[str, Tone | None]:
    """The word without its tone mark, and the tone; ``None`` for the tone if more than one letter carries one."""
    letters, tones = [], []
    for letter in word:
        bare, tone = _UNTONED.get(letter, (letter, Tone.LEVEL))
        letters.append(bare)
        if tone:
            tones.append(tone)
    if len(tones) > 1:
        return "".join(letters), None
    return "".join(letters), tones[0] if tones else Tone.LEVEL


def unfinished(shapes: Iterable[str]) -> frozenset[str]:
    """Every beginning of these shapes, with all, some or none of its marks.

    ``uơ`` is no way to begin ``ương``: one key puts both horns, so only ``thuở`` and its like are written so.
    """
    found: set[str] = set()
    for shape in shapes:
        for end in range(1, len(shape) + 1):
            spellings = product(*({letter, BARE.get(letter, letter)} for letter in shape[:end]))
            found.update(partial for partial in map("".join, spellings) if "uơ" not in partial or "uơ" in shape)
    return frozenset(found)
