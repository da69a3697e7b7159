"""Detect and convert Vietnamese in encodings older than Unicode, or damaged in transit.

``TCVN3`` (fonts such as .VnTime) and ``VNI`` (VNI-Times) put the letters of Vietnamese in the places of Western ones;
``VIQR`` writes the marks behind the letters; ``UTF8`` is right text that was opened as Windows-1252. Nothing here
guesses: a text is one of them only if every word of it becomes a Vietnamese syllable.
"""

import re
from collections.abc import Callable
from enum import StrEnum
from functools import cache, lru_cache

from kiosk.vietnamese.letters import LETTERS, TONED, Tone, in_both_cases, nfc, untone
from kiosk.vietnamese.names import is_listed_syllable
from kiosk.vietnamese.syllable import split, syllables


class Writing(StrEnum):
    """A way of writing Vietnamese that is not Unicode. The value is the name people know it by."""

    TCVN3 = "TCVN3"
    VNI = "VNI"
    VIQR = "VIQR"
    UTF8 = "UTF-8"


_TCVN3 = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþμ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵà",
        strict=True,
    )
)
_VNI_TONES = {"ø": Tone.HUYEN, "û": Tone.HOI, "õ": Tone.NGA, "ù": Tone.SAC, "ï": Tone.NANG}
_VNI_HAT = {"â": Tone.LEVEL, "à": Tone.HUYEN, "å": Tone.HOI, "ã": Tone.NGA, "á": Tone.SAC, "ä": Tone.NANG}
_VNI_BREVE = {"ê": Tone.LEVEL, "è": Tone.HUYEN, "ú": Tone.HOI, "ü": Tone.NGA, "é": Tone.SAC, "ë": Tone.NANG}
_VNI_SINGLE = in_both_cases({"ñ": "đ", "ö": "ư", "ô": "ơ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "í": "í", "ì": "ì"})

_VIQR_SHAPES = in_both_cases({"a^": "â", "a(": "ă", "e^": "ê", "o^": "ô", "o+": "ơ", "u+": "ư", "dd": "đ"})
_VIQR_TONES = {"`": Tone.HUYEN, "?": Tone.HOI, "~": Tone.NGA, "'": Tone.SAC, ".": Tone.NANG}
_VIQR_SIGN = re.compile(r"[aeo]\^|a\(|[ou]\+|dd", re.IGNORECASE)
_VIQR_LETTER = re.compile(r"([aeo]\^|a\(|[ou]\+|[aeiouy])([`?~'.])?|dd", re.IGNORECASE)

_WINDOWS_1252 = {
    bytes([code]).decode("cp1252"): code for code in range(0x80, 0xA0) if code not in b"\x81\x8d\x8f\x90\x9d"
}
_WORD = re.compile("[A-Za-z\xa1-\u02ff\u1e00-\u1effμ]+")
_MICRO = re.compile(r"(?<!\w)[µμ](?:m|g|l|s)(?!\w)")  # a unit, not the syllable that no word is
_OLD_FONT = re.compile(r"\.vn|vni-", re.IGNORECASE)
_CAPITALS_FONT = re.compile(r"\.vn.*h", re.IGNORECASE)
_ONLY_UNICODE = re.compile("[\u0102-\u02ff\u1e00-\u1eff]")


def is_old_font(name: str) -> bool:
    """Whether a font's name says that its letters are not Unicode."""
    return _OLD_FONT.match(name) is not None


def writing_of_font(name: str) -> Writing:
    """The writing that an old font draws."""
    return Writing.VNI if name.lower().startswith("vni") else Writing.TCVN3


def in_capitals(font: str) -> bool:
    """Whether an old font draws small letters as capitals, as .VnTimeH does."""
    return _CAPITALS_FONT.fullmatch(font) is not None


def is_vietnamese(text: str) -> bool:
    """Whether every word with marks is a syllable of Vietnamese, or an abbreviation such as HĐND."""
    return all(map(_is_syllable, _WORD.findall(text)))


def could_be_viqr(text: str) -> bool:
    """Whether marks are written behind a letter, or a d stands twice."""
    return text.isascii() and _VIQR_SIGN.search(text) is not None


def only_unicode(text: str) -> bool:
    """Whether it has letters that no other writing has."""
    return _ONLY_UNICODE.search(text) is not None


def read(text: str, writing: Writing) -> str | None:
    """The text in Unicode (NFC), if it is Vietnamese in this writing and not the same in both."""
    found = _READERS[writing](text)
    return None if found is None or found == text or not is_vietnamese(found) else found


def readings(text: str) -> dict[Writing, str]:
    """What the text says in each writing it could be in. ASCII is at most VIQR."""
    found = {writing: read(text, writing) for writing in Writing if text.isascii() == (writing is Writing.VIQR)}
    return {writing: text for writing, text in found.items() if text is not None}


def foreign_letters(text: str) -> bool:
    """Whether it has letters, or signs among its letters, that no Vietnamese word has in Unicode."""
    return any(not LETTERS.issuperset(word) for word in _WORD.findall(text))


def strange_words(text: str) -> list[str]:
    """The words that are no Vietnamese as they stand, and are in another writing."""
    words = [word for word in dict.fromkeys(_WORD.findall(text)) if len(word) > 1 and not _is_syllable(word)]
    return [word for word in words if _reads_as(word, Writing.TCVN3) or _reads_as(word, Writing.VNI)]


def reads_better(western: str, vietnamese: str) -> bool:
    """Whether bytes read as Windows-1252 hold more Vietnamese, in an old font's writing, than read as Windows-1258."""
    words = [word for word in dict.fromkeys(_WORD.findall(western)) if not word.isascii()]
    old = max(sum(_reads_as(word, writing) for word in words) for writing in (Writing.TCVN3, Writing.VNI))
    return old > sum(not word.isascii() and _is_syllable(word) for word in dict.fromkeys(_WORD.findall(vietnamese)))


@lru_cache(maxsize=50_000)
def _is_syllable(word: str) -> bool:
    if word.isascii():
        return True
    if not LETTERS.issuperset(word):
        return False
    shape, tone = untone(word.lower())
    return (shape, tone) in _inventory() or is_listed_syllable(word.lower()) or not split(shape)[1]


@lru_cache(maxsize=50_000)
def _reads_as(word: str, writing: Writing) -> bool:
    return read(word, writing) is not None


@cache
def _inventory() -> frozenset[tuple[str, Tone]]:
    return frozenset(syllables())


def _from_tcvn3(text: str) -> str | None:
    if _has_strangers(text, _TCVN3) or _MICRO.search(text):
        return None
    return nfc("".join([_TCVN3.get(letter, letter) for letter in text]))


def _has_strangers(text: str, known: object) -> bool:
    """Whether a letter could not stand in such a text; quotation marks and dashes can."""
    return any(letter not in known and _WORD.match(letter) and not letter.isascii() for letter in text)  # type: ignore[operator]


def _from_vni(text: str) -> str | None:
    letters: list[str] = []
    for letter in text:
        before = letters[-1] if letters else ""
        marked = _vni_marked(before, letter.lower()) if not letter.isascii() else None
        if marked is not None:
            letters[-1] = marked
        elif letter.isascii() or not _WORD.match(letter):
            letters.append(letter)
        elif letter in _VNI_SINGLE:
            letters.append(_VNI_SINGLE[letter])
        else:
            return None
    return nfc("".join(letters))


def _vni_marked(before: str, mark: str) -> str | None:
    """The letter before with the mark on it; ``None`` when it cannot carry that mark."""
    if before and before in "aeiouyơưAEIOUYƠƯ" and mark in _VNI_TONES:
        return TONED[before][_VNI_TONES[mark]]
    if before and before in "aeoAEO" and mark in _VNI_HAT:
        return TONED[{"a": "â", "e": "ê", "o": "ô", "A": "Â", "E": "Ê", "O": "Ô"}[before]][_VNI_HAT[mark]]
    if before and before in "aA" and mark in _VNI_BREVE:
        return TONED["ă" if before == "a" else "Ă"][_VNI_BREVE[mark]]
    return None


def _from_viqr(text: str) -> str | None:
    """``None`` too when there is but one sign, which may be a blood group or an exponent."""
    signs = _VIQR_SIGN.findall(text)
    toned = re.search(r"(?:[aeo]\^|a\(|[ou]\+)[`?~'.]", text, re.IGNORECASE)
    return nfc(_VIQR_LETTER.sub(_viqr_letter, text)) if len(signs) > 1 or toned else None


def _viqr_letter(match: re.Match[str]) -> str:
    if match[1] is None:
        return "Đ" if match[0][0] == "D" else "đ"
    letter = _VIQR_SHAPES.get(match[1]) or _VIQR_SHAPES.get(match[1].lower(), match[1])
    return TONED[letter][_VIQR_TONES[match[2]]] if match[2] else letter


def _from_utf8(text: str) -> str | None:
    try:
        read_as = bytes(_WINDOWS_1252.get(letter, ord(letter)) for letter in text)
        return nfc(read_as.decode("utf-8"))
    except ValueError:  # no byte, or no UTF-8
        return None


_READERS: dict[Writing, Callable[[str], str | None]] = {
    Writing.TCVN3: _from_tcvn3,
    Writing.VNI: _from_vni,
    Writing.VIQR: _from_viqr,
    Writing.UTF8: _from_utf8,
}
