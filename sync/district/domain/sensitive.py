"""Tell whether a text reads like a report of bribery or abuse: by lists of words that anyone can check, and by
examples (``report_likelihood``). Pure.

``config/schemes/sensitive-words.toml`` says what is looked for; ``tests/district/sensitive_unseen.toml`` measures it
with sentences that neither lists nor examples were made from.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from re import compile as pattern
from typing import Any

from msgspec import Struct

from kiosk.paths import shipped_scheme
from kiosk.vietnamese.fold import fold
from sync.district.domain.plain_syllables import read_out, sentences, syllables
from sync.district.domain.report_likelihood import shipped_likelihood

MIN_BARE_AMOUNT = 100
"""A number without a unit is an amount from here on."""

REACH = 5
"""So many syllables behind a demand an amount may stand."""

TAKE_REACH = 4
"""So many syllables behind somebody who takes or gives the word for money may stand."""

MARKED_ONE_IN = 5
"""Fewer marked syllables than one in so many, and a sentence counts as typed without marks."""

AMOUNT = "#"
"""Stands for an amount of money in lists of signs."""

_GLUED = pattern(r"\d+(?:k|tr)")
_NO_PHRASES: tuple[tuple[str, ...], ...] = ()
Phrases = tuple[tuple[str, ...], ...]


class Signs(Struct, frozen=True):
    """What says much in one sentence: one phrase of ``one`` and one of ``other``, and none of ``unless``. ``amount``:
    an amount of money is among the first."""

    name: str
    one: Phrases
    other: Phrases
    unless: Phrases
    amount: bool


class WordList(Struct, frozen=True):
    """What is looked for, as syllables."""

    words: Phrases
    innocent: Phrases = _NO_PHRASES
    demands: Phrases = _NO_PHRASES
    lawful: Phrases = _NO_PHRASES
    takes: Phrases = _NO_PHRASES
    strong: Phrases = _NO_PHRASES
    counts: frozenset[str] = frozenset()
    currency: frozenset[str] = frozenset()
    money: frozenset[str] = frozenset()
    money_word: str = ""
    sentences: frozenset[str] = frozenset()
    short: Mapping[str, str] = {}
    together: tuple[Signs, ...] = ()


def reads_sensitive(text: str, words: Iterable[str] | None = None, picked: Collection[str] = ()) -> bool:
    """Whether the text reads like a report of bribery or abuse, or one of the ready sentences ``picked`` says so:
    one of the words stands in it as whole syllables, an amount of money is demanded, two signs stand together, or a
    sentence is likelier a report than not by the shipped examples (only without ``words``). A syllable typed without
    marks fits any, and letters set apart are joined.

    >>> reads_sensitive("Anh ấy bảo tôi đưa p.h.o.n.g b.i", ["phong bì"])
    True
    >>> reads_sensitive("Phòng bị dột", ["phong bì"])
    False
    """
    wanted = shipped_words() if words is None else WordList(phrases_of(words))
    if not wanted.sentences.isdisjoint(picked):
        return True
    typed = syllables(text)
    if any(_says(reading, wanted) for reading in _readings(typed, wanted)):
        return True
    if words is None and shipped_likelihood().holds(text):
        return True
    return any(
        _stand_together(signs, reading, wanted)
        for sentence in sentences(text)
        for reading in _readings(syllables(sentence), wanted)
        for signs in wanted.together
    )


@cache
def shipped_words() -> WordList:
    """``config/schemes/sensitive-words.toml``, read once."""
    content: dict[str, Any] = shipped_scheme("sensitive-words.toml")
    words, innocent, demands, lawful, takes, strong = (
        phrases_of(content[name]) for name in ("words", "innocent", "demands", "lawful", "takes", "strong")
    )
    counts, currency, money, ready = (
        frozenset(content[name]) | {fold(word) for word in content[name]}
        for name in ("counts", "currency", "money", "sentences")
    )
    return WordList(
        *(words, innocent, demands, lawful, takes, strong, counts, currency, money, content["money_word"], ready),
        short=content["short"],
        together=tuple(_signs(row) for row in content["together"]),
    )


def phrases_of(words: Iterable[str]) -> Phrases:
    """Words of a list as syllables."""
    return tuple(tuple(syllables(word)) for word in words if word != AMOUNT)


def _signs(row: Mapping[str, Any]) -> Signs:
    one, other, unless = (phrases_of(row[name]) for name in ("one", "other", "unless"))
    return Signs(row["name"], one, other, unless, AMOUNT in row["one"])


def _readings(typed: list[str], wanted: WordList) -> list[list[str]]:
    """What was typed, and the same read out, each without innocent phrases."""
    full = read_out(typed, wanted.short) if wanted.short else typed
    return [_without(each, wanted.innocent) for each in ([typed, full] if full != typed else [typed])]


def _without(found: list[str], innocent: Iterable[Sequence[str]]) -> list[str]:
    """The syllables without innocent phrases; these count only as they are written, with their marks."""
    for phrase in innocent:
        places = range(len(found) - len(phrase), -1, -1)
        for place in (at for at in places if tuple(found[at : at + len(phrase)]) == tuple(phrase)):
            found = [*found[:place], "·", *found[place + len(phrase) :]]
    return found


def _says(found: Sequence[str], wanted: WordList) -> bool:
    there, longest = frozenset(found), max(map(len, found), default=0)
    for word in wanted.words:
        if (word[0] in there or _unmarked(word[0]) in there) and _places(word, found):
            return True
        if sum(map(len, word)) <= longest and _is_spelled(word, found):
            return True
    return _demands_money(found, wanted)


def _stand_together(signs: Signs, found: Sequence[str], wanted: WordList) -> bool:
    if has_any(signs.unless, found):
        return False
    has_one = has_any(signs.one, found) or (signs.amount and _has_amount(found, wanted))
    return has_one and has_any(signs.other, found)


def has_any(phrases: Phrases, found: Sequence[str]) -> bool:
    """Whether one of the phrases stands in a sentence. Where it has its marks, a sign counts as it is written: "qua" is
    no gift (quà) there."""
    there, bare = frozenset(found), _without_marks(found)
    same = _same if bare else str.__eq__
    return any(
        (phrase[0] in there or (bare and _unmarked(phrase[0]) in there)) and bool(_places(phrase, found, same))
        for phrase in phrases
    )


def _without_marks(found: Sequence[str]) -> bool:
    """Whether nearly all of it was typed without marks; of Vietnamese syllables two in three have one."""
    return sum(not each.isascii() for each in found) * MARKED_ONE_IN < len(found)


def _has_amount(found: Sequence[str], wanted: WordList) -> bool:
    pairs = [found[at : at + 2] for at in range(len(found))]
    return any(
        _is_amount(pair, wanted, wanted.currency)
        or (len(pair) == 2 and pair[0].isdigit() and len(pair[1]) == 3 and pair[1].isdigit())
        for pair in pairs
    )


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


def _same(wanted: str, syllable: str) -> bool:
    return syllable in (wanted, _unmarked(wanted))


def _places(word: Sequence[str], found: Sequence[str], same: Callable[[str, str], bool] = _same) -> list[int]:
    first, rest, length = word[0], word[1:], len(word)
    begins = (place for place in range(len(found) - length + 1) if same(first, found[place]))
    return [place for place in begins if all(map(same, rest, found[place + 1 : place + length]))]


def _is_spelled(word: Sequence[str], found: Sequence[str]) -> bool:
    """Whether a word of several syllables stands in letters all set apart ("v ò i t i ề n")."""
    whole = "".join(word)
    return len(word) > 1 and any(len(each) >= len(whole) and (whole in each or fold(whole) in each) for each in found)


@cache
def _unmarked(wanted: str) -> str:
    return fold(wanted)
