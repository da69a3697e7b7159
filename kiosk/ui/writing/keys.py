"""The keys of the on-screen keyboard: placed by a layout, each fired once for each touch."""

from typing import Any

from kivy.uix.widget import Widget

from kiosk.flow.state.text_input import WritingEvent
from kiosk.texts import Strings
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.pad_layout import Rect
from kiosk.ui.writing.bubble import Bubble
from kiosk.ui.writing.key import OnScreenKey
from kiosk.ui.writing.key_layout import Act, KeyCap
from kiosk.ui.writing.keyboard_geometry import LINE
from kiosk.ui.writing.textures import KEYS_FONT, extent


class KeyGrid(Widget):
    """Raises ``on_press`` with what the cap of a key does. Keys are made once and given other caps."""

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_press")
        super().__init__(**kwargs)
        self._keys: list[OnScreenKey] = []
        self._put: dict[OnScreenKey, tuple[KeyCap, Rect, object]] = {}
        self._bubble = Bubble()
        self.add_widget(self._bubble)

    def on_press(self, does: WritingEvent | Act) -> None:
        """A key was pressed and let go."""

    def arrange(self, caps: tuple[tuple[KeyCap, Rect], ...], m: Metrics, words: Strings, letter: int) -> None:
        """These keys and no others; a key that stays as it is is not touched."""
        look = (m, words.language, letter, _notes_fit(caps, m, words, letter))
        for at, (cap, where) in enumerate(caps):
            key = self._key(at)
            if self._put.get(key) != (cap, where, look):
                self._put[key] = (cap, where, look)
                _dress(key, cap, where, m, words, letter, notes=look[-1])
        for key in self._keys[len(caps) :]:
            self._put.pop(key, None)
            self.remove_widget(key)

    def dim(self, idle: frozenset[WritingEvent | Act]) -> None:
        """What would change nothing now is pale, but stays where it is."""
        for key, (cap, _, _) in self._put.items():
            key.idle = cap.does in idle

    def rest(self) -> None:
        """No key is shown as pressed."""
        self._bubble.hide()

    def fire_held(self) -> None:
        """The next finger comes down before the last has left when two thumbs type: the first letter counts first."""
        for key in self._keys:
            if key.pressed:
                key.fire_at_once()

    def _key(self, at: int) -> OnScreenKey:
        if at == len(self._keys):
            key = OnScreenKey()
            key.bind(on_fire=lambda key: self.dispatch("on_press", self._put[key][0].does), pressed=self._pop)
            self._keys.append(key)
        key = self._keys[at]
        if not key.parent:
            self.add_widget(key, index=len(self.children))  # beneath the bubble
        return key

    def _pop(self, key: OnScreenKey, pressed: bool) -> None:
        if not pressed:
            self._bubble.hide(key)
        elif key in self._put and self._put[key][0].pops_up:
            self._bubble.show(key, self.x, self.right)


def _notes_fit(caps: tuple[tuple[KeyCap, Rect], ...], m: Metrics, words: Strings, letter: int) -> bool:
    """Whether every note of a row fits; one without its neighbours' would only puzzle."""
    wide, high = extent(KEYS_FONT, m.fine_font), LINE * (m.fine_font + letter)
    noted = [(words[cap.note], where) for cap, where in caps if cap.note]
    return all(wide(note) <= where.width - 4 * m.stroke and high <= where.height for note, where in noted)


def _dress(key: OnScreenKey, cap: KeyCap, where: Rect, m: Metrics, words: Strings, letter: int, *, notes: bool) -> None:
    key.m, key.radius, key.stroke, key.tone = m, min(m.radius, where.height * 0.2), m.stroke, cap.tone.value
    key.pos, key.size = where.pos, where.size
    label = cap.sign or (words[cap.words] if cap.words else "")
    key.put(
        words=label,
        note=words[cap.note] if cap.note and notes else "",
        picture=cap.picture,
        letter=letter if len(label) == 1 else min(letter, m.base),
        least=m.fine_font,
    )
