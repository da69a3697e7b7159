"""The on-screen keyboard: text above, keys below, nothing covered.

Kivy's own text input and every system keyboard stay out of it. Once ``forget`` has been called the board holds nothing
of what was written; the page calls it when its place is left.
"""

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.flow.state.text_input import (
    Backspaced,
    CaretMoved,
    ClearedAll,
    Restored,
    TextInput,
    Typed,
    UndoAsked,
    WordTaken,
    WritingEvent,
    suggestions,
)
from kiosk.texts import Strings
from kiosk.ui.metrics import Metrics
from kiosk.ui.screens.pad_layout import Rect
from kiosk.ui.widgets.press import USUAL
from kiosk.ui.writing.key_layout import Act
from kiosk.ui.writing.keyboard_geometry import arrange
from kiosk.ui.writing.keys import KeyGrid
from kiosk.ui.writing.numbers import caret_of, grouped, place_of
from kiosk.ui.writing.suggestions import SuggestionRow
from kiosk.ui.writing.text_area import TextArea


class OnScreenKeyboard(Widget):
    """Raises ``on_written`` with a ``WritingEvent``, and ``on_done`` for Enter in a field of one line.

    ``hint`` is what stands in the empty field; ``briefly``: one line of it is seen. Set ``pos`` and ``size``; what it
    does not need stays free at the top.
    """

    m: Metrics = ObjectProperty(USUAL, rebind=True)
    words: Strings = ObjectProperty(None, rebind=True)
    hint = StringProperty("")
    briefly = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_written")
        self.register_event_type("on_done")
        super().__init__(**kwargs)
        self._writing: TextInput | None = None
        self._before: TextInput | None = None
        self._arranged: tuple[object, ...] = ()
        self._gap = 0
        self._area, self._offers, self._keys = TextArea(), SuggestionRow(), KeyGrid()
        self._area.bind(on_place=lambda _, place: self._placed(place))
        self._offers.bind(on_take=lambda _, word: self._say(WordTaken(word)))
        self._keys.bind(on_press=lambda _, does: self._pressed(does))
        for part in (self._area, self._offers, self._keys):
            self.add_widget(part)
        for name in ("pos", "size", "m", "words", "hint", "briefly"):
            self.fbind(name, self._look_again)

    def on_written(self, event: WritingEvent) -> None:
        """The citizen did something."""

    def on_done(self) -> None:
        """Enter, where there are no lines to begin."""

    def show(self, writing: TextInput) -> None:
        """Shows a writing; only what is different from the last one is drawn anew."""
        self._writing = writing
        if self.words is None or self.width <= 1:
            return
        self._arrange(writing)
        kind = writing.kind
        self._area.show(grouped(kind, writing.text), place_of(kind, writing.text, writing.caret), full=writing.full)
        if writing.full and kind.suggests:
            self._offers.tell(self.words["writing.full"])
        else:
            self._offers.show(suggestions(writing), self._gap)
        self._keys.dim(self._idle(writing))

    @property
    def used_top(self) -> float:
        """Where the field ends; above it the board needs nothing."""
        return float(self._area.top)

    def forget(self) -> None:
        """Nothing of what was written is shown or kept any more."""
        self._writing = self._before = None
        self._area.forget()
        self._offers.forget()
        self._keys.rest()

    def begin_run(self) -> None:
        """A run of keys of a keyboard begins, which ``take_back`` takes back."""
        self._before = self._writing

    def take_back(self) -> None:
        """The keys since ``begin_run`` were a scanner's: the field is as it was before them."""
        if self._before is not None:
            self._say(Restored(self._before))
        self._before = None

    def type_key(self, key: str) -> None:
        """A key of a keyboard, as ``kiosk.ui.keyboard`` names it: a character, ``enter``, ``left`` and so on."""
        writing = self._writing
        if writing is None:
            return
        match key:
            case "enter" if not writing.kind.multiline:
                self.dispatch("on_done")
            case "enter":
                self._say(Typed("\n"))
            case "erase":
                self._say(Backspaced())
            case "delete" if writing.caret < len(writing.text):
                self._say(CaretMoved(writing.caret + 1))
                self._say(Backspaced())
            case "left" | "right":
                self._say(CaretMoved(max(0, writing.caret + (1 if key == "right" else -1))))
            case "up" | "down":
                self._placed(self._area.caret_above(1 if key == "up" else -1))
            case "start" | "end":
                self._placed(self._area.line_end(start=key == "start"))
            case _ if len(key) == 1:
                self._say(Typed(key))

    # ---- what happens

    def on_touch_down(self, touch: Any) -> bool:
        self._keys.fire_held()
        return bool(super().on_touch_down(touch))

    def _pressed(self, does: WritingEvent | Act) -> None:
        if does is Act.UP or does is Act.DOWN:
            self._area.scroll(up=does is Act.UP)
            if self._writing:
                self._keys.dim(self._idle(self._writing))
        elif isinstance(does, Act):
            self.type_key(does.value)
        else:
            self._say(does)

    def _placed(self, place: int) -> None:
        """``place`` counts what is shown, the caret what is written: a number is shown in groups."""
        if self._writing:
            self._say(CaretMoved(caret_of(self._writing.kind, self._writing.text, place)))

    def _say(self, event: WritingEvent) -> None:
        self.dispatch("on_written", event)

    # ---- what is shown

    def _look_again(self, *_: object) -> None:
        self._arranged = ()
        if self._writing is not None:
            self.show(self._writing)

    def _arrange(self, writing: TextInput) -> None:
        looks = (writing.kind, writing.method, writing.layer, writing.shift, writing.capitals)
        if looks == self._arranged:
            return
        self._arranged = looks
        within = Rect(*(round(side) for side in (*self.pos, *self.size)))
        found = arrange(writing, self.m, within, briefly=self.briefly)
        self._gap = found.gap
        self._area.place(found.text, self.m, found.font, self.hint, centred=not writing.kind.multiline)
        self._offers.place(found.offers, self.m)
        self._keys.pos, self._keys.size = self.pos, self.size
        self._keys.arrange(found.keys, self.m, self.words, found.letter)

    def _idle(self, writing: TextInput) -> frozenset[WritingEvent | Act]:
        """What would change nothing now."""
        idle: dict[WritingEvent | Act, bool] = {
            Act.UP: not self._area.can_scroll(up=True),
            Act.DOWN: not self._area.can_scroll(up=False),
            UndoAsked(): not writing.can_undo,
            ClearedAll(): not writing.text,
        }
        return frozenset(does for does, is_idle in idle.items() if is_idle)
