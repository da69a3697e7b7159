"""The fair comparison as values: the units or counters right below one, and the months of that one. Pure but for
``gather``. Only what the first page may show is compared: shares of released groups, none of too few.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from math import sqrt

from msgspec import Struct

from sync.district.measures.disclosure import Rules, figure_of_counter, figure_of_units
from sync.district.measures.fair import ControlPoint, FairComparison, FairUnit, compare, control_chart
from sync.district.measures.index import Share
from sync.district.measures.organisation import TodayView
from sync.district.measures.placed import Spot, placed_counts
from sync.district.measures.released_counts import ReleasedCounts
from sync.district.measures.tree import UnitNode, find, unit_trees
from sync.district.store import releases
from sync.district.store.engine import Connection
from sync.district.store.figures import released_by_era
from sync.district.store.organisation import organisation
from sync.district.web.counted import alone, path_to

CHART_MONTHS = 24
SPANS = (3, 12)
"""Over how many months units are compared."""
WIDTH, HEIGHT = 640.0, 220.0


class FairCounts(Struct, frozen=True):
    """Released counts by month, up to ``last``; ``months``: their first days, the running one at the end."""

    last: date
    months: tuple[date, ...]
    view: TodayView
    counts: Mapping[Spot, ReleasedCounts]


class FairLine(Struct, frozen=True):
    """A unit, or a counter of the unit, among its like. ``unit_id`` is empty on a counter's line."""

    unit_id: str
    name: str
    compared: FairUnit


class ChartMonth(Struct, frozen=True):
    """A month of the control chart."""

    month: date
    point: ControlPoint


class LimitLine(Struct, frozen=True):
    """A limit as the points of a polyline. ``far``: an outer one."""

    points: str
    far: bool = False


class Drawing(Struct, frozen=True):
    """Lines and points on a sheet of ``WIDTH`` × ``HEIGHT`` whose lower edge is the share ``low``, its upper one 100 %.
    ``points``: x, y, whether it stands out."""

    low: float
    centre: float
    lines: tuple[LimitLine, ...]
    points: tuple[tuple[float, float, bool], ...]


class FairPage(Struct, frozen=True):
    """``left_out``: how many have too few ratings to be compared. ``trend``: empty while the unit has not enough months
    with a share; ``months_known``: how many it has."""

    name: str
    path: tuple[tuple[str, str], ...]
    span: int
    first: date
    last: date
    lines: tuple[FairLine, ...]
    left_out: int
    comparison: FairComparison | None
    funnel: Drawing | None
    trend: tuple[ChartMonth, ...]
    chart: Drawing | None
    months_known: int

    @property
    def of_counters(self) -> bool:
        """Whether it is counters that are compared."""
        return any(not line.unit_id for line in self.lines)


def gather(connection: Connection, today: date) -> FairCounts:
    """Reads two years of released counts by today's tree, in one query."""
    last = releases.shown_until(connection, today)
    months = [last.replace(day=1)]
    while len(months) < CHART_MONTHS:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    counts = released_by_era(connection, months[0], last, months[1:])
    return FairCounts(last, tuple(months), TodayView(organisation(connection), today), counts)


def fair_page(
    gathered: FairCounts,
    allowed: str | None,
    wanted: str | None,
    span: int,
    rules: Rules,
) -> FairPage | None:
    """The page for somebody ``allowed`` one unit (or all, ``None``) who ``wanted`` one; ``None``: not theirs to see.
    Whoever sits at a counter has no such page."""
    trees = _trees(gathered, CHART_MONTHS - span)
    top = trees if allowed is None else alone(trees, allowed)
    chosen = top if wanted is None else alone(top, wanted)
    if wanted is not None and not chosen:
        return None
    only = chosen[0] if len(chosen) == 1 else None
    like = _like(only, chosen, rules)
    shares = [(unit_id, name, share) for unit_id, name, share in like if share]
    comparison = compare([(share.satisfied, share.rated) for _, _, share in shares])
    lines = tuple(
        FairLine(unit_id, name, compared)
        for (unit_id, name, _), compared in zip(shares, comparison.units if comparison else (), strict=False)
    )
    known, trend = _trend(gathered, only, rules) if only else (0, ())
    return FairPage(
        name=only.name if only else "",
        path=path_to(only, allowed, gathered.view)[:-1] if only else (),
        span=span,
        first=gathered.months[-span],
        last=gathered.last,
        lines=tuple(sorted(lines, key=lambda line: -line.compared.shrunk)),
        left_out=len(like) - len(shares),
        comparison=comparison,
        funnel=_funnel(comparison) if comparison else None,
        trend=trend,
        chart=chart_of(trend) if trend else None,
        months_known=known,
    )


