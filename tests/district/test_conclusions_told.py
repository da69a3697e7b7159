"""The officer hears of a conclusion after the citizen, on the first of a month, and may object to it."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from msgspec.structs import replace

from kiosk.domain.calendar import Holidays
from kiosk.domain.complaint import ConclusionResult
from sync.district.complaints.actions import NotAllowed, review_conclusion
from sync.district.complaints.conclusions import cases_of, tell_officers
from sync.district.domain.complaint_case import Case, after
from sync.district.domain.complaint_steps import Action, Status, Step
from sync.district.domain.concluding import notice_from
from sync.district.domain.conclusion import Conclusion, object_until
from sync.district.domain.objection import (
    Objection,
    ObjectionAbout,
    ObjectionAct,
    ObjectionStep,
    ObjectionSubject,
    ObjectionVerdict,
    allowed,
    may_raise_to_conclusion,
)
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from sync.district.store import conclusions as store
from sync.district.store.engine import reading, writing
from sync.district.times import local_day
from sync.district.web.conclusions import OwnConclusion, OwnNotice, own_conclusion
from tests.district.conclusion_office import (
    OBJECTS,
    TOLD,
    WHY,
    answered,
    complain,
    conclude,
    concluded,
    concluded_case,
    final_day,
    office,
    on,
    set_password,
    told_day,
    upheld,
    waiting,
)
from tests.district.conftest import District
from tests.district.test_complaint_subjects import FIRST, peopled
from tests.district.test_complaints import HEAD, SCHEMES, SECOND, do
from tests.support.factories import UNIT

__all__ = ["office", "peopled"]


def test_the_officer_hears_of_it_on_the_first_of_a_month_a_week_after_the_citizen(office: District) -> None:
    entry_id = complain(office)
    concluded(office, entry_id)
    on(office, local_day(office.clock()) + timedelta(days=40))
    assert tell_officers(office.engine, office.clock()) == 0  # the citizen has no answer yet
    do(office, HEAD, entry_id, Action.DRAFT, text="Cơ quan xin lỗi Ông/Bà.")
    assert notice_from(do(office, SECOND, entry_id, Action.APPROVE)) is None  # nobody has told them
    case = do(office, HEAD, entry_id, Action.INFORM, reached="yes", by="call")
    first = notice_from(case)
    assert first is not None
    assert case.answered_at is not None
    assert first.day == 1
    assert first >= local_day(case.answered_at) + timedelta(days=7)

    assert tell_officers(office.engine, on(office, first - timedelta(days=1))) == 0
    assert tell_officers(office.engine, on(office, first)) == 1
    assert tell_officers(office.engine, on(office, first)) == 0


def test_who_has_no_account_is_not_told_and_nothing_counts_against_them(office: District) -> None:
    entry_id = complain(office)
    do(office, HEAD, entry_id, Action.CLASSIFY, about="conduct", sensitive="no", persons="CB-8", text="Người khác")
    case = answered(office, entry_id, persons="CB-8")

    told_day(office, case)
    assert office.rows("conclusion_notices", "officer_number") == []


def test_a_conclusion_that_is_being_made_anew_is_told_to_nobody(office: District) -> None:
    entry_id = complain(office)
    case = answered(office, entry_id)
    conclude(office, entry_id, ConclusionResult.NOT_TRUE)

    told_day(office, case)
    assert office.rows("conclusion_notices", "officer_number") == []


def test_an_account_that_has_no_password_yet_is_not_told(office: District) -> None:
    case = answered(office, complain(office))
    set_password(office, "bay", "")

    told_day(office, case)
    assert office.rows("conclusion_notices", "officer_number") == []


def test_who_gets_an_account_later_is_told_with_the_next_month_and_a_server_that_was_down_tells_once(
    office: District,
) -> None:
    case = answered(office, complain(office))
    set_password(office, "bay", "")
    first = told_day(office, case)
    set_password(office, "bay", "x")

    assert tell_officers(office.engine, on(office, first + timedelta(days=9))) == 0
    assert tell_officers(office.engine, on(office, first + timedelta(days=33))) == 1  # it was down on the first
    assert tell_officers(office.engine, on(office, first + timedelta(days=34))) == 0


@pytest.mark.parametrize("known", ["reached", "tried"])
def test_nobody_is_told_before_the_citizen_who_wanted_to_hear(known: str) -> None:
    at = datetime(2026, 11, 2, 3, tzinfo=UTC)
    made = Conclusion(ConclusionResult.TRUE, frozenset({"CB-7"}), WHY, TOLD, "head", "second", at, 1)
    before = Case(Status.ANSWERED, UNIT, at, at, False, answer="x", answered_at=at, conclusion=made)
    waits = replace(before, reply_by="call", to_inform=("approve",))
    later = at + timedelta(days=40)
    informed = Step(later, Action.INFORM, "head", {"reached": "yes" if known == "reached" else "no", "by": "call"}, 9)

    assert notice_from(before) == date(2026, 12, 1)
    assert notice_from(waits) is None
    assert notice_from(after(waits, informed)) == (date(2027, 1, 1) if known == "reached" else None)


def own(office: District, day: date) -> OwnConclusion | None:
    with reading(office.engine) as connection:
        (notice,) = store.notices_to(connection, "CB-7")
        case = cases_of(connection, [notice.complaint_id], office.clock())[notice.complaint_id]
        opened_on = store.opened_on(connection, [notice]).get(notice.notice_id)
    person = Person("bay", Role.OFFICER, frozenset({UNIT}), "CB-7")
    return own_conclusion(OwnNotice(1, notice, case, opened_on), person, [], Holidays(), day)


def test_what_handlers_do_meanwhile_changes_nothing_that_the_officer_reads_until_the_next_month(
    office: District,
) -> None:
    (entry_id,) = upheld(office, 1)
    day = local_day(office.clock())
    before = own(office, day)
    assert before is not None
    assert before.may_object
    do(office, HEAD, entry_id, Action.CLASSIFY, about="rule", sensitive="no", persons="", text="Nhầm")
    assert own(office, day) == before
    do(office, HEAD, entry_id, Action.CLASSIFY, about="conduct", sensitive="no", persons="CB-7", text="Đúng ra")
    conclude(office, entry_id, ConclusionResult.NOT_TRUE)
    assert own(office, day) == before
    do(office, SECOND, entry_id, Action.ENDORSE)

    assert own(office, day) == before
    assert own(office, (day.replace(day=1) + timedelta(days=32)).replace(day=1)) is None
    assert waiting(office, final_day(office)) == []


def test_an_objection_to_what_was_replaced_reviews_nothing(office: District) -> None:
    (entry_id,) = upheld(office, 1)
    with reading(office.engine) as connection:
        (notice,) = store.notices_until(connection, local_day(office.clock()))
    concluded(office, entry_id, ConclusionResult.PARTLY)
    conclude(office, entry_id, ConclusionResult.TRUE)
    newest = concluded_case(office, entry_id)
    agreed = ObjectionStep(office.clock(), "above", Role.LEADER, ObjectionAct.DECIDE, WHY, ObjectionVerdict.AGREED)
    with writing(office.engine) as connection:
        review_conclusion(connection, SCHEMES, notice, agreed)
    assert concluded_case(office, entry_id) == newest
    assert newest.conclusion is not None
    with writing(office.engine) as connection:
        of_newest = replace(notice, action_id=newest.conclusion.action_id)
        review_conclusion(connection, SCHEMES, of_newest, agreed)
    case = concluded_case(office, entry_id)
    assert case.conclusion is not None
    assert (case.conclusion.under_review, case.concluding) == (True, None)


def test_what_was_concluded_may_be_concluded_anew_wherever_the_matter_stands(office: District) -> None:
    entry_id = complain(office)
    answered(office, entry_id)
    do(office, HEAD, entry_id, Action.CLASSIFY, about="rule", sensitive="no", persons="", text="Nhầm người")
    conclude(office, entry_id, ConclusionResult.NOT_TRUE, persons="")
    assert do(office, SECOND, entry_id, Action.ENDORSE).conclusion is not None


def test_nothing_is_approved_about_somebody_whom_the_matter_no_longer_concerns(office: District) -> None:
    entry_id = complain(office)
    conclude(office, entry_id)
    do(office, SECOND, entry_id, Action.CLASSIFY, about="conduct", sensitive="no", persons="CB-8", text="Nhầm người")

    with pytest.raises(NotAllowed):
        do(office, SECOND, entry_id, Action.ENDORSE)


TODAY, NO_HOLIDAYS = date(2026, 12, 1), Holidays()
SUBJECT = ObjectionSubject(
    ObjectionAbout.CONCLUSION,
    UNIT,
    "",
    TODAY,
    decided_by=("head", "second"),
    notice_id=1,
    kept_officers=frozenset({"CB-7"}),
    kept_counters=frozenset({FIRST}),
)
RAISED = Objection(
    1, SUBJECT, (ObjectionStep(datetime(2026, 12, 1, 3, tzinfo=UTC), "bay", Role.OFFICER, ObjectionAct.RAISE, OBJECTS),)
)


def rights(who: Person) -> set[ObjectionAct]:
    return set(allowed(who, RAISED, NO_HOLIDAYS, TODAY))


@pytest.mark.parametrize("role", Role)
def test_the_table_of_rights_of_an_objection_to_a_conclusion(role: Role) -> None:
    """Its author, and leaders whom the complaint is not kept from; nobody who concluded or approved decides."""
    of_unit = Person("other", role, frozenset({UNIT}))
    decides = {ObjectionAct.SEE, ObjectionAct.DECIDE} if role is Role.LEADER else set()

    assert rights(of_unit) == decides
    assert rights(replace(of_unit, user_name="head")) == decides - {ObjectionAct.DECIDE}
    assert rights(replace(of_unit, deputy_for=frozenset({"second"}))) == decides - {ObjectionAct.DECIDE}
    for kept_out in (
        replace(of_unit, officer_number="CB-7"),
        replace(of_unit, officer_number="CB-9", counters=frozenset({FIRST})),
        replace(of_unit, units=frozenset({"elsewhere"})),
        replace(of_unit, linked=False),
    ):
        assert rights(kept_out) == set()


def test_its_author_alone_writes_in_it_and_no_deputy_reads_it() -> None:
    author = Person("bay", Role.OFFICER, frozenset({UNIT}), "CB-7", frozenset({FIRST}))
    colleague = replace(author, user_name="tam", officer_number="CB-8", deputy_for=frozenset({"bay"}))

    assert rights(author) == {ObjectionAct.SEE, ObjectionAct.ADD, ObjectionAct.WITHDRAW}
    assert rights(colleague) == set()


@pytest.mark.parametrize(("role", "mine"), list(product(Role, (True, False))))
def test_only_the_officer_who_was_told_objects_and_in_time(role: Role, mine: bool) -> None:
    who = Person("x", role, frozenset({UNIT}), "CB-7" if mine else "CB-8")
    until, may_ever = date(2026, 12, 22), mine and role in (Role.OFFICER, Role.LEADER, Role.INSPECTOR)

    assert may_raise_to_conclusion(who, "CB-7", SUBJECT, [], until, until) is may_ever
    assert not may_raise_to_conclusion(who, "CB-7", SUBJECT, [], until, until + timedelta(days=1))
    assert not may_raise_to_conclusion(who, "CB-7", SUBJECT, [RAISED], until, until)


def test_fifteen_working_days_to_object_skip_weekends() -> None:
    assert object_until(date(2026, 12, 1), NO_HOLIDAYS) == date(2026, 12, 22)
