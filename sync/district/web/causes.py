"""From a unit to its causes as values: every concern beside the period before and units alike, where below the unit one
of them lies, and what people wrote. Pure but for ``gather``."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.questionnaire import in_language
from sync.district.measures.causes import (
    MIN_ALIKE,
    Amount,
    CauseCounts,
    CauseLine,
    Concern,
    ConcernKind,
    ConcernWords,
    KnownConcerns,
    amounts,
    cause_lines,
)
from sync.district.measures.disclosure import Figure, Rules, figure_of_counter, figure_of_units
from sync.district.measures.dossier_states import DossierCounts, at
from sync.district.measures.effects import PLANNED
from sync.district.measures.organisation import Branch, TreeName
from sync.district.measures.period import Asked, Period, after, before, period
from sync.district.measures.placed import placed
from sync.district.measures.reasons import Answered, readable, shipped_contents
from sync.district.measures.tree import UnitNode, unit_trees
from sync.district.store import answers, releases
from sync.district.store.engine import Connection
from sync.district.store.organisation import organisation
from sync.district.texts import Texts
from sync.district.web.counted import Counted, alone, counted, name_of, path_to, with_dossiers
from sync.district.web.own_counters import at_counters, counted_at


class CountedPeriod(Struct, frozen=True):
    """What was counted in a period, and what was answered."""

    counted: Counted
    answers: Mapping[Branch, Mapping[Answered, int]]
    trees: Sequence[UnitNode]


class CauseReadings(Struct, frozen=True):
    """Everything the page is decided from. ``until``: the last day that may be shown. ``own_alone``: of the reader's
    own counters alone."""

    known: KnownConcerns
    now: CountedPeriod
    before: CountedPeriod | None
    tree: TreeName
    until: date
    following: Period | None
    own_alone: bool = False

    def at(self, counters: frozenset[str]) -> "CauseReadings":
        """The same of some counters alone, for whoever sits there."""
        past = self.before
        return replace(self, now=_at(self.now, counters), before=_at(past, counters) if past else None, own_alone=True)


class PlaceLine(Struct, frozen=True):
    """A concern at a unit right below, or at a counter: ``counter_id`` is ``None`` for a unit. ``amount``: ``None``
    where there are too few."""

    unit_id: str
    counter_id: str | None
    name: str
    amount: Amount | None


class CausePage(Struct, frozen=True):
    """The page. ``alike``: how many units are summed beside this one, 0 for none. ``chosen``: the concern of which
    ``places`` tells where it lies. ``may_plan``: a plan can be made from its lines; ``waits_for_end``: not from a
    period of this kind, or that runs. ``own_alone``: it tells of the reader's own counters alone."""

    period: Period
    period_before: Period | None
    next_period: Period | None
    tree: TreeName
    rules: Rules
    made_at: datetime
    path: tuple[tuple[str, str], ...]
    name: str
    figure: Figure
    alike: int
    lines: tuple[CauseLine, ...]
    without: tuple[tuple[Concern, ConcernWords], ...]
    chosen: CauseLine | None
    places: tuple[PlaceLine, ...]
    may_plan: bool
    waits_for_end: bool
    own_alone: bool = False

    @property
    def unit_id(self) -> str:
        """The unit that is shown; empty for several."""
        return self.path[-1][0] if self.path else ""

    def going(self, direction: str) -> list[CauseLine]:
        """The lines of a ``Direction``."""
        return [line for line in self.lines if line.direction == direction]

    @property
    def compared(self) -> int:
        """How many differences were looked at."""
        return sum((line.before is not None) + (line.alike is not None) for line in self.lines)

    @property
    def wished(self) -> list[CauseLine]:
        """What people marked as to be better, the most frequent first."""
        marked = [line for line in self.lines if line.concern.kind is ConcernKind.REASON and line.amount.k]
        return sorted(marked, key=lambda line: (-line.amount.k, line.concern.key))


def gather(
    connection: Connection,
    wanted: Asked,
    today: date,
    tree: TreeName = TreeName.OF_THE_DAY,
    *,
    compare: bool = True,
) -> CauseReadings:
    """Reads a period and, to ``compare``, the one before: of every unit, for those of one level stand beside each
    other. Raises ``NotBegun``."""
    until = releases.shown_until(connection, today)
    chosen = period(wanted, until)
    other = before(chosen) if compare else None
    return CauseReadings(
        known=known_concerns(connection),
        now=_counted(connection, chosen, today, tree),
        before=_counted(connection, other, today, tree) if other else None,
        tree=tree,
        until=until,
        following=after(chosen, until),
    )


def known_concerns(connection: Connection) -> KnownConcerns:
    """The concerns of every questionnaire that was imported or shipped."""
    contents = [*shipped_contents(), *answers.questionnaire_contents(connection)]
    return KnownConcerns({each.reference: each for each in readable(contents)}.values())


def _counted(connection: Connection, chosen: Period, today: date, tree: TreeName) -> CountedPeriod:
    found = with_dossiers(connection, counted(connection, organisation(connection), chosen, today, tree))
    answered = answers.counts_by_era(connection, chosen.first, chosen.last, found.view.bounds)
    return CountedPeriod(found, placed(found.view, answered), unit_trees(found.view, found.counts))


