"""Action plans ("việc cần làm"): what a unit does about something that stood out, who does it by when, how it ended,
and the card that tells citizens. Pure.

A plan is its steps: each is written once, with who and when, and nothing is changed afterwards. What goes to kiosks and
to the public page was written by one person and approved by another.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from sync.district.domain.people import Role
from sync.district.domain.rights import Person, Reach
from sync.district.domain.typed import clean

MIN_TEXT, MAX_TEXT = 8, 500
MAX_CARD_TITLE, MAX_CARD_TEXT = 60, 160
"""As of every notice: more does not fit on the smallest panel."""
MAX_DUE, MAX_SHOWN = timedelta(days=366), timedelta(days=184)
CARD_PREFIX = "VIEC-"
"""The code of a plan's card among the notices: this and the plan's number."""
_CARD_CODE = re.compile(rf"{CARD_PREFIX}[0-9]+")


class PlanAction(StrEnum):
    """What people do to a plan; the values stand in the database. ``DRAFT_CARD``: writes the card, ``APPROVE_CARD``
    sends it to the kiosks, ``WITHDRAW_CARD`` takes it back."""

    SEE = "see"
    MAKE = "make"
    CHANGE = "change"
    NOTE = "note"
    FINISH = "finish"
    DROP = "drop"
    REOPEN = "reopen"
    DRAFT_CARD = "draft_card"
    RETURN_CARD = "return_card"
    APPROVE_CARD = "approve_card"
    WITHDRAW_CARD = "withdraw_card"


class ActionState(StrEnum):
    """How far a plan has come."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class CardState(StrEnum):
    """How far a card has come. ``SHOWN``: approved and not withdrawn; from when to when stands in it."""

    NONE = "none"
    DRAFTED = "drafted"
    RETURNED = "returned"
    SHOWN = "shown"
    WITHDRAWN = "withdrawn"


_ALL_SEE = dict.fromkeys((Role.LEADER, Role.INSPECTOR, Role.OFFICER, Role.AUDITOR), Reach.ANY)
_OVERSEERS = {Role.LEADER: Reach.ANY, Role.INSPECTOR: Reach.ANY}
_LEADERS = {Role.LEADER: Reach.ANY}
_OWNERS = {Role.LEADER: Reach.ANY, Role.INSPECTOR: Reach.OWN, Role.OFFICER: Reach.OWN}

PLAN_RIGHTS: Mapping[PlanAction, Mapping[Role, Reach]] = {
    PlanAction.SEE: _ALL_SEE,
    PlanAction.MAKE: _OVERSEERS,
    PlanAction.CHANGE: _OVERSEERS,
    PlanAction.NOTE: _OWNERS,
    PlanAction.FINISH: _OWNERS,
    PlanAction.DROP: _LEADERS,
    PlanAction.REOPEN: _LEADERS,
    PlanAction.DRAFT_CARD: _OWNERS,
    PlanAction.RETURN_CARD: _LEADERS,
    PlanAction.APPROVE_CARD: _LEADERS,
    PlanAction.WITHDRAW_CARD: _OVERSEERS,
}
"""Who may do what to plans of their units and of every unit below. Above it stands: nobody approves, or returns, a card
they wrote."""

_FROM: Mapping[PlanAction, tuple[ActionState, ...]] = {
    PlanAction.CHANGE: (ActionState.OPEN,),
    PlanAction.NOTE: tuple(ActionState),
    PlanAction.FINISH: (ActionState.OPEN,),
    PlanAction.DROP: (ActionState.OPEN,),
    PlanAction.REOPEN: (ActionState.DONE, ActionState.DROPPED),
    PlanAction.DRAFT_CARD: (ActionState.DONE,),
    PlanAction.RETURN_CARD: (ActionState.DONE,),
    PlanAction.APPROVE_CARD: (ActionState.DONE,),
    PlanAction.WITHDRAW_CARD: (ActionState.DONE,),
}
STEPS = frozenset(_FROM)
"""What people may do to a plan that is there, each written down as a step; to see it is none."""

