"""The ready sentences a citizen may have picked instead of writing, by their ids, in the reader's language. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any


def ready_sentences(contents: Iterable[Mapping[str, Any]], language: str) -> dict[str, str]:
    """Every sentence of these wordings; of an id in several the last one's words. What is strange is passed over."""
    found: dict[str, str] = {}
    for content in contents:
        rows = content.get("sentences")
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and isinstance(row.get("id"), str) and isinstance(row.get("words"), dict):
                found[row["id"]] = str(row["words"].get(language) or row["words"].get("vi") or row["id"])
    return found
