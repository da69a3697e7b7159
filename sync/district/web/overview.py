"""The first page as values: what the reader may see of the unit tree, the kiosks and the server. Pure but for
``gather``.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from sync.district.domain.objection import ObjectionState
from sync.district.measures.comparison import Comparison, compare
from sync.district.measures.cuts import Cut, CutKey, cuts, procedures_in
from sync.district.measures.disclosure import Figure, Rules, figure_of_counter, figure_of_units
from sync.district.measures.dossier_states import Coverage, DossierCounts, at, coverage, lists_are_whole
from sync.district.measures.index import Counts
from sync.district.measures.indicator_rules import SatisfiedTarget, in_force_on
from sync.district.measures.invitations import InvitationSection, invitation_section
from sync.district.measures.kiosk_state import KioskState
from sync.district.measures.kiosks import (
    WORRY,
    KioskLine,
    KnownKiosks,
    Opening,
    OpeningLine,
    coarse_opening,
    kiosk_lines,
)
from sync.district.measures.organisation import (
    Branch,
    DayView,
    Organisation,
    Path,
    TreeName,
    TreeView,
    differs,
    places_below,
)
from sync.district.measures.period import Asked, Period, after, before, period, year_before
from sync.district.measures.placed import placed, placed_units
from sync.district.measures.reasons import meanings, shipped_contents
from sync.district.measures.targets import Targeted, targeted
from sync.district.measures.tree import CounterNode, UnitNode
from sync.district.store import answers, releases
from sync.district.store import figures as store
from sync.district.store.engine import Connection, Engine, reading
from sync.district.store.invitations import invitations_by_era
from sync.district.store.known_kiosks import known_kiosks
from sync.district.store.objections import objections_in
from sync.district.store.organisation import organisation
from sync.district.store.raw_sums import Only
from sync.district.web.counted import Counted, chosen_units, counted, name_of, path_to, with_dossiers
from sync.district.web.objections import states_beside
from sync.district.web.own_counters import at_counters, counted_at, counters_below
from sync.district.web.reasons import ReasonCounts, ReasonSection, reason_section

MAX_LINES = 60
"""A tree with more lines is shown one level at a time."""


class Gathered(Struct, frozen=True):
    """Everything the page is decided from. ``view``: the tree by which it is added up; ``trees_differ``: whether the
    other one could give other figures. ``own_alone``: of the reader's own counters alone. ``procedures``: names by
    id."""

    period: Period
    tree: TreeName
    trees_differ: bool
    today: date
    organisation: Organisation
    view: TreeView
    counts: Mapping[Branch, Counts]
    kiosks: KnownKiosks
    opening: Opening
    reason_counts: ReasonCounts
    undated: Mapping[Path, int]
    dossiers: Mapping[Branch, DossierCounts] = {}
    others: tuple[Counted, ...] = ()
    next_period: Period | None = None
    invitations: Mapping[Branch, Mapping[str, int]] = {}
    objected: Mapping[str, tuple[ObjectionState, ...]] = {}
    own_alone: bool = False
    cuts: Mapping[Branch, Mapping[CutKey, int]] = {}
    procedures: Mapping[str, str] = {}

    def at(self, counters: frozenset[str]) -> "Gathered":
        """The same of some counters alone, for whoever sits there."""
        here = counted_at(Counted(self.period, self.view, self.counts, self.dossiers), counters)
        reasons = replace(self.reason_counts, counts=at_counters(self.reason_counts.counts, counters), sensitive=None)
        return replace(
            self,
            view=here.view,
            counts=here.counts,
            dossiers=here.dossiers,
            others=tuple(counted_at(other, counters) for other in self.others),
            reason_counts=reasons,
            undated={},
            invitations=at_counters(self.invitations, counters),
            cuts=at_counters(self.cuts, counters),
            objected={counter: states for counter, states in self.objected.items() if counter in counters},
            own_alone=True,
        )


class ComparedLine(Struct, frozen=True):
    """Another period beside the one that is shown, and how the shown one differs from it."""

    period: Period
    figure: Figure
    comparison: Comparison | None


class FigureLine(Struct, frozen=True):
    """One line of the tree. ``counter_id`` is ``None`` on a unit's line, empty for answers that named no counter.
    ``last_day``: of a unit that has ended; ``former``: the unit from which a counter's figures were taken over."""

    unit_id: str
    counter_id: str | None
    name: str
    level: str
    depth: int
    figure: Figure
    last_day: date | None = None
    former: str = ""


