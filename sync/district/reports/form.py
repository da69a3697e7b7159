"""The form of an official document, read from ``config/forms/nghi-dinh-30.toml`` (Nghị định 30/2020/NĐ-CP)."""

import tomllib
from collections.abc import Mapping
from functools import cache

from msgspec import Struct, convert

from kiosk.paths import shared


class PageForm(Struct, frozen=True):
    """Lengths in millimetres; ``number_size`` in points."""

    width: float
    height: float
    top: float
    bottom: float
    left: float
    right: float
    number_size: float


class ParagraphForm(Struct, frozen=True):
    """``first_line`` in millimetres, ``after_points`` in points."""

    first_line: float
    after_points: float


class LetterForm(Struct, frozen=True):
    """How the letters of one part look; ``size`` in points."""

    size: float
    bold: bool = False
    italic: bool = False
    caps: bool = False


class DocumentForm(Struct, frozen=True):
    """The whole form: the page, the paragraphs, and the letters of each part."""

    font: str
    page: PageForm
    paragraph: ParagraphForm
    styles: Mapping[str, LetterForm]


@cache
def load_form() -> DocumentForm:
    """The shipped form."""
    path = shared("config") / "forms" / "nghi-dinh-30.toml"
    return convert(tomllib.loads(path.read_text(encoding="utf-8")), DocumentForm)
