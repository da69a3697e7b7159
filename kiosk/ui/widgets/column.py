"""A column whose words give way: when they are too high for their place, all become smaller together."""

from typing import Any

from kivy.properties import NumericProperty
from kivy.uix.boxlayout import BoxLayout

STEP = 0.95
SMALLEST = 0.4


class Column(BoxLayout):
    """Children with ``natural(squeeze, width)`` are made smaller until everything fits.

    What is ``expendable`` is left out when even the smallest type does not fit. ``spare`` is the height in pixels kept
    for children that stretch, such as a drawing.
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
        squeeze = 1.0
        while squeeze > SMALLEST and self._needed(squeeze) > self.height:
            squeeze *= STEP
        width = self.width - self.padding[0] - self.padding[2]
        crowded = self._needed(squeeze) > self.height
        for child in self.children:
            if _expendable(child):
                child.opacity = 0 if crowded else 1
            if _gives_way(child):
                child.squeeze = squeeze
                child.size_hint_y = None
                child.height = 0 if crowded and _expendable(child) else child.natural(squeeze, width)
        super().do_layout(*args)

    def _needed(self, squeeze: float) -> float:
        width = self.width - self.padding[0] - self.padding[2]
        gaps = self.spacing * max(0, len(self.children) - 1) + self.padding[1] + self.padding[3]
        fixed = (
            child.natural(squeeze, width) if _gives_way(child) else child.height
            for child in self.children
            if _gives_way(child) or child.size_hint_y is None
        )
        return float(sum(fixed) + gaps + self.spare)


def _expendable(child: Any) -> bool:
    return bool(getattr(child, "expendable", False))


def _gives_way(child: Any) -> bool:
    return hasattr(child, "natural") and getattr(child, "hug", True)
