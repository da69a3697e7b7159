"""Read from a workbook's styles which cells are dates and which use a font older than Unicode. Colours, fills and
borders are ignored, so that a faulty one stops nobody.
"""

import re
from dataclasses import dataclass, field

from msgspec import Struct

from kiosk.vietnamese.old_fonts import is_old_font
from sync.district.reference.files.xml_events import attribute

_BUILT_IN_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))  # ECMA-376 18.8.30
_LITERAL = re.compile(r"\"[^\"]*\"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]", re.IGNORECASE)
_OF_A_DATE = re.compile(r"[dmyhs]", re.IGNORECASE)
MAX_STYLES = 100_000  # Excel keeps 65,490


class Style(Struct, frozen=True):
    """How a cell is shown: whether its number is a date, and its font if that is no Unicode font."""

    is_date: bool = False
    old_font: str = ""


def is_date_format(code: str) -> bool:
    """Whether a number format shows a day or a time.

    >>> is_date_format("dd/mm/yyyy"), is_date_format('#,##0 "days"'), is_date_format("General")
    (True, False, False)
    """
    return bool(_OF_A_DATE.search(_LITERAL.sub("", code.split(";")[0]))) and code.lower() != "general"


@dataclass(slots=True)
class StyleSheet:
    """Hears ``xl/styles.xml``; afterwards ``styles`` has one for each number a cell may carry."""

    styles: list[Style] = field(default_factory=list)
    _formats: dict[int, bool] = field(default_factory=dict)
    _fonts: list[str] = field(default_factory=list)
    _within: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name in ("fonts", "cellXfs", "dxfs", "cellStyleXfs"):
            self._within = name
        elif name == "numFmt" and len(self._formats) < MAX_STYLES:
            self._formats[int(attributes["numFmtId"])] = is_date_format(attributes["formatCode"])
        elif name == "font" and self._within == "fonts" and len(self._fonts) < MAX_STYLES:
            self._fonts.append("")
        elif name == "name" and self._within == "fonts" and self._fonts:
            self._fonts[-1] = attribute(attributes, "val")
        elif name == "xf" and self._within == "cellXfs" and len(self.styles) < MAX_STYLES:
            self.styles.append(self._style(attributes))

    def end(self, name: str) -> None:
        if name == self._within:
            self._within = ""

    def text(self, text: str) -> None:
        pass

    def _style(self, attributes: dict[str, str]) -> Style:
        shown, font = int(attributes.get("numFmtId", 0)), int(attributes.get("fontId", 0))
        is_date = self._formats.get(shown, shown in _BUILT_IN_DATES)
        name = self._fonts[font] if 0 <= font < len(self._fonts) else ""
        return Style(is_date, name if is_old_font(name) else "")
