"""The page of a one-stop unit for its head: its counters side by side, and what has to be returned. Pure.

What is told of ratings is what the page of each counter tells (``sync.district.web.counter``): released groups only,
nothing below the floor. Counters stand in the order of the unit's list, never by their figures.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from sync.district.measures.disclosure import Figure, Rules, figure_of_counter, figure_of_units
from sync.district.measures.dossier_states import Coverage
from sync.district.measures.kiosk_state import KioskState
from sync.district.measures.kiosks import KioskLine
from sync.district.measures.period import Asked, Period, PeriodName, period
from sync.district.measures.reasons import Reason
from sync.district.measures.silent_hours import CounterHours, counter_hours
from sync.district.measures.tree import CounterNode, UnitNode
from sync.district.store.dossiers_due import DueCounts
from sync.district.web.counted import chosen_units
from sync.district.web.counter import (
    CounterFacts,
    Wish,
    coverage_of_counter,
    reasons_of_counter,
    thing_to_try,
    visits_of_counter,
)
from sync.district.web.overview import coverage_of

BUSY_VISITS = 20
"""From so many visits in a month on, a counter without one released rating is called silent."""


_REACHED = (KioskState.IN_TOUCH, KioskState.QUIET)


class Silence(StrEnum):
    """Why nothing is heard of a counter where many were served; the texts say what to do. ``NO_KIOSK``: there is none.
    ``DARK``: nobody can use its screen. ``LOST``: it is out of touch, so that ratings may wait on it. ``UNRATED``: the
    kiosk is well."""

    NO_KIOSK = "no_kiosk"
    DARK = "dark"
    LOST = "lost"
    UNRATED = "unrated"


class DueAt(Struct, frozen=True):
    """What has to be returned at a counter. ``known``: whether a list ever told of the counter's dossiers."""

    counter_id: str
    name: str
    counts: DueCounts
    known: bool


class DueOverview(Struct, frozen=True):
    """What has to be returned at the counters of a unit. ``changed_at``: when an import last changed any of it;
    ``None`` when none was imported."""

    today: date
    next_day: date
    lines: tuple[DueAt, ...]
    changed_at: datetime | None

    @property
    def total(self) -> DueCounts:
        """All counters together."""
        each = [line.counts for line in self.lines]
        return DueCounts(sum(n.late for n in each), sum(n.today for n in each), sum(n.next for n in each))


class DueFacts(Struct, frozen=True):
    """What the imported lists of dossiers tell, by counter."""

    today: date
    next_day: date
    counts: Mapping[str, DueCounts]
    changed_at: Mapping[str, datetime]


class HourFacts(Struct, frozen=True):
    """What is known of the hours of the newest complete month: of the office of each unit, and by counter. ``unknown``:
    counters of which some ratings have no known hour."""

    first: date
    last: date
    open: Mapping[str, frozenset[int]]
    rated: Mapping[str, Collection[int]]
    visits: Mapping[str, Mapping[int, int]]
    unknown: Collection[str] = ()


class CounterLine(Struct, frozen=True):
    """One counter. ``visits``: how often somebody was served, as far as the list of dossiers tells. ``silence`` where
    many were served and nothing is heard."""

    counter_id: str
    name: str
    figure: Figure
    coverage: Coverage | None
    visits: int
    silence: Silence | None
    praise: tuple[Reason, ...]
    wishes: tuple[Wish, ...]
    hours: CounterHours


class OneStop(Struct, frozen=True):
    """The page."""

    unit_id: str
    name: str
    period: Period
    figure: Figure
    coverage: Coverage | None
    lines: tuple[CounterLine, ...]
    due: DueOverview
    hours_of: Period
    floor: int

    @property
    def tells_hours(self) -> bool:
        """Whether anything is known of the hours of any counter."""
        return any(line.hours.rated or line.hours.silent or line.hours.unknown for line in self.lines)

    @property
    def silent(self) -> tuple[CounterLine, ...]:
        """The counters of which nothing is heard."""
        return tuple(line for line in self.lines if line.silence)


