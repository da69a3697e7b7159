"""Place the tone on a vowel: the one rule on which the two schools of spelling differ."""

from enum import StrEnum

from kiosk.vietnamese.letters import SHAPED_VOWELS, TONED, Tone
from kiosk.vietnamese.syllable import split


class Style(StrEnum):
    """Where the tone of an open oa, oe, uy stands: ``old`` writes hòa, khỏe, thủy; ``new`` writes hoà, khoẻ, thuỷ."""

    OLD = "old"
    NEW = "new"


_GLIDES = ("oa", "oe", "uy")
_STILL_WITHOUT_HAT = ("ie", "oo", "ue", "uo", "ye")


def place(shape: str, tone: Tone, style: Style) -> str:
    """The shape with its tone mark on the right vowel. A shape without vowels comes back as it is."""
    if not tone:
        return shape
    onset, vowels, coda = split(shape.lower())
    if not vowels:
        return shape
    at = len(onset) + _index(vowels, coda, style)
    return shape[:at] + TONED[shape[at]][tone] + shape[at + 1 :]


def _index(vowels: str, coda: str, style: Style) -> int:
    for i in range(len(vowels) - 1, -1, -1):
        if vowels[i] in SHAPED_VOWELS:
            return i
    if len(vowels) == 1 or coda:
        return len(vowels) - 1
    if vowels in _GLIDES:
        return 1 if style is Style.NEW else 0
    return 1 if len(vowels) > 2 or vowels in _STILL_WITHOUT_HAT else 0
