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

TAKE_REACH = 4
"""So many syllables behind somebody who takes or gives the word for money may stand."""

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
    takes: tuple[tuple[str, ...], ...] = ()
    strong: tuple[tuple[str, ...], ...] = ()
    counts: frozenset[str] = frozenset()
    currency: frozenset[str] = frozenset()
    money: frozenset[str] = frozenset()
    money_word: str = ""
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
    words, innocent, demands, lawful, takes, strong = (
        tuple(tuple(syllables(word)) for word in content[name])
        for name in ("words", "innocent", "demands", "lawful", "takes", "strong")
    )
    counts, currency, money, sentences = (
        frozenset(content[name]) | {fold(word) for word in content[name]}
        for name in ("counts", "currency", "money", "sentences")
    )
    return WordList(
        words, innocent, demands, lawful, takes, strong, counts, currency, money, content["money_word"], sentences
    )


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
    """The syllables without innocent phrases; these count only as they are written, with their marks."""
    for phrase in innocent:
        places = range(len(found) - len(phrase), -1, -1)
        for place in (at for at in places if tuple(found[at : at + len(phrase)]) == tuple(phrase)):
            found = [*found[:place], "·", *found[place + len(phrase) :]]
    return found


def _demands_money(found: Sequence[str], wanted: WordList) -> bool:
    """Whether money changes hands that no law asks for: an amount, or somebody who takes or gives money."""
    if any(_reaches_money(take, found, wanted) for take in wanted.takes):
        return True
    is_strong = any(_places(phrase, found) for phrase in wanted.strong)
    if not is_strong and any(_places(phrase, found) for phrase in wanted.lawful):
        return False
    pairs = [found[at : at + 2] for at in range(len(found))]
    if any(_is_amount(pair, wanted, wanted.currency) for pair in pairs):
        return True
    for demand in wanted.demands:
        for place in _places(demand, found):
            behind = pairs[place + len(demand) :][:REACH]
            if any(_is_amount(pair, wanted, wanted.money) or _is_bare_amount(pair) for pair in behind):
                return True
    return False


def _reaches_money(take: Sequence[str], found: Sequence[str], wanted: WordList) -> bool:
    return any(
        any(_same(wanted.money_word, each) for each in found[place + len(take) :][:TAKE_REACH])
        for place in _places(take, found)
    )


def _is_amount(pair: Sequence[str], wanted: WordList, units: frozenset[str]) -> bool:
    """Whether syllables begin an amount of money: a count and what is counted, or both in one ("300k")."""
    first, then = pair[0], pair[1] if len(pair) > 1 else ""
    if _GLUED.fullmatch(first):
        return True
    return (first.isdigit() or first in wanted.counts) and then in units


def _is_bare_amount(pair: Sequence[str]) -> bool:
    """A number that can only be an amount behind a demand: "500 000", "200"."""
    first, then = pair[0], pair[1] if len(pair) > 1 else ""
    if not first.isdigit():
        return False
    return (len(then) == 3 and then.isdigit()) or int(first[:9]) >= MIN_BARE_AMOUNT


def _places(word: Sequence[str], found: Sequence[str]) -> list[int]:
    places = range(len(found) - len(word) + 1)
    return [place for place in places if all(map(_same, word, found[place : place + len(word)]))]


def _is_spelled(word: Sequence[str], found: Sequence[str]) -> bool:
    """Whether a word of several syllables stands in letters all set apart ("v ò i t i ề n")."""
    whole = "".join(word)
    return len(word) > 1 and any(len(each) >= len(whole) and (whole in each or fold(whole) in each) for each in found)


def _same(wanted: str, syllable: str) -> bool:
    return syllable in (wanted, fold(wanted))
