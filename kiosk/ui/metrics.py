"""Compute sizes in pixels from the panel's physical size and the viewing distance.

Sources: EN 301 549 v3.2.1 clause 5.1.4 (the height of a capital H subtends at least 0.7 degrees at the stated viewing
distance); targets of at least 20 mm, the practice for public terminals, and never below the 44 px of WCAG 2.5.5.
"""

import math

from msgspec import Struct

CAPITAL_DEGREES = 0.7
#: VVSG 2.0, 7.1-G: no letter of the usual size is smaller
MIN_CAPITAL_MM = 4.8
TARGET_MM = 20.0
MIN_TARGET_PX = 44
#: of the shorter side; on seven inches 17 mm, and 14 mm for the keys of a pad, where VVSG 2.0, 7.2-I asks for 12.7
SMALL_PANEL_TARGET, SMALL_PANEL_KEY = 0.19, 0.155
#: how high the type of a row's two lines may grow, of the height of the screen
ROW_SHARE, ROW_SHARE_UPRIGHT = 0.055, 0.0335
#: on its side, a screen of fewer lines has room for few words
COMPACT_LINES = 18
#: VVSG 2.0, 7.2-I: between two targets
MIN_GAP_MM = 2.54
CAPITAL_PER_EM = 0.74  # sCapHeight of Be Vietnam Pro is 740 of 1000 units
#: Reached from a wheelchair on a panel whose lower edge hangs 800 mm above the floor (reach ends at 1220 mm, ADA
#: 308.2.1). A panel that is higher than twice as much is hung lower, so that at least its lower half is reached.
REACH_MM = 400.0
USUAL_MM_PER_SHORT_SIDE = 268.0  # a 21.5 inch panel, when nobody has said what is mounted


class Panel(Struct, frozen=True):
    """The panel as mounted: pixels, millimetres along its horizontal edge, and eye distance in millimetres.

    ``width_mm`` and ``distance_mm`` may be ``None`` when nobody has measured; a usual value is taken.
    """

    width: int
    height: int
    width_mm: float | None = None
    distance_mm: float | None = None

    @property
    def px_per_mm(self) -> float:
        if self.width_mm:
            return self.width / self.width_mm
        return min(self.width, self.height) / USUAL_MM_PER_SHORT_SIDE

    @property
    def eyes_mm(self) -> float:
        return self.distance_mm or usual_distance_mm(math.hypot(self.width, self.height) / self.px_per_mm)


def usual_distance_mm(diagonal_mm: float) -> float:
    """How far people's eyes are from a panel of this diagonal: they bend over a tablet and step back from a wall.

    An assumption for when nobody has measured; a mounted kiosk should have its own figure in the settings.
    """
    tablet, panel = 300.0 + 1.3 * (diagonal_mm - 178.0), 400.0 + 0.4 * (diagonal_mm - 255.0)
    return min(1000.0, max(300.0, min(tablet, panel)))


