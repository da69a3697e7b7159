"""An objection as people handle it: who may do what from where, in which order, and by when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.calendar import Holidays
from sync.district.domain.objection import (
    MAX_AGE,
    MAX_ROUNDS,
    Objection,
    ObjectionAbout,
    ObjectionAct,
    ObjectionState,
    ObjectionStep,
    ObjectionSubject,
    ObjectionVerdict,
    allowed,
    beside,
    deciders,
    may,
    may_raise,
    objection_text,
    sees_objections,
    sight,
)
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from sync.district.domain.staff_words import WrongWords
from tests.district.web_fixtures import NOW

TODAY, NO_HOLIDAYS = NOW.date(), Holidays()
UNIT, COUNTER, MONTH = "commune", "commune-q1", date(2026, 10, 1)
FIGURE = ObjectionSubject(ObjectionAbout.FIGURE, UNIT, COUNTER, MONTH, 40, 60)
DOUBT = ObjectionSubject(ObjectionAbout.DOUBT, UNIT, COUNTER, MONTH, doubt_id=3, decided_by=("hoa",))
FACTS = "Tuần đó máy lấy số hỏng, người dân chờ lâu."
SEE, RAISE, ADD, WITHDRAW, DECIDE, AGAIN = (
    ObjectionAct.SEE,
    ObjectionAct.RAISE,
    ObjectionAct.ADD,
    ObjectionAct.WITHDRAW,
    ObjectionAct.DECIDE,
    ObjectionAct.ASK_AGAIN,
)
PLACES = {
    "at the counter": {"units": frozenset({UNIT}), "unit_id": UNIT, "counters": frozenset({COUNTER})},
    "of the unit": {"units": frozenset({UNIT}), "unit_id": UNIT, "counters": frozenset({"commune-q2"})},
    "above": {"units": frozenset({UNIT, "province"}), "unit_id": "province"},
    "of all": {"units": None, "unit_id": None},
    "elsewhere": {"units": frozenset({"other"}), "unit_id": "other"},
}
OVERSEEING = {"of the unit", "above", "of all"}


def person(role: Role, place: str = "at the counter", name: str = "someone", **more) -> Person:
    return Person(name, role, **PLACES[place], **more)


def raised(*steps: ObjectionStep, subject: ObjectionSubject = FIGURE, author: str = "an") -> Objection:
    return Objection(7, subject, (ObjectionStep(NOW, author, Role.OFFICER, RAISE, FACTS), *steps))


def decided(verdict: ObjectionVerdict, name: str = "lan") -> ObjectionStep:
    return ObjectionStep(NOW, name, Role.LEADER, DECIDE, "Đã xem sổ sửa máy lấy số.", verdict)


NOT_AGREED, AGREED = decided(ObjectionVerdict.NOT_AGREED), decided(ObjectionVerdict.AGREED)
ASKED_AGAIN = ObjectionStep(NOW, "an", Role.OFFICER, AGAIN, FACTS)


def rights(who: Person, objection: Objection, days: int = 0) -> set[ObjectionAct]:
    return set(allowed(who, objection, NO_HOLIDAYS, TODAY + timedelta(days=days)))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", PLACES)
def test_the_table_of_rights_of_an_open_objection(role: Role, place: str):
    expected: set[ObjectionAct] = set()
    if role in (Role.LEADER, Role.INSPECTOR):
        expected = {SEE, DECIDE} if place in OVERSEEING else {SEE} if place == "at the counter" else set()
    elif (role is Role.OFFICER and place == "at the counter") or role is Role.AUDITOR:
        expected = {SEE}

    assert rights(person(role, place), raised()) == expected
    assert sees_objections(role) == (role in (Role.LEADER, Role.INSPECTOR, Role.OFFICER, Role.AUDITOR))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", PLACES)
def test_who_may_raise_one(role: Role, place: str):
    sits = place == "at the counter" and role in (Role.OFFICER, Role.LEADER, Role.INSPECTOR)

    assert may_raise(person(role, place), FIGURE, [], TODAY) == sits
    assert may_raise(person(role, place), DOUBT, [], TODAY) == sits


def test_its_author_adds_and_withdraws_while_it_is_open_and_always_sees_it():
    author, moved = person(Role.OFFICER, name="an"), person(Role.OFFICER, "elsewhere", "an")

    assert rights(author, raised()) == {SEE, ADD, WITHDRAW}
    assert rights(author, raised(AGREED)) == {SEE}
    assert SEE in rights(moved, raised())


def test_a_colleague_at_the_same_counter_reads_it_and_writes_nothing():
    assert rights(person(Role.OFFICER, name="bình"), raised()) == {SEE}


def test_a_deputy_adds_and_asks_again_and_does_not_withdraw():
    deputy = person(Role.OFFICER, "of the unit", "vy", deputy_for=frozenset({"an"}))

    assert rights(deputy, raised()) == {SEE, ADD}
    assert AGAIN in rights(deputy, raised(NOT_AGREED))


def test_nobody_decides_about_their_own_counter_what_they_wrote_or_what_they_decided_before():
    leader = person(Role.LEADER, "of the unit", "lan")
    added = ObjectionStep(NOW, "lan", Role.LEADER, ADD, FACTS)

    assert DECIDE in rights(leader, raised())
    assert DECIDE not in rights(person(Role.LEADER, "at the counter", "lan"), raised())
    assert DECIDE not in rights(leader, raised(author="lan"))
    assert DECIDE not in rights(leader, raised(added))
    assert DECIDE not in rights(leader, raised(NOT_AGREED, ASKED_AGAIN))
    assert DECIDE not in rights(replace(leader, user_name="hoa"), raised(subject=DOUBT))
    assert DECIDE in rights(leader, raised(subject=DOUBT))


@pytest.mark.parametrize("stands_for", ["an", "lan", "hoa"])
def test_the_deputy_of_whoever_may_not_decide_may_not_either(stands_for: str):
    deputy = person(Role.LEADER, "above", "tú", deputy_for=frozenset({stands_for}))

    assert DECIDE not in rights(deputy, raised(NOT_AGREED, ASKED_AGAIN, subject=DOUBT))
    assert DECIDE in rights(
        replace(deputy, deputy_for=frozenset({"x"})), raised(NOT_AGREED, ASKED_AGAIN, subject=DOUBT)
    )


def test_who_may_decide_is_named_and_nobody_when_nobody_may():
    everybody = [
        person(Role.LEADER, "of the unit", "lan"),
        person(Role.INSPECTOR, "above", "tú"),
        person(Role.LEADER, "at the counter", "an"),
        person(Role.OFFICER, "of the unit", "vy"),
    ]

    assert deciders(everybody, raised(), NO_HOLIDAYS, TODAY) == ("lan", "tú")
    assert deciders(everybody, raised(NOT_AGREED, ASKED_AGAIN), NO_HOLIDAYS, TODAY) == ("tú",)
    assert deciders(everybody[2:], raised(), NO_HOLIDAYS, TODAY) == ()


def test_it_is_decided_within_ten_working_days_and_asked_again_once():
    objection, author = raised(NOT_AGREED), person(Role.OFFICER, name="an")

    assert raised().due_on(NO_HOLIDAYS) == date(2026, 12, 4)  # from Friday 20 November
    assert not raised().is_overdue(NO_HOLIDAYS, date(2026, 12, 4))
    assert raised().is_overdue(NO_HOLIDAYS, date(2026, 12, 5))
    assert not raised(AGREED).is_overdue(NO_HOLIDAYS, date(2027, 12, 5))
    assert AGAIN in rights(author, objection, 14)
    assert AGAIN not in rights(author, objection, 15)
    assert AGAIN not in rights(author, raised(AGREED))
    assert AGAIN not in rights(author, raised(NOT_AGREED, ASKED_AGAIN, NOT_AGREED))


def test_a_figure_is_objected_to_once_while_it_is_fresh_and_told():
    author, withdrawn = person(Role.OFFICER, name="an"), raised(ObjectionStep(NOW, "an", Role.OFFICER, WITHDRAW))
    ended = date(2026, 11, 1)

    assert may_raise(author, FIGURE, [withdrawn], TODAY)
    assert not may_raise(author, FIGURE, [raised()], TODAY)
    assert not may_raise(author, FIGURE, [raised(NOT_AGREED)], TODAY)
    assert may_raise(author, FIGURE, [raised(subject=replace(FIGURE, month=date(2026, 9, 1)))], TODAY)
    assert not may_raise(author, FIGURE, [], ended - timedelta(days=1))
    assert may_raise(author, FIGURE, [], ended + MAX_AGE - timedelta(days=1))
    assert not may_raise(author, FIGURE, [], ended + MAX_AGE)
    assert not may_raise(author, replace(FIGURE, k=None, n=None), [], TODAY)
    assert not may_raise(author, replace(DOUBT, decided_by=()), [], TODAY)
    assert not may_raise(replace(author, linked=False), FIGURE, [], TODAY)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("ngắn quá", "length"),
        ("x" * 2_001, "length"),
        ("Người gọi số 0912 345 678 nói rằng máy hỏng.", "tells_who"),
        ("Xin hỏi nguyen@example.vn về việc của ngày hôm đó.", "tells_who"),
        ("Hồ sơ H35.88.01-261101-0001 bấm nhầm mức thấp nhất.", "tells_who"),
    ],
)
def test_what_says_too_little_or_tells_who_a_citizen_is_is_not_taken(text: str, key: str):
    with pytest.raises(WrongWords) as wrong:
        objection_text(text)
    assert wrong.value.key == key


def test_what_is_taken_is_cleaned():
    assert objection_text("  Máy   lấy số\u200b hỏng\r\nhai ngày liền. ") == "Máy lấy số hỏng\nhai ngày liền."


def test_beside_a_figure_stand_the_objections_to_its_months():
    october, withdrawn = raised(), replace(raised(ObjectionStep(NOW, "an", Role.OFFICER, WITHDRAW)), objection_id=8)
    both = [withdrawn, october]

    assert beside(both, COUNTER, date(2026, 10, 1), date(2026, 10, 31)) == [october]
    assert beside(both, COUNTER, None, date(2026, 12, 31)) == [october]
    assert beside(both, COUNTER, date(2026, 10, 31), date(2026, 11, 6)) == [october]
    assert beside(both, COUNTER, date(2026, 11, 1), date(2026, 11, 30)) == []
    assert beside(both, COUNTER, date(2026, 9, 1), date(2026, 9, 30)) == []
    assert beside([raised(subject=DOUBT)], COUNTER, None, date(2026, 12, 31)) == [], "few may know of a doubt"
    assert beside(both, "commune-q2", None, date(2026, 12, 31)) == []


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", PLACES)
def test_whatever_somebody_may_see_is_looked_for(role: Role, place: str):
    who = person(role, place)
    where = sight(who)
    found = (where.units is None and where.counters is None) or (
        UNIT in where.units if where.units is not None else COUNTER in (where.counters or ())
    )

    assert found or SEE not in rights(who, raised())


NAMES = ("an", "vy", "lan", "tú", "hoa", "minh")
EVERYBODY = [
    person(Role.OFFICER, "at the counter", "an"),
    person(Role.OFFICER, "of the unit", "vy", deputy_for=frozenset({"an"})),
    person(Role.LEADER, "of the unit", "lan"),
    person(Role.INSPECTOR, "above", "tú", deputy_for=frozenset({"lan"})),
    person(Role.LEADER, "of all", "hoa"),
    person(Role.LEADER, "at the counter", "minh"),
]


@given(
    walk=st.lists(
        st.tuples(
            st.sampled_from(EVERYBODY),
            st.sampled_from(sorted(ObjectionAct)),
            st.sampled_from(ObjectionVerdict),
            st.integers(0, 12),
        ),
        max_size=40,
    ),
    subject=st.sampled_from([FIGURE, DOUBT]),
)
def test_however_people_act_nobody_decides_twice_or_about_themselves_and_nothing_is_lost(walk, subject):
    objection, now = raised(subject=subject), NOW
    for who, act, verdict, days in walk:
        now += timedelta(days=days)
        if act is SEE or not may(who, act, objection, NO_HOLIDAYS, now.date()):
            continue
        before = objection
        step = ObjectionStep(now, who.user_name, who.role, act, FACTS, verdict if act is DECIDE else None)
        objection = replace(objection, steps=(*objection.steps, step))
        if act is DECIDE:
            assert who.user_name not in before.writers | {each.person for each in before.decisions}
            assert who.user_name not in subject.decided_by
            assert COUNTER not in who.counters
        assert objection.steps[: len(before.steps)] == before.steps

    names = [each.person for each in objection.decisions]
    assert len(names) == len(set(names)) <= MAX_ROUNDS
    assert objection.author == "an"
    assert (objection.decision is None) == (objection.state in (ObjectionState.OPEN, ObjectionState.WITHDRAWN))
    if objection.state is ObjectionState.WITHDRAWN:
        assert all(not rights(who, objection, 5) - {SEE} for who in EVERYBODY)
