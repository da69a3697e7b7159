"""Suggest words while a citizen types, from the counter's words and phrases.

A letter typed without its marks matches any of its forms (``ho so`` finds hồ sơ); a mark that was typed must be there.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cache

from msgspec import Struct

from kiosk.vietnamese.fold import fold
from kiosk.vietnamese.letters import nfc, untone
from kiosk.vietnamese.wordlists import word_list

MAX_CONTEXT = 6
"""How many words before the caret may belong to one phrase."""


class Suggestion(Struct, frozen=True):
    """A word or phrase that would replace the text from ``start`` up to the caret."""

    text: str
    start: int


class Lexicon(Struct, frozen=True):
    """Phrases sorted by their folded form, each with its rank in the list (0 is offered first)."""

    folded: tuple[str, ...]
    phrases: tuple[str, ...]
    ranks: tuple[int, ...]

    def beginning_with(self, typed: str) -> list[str]:
        """The phrases that go on from what is typed, best first."""
        prefix = fold(typed)
        at, found = bisect_left(self.folded, prefix), []
        while at < len(self.folded) and self.folded[at].startswith(prefix):
            if _agrees(typed, self.phrases[at]):
                found.append((self.ranks[at], self.phrases[at]))
            at += 1
        return [phrase for _, phrase in sorted(found)]


def lexicon_of(text: str) -> Lexicon:
    """The lexicon written in a text: phrases parted by commas and line ends.

    Every syllable of the phrases is added behind them, the most frequent first.
    """
    phrases = [phrase.strip() for phrase in nfc(text).replace("\n", ",").split(",") if phrase.strip()]
    syllables = Counter(syllable.lower() for phrase in phrases for syllable in phrase.split())
    ranked = list(dict.fromkeys([*phrases, *(syllable for syllable, _ in syllables.most_common())]))
    rows = sorted((fold(phrase), phrase, rank) for rank, phrase in enumerate(ranked))
    folded, sorted_phrases, ranks = zip(*rows, strict=True) if rows else ((), (), ())
    return Lexicon(folded, sorted_phrases, ranks)


@cache
def lexicon() -> Lexicon:
    """The lexicon of ``assets/vietnamese/phrases.txt``."""
    return lexicon_of(word_list("phrases.txt"))


def suggest(text: str, caret: int, limit: int = 5, words: Lexicon | None = None) -> list[Suggestion]:
    """At most ``limit`` suggestions for the words before the caret of an NFC text, the longest fit first."""
    if text[caret : caret + 1].isalnum():
        return []
    head, found = text[:caret], dict[str, Suggestion]()
    for start in _starts(head):
        typed = head[start:]
        for phrase in (words or lexicon()).beginning_with(typed):
            shown = _in_case_of(typed, phrase)
            if shown != typed:
                found.setdefault(head[:start] + shown, Suggestion(shown, start))
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def accept(text: str, caret: int, suggestion: Suggestion) -> tuple[str, int]:
    """Text and caret once the citizen has taken the suggestion; one space follows it."""
    head, tail = text[: suggestion.start] + suggestion.text + " ", text[caret:]
    return head + tail.removeprefix(" "), len(head)


def _starts(head: str) -> Iterator[int]:
    """Where the last words before the caret begin, the farthest first. A sign or a line end parts phrases."""
    starts: list[int] = []
    at = len(head)
    while at and len(starts) < MAX_CONTEXT and (head[at - 1].isalnum() or head[at - 1] == " "):
        at -= 1
        if head[at] != " " and (not at or not head[at - 1].isalnum()):
            starts.append(at)
    enough = [start for start in starts if len(head) - start > 1]
    return reversed(enough)


def _agrees(typed: str, phrase: str) -> bool:
    for letter, meant in zip(typed.lower(), phrase.lower(), strict=False):
        if letter not in (meant, untone(meant)[0], fold(meant)):
            return False
    return True


def _in_case_of(typed: str, phrase: str) -> str:
    if typed.isupper() and len(typed) > 1:
        return phrase.upper()
    return phrase[0].upper() + phrase[1:] if typed[:1].isupper() else phrase
