"""Tell a barcode scanner that types from the keys of a person, by timing. Pure.

A quick scanner types a code of twenty characters in a fifth of a second; a slow one (a small one on a long cable, or
one set to wait for old computers) needs up to 150 ms a key, which a person can reach for a few keys. No number pad
types a letter, so a run with letters in it is never a press, however slow it is and whatever its first key is. Times
are those at which the window heard of the keys, so a single one may be late; the mean is what counts.

A person who writes is as fast as a slow scanner, but not as even: a long number whose keys all came at the same pace is
a scan also where letters or digits are typed.
"""

from itertools import pairwise
from statistics import median

from msgspec import Struct

MIN_SCAN = 6  # characters; shorter bursts are two fingers at once
MIN_DIGITS = 12  # a child with both hands on the number pad is nearly as fast as a scanner
MIN_EVEN = 13  # characters of the shortest code that the even pace of a slow scanner gives away (EAN-13)
MAX_SCAN = 4_096
FAST_SECONDS = 0.05
#: the mean of the slowest scanner, with what the window's own delays may add
SLOW_SECONDS = 0.16
#: longer than the slowest scanner waits between two keys
SILENCE_SECONDS = 0.2
#: Where something is written a single key is not kept waiting longer than the next of a quick scanner would need.
LETTER_SECONDS = 0.06
#: How far the gaps of a slow scanner differ, without the tenth at either end: in seconds, and as a share of their
#: median. Those of people who type fast differ by nearly as much as the median itself.
EVEN_SECONDS, EVEN_SHARE = 0.03, 0.35

#: Keys that say something by themselves, by the name that the flow knows.
NAMES = {"*": "again", "/": "home", "+": "louder", "-": "softer"}
#: What a number pad can type.
_PAD = frozenset("0123456789.") | NAMES.keys()


class Stroke(Struct, frozen=True):
    """One key that was typed: a character, ``enter`` or ``erase``; ``at`` in seconds of a monotonic clock."""

    key: str
    at: float


def interpret(strokes: tuple[Stroke, ...], *, choosing: bool = False) -> tuple[str | None, tuple[str, ...]]:
    """What a run of keys was, ended by ``enter`` or by a silence: the text of a scan, or single keys.

    ``choosing``: a digit is an answer now. Then many digits at once are nobody's answer, but a slow scanner's number or
    a drum. Half a scan, as when a scanner is unplugged, is nothing.

    >>> interpret(tuple(Stroke(key, at / 100) for at, key in enumerate([*"A-12345", "enter"])))
    ('A-12345', ())
    >>> interpret((Stroke("5", 1.0),))
    (None, ('5',))
    """
    typed = _typed(strokes)
    slow = _pace(typed) <= SLOW_SECONDS
    if is_scan(typed) or even_scan(strokes) or (slow and _has_letters(typed) and len(typed) >= MIN_SCAN):
        return "".join(stroke.key for stroke in typed), ()
    if slow and (_has_letters(typed) or (choosing and sum(stroke.key.isdigit() for stroke in typed) >= MIN_SCAN)):
        return None, ()
    keys = (NAMES.get(stroke.key, stroke.key) for stroke in strokes)
    return None, tuple(key for key in keys if key.isdigit() or len(key) > 1)


def written(strokes: tuple[Stroke, ...], *, over: bool = True) -> tuple[str | None, tuple[str, ...]]:
    """The same where something is written: the text of a scan, or every key as it was typed. A person who writes is as
    fast as a slow scanner, which shows only when the run is ``over``.

    >>> written((Stroke("a", 1.0), Stroke(" ", 1.2), Stroke("left", 1.4)))
    (None, ('a', ' ', 'left'))
    """
    typed = _typed(strokes)
    text = "".join(stroke.key for stroke in typed) if is_scan(typed) else even_scan(strokes) if over else None
    return text, () if text is not None else tuple(stroke.key for stroke in strokes)


def even_scan(strokes: tuple[Stroke, ...]) -> str | None:
    """The text of a slow scan: many characters, digits among them, that came as evenly as nobody types.

    >>> even_scan(tuple(Stroke(key, at / 10) for at, key in enumerate([*"H35.88-261119", "enter"])))
    'H35.88-261119'
    """
    keys = [stroke.key for stroke in strokes[: -1 if strokes and strokes[-1].key == "enter" else None]]
    if len(keys) < MIN_EVEN or any(len(key) > 1 for key in keys) or sum(map(str.isdigit, keys)) < MIN_SCAN:
        return None
    gaps = sorted(after.at - before.at for before, after in pairwise(strokes[: len(keys)]))
    usual = gaps[len(gaps) // 10 : len(gaps) - len(gaps) // 10]
    even = usual[-1] - usual[0] <= max(EVEN_SECONDS, EVEN_SHARE * median(gaps))
    return "".join(keys) if even and gaps[-1] <= SILENCE_SECONDS else None


def silence_after(strokes: tuple[Stroke, ...], *, writes: bool) -> float:
    """After how many seconds without a key the run is over. ``writes``: letters are waited for, so one that came
    alone is not held back; what came as fast as a quick scanner types is."""
    fast = len(strokes) > 1 and strokes[-1].at - strokes[-2].at <= FAST_SECONDS
    return LETTER_SECONDS if writes and not fast else SILENCE_SECONDS


def is_scan(typed: list[Stroke]) -> bool:
    """Whether so many keys came as fast as only a scanner types, whatever they are."""
    digits_only = all(stroke.key.isdigit() for stroke in typed)
    return len(typed) >= (MIN_DIGITS if digits_only else MIN_SCAN) and _pace(typed) <= FAST_SECONDS


def ends(strokes: tuple[Stroke, ...]) -> bool:
    """Whether the last key ends the run, so that nothing has to be waited for."""
    return bool(strokes) and (strokes[-1].key == "enter" or len(strokes) >= MAX_SCAN)


def _typed(strokes: tuple[Stroke, ...]) -> list[Stroke]:
    return [stroke for stroke in strokes if len(stroke.key) == 1]


def _pace(typed: list[Stroke]) -> float:
    """Mean seconds from one key to the next; 0 for a key that came alone."""
    return (typed[-1].at - typed[0].at) / (len(typed) - 1) if len(typed) > 1 else 0.0


def _has_letters(typed: list[Stroke]) -> bool:
    """Whether something was typed that no number pad has."""
    return any(stroke.key not in _PAD for stroke in typed)
