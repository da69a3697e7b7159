"""How many days an office has for requests about personal data, and how long what is kept:
``config/schemes/personal-data.toml``. Luật 91/2025/QH15; Nghị định 356/2025/NĐ-CP, Điều 5.
"""

import tomllib
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError, convert

from kiosk.paths import shipped_scheme


class RequestKind(StrEnum):
    """What somebody may ask about their own data; the values stand in the database."""

    WITHDRAW = "withdraw"
    VIEW = "view"
    CORRECT = "correct"
    RESTRICT = "restrict"
    OBJECT = "object"
    DELETE = "delete"


class KeptData(StrEnum):
    """What the retention job erases when its time has ended."""

    CONTACT = "contact"
    WORDS = "words"
    BACKUPS = "backups"


class RequestTime(Struct, frozen=True, forbid_unknown_fields=True):
    """By when a kind of request is done, in days from the day it came."""

    kind: RequestKind
    days: int


class KeepingTime(Struct, frozen=True, forbid_unknown_fields=True):
    """How many days something is kept."""

    what: KeptData
    days: int


class PersonalRules(Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    acknowledge_working_days: int
    breach_hours: int
    request: tuple[RequestTime, ...]
    keep: tuple[KeepingTime, ...]

    def days_for(self, kind: RequestKind) -> int:
        """How many days there are for a kind of request."""
        return next(each.days for each in self.request if each.kind is kind)

    def kept_for(self, what: KeptData) -> timedelta:
        """How long something is kept."""
        return timedelta(days=next(each.days for each in self.keep if each.what is what))


def load_personal_rules(path: Path | None = None) -> PersonalRules:
    """The office's own rules, else the shipped ones. Raises ``ValueError`` for a file that is none, or lacks a kind."""
    try:
        content: dict[str, Any] = (
            shipped_scheme("personal-data.toml") if path is None else tomllib.loads(path.read_text(encoding="utf-8"))
        )
        rules = convert(content, PersonalRules)
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as error:
        raise ValueError(f"{path} is no table of personal data: {error}") from error
    named = [*(each.kind for each in rules.request), *(each.what for each in rules.keep)]
    numbers = [*(each.days for each in rules.request), *(each.days for each in rules.keep)]
    if sorted(named) != sorted([*RequestKind, *KeptData]) or not all(1 <= days <= 36_500 for days in numbers):
        raise ValueError(f"{path}: each kind of request and each thing that is kept once, with 1 to 36500 days")
    return rules
