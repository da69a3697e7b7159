"""Action plans as pages show them: the list, one plan with its effect, the table for a spreadsheet. Pure but for
``effects``."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum

from msgspec import Struct

from sync.district.domain.action_plan import ActionPlan, ActionState, Baseline, CardState, PlanAction, allowed
from sync.district.domain.release import is_complete
from sync.district.domain.rights import Person
from sync.district.measures.causes import Amount, Concern, ConcernKind, ConcernWords, KnownConcerns
from sync.district.measures.disclosure import Rules
from sync.district.measures.effects import OPEN, Effect, effect_of, effect_period
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import Asked, Period, PeriodName, period
from sync.district.store import releases
from sync.district.store.engine import Connection
from sync.district.texts import Texts
from sync.district.times import local_day
from sync.district.web.causes import amounts_of, gather
from sync.district.web.counted import alone
from sync.district.web.formats import day, period_name
from sync.district.web.register_table import BOM, safe


class ActionShow(StrEnum):
    """What the list shows; the values stand in addresses. ``CARDS``: those whose card waits for a second person."""

    OPEN = "open"
    MINE = "mine"
    DONE = "done"
    CARDS = "cards"
    ALL = "all"


class ActionLine(Struct, frozen=True):
    """A plan as it is shown. ``words``: what its concern is called now. ``owner_left``: whoever owns it has no account
    any more that could carry it on. ``amount`` and ``effect``, which tell of the whole unit, are ``None`` for who reads
    the figures of their own counter alone."""

    plan: ActionPlan
    unit_name: str
    concern: Concern
    words: ConcernWords
    period: Period
    amount: Amount | None
    overdue: int
    owner_left: bool
    effect: Effect | None


class Todo(Struct, frozen=True):
    """What waits for somebody: open plans of theirs, those past their day, cards they may approve."""

    mine: int
    overdue: int
    cards: int

    def __bool__(self) -> bool:
        return bool(self.mine or self.cards)


def period_of(baseline: Baseline) -> Period:
    """The period from which a plan was made."""
    return period(Asked(PeriodName(baseline.period_name), baseline.period_of), date.max)


def shown(plans: Iterable[ActionPlan], show: ActionShow, person: Person) -> list[ActionPlan]:
    """The plans of a view: open ones first, of these what is past its day and then what is due first; then what has
    ended, the newest first."""
    holds = [plan for plan in plans if _holds(plan, show, person)]
    still_open = sorted((plan for plan in holds if plan.ended is None), key=lambda plan: (plan.due_on, plan.plan_id))
    ended = [(plan.ended.at, plan.plan_id, plan) for plan in holds if plan.ended is not None]
    return [*still_open, *(plan for _, _, plan in sorted(ended, key=lambda each: each[:2], reverse=True))]


def _holds(plan: ActionPlan, show: ActionShow, person: Person) -> bool:
    match show:
        case ActionShow.OPEN:
            return plan.state is ActionState.OPEN
        case ActionShow.MINE:
            return plan.state is ActionState.OPEN and person.stands_for(plan.owner)
        case ActionShow.DONE:
            return plan.state is ActionState.DONE
        case ActionShow.CARDS:
            return plan.card_state is CardState.DRAFTED
        case ActionShow.ALL:
            return True


def todo(plans: Iterable[ActionPlan], person: Person, today: date) -> Todo:
    """What waits for a person."""
    known = list(plans)
    mine = [plan for plan in known if _holds(plan, ActionShow.MINE, person)]
    approve = PlanAction.APPROVE_CARD
    return Todo(
        mine=len(mine),
        overdue=sum(plan.is_overdue(today) for plan in mine),
        cards=sum(plan.card_state is CardState.DRAFTED and approve in allowed(person, plan) for plan in known),
    )


def lines_of(
    plans: Sequence[ActionPlan],
    known: KnownConcerns,
    units: Mapping[str, str],
    owners: Collection[str],
    found: Mapping[int, Effect] | None,
    today: date,
) -> list[ActionLine]:
    """The plans as they are shown. ``owners``: everybody with an account; ``found``: ``None`` for who reads no figures
    of whole units."""
    effect_of_each = (None if found is None else found.get(plan.plan_id, OPEN) for plan in plans)
    return [
        _line(plan, known, units, owners, effect, today) for plan, effect in zip(plans, effect_of_each, strict=True)
    ]


def _line(
    plan: ActionPlan,
    known: KnownConcerns,
    units: Mapping[str, str],
    owners: Collection[str],
    effect: Effect | None,
    today: date,
) -> ActionLine:
    concern = known.find(plan.baseline.concern) or _unknown(plan.baseline.concern)
    return ActionLine(
        plan=plan,
        unit_name=units.get(plan.unit_id, plan.unit_id),
        concern=concern,
        words=known.words.get(concern, ConcernWords()),
        period=period_of(plan.baseline),
        amount=_amount(plan) if effect else None,
        overdue=(today - plan.due_on).days if plan.is_overdue(today) else 0,
        owner_left=plan.state is ActionState.OPEN and plan.owner not in owners,
        effect=effect,
    )


def _unknown(key: str) -> Concern:
    """A concern of a questionnaire that is not there any more: shown by its own words."""
    kind, *rest = key.split("/")
    return Concern(ConcernKind(kind), *rest[:3])


def effects(connection: Connection, plans: Sequence[ActionPlan], rules: Rules, today: date) -> dict[int, Effect]:
    """What can be said of the plans that are done, each period read once."""
    until, wanted = releases.shown_until(connection, today), dict[Period, list[ActionPlan]]()
    found = dict[int, Effect]()
    for plan in plans:
        if plan.ended is None or plan.state is not ActionState.DONE:
            continue
        looked_for = effect_period(PeriodName(plan.baseline.period_name), local_day(plan.ended.at))
        if is_complete(looked_for.ends, until):
            wanted.setdefault(looked_for, []).append(plan)
        else:
            found[plan.plan_id] = effect_of(_amount(plan), looked_for, None, until)
    for looked_for, those in wanted.items():
        asked = Asked(looked_for.name, looked_for.of)
        readings = gather(connection, asked, today, TreeName.OF_THE_DAY, compare=False)
        for plan in those:
            there = amounts_of(readings, readings.now, alone(readings.now.trees, plan.unit_id), rules)
            concern = readings.known.find(plan.baseline.concern)
            amount = there.get(concern) if concern else None
            found[plan.plan_id] = effect_of(_amount(plan), looked_for, amount, until)
    return found


def _amount(plan: ActionPlan) -> Amount:
    return Amount(plan.baseline.k, plan.baseline.n)


_COLUMNS = (
    *("number", "unit", "concern", "period", "k", "n", "share", "text", "owner", "due", "state", "ended", "overdue"),
    *("effect", "effect_period", "effect_k", "effect_n", "difference", "low", "high", "card"),
)


def table_of(lines: Iterable[ActionLine], names: Mapping[int, str], texts: Texts) -> str:
    """The plans for a spreadsheet, in UTF-8 with a mark at the beginning. ``names``: what each plan's concern is
    called. Shares are numbers between 0 and 1."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([texts(f"actions.column.{name}") for name in _COLUMNS])
    for line in lines:
        cells = _values(line, names[line.plan.plan_id], texts)
        writer.writerow([safe(cell) for cell in cells])
    return BOM + out.getvalue()


def _values(line: ActionLine, name: str, texts: Texts) -> list[str]:
    plan = line.plan
    return [
        str(plan.plan_id),
        line.unit_name,
        name,
        period_name(line.period, texts),
        *((str(line.amount.k), str(line.amount.n), f"{line.amount.share:.4f}") if line.amount else ("", "", "")),
        " ".join(plan.text.split()),
        plan.owner,
        day(plan.due_on),
        texts(f"actions.state.{plan.state}"),
        day(local_day(plan.ended.at)) if plan.ended else "",
        str(line.overdue) if line.overdue else "",
        *(_effect_values(line.effect, texts) if line.effect else [""] * 7),
        texts(f"actions.card.state.{plan.card_state}"),
    ]


def _effect_values(effect: Effect, texts: Texts) -> list[str]:
    found = effect.difference
    ends = (found.value, found.interval.low, found.interval.high) if found else ()
    return [
        texts(f"actions.effect.{effect.state}"),
        period_name(effect.period, texts) if effect.period else "",
        str(effect.amount.k) if effect.amount else "",
        str(effect.amount.n) if effect.amount else "",
        *([f"{each:.4f}" for each in ends] or [""] * 3),
    ]
