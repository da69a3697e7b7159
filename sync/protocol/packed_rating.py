"""Recipes 2 and 3: a rating with all that is known of how it was given, in the 88 bytes of every rating. Pure.

Recipe 3 is recipe 2 with one field more, ``transaction``, in two bits that ``flags`` does not use.

Numbers stand one after the other in as many bits as they can need, words as their places in a list; behind them comes
the text, deflated (RFC 1951, raw, fixed codes, a preset dictionary). The same fields as a shape of recipe 1, or as
MessagePack, need the next size class.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct


class NotPacked(Exception):
    """These bytes are no rating of this recipe, or one of a later release that has more words."""


class PackedNumber(Struct, frozen=True):
    """A whole number from ``least`` on, in so many bits; where it ``may_lack``, the largest stands for null."""

    name: str
    bits: int
    least: int = 0
    may_lack: bool = False

    def packed(self, value: object) -> int | None:
        """The bits as a number, ``None`` when the value does not fit."""
        highest = (1 << self.bits) - 1
        if value is None:
            return highest if self.may_lack else None
        place = value - self.least if type(value) is int else -1
        return place if 0 <= place <= highest - self.may_lack else None

    def unpacked(self, place: int) -> int | None:
        return None if self.may_lack and place == (1 << self.bits) - 1 else place + self.least


class PackedWord(Struct, frozen=True):
    """One word of a list, as its place in it counted from 1; 0 stands for null. Lists only ever grow."""

    name: str
    bits: int
    words: tuple[str, ...]
    may_lack: bool = False

    def packed(self, value: object) -> int | None:
        if value is None:
            return 0 if self.may_lack else None
        return self.words.index(value) + 1 if isinstance(value, str) and value in self.words else None

    def unpacked(self, place: int) -> str | None:
        if not place and self.may_lack:
            return None
        if not 1 <= place <= len(self.words):
            raise NotPacked(f"{self.name}: a word of a later release")
        return self.words[place - 1]


class PackedWords(Struct, frozen=True):
    """Some words of a list, sorted: one bit for each, the first word the lowest."""

    name: str
    bits: int
    words: tuple[str, ...]

    def packed(self, value: object) -> int | None:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            return None
        known = set(value) <= set(self.words) and value == sorted(set(value))
        return sum(1 << self.words.index(each) for each in value) if known else None

    def unpacked(self, place: int) -> list[str]:
        if place >> len(self.words):
            raise NotPacked(f"{self.name}: a word of a later release")
        return sorted(word for number, word in enumerate(self.words) if place >> number & 1)


class PackedBoot(Struct, frozen=True):
    """Four lower-case hex digits."""

    name: str
    bits: int = 16

    def packed(self, value: object) -> int | None:
        is_hex = isinstance(value, str) and len(value) == 4 and set(value) <= set("0123456789abcdef")
        return int(str(value), 16) if is_hex else None

    def unpacked(self, place: int) -> str:
        return f"{place:04x}"


PackedField = PackedNumber | PackedWord | PackedWords | PackedBoot

_FLAGS = ("no_dossier", "code_unverified", "dossier_unknown", "repeat", "clock_unsure", "outside_hours")
_FIRST: tuple[PackedField, ...] = (
    PackedNumber("at_s", 32),
    PackedNumber("up_s", 31),
    PackedBoot("boot"),
    PackedNumber("offset_s", 33, least=-(2**32), may_lack=True),
    PackedNumber("score", 3, least=1),
    PackedWord("stage", 3, ("hand_in", "return", "unknown")),
)
_LAST: tuple[PackedField, ...] = (
    PackedWord("input", 3, ("scan", "typed", "counter")),
    PackedWord("given", 3, ("touch", "keys", "buttons", "ear", "switch")),
    PackedWord("counter_known_by", 3, ("dossier", "own", "citizen"), may_lack=True),
    PackedWord("officer_known_by", 3, ("dossier", "roster", "card", "duty"), may_lack=True),
    PackedNumber("presses", 8),
    PackedNumber("scans", 6),
    PackedNumber("since_ds", 16, may_lack=True),
    PackedNumber("spent_ds", 16),
    PackedNumber("scan_ds", 16, may_lack=True),
    PackedNumber("home_ds", 16, may_lack=True),
    PackedNumber("revision", 24, may_lack=True),
)
FIELDS: tuple[PackedField, ...] = (*_FIRST, PackedWords("flags", 8, _FLAGS), *_LAST)
RECIPES: Mapping[int, tuple[PackedField, ...]] = {
    2: FIELDS,
    3: (
        *_FIRST,
        PackedWords("flags", 6, _FLAGS),
        PackedWord("transaction", 2, ("yes", "no", "unknown")),
        *_LAST,
    ),
}
"""The numbers of each recipe, in order."""
LINES = ("unit_id", "counter_id", "dossier_code", "questionnaire", "language")
_MAY_BE_EMPTY = ("counter_id", "dossier_code")

BYTES = sum(field.bits for field in FIELDS) // 8
"""The numbers together, 30 bytes without a bit to spare; the first field has the highest bits."""

# Fields, lists and dictionary are part of their recipe for ever, but for words added at the end of a list.
DICTIONARY = b"-Q1\n-q1\n\n000.00..H35.13.01-2611-2612-\nmot-cua/2\nen\nmot-cua/1\nvi"


def recipe_of(body: dict[str, Any]) -> int | None:
    """The recipe that has a rating's names, ``None`` when none has."""
    for recipe, fields in RECIPES.items():
        if body.keys() == {*(field.name for field in fields), *LINES}:
            return recipe
    return None


