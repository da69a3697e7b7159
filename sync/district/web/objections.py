"""Objections as pages show them: a list, one with its steps, and what may be objected to. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from kiosk.domain.calendar import Holidays
from sync.district.domain.objection import (
    Objection,
    ObjectionAbout,
    ObjectionAct,
    ObjectionState,
    ObjectionSubject,
    allowed,
    beside,
    deciders,
    may,
    may_raise,
)
from sync.district.domain.rights import Person
from sync.district.measures.index import Counts, Share, share_satisfied
from sync.district.measures.own_trend import TrendMonth
from sync.district.store.doubts import Doubt


class ObjectionLine(Struct, frozen=True):
    """A line of the list. ``due_on``: while it is open."""

    objection: Objection
    unit_name: str
    counter_name: str
    due_on: date | None
    is_overdue: bool


class ObjectionPage(Struct, frozen=True):
    """One objection. ``then``: the share as it was told when it was raised; ``now``: as it is told today, ``None``
    where it is not any more. ``deciders``: who may decide; ``again_until``: the last day to ask once more."""

    line: ObjectionLine
    then: Share | None
    now: Share | None
    acts: frozenset[ObjectionAct]
    deciders: tuple[str, ...]
    again_until: date | None

    @property
    def changed(self) -> bool:
        """Whether the figure is told otherwise today: whole groups came later."""
        return self.then is not None and self.now is not None and self.then != self.now


class ToDecide(Struct, frozen=True):
    """How many objections wait for somebody, and how many of these are past their day."""

    waiting: int
    overdue: int

    def __bool__(self) -> bool:
        return bool(self.waiting)


def line_of(
    objection: Objection, units: Mapping[str, str], counters: Mapping[str, str], holidays: Holidays, today: date
) -> ObjectionLine:
    """A line of the list."""
    subject, is_open = objection.subject, objection.state is ObjectionState.OPEN
    return ObjectionLine(
        objection,
        units.get(subject.unit_id, subject.unit_id),
        counters.get(subject.counter_id, subject.counter_id),
        objection.due_on(holidays) if is_open else None,
        objection.is_overdue(holidays, today),
    )


def in_order(lines: Collection[ObjectionLine]) -> list[ObjectionLine]:
    """What waits first, what is due first before; then what is over, the newest first."""
    still_open = [line for line in lines if line.due_on is not None]
    over = [line for line in lines if line.due_on is None]
    return [
        *sorted(still_open, key=lambda line: (line.due_on or date.max, line.objection.steps[0].at)),
        *sorted(over, key=lambda line: line.objection.steps[0].at, reverse=True),
    ]


def objection_page(
    line: ObjectionLine,
    months: Sequence[TrendMonth],
    person: Person,
    people: Sequence[Person],
    holidays: Holidays,
    today: date,
) -> ObjectionPage:
    """One objection as a person may see it; ``months`` are the counter's, as they are told today."""
    objection = line.objection
    subject = objection.subject
    now = next((each.figure.share for each in months if each.month == subject.month), None)
    then = None if subject.k is None or subject.n is None else share_of(subject.k, subject.n)
    return ObjectionPage(
        line,
        then,
        now if subject.about is ObjectionAbout.FIGURE else None,
        allowed(person, objection, holidays, today),
        deciders(people, objection, holidays, today),
        objection.ask_again_until(holidays),
    )


def share_of(k: int, n: int) -> Share | None:
    """A share that was told, with its interval."""
    return share_satisfied(Counts({5: k, 1: n - k}, 0), 1)


def subject_of(doubt: Doubt) -> ObjectionSubject:
    """A doubt as something that is objected to, with everybody who decided about it."""
    case = doubt.case
    by = tuple(sorted({step.person for step in case.steps if step.verdict is not None}))
    return ObjectionSubject(
        ObjectionAbout.DOUBT, case.unit_id, case.counter_id, doubt.month, doubt_id=doubt.doubt_id, decided_by=by
    )


def raisable(
    person: Person,
    unit_id: str,
    counter_id: str,
    months: Sequence[TrendMonth],
    others: Sequence[Objection],
    today: date,
) -> list[ObjectionSubject]:
    """The months of a counter to which somebody may object now, the newest first."""
    found = []
    for each in reversed(months):
        share = each.figure.share
        if share is not None:
            subject = ObjectionSubject(
                ObjectionAbout.FIGURE, unit_id, counter_id, each.month, share.satisfied, share.rated
            )
            found += [subject] if may_raise(person, subject, others, today) else []
    return found


def to_decide(objections: Collection[Objection], person: Person, holidays: Holidays, today: date) -> ToDecide:
    """What waits for somebody."""
    theirs = [each for each in objections if may(person, ObjectionAct.DECIDE, each, holidays, today)]
    return ToDecide(len(theirs), sum(each.is_overdue(holidays, today) for each in theirs))


class LaterObjection(Struct, frozen=True):
    """An objection to a closed figure that was raised, decided, asked again or withdrawn after the closing. ``on``: the
    local day since which it stands so."""

    counter_id: str
    month: date
    state: ObjectionState
    on: date


def stood_at(objections: Iterable[Objection], moment: datetime) -> list[Objection]:
    """The objections that were there at a moment, as they stood then."""
    return [then for each in objections if (then := each.at(moment)) is not None]


def changed_after(objections: Iterable[Objection], moment: datetime) -> list[LaterObjection]:
    """Those to figures that stand otherwise now than at a moment, the newest last. One that was raised and withdrawn
    since then is left out: it stands beside nothing, neither then nor now."""
    found = []
    for each in objections:
        then = each.at(moment)
        was = then.state if then else ObjectionState.WITHDRAWN
        if each.subject.about is ObjectionAbout.FIGURE and each.state is not was:
            found.append(LaterObjection(each.subject.counter_id, each.subject.month, each.state, each.changed_on))
    return sorted(found, key=lambda each: (each.on, each.counter_id, each.month))


def states_beside(
    objections: Collection[Objection], first: date | None, last: date
) -> dict[str, tuple[ObjectionState, ...]]:
    """By counter, how the objections stand that belong beside its figure of some days."""
    counters = {each.subject.counter_id for each in objections}
    found = {counter: tuple(each.state for each in beside(objections, counter, first, last)) for counter in counters}
    return {counter: states for counter, states in found.items() if states}
