"""The versions of reference data: kept with each import, read to tell what was on a day or at a revision."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from msgspec import Struct, to_builtins
from sqlalchemy import ColumnElement, func, insert, select

from kiosk.domain.reference import KINDS
from sync.district.domain import reference_history
from sync.district.domain.reference_history import Version
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.reference_tables import reference_versions, revisions

_V = reference_versions.c
_COLUMNS = tuple(_V[name] for name in Version.__struct_fields__)


class Revision(Struct, frozen=True):
    """One change of reference data. ``person`` and ``reason``: ``None`` when nobody told them."""

    revision: int
    kind: str
    file_name: str
    rows: int
    made_at: datetime
    person: str | None
    reason: str | None
    undoes: int | None


def content_of(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a table as JSON values."""
    record = KINDS[kind].record
    return dict(to_builtins(record(**{name: row[name] for name in record.__struct_fields__ if name in row})))


def keep_versions(
    connection: Connection, kind: str, rows: Iterable[Mapping[str, Any]], days: Mapping[str, date | None], revision: int
) -> None:
    """Adds what a revision says of rows. ``days``: from when each holds, by its key."""
    key = KINDS[kind].record.__struct_fields__[0]
    kept = [
        {
            "kind": kind,
            "row_key": row[key],
            "revision": revision,
            "holds_from": days[row[key]],
            "removed": row["removed"],
            "content": content_of(kind, row),
        }
        for row in rows
    ]
    if kept:
        connection.execute(insert(reference_versions), kept)


def held_from(connection: Connection, kind: str, keys: Collection[str]) -> dict[str, date | None]:
    """Since when what is known of these rows holds."""
    known = histories(connection, kind, keys)
    return {key: versions[-1].holds_from for key, versions in known.items() if versions}


def histories(
    connection: Connection, kind: str, keys: Collection[str], gone: frozenset[int] | None = None
) -> dict[str, list[Version]]:
    """The versions of these rows that count, or would if the revisions ``gone`` had been taken back."""
    found: list[Version] = []
    for wanted in among(connection, _V.row_key, keys):
        found += _versions(connection, (_V.kind == kind) & wanted)
    return reference_history.histories(found, undone(connection) if gone is None else gone)


def changed_histories(connection: Connection, kind: str) -> dict[str, list[Version]]:
    """The versions of the rows that were told more than once; every other row has always been what it is."""
    several = select(_V.row_key).where(_V.kind == kind).group_by(_V.row_key).having(func.count() > 1)
    found = _versions(connection, (_V.kind == kind) & _V.row_key.in_(several))
    return reference_history.histories(found, undone(connection))


def whole_history(connection: Connection, kind: str, up_to: int | None = None) -> dict[str, list[Version]]:
    """Every version of a kind that counts, or counted when revision ``up_to`` was the newest."""
    known = (_V.kind == kind) if up_to is None else (_V.kind == kind) & (_V.revision <= up_to)
    return reference_history.histories(_versions(connection, known), undone(connection, up_to))


def keys_of(connection: Connection, revision: int) -> list[str]:
    """The rows that a revision told of."""
    return list(connection.scalars(select(_V.row_key).where(_V.revision == revision).order_by(_V.row_key)))


def undone(connection: Connection, up_to: int | None = None) -> frozenset[int]:
    """The revisions that were taken back, as far as that was known at revision ``up_to``."""
    r = revisions.c
    rows = connection.execute(select(r.revision, r.undoes).where(r.undoes.is_not(None)))
    return reference_history.undone({row[0]: row[1] for row in rows}, up_to)


def find_revision(connection: Connection, revision: int) -> Revision | None:
    """One revision, or ``None``."""
    columns = [revisions.c[name] for name in Revision.__struct_fields__]
    row = connection.execute(select(*columns).where(revisions.c.revision == revision)).first()
    return None if row is None else Revision(*row)


def newest_revisions(connection: Connection, kinds: Collection[str], most: int) -> list[Revision]:
    """The newest revisions of these kinds, the newest first."""
    columns = [revisions.c[name] for name in Revision.__struct_fields__]
    rows = connection.execute(
        select(*columns).where(revisions.c.kind.in_(kinds)).order_by(revisions.c.revision.desc()).limit(most)
    )
    return [Revision(*row) for row in rows]


def _versions(connection: Connection, wanted: ColumnElement[bool]) -> list[Version]:
    return [Version(*row) for row in connection.execute(select(*_COLUMNS).where(wanted))]


def named_on(connection: Connection, kind: str, key: str, day: date) -> tuple[str, str]:
    """What a row was called on a day, and the key of the one above it then; empty for a row that nobody told of or that
    has none above it. Before the first version that holds, that one."""
    history = histories(connection, kind, [key]).get(key, [])
    version = reference_history.on_day(history, day) or next(iter(history), None)
    content = {} if version is None else version.content
    return content.get("name", ""), content.get("parent_id") or ""
