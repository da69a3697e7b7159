"""Foreign words that stay as typed although their keys could spell a Vietnamese syllable."""

from bisect import bisect_left
from functools import cache

from kiosk.vietnamese.wordlists import word_list


@cache
def foreign_words() -> tuple[str, ...]:
    """The list in ``assets/vietnamese/foreign.txt``, sorted, small letters."""
    return tuple(sorted(set(word_list("foreign.txt").lower().split())))


@cache
def _known() -> frozenset[str]:
    return frozenset(foreign_words())


def is_foreign_word(keys: str) -> bool:
    """Whether these keys are a word of the list, whatever their case."""
    return keys.lower() in _known()


def begins_foreign_word(keys: str) -> bool:
    """Whether a word of the list begins with these keys."""
    words = foreign_words()
    at = bisect_left(words, keys.lower())
    return at < len(words) and words[at].startswith(keys.lower())
