"""Read which dossiers of a counter have to be returned, as the one-stop software told. Nothing here was said by a
citizen."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from msgspec import Struct
from sqlalchemy import ColumnElement, case, func, select

from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.metadata import UtcDateTime
from sync.district.store.reference_tables import dossiers, procedures, revisions

_D = dossiers.c


class DueDossier(Struct, frozen=True):
    """A dossier that was not returned yet. ``procedure``: its name, empty when nobody told."""

    dossier_code: str
    procedure: str
    due_on: date


class DueCounts(Struct, frozen=True):
    """How many dossiers of a counter were not returned yet: promised for a day that is over, for today, and for a later
    day up to the next working day."""

    late: int = 0
    today: int = 0
    next: int = 0


def due_dossiers(
    connection: Connection, counter_id: str, after: date | None, until: date, most: int
) -> Sequence[DueDossier]:
    """Those that are due after a day (``None``: ever) and until another, the longest due first."""
    columns = (_D.dossier_code, func.coalesce(procedures.c.name, ""), _D.due_on)
    named = dossiers.outerjoin(procedures, procedures.c.procedure_id == _D.procedure_id)
    wanted = select(*columns).select_from(named).where(*_due(counter_id, after, until))
    rows = connection.execute(wanted.order_by(_D.due_on, _D.dossier_code).limit(most))
    return [DueDossier(*row) for row in rows]


def procedure_of(connection: Connection, dossier_code: str) -> str:
    """The name of a dossier's procedure, empty when nobody told."""
    named = dossiers.join(procedures, procedures.c.procedure_id == _D.procedure_id)
    return connection.scalar(select(procedures.c.name).select_from(named).where(_D.dossier_code == dossier_code)) or ""


def count_due(connection: Connection, counter_id: str, after: date | None, until: date) -> int:
    """How many there are."""
    counted = select(func.count()).select_from(dossiers).where(*_due(counter_id, after, until))
    return connection.scalar(counted) or 0


def due_by_counter(
    connection: Connection, counters: Collection[str], today: date, next_day: date
) -> dict[str, DueCounts]:
    """What has to be returned at each of some counters that has anything to return by ``next_day``."""
    late = func.sum(case((_D.due_on < today, 1), else_=0))
    on_day = func.sum(case((_D.due_on == today, 1), else_=0))
    later = func.sum(case((_D.due_on > today, 1), else_=0))
    found: dict[str, DueCounts] = {}
    for wanted in among(connection, _D.counter_id, counters):
        open_ones = (wanted, _D.returned_on.is_(None), ~_D.removed, _D.due_on <= next_day)
        rows = connection.execute(select(_D.counter_id, late, on_day, later).where(*open_ones).group_by(_D.counter_id))
        found |= {str(counter_id): DueCounts(*map(int, numbers)) for counter_id, *numbers in rows}
    return found


def newest_changes(connection: Connection, counters: Collection[str]) -> dict[str, datetime]:
    """When an import last changed anything about the dossiers of each of some counters that have any. That an apology
    was handed over is no news of the list: only where every dossier has been apologised for since, that day counts."""
    found: dict[str, datetime] = {}
    by_list = case((revisions.c.kind == "dossiers", revisions.c.made_at))
    for wanted in among(connection, _D.counter_id, counters):
        known = select(_D.counter_id, _D.revision).where(wanted, ~_D.removed).distinct().subquery()
        joined = known.join(revisions, revisions.c.revision == known.c.revision)
        newest = func.coalesce(func.max(by_list), func.min(revisions.c.made_at), type_=UtcDateTime())
        rows = connection.execute(select(known.c.counter_id, newest).select_from(joined).group_by(known.c.counter_id))
        found |= {str(counter_id): made_at for counter_id, made_at in rows}
    return found


def newest_change(connection: Connection, counter_id: str) -> datetime | None:
    """As ``newest_changes``, of one counter; ``None`` when it has no dossier."""
    return newest_changes(connection, [counter_id]).get(counter_id)


def _due(counter_id: str, after: date | None, until: date) -> list[ColumnElement[bool]]:
    mine = [_D.counter_id == counter_id, _D.returned_on.is_(None), ~_D.removed, _D.due_on <= until]
    return mine if after is None else [*mine, _D.due_on > after]
