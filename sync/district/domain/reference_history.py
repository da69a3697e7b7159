"""What reference data was on a day, by what is known now or was known then. Pure.

A version says what a row is from a day on. Every import adds versions and changes none. On a day the newest version
counts that holds by then: a file imported today that tells how things have been since July moves nothing before July,
and everything since. A version without such a day holds for as long as there is such a row.

``valid_from`` and ``valid_to`` in a row say from when to when a unit or a counter exists. A change of these alone (a
unit is closed) is no change on the day it was told, but tells more of what was known before.

An import that was taken back is as if it had never been, and so is its being taken back once that is taken back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

LIFETIME = frozenset({"valid_from", "valid_to", "successor_id"})


class Version(Struct, frozen=True):
    """One row as one import told it. ``content``: its fields as JSON values."""

    row_key: str
    revision: int
    holds_from: date | None
    removed: bool
    content: Mapping[str, Any]


History = Mapping[str, Sequence[Version]]
"""The versions of each row that count, the oldest first."""


def histories(versions: Iterable[Version], undone: frozenset[int] = frozenset()) -> dict[str, list[Version]]:
    """The versions of each row without those of imports that were taken back."""
    found: dict[str, list[Version]] = defaultdict(list)
    for version in sorted(versions, key=lambda version: version.revision):
        if version.revision not in undone:
            found[version.row_key].append(version)
    return dict(found)


def on_day(history: Sequence[Version], day: date | None) -> Version | None:
    """What a row was on a day, or is by the newest import (``None``); ``None`` before there was such a row."""
    if day is None:
        return history[-1] if history else None
    return next((each for each in reversed(history) if each.holds_from is None or each.holds_from <= day), None)


def covers(history: Sequence[Version], held: Version, day: date) -> bool:
    """Whether a row existed on a day, by what it was then and by what is known of its end."""
    first, last, end = (_day(each) for each in (*_lifetime(held), _lifetime(history[-1])[1]))
    return (first is None or first <= day) and all(each is None or day <= each for each in (last, end))


def _lifetime(version: Version) -> tuple[Any, Any]:
    return version.content.get("valid_from"), version.content.get("valid_to")


def undone(undoing: Mapping[int, int | None], up_to: int | None = None) -> frozenset[int]:
    """The revisions that count no more. ``undoing``: for each revision the one it takes back; those after ``up_to`` are
    not known yet."""
    gone: set[int] = set()
    for revision in sorted(undoing, reverse=True):
        target = undoing[revision]
        if target is not None and revision not in gone and (up_to is None or revision <= up_to):
            gone.add(target)
    return frozenset(gone)


def holds_from(
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
    *,
    held_from: date | None,
    given_day: date | None,
    today: date,
) -> date | None:
    """From which day a row holds that an import changes. ``held_from``: since when what it replaces holds;
    ``given_day``: the day somebody gave for the whole file."""
    if before is None:
        return None
    if given_day is not None:
        return given_day
    if begins_anew(before, after):
        return _day(after["valid_from"])
    changed = {name for name, value in after.items() if before.get(name) != value}
    return held_from if changed and changed <= LIFETIME else today


def begins_anew(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the row has a later first day than before, and says something else from then on."""
    first, then = after.get("valid_from"), before.get("valid_from")
    if first is None or (then is not None and first <= then):
        return False
    return any(before.get(name) != value for name, value in after.items() if name not in LIFETIME)


def _day(value: Any) -> date | None:
    return value if value is None or isinstance(value, date) else date.fromisoformat(value)
