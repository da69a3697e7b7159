"""Read the figures of a unit's period as its documents print them and as they are closed."""

from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from sync.district.domain.closed_period import ClosedPeriod
from sync.district.domain.release import Stream
from sync.district.measures.catalogue import Page, listed_on
from sync.district.measures.closed_figures import (
    FORM,
    ClosedDossiers,
    ClosedLeast,
    ClosedLine,
    ClosedTarget,
    PeriodFigures,
    PeriodSum,
    about_late,
    closed_figure,
    closed_reasons,
    figures_from,
)
from sync.district.measures.cover import last_of_month
from sync.district.measures.disclosure import Rules
from sync.district.measures.dossier_states import DossierCounts
from sync.district.measures.indicator_rules import IndicatorRules
from sync.district.measures.organisation import DayView, Organisation, Path, TreeName
from sync.district.measures.period import Asked, Period, PeriodName, label
from sync.district.reports.apologies import ApologyReadings, read_apologies
from sync.district.reports.late_notes import LateReadings, read_late
from sync.district.reports.places import name_above
from sync.district.store import closings
from sync.district.store.engine import Connection
from sync.district.store.organisation import organisation
from sync.district.times import local_day
from sync.district.web import indicators as indicator_page
from sync.district.web import overview as first_page
from sync.district.web.indicators import IndicatorReadings, Indicators
from sync.district.web.overview import FigureLine, Gathered, Overview

_ONE_DAY = timedelta(days=1)


class LateRatings(Struct, frozen=True):
    """Ratings and corrections of a closed period that were released after it was closed: at the unit with all below
    it, and by the units right below it (their ids; the unit's own id for its own counters)."""

    ratings: int
    corrections: int
    by_unit: tuple[tuple[str, str, int], ...]


class HowToRead(Struct, frozen=True):
    """By which settings and rules figures are read, and when. ``allowed``: the unit of the reader, ``None`` for who may
    see every one; what is closed is closed as a whole, for nobody in particular."""

    rules: Rules
    law: IndicatorRules
    now: datetime
    allowed: str | None = None


class DistrictReadings(Struct, frozen=True):
    """What the figures of any unit in a period are decided from, read once for all of them."""

    gathered: Gathered
    readings: IndicatorReadings
    late: LateReadings
    apologies: ApologyReadings


def read_district(
    connection: Connection, wanted: Asked, how: HowToRead, unit_id: str | None = None
) -> DistrictReadings:
    """Reads a period, to be added up by the tree of each day; what came late for one unit alone where one is named.
    Raises ``NotBegun``."""
    today, tree = local_day(how.now), TreeName.OF_THE_DAY
    gathered = first_page.gathered_from(connection, wanted, today, tree)
    came_late = read_late(connection, gathered.period, gathered.organisation, today, unit_id)
    readings = indicator_page.gathered_from(connection, wanted, today, tree)
    view = DayView(gathered.organisation, gathered.period.first, gathered.period.last, today)
    return DistrictReadings(gathered, readings, came_late, read_apologies(connection, gathered.period, view))


def read_figures(connection: Connection, wanted: Asked, unit_id: str, how: HowToRead) -> PeriodFigures | None:
    """The figures of a unit with everything below it, from one unchanging state of the database; ``None`` when it was
    not there or is not the reader's to see. Raises ``NotBegun``."""
    return figures_for(connection, read_district(connection, wanted, how, unit_id), unit_id, how)


def figures_for(connection: Connection, read: DistrictReadings, unit_id: str, how: HowToRead) -> PeriodFigures | None:
    """As ``read_figures``, of what was read already in this transaction."""
    targets = how.law.satisfied_target
    page = first_page.overview(read.gathered, how.allowed, unit_id, how.rules, how.now, targets=targets)
    single = indicator_page.indicators(read.readings, how.allowed, unit_id, how.rules, how.law, how.now)
    if page is None or single is None:
        return None
    return replace(
        _figures(read.gathered, page, single),
        months=_sum_of_months(connection, unit_id, page.period),
        late_before=read.late.notes(unit_id),
        apologies=read.apologies.figures(unit_id),
    )


