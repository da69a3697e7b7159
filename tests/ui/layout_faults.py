"""What can be wrong with a screen as it is laid out: each function lists the faults of one kind on a page."""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Any

from kiosk.ui.metrics import CAPITAL_PER_EM, MIN_GAP_MM, Panel


@dataclass(frozen=True)
class Rect:
    x: float
    y: float
    width: float
    height: float

    def overlaps(self, other: "Rect") -> bool:
        slack = 1.5  # rounding to whole pixels
        return (
            self.x + slack < other.x + other.width
            and other.x + slack < self.x + self.width
            and self.y + slack < other.y + other.height
            and other.y + slack < self.y + self.height
        )

    def distance(self, other: "Rect") -> float:
        """From edge to edge; 0 where they touch or overlap."""
        across = max(0.0, other.x - self.x - self.width, self.x - other.x - other.width)
        up = max(0.0, other.y - self.y - self.height, self.y - other.y - other.height)
        return math.hypot(across, up)

    def within(self, outer: "Rect") -> bool:
        slack = 2.5
        return (
            self.x + slack >= outer.x
            and self.y + slack >= outer.y
            and self.x + self.width <= outer.x + outer.width + slack
            and self.y + self.height <= outer.y + outer.height + slack
        )

    def inside(self, width: float, height: float) -> bool:
        return self.x >= -1 and self.y >= -1 and self.x + self.width <= width + 1 and self.y + self.height <= height + 1


def highest_control(page: Any) -> float:
    return max((rect(w).y + rect(w).height for w in solid(page) if is_control(w)), default=0.0)


def is_control(widget: Any) -> bool:
    from kiosk.ui.widgets import Touchable

    return isinstance(widget, Touchable) and not widget.disabled


def outside(page: Any) -> list[str]:
    m = page.m
    return [f"off the screen: {said(w)} {rect(w)}" for w in solid(page) if not rect(w).inside(m.width, m.height)]


def beyond_the_margin(page: Any) -> list[str]:
    """Words nearer to the edge of the glass than anything is drawn: a page keeps its margin free, a pad its gap."""
    m = page.m
    within = Rect(m.gap, m.gap, m.width - 2 * m.gap, m.height - 2 * m.gap)
    return [f"in the margin: {said(text)} {rect(text)}" for text in texts_of(page) if not rect(text).within(within)]


def words_without_room(page: Any) -> list[str]:
    from kiosk.ui.widgets.fitting import natural_width

    faults = []
    for text in texts_of(page):
        for word in text.text.split():
            if natural_width(word, text.font, int(text.font_size)) > text.width + 2:
                faults.append(f"broken within a word: {said(text)} {word!r} in {text.width:.0f}")
        if text.texture_size[0] > text.width + 1 or text.texture_size[1] > text.height + 1:
            faults.append(f"no room: {said(text)} {text.texture_size} in {text.size}")
        if not text.lines and text.text.replace("\n", " ") not in (text.words, text.words.replace(" · ", " ")):
            faults.append(f"words lost: {text.words!r} shown as {text.text!r}")
    return faults


def overlaps(page: Any) -> list[str]:
    pairs = combinations([(widget, rect(widget)) for widget in solid(page)], 2)
    return [
        f"{said(a)} {here} overlaps {said(b)} {there}"
        for (a, here), (b, there) in pairs
        if here.overlaps(there) and not holds(a, b) and not holds(b, a)
    ]


def spilled(page: Any) -> list[str]:
    """Words that leave the card or the button they stand on."""
    from kiosk.ui.widgets import NoticeCard, Promise, Touchable

    cards = [w for w in solid(page) if isinstance(w, Touchable | Promise | NoticeCard)]
    return [
        f"spilled: {said(text)} {rect(text)} out of {rect(card)}"
        for card in cards
        for text in texts_of(card)
        if not rect(text).within(rect(card))
    ]


def under_ticks(page: Any) -> list[str]:
    """Words beside which a tick may come, and that it would cover."""
    from kiosk.ui.card_layout import tick_room

    cards = [w for w in solid(page) if hasattr(w, "chosen") and w.wide]
    return [
        f"under the tick: {said(text)}"
        for card in cards
        for text in texts_of(card)
        if rect(text).x + rect(text).width > card.right - tick_room(card.m)
    ]


