"""Read a TOML file that somebody brought, and believe no more of it than of a cell of a list. Pure."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from sync.district.reference.cleaning.clean import put_right
from sync.district.reference.cleaning.hygiene import shown
from sync.district.reference.files.table import Cell, Faulty, Unreadable

MAX_TOML, MAX_TOML_LINE = 500_000, 20_000
"""Bytes: a list of days, a questionnaire or a wording has a tenth."""
MAX_DOTS = 500
"""In a line: a key with many dots takes the square of its length."""
MAX_NUMBER = 2**53 - 1
"""A whole number beyond is another one in most readers of JSON (RFC 8259, section 6)."""

_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}", re.ASCII)


def read_toml(data: bytes) -> dict[str, Any]:
    """A TOML file's content with dates as text and every text as ``cleaning`` leaves a cell's, line by line. Raises
    ``Unreadable``, for what no kiosk can be sent (a time, a number with decimals) too."""
    if len(data) > MAX_TOML or any(map(_is_too_long, data.splitlines())):
        raise Unreadable("import.toml.too_large", most=MAX_TOML // 1000)
    try:
        content = tomllib.loads(data.decode("utf-8-sig"))
        lines = [line for text in _texts(content) for line in text.split("\n")]
        return dict(_plain(content, "", put_right(lines)))
    except RecursionError as error:
        raise Unreadable("import.toml.nested") from error
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable("import.toml.not_toml", error=error) from error


def refuse_ids(ids: Iterable[str]) -> None:
    """Raises ``Unreadable`` for an id that no kiosk could say back: sealed with an answer or a complaint it would set
    the whole entry aside (``sync/PROTOCOL.md``, a label)."""
    for each in ids:
        if not _ID.fullmatch(each):
            raise Unreadable("import.toml.bad_id", value=shown(each))


def _is_too_long(line: bytes) -> bool:
    return len(line) > MAX_TOML_LINE or line.count(b".") > MAX_DOTS


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for member in value:
            yield from _texts(member)
    elif isinstance(value, str):
        yield value


def _plain(value: Any, place: str, changed: dict[str, Cell]) -> Any:
    """``place``: where it stands in the file, such as ``questions[2].words.vi``."""
    if isinstance(value, dict):
        return {_name(name, place): _plain(member, f"{place}.{name}", changed) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member, f"{place}[{number}]", changed) for number, member in enumerate(value, start=1)]
    if isinstance(value, str):
        return "\n".join(_believed(changed.get(line, line), place) for line in value.split("\n"))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and abs(value) <= MAX_NUMBER:
        return value
    raise Unreadable("import.toml.value", place=_shown(place), value=shown(str(value)))


def _name(name: str, place: str) -> str:
    strange = next((letter for letter in name if not (letter.isascii() and letter.isprintable())), "")
    if strange:
        code = f"U+{ord(strange):04X}"
        raise Unreadable("import.value.hidden_letters", place=_shown(place), value=shown(name), code=code)
    return name


def _believed(line: Cell, place: str) -> str:
    if isinstance(line, Faulty):
        raise Unreadable(line.key, place=_shown(place), value=line.text, **line.values)
    return str(line)


def _shown(place: str) -> str:
    return shown(place.removeprefix(".")) or "TOML"
