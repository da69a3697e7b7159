"""Choose the keys for a text input, row by row, and what each does. Pure: no sizes, no Kivy."""

from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from kiosk.flow.state.text_input import (
    Backspaced,
    ClearedAll,
    Kind,
    Layer,
    LayerChosen,
    MethodChosen,
    Shift,
    ShiftPressed,
    TextInput,
    Typed,
    UndoAsked,
    WritingEvent,
)
from kiosk.vietnamese import Method


class Act(Enum):
    """What a key does that only the board can work out: it depends on the caret and on the lines."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


class KeyColour(Enum):
    LETTER = "card"
    HELP = "soft"
    ON = "marked"


class KeyCap(Struct, frozen=True):
    """A key: what it does, how many letter keys it is wide, and what stands on it: a sign, words or a picture.

    ``words`` and ``note`` (the small line beneath) are keys of the texts; ``sign`` is drawn as it is.
    """

    does: WritingEvent | Act
    units: float = 1
    sign: str = ""
    words: str = ""
    picture: str = ""
    note: str = ""
    tone: KeyColour = KeyColour.LETTER

    @property
    def pops_up(self) -> bool:
        """Whether it is shown large above the finger: what is typed, and not the space."""
        return isinstance(self.does, Typed) and not self.does.key.isspace()


Row = tuple[KeyCap, ...]

_LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SIGNS = ('-/:;()%&"+', "!?'=*_#@$", ".,…–“”°")
_NEXT_METHOD = {Method.TELEX: Method.VNI, Method.VNI: Method.MARKS, Method.MARKS: Method.TELEX}

BACKSPACE = KeyCap(Backspaced(), 1.5, picture="erase", tone=KeyColour.HELP)
LEFT = KeyCap(Act.LEFT, picture="previous", tone=KeyColour.HELP)
RIGHT = KeyCap(Act.RIGHT, picture="next", tone=KeyColour.HELP)
UP = KeyCap(Act.UP, picture="up", tone=KeyColour.HELP)
DOWN = KeyCap(Act.DOWN, picture="down", tone=KeyColour.HELP)
UNDO = KeyCap(UndoAsked(), 2.5, words="writing.undo", tone=KeyColour.HELP)
CLEAR = KeyCap(ClearedAll(), 2.5, words="writing.clear", tone=KeyColour.HELP)
_NEWLINE = KeyCap(Typed("\n"), picture="newline", tone=KeyColour.HELP)

_MARKS = (
    KeyCap(Typed("\u0301"), picture="tone-acute", note="writing.acute", tone=KeyColour.HELP),
    KeyCap(Typed("\u0300"), picture="tone-grave", note="writing.grave", tone=KeyColour.HELP),
    KeyCap(Typed("\u0309"), picture="tone-hook", note="writing.hook", tone=KeyColour.HELP),
    KeyCap(Typed("\u0303"), picture="tone-tilde", note="writing.tilde", tone=KeyColour.HELP),
    KeyCap(Typed("\u0323"), picture="tone-dot", note="writing.dot", tone=KeyColour.HELP),
    KeyCap(Typed("\u0302"), picture="mark-hat", note="writing.hat", tone=KeyColour.HELP),
    KeyCap(Typed("\u031b"), picture="mark-horn", note="writing.horn", tone=KeyColour.HELP),
    KeyCap(Typed("\u0306"), picture="mark-breve", note="writing.breve", tone=KeyColour.HELP),
    KeyCap(Typed("\u0335"), words="writing.stroke", tone=KeyColour.HELP),
)


def letter_rows(writing: TextInput) -> tuple[Row, Row, Row]:
    """The three rows of letters, or of signs."""
    if writing.layer is Layer.DIGITS:
        first, second, third = (_typing(row) for row in _SIGNS)
        return first, second, (*third, KeyCap(BACKSPACE.does, 3, picture="erase", tone=KeyColour.HELP))
    first, second, third = (_typing(row.upper() if writing.capitals else row) for row in _LETTERS)
    return first, second, (_shift(writing), *third, BACKSPACE)


def help_keys(writing: TextInput) -> Row:
    """The nine or ten keys above or beside the letters: marks, or the digits that are marks in VNI, or digits."""
    if writing.layer is Layer.DIGITS or writing.kind is Kind.EMAIL or writing.method is Method.VNI:
        plain = writing.layer is Layer.DIGITS or writing.kind is Kind.EMAIL
        return _digits() if plain else _vni()
    return _MARKS


def bottom_row(writing: TextInput, *, beside: bool) -> Row:
    """The row with the space bar. ``beside``: the help keys stand beside it and the arrows have no row of their own."""
    arrows = (LEFT, RIGHT) if beside else ()
    if writing.kind is Kind.EMAIL:
        left = 10 - len(arrows)
        signs = [KeyCap(Typed(sign), left * 0.15, sign=sign) for sign in "@._-"]
        ends = [KeyCap(Typed(end), left * 0.2, sign=end) for end in (".com", ".vn")]
        return (*signs, *ends, *arrows)
    marks = _typing(",.?" if writing.kind is Kind.WORDS else ",./")
    extra = () if beside else corner(writing, beside=False)
    space = KeyCap(Typed(" "), 10 - 1.5 - 3 - len(arrows) - sum(cap.units for cap in extra), words="writing.space")
    return (_layer(writing), marks[0], space, *marks[1:], *arrows, *extra)


def corner(writing: TextInput, *, beside: bool) -> Row:
    """The method of typing and the new line: the end of the bottom row, or the foot of the help keys beside it."""
    if writing.kind is Kind.EMAIL:
        return (_digits()[9],) if beside else ()
    zero = help_keys(writing)[9:] if beside else ()
    newline = (_NEWLINE,) if writing.kind.multiline else ()
    room = 3.0 - len(zero) - len(newline)
    if zero and writing.layer is Layer.DIGITS:
        return (widened(zero[0], 1 + room), *newline)
    following = _NEXT_METHOD[writing.method]
    method = KeyCap(MethodChosen(following), room, words=f"writing.{writing.method}", tone=KeyColour.HELP)
    return (*zero, method, *newline)


def tools(writing: TextInput) -> Row:
    """What takes back and what moves, as wide as ten letters; the arrows only where the help keys stand above."""
    if writing.kind.multiline:
        return (LEFT, RIGHT, UP, DOWN, widened(UNDO, 3), widened(CLEAR, 3))
    return (widened(LEFT, 1.5), widened(RIGHT, 1.5), widened(UNDO, 3.5), widened(CLEAR, 3.5))


def tools_beside(writing: TextInput) -> Row:
    """The same beside the suggestions, where the caret's arrows are in the bottom row."""
    return (UP, DOWN, UNDO, CLEAR) if writing.kind.multiline else (UNDO, CLEAR)