def late(connection: Connection, closed: ClosedPeriod, today: date, known: Organisation | None = None) -> LateRatings:
    """What was released after a period was closed, put where it belongs by the tree of each day. ``known``: who asks
    for several reads it once."""
    figures = figures_from(closed.content)
    view = DayView(known or organisation(connection), figures.first, figures.ends, today)
    found = closings.released_after(connection, closed, figures.first, figures.ends, view.bounds)
    ratings = corrections = 0
    by_unit: dict[str, int] = {}
    for (era, unit_id, counter_id), numbers in found.items():
        path = view.place(era, unit_id, counter_id)[0]
        if closed.unit_id in path:
            n = numbers[Stream.RATING]
            ratings, corrections = ratings + n, corrections + numbers[Stream.CORRECTION]
            below = _right_below(path, closed.unit_id)
            by_unit[below] = by_unit.get(below, 0) + n
    named = [(each, unit.name if (unit := view.unit(each)) else each, n) for each, n in sorted(by_unit.items()) if n]
    return LateRatings(ratings, corrections, tuple(named))


def _right_below(path: Path, unit_id: str) -> str:
    place = path.index(unit_id)
    return path[place + 1] if place + 1 < len(path) else unit_id


def _figures(gathered: Gathered, page: Overview, single: Indicators) -> PeriodFigures:
    period, preceding = page.period, page.compared[0] if page.compared else None
    listed = (*listed_on(Page.FIRST), *listed_on(Page.INDICATORS))
    return PeriodFigures(
        form=FORM,
        period=str(period.name),
        of=period.of,
        first=period.first or period.last,
        last=period.last,
        ends=period.ends,
        unit_id=page.unit_id,
        office=page.name,
        parent=name_above(gathered, page),
        tree=str(page.tree),
        trees_differ=page.trees_differ,
        minimum_n=page.rules.minimum_n,
        group_floor=page.rules.group_floor,
        measures={each.name: each.version for each in listed},
        total=closed_figure(page.total),
        visits=page.coverage.visits if page.coverage else None,
        before=closed_figure(preceding.figure) if preceding else None,
        lines=tuple(_line(each) for each in page.lines),
        better=closed_reasons(page.reasons.total.better),
        good=closed_reasons(page.reasons.total.good),
        dossiers=_dossiers(page.unit_id, None, page.name, single.dossiers),
        dossier_lines=tuple(
            _dossiers(each.unit_id, each.counter_id, each.name, each.dossiers) for each in single.lines
        ),
        questions=about_late([figure for asking in single.asking for figure in asking.questions]),
        made_on=page.today,
        target=ClosedTarget(str(single.target.below), single.target.source) if single.target else None,
        satisfied_target=ClosedLeast(str(page.target.at_least), page.target.source) if page.target else None,
    )


def _line(line: FigureLine) -> ClosedLine:
    figure = closed_figure(line.figure)
    return ClosedLine(
        line.unit_id, line.counter_id, line.name, line.level, line.depth, figure, line.last_day, line.former
    )


def _dossiers(unit_id: str, counter_id: str | None, name: str, counts: DossierCounts) -> ClosedDossiers:
    numbers = {str(state): n for state, n in sorted(counts.numbers.items()) if n}
    return ClosedDossiers(unit_id, counter_id, name, numbers)


def _sum_of_months(connection: Connection, unit_id: str, period: Period) -> PeriodSum | None:
    """What the months of a longer period were closed with; ``None`` unless all are closed."""
    if period.name is PeriodName.MONTH or period.first is None:
        return None
    months, day = [], period.first
    while day <= period.ends:
        months.append(label(PeriodName.MONTH, day))
        day = last_of_month(day) + _ONE_DAY
    found = closings.newest(connection, unit_id, PeriodName.MONTH, months)
    if len(found) < len(months):
        return None
    rated = sum(figures_from(each.content).total.rated or 0 for each in found.values())
    return PeriodSum(f"{months[0]}..{months[-1]}", rated)
