"""Work out what an import changes: only rows that really differ get a new revision. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from kiosk.domain.reference import KINDS, STAYS_GIVEN, TIME_OF
from kiosk.domain.reference_fields import fields_of
from sync.district.reference.problems import Row

_BLANKS: Mapping[Any, Any] = {str: "", int: 0}
_EMPTY: tuple[Any, ...] = (None, "", 0, False, {})


class Merge(Struct, frozen=True):
    """The whole new values of each row that changes, how many rows are new, changed and unchanged, and how many known
    values of each field become empty."""

    rows: tuple[Mapping[str, Any], ...]
    new: int
    changed: int
    unchanged: int
    emptied: Mapping[str, int]


def merge(
    kind: str, rows: Iterable[Row], present: Mapping[str, Mapping[str, Any]], *, takes_given: bool = False
) -> Merge:
    """Lays the rows over those ``present`` (by key, without ``revision``). A column the file lacks changes nothing,
    an empty cell empties the field (one of ``STAYS_GIVEN`` with ``takes_given`` alone), a row the file lacks stays, and
    one that was removed comes back."""
    record = KINDS[kind].record
    key = record.__struct_fields__[0]
    changes: list[Mapping[str, Any]] = []
    blanks = {field.name: None if field.is_optional else _BLANKS.get(field.type) for field in fields_of(record)}
    new = unchanged = 0
    emptied: Counter[str] = Counter()
    for row in rows:
        names = (name for name, value in row.values.items() if takes_given or not _stays(name, value))
        given = {name: row.values[name] for name in names if name in record.__struct_fields__}
        before = present.get(str(given[key]))
        given |= _without_times(given, before or {})
        defaults = {name: value for name, value in (before or {}).items() if name != "removed"}
        whole = record(**{**defaults, **_without_blanks(given, blanks)})
        after = {**{name: getattr(whole, name) for name in record.__struct_fields__}, "removed": False}
        if before == after:
            unchanged += 1
            continue
        new += before is None
        changes.append(after)
        if before is not None and not before["removed"]:
            emptied.update(_emptied(before, after))
    return Merge(tuple(changes), new, len(changes) - new, unchanged, emptied)


def _stays(name: str, value: Any) -> bool:
    return name in STAYS_GIVEN and value in _EMPTY


def _without_times(given: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The time of day of a date that changes, when the file tells none. That of a date that stays is kept."""
    return {
        time: None
        for day, time in TIME_OF.items()
        if day in given and time not in given and given[day] != before.get(day)
    }


def _emptied(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields that held something and no longer do; of translations each part by its own name."""
    had, has = _held(before), _held(after)
    return [name for name in had if name not in has]


def _held(row: Mapping[str, Any]) -> list[str]:
    parts = [f"{part}_{language}" for language, texts in (row.get("translations") or {}).items() for part in texts]
    apart = {"translations", *TIME_OF.values()}  # a new date without its time of day is no loss
    return [name for name, value in row.items() if name not in apart and value not in _EMPTY] + parts


def _without_blanks(given: Mapping[str, Any], blanks: Mapping[str, Any]) -> dict[str, Any]:
    """An empty cell of a field that is a text or a number, not an optional value, is the empty text or 0."""
    return {name: blanks[name] if value is None else value for name, value in given.items()}
