"""Read how many dossiers of each field were received and returned in a period, and how many of them late: from the
roll-up, and what is late now from an index of the dossiers. Nothing here was said by a citizen."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, case, func, select

from sync.district.domain.dossier_cells import FieldStep
from sync.district.domain.late_register import DossierWindow, LateScope
from sync.district.measures.cover import Stretch, cover
from sync.district.measures.late_fields import FieldCounts
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.late_dossiers import NAMED, OF_FIELD, between, open_late, within
from sync.district.store.reference_tables import LATE_BACK, dossiers
from sync.district.store.rollup_tables import dossier_fields_by_day, dossier_fields_by_month
from sync.district.store.rollups import Rollup, is_whole

_D = dossiers.c


def by_field(connection: Connection, scope: LateScope, window: DossierWindow) -> dict[str, FieldCounts]:
    """Dossiers with a promised day received and returned in a period, and how many of each were late, by field; of
    those received also the ones that are late now."""
    sums = rolled_steps if is_whole(connection, Rollup.FIELDS) else raw_steps
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for (field, step), n in sums(connection, scope, window).items():
        found[field][str(step)] += n
    late_now = (~_D.removed, open_late(window), between(_D.received_on, window))
    for there in within(connection, scope):
        rows = select(OF_FIELD, func.count()).select_from(NAMED).where(there, *late_now).group_by(OF_FIELD)
        for field, n in connection.execute(rows):
            found[field][str(FieldStep.RECEIVED_LATE)] += int(n)
    return {field: FieldCounts(**numbers) for field, numbers in sorted(found.items()) if any(numbers.values())}


def rolled_steps(
    connection: Connection, scope: LateScope, window: DossierWindow
) -> Mapping[tuple[str, FieldStep], int]:
    """What the roll-up says of a period, by field and step."""
    found = Counter[tuple[str, FieldStep]]()
    days = (_newest(connection, step) for step in FieldStep)
    newest = max((day for day in days if day is not None), default=None)
    stretches = cover(window.first, window.last, (), newest)
    for table, some in ((dossier_fields_by_month, stretches.months), (dossier_fields_by_day, stretches.days)):
        for each in some:
            for field, step, n in _sums(connection, table, each, scope):
                found[field, FieldStep(step)] += each.sign * int(n)
    return found


def raw_steps(connection: Connection, scope: LateScope, window: DossierWindow) -> Mapping[tuple[str, FieldStep], int]:
    """As ``rolled_steps``, from every dossier."""
    found, late = Counter[tuple[str, FieldStep]](), func.sum(case((LATE_BACK, 1), else_=0))
    steps = (
        (_D.received_on, FieldStep.RECEIVED, FieldStep.RECEIVED_LATE),
        (_D.returned_on, FieldStep.RETURNED, FieldStep.RETURNED_LATE),
    )
    for there in within(connection, scope):
        for day, all_of_them, late_ones in steps:
            known = (there, ~_D.removed, _D.due_on.is_not(None), between(day, window))
            rows = select(OF_FIELD, func.count(), late).select_from(NAMED).where(*known).group_by(OF_FIELD)
            for field, n, k in connection.execute(rows):
                found[field, all_of_them] += int(n)
                found[field, late_ones] += int(k or 0)
    return found


def _newest(connection: Connection, step: FieldStep) -> date | None:
    """The last day of a step: one look into the key."""
    d = dossier_fields_by_day.c
    found: date | None = connection.scalar(select(func.max(d.day)).where(d.step == str(step)))
    return found


def _sums(connection: Connection, table: Table, stretch: Stretch, scope: LateScope) -> Iterator[tuple[Any, ...]]:
    when, columns = table.c["month" if "month" in table.c else "day"], (table.c.field, table.c.step)
    steps = table.c.step.in_([str(step) for step in FieldStep])
    for there in _at(connection, table, scope):
        wanted = select(*columns, func.sum(table.c.n)).where(steps, when.between(stretch.first, stretch.last), there)
        yield from (tuple(row) for row in connection.execute(wanted.group_by(*columns)))


def _at(connection: Connection, table: Table, scope: LateScope) -> Iterator[ColumnElement[bool]]:
    """As ``late_dossiers.within``, of the roll-up: a dossier without a counter stands there without any place too."""
    if scope.is_whole:
        yield table.c.unit_id == ""
        return
    yield from among(connection, table.c.counter_id, scope.counters)
    if scope.without_counter:
        yield from among(connection, table.c.unit_id, scope.units - {""})
