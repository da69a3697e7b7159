"""Read a questionnaire from its TOML file into the JSON that is stored and sent to the kiosks. Pure."""

import tomllib
from datetime import date
from typing import Any

from kiosk.domain.questionnaire import questionnaire_from
from sync.district.reference.files.table import Unreadable


def read_questionnaire(data: bytes) -> dict[str, Any]:
    """The file's content with dates as text, checked by ``questionnaire_from``. Raises ``Unreadable``."""
    content = read_toml(data)
    try:
        questionnaire_from(content)
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise Unreadable("import.questionnaire.wrong", error=error) from error
    return content


MAX_TOML, MAX_TOML_LINE = 500_000, 20_000
"""Bytes: a list of days, a questionnaire or a wording has a tenth."""
MAX_DOTS = 500
"""In a line: a key with many dots takes the square of its length."""


def read_toml(data: bytes) -> dict[str, Any]:
    """A TOML file's content with dates as text. Raises ``Unreadable``."""
    if len(data) > MAX_TOML or any(map(_is_too_long, data.splitlines())):
        raise Unreadable("import.toml.too_large", most=MAX_TOML // 1000)
    try:
        return dict(_plain(tomllib.loads(data.decode("utf-8-sig"))))
    except ValueError as error:
        raise Unreadable("import.toml.not_toml", error=error) from error
    except RecursionError as error:
        raise Unreadable("import.toml.nested") from error


def _is_too_long(line: bytes) -> bool:
    return len(line) > MAX_TOML_LINE or line.count(b".") > MAX_DOTS


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value.isoformat() if isinstance(value, date) else value