class Overview(Struct, frozen=True):
    """The first page. ``path`` leads from the top of what the person may see to the unit that is shown. ``objected``:
    by counter, how the objections stand that belong beside its figure. ``own_alone``: it tells of the reader's own
    counters alone, also where a unit is named."""

    period: Period
    today: date
    tree: TreeName
    trees_differ: bool
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
    coverage: Coverage | None
    compared: tuple[ComparedLine, ...]
    next_period: Period | None
    invitations: InvitationSection | None
    objected: Mapping[str, tuple[ObjectionState, ...]] = {}
    own_alone: bool = False
    cuts: tuple[Cut, ...] = ()
    target: Targeted | None = None

    @property
    def unit_id(self) -> str:
        """The unit that is shown; empty for several."""
        return self.path[-1][0] if self.path else ""

    @property
    def kiosk_states(self) -> list[tuple[KioskState, int]]:
        """How many kiosks are in each state that occurs, the most worrying first."""
        states = [kiosk.state for kiosk in self.kiosks]
        return [(state, states.count(state)) for state in WORRY if state in states]


def gather(
    engine: Engine,
    wanted: Asked,
    today: date,
    tree: TreeName = TreeName.OF_THE_DAY,
    *,
    private: bool = False,
    within: str | None = None,
) -> Gathered:
    """Reads one unchanging state of the database. ``private``: with the answers to private questions,
    which are not even read for people who may not see them. ``within``: the unit that is shown alone. Raises
    ``NotBegun``."""
    with reading(engine) as connection:
        return gathered_from(connection, wanted, today, tree, private=private, with_cuts=True, within=within)


def gathered_from(
    connection: Connection,
    wanted: Asked,
    today: date,
    tree: TreeName = TreeName.OF_THE_DAY,
    *,
    private: bool = False,
    with_cuts: bool = False,
    within: str | None = None,
) -> Gathered:
    """As ``gather``, in a transaction that reads more than this. ``with_cuts``: also by stage, field,
    procedure and language, which no document tells."""
    until = releases.shown_until(connection, today)
    chosen = period(wanted, until)
    known = organisation(connection)
    found = with_dossiers(connection, counted(connection, known, chosen, today, tree, within))
    span = (chosen.first, chosen.last, found.view.bounds, found.only)
    last_era = len(found.view.bounds)
    undated = {(last_era, unit_id): n for unit_id, n in store.undated_by_unit(connection).items()}
    cut = store.cuts_by_era(connection, *span) if with_cuts else {}
    private_answers = answers.sensitive_by_era(connection, *span) if private else None
    others = (before(chosen), year_before(chosen))
    return Gathered(
        period=chosen,
        tree=tree,
        trees_differ=differs(known, chosen.first, today),
        today=today,
        organisation=known,
        view=found.view,
        counts=found.counts,
        dossiers=found.dossiers,
        others=tuple(counted(connection, known, other, today, tree, within) for other in others if other is not None),
        next_period=after(chosen, until),
        objected=objected_in(connection, chosen),
        kiosks=known_kiosks(connection, today, only=_kiosks_below(known, today, within)),
        opening=store.opening(connection),
        undated=placed_units(found.view, undated),
        invitations=placed(found.view, invitations_by_era(connection, *span)),
        cuts=placed(found.view, cut),
        procedures=store.procedure_names(connection, procedures_in(cut)),
        reason_counts=ReasonCounts(
            counts=placed(found.view, answers.counts_by_era(connection, *span)),
            known=meanings([*shipped_contents(), *answers.questionnaire_contents(connection)]),
            sensitive=None if private_answers is None else placed_units(found.view, private_answers),
        ),
    )


def _kiosks_below(known: Organisation, today: date, within: str | None) -> Only:
    """Where the work of a unit's kiosks of today was counted."""
    return Only(None if within is None else places_below(known, DayView(known, today, today, today), within))


def objected_in(connection: Connection, of: Period) -> dict[str, tuple[ObjectionState, ...]]:
    """By counter, how the objections stand that belong beside its figure of a period."""
    return states_beside(objections_in(connection, of.first, of.ends), of.first, of.ends)