def small_targets(
    page: Any, panel: Panel, millimetres: float, smaller: Mapping[str, float] = MappingProxyType({})
) -> list[str]:
    """Targets of less than so many millimetres; in the parts of the page whose ids ``smaller`` names, of less than it
    says."""
    from kiosk.ui.widgets import Touchable
    from kiosk.ui.writing.key import OnScreenKey

    # Keys are as large as the panel allows: see small_keys.
    def wanted(widget: Any) -> float:
        least = next((mm for part, mm in smaller.items() if holds(page.ids[part], widget)), millimetres)
        return max(44.0, least * panel.px_per_mm) - 0.5  # whole pixels

    return [
        f"small target: {said(w)} {w.width:.0f}x{w.height:.0f} px, wanted {wanted(w):.0f}"
        for w in solid(page)
        if isinstance(w, Touchable) and not isinstance(w, OnScreenKey) and min(w.size) < wanted(w)
    ]


def small_keys(page: Any, panel: Panel, least: tuple[float, float]) -> list[str]:
    """Keys of the on-screen keyboard that are narrower or lower than so many millimetres."""
    from kiosk.ui.writing.key import OnScreenKey

    wide, high = (millimetres * panel.px_per_mm - 0.5 for millimetres in least)  # whole pixels
    return [
        f"small key: {said(w)} {w.width / panel.px_per_mm:.1f}x{w.height / panel.px_per_mm:.1f} mm, wanted {least}"
        for w in solid(page)
        if isinstance(w, OnScreenKey) and (w.width < wide or w.height < high)
    ]


def small_letters(page: Any, panel: Panel, millimetres: float, excepted: Collection[str] = ()) -> list[str]:
    """Letters of less than 0.7 degrees (EN 301 549, 5.1.4), or of less than so many millimetres; in widgets of the
    ``excepted`` kinds, of less than 0.7 degrees."""
    fine = panel.eyes_mm * math.tan(math.radians(0.7))

    def wanted(text: Any) -> float:
        small = any(type(outer).__name__ in excepted and holds(outer, text) for outer in (page, *shown(page)))
        return max(fine, 0 if small else millimetres) * panel.px_per_mm

    return [
        f"small letters: {said(t)} H of {t.font_size * CAPITAL_PER_EM:.1f} px, wanted {wanted(t):.1f}"
        for t in texts_of(page)
        if t.font_size * CAPITAL_PER_EM < wanted(t)
    ]


def near_targets(page: Any, panel: Panel) -> list[str]:
    """Targets with less than 2.54 mm between them (VVSG 2.0, 7.2-I). The on-screen keyboard's keys lie closer: see
    tests/unit/writing/test_keyboard_geometry.py."""
    from kiosk.ui.writing.key import OnScreenKey

    targets = [w for w in solid(page) if is_control(w) and not isinstance(w, OnScreenKey)]
    wanted = MIN_GAP_MM * panel.px_per_mm - 2
    return [
        f"near: {said(a)} {here} and {said(b)} {there}, wanted {wanted:.0f} px"
        for (a, here), (b, there) in combinations([(target, rect(target)) for target in targets], 2)
        if here.distance(there) < wanted and not holds(a, b) and not holds(b, a)
    ]


def solid(page: Any) -> list[Any]:
    """What a person sees or touches: words, drawings, buttons; not the boxes that hold them."""
    from kiosk.ui.widgets import NoticeCard, Picture, Promise, Qr, Touchable

    pictures = [w for w in shown(page) if ((isinstance(w, Picture) and w.name) or isinstance(w, Qr)) and w.width > 1]
    cards = [w for w in shown(page) if isinstance(w, Touchable | Promise | NoticeCard) and w.height > 1]
    return [*texts_of(page), *pictures, *cards]


def texts_of(page: Any) -> list[Any]:
    from kiosk.ui.widgets import Text

    return [w for w in shown(page) if isinstance(w, Text) and w.words]


def shown(widget: Any) -> Iterator[Any]:
    for child in widget.children:
        if child.opacity:
            yield child
            yield from shown(child)


def rect(widget: Any) -> Rect:
    from kiosk.ui.widgets import Picture, Text

    if isinstance(widget, Text):
        width, height = widget.texture_size
    elif isinstance(widget, Picture):
        width, height = widget.drawn
    else:
        return Rect(*widget.pos, *widget.size)
    return Rect(widget.center_x - width / 2, widget.center_y - height / 2, width, height)


def holds(outer: Any, inner: Any) -> bool:
    return any(widget is inner for widget in outer.walk(restrict=True))


def said(widget: Any) -> str:
    words = getattr(widget, "words", "") or getattr(widget, "picture", "") or getattr(widget, "name", "")
    return f"{type(widget).__name__} {str(words)[:40]!r}"
