"""Typing as functions from text and key to text, for callers that keep nothing but the text.

What a text alone cannot tell is how it was typed (was ư typed ``w`` or ``uw``?), and a foreign word needs its keys
back. So the text that comes out remembers its field; given back unchanged, it is typed on exactly. Any other text is
taken as it stands and never respelled. A screen should keep a ``Field`` instead: see ``kiosk.vietnamese.field``.
"""

from collections.abc import Iterable

from kiosk.vietnamese import field as fields
from kiosk.vietnamese.field import Field
from kiosk.vietnamese.foreign import is_foreign_word
from kiosk.vietnamese.methods import KEYS, Method
from kiosk.vietnamese.names import spelled
from kiosk.vietnamese.placement import Style
from kiosk.vietnamese.word import Word


class Composed(str):
    """A text that remembers the field it came from. Equal to the bare text in every way; cutting or adding forgets."""

    __slots__ = ("field",)
    field: Field

    def __new__(cls, field: Field) -> "Composed":
        """The text of this field."""
        text = super().__new__(cls, field.text)
        text.field = field
        return text


def compose(text: str, key: str, method: Method = Method.TELEX, style: Style = Style.OLD) -> str:
    """The text after one key at its end.

    >>> compose("tiêng", "s"), compose("hóa", "n"), compose("â", "a")
    ('tiếng', 'hoán', 'aa')
    """
    return compose_at(text, len(text), key, method, style)[0]


def compose_at(
    text: str, caret: int, key: str, method: Method = Method.TELEX, style: Style = Style.OLD
) -> tuple[str, int]:
    """Text and caret after one key at the caret, which counts characters from the start."""
    remembered = isinstance(text, Composed) and text.field.caret == caret
    field = text.field if isinstance(text, Composed) and remembered else fields.at(text, caret)
    after = fields.press(field, key, method, style)
    return Composed(after), after.caret


def backspace(text: str, caret: int) -> tuple[str, int]:
    """Text and caret with one visible letter less before the caret, however many code points it has."""
    field = fields.at(text, caret)
    shorter = fields.without_last_letter(field.text[: field.caret])
    return shorter + field.text[field.caret :], len(shorter)


def compose_keys(keys: Iterable[str], method: Method = Method.TELEX, style: Style = Style.OLD) -> str:
    """The text that a line of keystrokes gives.

    >>> compose_keys("Vieetj Nam, windows, dduwowngf")
    'Việt Nam, windows, đường'
    """
    return composed_and_left(keys, method, style)[0]


def composed_and_left(keys: Iterable[str], method: Method, style: Style) -> tuple[str, list[str]]:
    """The text, and the words in it that stand as they were typed although keys of theirs are marks, without those of
    the list of foreign words and of addresses."""
    field, left = Field(), []
    for key in keys:
        after = fields.press(field, key, method, style)
        if after.word is None and field.word is not None:
            left += _left_as_typed(field.word, method)
        field = after
    return field.text, left + (_left_as_typed(field.word, method) if field.word else [])


def _left_as_typed(word: Word, method: Method) -> list[str]:
    keys = word.keys or ""
    has_marks = any(key in KEYS[method].marks for key in keys.lower()) and any(map(str.isalpha, keys))
    plain = not word.live and has_marks and not is_foreign_word(keys) and spelled(keys, word.before) is None
    return [keys] if plain else []
