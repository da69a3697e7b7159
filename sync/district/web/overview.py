"""The first page as values: what the reader may see of the unit tree, the kiosks and the server. Pure but for
``gather``.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from kiosk.domain.reference import Counter, Unit
from sync.district.measures.disclosure import Figure, Rules, figure_of_counter, figure_of_units
from sync.district.measures.index import Counts
from sync.district.measures.kiosk_state import KioskState
from sync.district.measures.period import Period, PeriodName, period
from sync.district.measures.reasons import meanings, shipped_contents
from sync.district.measures.tree import CounterNode, Place, UnitNode, unit_trees
from sync.district.store import answers, releases
from sync.district.store import figures as store
from sync.district.store.engine import Engine, reading
from sync.district.web.kiosks import WORRY, KioskLine, OpeningLine, coarse_opening, kiosk_lines
from sync.district.web.reasons import ReasonCounts, ReasonSection, reason_section

MAX_LINES = 60
"""A tree with more lines is shown one level at a time."""


class Gathered(Struct, frozen=True):
    """Everything the page is decided from."""

    period: Period
    units: Sequence[Unit]
    counters: Sequence[Counter]
    counts: Mapping[Place, Counts]
    kiosks: Sequence[store.KioskRow]
    findings: Sequence[store.LedgerAnomaly]
    opening: store.Opening
    told: ReasonCounts
    undated: Mapping[str, int]


class FigureLine(Struct, frozen=True):
    """One line of the tree. ``counter_id`` is ``None`` on a unit's line, empty for answers that named no counter."""

    unit_id: str
    counter_id: str | None
    name: str
    level: str
    depth: int
    figure: Figure


class Overview(Struct, frozen=True):
    """The first page. ``path`` leads from the top of what the person may see to the unit that is shown."""

    period: Period
    rules: Rules
    made_at: datetime
    path: tuple[tuple[str, str], ...]
    name: str
    total: Figure
    lines: tuple[FigureLine, ...]
    undated: int
    reasons: ReasonSection
    kiosks: tuple[KioskLine, ...]
    opening: OpeningLine

    @property
    def kiosk_states(self) -> list[tuple[KioskState, int]]:
        """How many kiosks are in each state that occurs, the most worrying first."""
        states = [kiosk.state for kiosk in self.kiosks]
        return [(state, states.count(state)) for state in WORRY if state in states]


def gather(engine: Engine, name: PeriodName, today: date, *, private: bool = False) -> Gathered:
    """Reads one unchanging state of the database. ``private``: with the answers to private questions,
    which are not even read for people who may not see them."""
    with reading(engine) as connection:
        chosen = period(name, releases.shown_until(connection, today))
        return Gathered(
            period=chosen,
            units=store.all_units(connection),
            counters=store.all_counters(connection),
            counts=store.counts_by_place(connection, chosen.first, chosen.last),
            kiosks=store.kiosks(connection),
            findings=store.ledger_anomalies(connection),
            opening=store.opening(connection),
            undated=store.undated_by_unit(connection),
            told=ReasonCounts(
                counts=answers.counts_by_place(connection, chosen.first, chosen.last),
                known=meanings([*shipped_contents(), *answers.questionnaire_contents(connection)]),
                sensitive=answers.sensitive_by_unit(connection, chosen.first, chosen.last) if private else None,
            ),
        )


def overview(
    gathered: Gathered, allowed: str | None, wanted: str | None, rules: Rules, now: datetime
) -> Overview | None:
    """The page for someone ``allowed`` one unit (or all, ``None``) who ``wanted`` one. ``None``: not theirs to see."""
    trees = unit_trees(gathered.units, gathered.counters, gathered.counts)
    tops = trees if allowed is None else [found for tree in trees if (found := tree.find(allowed))]
    chosen = tops if wanted is None else [found for top in tops if (found := top.find(wanted))]
    if wanted is not None and not chosen:
        return None
    only = chosen[0] if len(chosen) == 1 else None
    everything = wanted is None and allowed is None
    ids = None if everything else frozenset[str]().union(*(node.ids() for node in chosen))
    return Overview(
        period=gathered.period,
        rules=rules,
        made_at=now,
        path=_path(tops, only.unit_id) if only else (),
        name=only.name if only else "",
        total=figure_of_units(chosen, rules),
        lines=tuple(_lines([only.units, only.counters] if only else [chosen, []], rules)),
        undated=sum(n for unit_id, n in gathered.undated.items() if ids is None or unit_id in ids),
        reasons=reason_section(gathered.told, chosen, rules.floor),
        kiosks=tuple(kiosk_lines(gathered.units, gathered.counters, gathered.kiosks, gathered.findings, ids, now)),
        opening=coarse_opening(gathered.opening, now),
    )


def _path(tops: Sequence[UnitNode], unit_id: str) -> tuple[tuple[str, str], ...]:
    for node in tops:
        if node.unit_id == unit_id:
            return ((node.unit_id, node.name),)
        below = _path(node.units, unit_id)
        if below:
            return ((node.unit_id, node.name), *below)
    return ()


def _lines(below: Sequence[Sequence[UnitNode] | Sequence[CounterNode]], rules: Rules) -> list[FigureLine]:
    units = [node for nodes in below for node in nodes if isinstance(node, UnitNode)]
    counters = [node for nodes in below for node in nodes if isinstance(node, CounterNode)]
    own = [_counter_line("", node, 0, rules) for node in counters]
    whole = [line for unit in units for line in _branch(unit, 0, rules)]
    if len(whole) + len(own) > MAX_LINES:
        whole = [_unit_line(unit, 0, rules) for unit in units]
    return own + whole


def _branch(unit: UnitNode, depth: int, rules: Rules) -> list[FigureLine]:
    counters = [_counter_line(unit.unit_id, node, depth + 1, rules) for node in unit.counters]
    below = [line for node in unit.units for line in _branch(node, depth + 1, rules)]
    return [_unit_line(unit, depth, rules), *counters, *below]


def _unit_line(unit: UnitNode, depth: int, rules: Rules) -> FigureLine:
    return FigureLine(unit.unit_id, None, unit.name, unit.level, depth, figure_of_units([unit], rules))


def _counter_line(unit_id: str, node: CounterNode, depth: int, rules: Rules) -> FigureLine:
    return FigureLine(unit_id, node.counter_id, node.name, "", depth, figure_of_counter(node, rules))
