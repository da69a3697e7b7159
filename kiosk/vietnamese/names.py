"""Names of places and peoples that break the spelling rules of quốc ngữ: Ea Knốp, Dliê Ya, Cư M'gar.

They are data: the list in ``assets/vietnamese/names.txt``, and the names of the units that a box has imported. Two
things are known of a name: which shapes lead to its syllables, so that marks go onto them, and which keys of Telex are
its letters although they look like marks (the r of Cuôr).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from kiosk.vietnamese.letters import BARE, VOWELS, Tone, nfc, unfinished, untone
from kiosk.vietnamese.wordlists import word_list

MAX_BEFORE = 16
"""How many characters before a word can tell which name it belongs to."""

_SYLLABLE = re.compile(r"[^\W\d_]+")
_MARK_LETTERS = frozenset("fjrsxzw")
_TONE_KEYS = {Tone.LEVEL: "", Tone.HUYEN: "f", Tone.HOI: "r", Tone.NGA: "x", Tone.SAC: "s", Tone.NANG: "j"}
_SHAPE_KEYS = {"ă": "w", "â": "a", "ê": "e", "ô": "o", "ơ": "w", "ư": "w", "đ": "d"}


class _Spelling(NamedTuple):
    """A syllable that its keys stand for: as the first of a name, or after ``before``."""

    syllable: str
    before: str


class _Names(NamedTuple):
    shapes: Mapping[str, frozenset[Tone]]
    spellings: Mapping[str, tuple[_Spelling, ...]]


_learnt: set[str] = set()


def learn(names: Iterable[str]) -> None:
    """From now on these names are known besides those of the list, in place of what was learnt before. A first syllable
    of plain letters (Mar) is not among them: who types it mostly means mả."""
    wanted = {before_as_compared(nfc(name)) for name in names}
    if wanted != _learnt:
        _learnt.clear()
        _learnt.update(wanted)
        _known.cache_clear()


def leads_to_name(shape: str, tone: Tone) -> bool:
    """Whether a syllable of a name begins with this small-letter shape and can have this tone."""
    tones = _known().shapes.get(shape)
    return tones is not None and (tone is Tone.LEVEL or tone in tones)


def is_listed_syllable(syllable: str) -> bool:
    """Whether this small-letter syllable stands in the list of names (``assets/vietnamese/names.txt``)."""
    return syllable in _listed_syllables()


def spelled(keys: str, before: str) -> str | None:
    """The syllable of a name that Telex would misread, with the capitals of its keys; ``before`` is what stands before
    the word. A name's first syllable needs a capital, since small letters are mostly some other word."""
    for found in _known().spellings.get(keys.lower(), ()):
        if before.endswith(found.before) if found.before else keys[:1].isupper():
            return _as_typed(found.syllable, keys)
    return None


def before_as_compared(text: str) -> str:
    """Text before a word, in the form in which names are compared."""
    return text.lower().replace("\u2019", "'")


def _as_typed(syllable: str, keys: str) -> str:
    if len(keys) > 1 and keys.isupper():
        return syllable.upper()
    return syllable.capitalize() if keys[:1].isupper() else syllable


@cache
def _listed() -> frozenset[str]:
    text = before_as_compared(nfc(word_list("names.txt")))
    return frozenset(name.strip() for name in re.split(r"[,\n]", text))


@cache
def _listed_syllables() -> frozenset[str]:
    return frozenset(syllable for name in _listed() for syllable, _ in _syllables(name))


@cache
def _known() -> _Names:
    listed = _listed()
    tones: dict[str, set[Tone]] = {}
    spellings: dict[str, tuple[_Spelling, ...]] = {}
    for name in {*listed, *_learnt}:
        for syllable, before in _syllables(name):
            shape, tone = untone(syllable)
            if tone is None or not any(letter in VOWELS for letter in shape):
                continue
            for partial in unfinished([shape]):
                tones.setdefault(partial, set()).add(tone)
            curated = name in listed or before or shape != "".join(BARE.get(each, each) for each in shape)
            if _is_misread(shape) and curated:
                spelling = _Spelling(syllable, before)
                for keys in _ways(shape, tone):
                    spellings[keys] = (*spellings.get(keys, ()), spelling)
    return _Names({shape: frozenset(found) for shape, found in tones.items()}, spellings)


def _syllables(name: str) -> Iterator[tuple[str, str]]:
    """Each syllable, and the one before it with what parts them."""
    last = 0
    for found in _SYLLABLE.finditer(name):
        yield found[0], name[last : found.start()]
        last = found.start()


def _is_misread(shape: str) -> bool:
    """Whether letters of the shape are marks in Telex where they stand: after the vowel, w anywhere, a vowel again."""
    first_vowel = min(at for at, letter in enumerate(shape) if letter in VOWELS)
    again = any(_undoes(shape, at) for at, letter in enumerate(shape) if BARE.get(letter, letter) in "aeo")
    return "w" in shape or again or any(letter in _MARK_LETTERS for letter in shape[first_vowel:])


def _undoes(shape: str, at: int) -> bool:
    """Whether the key of this letter would change a letter before it: Raglay, Dêê. The oo of Boòng is typed ooo."""
    letter, before = BARE.get(shape[at], shape[at]), [BARE.get(each, each) for each in shape[:at]]
    return letter in before[:-1] or (letter in before and not shape[at - 1 : at + 1].isascii())


def _ways(shape: str, tone: Tone) -> set[str]:
    """Keys of Telex for a syllable: its marks in place or last, the tone last or behind the vowels."""
    in_place = "".join(BARE.get(letter, letter) + _SHAPE_KEYS.get(letter, "") for letter in shape)
    marks = "".join(dict.fromkeys(_SHAPE_KEYS[letter] for letter in shape if letter in _SHAPE_KEYS))
    late = "".join(BARE.get(letter, letter) for letter in shape) + marks
    end = max(at for at, letter in enumerate(shape) if letter in VOWELS) + 1
    head = "".join(BARE.get(letter, letter) + _SHAPE_KEYS.get(letter, "") for letter in shape[:end])
    key = _TONE_KEYS[tone]
    return {in_place + key, late + key, head + key + in_place[len(head) :]}