_WHILE: Mapping[PlanAction, tuple[CardState, ...]] = {
    PlanAction.REOPEN: (CardState.NONE, CardState.RETURNED, CardState.WITHDRAWN),
    PlanAction.DRAFT_CARD: (CardState.NONE, CardState.DRAFTED, CardState.RETURNED, CardState.WITHDRAWN),
    PlanAction.RETURN_CARD: (CardState.DRAFTED,),
    PlanAction.APPROVE_CARD: (CardState.DRAFTED,),
    PlanAction.WITHDRAW_CARD: (CardState.SHOWN,),
}
_CARD_AFTER: Mapping[PlanAction, CardState] = {
    PlanAction.DRAFT_CARD: CardState.DRAFTED,
    PlanAction.RETURN_CARD: CardState.RETURNED,
    PlanAction.APPROVE_CARD: CardState.SHOWN,
    PlanAction.WITHDRAW_CARD: CardState.WITHDRAWN,
}


class Baseline(Struct, frozen=True):
    """The share from which a plan was made, as it was told then: ``k`` of ``n`` in a finished period of the calendar.
    ``concern``: the key of ``sync.district.measures.causes.Concern``."""

    concern: str
    period_name: str
    period_of: str
    k: int
    n: int


class Card(Struct, frozen=True):
    """What citizens read: ``title`` and ``text`` in Vietnamese, the others in English or empty; shown up to and
    including ``last_day``."""

    title: str
    text: str
    last_day: date
    title_en: str = ""
    text_en: str = ""


class ActionStep(Struct, frozen=True):
    """What somebody did. ``text``: what is to be done, or what they wrote; empty where nothing was changed. ``owner``,
    ``due_on``: of a plan that is made or changed."""

    at: datetime
    person: str
    role: Role
    action: PlanAction
    text: str = ""
    owner: str = ""
    due_on: date | None = None
    card: Card | None = None


