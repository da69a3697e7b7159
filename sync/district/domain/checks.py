"""Check single fields of an opened body. Messages go to the technician and never quote a citizen."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

LATEST_S = 253_402_214_399
"""The last second of 30 December 9999 UTC: a day before Python's calendar ends, so that every time zone has it."""

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class UnreadableBody(Exception):
    """An entry that cannot be projected. It stays in the ledger and is shown with this reason; others go on."""


def refuse_unkeepable(value: object) -> None:
    """Raises ``UnreadableBody`` when any text in an opened body holds NUL or half a character (a lone
    surrogate): JSON can say both, and no database keeps either as text."""
    if isinstance(value, str):
        if _UNKEEPABLE.search(value):
            raise UnreadableBody("a text holds NUL or half a character, which no database keeps")
    elif isinstance(value, dict):
        for name, item in value.items():
            refuse_unkeepable(name)
            refuse_unkeepable(item)
    elif isinstance(value, list):
        for item in value:
            refuse_unkeepable(item)


def moment(value: object) -> datetime:
    """Seconds since 1970 UTC as an aware moment. Raises ``UnreadableBody``."""
    if type(value) is not int or not 0 <= value <= LATEST_S:
        raise UnreadableBody("at_s: not seconds since 1970")
    return _EPOCH + timedelta(seconds=value)


def word(body: dict[str, Any], name: str, longest: int) -> str:
    """A field that holds a word. Raises ``UnreadableBody`` naming the field."""
    value = body.get(name)
    if not isinstance(value, str) or not is_word(value, longest):
        raise UnreadableBody(f"{name}: not a word of 1 to {longest} printable characters")
    return value


def word_or_none(body: dict[str, Any], name: str, longest: int) -> str | None:
    """A field that holds a word or null."""
    return None if body.get(name) is None else word(body, name, longest)


def whole(body: Mapping[str, Any], name: str, minimum: int, maximum: int) -> int:
    """A field that holds a whole number in this range. Raises ``UnreadableBody`` naming the field."""
    value = body.get(name)
    if type(value) is not int or not minimum <= value <= maximum:
        raise UnreadableBody(f"{name}: not a whole number from {minimum} to {maximum}")
    return value


def one_of(body: dict[str, Any], name: str, known: Callable[[Any], str]) -> str:
    """A field that holds one of a closed set."""
    try:
        return str(known(body.get(name)))
    except ValueError as error:
        raise UnreadableBody(f"{name}: unknown") from error


def is_word(value: object, longest: int) -> bool:
    """Whether it is 1 to ``longest`` printable characters."""
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()
