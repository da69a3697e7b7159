"""The conclusion of a complaint about conduct: two people make it, never its subject, and the citizen reads it."""

import re
from datetime import timedelta

import pytest

from kiosk.domain.complaint import ConclusionResult
from kiosk.vietnamese.fold import fold
from sync.district.complaints.actions import Incomplete, NotAllowed
from sync.district.complaints.conclusions import tell_officers
from sync.district.domain.complaint_steps import Action, Status
from sync.district.domain.conclusion import AGAINST, words_for_officer
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.staff_words import WrongWords
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import writing
from sync.district.times import local_day
from tests.district.conclusion_office import (
    OF_SEVEN,
    SAID,
    TOLD,
    WHY,
    answered,
    complain,
    conclude,
    concluded,
    office,
    on,
)
from tests.district.conftest import District
from tests.district.test_complaint_subjects import FIRST, officers, peopled, sees
from tests.district.test_complaints import HEAD, NUMBERS, SECOND, do, opened, told_to
from tests.district.web_fixtures import bring
from tests.support.factories import UNIT

__all__ = ["office", "peopled"]


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
