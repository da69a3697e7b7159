"""The many ways in which people type one syllable, written down without asking the engine under test."""

import unicodedata
from collections.abc import Iterator

TONE_MARKS = {"\u0300": "f2", "\u0309": "r3", "\u0303": "x4", "\u0301": "s1", "\u0323": "j5"}
SHAPE_KEYS = {
    "ă": ("a", "w8"),
    "â": ("a", "a6"),
    "ê": ("e", "e6"),
    "ô": ("o", "o6"),
    "ơ": ("o", "w7"),
    "ư": ("u", "w7"),
    "đ": ("d", "d9"),
}
VOWELS = "aăâeêioôơuưy"
TELEX, VNI = 0, 1


def parts(syllable: str) -> tuple[str, str]:
    """A syllable in small letters as shape (letters without tone) and tone mark (or nothing)."""
    letters = unicodedata.normalize("NFD", syllable)
    tone = next((mark for mark in letters if mark in TONE_MARKS), "")
    return unicodedata.normalize("NFC", letters.replace(tone, "") if tone else letters), tone


def ways(syllable: str, method: int) -> Iterator[str]:
    """Keystrokes for a syllable in small letters: marks in place and late, the tone last, inside and first."""
    shape, mark = parts(syllable)
    tone = TONE_MARKS[mark][method] if mark else ""
    after_vowels = max(i for i, letter in enumerate(shape) if letter in VOWELS) + 1
    head, coda = shape[:after_vowels], shape[after_vowels:]
    yield in_place(shape, method) + tone
    yield in_place(head, method) + tone + in_place(coda, method)
    if "ươ" in shape:
        short = shape.replace("ươ", "uơ")
        yield in_place(short, method) + tone
    bare, late, stroke = bared(shape, method)
    if not (late or stroke) or "oo" in shape:
        return  # oo needs its third o in place: boong is typed booong
    yield bare + stroke + late + tone
    yield bare + tone + late + stroke
    cut = len(bare) - len(coda)
    yield bare[:cut] + tone + bare[cut:] + late + stroke
    yield bare + late + tone + stroke
    if stroke:
        yield "d" + stroke + bare[1:] + tone + late


def in_place(shape: str, method: int) -> str:
    """Each letter with its mark right behind it."""
    keys = ""
    for letter in shape:
        bare, marks = SHAPE_KEYS.get(letter, (letter, "  "))
        keys += bare + marks[method].strip()
    if method == TELEX and "oo" in shape:
        keys = keys.replace("oo", "ooo")
    return keys


def bared(shape: str, method: int) -> tuple[str, str, str]:
    """The letters alone, the keys for hats and horns (once each), the key for đ."""
    bare, late, stroke = "", [], ""
    for letter in shape:
        base, marks = SHAPE_KEYS.get(letter, (letter, ""))
        bare += base
        if letter == "đ":
            stroke = marks[method]
        elif marks and marks[method] not in late:
            late.append(marks[method])
    return bare, "".join(late), stroke
