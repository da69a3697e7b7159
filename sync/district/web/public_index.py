"""The public index of a finished month as values: every unit of the district with what everybody may read. Pure but for
``work_out``."""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.rating import Score
from sync.district.domain.release import is_complete
from sync.district.measures.disclosure import Rules
from sync.district.measures.dossier_states import Coverage, at, coverage, lists_are_whole
from sync.district.measures.index import COVERAGE, FIVE_COUNTS, SHARE_SATISFIED, Counts, Share, share_satisfied
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import Asked, NotBegun, Period, PeriodName, containing, period
from sync.district.measures.public_figures import FixedMonth, FixedUnit, PublicUnit, fewest, public_units
from sync.district.measures.tree import unit_trees
from sync.district.store.engine import Connection
from sync.district.store.organisation import organisation
from sync.district.store.public_months import fixed_months
from sync.district.store.releases import shown_until
from sync.district.web.counted import Counted, counted, with_dossiers

MAX_MONTHS = 36
"""So many finished months are told."""


class PublicLine(Struct, frozen=True):
    """A unit: ``share`` with its five counts, ``None`` where too few rated or others could be found by it."""

    unit_id: str
    parent_id: str
    name: str
    level: str
    share: Share | None
    scores: Mapping[int, int]
    coverage: Coverage | None


class PublicMonth(Struct, frozen=True):
    """A finished month as it was told on the local day ``made_on``, each unit before those below it. ``minimum_n``,
    ``counters_from``, ``measures``: see ``FixedMonth``. ``is_fixed``: it is kept so for good; else nobody has rated in
    it yet, and nothing is told."""

    period: Period
    made_on: date
    minimum_n: int
    counters_from: int
    measures: Mapping[str, int]
    lines: tuple[PublicLine, ...]
    is_fixed: bool

    def unit(self, unit_id: str) -> PublicLine | None:
        """A unit; of one that stood in two places in the month the first."""
        return next((line for line in self.lines if line.unit_id == unit_id), None)

    def below(self, unit_id: str) -> list[PublicLine]:
        """The units right below one; with an empty id those at the top."""
        return [line for line in self.lines if line.parent_id == unit_id]

    def path(self, line: PublicLine) -> list[PublicLine]:
        """The units above one, from the top down."""
        above = self.unit(line.parent_id) if line.parent_id else None
        return [] if above is None else [*self.path(above), above]


def finished_months(until: date) -> list[Asked]:
    """The months that are complete (``COMPLETE_AFTER`` their end), the newest first."""
    ends, found = until, list[Asked]()
    while len(found) < MAX_MONTHS:
        ends = ends.replace(day=1) - timedelta(days=1)
        if is_complete(ends, until):
            found.append(containing(PeriodName.MONTH, ends))
    return found


def month_asked(of: str, until: date) -> Asked:
    """The month an address names, or the newest. Raises ``NotBegun`` for one that is not finished, or too old."""
    months = finished_months(until)
    found = next((month for month in months if not of or month.of == of), None)
    if found is None:
        raise NotBegun(f"{of} is no month that is told")
    return found


def work_out(connection: Connection, wanted: Asked, until: date, today: date, rules: Rules) -> FixedMonth:
    """What is told of a finished month from now on, added up by the tree of each day."""
    chosen = period(wanted, until)
    ratings = counted(connection, organisation(connection), chosen, today, TreeName.OF_THE_DAY)
    found = with_dossiers(connection, ratings)
    units = public_units(unit_trees(found.view, found.counts), rules)
    return FixedMonth(
        month=chosen.of,
        made_on=today,
        minimum_n=fewest(rules),
        counters_from=rules.floor,
        measures={measure.name: measure.version for measure in (SHARE_SATISFIED, FIVE_COUNTS, COVERAGE)},
        units=tuple(_fixed(each, found) for each in units),
    )


def public_month(fixed: FixedMonth, until: date, *, is_fixed: bool = True) -> PublicMonth:
    """A month that was told, with its shares."""
    return PublicMonth(
        period=period(Asked(PeriodName.MONTH, fixed.month), until),
        made_on=fixed.made_on,
        minimum_n=fixed.minimum_n,
        counters_from=fixed.counters_from,
        measures=fixed.measures,
        lines=tuple(_line(unit, fixed.minimum_n) for unit in fixed.units),
        is_fixed=is_fixed,
    )


def published_months(connection: Connection, today: date) -> list[PublicMonth]:
    """Every month that is kept as it was told, the oldest first."""
    until = shown_until(connection, today)
    return [public_month(fixed, until) for fixed in fixed_months(connection)]


def _fixed(unit: PublicUnit, found: Counted) -> FixedUnit:
    node, counts = unit.node, unit.counts
    return FixedUnit(
        unit_id=node.unit_id,
        parent_id=unit.parent_id,
        name=node.name,
        level=node.level,
        scores={int(score): counts.scores.get(score, 0) for score in Score} if counts else {},
        visits=_visits(unit, found) if counts else None,
    )


def _visits(unit: PublicUnit, found: Counted) -> int | None:
    nodes = [unit.node]
    return at(found.dossiers, nodes).visits if lists_are_whole(found.counts, found.dossiers, nodes) else None


def _line(unit: FixedUnit, minimum_n: int) -> PublicLine:
    share = share_satisfied(Counts(unit.scores, 0), minimum_n) if unit.scores else None
    return PublicLine(
        unit_id=unit.unit_id,
        parent_id=unit.parent_id,
        name=unit.name,
        level=unit.level,
        share=share,
        scores=unit.scores,
        coverage=_coverage(share, unit.visits) if share and unit.visits is not None else None,
    )


def _coverage(share: Share, visits: int) -> Coverage | None:
    """Of the ratings in the share alone: with the others, those of small counters could be found."""
    return coverage(share.rated, share.satisfied, share.rated, visits)
