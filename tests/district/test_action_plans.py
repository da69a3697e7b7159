"""Action plans: who may do what, what they are made of, and what can be said of their effect."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.paths import shared
from sync.district.domain.action_plan import (
    MAX_CARD_TEXT,
    MAX_CARD_TITLE,
    MAX_DUE,
    MAX_SHOWN,
    PLAN_RIGHTS,
    ActionPlan,
    ActionState,
    ActionStep,
    Baseline,
    Card,
    CardState,
    PlanAction,
    allowed,
    card_of,
    due_day,
    may,
    may_make,
    owners_of,
    plan_text,
    sees_plans,
)
from sync.district.domain.people import Role
from sync.district.domain.release import COMPLETE_AFTER
from sync.district.domain.rights import Person
from sync.district.measures.causes import Amount
from sync.district.measures.effects import PLANNED, EffectState, effect_of, effect_period
from sync.district.measures.intervals import newcombe
from sync.district.measures.period import PeriodName
from sync.district.reference.columns import load_catalogue
from sync.district.web.actions import ActionShow, shown, todo
from tests.district.web_fixtures import NOW

TODAY = NOW.date()
UNIT = "commune"
A = PlanAction
CARD = Card("Thêm quầy giờ đông", "Từ tuần này có thêm một quầy.", TODAY + timedelta(days=30))
MADE = ActionStep(NOW, "chair", Role.LEADER, A.MAKE, "Mở thêm một quầy", "clerk", TODAY + timedelta(days=5))
PLAN = ActionPlan(1, UNIT, Baseline("reason/mot-cua/bad/waiting", "month", "2026-10", 45, 200), (MADE,))


def after(plan: ActionPlan, *steps: tuple[PlanAction, str]) -> ActionPlan:
    added = [
        ActionStep(NOW, name, Role.LEADER, action, "đã làm việc đó", card=CARD if action is A.DRAFT_CARD else None)
        for action, name in steps
    ]
    return replace(plan, steps=(*plan.steps, *added))


DONE = after(PLAN, (A.FINISH, "clerk"))
DROPPED = after(PLAN, (A.DROP, "chair"))
DRAFTED = after(DONE, (A.DRAFT_CARD, "chair"))
SHOWN = after(DRAFTED, (A.APPROVE_CARD, "deputy"))
WITHDRAWN = after(SHOWN, (A.WITHDRAW_CARD, "chair"))
PLACES = {
    "of the unit": {"units": frozenset({UNIT}), "unit_id": UNIT},
    "above": {"units": frozenset({UNIT, "province"}), "unit_id": "province"},
    "of all": {"units": None, "unit_id": None},
    "elsewhere": {"units": frozenset({"other"}), "unit_id": "other"},
}
LEADER_OF = {
    "open": (PLAN, {A.SEE, A.CHANGE, A.NOTE, A.FINISH, A.DROP}),
    "done": (DONE, {A.SEE, A.NOTE, A.REOPEN, A.DRAFT_CARD}),
    "dropped": (DROPPED, {A.SEE, A.NOTE, A.REOPEN}),
    "drafted": (DRAFTED, {A.SEE, A.NOTE, A.DRAFT_CARD, A.RETURN_CARD, A.APPROVE_CARD}),
    "shown": (SHOWN, {A.SEE, A.NOTE, A.WITHDRAW_CARD}),
    "withdrawn": (WITHDRAWN, {A.SEE, A.NOTE, A.REOPEN, A.DRAFT_CARD}),
}


def person(role: Role, place: str = "of the unit", name: str = "someone") -> Person:
    return Person(name, role, **PLACES[place])


@pytest.mark.parametrize("stage", LEADER_OF)
@pytest.mark.parametrize("place", ["of the unit", "above", "of all"])
def test_what_a_leader_may_do_at_each_stage(stage: str, place: str):
    plan, wanted = LEADER_OF[stage]

    assert allowed(person(Role.LEADER, place), plan) == wanted


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("stage", LEADER_OF)
def test_nobody_of_another_unit_may_do_or_see_anything(role: Role, stage: str):
    assert allowed(person(role, "elsewhere"), LEADER_OF[stage][0]) == set()
    assert not may_make(person(role, "elsewhere"), UNIT)


@pytest.mark.parametrize("stage", LEADER_OF)
def test_an_officer_acts_on_what_they_own_alone(stage: str):
    plan, leader = LEADER_OF[stage]

    assert allowed(person(Role.OFFICER), plan) == {A.SEE}
    own = allowed(person(Role.OFFICER, name="clerk"), plan)
    assert own == leader & {A.SEE, A.NOTE, A.FINISH, A.DRAFT_CARD}
    stands_in = replace(person(Role.OFFICER, name="other"), deputy_for=frozenset({"clerk"}))
    assert allowed(stands_in, plan) == own


def test_who_makes_plans_and_for_whom_the_pages_are():
    assert {role for role in Role if may_make(person(role), UNIT)} == {Role.LEADER, Role.INSPECTOR}
    assert {role for role in Role if not sees_plans(role)} == {Role.TECHNICIAN, Role.ADMINISTRATOR}
    assert allowed(person(Role.AUDITOR, "of all"), SHOWN) == {A.SEE}
    assert set(PLAN_RIGHTS) == set(PlanAction)


@pytest.mark.parametrize("action", [A.APPROVE_CARD, A.RETURN_CARD])
def test_two_people_stand_behind_what_goes_public(action: PlanAction):
    assert not may(person(Role.LEADER, name="chair"), action, DRAFTED)
    assert may(person(Role.LEADER, name="deputy"), action, DRAFTED)
    rewritten = after(DRAFTED, (A.DRAFT_CARD, "deputy"))
    assert may(person(Role.LEADER, name="chair"), action, rewritten)
    assert not may(person(Role.LEADER, name="deputy"), action, rewritten)
    assert not may(person(Role.INSPECTOR, name="inspector"), action, DRAFTED)


def test_a_plan_is_what_its_steps_made_of_it():
    moved = replace(MADE, action=A.CHANGE, text="Mở hai quầy", owner="deputy", due_on=TODAY + timedelta(days=9))
    plan = replace(PLAN, steps=(MADE, moved))

    assert (plan.text, plan.owner, plan.due_on) == ("Mở hai quầy", "deputy", TODAY + timedelta(days=9))
    assert [each.state for each in (PLAN, DONE, DROPPED)] == list(ActionState)
    assert after(DONE, (A.REOPEN, "chair")).state is ActionState.OPEN
    assert [each.card_state for each in (DONE, DRAFTED, SHOWN, WITHDRAWN)] == [
        CardState.NONE,
        CardState.DRAFTED,
        CardState.SHOWN,
        CardState.WITHDRAWN,
    ]
    assert not PLAN.is_overdue(TODAY + timedelta(days=5))
    assert PLAN.is_overdue(TODAY + timedelta(days=6))
    assert not DONE.is_overdue(TODAY + timedelta(days=600))


def test_whoever_may_own_a_plan_has_an_account_and_sees_the_unit():
    people = [
        person(role, place, f"{role} {place}")
        for role in (Role.OFFICER, Role.TECHNICIAN, Role.AUDITOR)
        for place in PLACES
    ]

    assert owners_of(people, UNIT) == ("officer above", "officer of all", "officer of the unit")


def test_what_is_past_its_day_stands_first_and_waits_for_its_owner():
    late = replace(PLAN, plan_id=2, steps=(replace(MADE, due_on=TODAY - timedelta(days=1)),))
    soon, clerk = replace(PLAN, plan_id=3), person(Role.OFFICER, name="clerk")

    assert [plan.plan_id for plan in shown([DONE, soon, late], ActionShow.ALL, clerk)] == [2, 3, 1]
    assert [plan.plan_id for plan in shown([DONE, soon, late], ActionShow.MINE, clerk)] == [2, 3]
    found = todo([DRAFTED, soon, late], clerk, TODAY)
    assert (found.mine, found.overdue, found.cards) == (2, 1, 0)
    assert todo([DRAFTED], person(Role.LEADER, name="deputy"), TODAY).cards == 1
    assert not todo([DRAFTED], person(Role.LEADER, name="chair"), TODAY)


# ---- what may be typed


@pytest.mark.parametrize("wrong", ["", "  ngắn   ", "x" * 501])
def test_a_text_must_say_something(wrong: str):
    with pytest.raises(ValueError, match="8 to 500"):
        plan_text(wrong)
    assert plan_text("  Mở  thêm\r\nmột quầy ") == "Mở thêm\nmột quầy"


@pytest.mark.parametrize(
    "wrong", ["", "hôm nay", str(TODAY - timedelta(days=1)), str(TODAY + MAX_DUE + timedelta(days=1))]
)
def test_a_day_must_come_within_a_year(wrong: str):
    with pytest.raises(ValueError, match=r".+"):
        due_day(wrong, TODAY)
    assert due_day(str(TODAY), TODAY) == TODAY


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": "ngắn"}),
        ("title", {"title": "x" * (MAX_CARD_TITLE + 1)}),
        ("text", {"text": "x" * (MAX_CARD_TEXT + 1)}),
        ("title_en", {"title_en": "A title alone"}),
        ("text_en", {"title_en": "A title", "text_en": "x" * (MAX_CARD_TEXT + 1)}),
        ("last_day", {"last_day": str(TODAY - timedelta(days=1))}),
        ("last_day", {"last_day": str(TODAY + MAX_SHOWN + timedelta(days=1))}),
        ("last_day", {"last_day": "mai"}),
    ],
)
def test_a_card_that_fits_on_no_panel_is_refused_by_its_field(field: str, values: dict[str, str]):
    good = {"title": CARD.title, "text": CARD.text, "title_en": "", "text_en": "", "last_day": str(CARD.last_day)}

    assert card_of(**good, today=TODAY) == CARD
    with pytest.raises(ValueError, match=f"^{field}$"):
        card_of(**(good | values), today=TODAY)


def test_what_goes_to_kiosks_and_pages_is_composed_letters_and_nothing_that_cannot_be_seen():
    hidden = "\x00\x1b\u200b\u202e\ufeff"

    def typed(words: str) -> str:
        return unicodedata.normalize("NFD", words).replace(" ", f" {hidden}")

    assert card_of(
        typed(CARD.title), typed(CARD.text), typed(CARD.title), typed(CARD.text), str(CARD.last_day), TODAY
    ) == (replace(CARD, title_en=CARD.title, text_en=CARD.text))
    assert plan_text(typed(CARD.text) + "\r\n" + typed(CARD.title)) == f"{CARD.text}\n{CARD.title}"
    with pytest.raises(ValueError, match="title"):
        card_of("\u200b" * 20, CARD.text, "", "", str(CARD.last_day), TODAY)
    with pytest.raises(ValueError, match="letters"):
        plan_text("\u200b" * 20)


def test_a_card_is_bounded_as_imported_ones_are():
    columns = load_catalogue(shared("config") / "schemes" / "import-columns.toml").kinds["notices"]

    longest = {column.field: column.longest for column in columns}
    assert (longest["title"], longest["text"]) == (MAX_CARD_TITLE, MAX_CARD_TEXT)


# ---- effect


@given(st.sampled_from(sorted(PLANNED)), st.dates(date(2020, 1, 1), date(2050, 1, 1)))
def test_the_effect_is_looked_for_in_the_first_whole_period_after_it_was_done(name: PeriodName, done_on: date):
    found = effect_period(name, done_on)

    assert found.first is not None
    assert found.first > done_on
    assert (found.first - done_on).days <= (found.ends - found.first).days + 10
    assert not found.runs


@given(k=st.integers(0, 120), before=st.integers(0, 120))
def test_better_and_worse_are_said_only_where_chance_is_ruled_out(k: int, before: int):
    looked_for = effect_period(PeriodName.MONTH, TODAY)

    found = effect_of(Amount(before, 120), looked_for, Amount(k, 120), looked_for.ends + COMPLETE_AFTER)

    interval = newcombe(k, 120, before, 120)
    wanted = EffectState.BETTER if interval.high < 0 else EffectState.WORSE if interval.low > 0 else EffectState.CHANCE
    assert found.state is wanted
    assert found.difference is not None
    assert found.difference.interval == interval


def test_nothing_is_said_before_the_period_is_whole_nor_of_too_few():
    looked_for = effect_period(PeriodName.MONTH, TODAY)
    told_from = looked_for.ends + COMPLETE_AFTER

    amount = Amount(45, 200)
    assert effect_of(amount, looked_for, amount, told_from - timedelta(days=1)).state is EffectState.NOT_YET
    assert effect_of(amount, looked_for, None, told_from).state is EffectState.TOO_FEW
