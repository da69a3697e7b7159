"""Find complaints nobody can carry on, each day and after every change of a complaint or an account, and write down
what each lacks and which level has to see to it: its leaders find it on their first page."""

import logging
from collections.abc import Collection
from datetime import date, datetime

from sync.district.store import complaint_register as register
from sync.district.store.engine import Connection, Engine, writing
from sync.district.times import local_day

log = logging.getLogger(__name__)


def recheck(connection: Connection, today: date, entry_ids: Collection[str]) -> int:
    """Checks these complaints; returns how many are stuck."""
    if not entry_ids:
        return 0
    staffing, stuck = register.staffing(connection, today), 0
    for line in register.held_by(connection, entry_ids):
        lacks = None
        if line.open:
            wrote = frozenset(line.awaits_second or ())
            held = (line.subject, line.acting_unit, line.owner, wrote)
            lacks = staffing.stuck(*held, to_conclude=bool(line.to_conclude))
        found = None if lacks is None else [str(each) for each in lacks.lacks]
        stuck += lacks is not None
        if (found, lacks.level if lacks else None) != (line.lacks, line.stuck_level):
            register.write_lacks(connection, line.entry_id, found, lacks.level if lacks else None)
    return stuck


def recheck_open(engine: Engine, now: datetime) -> int:
    """Checks every open complaint; returns how many are stuck. Raises ``StoreUnavailable``."""
    with writing(engine) as connection:
        stuck = recheck(connection, local_day(now), register.open_entries(connection))
    if stuck:
        log.warning("%d complaints cannot be carried on; they stand on the first page of the level above", stuck)
    return stuck
