"""Look up the ready sentences that a citizen picked, by id, in the reader's language."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from kiosk.paths import shipped_scheme
from sync.district.store import complaint_register
from sync.district.store.complaint_statuses import unit_names
from sync.district.store.complaints import country_holidays
from sync.district.store.engine import Connection
from sync.district.web.register import Names


def ready_sentences(contents: Iterable[Mapping[str, Any]], language: str) -> dict[str, str]:
    """Every sentence of these wordings; of an id in several the last one's words. What is strange is passed over."""
    found: dict[str, str] = {}
    for content in contents:
        rows = content.get("sentences")
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("words"), dict):
                found[row["id"]] = str(row["words"].get(language) or row["words"].get("vi") or row["id"])
    return found


def all_sentences(connection: Connection, language: str) -> dict[str, str]:
    """The shipped sentences and those that were imported."""
    return ready_sentences([_shipped_sentences(), *complaint_register.wordings(connection)], language)


@cache
def _shipped_sentences() -> dict[str, Any]:
    return shipped_scheme("sentences.toml")


def names_of(connection: Connection, language: str) -> Names:
    """What the register calls units and ready sentences."""
    return Names(unit_names(connection), all_sentences(connection, language), country_holidays(connection))
