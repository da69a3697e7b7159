"""Text input: one field being typed, as a value, and the step that each event makes of it. Pure.

``TextInput`` may stand in a place of the flow. What was typed is in no ``repr``, neither of a writing nor of an event,
so that no log can hold it. Every change is one step that ``UndoAsked`` takes back, letter for letter.
"""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.hidden import Hidden, StructWithHidden
from kiosk.vietnamese import Method, Style
from kiosk.vietnamese import field as fields
from kiosk.vietnamese.field import Field
from kiosk.vietnamese.methods import KEYS
from kiosk.vietnamese.suggest import accept, suggest

HISTORY = 200
"""How many steps can be taken back."""

MARKS = frozenset(KEYS[Method.MARKS].marks)
"""The keys that are marks themselves. They are heard in every method: who types Telex may tap a tone all the same."""

EMAIL_HOSTS = ("gmail.com", "yahoo.com", "icloud.com", "yahoo.com.vn", "outlook.com")
SUGGESTIONS = 5

_ENDS_OF_SENTENCE = (".", "!", "?", "…")


class Kind(StrEnum):
    """What the field is for. Only the first three are Vietnamese; the others stay as typed, letter for letter."""

    WORDS = "words"
    NAME = "name"
    ADDRESS = "address"
    EMAIL = "email"
    PHONE = "phone"
    RECEIPT_NUMBER = "receipt_number"

    @property
    def composed(self) -> bool:
        """Whether keys become Vietnamese letters."""
        return self in (Kind.WORDS, Kind.NAME, Kind.ADDRESS)

    @property
    def digits_only(self) -> bool:
        return self in (Kind.PHONE, Kind.RECEIPT_NUMBER)

    @property
    def suggests(self) -> bool:
        """Whether words are offered; nobody's name or number is guessed."""
        return self in (Kind.WORDS, Kind.ADDRESS, Kind.EMAIL)

    @property
    def multiline(self) -> bool:
        return self is Kind.WORDS

    @property
    def longest(self) -> int:
        """How many letters fit: as many as a complaint may have; RFC 5321 for e-mail, E.164 for telephones."""
        return _MAX_LENGTH[self]


_MAX_LENGTH = {
    Kind.WORDS: 4_000,
    Kind.NAME: 100,
    Kind.ADDRESS: 200,
    Kind.EMAIL: 254,
    Kind.PHONE: 15,
    Kind.RECEIPT_NUMBER: 20,
}


class Layer(StrEnum):
    LETTERS = "letters"
    DIGITS = "digits"


class Shift(StrEnum):
    """``AUTO``: a capital where a sentence begins. ``SMALL``: the citizen does not want that one."""

    AUTO = "auto"
    SMALL = "small"
    ONCE = "once"
    LOCKED = "locked"


class TextInput(StructWithHidden, frozen=True):
    """A field being written. ``full``: the last key had no room and changed nothing; the citizen is to be told."""

    kind: Kind = Kind.WORDS
    field: Hidden[Field] = Field()
    method: Method = Method.TELEX
    style: Style = Style.OLD
    layer: Layer = Layer.LETTERS
    shift: Shift = Shift.AUTO
    full: bool = False
    history: Hidden[tuple[Field, ...]] = ()

    @property
    def text(self) -> str:
        """What stands in the field, NFC, exactly as it is kept and sent."""
        return self.field.text

    @property
    def caret(self) -> int:
        """How many letters stand before the caret."""
        return self.field.caret

    @property
    def left(self) -> int:
        """How many letters there is still room for."""
        return self.kind.longest - len(self.text)

    @property
    def can_undo(self) -> bool:
        return bool(self.history)

    @property
    def capitals(self) -> bool:
        """Whether the next letter on the keys is a capital."""
        if self.shift is Shift.AUTO:
            return _begins(self)
        return self.shift in (Shift.ONCE, Shift.LOCKED)


def beginning(kind: Kind, text: str = "", method: Method = Method.TELEX, style: Style = Style.OLD) -> TextInput:
    """A field to write in, with what stands in it already; the caret is at its end."""
    return TextInput(kind, fields.at(text, len(text)), method, style)


# ---- events: what happened


class Typed(StructWithHidden, frozen=True):
    """One key: a letter in the case its key showed, a digit, a sign, a space, a line end, a mark of ``MARKS``."""

    key: Hidden[str]


class Backspaced(Struct, frozen=True):
    pass


class CaretMoved(StructWithHidden, frozen=True):
    """The caret stands before the letter of this number; a number outside the text means the nearer end."""

    caret: Hidden[int]


class WordTaken(StructWithHidden, frozen=True):
    """One of ``suggestions`` was touched."""

    word: Hidden[str]


class ClearedAll(Struct, frozen=True):
    pass


class UndoAsked(Struct, frozen=True):
    pass


class MethodChosen(Struct, frozen=True):
    method: Method


class LayerChosen(Struct, frozen=True):
    layer: Layer


class ShiftPressed(Struct, frozen=True):
    """Once for one capital, twice for capitals until it is pressed again."""


class Restored(StructWithHidden, frozen=True):
    """What was typed since was a scanner's: the field is again as it was."""

    writing: Hidden[TextInput]


