"""One word being typed with Telex or VNI: a value, and the step that a key makes of it.

A word is composed as long as a Vietnamese syllable can come of it. The key after which none can makes it *plain*:
from then on it stands as it was typed (``window``, not ``ưindow``).
"""

from msgspec import Struct

from kiosk.vietnamese.foreign import begins_foreign_word, is_foreign_word
from kiosk.vietnamese.letters import Tone, untone
from kiosk.vietnamese.methods import MethodKeys
from kiosk.vietnamese.names import spelled
from kiosk.vietnamese.placement import Style, place
from kiosk.vietnamese.shaping import Change, reshape, settle, unshape
from kiosk.vietnamese.syllable import split, viable


class Word(Struct, frozen=True):
    """A word being typed.

    ``shape`` and ``tone`` are the syllable while the word is ``live``. ``plain`` is what stands there otherwise: the
    keys as typed, without those that only undid a mark. ``keys`` is every key since the word began, ``None`` if the
    word was found in the text and nobody knows how it was typed. ``before`` is the end of the text before the word, as
    ``names`` compares it.
    """

    shape: str = ""
    tone: Tone = Tone.LEVEL
    plain: str = ""
    keys: str | None = ""
    live: bool = True
    before: str = ""

    def shown(self, style: Style) -> str:
        """What the citizen sees."""
        if self.keys and (name := spelled(self.keys, self.before)):
            return name
        if not self.live:
            return self.plain
        if self.keys and is_foreign_word(self.keys):
            return self.keys
        return place(self.shape, self.tone, style)

    def _after(self, key: str, shape: str, tone: Tone) -> "Word":
        return Word(shape, tone, self.plain + key, self._keys(key), before=self.before)

    def _ended(self, key: str, plain: str) -> "Word":
        """The word made plain; a word known to be foreign gets back the keys that an undo had taken (``office``)."""
        keys = self._keys(key)
        goes_on = key.isalpha() and plain == self.plain + key
        if keys and (is_foreign_word(keys) or (goes_on and begins_foreign_word(keys))):
            plain = keys
        return Word(plain=plain, keys=keys, live=False, before=self.before)

    def _keys(self, key: str) -> str | None:
        return None if self.keys is None else self.keys + key


def found(text: str) -> Word:
    """The word that stands in the text, typed nobody knows how. It is never respelled: plain is the text itself."""
    shape, tone = untone(text)
    if tone is None or not viable(shape.lower(), tone):
        return Word(plain=text, keys=None, live=False)
    return Word(shape, tone, text, None)


def step(word: Word, key: str, keys: MethodKeys, style: Style) -> Word:
    """The word after one key: a letter, or a mark of this method."""
    if not word.live:
        return word._ended(key, word.plain + key)
    mark = keys.marks.get(key.lower())
    has_vowel = word.shape != "" and split(word.shape.lower())[1] != ""
    if isinstance(mark, Tone) and has_vowel:
        return _toned(word, key, mark, style)
    if mark is not None and not isinstance(mark, Tone) and word.shape:
        changed = _reshaped(word, key, mark, style)
        if changed is not None:
            return changed
    if not has_vowel and key in keys.letters_without_vowel:
        return _letter(word, key, keys.letters_without_vowel[key], style)
    if key in keys.letters:
        return _direct_letter(word, key, keys.letters[key], style)
    return _letter(word, key, key, style)


def _toned(word: Word, key: str, tone: Tone, style: Style) -> Word:
    if tone is word.tone:
        if tone is Tone.LEVEL:
            return _letter(word, key, key, style)
        return word._ended(key, place(word.shape, Tone.LEVEL, style) + key)
    if viable(word.shape.lower(), tone):
        return word._after(key, word.shape, tone)
    return _letter(word, key, "", style)


def _reshaped(word: Word, key: str, change: Change, style: Style) -> Word | None:
    shape = reshape(word.shape, change)
    if shape is not None:
        return word._after(key, shape, word.tone)
    bare = unshape(word.shape, change)
    repeated = word.keys is None or word.keys[-1:].lower() == key.lower()
    if bare is None or not repeated:
        return None
    return _undone(word, key, bare, style)


def _undone(word: Word, key: str, bare: str, style: Style) -> Word:
    """The mark taken off and the key left as a letter. The word goes on if it can: ``booongs`` is boóng."""
    if key in "wW" and word.shape[-1] in "ưƯ" and "u" not in word.plain.lower():
        bare = word.shape[:-1]  # this ư was typed with w alone
    shown = place(bare, word.tone, style) + key
    shape = bare + key
    vowels = split(shape.lower())[1]
    if key.isalpha() and viable(shape.lower(), word.tone) and (len(vowels) > 1 or (not vowels and len(shape) > 2)):
        return Word(shape, word.tone, shown, word._keys(key), before=word.before)
    return word._ended(key, shown)


def _direct_letter(word: Word, key: str, letter: str, style: Style) -> Word:
    """``[`` for ơ and ``]`` for ư; once more takes the letter back and leaves the bracket."""
    if word.plain[-1:] == key:
        return word._ended(key, place(word.shape[:-1], word.tone, style) + key)
    return _letter(word, key, letter, style)


def _letter(word: Word, key: str, letter: str, style: Style) -> Word:
    """The word with one more letter (or digit of an abbreviation); without ``letter`` the key fits nowhere."""
    shape = settle(word.shape + letter) if letter else ""
    fits = letter.isalpha() or (letter and not split(shape.lower())[1])
    if fits and viable(shape.lower(), word.tone):
        return word._after(key, shape, word.tone)
    if not key.isalpha():
        return word._ended(key, word.shown(style) + key)
    return word._ended(key, word.plain + key)
