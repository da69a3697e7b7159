"""Which letters the kiosk's typeface has, and how wide a text is in it, read from the font file itself: a pack is
checked where no window can be opened. Tables as in ISO/IEC 14496-22: head, hhea, hmtx, cmap (formats 4 and 12)."""

import struct
import unicodedata
from functools import cached_property
from pathlib import Path

#: not drawn, so the typeface need not have them
_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u2060")


class Typeface:
    """A TrueType font. Raises ``ValueError`` for a file that is none, ``OSError`` for one that cannot be read."""

    def __init__(self, path: Path) -> None:
        self._data = path.read_bytes()
        try:
            count = struct.unpack_from(">H", self._data, 4)[0]
            rows = (struct.unpack_from(">4sLLL", self._data, 12 + 16 * at) for at in range(count))
            self._tables = {name.decode("latin-1"): start for name, _, start, _ in rows}
            self._per_em = struct.unpack_from(">H", self._data, self._tables["head"] + 18)[0]
        except (struct.error, KeyError) as error:
            raise ValueError(f"{path}: no TrueType font") from error

    def lacks(self, text: str) -> str:
        """The letters of a text that cannot be drawn, each once. A letter with a mark is put together of both."""
        return "".join(sorted({each for each in text if each not in _UNSEEN and not self._draws(each)}))

    def width(self, text: str) -> float:
        """How wide a text is on one line, in parts of the type's size; a letter it lacks is one part wide."""
        return sum(map(self._width, text))

    def _draws(self, letter: str) -> bool:
        return ord(letter) in self._glyphs or all(
            ord(part) in self._glyphs for part in unicodedata.normalize("NFD", letter)
        )

    def _width(self, letter: str) -> float:
        if unicodedata.combining(letter):
            return 0.0
        base = letter if ord(letter) in self._glyphs else unicodedata.normalize("NFD", letter)[0]
        return self._advance(self._glyphs[ord(base)]) if ord(base) in self._glyphs else 1.0

    def _advance(self, glyph: int) -> float:
        last = struct.unpack_from(">H", self._data, self._tables["hhea"] + 34)[0] - 1
        start = self._tables["hmtx"] + 4 * min(glyph, last)
        return float(struct.unpack_from(">H", self._data, start)[0] / self._per_em)

    @cached_property
    def _glyphs(self) -> dict[int, int]:
        """The glyph of each letter, by its number in Unicode."""
        start, found = self._tables["cmap"], dict[int, int]()
        count = struct.unpack_from(">H", self._data, start + 2)[0]
        for at in range(count):
            platform, _, offset = struct.unpack_from(">HHL", self._data, start + 4 + 8 * at)
            kind = struct.unpack_from(">H", self._data, start + offset)[0]
            if platform in (0, 3) and kind in (4, 12):
                found |= self._by_ranges(start + offset) if kind == 4 else self._by_groups(start + offset)
        return {letter: glyph for letter, glyph in found.items() if glyph}

    def _by_groups(self, start: int) -> dict[int, int]:
        count = struct.unpack_from(">L", self._data, start + 12)[0]
        groups = (struct.unpack_from(">LLL", self._data, start + 16 + 12 * at) for at in range(count))
        return {letter: glyph + letter - first for first, last, glyph in groups for letter in range(first, last + 1)}

    def _by_ranges(self, start: int) -> dict[int, int]:
        count = struct.unpack_from(">H", self._data, start + 6)[0] // 2
        ends, starts, deltas, offsets = (start + 14 + skip for skip in (0, 2 * count + 2, 4 * count + 2, 6 * count + 2))
        found = {}
        for at in range(count):
            last, first, delta, offset = (
                struct.unpack_from(">H", self._data, table + 2 * at)[0] for table in (ends, starts, deltas, offsets)
            )
            for letter in range(first, min(last, 0xFFFE) + 1):
                place = offsets + 2 * at + offset + 2 * (letter - first)
                glyph = struct.unpack_from(">H", self._data, place)[0] if offset else letter
                found[letter] = (glyph + delta) % 0x10000 if glyph or not offset else 0
        return found
