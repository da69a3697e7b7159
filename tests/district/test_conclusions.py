"""The conclusion of a complaint about conduct: two people make it, the citizen reads it, its officer hears of it and
may object, and it counts only then, and never alone."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import update

from kiosk.domain.calendar import Holidays
from kiosk.domain.complaint import ConclusionResult
from kiosk.domain.released import K
from kiosk.vietnamese.fold import fold
from sync.district.complaints.actions import Incomplete, NotAllowed, review_conclusion
from sync.district.complaints.conclusions import cases_of, tell_officers, waiting_conclusions
from sync.district.domain.audit import Audited
from sync.district.domain.complaint_case import Case, after
from sync.district.domain.complaint_steps import Action, Status, Step
from sync.district.domain.concluding import notice_from
from sync.district.domain.conclusion import AGAINST, Conclusion, object_until, words_for_officer
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
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.release import Stream, closed
from sync.district.domain.rights import Person
from sync.district.domain.staff_words import WrongWords
from sync.district.measures.dossier_states import DossierCounts, DossierState
from sync.district.measures.indicator_rules import DatePoints
from sync.district.measures.indicators import points_from_conduct
from sync.district.projection.release import release
from sync.district.store import audit, objections
from sync.district.store import conclusions as store
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.complaints import add_view
from sync.district.store.engine import reading, writing
from sync.district.store.people_tables import users
from sync.district.times import local_day, start_of
from sync.district.web.conclusions import OwnConclusion, OwnNotice, own_conclusion, subject_of_conclusion
from tests.district.conftest import District
from tests.district.test_complaint_subjects import FIRST, officers, peopled, sees
from tests.district.test_complaints import HEAD, NUMBERS, SCHEMES, SECOND, do, opened, told_to
from tests.district.web_fixtures import bring
from tests.support.factories import UNIT

__all__ = ["peopled"]

SAID = "Cán bộ ở quầy cáu gắt, ném trả hồ sơ rồi bảo tôi về."
TOLD = "Qua xác minh, có lúc Ông/Bà nói năng chưa đúng mực với người dân."
WHY = "Đã nghe cán bộ trình bày và hỏi người làm chứng."
OBJECTS = "Tôi luôn theo quy tắc ứng xử, hai người cùng phòng xác nhận được."
ABOVE = SignedIn("above", Role.LEADER, None, "")
OF_SEVEN = SignedIn("bay", Role.OFFICER, UNIT, "", "CB-7")


@pytest.fixture
def office(peopled: District) -> District:
    """Two counters, the officers CB-7 and CB-8, CB-7 with an account, three leaders."""
    with writing(peopled.engine) as connection:
        for who in (HEAD, SECOND, ABOVE, OF_SEVEN):
            number = who.officer_number
            add_user(
                connection,
                UserRow(who.user_name, "x", who.role, who.unit_id, False, number, number is None),
                peopled.clock(),
            )
    return peopled


def complain(office: District, number: str = NUMBERS[0], **body: object) -> str:
    box = office.box()
    entry = box.tell(number, **{"text": SAID, "about": "conduct", "counter_id": FIRST, **body})
    office.accept(box)
    office.overnight()
    do(office, HEAD, entry.entry_id, Action.CLASSIFY, about="conduct", sensitive="no", persons="CB-7")
    do(office, HEAD, entry.entry_id, Action.TAKE)
    do(office, HEAD, entry.entry_id, Action.START)
    return entry.entry_id


def conclude(office: District, entry_id: str, finding: ConclusionResult = ConclusionResult.TRUE, **fields: str) -> Case:
    fields = {"result": str(finding), "text": WHY, "persons": "CB-7", "notice": TOLD, **fields}
    if finding not in AGAINST:
        fields["notice"] = ""
    return do(office, HEAD, entry_id, Action.CONCLUDE, **fields)


def concluded(
    office: District, entry_id: str, finding: ConclusionResult = ConclusionResult.TRUE, **fields: str
) -> Case:
    conclude(office, entry_id, finding, **fields)
    return do(office, SECOND, entry_id, Action.ENDORSE)


def answered(office: District, entry_id: str, finding: ConclusionResult = ConclusionResult.TRUE, **fields: str) -> Case:
    """Concluded, and its citizen has the answer and was told of it."""
    concluded(office, entry_id, finding, **fields)
    do(office, HEAD, entry_id, Action.DRAFT, text="Cơ quan xin lỗi Ông/Bà.")
    do(office, SECOND, entry_id, Action.APPROVE)
    return do(office, HEAD, entry_id, Action.INFORM, reached="yes", by="call")


def on(office: District, day: date) -> datetime:
    office.clock.at = (start_of(day) + timedelta(hours=1)).astimezone(UTC)
    return office.clock()


def told_day(office: District, case: Case) -> date:
    day = notice_from(case)
    assert day is not None
    tell_officers(office.engine, on(office, day))
    return day


def open_all(office: District, user_name: str = "bay") -> None:
    """The officer opens what they were told."""
    with writing(office.engine) as connection:
        for each in store.notices_until(connection, local_day(office.clock())):
            add_view(connection, each.complaint_id, store.NOTICE_VIEW, user_name, office.clock())


def set_password(office: District, user_name: str, password_hash: str) -> None:
    with writing(office.engine) as connection:
        connection.execute(update(users).where(users.c.user_name == user_name).values(password_hash=password_hash))


# ---- two people, and never the subject


def test_a_colleague_of_the_same_counter_concludes_nothing_though_no_counter_was_named(office: District) -> None:
    eight, other = (
        SignedIn(name, Role.OFFICER, UNIT, "", number) for name, number in (("tam", "CB-8"), ("bon", "CB-4"))
    )
    assert bring(office.engine, "officers", officers(CB_7=FIRST, CB_8=FIRST, CB_4="H32.13-Q2")).revision
    with writing(office.engine) as connection:
        for who in (eight, other):
            row = UserRow(who.user_name, "x", who.role, who.unit_id, False, who.officer_number)
            add_user(connection, row, office.clock())
    entry_id = complain(office, counter_id="")
    refused = []
    for who in (eight, other):
        do(office, HEAD, entry_id, Action.ASSIGN, owner=who.user_name)
        try:
            do(office, who, entry_id, Action.CONCLUDE, result="true", text=WHY, persons="CB-7")
        except NotAllowed:
            refused.append(who.user_name)

    assert refused == ["tam"]


def test_the_answer_waits_for_a_conclusion_that_a_second_person_approves(office: District) -> None:
    entry_id = complain(office)
    do(office, HEAD, entry_id, Action.DRAFT, text="Cơ quan xin lỗi Ông/Bà.")
    with pytest.raises(NotAllowed):
        do(office, SECOND, entry_id, Action.APPROVE)
    conclude(office, entry_id)
    for act in (Action.ENDORSE, Action.RETURN_CONCLUSION):
        with pytest.raises(NotAllowed):
            do(office, HEAD, entry_id, act, text="x")
    returned = do(office, SECOND, entry_id, Action.RETURN_CONCLUSION, text="Xin hỏi thêm người làm chứng.")
    assert (returned.concluding, returned.conclusion) == (None, None)

    case = concluded(office, entry_id)
    assert case.conclusion is not None
    assert (case.conclusion.by, case.conclusion.approved_by) == ("head", "second")
    assert do(office, SECOND, entry_id, Action.APPROVE).state is Status.ANSWERED


def test_it_names_only_officers_outside_has_named_and_is_kept_from_them_for_good(office: District) -> None:
    entry_id = complain(office)
    with pytest.raises(Incomplete, match="concluded_persons"):
        conclude(office, entry_id, persons="CB-8")
    conclude(office, entry_id)
    do(office, SECOND, entry_id, Action.CLASSIFY, about="conduct", sensitive="no", persons="CB-8", text="Nhầm người")

    assert not sees(office, OF_SEVEN, entry_id)
    assert ("officer", "CB-7", "concluded") in office.rows("complaint_subjects", "kind", "value", "source")


def test_what_is_not_about_conduct_or_has_no_name_is_not_concluded(office: District) -> None:
    entry_id = complain(office)
    do(office, HEAD, entry_id, Action.CLASSIFY, about="rule", sensitive="no", text="Về quy định")

    with pytest.raises(NotAllowed):
        conclude(office, entry_id, persons="", notice="")
    do(office, HEAD, entry_id, Action.DRAFT, text="Xin giải thích quy định.")
    assert do(office, SECOND, entry_id, Action.APPROVE).state is Status.ANSWERED


@pytest.mark.parametrize("finding", ConclusionResult)
def test_officers_are_told_only_of_what_counts_against_them(office: District, finding: ConclusionResult) -> None:
    entry_id = complain(office)
    if finding not in AGAINST:
        with pytest.raises(Incomplete, match="notice"):
            do(office, HEAD, entry_id, Action.CONCLUDE, result=str(finding), text=WHY, persons="CB-7", notice=TOLD)
    case = answered(office, entry_id, finding=finding)
    tell_officers(office.engine, on(office, local_day(office.clock()) + timedelta(days=70)))

    assert case.conclusion is not None
    assert case.conclusion.counts is (finding in AGAINST)
    assert len(office.rows("conclusion_notices", "officer_number")) == (finding in AGAINST)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("Quá ngắn", "length"),
        ("Ông/Bà cáu gắt, ném trả hồ sơ rồi bảo tôi về, như lời phản ánh.", "their_words"),
        ("Ngày 12/10 Ông/Bà đã nói năng chưa đúng mực với người dân.", "tells_day"),
        ("Ông/Bà đã nói năng chưa đúng mực với bà Nguyễn Thị Tám ở xóm trên.", "tells_who"),
        ("Ông/Bà đã nói năng chưa đúng mực với chị Tám ở xóm trên.", "tells_who"),
        ("Ông/Bà đã nói năng chưa đúng mực, người dân gọi từ số 0912345678.", "tells_who"),
        ("Lúc 10 giờ 15 sáng thứ hai, Ông/Bà nói năng chưa đúng mực.", "tells_day"),
        ("Lúc mười giờ Ông/Bà nói năng chưa đúng mực với người dân.", "tells_day"),
        ("Sáng thứ sáu tuần trước Ông/Bà nói năng chưa đúng mực.", "tells_day"),
        ("Chiều thứ ba Ông/Bà nói năng chưa đúng mực với người dân.", "tells_day"),
        ("Tháng 10 vừa qua Ông/Bà nói năng chưa đúng mực.", "tells_day"),
        ("Ngày mùng năm tháng mười Ông/Bà nói năng chưa đúng mực.", "tells_day"),
        ("Ông/Bà nói năng chưa đúng mực với một bà cụ ở thôn 4.", "tells_who"),
        ("Ông/Bà nói năng chưa đúng mực khi bà Hạnh đến hỏi.", "tells_who"),
        ("Ông/Bà nói năng chưa đúng mực khi bà hạnh đến hỏi.", "tells_who"),
        ("Ông/Bà nói năng chưa đúng mực với Trần Văn Khoa.", "tells_who"),
    ],
)
def test_words_for_the_officer_do_not_give_the_citizen_away(told: str, why: str) -> None:
    with pytest.raises(WrongWords) as wrong:
        words_for_officer(told, [SAID], ["Nguyễn Thị Tám", "Tám"])

    assert wrong.value.key == why
    assert why == "length" or fold(wrong.value.place) in fold(" ".join(re.findall(r"\w+", told)) + told)
    assert words_for_officer(TOLD, [SAID], ["Nguyễn Thị Tám", ""]) == TOLD


@pytest.mark.parametrize(
    "told",
    [
        "Qua xác minh, cán bộ liên quan có lúc nói năng chưa đúng mực với người dân.",
        "Ông/Bà chưa hướng dẫn đầy đủ một lần; Trung tâm mong Ông/Bà giữ lời lẽ ôn hòa, đúng quy tắc ứng xử.",
        "Có lần Ông/Bà yêu cầu người dân bổ sung giấy tờ ngoài thành phần hồ sơ, lần thứ ba mới hướng dẫn đủ.",
    ],
)
def test_words_that_give_nobody_away_are_taken(told: str) -> None:
    assert words_for_officer(told, [SAID], ["Nguyễn Thị Tám", "Tám"]) == told


def test_what_was_noted_of_the_citizens_words_may_not_be_told_either(office: District) -> None:
    said = "Ông nói rằng người trực bảo về đi mai hãy quay lại."
    entry_id = complain(office)
    do(office, HEAD, entry_id, Action.ASK_MORE, text="Xin kể thêm.")
    do(office, HEAD, entry_id, Action.MORE_CAME, text=said)

    with pytest.raises(Incomplete, match="their_words") as wrong:
        conclude(office, entry_id, notice="Ông/Bà đã nói: người trực bảo về đi mai hãy quay lại.")
    assert wrong.value.place == "nguoi truc bao ve di mai"


# ---- the citizen


def test_the_citizen_reads_it_with_the_answer_and_is_told_of_a_changed_one(office: District) -> None:
    box = office.box()
    entry = box.tell(NUMBERS[0], text=SAID, about="conduct", counter_id=FIRST)
    office.accept(box)
    office.overnight()
    entry_id = entry.entry_id
    do(office, HEAD, entry_id, Action.CLASSIFY, about="conduct", sensitive="no", persons="CB-7")
    do(office, HEAD, entry_id, Action.TAKE)
    concluded(office, entry_id)
    before = opened(office, told_to(office, box.device_id)[0])
    do(office, HEAD, entry_id, Action.DRAFT, text="Cơ quan xin lỗi Ông/Bà.")
    do(office, SECOND, entry_id, Action.APPROVE)
    answered = opened(office, told_to(office, box.device_id)[0])
    do(office, HEAD, entry_id, Action.INFORM, reached="yes", by="call")
    case = concluded(office, entry_id, ConclusionResult.NOT_VERIFIABLE, persons="")
    changed = opened(office, told_to(office, box.device_id)[0])

    assert (before["conclusion"], answered["conclusion"], changed["conclusion"]) == (None, "true", "not_verifiable")
    assert case.to_inform == ("endorse",)


# ---- the officer


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


# ---- the objection

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


# ---- what counts


DOSSIERS = [f"H32.13-261121-0000{n}" for n in range(K)]


def upheld(office: District, many: int, dossiers: Sequence[str] = ()) -> list[str]:
    """So many complaints, each of a citizen of its own, found true and told."""
    named: list[dict[str, str]] = [{"dossier_code": code} for code in dossiers] or [{}] * many
    ids = [complain(office, NUMBERS[n], **named[n]) for n in range(many)]
    cases = [answered(office, entry_id) for entry_id in ids]
    told_day(office, cases[-1])
    return ids


def final_day(office: District) -> datetime:
    open_all(office)
    ((officers_informed_on,), *_) = office.rows("conclusion_notices", "given_on")
    return on(office, object_until(officers_informed_on, Holidays()) + timedelta(days=30))


def waiting(office: District, now: datetime) -> list[str]:
    with reading(office.engine) as connection:
        return [each.waiting.member for each in waiting_conclusions(connection, start_of(local_day(now)))]


def test_fewer_than_five_are_in_no_figure_and_five_are_released_together(office: District) -> None:
    upheld(office, K, DOSSIERS)
    assert waiting(office, office.clock()) == []  # they may still object
    now = final_day(office)
    with reading(office.engine) as connection:
        pending = waiting_conclusions(connection, start_of(local_day(now)))
    assert sorted(each.waiting.member for each in pending) == [f"d:{code}" for code in DOSSIERS]
    assert closed(pending[:-1], list.reverse) == []

    release(office.engine, now)
    with reading(office.engine) as connection:
        found = store.conduct_by_era(connection, None, local_day(now))
    assert found == {(0, UNIT, FIRST): {"unknown": K}}
    assert [n for stream, n in office.rows("released_groups", "stream", "n") if stream == Stream.CONDUCT] == [K]
    assert waiting(office, now) == []


def test_the_time_to_object_runs_from_when_the_officer_opens_it(office: District) -> None:
    (entry_id,) = upheld(office, 1)
    late = on(office, local_day(office.clock()) + timedelta(days=200))
    assert waiting(office, late) == []
    open_all(office)
    assert waiting(office, late + timedelta(days=14)) == []
    assert waiting(office, late + timedelta(days=60)) == [f"e:{entry_id}"]
    set_password(office, "bay", "")  # a reset: they cannot object, so it does not count
    assert waiting(office, late + timedelta(days=60)) == []


def test_five_of_one_day_that_name_no_dossier_may_be_of_one_citizen_and_wait(office: District) -> None:
    upheld(office, 1)
    with reading(office.engine) as connection:
        (pending,) = waiting_conclusions(connection, start_of(local_day(final_day(office))))
    one_day = [replace(pending, waiting=replace(pending.waiting, member=f"e:{n}")) for n in range(K)]
    days = [timedelta(days=n) for n in range(K)]
    assert pending.waiting.day is not None
    five_days = [
        replace(p, waiting=replace(p.waiting, day=pending.waiting.day + d)) for p, d in zip(one_day, days, strict=True)
    ]
    assert (closed(one_day, list.reverse), len(closed(five_days, list.reverse))) == ([], 1)


def test_auditors_do_not_learn_of_an_objection_to_a_conclusion_and_numbers_tell_no_count(office: District) -> None:
    (entry_id,) = upheld(office, 1)
    with writing(office.engine) as connection:
        (told,) = store.notices_until(connection, local_day(office.clock()))
        step = ObjectionStep(office.clock(), "bay", Role.OFFICER, ObjectionAct.RAISE, OBJECTS)
        subject = subject_of_conclusion(told, concluded_case(office, entry_id))
        numbers = [objections.make(connection, subject, step) for _ in range(2)]
        noted = [each for each in audit.entries(connection, 50) if each.what is Audited.OBJECTION]
        listed = objections.objections_to_notices(connection, [told.notice_id])
    assert noted == []
    assert abs(numbers[0] - numbers[1]) > 1
    assert {each.objection_id for each in listed} == set(numbers)


def test_what_is_objected_to_waits_and_what_was_agreed_with_never_counts(office: District) -> None:
    (entry_id,) = upheld(office, 1)
    with writing(office.engine) as connection:
        (told,) = store.notices_until(connection, local_day(office.clock()))
        case = concluded_case(office, entry_id)
        step = ObjectionStep(office.clock(), "bay", Role.OFFICER, ObjectionAct.RAISE, OBJECTS)
        number = objections.make(connection, subject_of_conclusion(told, case), step)
    now = final_day(office)
    assert waiting(office, now) == []

    with writing(office.engine) as connection:
        found = objections.objection(connection, number)
        assert found is not None
        assert found.subject.kept_officers >= {"CB-7"}
        no = ObjectionStep(now, "above", Role.LEADER, ObjectionAct.DECIDE, WHY, ObjectionVerdict.NOT_AGREED)
        objections.add_step(connection, found, no)
    assert waiting(office, now) == []  # they may ask once more
    assert waiting(office, now + timedelta(days=30)) == [f"e:{entry_id}"]


def concluded_case(office: District, entry_id: str) -> Case:
    with reading(office.engine) as connection:
        return cases_of(connection, [entry_id], office.clock())[entry_id]


RULE = DatePoints(2, 1, 0, date(2019, 1, 1))


def test_the_indicator_is_told_as_the_values_between_which_it_lies() -> None:
    counts = DossierCounts({DossierState.EARLY: 60, DossierState.ON_TIME: 30, DossierState.LATE: 10})
    none, five = points_from_conduct(counts, {}, 1, RULE), points_from_conduct(counts, {"early": 5}, 1, RULE)

    assert (str(none.least), str(none.value), none.n) == ("1.4", "1.5", 100)
    assert (str(five.least), str(five.value)) == ("1.3", "1.4")
    assert points_from_conduct(DossierCounts({}), {}, 1, RULE).value is None
    assert points_from_conduct(counts, {}, 1, None).value is None


@given(
    st.integers(0, 400),
    st.integers(0, 400),
    st.integers(0, 400),
    st.integers(1, 5),
    st.lists(st.sampled_from(["early", "on_time", "late"]), max_size=30),
)
def test_the_true_value_lies_between_whatever_is_held_back(
    early: int, on_time: int, late: int, places: int, upheld_states: list[str]
) -> None:
    worth = {"early": 2, "on_time": 1, "late": 0}
    counts = DossierCounts({DossierState.EARLY: early, DossierState.ON_TIME: on_time, DossierState.LATE: late})
    told = {each: upheld_states[: len(upheld_states) // K * K].count(each) for each in worth}
    held_back = upheld_states[len(upheld_states) // K * K :]
    points = points_from_conduct(counts, told, places, RULE)

    if points.value is not None:
        true = max(
            0,
            sum(worth[s] * n for s, n in (("early", early), ("on_time", on_time)))
            - sum(worth[s] for s in upheld_states),
        )
        assert points.least is not None
        assert float(points.least) - 0.05 <= true / points.n <= float(points.value) + 0.05
    assert len(held_back) < K
