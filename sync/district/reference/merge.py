"""What an import changes: only rows that really differ get a new revision. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from kiosk.domain.reference import KINDS
from kiosk.domain.reference_fields import fields_of
from sync.district.reference.rows import Row

_BLANKS: Mapping[Any, Any] = {str: "", int: 0}


class Merge(Struct, frozen=True):
    """The whole new values of each row that changes, and how many rows are new, changed and unchanged."""

    rows: tuple[Mapping[str, Any], ...]
    new: int
    changed: int
    unchanged: int


def merge(kind: str, rows: Iterable[Row], present: Mapping[str, Mapping[str, Any]]) -> Merge:
    """Lays the rows over those ``present`` (by key, without ``revision``). A column the file lacks changes nothing,
    an empty cell empties the field, a row the file lacks stays, and one that was removed comes back."""
    record = KINDS[kind].row
    key = record.__struct_fields__[0]
    changes: list[Mapping[str, Any]] = []
    new = unchanged = 0
    for row in rows:
        given = {name: value for name, value in row.values.items() if name in record.__struct_fields__}
        before = present.get(str(given[key]))
        defaults = {name: value for name, value in (before or {}).items() if name != "removed"}
        after = {**asdict(record(**{**defaults, **_without_blanks(given, record)})), "removed": False}
        if before == after:
            unchanged += 1
            continue
        new += before is None
        changes.append(after)
    return Merge(tuple(changes), new, len(changes) - new, unchanged)


def _without_blanks(given: Mapping[str, Any], record: type[Struct]) -> dict[str, Any]:
    """An empty cell of a field that is a text or a number, not an optional value, is the empty text or 0."""
    blanks = {field.name: None if field.is_optional else _BLANKS.get(field.type) for field in fields_of(record)}
    return {name: blanks[name] if value is None else value for name, value in given.items()}
