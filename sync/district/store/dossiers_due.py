"""Read which dossiers of a counter have to be returned, as the one-stop software told. Nothing here was said by a
citizen."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, func, select

from sync.district.store.engine import Connection
from sync.district.store.reference_tables import dossiers, procedures, revisions

_D = dossiers.c


class DueDossier(Struct, frozen=True):
    """A dossier that was not returned yet. ``procedure``: its name, empty when nobody told."""

    dossier_code: str
    procedure: str
    due_on: date


def due_dossiers(
    connection: Connection, counter_id: str, after: date | None, until: date, most: int
) -> Sequence[DueDossier]:
    """Those that are due after a day (``None``: ever) and until another, the longest due first."""
    columns = (_D.dossier_code, func.coalesce(procedures.c.name, ""), _D.due_on)
    named = dossiers.outerjoin(procedures, procedures.c.procedure_id == _D.procedure_id)
    wanted = select(*columns).select_from(named).where(*_due(counter_id, after, until))
    rows = connection.execute(wanted.order_by(_D.due_on, _D.dossier_code).limit(most))
    return [DueDossier(*row) for row in rows]


def count_due(connection: Connection, counter_id: str, after: date | None, until: date) -> int:
    """How many there are."""
    counted = select(func.count()).select_from(dossiers).where(*_due(counter_id, after, until))
    return connection.scalar(counted) or 0


def newest_change(connection: Connection, counter_id: str) -> datetime | None:
    """When an import last changed anything about the counter's dossiers; ``None`` when none was imported."""
    newest = select(func.max(_D.revision)).where(_D.counter_id == counter_id, ~_D.removed).scalar_subquery()
    found: datetime | None = connection.scalar(select(revisions.c.made_at).where(revisions.c.revision == newest))
    return found


def _due(counter_id: str, after: date | None, until: date) -> list[ColumnElement[bool]]:
    mine = [_D.counter_id == counter_id, _D.returned_on.is_(None), ~_D.removed, _D.due_on <= until]
    return mine if after is None else [*mine, _D.due_on > after]
