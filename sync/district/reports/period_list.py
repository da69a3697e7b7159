"""The page of documents as values: the periods of a unit, how each stands, and what can be taken of it. Pure but for
``list_periods``."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from sync.district.domain.closed_period import ClosedPeriod
from sync.district.domain.release import complete_from, is_complete
from sync.district.measures.period import Asked, Period, PeriodName, containing, period
from sync.district.reports.kinds import ReportKind, kinds_of
from sync.district.reports.period_figures import LateRatings, late
from sync.district.store import closings
from sync.district.store.engine import Connection
from sync.district.store.organisation import organisation
from sync.district.store.releases import first_rated_on, shown_until

MAX_LISTED = {PeriodName.MONTH: 13, PeriodName.QUARTER: 9, PeriodName.HALF_YEAR: 5, PeriodName.YEAR: 4}
"""So many periods of each kind are listed, the newest first."""


class PeriodState(StrEnum):
    """How a period stands. ``RUNS``: not over. ``WAITS``: over, and late deliveries are still waited for. ``OPEN``: it
    can be closed."""

    RUNS = "runs"
    WAITS = "waits"
    OPEN = "open"
    CLOSED = "closed"


class PeriodLine(Struct, frozen=True):
    """A period of a unit. ``closed``: its newest closing, and what came after that. ``kinds``: its documents."""

    period: Period
    state: PeriodState
    from_day: date
    kinds: tuple[ReportKind, ...]
    closed: ClosedPeriod | None = None
    late: LateRatings | None = None


def list_periods(connection: Connection, name: PeriodName, unit_id: str, today: date) -> list[PeriodLine]:
    """The periods of a kind since the first rating, the newest first."""
    until, first = shown_until(connection, today), first_rated_on(connection)
    if first is None:
        return []
    chosen = _periods(name, first, until)
    closed = closings.newest(connection, unit_id, str(name), [each.of for each in chosen])
    known = organisation(connection) if closed else None
    came = {of: late(connection, one, today, known) for of, one in closed.items()}
    return [_line(each, until, closed, came) for each in chosen]


def state_of(chosen: Period, until: date, closed: ClosedPeriod | None) -> PeriodState:
    """How a period stands when figures are told up to a day."""
    if closed is not None:
        return PeriodState.CLOSED
    if chosen.runs:
        return PeriodState.RUNS
    return PeriodState.OPEN if is_complete(chosen.ends, until) else PeriodState.WAITS


def _periods(name: PeriodName, first: date, until: date) -> list[Period]:
    found, day = list[Period](), until
    while len(found) < MAX_LISTED[name] and day >= first:
        of: Asked = containing(name, day)
        found.append(period(of, until))
        day = (found[-1].first or day) - timedelta(days=1)
    return found


def _line(
    chosen: Period, until: date, closed: Mapping[str, ClosedPeriod], came: Mapping[str, LateRatings]
) -> PeriodLine:
    one = closed.get(chosen.of)
    state = state_of(chosen, until, one)
    return PeriodLine(chosen, state, complete_from(chosen.ends), kinds_of(chosen.name), one, came.get(chosen.of))
