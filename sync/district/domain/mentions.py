"""Guess which officers and counters a citizen's words name; the guess keeps those people out until somebody outside has
classified the matter. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct

from kiosk.paths import shipped_scheme
from kiosk.vietnamese.fold import fold
from sync.district.domain.plain_syllables import syllables

_WORDS: dict[str, Any] = shipped_scheme("names-and-places.toml")
_TITLES = frozenset(fold(word).replace(" ", "-") for word in _WORDS["titles"])
_RANKS = tuple(fold(word) for word in _WORDS["ranks"])
_COUNTERS = tuple(fold(word) for word in _WORDS["counters"])
_NUMBER = fold(_WORDS["number"])
_DIGITS = {fold(word): str(n) for n, word in enumerate(_WORDS["digits"], start=1)}
_LETTERS = re.compile(r"[^0-9a-z]+")


class KnownOfficer(Struct, frozen=True):
    """An officer as the district knows them; ``full_name`` only when an account of theirs has one."""

    officer_number: str
    post: str
    full_name: str = ""


class KnownCounter(Struct, frozen=True):
    """A counter by its name as it hangs there."""

    counter_id: str
    name: str


class Mentions(Struct, frozen=True):
    """What the words seem to name."""

    officers: frozenset[str] = frozenset()
    counters: frozenset[str] = frozenset()


def mentions(text: str, officers: Iterable[KnownOfficer], counters: Iterable[KnownCounter]) -> Mentions:
    """The officers (by number, name or post) and counters that the words seem to name."""
    words = [fold(word) for word in syllables(text)]
    run, line = _LETTERS.sub("", fold(text)), " ".join(words)
    named = {each.officer_number for each in officers if _is_named(each, words, run, line)}
    desks = _desks(words)
    return Mentions(
        frozenset(named), frozenset(each.counter_id for each in counters if not desks.isdisjoint(_desks_of(each)))
    )


def _is_named(officer: KnownOfficer, words: Sequence[str], run: str, line: str) -> bool:
    return (
        _has_number(officer.officer_number, run)
        or _has_name(officer.full_name, words, line)
        or any(_stands(part, line) for part in _post_parts(officer.post))
    )


def _has_number(number: str, run: str) -> bool:
    """``CB-7``, ``cb 7`` and ``CB7`` are one; a number that is digits alone needs three of them."""
    wanted = _LETTERS.sub("", fold(number))
    if wanted.isdigit() and len(wanted) < 3:
        return False
    return re.search(rf"(?<![0-9]){re.escape(wanted)}(?![0-9])", run) is not None if wanted else False


def _has_name(full_name: str, words: Sequence[str], line: str) -> bool:
    """The whole name, or the last one behind a way of addressing people."""
    name = [fold(word) for word in syllables(full_name)]
    if not name:
        return False
    if len(name) > 1 and _stands(" ".join(name), line):
        return True
    return any(
        words[at] == name[-1] and (words[at - 1] in _TITLES or "-".join(words[max(at - 2, 0) : at]) in _TITLES)
        for at in range(1, len(words))
    )


def _post_parts(post: str) -> list[str]:
    """What sets a post apart, without the words for a rank; one that only says a rank is known by the whole of it."""
    parts = []
    for part in re.split(r"[-\u2013\u2014,;/:()]", post):
        plain = " ".join(fold(word) for word in syllables(part))
        core = plain
        for rank in _RANKS:
            core = re.sub(rf"\b{rank}\b", " ", core)
        core = " ".join(core.split())
        parts.append(core if len(core.split()) > 1 else plain)
    return [part for part in parts if len(part.split()) > 1]


def _desks(words: Sequence[str]) -> frozenset[str]:
    """The numbers of the counters in the words, as digits or spelled."""
    found = set()
    for at, word in enumerate(words):
        if word in _COUNTERS:
            behind = [each for each in words[at + 1 : at + 3] if each != _NUMBER]
            number = _DIGITS.get(behind[0], behind[0]) if behind else ""
            if number.isdigit() and len(number) <= 2 and (word == _COUNTERS[0] or words[at + 1] == _NUMBER):
                found.add(number.lstrip("0"))
    return frozenset(found)


def _desks_of(counter: KnownCounter) -> frozenset[str]:
    return _desks([fold(word) for word in syllables(counter.name)])


def _stands(part: str, line: str) -> bool:
    return f" {part} " in f" {line} "
