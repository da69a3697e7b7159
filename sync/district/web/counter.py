"""A counter's own page: what is due, how it was rated, what citizens ask for. Pure.

What is told of ratings is what the first page tells of the counter: released groups only, nothing below the floor.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from kiosk.domain.deadlines import is_working_day
from sync.district.measures.comparison import Comparison, compare
from sync.district.measures.disclosure import Figure, Rules, figure_of_counter, figure_of_units
from sync.district.measures.dossier_states import Coverage, DossierCounts, coverage, lists_are_whole
from sync.district.measures.index import Share
from sync.district.measures.period import Period
from sync.district.measures.reasons import Answered, Meaning, Reason, Reasons, Side, reasons_at
from sync.district.measures.tree import CounterNode, UnitNode
from sync.district.store.dossiers_due import DueDossier
from sync.district.web.counted import Counted, chosen_units
from sync.district.web.overview import Gathered


class DueList(Struct, frozen=True):
    """Dossiers that are due on some days; ``n`` of them, of which the first are named."""

    n: int
    named: Sequence[DueDossier]


class DueDossiers(Struct, frozen=True):
    """What has to be returned. ``next_day``: the working day after today. ``as_of``: the last day the list knows of,
    ``None`` when no list was imported."""

    late: DueList
    today: DueList
    next: DueList
    next_day: date
    as_of: date | None


class Wish(Struct, frozen=True):
    """What citizens asked for, and the key of a text with one thing to try; empty when there is none."""

    reason: Reason
    to_try: str


class CounterPage(Struct, frozen=True):
    """The page of one counter."""

    counter_id: str
    name: str
    unit_name: str
    period: Period
    before: Period | None
    figure: Figure
    unit_figure: Figure
    coverage: Coverage | None
    comparison: Comparison | None
    wishes: tuple[Wish, ...]
    praise: tuple[Reason, ...]
    floor: int
    due: DueDossiers


def next_working_day(day: date, holidays: Holidays) -> date:
    """The working day after a day."""
    found = day + timedelta(days=1)
    while not is_working_day(found, holidays):
        found += timedelta(days=1)
    return found


def counter_page(
    gathered: Gathered, unit_id: str, counter_id: str, rules: Rules, due: DueDossiers
) -> CounterPage | None:
    """The page; ``None`` when there is no such counter in the unit today."""
    here = Counted(gathered.period, gathered.view, gathered.counts, gathered.dossiers)
    found = _counter(here, unit_id, counter_id)
    if found is None:
        return None
    unit, counter = found
    figure = figure_of_counter(counter, rules)
    earlier = gathered.others[0] if gathered.others else None
    reasons = _reasons(gathered, unit, counter_id, rules.floor)
    return CounterPage(
        counter_id=counter_id,
        name=counter.name,
        unit_name=unit.name,
        period=gathered.period,
        before=earlier.period if earlier else None,
        figure=figure,
        unit_figure=figure_of_units([unit], rules),
        coverage=_coverage(here, unit, counter_id, figure),
        comparison=compare(figure.share, _earlier(earlier, unit_id, counter_id, rules)),
        wishes=tuple(Wish(each, _to_try(each, gathered.reason_counts.known)) for each in reasons.better),
        praise=reasons.good,
        floor=rules.floor,
        due=due,
    )


def _counter(found: Counted, unit_id: str, counter_id: str) -> tuple[UnitNode, CounterNode] | None:
    for unit in chosen_units(found, None, unit_id):
        for counter in unit.counters:
            if counter.counter_id == counter_id:
                return unit, counter
    return None


def _earlier(found: Counted | None, unit_id: str, counter_id: str, rules: Rules) -> Share | None:
    there = found and _counter(found, unit_id, counter_id)
    return figure_of_counter(there[1], rules).share if there else None


def _reasons(gathered: Gathered, unit: UnitNode, counter_id: str, floor: int) -> Reasons:
    at = [(path, counter_id) for path in unit.paths]
    return reasons_at(at, gathered.reason_counts.counts, gathered.reason_counts.known, floor)


def _coverage(found: Counted, unit: UnitNode, counter_id: str, figure: Figure) -> Coverage | None:
    if figure.rated is None or not lists_are_whole(found.counts, found.dossiers, [unit]):
        return None
    numbers = [found.dossiers[path, counter_id] for path in unit.paths if (path, counter_id) in found.dossiers]
    share = figure.share
    return coverage(figure.rated, figure.satisfied, share.rated if share else 0, sum(numbers, DossierCounts({})).visits)


def _to_try(reason: Reason, known: Mapping[Answered, Meaning]) -> str:
    """The key of the text that goes with what was asked for: the answer's own name."""
    names = (answered.answer for answered, meaning in known.items() if meaning == Meaning(Side.BETTER, reason.words))
    return next(names, "")
