"""Keep and read action plans, and put their cards among the notices that kiosks get."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, String, and_, cast, exists, insert, literal, select, true

from kiosk.domain.reference import NoticeKind
from sync.district.domain.action_plan import (
    CARD_PREFIX,
    STEPS,
    ActionPlan,
    ActionStep,
    Baseline,
    Card,
    PlanAction,
)
from sync.district.domain.people import Role
from sync.district.store.action_tables import action_plans, action_steps
from sync.district.store.among import among
from sync.district.store.engine import Connection
from sync.district.store.imports import Origin, rows_by_key, write_rows
from sync.district.store.locks import Lock, hold
from sync.district.store.reference_tables import notices
from sync.district.times import local_day

_P, _S, _N = action_plans.c, action_steps.c, notices.c
_KNOWN_STEPS = sorted(str(each) for each in STEPS | {PlanAction.MAKE})
_IS_CARD = and_(
    _N.kind == str(NoticeKind.ANSWERED),
    exists().where(_N.notice_id == literal(CARD_PREFIX) + cast(_P.plan_id, String)),
)
"""Whether a notice is the card of a plan."""


class PublicCard(Struct, frozen=True):
    """A card of a plan that is shown now. ``words``: title and text by language."""

    notice_id: str
    since: date | None
    words: Mapping[str, tuple[str, str]]


def begin(connection: Connection) -> None:
    """Lets one person at a time act on plans, until the transaction ends: who acts has read the newest step."""
    hold(connection, Lock.ACTION_PLANS)


def make(connection: Connection, unit_id: str, baseline: Baseline, step: ActionStep) -> int:
    """Writes a plan with its first step; its number."""
    values = {"unit_id": unit_id} | msgspec.structs.asdict(baseline)
    plan_id = int(connection.execute(insert(action_plans).values(values).returning(_P.plan_id)).scalar_one())
    add_step(connection, plan_id, step)
    return plan_id


def add_step(connection: Connection, plan_id: int, step: ActionStep) -> None:
    """Writes what somebody did."""
    values: dict[str, Any] = msgspec.structs.asdict(step) | {"plan_id": plan_id}
    values |= {"role": str(step.role), "action": str(step.action)}
    values["card"] = None if step.card is None else msgspec.to_builtins(step.card)
    connection.execute(insert(action_steps).values(values))


def plans_of(connection: Connection, units: Collection[str] | None) -> list[ActionPlan]:
    """The plans of some units (``None``: of all), the oldest first."""
    wanted = [true()] if units is None else among(connection, _P.unit_id, sorted(units))
    found = [plan for where in wanted for plan in _plans(connection, where)]
    return sorted(found, key=lambda plan: plan.plan_id)


def plan(connection: Connection, plan_id: int) -> ActionPlan | None:
    """One plan."""
    return next(iter(_plans(connection, _P.plan_id == plan_id)), None)


def _plans(connection: Connection, where: ColumnElement[bool]) -> list[ActionPlan]:
    joined = action_steps.join(action_plans, _P.plan_id == _S.plan_id)
    known = _S.action.in_(_KNOWN_STEPS)  # a row that is no step of this release is left out, and breaks no page
    query = select(action_steps).select_from(joined).where(where, known).order_by(_S.step_id)
    steps: dict[int, list[ActionStep]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        steps[row["plan_id"]].append(_step(row))
    return [
        ActionPlan(
            row["plan_id"],
            row["unit_id"],
            Baseline(*(row[name] for name in Baseline.__struct_fields__)),
            tuple(steps[row["plan_id"]]),
        )
        for row in connection.execute(select(action_plans).where(where)).mappings()
    ]


def _step(row: Mapping[Any, Any]) -> ActionStep:
    return ActionStep(
        at=row["at"],
        person=row["person"],
        role=Role(row["role"]),
        action=PlanAction(row["action"]),
        text=row["text"],
        owner=row["owner"],
        due_on=row["due_on"],
        card=None if row["card"] is None else msgspec.convert(row["card"], Card),
    )


def show_card(connection: Connection, of: ActionPlan, card: Card, person: str, now: datetime) -> None:
    """Puts a card among the notices of the plan's unit: kiosks have it with their next contact."""
    english = {"en": {"title": card.title_en, "text": card.text_en}} if card.title_en else {}
    _write(
        connection,
        of,
        {
            "notice_id": of.notice_id,
            "unit_id": of.unit_id,
            "kind": str(NoticeKind.ANSWERED),
            "title": card.title,
            "text": card.text,
            "translations": english,
            "link": "",
            "position": of.plan_id,
            "valid_from": local_day(now),
            "valid_to": card.last_day,
            "removed": False,
        },
        person,
        now,
    )


def take_card_back(connection: Connection, of: ActionPlan, person: str, now: datetime) -> None:
    """Takes a card away again: kiosks hear with their next contact that it is gone."""
    there = rows_by_key(connection, "notices", [of.notice_id]).get(of.notice_id)
    if there is not None and not there["removed"]:
        _write(connection, of, there | {"removed": True}, person, now)


def _write(connection: Connection, of: ActionPlan, row: dict[str, Any], person: str, now: datetime) -> None:
    present = rows_by_key(connection, "notices", [of.notice_id])
    write_rows(connection, "notices", [row], present, Origin("", now, person, f"action plan {of.plan_id}"))


def card_codes(connection: Connection) -> frozenset[str]:
    """The codes of the notices that are cards of plans; no imported list closes them."""
    return frozenset(connection.scalars(select(_N.notice_id).where(_IS_CARD)))


def public_cards(connection: Connection, unit_id: str, today: date) -> list[PublicCard]:
    """The cards of a unit's plans that are shown today, the newest first."""
    rows = connection.execute(
        select(_N.notice_id, _N.title, _N.text, _N.translations, _N.valid_from)
        .where(
            _N.unit_id == unit_id,
            _IS_CARD,
            _N.removed.is_(False),
            _N.valid_from <= today,
            _N.valid_to >= today,
        )
        .order_by(_N.valid_from.desc(), _N.position.desc())
    )
    return [
        PublicCard(
            notice_id,
            since,
            {"vi": (title, text)} | {name: (words["title"], words["text"]) for name, words in translations.items()},
        )
        for notice_id, title, text, translations, since in rows
    ]
