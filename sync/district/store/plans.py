"""Keep imports that are planned for a later day."""

from datetime import date, datetime

from msgspec import structs
from sqlalchemy import insert, select, update

from sync.district.domain.plan import PlanLine, PlannedImport, PlanState
from sync.district.store.engine import Connection
from sync.district.store.plan_tables import planned_imports
from sync.district.store.reference_tables import revisions

_P = planned_imports.c


def keep_plan(connection: Connection, planned: PlannedImport, at: datetime) -> int:
    """Adds a plan; returns its number."""
    values = {**structs.asdict(planned), "sheets": list(planned.sheets), "fixed": dict(planned.fixed)}
    adding = insert(planned_imports).values(**values, planned_at=at, state=PlanState.WAITING)
    return int(connection.execute(adding.returning(_P.plan_id)).scalar_one())


def due_plans(connection: Connection, today: date) -> list[int]:
    """The plans whose day has come, in the order of their days and of their being brought."""
    wanted = (_P.state == PlanState.WAITING) & (_P.holds_from <= today)
    return list(connection.scalars(select(_P.plan_id).where(wanted).order_by(_P.holds_from, _P.plan_id)))


def refused_plans(connection: Connection) -> list[int]:
    """The plans that could not be carried out, of kinds for which no list was imported since."""
    later = select(revisions.c.revision).where(revisions.c.kind == _P.kind, revisions.c.made_at > _P.ended_at)
    wanted = (_P.state == PlanState.REFUSED) & ~later.exists()
    return list(connection.scalars(select(_P.plan_id).where(wanted).order_by(_P.plan_id)))


def find_plan(connection: Connection, plan_id: int) -> PlannedImport | None:
    """A plan that waits for its day, or ``None``."""
    columns = [_P[name] for name in PlannedImport.__struct_fields__]
    row = connection.execute(select(*columns).where(_P.plan_id == plan_id, _P.state == PlanState.WAITING)).mappings()
    found = row.first()
    return None if found is None else PlannedImport(**{**found, "sheets": tuple(found["sheets"])})


def plan_lines(connection: Connection, most: int) -> list[PlanLine]:
    """The newest plans, the newest first."""
    columns = [_P[name] for name in PlanLine.__struct_fields__]
    rows = connection.execute(select(*columns).order_by(_P.plan_id.desc()).limit(most)).mappings()
    return [PlanLine(**{**row, "state": PlanState(row["state"])}) for row in rows]


def end_plan(
    connection: Connection,
    plan_id: int,
    state: PlanState,
    at: datetime,
    *,
    revision: int | None = None,
    outcome: str | None = None,
) -> bool:
    """Says what became of a plan, and forgets its file; ``False`` when it no longer waits."""
    values = {"state": state, "ended_at": at, "revision": revision, "outcome": outcome, "data": b""}
    ended = connection.execute(
        update(planned_imports).where(_P.plan_id == plan_id, _P.state == PlanState.WAITING).values(**values)
    )
    return ended.rowcount == 1
