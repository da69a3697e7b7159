"""Imports for a later day: the file is checked when it is brought, kept, and imported on the morning of its day.

Rights, kiosks and pages follow the tables as they are; a list that is brought in December and holds from January must
change nothing before January.
"""

import logging
from contextlib import suppress
from datetime import datetime

from sync.district.domain.plan import PlannedImport, PlanState
from sync.district.reference.columns import Catalogue
from sync.district.reference.importing import Outcome, Settle, import_file
from sync.district.reference.report import report
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.plans import due_plans, end_plan, find_plan, keep_plan
from sync.district.texts import Texts
from sync.district.times import local_day

log = logging.getLogger(__name__)


def plan(engine: Engine, planned: PlannedImport, now: datetime) -> int:
    """Keeps an import for its day; returns its number. The caller has checked the file. Raises ``StoreUnavailable``."""
    with writing(engine) as connection:
        return keep_plan(connection, planned, now)


def carry_out(engine: Engine, catalogue: Catalogue, now: datetime, texts: Texts) -> int:
    """Imports what was planned up to the local day of ``now``; returns how many of them were imported.

    A plan ends in the transaction of its import: it happens once, and never after it was cancelled. One that no longer
    fits what is known changes nothing, is kept, and says why; ``texts`` are the language in which it says so. Raises
    ``StoreUnavailable``.
    """
    with reading(engine) as connection:
        due = due_plans(connection, local_day(now))
    return sum(_carry_out_one(engine, catalogue, plan_id, now, texts) for plan_id in due)


def _carry_out_one(engine: Engine, catalogue: Catalogue, plan_id: int, now: datetime, texts: Texts) -> bool:
    with reading(engine) as connection:
        planned = find_plan(connection, plan_id)
    if planned is None:
        return False

    def end(connection: Connection, outcome: Outcome) -> None:
        state = PlanState.APPLIED if outcome.accepted else PlanState.REFUSED
        words = None if outcome.accepted else report(outcome, planned.file_name, texts)
        if not end_plan(connection, plan_id, state, now, revision=outcome.revision, outcome=words):
            raise _Ended

    try:
        outcome = _import(engine, catalogue, planned, now, end)
    except _Ended:
        log.info("planned import %d was cancelled or carried out meanwhile", plan_id)
        return False
    if not outcome.accepted:
        with writing(engine) as connection, suppress(_Ended):  # a file that cannot be read ended before its transaction
            end(connection, outcome)
    log.log(
        logging.INFO if outcome.accepted else logging.ERROR,
        "planned import %d: %s",
        plan_id,
        "imported" if outcome.accepted else "refused",
    )
    return outcome.accepted


def _import(engine: Engine, catalogue: Catalogue, planned: PlannedImport, now: datetime, settle: Settle) -> Outcome:
    return import_file(
        engine,
        catalogue,
        planned.kind,
        planned.data,
        planned.file_name,
        now,
        fixed=planned.fixed,
        sheets=planned.sheets,
        may_empty=planned.may_empty,
        full=planned.is_full,
        may_close=planned.may_close,
        person=planned.person,
        holds_from=planned.holds_from,
        settle=settle,
    )


class _Ended(Exception):
    """The plan no longer waits: its import must not happen."""
