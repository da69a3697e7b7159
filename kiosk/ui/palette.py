"""The colours by name: off-white paper, deep ink, one strong accent; and a second set with more contrast.

Text keeps a contrast of at least 7:1 (WCAG 1.4.6) in both. Screens name a colour; ``wear`` says which set is meant, and
screens built afterwards have it.
"""

from collections.abc import Mapping

PAPER, CARD, INK, QUIET, LINE = "paper", "card", "ink", "quiet", "line"
ACCENT, ACCENT_PRESSED, ACCENT_SOFT, ON_ACCENT = "accent", "accent_pressed", "accent_soft", "on_accent"
NOTICE, SHADE, NIGHT, NIGHT_INK = "notice", "shade", "night", "night_ink"

USUAL = {
    PAPER: "#F6F2EA",
    CARD: "#FFFFFF",
    INK: "#17212B",
    QUIET: "#3D4852",
    LINE: "#8F8878",
    ACCENT: "#0B5A55",
    ACCENT_PRESSED: "#063B38",
    ACCENT_SOFT: "#DCEAE4",
    NOTICE: "#FBE7C2",
    ON_ACCENT: "#FFFFFF",
    SHADE: "#17212B",
    NIGHT: "#0B1116",
    NIGHT_INK: "#AEBAC0",
}
#: White and yellow on black: less glare for clouded eyes, and every edge as strong as the words.
HIGH_CONTRAST = {
    PAPER: "#000000",
    CARD: "#000000",
    INK: "#FFFFFF",
    QUIET: "#FFFFFF",
    LINE: "#FFFFFF",
    ACCENT: "#FFD800",
    ACCENT_PRESSED: "#FFFFFF",
    ACCENT_SOFT: "#1C2A4A",
    NOTICE: "#1C2A4A",
    ON_ACCENT: "#000000",
    SHADE: "#000000",
    NIGHT: "#000000",
    NIGHT_INK: "#FFFFFF",
}

#: Which colour is written on which.
TEXT_PAIRS = (
    (INK, PAPER),
    (INK, CARD),
    (INK, NOTICE),
    (INK, ACCENT_SOFT),
    (QUIET, PAPER),
    (QUIET, CARD),
    (ACCENT, PAPER),
    (ACCENT, CARD),
    (NIGHT_INK, NIGHT),
    (ON_ACCENT, ACCENT),
    (ON_ACCENT, ACCENT_PRESSED),
)

_worn = dict(USUAL)


def wear(colours: Mapping[str, str]) -> None:
    """From now on the names mean these colours. Screens that are built already keep theirs."""
    _worn.update(colours)


def is_dark() -> bool:
    """Whether dark drawings would be lost on the ground they stand on."""
    return _worn[PAPER] == HIGH_CONTRAST[PAPER]


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2.x between two colours written ``#RRGGBB``; 1 to 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def rgba(name: str, alpha: float = 1.0) -> tuple[float, float, float, float]:
    """A colour by its name as four numbers from 0 to 1, as Kivy wants it."""
    red, green, blue = _channels(_worn[name])
    return red, green, blue, alpha


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