class ActionPlan(Struct, frozen=True):
    """A plan of a unit with its steps, the oldest first; the first one made it."""

    plan_id: int
    unit_id: str
    baseline: Baseline
    steps: tuple[ActionStep, ...]

    @property
    def text(self) -> str:
        """What is to be done."""
        return next(step.text for step in reversed(self._shaped) if step.text)

    @property
    def owner(self) -> str:
        return next(step.owner for step in reversed(self._shaped) if step.owner)

    @property
    def due_on(self) -> date:
        return next(step.due_on for step in reversed(self._shaped) if step.due_on)

    @property
    def made_at(self) -> datetime:
        return self.steps[0].at

    @property
    def ended(self) -> ActionStep | None:
        """The step that ended it; ``None`` while it is open."""
        ends = (PlanAction.FINISH, PlanAction.DROP, PlanAction.REOPEN)
        last = next((step for step in reversed(self.steps) if step.action in ends), None)
        return None if last is None or last.action is PlanAction.REOPEN else last

    @property
    def state(self) -> ActionState:
        if self.ended is None:
            return ActionState.OPEN
        return ActionState.DONE if self.ended.action is PlanAction.FINISH else ActionState.DROPPED

    @property
    def card_state(self) -> CardState:
        return next(
            (_CARD_AFTER[step.action] for step in reversed(self.steps) if step.action in _CARD_AFTER), CardState.NONE
        )

    @property
    def card_step(self) -> ActionStep | None:
        """The step in which the card was last written."""
        return next((step for step in reversed(self.steps) if step.action is PlanAction.DRAFT_CARD), None)

    @property
    def notice_id(self) -> str:
        """The code of its card among the notices."""
        return f"{CARD_PREFIX}{self.plan_id}"

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed and it is still open."""
        return self.state is ActionState.OPEN and self.due_on < today

    @property
    def _shaped(self) -> Sequence[ActionStep]:
        return [step for step in self.steps if step.action in (PlanAction.MAKE, PlanAction.CHANGE)]


def is_card_code(code: str) -> bool:
    """Whether a notice's code has the form of those of cards; an imported notice may not have it.

    >>> is_card_code("VIEC-3"), is_card_code("VIEC-LAM-01")
    (True, False)
    """
    return _CARD_CODE.fullmatch(code) is not None


def sees_plans(role: Role) -> bool:
    """Whether people of this role see any plan; for the others the pages do not exist."""
    return role in PLAN_RIGHTS[PlanAction.SEE]


def may_make(person: Person, unit_id: str) -> bool:
    """Whether a person may make a plan for a unit."""
    return person.role in PLAN_RIGHTS[PlanAction.MAKE] and _of_theirs(person, unit_id)


def may(person: Person, action: PlanAction, plan: ActionPlan) -> bool:
    """Whether a person may do something to a plan now. Two people stand behind a card, never one."""
    reach = PLAN_RIGHTS[action].get(person.role)
    if reach is None or action is PlanAction.MAKE or not _of_theirs(person, plan.unit_id):
        return False
    if action is PlanAction.SEE:
        return True
    if reach is Reach.OWN and not person.stands_for(plan.owner):
        return False
    if plan.state not in _FROM[action] or plan.card_state not in _WHILE.get(action, tuple(CardState)):
        return False
    wrote = plan.card_step.person if plan.card_step else None
    second = action in (PlanAction.APPROVE_CARD, PlanAction.RETURN_CARD)
    return not (second and wrote == person.user_name)


def allowed(person: Person, plan: ActionPlan) -> frozenset[PlanAction]:
    """Everything a person may do to a plan now."""
    return frozenset(action for action in PlanAction if may(person, action, plan))


def _of_theirs(person: Person, unit_id: str) -> bool:
    """Whether a unit is among those that somebody may see."""
    return person.units is None or unit_id in person.units


def owners_of(people: Sequence[Person], unit_id: str) -> tuple[str, ...]:
    """Who may own a plan of a unit: those with an account who may do something to what they own, and see the unit."""
    roles = PLAN_RIGHTS[PlanAction.FINISH]
    return tuple(sorted(each.user_name for each in people if each.role in roles and _of_theirs(each, unit_id)))


def plan_text(text: str) -> str:
    """What somebody wrote, cleaned, with single spaces on each line. Raises ``ValueError`` when it is too short or too
    long."""
    written = "\n".join(" ".join(line.split()) for line in clean(text).splitlines()).strip()
    if not MIN_TEXT <= len(written) <= MAX_TEXT:
        raise ValueError(f"say it in {MIN_TEXT} to {MAX_TEXT} letters")
    return written


def due_day(text: str, today: date) -> date:
    """A day by which a plan is to be done: today or later, within ``MAX_DUE``. Raises ``ValueError``."""
    day = date.fromisoformat(text)
    if not today <= day <= today + MAX_DUE:
        raise ValueError(f"{day} is not within a year from today")
    return day


def card_of(title: str, text: str, title_en: str, text_en: str, last_day: str, today: date) -> Card:
    """A card that fits on every panel, its words cleaned. Raises ``ValueError`` naming the field that does not."""
    lines = [" ".join(clean(each).split()) for each in (title, text, title_en, text_en)]
    for name, line, most in zip(
        ("title", "text", "title_en", "text_en"), lines, (MAX_CARD_TITLE, MAX_CARD_TEXT) * 2, strict=True
    ):
        if len(line) > most or (name in ("title", "text") and len(line) < MIN_TEXT):
            raise ValueError(name)
    if bool(lines[2]) != bool(lines[3]):
        raise ValueError("title_en")
    try:
        day = date.fromisoformat(last_day)
    except ValueError as error:
        raise ValueError("last_day") from error
    if not today <= day <= today + MAX_SHOWN:
        raise ValueError("last_day")
    return Card(lines[0], lines[1], day, lines[2], lines[3])
