"""A column whose words give way: when they are too high for their place, all become smaller together."""

from typing import Any

from kivy.properties import NumericProperty
from kivy.uix.boxlayout import BoxLayout

STEP = 0.95
SMALLEST = 0.4
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
                child.size_hint_y = None
                child.height = 0 if crowded and _expendable(child) else child.natural(squeeze, width)
        super().do_layout(*args)

    def _squeeze(self, *, with_all: bool) -> float:
        squeeze = 1.0
        while squeeze > SMALLEST and self._needed(squeeze, with_all) > self.height:
            squeeze *= STEP
        return squeeze

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
