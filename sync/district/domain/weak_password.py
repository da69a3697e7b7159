"""Tell passwords that are guessed first: common words, the user's own name, keys in a row. Pure.

``config/schemes/common-passwords.toml`` says which (NIST SP 800-63B section 5.1.1.2 asks for such a list).
"""

import re
from functools import cache
from itertools import pairwise
from typing import Any

from msgspec import Struct

from kiosk.paths import shipped_scheme
from kiosk.vietnamese.fold import fold

MIN_ROW = 4
"""So many keys in a row count as one thing."""

MIN_DISTINCT = 5
"""A password of fewer different letters is no secret, however long."""

MIN_DISTINCT_DIGITS = 3
"""The same for a PIN of six digits."""

_LETTERS = re.compile(r"[^a-z]+")
_REPEATED = re.compile(r"^(.{1,6}?)\1+$")


class Common(Struct, frozen=True):
    """Words nobody may use alone, keyboard rows, and how signs are read as letters."""

    words: frozenset[str]
    rows: tuple[str, ...]
    read_as: dict[int, str]


@cache
def shipped_common() -> Common:
    """``config/schemes/common-passwords.toml``, read once."""
    content: dict[str, Any] = shipped_scheme("common-passwords.toml")
    rows = tuple(row for each in content["rows"] for row in (each, each[::-1]))
    return Common(frozenset(content["words"]), rows, str.maketrans(content["read_as"]))


def is_common(password: str, user_name: str = "") -> bool:
    """Whether a password is among the first that are guessed.

    >>> [is_common(each) for each in ("M@tKhau2026", "1234567890", "aaaaaaaaaaaa", "ba con mèo ngủ trưa")]
    [True, True, True, False]
    """
    common, plain = shipped_common(), "".join(fold(password).split())
    if len(set(plain)) < MIN_DISTINCT or _REPEATED.fullmatch(plain) or _is_a_row(plain, common):
        return True
    names = {part for part in re.split(r"[._-]", fold(user_name)) if len(part) > 1}
    stems = {_LETTERS.sub("", plain), _LETTERS.sub("", plain.strip("0123456789!@#$%^&*?._-").translate(common.read_as))}
    return any(_is_made_of(stem, common.words | names) for stem in stems)


def is_weak_pin(pin: str, known: str = "") -> bool:
    """Whether six digits are among the first that are tried: few different ones, a pattern, a row, or what stands on
    the card (``known``).

    >>> [is_weak_pin(each, "CB-0101") for each in ("111222", "123456", "121212", "135791", "010120", "240680")]
    [True, True, True, True, True, False]
    """
    steps = {(int(second) - int(first)) % 10 for first, second in pairwise(pin)}
    digits = "".join(each for each in known if each.isdigit())
    on_the_card = len(digits) >= MIN_ROW and digits in pin
    return len(set(pin)) < MIN_DISTINCT_DIGITS or len(steps) == 1 or bool(_REPEATED.fullmatch(pin)) or on_the_card


def _is_a_row(plain: str, common: Common) -> bool:
    """Whether it is nothing but keys in a row ("qwertyuiop", "1234567890", "asdf1234qwer")."""
    at = 0
    while at < len(plain):
        longest = range(len(plain) - at, MIN_ROW - 1, -1)
        length = next((n for n in longest if any(plain[at : at + n] in row for row in common.rows)), 0)
        if not length:
            return False
        at += length
    return True


def _is_made_of(stem: str, words: frozenset[str]) -> bool:
    """Whether the letters are one of the words, or one after another of them; no letters at all are no secret."""
    if not stem:
        return True
    ends = {0}
    for end in range(1, len(stem) + 1):
        if any(start in ends and stem[start:end] in words for start in range(end)):
            ends.add(end)
    return len(stem) in ends