def overview(
    gathered: Gathered,
    allowed: str | None,
    wanted: str | None,
    rules: Rules,
    now: datetime,
    *,
    compares_invitations: bool = False,
    targets: Sequence[SatisfiedTarget] = (),
) -> Overview | None:
    """The page for someone ``allowed`` one unit (or all, ``None``) who ``wanted`` one. ``None``: not theirs to see.
    ``compares_invitations``: whether they read of invitations counter by counter. ``targets``: what plans ask for of
    whole units; a reader's own counters are not judged by it."""
    here = Counted(gathered.period, gathered.view, gathered.counts, gathered.dossiers)
    chosen = chosen_units(here, allowed, wanted)
    if wanted is not None and not chosen:
        return None
    only = chosen[0] if len(chosen) == 1 else None
    everything = wanted is None and allowed is None
    known = gathered.organisation
    total = figure_of_units(chosen, rules)
    ids = None if everything else known.below(wanted or allowed or "", gathered.today)
    return Overview(
        period=gathered.period,
        today=gathered.today,
        tree=gathered.tree,
        trees_differ=gathered.trees_differ,
        rules=rules,
        made_at=now,
        path=path_to(only, allowed, gathered.view) if only else (),
        name=only.name if only else name_of(gathered.view, allowed if not chosen else None),
        total=total,
        lines=tuple(_own_lines(chosen, rules) if gathered.own_alone else _lines(chosen, only, rules)),
        undated=sum(
            n for path, n in gathered.undated.items() if everything or any(node.holds(path) for node in chosen)
        ),
        reasons=reason_section(gathered.reason_counts, chosen, rules.floor),
        kiosks=tuple(kiosk_lines(known, gathered.kiosks, ids, now)),
        opening=coarse_opening(gathered.opening, now),
        coverage=coverage_of(here, chosen, total),
        compared=tuple(_compared(other, total, allowed, wanted, rules) for other in gathered.others),
        next_period=gathered.next_period,
        invitations=invitation_section(
            gathered.invitations, gathered.view, chosen, rules, with_lines=compares_invitations
        ),
        objected=gathered.objected,
        own_alone=gathered.own_alone,
        cuts=cuts(gathered.cuts, chosen, rules, gathered.procedures),
        target=None if gathered.own_alone else _target(total, in_force_on(targets, gathered.period.ends)),
    )


def _target(total: Figure, target: SatisfiedTarget | None) -> Targeted | None:
    return targeted(total.share, target.at_least, target.source) if target else None


def coverage_of(found: Counted, chosen: Sequence[UnitNode], total: Figure) -> Coverage | None:
    """The ratings of some units beside their visits; ``None`` while their lists of dossiers are not whole."""
    if not lists_are_whole(found.counts, found.dossiers, chosen):
        return None
    share, dossiers = total.share, at(found.dossiers, chosen)
    return coverage(total.rated or 0, total.satisfied, share.rated if share else 0, dossiers.visits)


def _compared(other: Counted, total: Figure, allowed: str | None, wanted: str | None, rules: Rules) -> ComparedLine:
    figure = figure_of_units(chosen_units(other, allowed, wanted, also_empty=False), rules)
    return ComparedLine(other.period, figure, compare(total.share, figure.share))


def _own_lines(chosen: Sequence[UnitNode], rules: Rules) -> list[FigureLine]:
    return [_counter_line(unit_id, counter, 0, rules) for unit_id, counter in counters_below(chosen)]


def _lines(chosen: Sequence[UnitNode], only: UnitNode | None, rules: Rules) -> list[FigureLine]:
    """What stands below the unit that is shown, or the units themselves where there are several."""
    units, counters = (only.units, only.counters) if only else (chosen, ())
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
    figure = figure_of_units([unit], rules)
    return FigureLine(unit.unit_id, None, unit.name, unit.level, depth, figure, last_day=unit.last_day)


def _counter_line(unit_id: str, node: CounterNode, depth: int, rules: Rules) -> FigureLine:
    figure = figure_of_counter(node, rules)
    return FigureLine(unit_id, node.counter_id, node.name, "", depth, figure, former=node.former)
