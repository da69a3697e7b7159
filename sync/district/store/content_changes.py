"""Keep changes of what kiosks show: what is proposed, what was decided about it, what holds now."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, insert, select, update

from kiosk.domain.reference import in_force
from sync.district.domain.content_change import ContentChange, ContentKind, ContentState
from sync.district.store.content_tables import content_changes
from sync.district.store.engine import Connection
from sync.district.store.imports import write_wording
from sync.district.store.reference_tables import notices, wordings
from sync.district.store.reference_versions import content_of

_C, _W, _N = content_changes.c, wordings.c, notices.c
_COLUMNS = tuple(_C[name] for name in ContentChange.__struct_fields__)


def add(connection: Connection, change: ContentChange) -> int:
    """Keeps a change; its number. That of ``change`` is not looked at."""
    values = {name: getattr(change, name) for name in ContentChange.__struct_fields__ if name != "change_id"}
    values |= {"kind": str(change.kind), "state": str(change.state)}
    return int(connection.execute(insert(content_changes).values(values).returning(_C.change_id)).scalar_one())


def decide(
    connection: Connection,
    change_id: int,
    state: ContentState,
    by: str,
    at: datetime,
    why: str = "",
    revision: int | None = None,
) -> bool:
    """Writes down what became of a change that waits; ``False`` when somebody was quicker."""
    this = update(content_changes).where(_C.change_id == change_id, _C.state == str(ContentState.WAITING))
    values = {"state": str(state), "decided_by": by, "decided_at": at, "decided_why": why, "revision": revision}
    return connection.execute(this.values(values)).rowcount == 1


def numbered(connection: Connection, change_id: int) -> ContentChange | None:
    """The change with this number, or ``None``."""
    return next(iter(_read(connection, _all().where(_C.change_id == change_id))), None)


def waiting(connection: Connection) -> list[ContentChange]:
    """The changes that nobody has decided about, the oldest first."""
    return _read(connection, _all().where(_C.state == str(ContentState.WAITING)).order_by(_C.change_id))


def history(connection: Connection, kind: ContentKind, key: str, most: int) -> list[ContentChange]:
    """What became of a piece, the newest first."""
    wanted = _all().where(_C.kind == str(kind), _C.key == key).order_by(_C.change_id.desc()).limit(most)
    return _read(connection, wanted)


def _all() -> Select[Any]:
    return select(*_COLUMNS)


def _read(connection: Connection, wanted: Select[Any]) -> list[ContentChange]:
    return [
        ContentChange(
            change_id, ContentKind(kind), key, unit_id, before, after, why, by, at, ContentState(state), *rest
        )
        for change_id, kind, key, unit_id, before, after, why, by, at, state, *rest in connection.execute(wanted)
    ]


# ---- what holds now


def notices_of(connection: Connection, unit_ids: Collection[str] | None) -> list[dict[str, Any]]:
    """The notices of these units (``None``: of all) that were not taken away, in the order of the kiosks."""
    wanted = select(notices).where(_N.removed.is_(False)).order_by(_N.unit_id, _N.position, _N.notice_id)
    rows = connection.execute(wanted).mappings()
    return [content_of("notices", dict(row)) for row in rows if unit_ids is None or row["unit_id"] in unit_ids]


def wording_rows(connection: Connection, kind: str) -> list[dict[str, Any]]:
    """Every version of a kind of wording that was brought, with its days."""
    columns = (_W.wording_id, _W.kind, _W.content, _W.valid_from, _W.valid_to)
    return [dict(row) for row in connection.execute(select(*columns).where(_W.kind == kind)).mappings()]


def wording_on(rows: Sequence[dict[str, Any]], day: date) -> dict[str, Any] | None:
    """The version that kiosks use on a day; ``None`` where they use the one of their release."""
    usable = [row for row in rows if in_force(row["valid_from"], row["valid_to"], day)]
    return max(usable, key=lambda row: row["valid_from"] or date.min, default=None)


def planned_days(rows: Sequence[dict[str, Any]], day: date) -> list[date]:
    """The days after a day on which other versions begin, in order."""
    return sorted(row["valid_from"] for row in rows if _begins_after(row, day))


def replace_wording(connection: Connection, row: dict[str, Any], now: datetime) -> int:
    """Puts a version in force from its ``valid_from`` on, and ends the one before with the day before; the revision.
    A version that begins later stays planned, and takes over on its day."""
    first_day: date = row["valid_from"]
    for older in wording_rows(connection, row["kind"]):
        is_over = older["valid_to"] is not None and older["valid_to"] < first_day
        if not (is_over or _begins_after(older, first_day)):
            write_wording(connection, older | {"valid_to": first_day - timedelta(days=1)}, "", now)
    return write_wording(connection, row, "", now)


def _begins_after(row: dict[str, Any], day: date) -> bool:
    first, last = row["valid_from"], row["valid_to"]
    return first is not None and first > day and (last is None or last >= first)
