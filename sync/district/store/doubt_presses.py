"""Read a month counter by counter for the tests of doubt. Only what was released is read: what is not yet released may
change nothing that anybody sees.

Several presses may stand for one dossier at a stage, of which one counts. Those are read that had arrived when their
dossier's group was released, so that presses are read, or not, as whole groups: one that came later would move a sign
by itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Row, and_, func, or_, select

from kiosk.domain.rating import Flag, Stage, Transaction
from sync.district.domain.release import Stream
from sync.district.domain.rights import below
from sync.district.measures.cover import last_of_month
from sync.district.measures.doubt.presses import CounterMonth, Press
from sync.district.store import tables as t
from sync.district.store.engine import STREAMED, Connection
from sync.district.store.figures import handled_by_era
from sync.district.store.imports import unit_parents
from sync.district.store.moments import HAPPENED_AT, IS_CORRECTED, IS_SURE
from sync.district.store.raw_sums import counted_between
from sync.district.store.reference_tables import counters, dossiers
from sync.district.store.release_tables import DATED_GROUPS, released_groups, released_members
from sync.district.store.releases import CASE
from sync.district.times import VIETNAM, start_of

ENTRY_LAG = timedelta(days=1)
"""So many days an office may enter a dossier's receipt or return before or after the citizen was there."""
_R, _M, _G = t.ratings.c, released_members.c, released_groups.c


def counter_months(connection: Connection, month: date, only: tuple[str, str] | None = None) -> Iterator[CounterMonth]:
    """Every counter with released presses in the month that begins with ``month``, one after the other; or only one,
    by unit and counter. Presses whose day or moment nobody knows are left out."""
    served = _served(connection, month)
    parents = unit_parents(connection)
    rows = connection.execute(_presses(month, only), execution_options=STREAMED)
    for (unit_id, counter_id), group in groupby(rows, key=lambda row: (row.unit_id, row.counter)):
        weeks, within = served.get(counter_id, {}), below(unit_id, parents)
        presses = [_press(row, linked=bool(weeks), within=within) for row in group if _was_released(row)]
        if not presses:
            continue
        yield CounterMonth(
            unit_id, counter_id, tuple(sorted(presses, key=lambda press: (press.moment, press.case))), weeks
        )


def _presses(month: date, only: tuple[str, str] | None) -> Any:
    last = last_of_month(month)
    how = t.rating_circumstances.c
    joined = (
        t.ratings.join(released_members, and_(_M.stream == str(Stream.RATING), _M.member == CASE))
        .join(DATED_GROUPS, _G.group_id == _M.group_id)
        .outerjoin(t.entry_times, IS_CORRECTED)
        .outerjoin(dossiers, and_(dossiers.c.dossier_code == _R.dossier_code, dossiers.c.removed.is_(False)))
        .outerjoin(counters, counters.c.counter_id == dossiers.c.counter_id)
        .outerjoin(t.rating_circumstances, and_(*(how[each] == _R[each] for each in ("device_id", "epoch", "seq"))))
    )
    counter = func.coalesce(_R.counter_id, "").label("counter")
    where = [
        _R.day.between(month, last),
        or_(_R.day_guessed.is_(None), _R.day_guessed.is_(False)),
        IS_SURE,
        counted_between(month, last),
    ]
    if only:
        where += [_R.unit_id == only[0], counter == only[1]]
    columns = (_R.unit_id, counter, CASE.label("case"), _R.dossier_code, _R.stage, _R.score, _R.flags, _R.day)
    released = (_R.received_at, _G.released_on)
    known = (dossiers.c.received_on, dossiers.c.returned_on)
    return (
        select(*columns, *released, HAPPENED_AT, *known, counters.c.unit_id.label("dossier_unit"), how.transaction)
        .select_from(joined)
        .where(*where)
        .order_by(_R.unit_id, counter)
    )


def _was_released(row: Row[Any]) -> bool:
    """Whether a press had arrived before the beginning of the day on which its group was released."""
    return bool(row.received_at < start_of(row.released_on))


def _press(row: Row[Any], *, linked: bool, within: frozenset[str]) -> Press:
    local = row.happened_at.astimezone(VIETNAM)
    days = {Stage.HAND_IN: (row.received_on,), Stage.RETURN: (row.returned_on,)}.get(
        row.stage, (row.received_on, row.returned_on)
    )
    early = row.stage == Stage.RETURN and row.returned_on is not None and row.returned_on > row.day + ENTRY_LAG
    number = (row.dossier_code or "").rpartition("-")[2]
    return Press(
        case=row.case,
        day=row.day,
        second=local.hour * 3600 + local.minute * 60 + local.second,
        score=row.score,
        matched=_matched(row.transaction, days, row.day, linked=linked),
        by_ticket=row.transaction in (Transaction.YES, Transaction.NO),
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
        again=Flag.REPEAT in row.flags,
        early=early,
        elsewhere=row.dossier_unit is not None and row.dossier_unit not in within,
        outside_hours=Flag.OUTSIDE_HOURS in row.flags,
    )


def _matched(transaction: str | None, days: Iterable[date | None], day: date, *, linked: bool) -> bool | None:
    """Whether there was a transaction: the ticket system's word where it has one, else whether a dossier was received
    or returned on that day; ``None`` where neither can tell."""
    if transaction in (Transaction.YES, Transaction.NO):
        return transaction == Transaction.YES
    return any(each and abs(each - day) <= ENTRY_LAG for each in days) if linked else None


def _served(connection: Connection, month: date) -> Mapping[str, Mapping[int, int]]:
    """Dossiers of each counter by week of the month."""
    found: dict[str, dict[int, int]] = defaultdict(dict)
    last, weeks = last_of_month(month), [month.replace(day=day) for day in (8, 15, 22)]
    for (week, _, counter_id), n in handled_by_era(connection, month, last, weeks).items():
        if counter_id:
            found[counter_id][week] = n
    return found