def _like(only: UnitNode | None, chosen: Sequence[UnitNode], rules: Rules) -> list[tuple[str, str, Share | None]]:
    """What is compared: units of one level, or a unit's counters."""
    units = chosen if only is None else only.units
    if only is not None and not units:
        return [("", node.name, figure_of_counter(node, rules).share) for node in only.counters if node.counter_id]
    return [(node.unit_id, node.name, figure_of_units([node], rules).share) for node in units]


def _trees(gathered: FairCounts, since: int) -> list[UnitNode]:
    """The unit trees with what was counted from the month number ``since`` on."""
    counts = {spot: counted for spot, counted in gathered.counts.items() if spot[0] >= since}
    return unit_trees(gathered.view, placed_counts(gathered.view, counts, {}))


def _trend(gathered: FairCounts, node: UnitNode, rules: Rules) -> tuple[int, tuple[ChartMonth, ...]]:
    """The finished months of a unit that have a share, and how many these are."""
    shares = _shares(gathered, node, rules)
    points = control_chart([None if share is None else (share.satisfied, share.rated) for share in shares])
    months = zip(gathered.months, points or (), strict=False)
    return sum(share is not None for share in shares), tuple(
        ChartMonth(month, point) for month, point in months if point is not None
    )


def _shares(gathered: FairCounts, node: UnitNode, rules: Rules) -> list[Share | None]:
    """The share of a unit in each finished month, from what was counted there alone."""
    view, by_month = gathered.view, defaultdict[int, dict[Spot, ReleasedCounts]](dict)
    for spot, counted in gathered.counts.items():
        if node.holds(view.place(*spot)[0]):
            by_month[spot[0]][spot] = counted
    found = list[Share | None]()
    for month in range(len(gathered.months) - 1):
        counts = placed_counts(view, by_month.get(month, {}), {})
        of_month = find(unit_trees(view, counts, also_empty=False), node.unit_id)
        found.append(figure_of_units([of_month], rules).share if of_month else None)
    return found


def _funnel(comparison: FairComparison) -> Drawing:
    """Share against the number of ratings (its square root, so that small units have room)."""
    units = sorted(comparison.units, key=lambda unit: unit.n)
    low = min(min(unit.share, unit.far_limits.low) for unit in units)
    largest = sqrt(units[-1].n) * 1.05

    def at(n: int, share: float) -> tuple[float, float]:
        return (round(sqrt(n) / largest * WIDTH, 1), _height(share, low, 1.0))

    ends = [
        [at(unit.n, end) for unit, end in zip(units, limits, strict=True)]
        for limits in zip(*(_ends(unit) for unit in units), strict=True)
    ]
    points = tuple((*at(unit.n, unit.share), not unit.limits.low <= unit.share <= unit.limits.high) for unit in units)
    lines = tuple(LimitLine(_polyline(end), far=i > 1) for i, end in enumerate(ends))
    return Drawing(low, _height(comparison.funnel, low, 1.0), lines, points)


def chart_of(trend: Sequence[ChartMonth]) -> Drawing:
    """Share against the month. A month without a share leaves its place empty, and the limits break off there."""
    low = min(min(each.point.share, each.point.limits.low) for each in trend)
    places = [_months_between(trend[0].month, each.month) for each in trend]
    step = WIDTH / (places[-1] + 1)
    lines = list[LimitLine]()
    for run in _runs(places):
        limits = [trend[i].point.limits for i in run]
        for ends in ([each.low for each in limits], [each.high for each in limits]):
            heights = [_height(end, low, 1.0) for end in ends]
            sides = [
                [(round((places[i] + side) * step, 1), height) for side in (0, 1)]
                for i, height in zip(run, heights, strict=True)
            ]
            lines.append(LimitLine(_polyline([corner for both in sides for corner in both])))
    points = tuple(
        (round((place + 0.5) * step, 1), _height(each.point.share, low, 1.0), each.point.is_unusual)
        for place, each in zip(places, trend, strict=True)
    )
    total = sum(each.point.n for each in trend)
    centre = sum(each.point.share * each.point.n for each in trend) / total
    return Drawing(low, _height(centre, low, 1.0), tuple(lines), points)


def _runs(places: Sequence[int]) -> list[list[int]]:
    """Which of some numbers follow each other without a gap, by their position."""
    runs = groupby(enumerate(places), key=lambda each: each[1] - each[0])
    return [[i for i, _ in run] for _, run in runs]


def _months_between(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month


def _ends(unit: FairUnit) -> tuple[float, float, float, float]:
    return (unit.limits.low, unit.limits.high, unit.far_limits.low, unit.far_limits.high)


def _height(share: float, low: float, high: float) -> float:
    return round(HEIGHT * (1 - (share - low) / max(high - low, 1e-9)), 1)


def _polyline(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)