def pad_keys() -> dict[str, KeyCap]:
    """The keys of the number pad by name: ``0`` to ``9``, ``erase``, ``undo``, ``clear``, ``left``, ``right``."""
    digits = {digit: KeyCap(Typed(digit), sign=digit) for digit in "0123456789"}
    helps = {"erase": BACKSPACE, "undo": UNDO, "clear": CLEAR, "left": LEFT, "right": RIGHT}
    return digits | helps


def _typing(keys: str) -> Row:
    return tuple(KeyCap(Typed(key), sign=key) for key in keys)


def _digits() -> Row:
    return tuple(KeyCap(Typed(digit), sign=digit, tone=KeyColour.HELP) for digit in "1234567890")


def _vni() -> Row:
    """Digits with the marks they put: 1 sắc, 2 huyền, … 9 đ, 0 no tone."""
    notes = ("acute", "grave", "hook", "tilde", "dot", "hat", "horn", "breve", "stroke", "no_tone")
    return tuple(
        KeyCap(Typed(digit), sign=digit, note=f"writing.{note}", tone=KeyColour.HELP)
        for digit, note in zip("1234567890", notes, strict=True)
    )


def _shift(writing: TextInput) -> KeyCap:
    locked = writing.shift is Shift.LOCKED
    picture, tone = "shift-locked" if locked else "shift", KeyColour.ON if writing.capitals else KeyColour.HELP
    return KeyCap(ShiftPressed(), 1.5, picture=picture, tone=tone)


def _layer(writing: TextInput) -> KeyCap:
    if writing.layer is Layer.DIGITS:
        return KeyCap(LayerChosen(Layer.LETTERS), 1.5, words="writing.letters", tone=KeyColour.HELP)
    return KeyCap(LayerChosen(Layer.DIGITS), 1.5, words="writing.digits", tone=KeyColour.HELP)


def widened(cap: KeyCap, units: float) -> KeyCap:
    """The same key in another width."""
    return replace(cap, units=units)
