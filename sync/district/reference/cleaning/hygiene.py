"""Strip invisible letters from one text, and name its faults. Pure."""

import re
import unicodedata
from functools import cache

from sync.district.reference.files.table import Faulty

#: Controls that only break lines or columns; a name with them is the same name.
_BREAKS = dict.fromkeys(map(ord, "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"), " ")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ADDRESS = re.compile(r"\S*(?:://|www\.)\S*", re.IGNORECASE)
_INSIDE = re.compile(r"\?[^\W\d_]|(?<![^\W\d_])[bcd\u0111ghklmnpqrstvx]+\?", re.IGNORECASE)
_MARKS = re.compile(r"[?^(+]|[dD][dD]")
_SHOWN = 80
#: Letters that are drawn as nothing although Unicode counts them as letters or marks (Default_Ignorable_Code_Point).
_NO_WIDTH = frozenset(map(chr, (0x34F, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10))))
_NO_WIDTH |= frozenset(map(chr, range(0xE0100, 0xE01F0)))
#: Letters that are drawn as a gap and are no space: fillers of Korean, the empty pattern of Braille.
_GAPS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
MAX_ORDERED = 30
MAX_STACKED = 2
"""Marks on a letter beside those that are part of it: names of the ethnic minorities need one."""


def is_plain(text: str) -> bool:
    """Whether there is nothing to look at: printable ASCII with no lost letter and no mark of VIQR."""
    return text.isascii() and text.isprintable() and _MARKS.search(text) is None


def tidy(text: str) -> str | Faulty:
    """The text in NFC without letters that have no width, or why it cannot be believed. Idempotent."""
    kept = []
    for letter in text.translate(_BREAKS):
        category = unicodedata.category(letter)
        if letter == "\ufffd":
            return Faulty("import.value.lost_letters", shown(text))
        if category in ("Cc", "Cs", "Co", "Cn") or letter in _TURNING or letter in _GAPS:
            return _hidden(text, letter)
        if category != "Cf" and letter not in _NO_WIDTH:
            kept.append(letter)
    whole = "".join(kept)
    if fault := stacked_marks(whole):
        return fault
    tidied = unicodedata.normalize("NFC", whole)
    stack = _stack(MAX_STACKED + 1).search(tidied)
    return _hidden(text, stack[0][-1]) if stack else tidied


def stacked_marks(text: str) -> Faulty | None:
    """A fault when so many marks stand one behind the other that no language has them (Unicode Standard Annex 15,
    section 13): to put those in order takes the square of their number."""
    found = None if text.isascii() else _stack(MAX_ORDERED + 1).search(text)
    return _hidden(text, found[0][0]) if found else None


def _hidden(text: str, letter: str) -> Faulty:
    return Faulty("import.value.hidden_letters", shown(text), {"code": f"U+{ord(letter):04X}"})


@cache
def _stack(marks: int) -> re.Pattern[str]:
    """So many marks in a row."""
    found = [chr(code) for code in range(0x300, 0x1E950) if unicodedata.combining(chr(code))]
    return re.compile(f"[{re.escape(''.join(found))}]{{{marks}}}")


def lost_letters(text: str) -> bool:
    """Whether a question mark stands where a letter was: before a letter, or behind a word that has no vowel.

    >>> lost_letters("??ng ký khai t?"), lost_letters("Cần giấy tờ gì?"), lost_letters("https://a.vn/?id=1")
    (True, False, False)
    """
    return "?" in text and _INSIDE.search(_ADDRESS.sub("", text)) is not None


def shown(text: str) -> str:
    """The text as a report may print it, on whatever terminal: what cannot be seen as a dot, and not too long."""
    plain = "".join(letter if letter.isprintable() else "·" for letter in text)
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1]}…"
