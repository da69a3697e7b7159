"""Keyboards: a barcode scanner that types, and the keys of a number pad; told apart by how fast they come. Pure.

A scanner types a code of twenty characters in a fifth of a second, a person two or three keys a second. Times are
those at which the window heard of the keys, so a single one may be late; the mean is what counts.
"""

from msgspec import Struct

LEAST_SCAN = 6  # characters; shorter bursts are two fingers at once
LEAST_DIGITS = 12  # a child with both hands on the number pad is nearly as fast as a scanner
LONGEST_SCAN = 4_096
SCANNERS_PACE_SECONDS = 0.05
SILENCE_SECONDS = 0.12
#: Where something is written a single key is not kept waiting longer than the next of a scanner would need.
LETTER_SECONDS = 0.06

#: Keys that say something by themselves, by the name that the flow knows.
NAMES = {"*": "again", "/": "home", "+": "louder", "-": "softer"}


class Stroke(Struct, frozen=True):
    """One key that was typed: a character, ``enter`` or ``erase``; ``at`` in seconds of a monotonic clock."""

    key: str
    at: float


def heard(strokes: tuple[Stroke, ...]) -> tuple[str | None, tuple[str, ...]]:
    """What a run of keys was, ended by ``enter`` or by a silence: the text of a scan, or single keys.

    >>> heard(tuple(Stroke(key, at / 100) for at, key in enumerate([*"A-12345", "enter"])))
    ('A-12345', ())
    >>> heard((Stroke("5", 1.0),))
    (None, ('5',))
    """
    typed = [stroke for stroke in strokes if len(stroke.key) == 1]
    if is_scan(typed):
        return "".join(stroke.key for stroke in typed), ()
    keys = (NAMES.get(stroke.key, stroke.key) for stroke in strokes)
    return None, tuple(key for key in keys if key.isdigit() or len(key) > 1)


def written(strokes: tuple[Stroke, ...]) -> tuple[str | None, tuple[str, ...]]:
    """The same where something is written: the text of a scan, or every key as it was typed.

    >>> written((Stroke("a", 1.0), Stroke(" ", 1.2), Stroke("left", 1.4)))
    (None, ('a', ' ', 'left'))
    """
    text, _ = heard(strokes)
    return text, () if text is not None else tuple(stroke.key for stroke in strokes)


def silence_after(strokes: tuple[Stroke, ...], *, writes: bool) -> float:
    """After how many seconds without a key the run is over. ``writes``: letters are waited for, so one that came
    alone is not held back; what came as fast as a scanner types is."""
    fast = len(strokes) > 1 and strokes[-1].at - strokes[-2].at <= SCANNERS_PACE_SECONDS
    return LETTER_SECONDS if writes and not fast else SILENCE_SECONDS


def is_scan(typed: list[Stroke]) -> bool:
    """Whether so many keys came as fast as only a scanner types."""
    digits_only = all(stroke.key.isdigit() for stroke in typed)
    if len(typed) < (LEAST_DIGITS if digits_only else LEAST_SCAN):
        return False
    return (typed[-1].at - typed[0].at) / (len(typed) - 1) <= SCANNERS_PACE_SECONDS


def ends(strokes: tuple[Stroke, ...]) -> bool:
    """Whether the last key ends the run, so that nothing has to be waited for."""
    return bool(strokes) and (strokes[-1].key == "enter" or len(strokes) >= LONGEST_SCAN)
