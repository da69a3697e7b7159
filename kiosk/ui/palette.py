"""The colours by name: off-white paper, deep ink, one strong accent; and three more sets for other eyes.

Text keeps a contrast of at least 10:1 in the usual set and in the two strong ones, dark and light, where ink on its
ground is 21:1; in the soft one it lies between 4.5:1 and 8:1 (VVSG 2.0, 7.1-C and 7.1-D). Screens name a colour;
``wear`` says which set is meant, and screens built afterwards have it.
"""

from collections.abc import Mapping

PAPER, CARD, INK, QUIET, LINE = "paper", "card", "ink", "quiet", "line"
ACCENT, ACCENT_PRESSED, ACCENT_SOFT, ON_ACCENT = "accent", "accent_pressed", "accent_soft", "on_accent"
NOTICE, SHADE, NIGHT, NIGHT_INK = "notice", "shade", "night", "night_ink"

USUAL = {
    PAPER: "#F6F2EA",
    CARD: "#FFFFFF",
    INK: "#17212B",
    QUIET: "#313B44",
    LINE: "#8F8878",
    ACCENT: "#063F3B",
    ACCENT_PRESSED: "#042623",
    ACCENT_SOFT: "#E5F2ED",
    NOTICE: "#FBE7C2",
    ON_ACCENT: "#FFFFFF",
    SHADE: "#17212B",
    NIGHT: "#0B1116",
    NIGHT_INK: "#B9C4C9",
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

#: Black on white, for who sees best so; every edge as strong as the words.
LIGHT_CONTRAST = {
    PAPER: "#FFFFFF",
    CARD: "#FFFFFF",
    INK: "#000000",
    QUIET: "#000000",
    LINE: "#000000",
    ACCENT: "#002724",
    ACCENT_PRESSED: "#000000",
    ACCENT_SOFT: "#EEF6F3",
    NOTICE: "#FFF6DF",
    ON_ACCENT: "#FFFFFF",
    SHADE: "#000000",
    NIGHT: "#000000",
    NIGHT_INK: "#FFFFFF",
}
#: Dim ground and soft ink, for who is dazzled.
SOFT = {
    PAPER: "#DDD6C8",
    CARD: "#E6E0D4",
    INK: "#3B444C",
    QUIET: "#454E56",
    LINE: "#7D7768",
    ACCENT: "#26544F",
    ACCENT_PRESSED: "#214B46",
    ACCENT_SOFT: "#D3DDD5",
    NOTICE: "#E5D6B4",
    ON_ACCENT: "#E6E0D4",
    SHADE: "#3B444C",
    NIGHT: "#1B2228",
    NIGHT_INK: "#8E999F",
}
SETS = {"usual": USUAL, "dark": HIGH_CONTRAST, "light": LIGHT_CONTRAST, "soft": SOFT}

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
    (ACCENT, ACCENT_SOFT),
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


def rgba(name: str, alpha: float = 1.0, colours: Mapping[str, str] | None = None) -> tuple[float, float, float, float]:
    """A colour by its name as four numbers from 0 to 1, as Kivy wants it; of the set that is worn, or of another."""
    red, green, blue = _channels((colours or _worn)[name])
    return red, green, blue, alpha


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
