"""Who may see a doubt, object to it and decide: every role from every place."""

from datetime import timedelta

import pytest

from sync.district.domain.doubt_case import (
    DOUBT_RIGHTS,
    TIME_TO_OBJECT,
    DoubtAction,
    DoubtCase,
    DoubtStep,
    DoubtVerdict,
    Near,
    Sight,
    decided,
    doubt_text,
    may,
    sees_doubts,
    sight,
)
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from tests.district.web_fixtures import NOW

NOTED = NOW.date()
UNIT, COUNTER = "commune", "commune-q1"
OBJECTION = DoubtStep(NOW, "lan", "một đoàn cùng đến", role=Role.LEADER)
CLERKS_WORD = DoubtStep(NOW, "tú", "một đoàn cùng đến", role=Role.OFFICER)
OLD_WORD = DoubtStep(NOW, "an", "một đoàn cùng đến")
VERDICT = DoubtStep(NOW, "hoa", "đã xem lại camera", DoubtVerdict.EXPLAINED)
EMPTY = DoubtCase(UNIT, COUNTER, NOTED)
HEARD = DoubtCase(UNIT, COUNTER, NOTED, (OBJECTION,))
DECIDED = DoubtCase(UNIT, COUNTER, NOTED, (OBJECTION, VERDICT))

PLACES = {
    "at the counter": {"units": frozenset({UNIT}), "unit_id": UNIT, "counters": frozenset({COUNTER})},
    "of the unit": {"units": frozenset({UNIT}), "unit_id": UNIT},
    "above": {"units": frozenset({UNIT, "province", "other"}), "unit_id": "province"},
    "of all": {"units": None, "unit_id": None},
    "elsewhere": {"units": frozenset({"other"}), "unit_id": "other"},
}
SEE, OBJECT, DECIDE, MINUTES = DoubtAction.SEE, DoubtAction.OBJECT, DoubtAction.DECIDE, DoubtAction.SEE_MINUTES
TABLE = {
    (Role.LEADER, "at the counter"): {SEE, OBJECT},
    (Role.LEADER, "of the unit"): {SEE, OBJECT},
    (Role.LEADER, "above"): {SEE, DECIDE},
    (Role.LEADER, "of all"): {SEE, DECIDE},
    (Role.INSPECTOR, "at the counter"): {SEE},
    (Role.INSPECTOR, "of the unit"): {SEE},
    (Role.INSPECTOR, "above"): {SEE, DECIDE},
    (Role.INSPECTOR, "of all"): {SEE, DECIDE},
    (Role.OFFICER, "at the counter"): {SEE, OBJECT},
    (Role.AUDITOR, "of all"): {SEE, MINUTES},
}


def person(role: Role, place: str, name: str = "someone") -> Person:
    return Person(name, role, **PLACES[place])


def allowed(who: Person, case: DoubtCase, days: int = 0) -> set[DoubtAction]:
    return {action for action in DoubtAction if may(who, action, case, NOTED + timedelta(days=days))}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
@pytest.mark.parametrize("place", PLACES)
def test_the_table_of_rights_once_the_unit_was_heard(role: Role, place: str):
    assert allowed(person(role, place), HEARD) == TABLE.get((role, place), set())


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", PLACES)
def test_whatever_somebody_may_see_is_looked_for(role: Role, place: str):
    who = person(role, place)
    where = sight(who)

    for unit in ("commune", "other", "province", "elsewhere"):
        for counter in (COUNTER, "other-q1", ""):
            if may(who, SEE, DoubtCase(unit, counter, NOTED), NOTED):
                assert where.units is None or unit in where.units
                assert where.counters is None or counter in where.counters


def test_for_whom_no_doubt_is_none_is_looked_for():
    assert sight(person(Role.TECHNICIAN, "of all")) == Sight(units=frozenset())
    assert sight(person(Role.OFFICER, "of the unit")) == Sight(counters=frozenset())


def test_the_auditor_sees_everything_and_decides_nothing():
    assert allowed(person(Role.AUDITOR, "of all"), HEARD) == {SEE, MINUTES}
    assert DOUBT_RIGHTS[MINUTES] == {Role.AUDITOR: Near.ANYWHERE}


def test_nobody_decides_before_the_unit_was_heard_or_let_its_time_pass():
    above = person(Role.LEADER, "above")

    assert DECIDE not in allowed(above, EMPTY, TIME_TO_OBJECT.days - 1)
    assert DECIDE in allowed(above, EMPTY, TIME_TO_OBJECT.days)
    assert DECIDE in allowed(above, HEARD)
    assert EMPTY.word_until == NOTED + TIME_TO_OBJECT - timedelta(days=1)


@pytest.mark.parametrize("word", [CLERKS_WORD, OLD_WORD])
def test_a_word_from_the_counter_takes_no_time_away_from_the_leader_of_the_unit(word: DoubtStep):
    above, case = person(Role.LEADER, "above"), DoubtCase(UNIT, COUNTER, NOTED, (word,))

    assert OBJECT in allowed(person(Role.LEADER, "of the unit"), case)
    assert DECIDE not in allowed(above, case, TIME_TO_OBJECT.days - 1)
    assert DECIDE in allowed(above, case, TIME_TO_OBJECT.days)
    assert DECIDE in allowed(above, DoubtCase(UNIT, COUNTER, NOTED, (word, OBJECTION)))


def test_nobody_decides_about_a_counter_at_which_they_sit_or_that_they_spoke_for():
    sits = Person("x", Role.LEADER, None, counters=frozenset({COUNTER}))

    assert DECIDE not in allowed(sits, HEARD)
    assert DECIDE not in allowed(person(Role.LEADER, "of all", "lan"), HEARD)


def test_an_officer_of_whom_nobody_knows_where_they_sit_sees_nothing():
    unlinked = Person("x", Role.OFFICER, frozenset({UNIT}), counters=frozenset({COUNTER}), linked=False, unit_id=UNIT)

    assert allowed(unlinked, HEARD) == set()
    assert allowed(person(Role.OFFICER, "of the unit"), DoubtCase(UNIT, "", NOTED)) == set()


def test_after_the_verdict_the_unit_has_spoken_and_a_new_verdict_replaces_it():
    assert OBJECT not in allowed(person(Role.LEADER, "of the unit"), DECIDED)
    assert DECIDE in allowed(person(Role.LEADER, "above"), DECIDED)
    again = DoubtCase(
        UNIT, COUNTER, NOTED, (OBJECTION, VERDICT, DoubtStep(NOW, "mai", "x" * 9, DoubtVerdict.SET_ASIDE))
    )
    assert again.verdict is not None
    assert again.verdict.verdict is DoubtVerdict.SET_ASIDE
    assert decided([again, DECIDED, EMPTY]) == {DoubtVerdict.EXPLAINED: 1, DoubtVerdict.SET_ASIDE: 1}


def test_technicians_and_administrators_know_of_no_doubts():
    assert {role for role in Role if not sees_doubts(role)} == {Role.TECHNICIAN, Role.ADMINISTRATOR}


@pytest.mark.parametrize("wrong", ["", "   ngắn  ", "x" * 2_001])
def test_a_word_must_say_something(wrong: str):
    with pytest.raises(ValueError, match="8 to 2000"):
        doubt_text(wrong)
    assert doubt_text("  một đoàn\ncùng đến ") == "một đoàn\ncùng đến"
