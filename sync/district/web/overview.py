"""The first page as values: what the reader may see of the unit tree, the kiosks and the server. Pure but for
``gather``.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.reference import Counter, Unit
from sync.district.domain.anomaly import TAMPERING
from sync.district.measures.index import NOTHING, Counts, Share, share_satisfied
from sync.district.measures.kiosk_state import KioskState, kiosk_state
from sync.district.measures.period import Period
from sync.district.measures.reasons import meanings, shipped_contents
from sync.district.measures.tree import CounterNode, Place, UnitNode, unit_trees
from sync.district.store import answers
from sync.district.store import figures as store
from sync.district.store.engine import Engine, reading
from sync.district.web.reasons import ReasonCounts, ReasonSection, reason_section
from sync.protocol.health import Judged, Level, count, judged_health

_WORRY = (KioskState.SILENT, KioskState.QUIET, KioskState.NEVER, KioskState.IN_TOUCH, KioskState.REVOKED)

MAX_LINES = 60
"""A tree with more lines is shown one level at a time."""


class Gathered(Struct, frozen=True):
    """Everything the page is decided from."""

    units: Sequence[Unit]
    counters: Sequence[Counter]
    counts: Mapping[Place, Counts]
    kiosks: Sequence[store.KioskRow]
    findings: Sequence[store.LedgerAnomaly]
    opening: store.Opening
    told: ReasonCounts


class Rules(Struct, frozen=True):
    """The settings that decide what is shown: see ``Settings``."""

    minimum_n: int
    group_floor: int


class Figure(Struct, frozen=True):
    """What may be shown of counts. ``rated`` is ``None`` for a group too small to show: then it is below
    ``fewer_than``. ``share`` is ``None`` below ``minimum_n`` ratings."""

    rated: int | None
    dossiers: int
    satisfied: int | None
    share: Share | None
    fewer_than: int
    minimum_n: int


class FigureLine(Struct, frozen=True):
    """One line of the tree. ``counter_id`` is ``None`` on a unit's line, empty for answers that named no counter."""

    unit_id: str
    counter_id: str | None
    name: str
    level: str
    depth: int
    figure: Figure


class LedgerLine(Struct, frozen=True):
    """One finding about a kiosk's ledger; ``serious`` when a person has to look into it."""

    kind: str
    n: int
    latest_at: datetime
    serious: bool


class KioskLine(Struct, frozen=True):
    """One kiosk. ``silent_for`` is ``None`` when it was never in touch; ``backlog`` (entries waiting on the box),
    ``oldest_day`` and ``set_aside`` are the box's own word, ``None`` when it never said. ``devices``: what it last said
    of its parts, by the names of ``sync.protocol.health``; nothing for a revoked one."""

    device_id: str
    unit_name: str
    counter_name: str
    state: KioskState
    last_contact_at: datetime | None
    silent_for: timedelta | None
    backlog: int | None
    oldest_day: date | None
    set_aside: int | None
    findings: tuple[LedgerLine, ...]
    devices: Mapping[str, Judged]

    @property
    def has_failed_device(self) -> bool:
        """Whether somebody has to act on a part of the kiosk."""
        return any(fact.level is Level.FAILED for fact in self.devices.values())


class Overview(Struct, frozen=True):
    """The first page. ``path`` leads from the top of what the person may see to the unit that is shown."""

    period: Period
    rules: Rules
    made_at: datetime
    path: tuple[tuple[str, str], ...]
    name: str
    total: Figure
    lines: tuple[FigureLine, ...]
    reasons: ReasonSection
    kiosks: tuple[KioskLine, ...]
    opening: store.Opening
    opening_lag: timedelta

    @property
    def kiosk_states(self) -> list[tuple[KioskState, int]]:
        """How many kiosks are in each state that occurs, the most worrying first."""
        states = [kiosk.state for kiosk in self.kiosks]
        return [(state, states.count(state)) for state in _WORRY if state in states]


def gather(engine: Engine, period: Period, *, private: bool = False) -> Gathered:
    """Reads one unchanging state of the database. ``private``: with the answers to private questions,
    which are not even read for people who may not see them."""
    with reading(engine) as connection:
        return Gathered(
            units=store.all_units(connection),
            counters=store.all_counters(connection),
            counts=store.counts_by_place(connection, period.first, period.last),
            kiosks=store.kiosks(connection),
            findings=store.ledger_anomalies(connection),
            opening=store.opening(connection),
            told=ReasonCounts(
                counts=answers.counts_by_place(connection, period.first, period.last),
                known=meanings([*shipped_contents(), *answers.questionnaire_contents(connection)]),
                sensitive=answers.sensitive_by_unit(connection, period.first, period.last) if private else None,
            ),
        )