class Metrics(Struct, frozen=True):
    """Everything a screen needs to lay itself out. Lengths in whole pixels."""

    width: int
    height: int
    smallest_font: int
    #: the smallest letters that eyes at this distance read, for the staff's tables
    fine_font: int
    body: int
    title: int
    display: int
    target: int
    #: what the keys of a pad, and the row below them, are at least
    key: int
    gap: int
    #: what lies at least between two targets
    between: int
    margin: int
    radius: int
    stroke: int
    #: the body size before the citizen asked for more: what the controls around the words are measured by
    base: int = 0
    px_per_mm: float = 4.0
    left_handed: bool = False
    #: how high on the panel somebody in a wheelchair reaches, in pixels from below; 0 means everywhere
    reach: int = 0
    #: the sizes at the next smaller text, ``None`` for who asked for no larger one
    below: "Metrics | None" = None

    @property
    def portrait(self) -> bool:
        return self.height > self.width

    @property
    def lines(self) -> float:
        """How many lines of body text the screen is high, roughly: what decides how much can be said."""
        return self.height / self.body

    @property
    def within_reach(self) -> bool:
        """Whether everything on the panel is reached from a wheelchair."""
        return self.reach >= self.height

    @property
    def low(self) -> bool:
        """Whether there is room enough to keep what is touched low: in portrait within the lower half."""
        return not self.tight if self.portrait else not self.within_reach

    @property
    def low_top(self) -> int:
        """Up to where controls go on such a screen, in pixels from below."""
        return self.height // 2 if self.portrait else self.reach

    @property
    def tight(self) -> bool:
        """A screen on which words must be few."""
        return self.lines < (40 if self.portrait else 22)

    @property
    def roomy(self) -> bool:
        """A panel on which long explanations may grow with the rest when larger text is asked for."""
        return self.height >= 34 * self.base

    @property
    def headline(self) -> int:
        """The invitation's first words, which call people from across the hall."""
        return round(self.display * 1.25)

    @property
    def stack(self) -> int:
        """Between the parts of a screen that lie one above the other."""
        return max(self.between, self.gap * (2 if self.portrait and not self.tight else 1))

    @property
    def heading(self) -> int:
        """The size of a question above its answers; on the smallest screens the answers grow, and it stays."""
        return self.base if self.tiny else self.title if self.tight else self.display

    @property
    def prose(self) -> int:
        """The size of long explanations."""
        return self.body if self.roomy else self.base

    @property
    def compact(self) -> bool:
        """A screen so low that every line counts: a small tablet lying on its side."""
        return self.lines < COMPACT_LINES and not self.portrait

    @property
    def tiny(self) -> bool:
        """So it is at the usual size of text already: seven inches."""
        return self.height < COMPACT_LINES * self.base and not self.portrait

    @property
    def narrow(self) -> bool:
        """A screen on which three buttons with words do not fit beside each other."""
        return self.width < 27 * self.base or self.compact

    @property
    def home_width(self) -> int:
        return self.target if self.narrow else max(round(self.target * 2.45), round(self.body * 7.2))

    @property
    def row(self) -> int:
        """A row of buttons: as high as a target, and as two lines of type, which grow with the text as far as a fifth
        of the screen allows."""
        font = max(
            self.smallest_font,
            min(
                self.body - self.base + self.smallest_font,
                self.height * (ROW_SHARE_UPRIGHT if self.portrait else ROW_SHARE),
            ),
        )
        return max(self.target, round(font * 2.75) + 2 * (self.gap // 2) + 4)

    @property
    def language_width(self) -> int:
        return self.short_language_width if self.narrow else round(self.base * 7.6)

    @property
    def short_language_width(self) -> int:
        """The width of the language's button without its globe."""
        return self.target if self.language_in_letters else round(self.base * 4.7)

    @property
    def language_in_letters(self) -> bool:
        """Whether a narrow button says "EN" instead of "English": so the letters are as large as all others."""
        return self.compact or (self.body > self.base and (self.narrow or self.crowded))

    @property
    def crowded(self) -> bool:
        """A screen lying on its side on which a row with further buttons has no room for signs beside words."""
        return not self.portrait and self.width < 40 * self.base


def metrics_for(panel: Panel, text_step: int = 0, *, left_handed: bool = False, strong: bool = False) -> Metrics:
    """The sizes for a panel. ``text_step`` 0, 1 or 2 makes the text larger at the citizen's wish; ``strong`` makes
    edges thick, for high contrast."""
    short = min(panel.width, panel.height)
    capital = panel.eyes_mm * math.tan(math.radians(CAPITAL_DEGREES)) * panel.px_per_mm
    fine = math.ceil(capital / CAPITAL_PER_EM)
    smallest = max(fine, math.ceil(MIN_CAPITAL_MM * panel.px_per_mm / CAPITAL_PER_EM))
    base = max(smallest, short * 0.036)
    body = round(base * (1.0, 1.2, 1.4)[text_step])
    wanted, least = round(TARGET_MM * panel.px_per_mm + 0.5), max(MIN_TARGET_PX, round(short * 0.09))
    target, key = (max(least, min(wanted, round(short * share))) for share in (SMALL_PANEL_TARGET, SMALL_PANEL_KEY))
    portrait = panel.height > panel.width
    roomy = 1.0 if portrait else min(0.8, max(0.0, (panel.height / body - 14) / 14))
    return Metrics(
        width=panel.width,
        height=panel.height,
        smallest_font=smallest,
        fine_font=fine,
        body=body,
        title=round(body * (1.1 + 0.3 * roomy)),
        display=round(body * (1.2 + 0.8 * roomy)),
        target=target,
        key=key,
        gap=max(8, round(short * 0.016)),
        between=max(8, round(short * 0.016), math.ceil(MIN_GAP_MM * panel.px_per_mm)),
        margin=max(16, round(short * (0.027 if not portrait and panel.height < COMPACT_LINES * body else 0.04))),
        radius=round(target * 0.24),
        stroke=max(2, round(short * (0.005 if strong else 0.0025))),
        base=round(base),
        px_per_mm=panel.px_per_mm,
        left_handed=left_handed,
        below=metrics_for(panel, text_step - 1, left_handed=left_handed, strong=strong) if text_step else None,
        reach=min(panel.height, max(panel.height // 2, round(REACH_MM * panel.px_per_mm))),
    )