WritingEvent = (
    Typed
    | Backspaced
    | CaretMoved
    | WordTaken
    | ClearedAll
    | UndoAsked
    | MethodChosen
    | LayerChosen
    | ShiftPressed
    | Restored
)


def written(writing: TextInput, event: WritingEvent) -> TextInput:
    """The writing after an event. What makes no sense changes nothing; what has no room says so in ``full``."""
    match event:
        case Typed(key):
            return _typed(writing, key)
        case Backspaced():
            return _changed(writing, _shorter(writing))
        case CaretMoved(caret):
            return replace(writing, field=fields.moved(writing.field, caret), full=False)
        case WordTaken(word):
            return _changed(writing, _with_word(writing, word))
        case ClearedAll():
            return _changed(writing, Field())
        case UndoAsked() if writing.history:
            return replace(writing, field=writing.history[-1], history=writing.history[:-1], full=False)
        case MethodChosen(method) if method is not writing.method:
            return _in_method(writing, method)
        case LayerChosen(layer):
            return replace(writing, layer=layer)
        case ShiftPressed():
            return replace(writing, shift=_pressed(writing))
        case Restored(before) if before.kind is writing.kind:
            return before
    return writing


def suggestions(writing: TextInput) -> tuple[str, ...]:
    """Words to offer now, the best first: of the counter for a text, the usual hosts for an e-mail address."""
    if writing.kind is Kind.EMAIL:
        return _hosts(writing)
    if writing.kind.suggests:
        return tuple(found.text for found in suggest(writing.text, writing.caret, SUGGESTIONS))
    return ()


# ---- keys


def _typed(writing: TextInput, key: str) -> TextInput:
    if not _belongs(writing.kind, key):
        return writing
    after = _changed(writing, _pressed_key(writing, key))
    if after.full:
        return after
    shift = Shift.AUTO if after.shift in (Shift.ONCE, Shift.SMALL) and key.isalpha() else after.shift
    layer = Layer.LETTERS if key.isspace() else after.layer
    return replace(after, shift=shift, layer=layer)


def _belongs(kind: Kind, key: str) -> bool:
    if kind.digits_only:
        return key.isascii() and key.isdigit()
    if kind is Kind.EMAIL:
        return key.isascii() and key.isprintable() and key != "" and not any(letter.isspace() for letter in key)
    return key == "\n" if not key.isprintable() and kind.multiline else key != "" and key.isprintable()


def _pressed_key(writing: TextInput, key: str) -> Field:
    now = writing.field
    if not writing.kind.composed:
        return Field(now.text[: now.caret] + key + now.text[now.caret :], now.caret + len(key))
    method = Method.MARKS if key in MARKS else writing.method
    return fields.press(now, key, method, writing.style)


def _shorter(writing: TextInput) -> Field:
    now = writing.field
    if not now.caret:
        return now
    if not writing.kind.composed:
        return Field(now.text[: now.caret - 1] + now.text[now.caret :], now.caret - 1)
    return fields.backspace(now, writing.method, writing.style)


def _changed(writing: TextInput, after: Field) -> TextInput:
    """With one more step to take back if the text is another; as it was, and ``full``, if it would be too long."""
    before = writing.field
    if len(after.text) > max(writing.kind.longest, len(before.text)):
        return replace(writing, full=True)
    if after.text == before.text:
        return replace(writing, field=after, full=False)
    history = (*writing.history, before)[-HISTORY:]
    return replace(writing, field=after, full=False, history=history)


# ---- capitals


def _pressed(writing: TextInput) -> Shift:
    match writing.shift:
        case Shift.ONCE:
            return Shift.LOCKED
        case Shift.LOCKED:
            return Shift.SMALL if _begins(writing) else Shift.AUTO
        case Shift.AUTO if _begins(writing):
            return Shift.SMALL
    return Shift.ONCE


def _begins(writing: TextInput) -> bool:
    """Whether a capital is due: at the start of a sentence, of each part of a name."""
    head = writing.text[: writing.caret]
    match writing.kind:
        case Kind.NAME:
            return not head or head[-1] in " -"
        case Kind.WORDS | Kind.ADDRESS:
            before = head.rstrip(" ")
            return not before or before[-1] == "\n" or (before != head and before[-1] in _ENDS_OF_SENTENCE)
    return False


# ---- methods and words


def _in_method(writing: TextInput, method: Method) -> TextInput:
    """How a word was typed means nothing to another method, so it is forgotten; the text stays."""
    history = tuple(fields.moved(each, each.caret) for each in writing.history)
    return replace(
        writing, method=method, field=fields.moved(writing.field, writing.caret), history=history, full=False
    )


def _with_word(writing: TextInput, word: str) -> Field:
    if word not in suggestions(writing):
        return writing.field
    text, caret = writing.text, writing.caret
    if writing.kind is Kind.EMAIL:
        name = text.partition("@")[0]
        return Field(name + word, len(name + word))
    chosen = next(found for found in suggest(text, caret, SUGGESTIONS) if found.text == word)
    return fields.at(*accept(text, caret, chosen))


def _hosts(writing: TextInput) -> tuple[str, ...]:
    """The usual endings of an address, once its name is there and the caret behind it."""
    name, _, host = writing.text.partition("@")
    if not name or writing.caret < len(writing.text):
        return ()
    return tuple(f"@{usual}" for usual in EMAIL_HOSTS if usual.startswith(host.lower()) and usual != host)
