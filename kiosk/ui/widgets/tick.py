"""The tick of what is chosen."""

from kivy.graphics import Canvas, Color, Ellipse, Line

from kiosk.ui import palette

_STEPS = ((-0.24, 0), (-0.06, -0.18), (0.24, 0.18))


def draw_tick(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A disc with a tick around this middle; a line that nobody sees would still cost as much as the whole screen."""
    with canvas:
        for colour, wide in ((palette.ACCENT_SOFT, size * 1.3), (palette.ACCENT, size)):
            Color(*palette.rgba(colour))
            Ellipse(size=(wide, wide), pos=(x - wide / 2, y - wide / 2))
        Color(*palette.rgba(palette.CARD))
        Line(
            width=max(1.2, size * 0.06),
            cap="round",
            joint="round",
            points=[(x + size * across, y + size * up) for across, up in _STEPS],
        )