def overview(
    gathered: Gathered, allowed: str | None, wanted: str | None, rules: Rules, period: Period, now: datetime
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
        period=period,
        rules=rules,
        made_at=now,
        path=_path(tops, only.unit_id) if only else (),
        name=only.name if only else "",
        total=_unit_figure(chosen, rules),
        lines=tuple(_lines([only.units, only.counters] if only else [chosen, []], rules)),
        reasons=reason_section(gathered.told, chosen, rules.group_floor),
        kiosks=tuple(_kiosks(gathered, ids, now)),
        opening=gathered.opening,
        opening_lag=now - gathered.opening.oldest_at if gathered.opening.oldest_at else timedelta(0),
    )


def _path(tops: Sequence[UnitNode], unit_id: str) -> tuple[tuple[str, str], ...]:
    for node in tops:
        if node.unit_id == unit_id:
            return ((node.unit_id, node.name),)
        below = _path(node.units, unit_id)
        if below:
            return ((node.unit_id, node.name), *below)
    return ()


def _figure(counts: Counts, rules: Rules, floor: int) -> Figure:
    shown = counts.rated == 0 or counts.rated >= floor
    share = share_satisfied(counts, max(rules.minimum_n, floor))
    return Figure(
        rated=counts.rated if shown else None,
        dossiers=counts.dossiers,
        satisfied=share.satisfied if share else None,
        share=share,
        fewer_than=floor,
        minimum_n=rules.minimum_n,
    )


def _unit_figure(units: Sequence[UnitNode], rules: Rules) -> Figure:
    """How many rated and how many dossiers are exact; the share is that of counters with enough ratings to show."""
    whole = sum((unit.counts for unit in units), NOTHING)
    share = share_satisfied(sum((unit.of_groups(rules.group_floor) for unit in units), NOTHING), rules.minimum_n)
    return replace(_figure(whole, rules, 0), share=share, satisfied=share.satisfied if share else None)


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
    return FigureLine(unit.unit_id, None, unit.name, unit.level, depth, _unit_figure([unit], rules))


def _counter_line(unit_id: str, node: CounterNode, depth: int, rules: Rules) -> FigureLine:
    figure = _figure(node.counts, rules, rules.group_floor)
    return FigureLine(unit_id, node.counter_id, node.name, "", depth, figure)


def _kiosks(gathered: Gathered, ids: frozenset[str] | None, now: datetime) -> list[KioskLine]:
    units = {unit.unit_id: unit.name for unit in gathered.units}
    counters = {counter.counter_id: counter.name for counter in gathered.counters}
    lines = [
        KioskLine(
            device_id=row.device_id,
            unit_name=units.get(row.unit_id, row.unit_id),
            counter_name=counters.get(row.counter_id, row.counter_id) if row.counter_id else "",
            state=kiosk_state(row.active, row.last_contact_at, now),
            last_contact_at=row.last_contact_at,
            silent_for=now - row.last_contact_at if row.last_contact_at else None,
            backlog=count(row.health.get("pending")),
            oldest_day=_day(row.health.get("oldest_day")),
            set_aside=count(row.health.get("set_aside")),
            findings=tuple(_ledger_lines(gathered.findings, row.device_id)),
            devices=judged_health(row.health) if row.active else {},
        )
        for row in gathered.kiosks
        if ids is None or row.unit_id in ids
    ]
    return sorted(lines, key=_worry)


def _worry(kiosk: KioskLine) -> tuple[bool, bool, int]:
    """What needs a person first: a ledger that does not hold, then silence or a device that failed; the order of places
    otherwise."""
    ledger_holds = not any(found.serious for found in kiosk.findings)
    is_well = kiosk.state is not KioskState.SILENT and not kiosk.has_failed_device
    return (ledger_holds, is_well, _WORRY.index(kiosk.state))


def _ledger_lines(findings: Sequence[store.LedgerAnomaly], device_id: str) -> list[LedgerLine]:
    own = [finding for finding in findings if finding.device_id == device_id]
    return [LedgerLine(found.kind, found.n, found.latest_at, found.kind in TAMPERING) for found in own]


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
