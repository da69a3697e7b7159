"""Tap-to-mark typing: the marks themselves are keys, for people who know neither Telex nor VNI.

A mark lands on the syllable the caret stands in, however late it comes; the same mark again takes it off. A person
who taps a mark means it, so nothing is asked about the word: any name of any people of Vietnam can be written.
The keys are Unicode's combining marks, which is also what an NFD text holds.
"""

from collections.abc import Mapping
from types import MappingProxyType

from kiosk.vietnamese.letters import BREVE, CIRCUMFLEX, HORN, STROKE, Tone, untone
from kiosk.vietnamese.placement import Style, place
from kiosk.vietnamese.shaping import Change, reshape, unshape

MARKS: Mapping[str, Tone | Change] = MappingProxyType(
    {
        "\u0300": Tone.HUYEN,
        "\u0309": Tone.HOI,
        "\u0303": Tone.NGA,
        "\u0301": Tone.SAC,
        "\u0323": Tone.NANG,
        "\u0302": CIRCUMFLEX,
        "\u0306": BREVE,
        "\u031b": HORN,
        "\u0335": STROKE,
    }
)


def tap(word: str, mark: Tone | Change, style: Style) -> str:
    """The word with the mark put on, or taken off if it was there; unchanged where no letter can carry it."""
    shape, tone = untone(word)
    if not word or tone is None or len(shape.lower()) != len(shape):
        return word  # nothing there, or a letter of another script
    if isinstance(mark, Tone):
        return place(shape, Tone.LEVEL if mark is tone else mark, style)
    return place(_shaped(shape, mark), tone, style)


def _shaped(shape: str, change: Change) -> str:
    if fitting := reshape(shape, change):
        return fitting
    if bare := unshape(shape, change):
        return bare
    for i in range(len(shape) - 1, -1, -1):
        if shape[i] in change:
            return shape[:i] + change[shape[i]] + shape[i + 1 :]
    return shape