def pack(body: dict[str, Any], recipe: int) -> bytes | None:
    """The numbers and the deflated text of a rating with the names of a recipe; ``None`` when a value does not fit."""
    fields = RECIPES[recipe]
    lines = [_line(name, body[name]) for name in LINES]
    numbers = _in_bits(fields, [field.packed(body[field.name]) for field in fields])
    if numbers is None or None in lines:
        return None
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_FIXED, DICTIONARY)
    text = "\n".join(line for line in lines if line is not None).encode()
    return numbers + squeeze.compress(text) + squeeze.flush()


def unpack(content: bytes, most: int, recipe: int) -> dict[str, Any]:
    """What ``pack`` was given. Raises ``NotPacked``, ``zlib.error`` or ``ValueError``. ``most``: no longer text."""
    stretch = zlib.decompressobj(-15, zdict=DICTIONARY)
    lines = stretch.decompress(content[BYTES:], most).decode().split("\n")
    if stretch.unconsumed_tail or stretch.unused_data or not stretch.eof or len(lines) != len(LINES):
        raise NotPacked("the text of the rating is not whole")
    empty = {name: None if name in _MAY_BE_EMPTY else "" for name in LINES}
    named = {name: line or empty[name] for name, line in zip(LINES, lines, strict=True)}
    fields = RECIPES[recipe]
    places = _from_bits(fields, content[:BYTES])
    return {field.name: field.unpacked(place) for field, place in zip(fields, places, strict=True)} | named


def _line(name: str, value: object) -> str | None:
    """The line of a text, ``None`` when it cannot stand in one."""
    if value is None and name in _MAY_BE_EMPTY:
        return ""
    return value if isinstance(value, str) and value and "\n" not in value else None


def _in_bits(fields: Sequence[PackedField], places: Sequence[int | None]) -> bytes | None:
    number = 0
    for field, place in zip(fields, places, strict=True):
        if place is None:
            return None
        number = number << field.bits | place
    return number.to_bytes(BYTES)


def _from_bits(fields: Sequence[PackedField], content: bytes) -> Iterator[int]:
    if len(content) != BYTES:
        raise NotPacked("the numbers of the rating are not whole")
    number, left = int.from_bytes(content), BYTES * 8
    for field in fields:
        left -= field.bits
        yield number >> left & (1 << field.bits) - 1
