"""Find everything in a text that may tell who somebody is, for two people to look at before it is published. Pure.

It marks too much rather than too little: a mark that is none costs a tick, a name that is missed costs a person.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any

from msgspec import Struct

from kiosk.paths import shipped_scheme
from kiosk.vietnamese.fold import fold

MASK = "[…]"


class MarkKind(StrEnum):
    """What a marked place may be."""

    NAME = "name"
    PLACE = "place"
    PLATE = "plate"
    NUMBER = "number"
    CODE = "code"
    EMAIL = "email"
    DATE = "date"
    MOMENT = "moment"


class Mark(Struct, frozen=True):
    """One place of a text that may tell who somebody is. ``start`` and ``end`` count letters of its NFC form."""

    start: int
    end: int
    kind: MarkKind
    text: str

    @property
    def key(self) -> str:
        """Names what is marked, whatever stands around it; no letter of it can be read from the key."""
        return sha256(f"{self.kind}:{self.text.casefold()}".encode()).hexdigest()[:16]


_WORDS: dict[str, Any] = shipped_scheme("names-and-places.toml")
_UP = "A-Z" + "".join(letter for letter in map(chr, range(0xC0, 0x1F00)) if letter.isupper())
_WORD = rf"[{_UP}][^\W\d_]*"
_FEW_WORDS = r"((?:[^\W\d_]+)(?:\s+[^\W\d_]+){0,4})"


def _any(name: str, *, unmarked: bool = False) -> str:
    """One of the words of a list, the longest first; ``unmarked``: as typed without marks too."""
    words = {each for word in _WORDS[name] for each in ((word, fold(word)) if unmarked else (word,))}
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


def _either(name: str) -> str:
    """A word as it is written, or typed without marks."""
    word = re.escape(_WORDS[name]).replace(r"\ ", r"\s+")
    return rf"(?:{word}|{fold(word)})"


def _intro() -> str:
    """What stands before a name that somebody gives: in Vietnamese words for "my name is"."""
    self = rf"(?:(?:{_any('selves', unmarked=True)})\s+)?"
    of, is_ = rf"(?:{_either('of')}\s+)?", rf"(?:{_either('is')}\s+)?"
    called = "|".join(_either(name) for name in ("called_in_full", "called_briefly", "called"))
    return rf"{self}(?:{called})\s+{of}{self}{is_}"


_EMAIL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")
_CODE = re.compile(r"(?<!\w)(?=[\w.-]*[A-Z])[A-Z]?\d[A-Z0-9]*(?:[.-][A-Z0-9]+){2,}(?!\w)", re.IGNORECASE)
_PLATE = re.compile(r"(?<!\w)\d{2}[ .-]?[A-Z]{1,2}\d?[ .-]?(?:\d{3}[.]?\d{2}|\d{4})(?!\w)")
_DATE = re.compile(
    r"(?<![\w/])(?:\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?|\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d{2}-\d{2}"
    rf"|(?:{_any('days')})\s+\d{{1,2}}(?:\s+{_WORDS['month']}\s+\d{{1,2}})?(?:\s+{_WORDS['year']}\s+\d{{4}})?"
    rf"|{_WORDS['born']}\s+{_WORDS['year']}\s+\d{{4}})(?![\w/])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\w)\+?\d(?:[ .-]?\d){5,}(?!\w)")  # telephones, identity numbers, accounts
_NAMED = re.compile(rf"(?<!\w)(?:{_any('surnames')})(?:\s+{_WORD}){{1,4}}")
_NAMED_CAPITALS = re.compile(rf"(?<!\w)(?:{_any('surnames').upper()})(?:\s+[{_UP}]+){{1,4}}(?!\w)")
_ADDRESSED = re.compile(rf"(?<!\w)(?i:{_any('titles')})\s+({_WORD}(?:\s+{_WORD}){{0,4}})")
_CALLED = re.compile(rf"(?<!\w){_intro()}{_FEW_WORDS}", re.IGNORECASE)
_I_AM = re.compile(
    rf"(?<!\w)(?i:{_any('selves', unmarked=True)})\s+(?i:{_either('is')})\s+"
    rf"(?=(?i:{_any('surnames')})\s|[{_UP}]){_FEW_WORDS}"
)
_ADDRESSED_PLAINLY = re.compile(  # small letters: "anh tuấn", by the list of given names alone
    rf"(?<!\w)(?:{_any('titles', unmarked=True)})\s+((?:{_any('given_names', unmarked=True)}))(?!\w)", re.IGNORECASE
)
_CAPITALS = re.compile(rf"(?<![.!?:;\n“\"'(–-]\s)(?<!^)(?<!\w)({_WORD}(?:\s+{_WORD}){{1,4}})")
_PLACE = re.compile(
    rf"(?<!\w)(?i:{_any('places')})\s+(?:{_WORDS['number']}\s+)?"
    rf"(?:\d+[\w/]*|{_WORD})(?:\s+(?:{_WORD}|\d+[\w/]*)){{0,4}}"
)
_PLACE_PLAINLY = re.compile(  # small letters without marks: "thon 4", with its number alone
    rf"(?<!\w)(?:{_any('places', unmarked=True)})\s+(?:{_either('number')}\s+)?\d+[\w/]*", re.IGNORECASE
)
_CLOCK = re.compile(
    rf"(?<!\w)\d{{1,2}}\s?(?:(?:{_any('hours', unmarked=True)})\s?(?:\d{{1,2}})?|:\d{{2}})(?!\w)", re.IGNORECASE
)
_MONTH = re.compile(  # of the year, not how often something happens in one
    rf"(?<!\w)(?:{_either('month')})\s+(?:\d{{1,2}}|(?:{_any('months', unmarked=True)}))(?!\w)"
    rf"(?!\s+(?:{_any('times', unmarked=True)})(?!\w))",
    re.IGNORECASE,
)
_DAY_IN_WORDS = re.compile(
    rf"(?<!\w)(?:{_any('day_words')})(?:\s+(?:{_any('digits')}|\d{{1,2}}))?(?!\w)", re.IGNORECASE
)
_HOUR_IN_WORDS = re.compile(
    rf"(?<!\w)(?:{_any('about')})\s+(?:{_any('months')})\s+(?:{_any('hours')})(?!\w)", re.IGNORECASE
)
_MOMENT = re.compile(rf"(?<!\w)(?:{_any('moments', unmarked=True)})(?!\w)", re.IGNORECASE)
_RANK = re.compile(rf"(?:{_any('ranks', unmarked=True)})(?!\w)", re.IGNORECASE)
_END_OF_NAME = re.compile(rf"\s+(?:{_any('ends_a_name')}|{_any('ends_a_name_unmarked')})(?:\s|$)", re.IGNORECASE)
_SHAPES = (
    *((MarkKind.EMAIL, _EMAIL), (MarkKind.PLATE, _PLATE), (MarkKind.CODE, _CODE), (MarkKind.NUMBER, _NUMBER)),
    (MarkKind.DATE, _DATE),
)


def marks(text: str, names: Iterable[str] = ()) -> tuple[Mark, ...]:
    """Everything that may tell who somebody is, in order and without overlaps. ``names``: people who are known by name,
    whose single syllables are looked for as they are written (An, not an)."""
    plain = unicodedata.normalize("NFC", text)
    found: list[Mark] = []
    for kind, pattern in _SHAPES:
        _add(found, kind, plain, (each.span() for each in pattern.finditer(plain)))
    for pattern in (_PLACE, _PLACE_PLAINLY):
        _add(found, MarkKind.PLACE, plain, (each.span() for each in pattern.finditer(plain)))
    _add(found, MarkKind.NAME, plain, _known(plain, names))
    for pattern in (_NAMED, _NAMED_CAPITALS):
        _add(found, MarkKind.NAME, plain, (each.span() for each in pattern.finditer(plain)))
    for pattern in (_CALLED, _I_AM):
        _add(found, MarkKind.NAME, plain, (_until_a_stop(plain, *each.span(1)) for each in pattern.finditer(plain)))
    for pattern in (_ADDRESSED, _CAPITALS, _ADDRESSED_PLAINLY):
        _add(found, MarkKind.NAME, plain, (each.span(1) for each in pattern.finditer(plain)))
    return tuple(sorted(found, key=lambda mark: mark.start))


def moments(text: str) -> tuple[Mark, ...]:
    """Everything that may tell when somebody came: a time of the day, "this morning", a day of the week, a month."""
    plain, found = unicodedata.normalize("NFC", text), list[Mark]()
    for pattern in (_CLOCK, _MONTH, _DAY_IN_WORDS, _HOUR_IN_WORDS, _MOMENT):
        _add(found, MarkKind.MOMENT, plain, (each.span() for each in pattern.finditer(plain)))
    return tuple(sorted(found, key=lambda mark: mark.start))


def marks_and_moments(text: str, names: Iterable[str] = ()) -> tuple[Mark, ...]:
    """Everything that may tell who somebody is or when they came, in order and without overlaps."""
    found = list(marks(text, names))
    for mark in moments(text):
        _add(found, mark.kind, unicodedata.normalize("NFC", text), [(mark.start, mark.end)])
    return tuple(sorted(found, key=lambda mark: mark.start))


def names_behind_titles(text: str) -> tuple[Mark, ...]:
    """Everything that is surely meant as a name: a family name with what follows it, or a name behind how people are
    addressed, in capitals or small letters. Behind a rank alone ("cán bộ liên quan") there is none."""
    plain, found = unicodedata.normalize("NFC", text), list[Mark]()
    for pattern in (_NAMED, _NAMED_CAPITALS):
        _add(found, MarkKind.NAME, plain, (each.span() for each in pattern.finditer(plain)))
    for pattern in (_ADDRESSED, _ADDRESSED_PLAINLY):
        people = (each for each in pattern.finditer(plain) if not _RANK.match(each.group()))
        _add(found, MarkKind.NAME, plain, (each.span() for each in people))
    return tuple(sorted(found, key=lambda mark: mark.start))


def redacted(text: str, names: Iterable[str] = ()) -> str:
    """The text with everything masked that ``marks`` finds.

    >>> redacted("Gọi anh An 0912 345 678 về H32.13-261121-00001", ["An"])
    'Gọi anh […] […] về […]'
    """
    return masked_at(unicodedata.normalize("NFC", text), marks(text, names))


def masked_at(text: str, places: Sequence[Mark]) -> str:
    """The text with these places masked."""
    for mark in reversed(places):
        text = text[: mark.start] + MASK + text[mark.end :]
    return text


def distinct(places: Iterable[Mark]) -> tuple[Mark, ...]:
    """One mark for each thing that is marked, however often it stands there."""
    return tuple({mark.key: mark for mark in reversed(list(places))}.values())[::-1]


def _known(text: str, names: Iterable[str]) -> list[tuple[int, int]]:
    spans = []
    for name in sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True):
        case = re.IGNORECASE if " " in name else 0  # a single syllable may be a word: An, an
        wanted = re.escape(unicodedata.normalize("NFC", name))
        spans += [each.span() for each in re.finditer(rf"(?<!\w){wanted}(?!\w)", text, case)]
    return spans


def _until_a_stop(text: str, start: int, end: int) -> tuple[int, int]:
    """A name behind "tên tôi là" ends where the sentence goes on: Nguyễn văn an | ở thôn 3."""
    stop = _END_OF_NAME.search(text, start, end + 1)
    return start, stop.start() if stop else end


def _add(found: list[Mark], kind: MarkKind, text: str, spans: Iterable[tuple[int, int]]) -> None:
    for start, end in spans:
        if start < end and all(end <= mark.start or start >= mark.end for mark in found):
            found.append(Mark(start, end, kind, text[start:end]))


FindMarks = Callable[[str, Iterable[str]], tuple[Mark, ...]]
"""What finds the marks of a text, given the names that are known."""


class PublicMark(Struct, frozen=True):
    """Something that two people have to look at before a text is published: left out of it, or left in (``kept``)."""

    key: str
    kind: MarkKind
    text: str
    kept: bool


def to_confirm(
    originals: Iterable[str], public: Sequence[str], names: Sequence[str] = (), find: FindMarks = marks
) -> tuple[PublicMark, ...]:
    """What a public version leaves out of the originals and what it still holds that may tell who somebody is.
    ``find``: what is looked for."""
    kept = distinct(mark for text in public for mark in find(text, names))
    left_in = {mark.key for mark in kept}
    gone = distinct(mark for text in originals for mark in find(text, names) if mark.key not in left_in)
    return (
        *(PublicMark(f"k{mark.key}", mark.kind, mark.text, True) for mark in kept),
        *(PublicMark(f"m{mark.key}", mark.kind, mark.text, False) for mark in gone),
    )
