"""Read the texts of a workbook: runs, fonts, and letters that Excel escapes as ``_x000D_``."""

import re
from dataclasses import dataclass, field

from kiosk.vietnamese.old_fonts import is_old_font
from sync.district.reference.files.table import InFont, Unreadable
from sync.district.reference.files.xml_events import attribute

MAX_TEXTS = 2_000_000
MAX_LETTERS = 64_000_000
MAX_CELL = 100_000  # Excel keeps 32,767 letters in a cell
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """The text with its ``_xHHHH_`` as letters (ECMA-376 22.9.2.19).

    >>> unescaped("a_x000D__x005F_x0041_")
    'a\\r_x0041_'
    """
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


@dataclass(slots=True)
class RichText:
    """Hears the inside of one ``<si>`` or ``<is>``: runs are joined, the reading aid of East Asian text is left out."""

    _parts: list[str] = field(default_factory=list)
    _font: str = ""
    _listens: bool = False
    _aid: bool = False
    _length: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "rPh":
            self._aid = True
        elif name == "t":
            self._listens = not self._aid
        elif name == "rFont" and is_old_font(attribute(attributes, "val")):
            self._font = attribute(attributes, "val")

    def end(self, name: str) -> None:
        if name == "rPh":
            self._aid = False
        elif name == "t":
            self._listens = False

    def text(self, text: str) -> None:
        if self._listens:
            self._length += len(text)
            if self._length > MAX_CELL:
                raise Unreadable("import.file.too_much_text")
            self._parts.append(text)

    def whole(self) -> str | InFont:
        """The text, with its font when that is an old one."""
        text = unescaped("".join(self._parts))
        return InFont(text, self._font) if self._font else text


@dataclass(slots=True)
class SharedStrings:
    """Hears ``xl/sharedStrings.xml``; afterwards ``texts`` are all of them in order. Raises ``Unreadable``."""

    texts: list[str | InFont] = field(default_factory=list)
    _current: RichText = field(default_factory=RichText)
    _letters: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._current = RichText()
        self._current.start(name, attributes)

    def end(self, name: str) -> None:
        self._current.end(name)
        if name == "si":
            self.texts.append(self._current.whole())
            if len(self.texts) > MAX_TEXTS:
                raise Unreadable("import.file.too_much_text")

    def text(self, text: str) -> None:
        self._letters += len(text)
        if self._letters > MAX_LETTERS:
            raise Unreadable("import.file.too_much_text")
        self._current.text(text)
