"""Two switches instead of a finger: one goes on to the next control, the other chooses it.

A frame goes round the control. Where there are many, as on a keyboard, it first goes from row to row; choosing a row
goes into it, and after its last control back to the rows. EN 301 549 v3.2.1 clause 5.1.3 and 5.9, VVSG 2.0 7.2-F: all
that can be touched can be done so, and nothing needs two switches at once, or quickly.
"""

from collections.abc import Sequence
from typing import Any

from kivy.graphics import Color, InstructionGroup, Line
from msgspec.structs import replace

from kiosk.flow.input.non_visual import offered
from kiosk.flow.state.preferences import PreferencesChosen, Zone, ZoneTouched
from kiosk.ui import palette
from kiosk.ui.root_view import RootView
from kiosk.ui.widgets import Touchable

NEXT, CHOOSE = "next", "choose"
#: up to so many controls are gone through one by one
FEW = 9


class SwitchScan:
    """``press("next")`` and ``press("choose")`` are heard exactly when a touch would be."""

    def __init__(self, stage: RootView) -> None:
        self._stage = stage
        self._frame = InstructionGroup()
        #: what the frame goes round: one control, or a row of them
        self.focus: tuple[Any, ...] = ()
        self._row: tuple[Any, ...] = ()

    def press(self, switch: str) -> None:
        if not self._stage.hears():
            return
        if self._stage.state and not self._stage.state.preferences.by_switch:
            self._stage.press_key(PreferencesChosen(replace(self._stage.state.preferences, by_switch=True)))
        if self._stage.state and offered(self._stage.state):
            self._stage.press_key(ZoneTouched(Zone(switch)))
        elif switch == NEXT:
            self._go_on()
        else:
            self._choose()
        self.follow()

    def follow(self) -> None:
        """Draws the frame where it belongs now; on another screen it begins anew."""
        there = controls(self._stage.page)
        if any(control not in there for control in (*self.focus, *self._row)):
            self.focus = self._row = ()
        self._frame.clear()
        self._stage.canvas.after.remove(self._frame)
        if self.focus:
            self._draw()
            self._stage.canvas.after.insert(0, self._frame)  # within the picture that moves by a hair

    def _go_on(self) -> None:
        if self._row:
            at = self._row.index(self.focus[0]) + 1
            self.focus = self._row if at == len(self._row) else (self._row[at],)
            self._row = () if at == len(self._row) else self._row
            return
        stops = stops_of(controls(self._stage.page))
        at = stops.index(self.focus) + 1 if self.focus in stops else 0
        self.focus = stops[at % len(stops)] if stops else ()

    def _choose(self) -> None:
        if len(self.focus) > 1:
            self._row, self.focus = self.focus, self.focus[:1]
        elif self.focus:
            control, self._row = self.focus[0], ()
            self._stage.choose_by_switch(control)

    def _draw(self) -> None:
        boxes = [(*control.to_window(*control.pos), *control.size) for control in self.focus]
        left, below = min(box[0] for box in boxes), min(box[1] for box in boxes)
        right, above = max(box[0] + box[2] for box in boxes), max(box[1] + box[3] for box in boxes)
        thick = max(2.0, self._stage.page.m.stroke * 1.8)  # Kivy's width is half of what is drawn
        left, below, right, above = left - thick, below - thick, right + thick, above + thick
        for colour, width in ((palette.PAPER, 1.6 * thick), (palette.INK, thick)):
            self._frame.add(Color(*palette.rgba(colour)))
            self._frame.add(Line(rectangle=(left, below, right - left, above - below), width=width))


def controls(page: Any) -> list[Any]:
    """All that can be pressed on a page, as it is read: from above, then from the left."""
    found = [w for w in page.walk() if isinstance(w, Touchable) and not w.disabled and w.opacity and min(w.size) > 1]
    return [control for row in _rows(found) for control in row]


def stops_of(found: Sequence[Any]) -> list[tuple[Any, ...]]:
    """What the frame stops at: each control, or each row when there are many."""
    return [(control,) for control in found] if len(found) <= FEW else _rows(found)


def _rows(found: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Controls whose middles lie at one height are a row."""
    rows: list[list[Any]] = []
    for control in sorted(found, key=lambda control: -_middle(control)[1]):
        if rows and abs(_middle(rows[-1][0])[1] - _middle(control)[1]) < control.height / 2:
            rows[-1].append(control)
        else:
            rows.append([control])
    return [tuple(sorted(row, key=lambda control: _middle(control)[0])) for row in rows]


def _middle(control: Any) -> tuple[float, float]:
    x, y = control.to_window(*control.center)
    return float(x), float(y)
