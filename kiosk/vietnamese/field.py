"""A text field being typed: text, caret, and how the word before the caret was typed.

Every function is pure. The screen keeps the ``Field`` that the last key gave back; when the citizen moves the caret,
``moved`` forgets how the word was typed. All text is NFC and one letter is one character.
"""

from unicodedata import combining

from msgspec import Struct
from msgspec.structs import replace

from kiosk.vietnamese.letters import BARE, LETTERS, nfc, untone
from kiosk.vietnamese.marks import tap
from kiosk.vietnamese.methods import KEYS, Method
from kiosk.vietnamese.names import MAX_BEFORE, before_as_compared
from kiosk.vietnamese.placement import Style
from kiosk.vietnamese.word import Word, found, step

MAX_TOKEN = 40
"""The longest beginning of an address whose keys are known again after a letter was taken back."""


class Field(Struct, frozen=True):
    """A text field. ``caret`` counts characters from the start. The rest is memory of the keys; leave it out."""

    text: str = ""
    caret: int = 0
    word: Word | None = None
    token: str | None = None


def at(text: str, caret: int) -> Field:
    """A field that already holds this text. A caret outside it is brought to the nearer end."""
    whole = nfc(text)
    return Field(whole, min(len(nfc(text[: max(caret, 0)])), len(whole)))


def moved(field: Field, caret: int) -> Field:
    """The field with the caret elsewhere; how the word there was typed is not known."""
    return Field(field.text, min(max(caret, 0), len(field.text)))


def press(field: Field, key: str, method: Method, style: Style) -> Field:
    """The field after one key: a letter, digit, sign, space, or a mark of ``MARKS``.

    A key of several characters (a word from elsewhere) is put in as it is.
    """
    key = nfc(key)
    head, tail = field.text[: field.caret], field.text[field.caret :]
    if method is Method.MARKS and key in KEYS[method].marks:
        return _tapped(head, tail, key, style)
    token = "" if not head or head[-1].isspace() else field.token
    if key == "@" and token is not None:
        head = head[: len(head) - len(_last_token(head))] + token
    token = None if token is None else token + key
    run = _run(head, method)
    if not _composes(key, run, method) or _is_address(head):
        return _joined(nfc(head + key), tail, None, token)
    if tail[:1].isalnum():
        return _inside(head, tail, key, method, style)
    word = field.word or (found(run) if run else _begun(head))
    return _written(head, tail, word, step(word, key, KEYS[method], style), style, token)


def backspace(field: Field, method: Method, style: Style) -> Field:
    """One letter less before the caret. Right after a key that ended a Vietnamese word, that key is taken back:
    ``tieengsq`` is tiếng again.
    """
    head, tail = field.text[: field.caret], field.text[field.caret :]
    word = field.word
    if word and word.keys and word.keys == word.plain and not word.live:
        back = _replayed(word.keys[:-1], word.before, method, style)
        written = _written(head, tail, word, back, style, None)
        return _with_token(written, field.token, method, style)
    shorter = without_last_letter(head)
    run = _run(shorter, method)
    left = found(run) if run else Word()
    kept = _without_key_of(head[-1], word, method, style) if word and word.keys else None
    if kept is not None and untone(kept.shown(style)) == untone(run):
        left = kept  # typed anew, so that its keys stay known
    shorter = shorter[: len(shorter) - len(run)] + left.shown(style)
    written = _joined(shorter, tail, left if left is kept else None)
    return _with_token(written, field.token, method, style)


def without_last_letter(text: str) -> str:
    """The text without its last letter and the combining marks that may stand on it."""
    end = len(text)
    while end and combining(text[end - 1]):
        end -= 1
    return text[: max(end - 1, 0)]


def _with_token(field: Field, token: str | None, method: Method, style: Style) -> Field:
    """The field after a correction, with the keys that give what now stands before the caret; ``token`` gave what stood
    there. An address that is begun so stays as it was typed."""
    wanted = _last_token(field.text[: field.caret])
    if token is None or not wanted or len(token) > MAX_TOKEN:
        return field
    for left_out in range(len(token) - 1, -1, -1):
        keys = token[:left_out] + token[left_out + 1 :]
        typed = Field()
        for key in keys:
            typed = press(typed, key, method, style)
        if typed.text == wanted:
            return replace(field, token=keys)
    return field


def _begun(head: str) -> Word:
    """An empty word behind this text."""
    return Word(before=before_as_compared(head[-MAX_BEFORE:]))


def _run(head: str, method: Method) -> str:
    """The word before the caret: letters and digits, without the number it may be glued to (``500đồng``).

    In VNI digits are keys, so there a word after a number is a code (``12A1``) and the number belongs to it.
    """
    start = len(head)
    while start and head[start - 1].isalnum():
        start -= 1
    return head[start:] if method is Method.VNI else head[start:].lstrip("0123456789")


def _composes(key: str, run: str, method: Method) -> bool:
    if len(key) != 1:
        return False
    return key in LETTERS or key in KEYS[method].letters or (run != "" and key in KEYS[method].marks)


def _last_token(text: str) -> str:
    return "" if not text or text[-1].isspace() else text.split()[-1]


def _is_address(head: str) -> bool:
    token = _last_token(head[-80:])
    return "@" in token or "://" in token or token.lower().startswith("www.")


def _written(head: str, tail: str, before: Word, after: Word, style: Style, token: str | None) -> Field:
    head = head[: len(head) - len(before.shown(style))] + after.shown(style)
    return _joined(head, tail, after, token)


def _joined(head: str, tail: str, word: Word | None = None, token: str | None = None) -> Field:
    text = nfc(head + tail)
    return Field(text, min(len(head), len(text)), word, token)


def _replayed(keys: str, before: str, method: Method, style: Style) -> Word:
    word = Word(before=before)
    for key in keys:
        word = step(word, key, KEYS[method], style)
    return word


def _without_key_of(letter: str, word: Word, method: Method, style: Style) -> Word | None:
    """The word typed without the key that made its last letter."""
    keys = word.keys or ""
    bare = untone(letter)[0].lower()
    at = keys.lower().rfind(BARE.get(bare, bare))
    return _replayed(keys[:at] + keys[at + 1 :], word.before, method, style) if at >= 0 else None


def _tapped(head: str, tail: str, key: str, style: Style) -> Field:
    left, right = _around(head, tail, Method.MARKS)
    word = tap(left + right, KEYS[Method.MARKS].marks[key], style)
    head = head[: len(head) - len(left)] + word[: len(left)]
    return _joined(head, word[len(left) :] + tail[len(right) :])


def _inside(head: str, tail: str, key: str, method: Method, style: Style) -> Field:
    """A key in the middle of a word: a mark goes to the whole syllable; a letter goes in and the tone may move.

    Before the first letter no mark is meant: there ``s`` makes ơ into sơ, not ớ.
    """
    left, right = _around(head, tail, method)
    marked = step(found(left + right), key, KEYS[method], style)
    word, grown = marked.shown(style), 0
    if not left or not marked.live or len(word) != len(left + right):
        word, grown = found(left + key + right).shown(style), len(key)
    head = head[: len(head) - len(left)] + word[: len(left) + grown]
    return _joined(head, word[len(left) + grown :] + tail[len(right) :])


def _around(head: str, tail: str, method: Method) -> tuple[str, str]:
    """The letters of the word on both sides of the caret."""
    end = 0
    while end < len(tail) and tail[end].isalpha():
        end += 1
    left = _run(head, method)
    return (left, tail[:end]) if left.isalpha() or not left else ("", "")
