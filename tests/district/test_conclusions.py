"""The conclusion of a complaint about conduct: two people make it, the citizen reads it, its officer hears of it and
may object, and it counts only then, and never alone."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.calendar import Holidays
from kiosk.domain.complaint import ConclusionResult
from kiosk.domain.released import K
from sync.district.complaints.actions import Incomplete, NotAllowed
from sync.district.complaints.conclusions import cases_of, tell_officers, waiting_conclusions
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import Action, Status
from sync.district.domain.concluding import notice_from
from sync.district.domain.conclusion import AGAINST, object_until, words_for_officer
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
from sync.district.store import conclusions as store
from sync.district.store import objections
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import reading, writing
from sync.district.times import local_day, start_of
from sync.district.web.conclusions import subject_of_conclusion
from tests.district.conftest import District
from tests.district.test_complaint_subjects import FIRST, peopled, sees
from tests.district.test_complaints import HEAD, NUMBERS, SECOND, do, opened, told_to
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
    """Concluded, and its citizen has the answer."""
    concluded(office, entry_id, finding, **fields)
    do(office, HEAD, entry_id, Action.DRAFT, text="Cơ quan xin lỗi Ông/Bà.")
    return do(office, SECOND, entry_id, Action.APPROVE)


def on(office: District, day: date) -> datetime:
    office.clock.at = (start_of(day) + timedelta(hours=1)).astimezone(UTC)
    return office.clock()


def told_day(office: District, case: Case) -> date:
    day = notice_from(case)
    assert day is not None
    tell_officers(office.engine, on(office, day))
    return day


# ---- two people, and never the subject


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
    ],
)
def test_words_for_the_officer_do_not_give_the_citizen_away(told: str, why: str) -> None:
    with pytest.raises(WrongWords) as wrong:
        words_for_officer(told, [SAID], ["Nguyễn Thị Tám", "Tám"])

    assert wrong.value.key == why
    assert words_for_officer(TOLD, [SAID], ["Nguyễn Thị Tám", ""]) == TOLD


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
    case = do(office, SECOND, entry_id, Action.APPROVE)
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


def upheld(office: District, many: int) -> list[str]:
    """So many complaints, each of a citizen of its own, found true and told."""
    ids = [complain(office, NUMBERS[n]) for n in range(many)]
    cases = [answered(office, entry_id) for entry_id in ids]
    told_day(office, cases[-1])
    return ids


def final_day(office: District) -> datetime:
    ((told_on,), *_) = office.rows("conclusion_notices", "given_on")
    return on(office, object_until(told_on, Holidays()) + timedelta(days=30))


def waiting(office: District, now: datetime) -> list[str]:
    with reading(office.engine) as connection:
        return [each.waiting.member for each in waiting_conclusions(connection, start_of(local_day(now)))]


def test_fewer_than_five_are_in_no_figure_and_five_are_released_together(office: District) -> None:
    ids = upheld(office, K)
    assert waiting(office, office.clock()) == []  # they may still object
    now = final_day(office)
    with reading(office.engine) as connection:
        pending = waiting_conclusions(connection, start_of(local_day(now)))
    assert sorted(each.waiting.member for each in pending) == sorted(f"e:{entry_id}" for entry_id in ids)
    assert closed(pending[:-1]) == []

    release(office.engine, now)
    with reading(office.engine) as connection:
        found = store.conduct_by_era(connection, None, local_day(now))
    assert found == {(0, UNIT, FIRST): {"unknown": K}}
    assert [n for stream, n in office.rows("released_groups", "stream", "n") if stream == Stream.CONDUCT] == [K]
    assert waiting(office, now) == []


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
