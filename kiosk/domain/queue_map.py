"""How records of a ticket system become events, as data of the settings: one template for each event. Pure.

A template gives each field of an event a text, in which ``{name}`` stands for a column, a group of the pattern, or a
path through JSON such as ``{ticket.number}``::

    { kind = "called", at = "{pulled}", ticket = "{number}", counter = "{by}", event_id = "{id}-called", … }
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

FIELDS = ("source", "event_id", "at", "kind", "office", "counter", "ticket", "service", "dossier", "line", "waiting")
NEEDED = ("source", "event_id", "at", "kind", "office")
MAX_TEMPLATES = 20
PLACE = re.compile(r"\{([^{}]+)\}")
_EXAMPLE = """must be a list such as [{ kind = "called", at = "{time}", ticket = "{number}", … }]"""


class EventTemplate(Struct, frozen=True):
    """``fields``: the text of each field. ``when``: what names must be for a record to tell this event, any of the
    listed words."""

    fields: dict[str, str]
    when: dict[str, tuple[str, ...]] = {}


def templates_from(value: Any) -> tuple[EventTemplate, ...]:
    """The templates in a setting. Raises ``ValueError`` saying what is wrong with it."""
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ValueError(f"{_EXAMPLE}, not {value!r}")
    if len(value) > MAX_TEMPLATES:
        raise ValueError(f"may list {MAX_TEMPLATES} events, not {len(value)}")
    return tuple(_template(number, each) for number, each in enumerate(value, 1))


def names_from(value: Any) -> dict[str, str]:
    """A table of texts, such as ``{ "3" = "H32.13-q3" }``. Raises ``ValueError``."""
    if not isinstance(value, dict) or not all(isinstance(each, str) and each for each in value.values()):
        raise ValueError(f"""must be a table of texts such as {{ "3" = "H32.13-q3" }}, not {value!r}""")
    return dict(value)


def pattern_from(value: str) -> str:
    """A regular expression with at least one named group, or nothing. Raises ``ValueError``."""
    try:
        groups = re.compile(value).groupindex
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error
    if value and not groups:
        raise ValueError("has no named group; write what stands for the ticket as (?P<ticket>[A-Z][0-9]+)")
    return value


def time_format_from(value: str) -> str:
    """Empty, ``unix``, ``unix_ms``, or what ``strptime`` takes. Raises ``ValueError``."""
    if value in ("", "unix", "unix_ms"):
        return value
    now = datetime(2026, 12, 31, 13, 45, 56)  # noqa: DTZ001 - only its form counts
    try:
        again = datetime.strptime(now.strftime(value), value)  # noqa: DTZ007
    except ValueError as error:
        raise ValueError(f"is no form of a time: {error}; write it like %d/%m/%Y %H:%M:%S") from error
    if again.replace(tzinfo=None, second=0) != now.replace(second=0):
        raise ValueError("does not hold a whole day and time; write it like %d/%m/%Y %H:%M:%S")
    return value


def _template(number: int, value: Mapping[str, Any]) -> EventTemplate:
    fields = {name: text for name, text in value.items() if name != "when"}
    unknown = sorted(fields.keys() - set(FIELDS))
    lacking = [name for name in NEEDED if not fields.get(name)]
    if unknown:
        raise ValueError(f"event {number} has no {unknown[0]}; there are: {', '.join((*FIELDS, 'when'))}")
    if lacking:
        raise ValueError(f"event {number} needs {lacking[0]}")
    for name, text in fields.items():
        if not isinstance(text, str):
            raise ValueError(f"event {number}: {name} must be text in quotes, not {text!r}")
    return EventTemplate(fields, _conditions(number, value.get("when", {})))


def _conditions(number: int, value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise ValueError(f"""event {number}: when must be a table such as {{ state = "served" }}, not {value!r}""")
    found = {}
    for name, words in value.items():
        listed = words if isinstance(words, list) else [words]
        if not listed or not all(isinstance(each, str) for each in listed):
            raise ValueError(f"event {number}: when {name} must be a text or a list of texts, not {words!r}")
        found[name] = tuple(listed)
    return found