def _at(found: CountedPeriod, counters: frozenset[str]) -> CountedPeriod:
    own = counted_at(found.counted, counters)
    return CountedPeriod(own, at_counters(found.answers, counters), unit_trees(own.view, own.counts))


def amounts_of(
    readings: CauseReadings, of: CountedPeriod, nodes: Sequence[UnitNode], rules: Rules
) -> dict[Concern, Amount]:
    """The shares of some units together in a period."""
    within = list(_within(of, nodes))
    dossiers = at(of.counted.dossiers, nodes)
    return amounts(readings.known, CauseCounts(figure_of_units(nodes, rules), dossiers, of.answers, within), rules)


def cause_page(
    readings: CauseReadings,
    allowed: str | None,
    wanted: str | None,
    rules: Rules,
    now: datetime,
    concern: str = "",
) -> CausePage | None:
    """The page for someone ``allowed`` one unit (or all, ``None``) who ``wanted`` one. ``None``: not theirs to see, or
    no such concern."""
    nodes = _chosen(readings.now.trees, allowed, wanted)
    if wanted is not None and not nodes:
        return None
    only = nodes[0] if len(nodes) == 1 else None
    view = readings.now.counted.view
    here = amounts_of(readings, readings.now, nodes, rules)
    earlier, past = dict[Concern, Amount](), readings.before
    if past is not None:
        earlier = amounts_of(readings, past, _chosen(past.trees, allowed, wanted), rules)
    others = _alike(readings.now.trees, only, rules) if only else []
    beside = amounts_of(readings, readings.now, others, rules) if others else {}
    lines = cause_lines(readings.known, here, earlier, beside)
    chosen = next((line for line in lines if line.concern.key == concern), None)
    if concern and chosen is None:
        return None
    whole = readings.now.counted.period
    plannable = whole.name in PLANNED and bool(whole.of) and not whole.runs and readings.tree is TreeName.OF_THE_DAY
    return CausePage(
        period=whole,
        period_before=past.counted.period if past else None,
        next_period=readings.following,
        tree=readings.tree,
        rules=rules,
        made_at=now,
        path=path_to(only, allowed, view) if only else (),
        name=only.name if only else name_of(view, allowed if not nodes else None),
        figure=figure_of_units(nodes, rules),
        alike=len(others),
        lines=tuple(lines),
        without=tuple(
            (each, words)
            for each, words in readings.known.words.items()
            if each not in here and each.kind in (ConcernKind.ANSWER, ConcernKind.FACES)
        ),
        chosen=chosen,
        places=tuple(_places(readings, nodes, chosen.concern, rules)) if chosen else (),
        may_plan=only is not None and plannable,
        waits_for_end=only is not None and not plannable,
        own_alone=readings.own_alone,
    )


def _chosen(trees: Sequence[UnitNode], allowed: str | None, wanted: str | None) -> list[UnitNode]:
    tops = list(trees) if allowed is None else alone(trees, allowed)
    return tops if wanted is None else alone(tops, wanted)


def _all_units(nodes: Iterable[UnitNode]) -> Iterator[UnitNode]:
    for node in nodes:
        yield node
        yield from _all_units(node.units)


def _alike(trees: Sequence[UnitNode], only: UnitNode, rules: Rules) -> list[UnitNode]:
    """The other units of this one's level that have a share; none where they are fewer than ``MIN_ALIKE``, for the sum
    of one or two would tell theirs."""
    found = [
        node
        for node in _all_units(trees)
        if only.level and node.level == only.level and node.unit_id != only.unit_id
        if not any(node.holds(path) for path in only.paths) and not any(only.holds(path) for path in node.paths)
        if figure_of_units([node], rules).share is not None
    ]
    return found if len(found) >= MIN_ALIKE else []


def _within(of: CountedPeriod, nodes: Sequence[UnitNode]) -> Iterator[Branch]:
    """The branches with answers that belong to some units."""
    paths = {path for node in nodes for path in node.paths}
    for path, counter_id in of.answers:
        if any(path[:length] in paths for length in range(1, len(path) + 1)):
            yield path, counter_id


def _places(readings: CauseReadings, nodes: Sequence[UnitNode], concern: Concern, rules: Rules) -> Iterator[PlaceLine]:
    """Where a concern lies: at the units right below, and at the counters of the unit itself."""
    now = readings.now
    for only in nodes if len(nodes) == 1 else ():
        for counter in only.counters:
            branches = [(path, counter.counter_id) for path in only.paths]
            dossiers = [each for branch in branches if (each := now.counted.dossiers.get(branch)) is not None]
            counts = CauseCounts(
                figure_of_counter(counter, rules), sum(dossiers, DossierCounts({})), now.answers, branches
            )
            amount = amounts(readings.known, counts, rules).get(concern)
            yield PlaceLine(only.unit_id, counter.counter_id, counter.name, amount)
    for node in nodes if len(nodes) > 1 else [below for top in nodes for below in top.units]:
        yield PlaceLine(node.unit_id, None, node.name, amounts_of(readings, now, [node], rules).get(concern))


def concern_name(concern: Concern, words: ConcernWords, texts: Texts) -> str:
    """What a concern is called; by its ids where its questionnaire is not there any more."""
    question = in_language(words.question, texts.language) or concern.question_id
    answer = in_language(words.answer, texts.language) or concern.answer
    return answer if concern.kind is ConcernKind.REASON else texts(f"causes.kind.{concern.kind}", q=question, a=answer)