def one_stop(
    facts: CounterFacts,
    unit_id: str,
    rules: Rules,
    due: DueFacts,
    kiosks: Sequence[KioskLine],
    hours: HourFacts,
) -> OneStop | None:
    """The page of a unit with everything below it; ``None`` when it is not there."""
    found = chosen_units(facts.here, None, unit_id)
    if not found:
        return None
    unit = found[0]
    total = figure_of_units(found, rules)
    lines = tuple(_line(facts, node, counter, rules, kiosks, hours) for node, counter in counters_of(unit))
    names = [(line.counter_id, line.name) for line in lines]
    return OneStop(
        unit_id=unit_id,
        name=unit.name,
        period=facts.here.period,
        figure=total,
        coverage=coverage_of(facts.here, found, total),
        lines=lines,
        due=due_overview(names, due),
        hours_of=period(Asked(PeriodName.MONTH, f"{hours.last:%Y-%m}"), hours.last),
        floor=rules.floor,
    )


def counters_of(unit: UnitNode) -> Iterator[tuple[UnitNode, CounterNode]]:
    """The counters of a unit and of those below it, each with its own unit; those that are named."""
    yield from ((unit, counter) for counter in unit.counters if counter.counter_id)
    for below in unit.units:
        yield from counters_of(below)


def due_overview(counters: Sequence[tuple[str, str]], due: DueFacts) -> DueOverview:
    """What has to be returned at some counters (id and name), in their order."""
    lines = tuple(
        DueAt(counter_id, name, due.counts.get(counter_id, DueCounts()), counter_id in due.changed_at)
        for counter_id, name in counters
    )
    changes = [due.changed_at[line.counter_id] for line in lines if line.known]
    return DueOverview(due.today, due.next_day, lines, max(changes, default=None))


def _line(
    facts: CounterFacts,
    unit: UnitNode,
    counter: CounterNode,
    rules: Rules,
    kiosks: Sequence[KioskLine],
    hours: HourFacts,
) -> CounterLine:
    counter_id = counter.counter_id
    figure = figure_of_counter(counter, rules)
    reasons = reasons_of_counter(facts.reasons, unit, counter_id, rules.floor)
    visits = visits_of_counter(facts.here, unit, counter_id)
    return CounterLine(
        counter_id=counter_id,
        name=counter.name,
        figure=figure,
        coverage=coverage_of_counter(facts.here, unit, counter_id, figure),
        visits=visits,
        silence=silence_of(figure, visits, kiosks_at(kiosks, unit.unit_id, counter_id)),
        praise=reasons.good,
        wishes=tuple(Wish(each, thing_to_try(each, facts.reasons.known)) for each in reasons.better),
        hours=counter_hours(
            counter_id,
            hours.open.get(unit.unit_id, frozenset()),
            hours.rated.get(counter_id, ()),
            hours.visits.get(counter_id, {}),
            unknown=counter_id in hours.unknown,
        ),
    )


def kiosks_at(kiosks: Sequence[KioskLine], unit_id: str, counter_id: str) -> list[KioskLine]:
    """The kiosks in use at which a counter can be rated: its own, and those in its unit's hall."""
    in_use = [kiosk for kiosk in kiosks if kiosk.state is not KioskState.REVOKED]
    return [
        each for each in in_use if each.counter_id == counter_id or (each.unit_id, each.counter_id) == (unit_id, "")
    ]


def silence_of(figure: Figure, visits: int, kiosks: Sequence[KioskLine]) -> Silence | None:
    """Whether nothing is heard of a counter, and as far as its kiosks tell, why."""
    if figure.rated != 0 or visits < BUSY_VISITS:
        return None
    if not kiosks:
        return Silence.NO_KIOSK
    lit = [kiosk for kiosk in kiosks if not kiosk.has_dead_screen]
    if not lit:
        return Silence.DARK
    return Silence.UNRATED if any(kiosk.state in _REACHED for kiosk in lit) else Silence.LOST
