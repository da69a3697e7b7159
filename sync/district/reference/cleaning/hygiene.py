"""Strip invisible letters from one text, and name its faults. Pure."""

import re
import unicodedata

from sync.district.reference.files.table import Faulty

#: Controls that only break lines or columns; a name with them is the same name.
_BREAKS = dict.fromkeys(map(ord, "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029"), " ")
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ADDRESS = re.compile(r"\S*(?:://|www\.)\S*", re.IGNORECASE)
_INSIDE = re.compile(r"\?[^\W\d_]|(?<![^\W\d_])[bcd\u0111ghklmnpqrstvx]+\?", re.IGNORECASE)
_MARKS = re.compile(r"[?^(+]|[dD][dD]")
_SHOWN = 80


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
        if category in ("Cc", "Cs", "Co", "Cn") or letter in _TURNING:
            return Faulty("import.value.hidden_letters", shown(text), {"code": f"U+{ord(letter):04X}"})
        if category != "Cf":
            kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


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
