"""The processing record: what is kept about people, for what, who sees it and how long:
``config/schemes/processing-record.toml``. A test holds it against the database.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct, convert

from kiosk.paths import shipped_scheme
from sync.district.domain.personal_rules import KeptData

RECORD_FIELDS = ("purpose", "whose", "what", "basis", "recipients", "safety")
"""What the record says of each activity, in this order."""


class Activity(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing for which something about people is kept. ``columns``: where, as "table.column"; ``names``: columns of
    that name in whatever table; ``keeps``: by which rules of the retention job it is erased. The words are by
    language."""

    id: str
    name: Mapping[str, str]
    purpose: Mapping[str, str]
    whose: Mapping[str, str]
    what: Mapping[str, str]
    basis: Mapping[str, str]
    recipients: Mapping[str, str]
    safety: Mapping[str, str]
    keeps: tuple[KeptData, ...]
    columns: tuple[str, ...]
    names: tuple[str, ...]

    def words(self, field: str, language: str) -> str:
        """What it says of a field, in a language or else in Vietnamese."""
        by_language: Mapping[str, str] = getattr(self, field)
        return by_language.get(language, by_language["vi"])


class PlainColumns(Struct, frozen=True, forbid_unknown_fields=True):
    """What says nothing about a person."""

    tables: tuple[str, ...]
    names: tuple[str, ...]
    columns: tuple[str, ...]


class ProcessingRecord(Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    activity: tuple[Activity, ...]
    plain: PlainColumns

    def of(self, table: str, column: str) -> tuple[str, ...]:
        """With which activities a column stands, or ``plain``; nothing for one that the record does not know."""
        whole = f"{table}.{column}"
        named = tuple(each.id for each in self.activity if whole in each.columns)
        if named or whole in self.plain.columns:
            return (*named, *(("plain",) if whole in self.plain.columns else ()))
        called = tuple(each.id for each in self.activity if column in each.names)
        return called or (("plain",) if table in self.plain.tables or column in self.plain.names else ())


@cache
def load_processing_record() -> ProcessingRecord:
    """The shipped record."""
    content: dict[str, Any] = shipped_scheme("processing-record.toml")
    return convert(content, ProcessingRecord)
