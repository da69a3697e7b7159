"""Telex: marks typed with letters that Vietnamese does not need there. ``tieengs`` becomes tiếng."""

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.vietnamese.letters import BREVE_OR_HORN, CIRCUMFLEX_A, CIRCUMFLEX_E, CIRCUMFLEX_O, STROKE, Tone
from kiosk.vietnamese.shaping import Change

MARKS: Mapping[str, Tone | Change] = MappingProxyType(
    {
        "f": Tone.HUYEN,
        "r": Tone.HOI,
        "x": Tone.NGA,
        "s": Tone.SAC,
        "j": Tone.NANG,
        "z": Tone.LEVEL,
        "a": CIRCUMFLEX_A,
        "e": CIRCUMFLEX_E,
        "o": CIRCUMFLEX_O,
        "w": BREVE_OR_HORN,
        "d": STROKE,
    }
)
LETTERS = MappingProxyType({"[": "ơ", "{": "Ơ", "]": "ư", "}": "Ư"})
LETTERS_WITHOUT_VOWEL = MappingProxyType({"w": "ư", "W": "Ư"})
"""``w`` is a letter of its own while the syllable has no vowel: ``nhw`` gives như."""
