"""Change single rows of reference data by command, take an import back, and tell what imports changed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, convert
from msgspec.structs import asdict

from kiosk.domain.reference import KINDS
from sync.district.domain.reference_history import History, Version, covers, on_day
from sync.district.reference.writing import write
from sync.district.store import imports as store
from sync.district.store import reference_versions as versions
from sync.district.store.action_plans import card_codes
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.imports import Origin
from sync.district.store.locks import Lock, hold
from sync.district.store.reference_uses import uses_of


class ChangeRefused(Exception):
    """A change that is not made. ``key`` names the text that says why and what to do; ``values`` fill it in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


class Difference(Struct, frozen=True):
    """One row before and after; ``None`` where there is no such row."""

    row_key: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    holds_from: date | None

    @property
    def fields(self) -> list[str]:
        """The fields that differ."""
        before, after = self.before or {}, self.after or {}
        return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def close(engine: Engine, kind: str, key: str, last_day: date, successor: str | None, origin: Origin) -> int:
    """Ends a row with ``last_day``; what it was until then stays. Returns the revision. Raises ``ChangeRefused``."""

    def closed(row: dict[str, Any], connection: Connection) -> dict[str, Any]:
        if "valid_to" not in row:
            raise ChangeRefused("reference.refused.no_end", kind=kind)
        if row["valid_from"] is not None and last_day < row["valid_from"]:
            raise ChangeRefused("reference.refused.ends_before", first=row["valid_from"])
        given: dict[str, Any] = {"valid_to": last_day}
        if successor is not None:
            given["successor_id"] = _successor(connection, kind, key, successor)
        return row | given

    return _changed(engine, kind, key, closed, origin)


def remove(engine: Engine, kind: str, key: str, origin: Origin) -> int:
    """Takes a row away that nothing hangs on. Returns the revision. Raises ``ChangeRefused``."""

    def removed(row: dict[str, Any], connection: Connection) -> dict[str, Any]:
        _refuse_if_used(connection, kind, [key])
        return row | {"removed": True}

    return _changed(engine, kind, key, removed, origin)


def undo(engine: Engine, revision: int, origin: Origin) -> int:
    """Puts the rows of a revision back to what they were before it, as a new revision. Returns that. Raises
    ``ChangeRefused``: for a revision that is no list, was taken back before, or whose rows were changed since."""
    with writing(engine) as connection:
        hold(connection, Lock.REFERENCE)
        found = versions.find_revision(connection, revision)
        if found is None or found.kind not in store.IMPORTED:
            raise ChangeRefused("reference.refused.no_revision", revision=revision)
        gone = versions.undone(connection)
        if revision in gone:
            raise ChangeRefused("reference.refused.undone", revision=revision)
        keys = versions.keys_of(connection, _revision_of_rows(connection, revision))
        _refuse_cards(connection, found.kind, keys)
        known = versions.histories(connection, found.kind, keys)
        later = sorted({each.revision for imports in known.values() for each in imports if each.revision > revision})
        if later:
            raise ChangeRefused("reference.refused.changed_since", revision=revision, later=", ".join(map(str, later)))
        now_gone = (gone - {found.undoes}) if found.undoes is not None else gone | {revision}
        rows = _as_before(connection, found.kind, keys, frozenset(now_gone))
        _refuse_if_used(connection, found.kind, [key for key, row in rows.items() if row["removed"]])
        present = store.rows_by_key(connection, found.kind, keys)
        return write(connection, found.kind, list(rows.values()), present, origin)


def differences(engine: Engine, kind: str, before: int, after: int) -> list[Difference]:
    """What the rows of a kind were at one revision and are at a later one, where that differs."""
    with reading(engine) as connection:
        then, now = (versions.whole_history(connection, kind, up_to) for up_to in (before, after))
    return [found for key in sorted(then.keys() | now.keys()) if (found := _difference(key, then, now)) is not None]


def rows_on(engine: Engine, kind: str, day: date, revision: int | None = None) -> list[Mapping[str, Any]]:
    """The rows of a kind that were in force on a day, by what is known now, or was known at ``revision``."""
    with reading(engine) as connection:
        known = versions.whole_history(connection, kind, revision)
    found = []
    for key in sorted(known):
        held = on_day(known[key], day)
        if held is not None and not held.removed and covers(known[key], held, day):
            found.append(held.content)
    return found


def _changed(
    engine: Engine,
    kind: str,
    key: str,
    change: Callable[[dict[str, Any], Connection], dict[str, Any]],
    origin: Origin,
) -> int:
    with writing(engine) as connection:
        hold(connection, Lock.REFERENCE)
        present = store.rows_by_key(connection, kind, [key])
        if key not in present or present[key]["removed"]:
            raise ChangeRefused("reference.refused.unknown", code=key, kind=kind)
        _refuse_cards(connection, kind, [key])
        row = change(dict(present[key]), connection)
        if row == present[key]:
            raise ChangeRefused("reference.refused.same", code=key)
        return write(connection, kind, [row], present, origin)


def _successor(connection: Connection, kind: str, key: str, successor: str) -> str:
    if kind != "units":
        raise ChangeRefused("reference.refused.no_successor", kind=kind)
    rows = store.rows_by_key(connection, kind, [successor])
    if successor not in rows or rows[successor]["removed"]:
        raise ChangeRefused("reference.refused.unknown", code=successor, kind=kind)
    following, seen = store.unit_successors(connection), {key}
    current: str | None = successor
    while current is not None:
        if current in seen:
            raise ChangeRefused("reference.refused.circle", code=key)
        seen.add(current)
        current = following.get(current)
    return successor


def _refuse_cards(connection: Connection, kind: str, keys: Collection[str]) -> None:
    """What citizens read of a plan was approved by a second person; it is changed where that is asked for."""
    cards = card_codes(connection).intersection(keys) if kind == "notices" else ()
    if cards:
        raise ChangeRefused("reference.refused.card", code=min(cards))


def _refuse_if_used(connection: Connection, kind: str, keys: Sequence[str]) -> None:
    uses = uses_of(connection, kind, keys)
    if uses:
        raise ChangeRefused("reference.refused.used", code=uses[0].row_key, what=uses[0].kind, n=uses[0].n)


def _revision_of_rows(connection: Connection, revision: int) -> int:
    """The revision whose rows it is about: its own, or of one that took another back, that one's."""
    found = versions.find_revision(connection, revision)
    while found is not None and found.undoes is not None:
        revision, found = found.undoes, versions.find_revision(connection, found.undoes)
    return revision


def _as_before(
    connection: Connection, kind: str, keys: Sequence[str], gone: frozenset[int]
) -> dict[str, dict[str, Any]]:
    """The rows by the versions that still count; one of which none does is removed."""
    present, known = store.rows_by_key(connection, kind, keys), versions.histories(connection, kind, keys, gone)
    return {key: _row(kind, known[key][-1]) if known.get(key) else present[key] | {"removed": True} for key in keys}


def _row(kind: str, version: Version) -> dict[str, Any]:
    return asdict(convert(version.content, KINDS[kind].record)) | {"removed": version.removed}


def _difference(key: str, then: History, now: History) -> Difference | None:
    before, after = (on_day(known.get(key, ()), None) for known in (then, now))
    if before == after:
        return None
    contents = [None if each is None or each.removed else each.content for each in (before, after)]
    return Difference(key, contents[0], contents[1], after.holds_from if after is not None else None)
