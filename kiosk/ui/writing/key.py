"""One key of the on-screen keyboard: a touchable card with a letter, a label or a drawing, and no widget of its own."""

from typing import Any

from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui import palette
from kiosk.ui.widgets.press import Touchable
from kiosk.ui.writing.textures import KEYS_FONT, drawn, extent, face, picture

DRAWING = 0.62  # of a key's shorter side; less with a note beneath
DRAWING_OVER_NOTE = 0.5
PALE = 0.4
NOTE_LEADING = 0.9
SIDES = 0.14  # of a key's height, left free to the left and right of words


class OnScreenKey(Touchable):
    """``words``: a sign or words. ``note``: a small line beneath. ``picture``: a drawing instead of words.

    A ``private`` key shows what a citizen's own words led to: it is drawn anew each time and leaves nothing behind.
    """

    words = StringProperty("")
    note = StringProperty("")
    picture = StringProperty("")
    #: it would change nothing now: pale, but where it always is
    idle = BooleanProperty(False)

    def __init__(self, *, private: bool = False, **kwargs: Any) -> None:
        self._private, self.letter, self.font_size = private, 20, 20
        self._textures: tuple[Texture | None, Texture | None] = (None, None)
        super().__init__(**kwargs)
        with self.canvas:
            self._upper_tint, self._upper = Color(), Rectangle(size=(0, 0))
            self._lower_tint, self._lower = Color(), Rectangle(size=(0, 0))
        self.fbind("ink", self._tint)
        self.fbind("idle", self._colour)
        self.fbind("pos", self._place)

    def _colour(self, *_: object) -> None:
        super()._colour()
        if self.idle:
            self.fill, self.border = palette.rgba(palette.PAPER), _between(palette.LINE, palette.PAPER)
            self.ink = palette.rgba(palette.INK, PALE)

    def put(self, *, words: str = "", note: str = "", picture: str = "", letter: int = 20, least: int = 20) -> None:
        """What stands on the key from now on: type of ``letter`` pixels, smaller where needed, but not below ``least``.

        The size of the key must be set before.
        """
        self.words, self.note, self.picture, self.letter = words, note, picture, letter
        upper = self._drawing() if picture else self._type(letter, least)
        self._textures = upper, face(note, least) if note else None
        self._tint()
        self._place()

    def forget(self) -> None:
        """Nothing stands on it any more, and nothing of what did is kept."""
        self.put()

    def natural_width(self, words: str, letter: int) -> float:
        """How wide a key with these words wants to be."""
        return extent(KEYS_FONT, letter)(words) + self.height * 4 * SIDES

    def fire_at_once(self) -> None:
        """Fires for the finger that still rests on it; when that leaves, nothing more happens."""
        self.pressed = False
        self.dispatch("on_fire")

    def on_touch_up(self, touch: Any) -> bool:
        if touch.grab_current is self and not self.pressed:
            touch.ungrab(self)
            return True
        return bool(super().on_touch_up(touch))

    @property
    def _room(self) -> float:
        return self.width - 2 * self.stroke - 2 * SIDES * self.height

    def _drawing(self) -> Texture:
        return picture(self.picture)

    def _type(self, letter: int, least: int) -> Texture | None:
        if not self.words:
            return None
        size = max(letter, least)
        while size > least and extent(KEYS_FONT, size)(self.words) > self._room:
            size = max(least, int(size * 0.94))
        self.font_size = size
        return drawn(self.words, KEYS_FONT, size) if self._private else face(self.words, size)

    def _height(self, upper: Texture | None) -> float:
        if upper is None:
            return 0.0
        part = DRAWING_OVER_NOTE if self.note else DRAWING
        return min(self.size) * part if self.picture else float(upper.height)

    def _tint(self, *_: object) -> None:
        self._upper_tint.rgba = (1, 1, 1, self.ink[3]) if self.picture else self.ink
        self._lower_tint.rgba = self.ink

    def _place(self, *_: object) -> None:
        upper, lower = self._textures
        high, beneath = self._height(upper), lower.height * NOTE_LEADING if lower else 0
        top = self.center_y + (high + beneath) / 2
        width = high if self.picture else upper.width if upper else 0
        self._put(self._upper, upper, (width, high), top)
        self._put(self._lower, lower, lower.size if lower else (0, 0), top - high)

    def _put(self, where: Rectangle, texture: Texture | None, size: tuple[float, float], top: float) -> None:
        where.texture, where.size = texture, size
        where.pos = round(self.center_x - size[0] / 2), round(top - size[1])


def _between(first: str, second: str) -> tuple[float, ...]:
    """A colour between two, nearer to the second: an edge that is there but does not ask to be touched."""
    return tuple(PALE * a + (1 - PALE) * b for a, b in zip(palette.rgba(first), palette.rgba(second), strict=True))
