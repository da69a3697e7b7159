"""The public index of a finished month as values: every unit of the district with what everybody may read. Pure but for
``read_month``."""

from collections.abc import Mapping
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.rating import Score
from sync.district.measures.disclosure import Rules
from sync.district.measures.dossier_states import Coverage, at, coverage, lists_are_whole
from sync.district.measures.index import Share, share_satisfied
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import Asked, NotBegun, Period, PeriodName, containing, period
from sync.district.measures.public_figures import PublicUnit, public_units
from sync.district.measures.tree import unit_trees
from sync.district.store.engine import Connection
from sync.district.store.organisation import organisation
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
    """A finished month, each unit before those below it. ``until``: the last day that may be shown when it was made."""

    period: Period
    until: date
    made_on: date
    rules: Rules
    lines: tuple[PublicLine, ...]

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
    """The months of which every day may be shown, the newest first."""
    day, found = until + timedelta(days=1), list[Asked]()
    while len(found) < MAX_MONTHS:
        day = day.replace(day=1) - timedelta(days=1)
        found.append(containing(PeriodName.MONTH, day))
    return found


def month_asked(of: str, until: date) -> Asked:
    """The month an address names, or the newest. Raises ``NotBegun`` for one that is not finished, or too old."""
    months = finished_months(until)
    found = next((month for month in months if not of or month.of == of), None)
    if found is None:
        raise NotBegun(f"{of} is no month that is told")
    return found


def read_month(connection: Connection, wanted: Asked, until: date, today: date, rules: Rules) -> PublicMonth:
    """A finished month, added up by the tree of each day."""
    chosen = period(wanted, until)
    ratings = counted(connection, organisation(connection), chosen, today, TreeName.OF_THE_DAY)
    found = with_dossiers(connection, ratings)
    units = public_units(unit_trees(found.view, found.counts), rules)
    return PublicMonth(chosen, until, today, rules, tuple(_line(each, found, rules) for each in units))


def _line(unit: PublicUnit, found: Counted, rules: Rules) -> PublicLine:
    node, counts = unit.node, unit.counts
    share = None if counts is None else share_satisfied(counts, max(rules.minimum_n, rules.floor))
    return PublicLine(
        unit_id=node.unit_id,
        parent_id=unit.parent_id,
        name=node.name,
        level=node.level,
        share=share,
        scores={int(score): counts.scores.get(score, 0) for score in Score} if counts and share else {},
        coverage=_coverage(unit, found, share) if share else None,
    )


def _coverage(unit: PublicUnit, found: Counted, share: Share) -> Coverage | None:
    """Of the ratings in the share alone: with the others, those of small counters could be found."""
    nodes = [unit.node]
    if not lists_are_whole(found.counts, found.dossiers, nodes):
        return None
    return coverage(share.rated, share.satisfied, share.rated, at(found.dossiers, nodes).visits)
