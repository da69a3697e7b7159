"""A column whose texts shrink together when they are too high for it."""

from bisect import bisect_left
from typing import Any

from kivy.properties import NumericProperty
from kivy.uix.boxlayout import BoxLayout

STEPS = tuple(0.95**n for n in range(19))
DISPENSE = 0.7  # rather than make everything this small, leave out what is expendable


class Column(BoxLayout):
    """Children with ``natural(squeeze, width)`` are made smaller until everything fits.

    What is ``expendable`` is left out when it would make everything much smaller. ``spare`` is the height in pixels
    kept for children that stretch, such as a drawing.
    """

    spare = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(orientation="vertical", **kwargs)
        self.fbind("spare", self._trigger_layout)

    def add_widget(self, widget: Any, *args: Any, **kwargs: Any) -> None:
        if hasattr(widget, "natural"):
            for name in ("words", "most", "hug"):
                widget.fbind(name, self._trigger_layout)
        super().add_widget(widget, *args, **kwargs)

    def do_layout(self, *args: Any) -> None:
        if not self.placed:
            return
        squeeze = self._squeeze(with_all=True)
        crowded = squeeze < DISPENSE and any(_expendable(child) for child in self.children)
        if crowded:
            squeeze = self._squeeze(with_all=False)
        width = self.width - self.padding[0] - self.padding[2]
        for child in self.children:
            if _expendable(child):
                child.opacity = 0 if crowded else 1
            if _gives_way(child):
                child.squeeze = squeeze
                child.property("squeeze").dispatch(child)
                child.size_hint_y = None
                child.height = 0 if crowded and _expendable(child) else child.natural(squeeze, width)
        super().do_layout(*args)

    @property
    def placed(self) -> bool:
        """Whether it has a place at all. Until then nothing is measured: that would be a tenth of the start."""
        return bool(self.height >= 1)

    def _squeeze(self, *, with_all: bool) -> float:
        """The largest step at which all fits, else the smallest. Each try measures all words, so few are tried."""
        if self._needed(1.0, with_all) <= self.height:
            return 1.0
        at = bisect_left(STEPS, True, key=lambda step: self._needed(step, with_all) <= self.height)
        return STEPS[min(at, len(STEPS) - 1)]

    def _needed(self, squeeze: float, with_all: bool) -> float:
        width = self.width - self.padding[0] - self.padding[2]
        gaps = self.spacing * max(0, len(self.children) - 1) + self.padding[1] + self.padding[3]
        fixed = (
            child.natural(squeeze, width) if _gives_way(child) else child.height
            for child in self.children
            if (_gives_way(child) or child.size_hint_y is None) and (with_all or not _expendable(child))
        )
        return float(sum(fixed) + gaps + self.spare)


def _expendable(child: Any) -> bool:
    return bool(getattr(child, "expendable", False))


def _gives_way(child: Any) -> bool:
    return hasattr(child, "natural") and getattr(child, "hug", True)
