"""Waiting and service times of a unit as values: together, by field, by hour, and of the units below. Pure but for
``gather``."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from kiosk.domain.deadlines import is_working_day
from sync.district.measures.organisation import TodayView
from sync.district.measures.period import Asked, Period, after, period
from sync.district.measures.tree import UnitNode, unit_trees
from sync.district.measures.waiting import REST, DayGaps, Times, TimesSum, day_gaps, times_by
from sync.district.store.complaints import country_holidays
from sync.district.store.engine import Connection
from sync.district.store.organisation import organisation
from sync.district.store.queue_times import reported_days, times_between
from sync.district.web.counted import alone, path_to

MAX_NAMED_DAYS = 5
"""So many days without a telling are named of a counter."""


class WaitingReadings(Struct, frozen=True):
    """``sums`` of every unit in the period, and the ``gaps`` of their counters."""

    period: Period
    following: Period | None
    view: TodayView
    sums: Sequence[TimesSum]
    gaps: Sequence[DayGaps] = ()


class FieldTimes(Struct, frozen=True):
    """One field; an empty ``name``: the ticket system did not tell it."""

    name: str
    times: Times


class HourTimes(Struct, frozen=True):
    """One hour of the day, local; ``REST``: the visits of hours that had too few. ``length``: of a bar, up to 100."""

    hour: int
    times: Times
    length: float


class UnitTimes(Struct, frozen=True):
    """A unit right below."""

    unit_id: str
    name: str
    times: Times


class GapLine(Struct, frozen=True):
    """A counter of which nothing was told on some working days. ``latest``: the newest of them, at most
    ``MAX_NAMED_DAYS``."""

    counter_id: str
    name: str
    n: int
    latest: tuple[date, ...]


class WaitingPage(Struct, frozen=True):
    """The page. Nobody told of anything: ``whole`` is ``None``."""

    period: Period
    next_period: Period | None
    made_at: datetime
    path: tuple[tuple[str, str], ...]
    name: str
    whole: Times | None
    fields: tuple[FieldTimes, ...]
    hours: tuple[HourTimes, ...]
    units: tuple[UnitTimes, ...]
    gaps: tuple[GapLine, ...]

    @property
    def unit_id(self) -> str:
        """The unit that is shown; empty for several."""
        return self.path[-1][0] if self.path else ""


def gather(connection: Connection, wanted: Asked, today: date) -> WaitingReadings:
    """Reads a period up to yesterday, by today's tree. Raises ``NotBegun``."""
    until = today - timedelta(days=1)
    chosen = period(wanted, until)
    known = organisation(connection)
    sums = times_between(connection, chosen.first, chosen.last, known.units)
    holidays = country_holidays(connection)
    reported = reported_days(connection, chosen.first, chosen.last, until, known.units)
    gaps = day_gaps(reported, chosen.first, chosen.last, lambda day: is_working_day(day, holidays))
    return WaitingReadings(chosen, after(chosen, until), TodayView(known, today), sums, gaps)


def waiting_page(
    readings: WaitingReadings, allowed: str | None, wanted: str | None, now: datetime
) -> WaitingPage | None:
    """The page for someone ``allowed`` one unit (or all, ``None``) who ``wanted`` one. ``None``: not theirs to see."""
    view = readings.view
    trees = unit_trees(view, {})
    tops = trees if allowed is None else alone(trees, allowed)
    nodes = tops if wanted is None else alone(tops, wanted)
    if wanted is not None and not nodes:
        return None
    only = nodes[0] if len(nodes) == 1 else None
    placed = {unit_id: view.place(0, unit_id, "")[0] for unit_id in {each.unit_id for each in readings.sums}}
    sums = _within(readings.sums, placed, nodes)
    below = only.units if only else nodes
    whole = times_by(sums, lambda _: "")
    return WaitingPage(
        period=readings.period,
        next_period=readings.following,
        made_at=now,
        path=path_to(only, allowed, view) if only else (),
        name=only.name if only else "",
        whole=whole.get(""),
        fields=tuple(
            FieldTimes(name, found) for name, found in sorted(times_by(sums, lambda each: each.service).items())
        ),
        hours=_hours(sums),
        units=_below(below, readings.sums, placed) if len(below) > 1 or only is None else (),
        gaps=tuple(_gap_line(each, view) for each in _gaps_within(readings, nodes)),
    )


def _gaps_within(readings: WaitingReadings, nodes: Sequence[UnitNode]) -> list[DayGaps]:
    paths = {each.unit_id: readings.view.place(0, each.unit_id, "")[0] for each in readings.gaps}
    return [each for each in readings.gaps if any(node.holds(paths[each.unit_id]) for node in nodes)]


def _gap_line(gaps: DayGaps, view: TodayView) -> GapLine:
    counter = view.counter(gaps.counter_id)
    name = counter.name if counter else gaps.counter_id
    return GapLine(gaps.counter_id, name, len(gaps.days), gaps.days[-MAX_NAMED_DAYS:])


def _within(
    sums: Sequence[TimesSum], placed: Mapping[str, tuple[str, ...]], nodes: Sequence[UnitNode]
) -> list[TimesSum]:
    return [each for each in sums if any(node.holds(placed[each.unit_id]) for node in nodes)]


def _below(
    nodes: Sequence[UnitNode], sums: Sequence[TimesSum], placed: Mapping[str, tuple[str, ...]]
) -> tuple[UnitTimes, ...]:
    """Those of which somebody told, those where people wait longest first."""
    found = [
        UnitTimes(node.unit_id, node.name, times)
        for node in nodes
        for times in times_by(_within(sums, placed, [node]), lambda _: "").values()
    ]
    return tuple(sorted(found, key=lambda each: -(each.times.waiting.minutes if each.times.waiting else 0)))


def _hours(sums: Sequence[TimesSum]) -> tuple[HourTimes, ...]:
    """The hours in order, the rest last; the longest wait has the longest bar."""
    found = times_by(sums, lambda each: each.hour)
    longest = max((each.waiting.minutes for each in found.values() if each.waiting), default=0.0) or 1.0
    order = sorted(found, key=lambda hour: (hour == REST, hour))
    return tuple(
        HourTimes(
            hour, found[hour], round(waiting.minutes / longest * 100, 1) if (waiting := found[hour].waiting) else 0.0
        )
        for hour in order
    )
