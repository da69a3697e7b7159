"""VNI: marks typed with digits. ``tie6ng1`` becomes tiếng."""

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.vietnamese.letters import BREVE, CIRCUMFLEX, HORN, STROKE, Tone
from kiosk.vietnamese.shaping import Change

MARKS: Mapping[str, Tone | Change] = MappingProxyType(
    {
        "1": Tone.SAC,
        "2": Tone.HUYEN,
        "3": Tone.HOI,
        "4": Tone.NGA,
        "5": Tone.NANG,
        "0": Tone.LEVEL,
        "6": CIRCUMFLEX,
        "7": HORN,
        "8": BREVE,
        "9": STROKE,
    }
)
