"""Tell whether a text reads like a report of bribery or abuse, by a list of words that anyone can check. Pure.

``config/schemes/sensitive-words.toml`` says what is looked for; ``tests/district/sensitive_sentences.toml`` measures
it.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any

from msgspec import Struct

from kiosk.paths import shipped_scheme
from kiosk.vietnamese.fold import fold

MIN_BARE_AMOUNT = 100
"""A number without a unit is an amount from here on."""

REACH = 5
"""So many syllables behind a demand an amount may stand."""

_SYLLABLE = re.compile(r"[^\W_]+")
_INVISIBLE = dict.fromkeys([0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF])
_APART = re.compile(r"(?<![^\W_])[^\W\d_](?:[.\-_*·\u2019' ]{1,2}[^\W\d_])+(?![^\W_])")
_GLUED = re.compile(r"\d+(?:k|tr)")


class WordList(Struct, frozen=True):
    """What is looked for, as syllables."""

    words: tuple[tuple[str, ...], ...]
    innocent: tuple[tuple[str, ...], ...] = ()
    demands: tuple[tuple[str, ...], ...] = ()
    lawful: tuple[tuple[str, ...], ...] = ()
    counts: frozenset[str] = frozenset()
    money: frozenset[str] = frozenset()
    sentences: frozenset[str] = frozenset()


def reads_sensitive(text: str, words: Iterable[str] | None = None, sentences: Collection[str] = ()) -> bool:
    """Whether one of the words stands in the text as whole syllables, an amount of money is demanded, or one of the
    ready sentences says so; a syllable typed without marks fits any, and letters set apart are joined.

    >>> reads_sensitive("Anh ấy bảo tôi đưa p.h.o.n.g b.i", ["phong bì"])
    True
    >>> reads_sensitive("Phòng bị dột", ["phong bì"])
    False
    """
    wanted = shipped_words() if words is None else WordList(tuple(tuple(syllables(word)) for word in words))
    if not wanted.sentences.isdisjoint(sentences):
        return True
    found = _without(syllables(text), wanted.innocent)
    if any(_places(word, found) or _is_spelled(word, found) for word in wanted.words):
        return True
    return _demands_money(found, wanted)


@cache
def shipped_words() -> WordList:
    """``config/schemes/sensitive-words.toml``, read once."""
    content: dict[str, Any] = shipped_scheme("sensitive-words.toml")
    words, innocent, demands, lawful = (
        tuple(tuple(syllables(word)) for word in content[name]) for name in ("words", "innocent", "demands", "lawful")
    )
    counts, money = (frozenset(content[name]) | {fold(word) for word in content[name]} for name in ("counts", "money"))
    return WordList(words, innocent, demands, lawful, counts, money, frozenset(content["sentences"]))


def syllables(text: str) -> list[str]:
    """The syllables of a text in small letters; what was written letter by letter counts as the word it spells."""
    plain = unicodedata.normalize("NFC", text.translate(_INVISIBLE)).casefold()
    return _SYLLABLE.findall(_APART.sub(_joined, plain))


def _joined(found: re.Match[str]) -> str:
    """Letters with a dot or a dash between them are one syllable, two spaces or a space among dots end one."""
    letters = found.group()
    dotted = re.search(r"[.\-_*·\u2019']", letters) is not None
    words = letters.split(" ") if dotted else re.split(r" {2,}", letters)
    if not dotted and len(letters.split()) < 4:
        return letters
    return " ".join(re.sub(r"[^\w]|_", "", word) for word in words)


def _without(found: list[str], innocent: Iterable[Sequence[str]]) -> list[str]:
    for phrase in innocent:
        for place in reversed(_places(phrase, found)):
            found = [*found[:place], "·", *found[place + len(phrase) :]]
    return found


def _demands_money(found: Sequence[str], wanted: WordList) -> bool:
    if any(_places(phrase, found) for phrase in wanted.lawful):
        return False
    for demand in wanted.demands:
        for place in _places(demand, found):
            behind = found[place + len(demand) :][: REACH + 2]
            if any(_is_amount(behind[at : at + 2], wanted) for at in range(len(behind))):
                return True
    return False


def _is_amount(pair: Sequence[str], wanted: WordList) -> bool:
    """Whether syllables begin an amount of money: "500 nghìn", "hai trăm", "300k", "500 000"."""
    first, then = pair[0], pair[1] if len(pair) > 1 else ""
    if _GLUED.fullmatch(first):
        return True
    if first.isdigit():
        return then in wanted.money or (len(then) == 3 and then.isdigit()) or int(first[:9]) >= MIN_BARE_AMOUNT
    return first in wanted.counts and then in wanted.money


def _places(word: Sequence[str], found: Sequence[str]) -> list[int]:
    places = range(len(found) - len(word) + 1)
    return [place for place in places if all(map(_same, word, found[place : place + len(word)]))]


def _is_spelled(word: Sequence[str], found: Sequence[str]) -> bool:
    """Whether a word of several syllables stands in letters all set apart ("v ò i t i ề n")."""
    whole = "".join(word)
    return len(word) > 1 and any(len(each) >= len(whole) and (whole in each or fold(whole) in each) for each in found)


def _same(wanted: str, syllable: str) -> bool:
    return syllable in (wanted, fold(wanted))
