"""Inquiries: asked at a counter, answered by somebody else by the next working day, read by the whole unit."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.calendar import Holidays
from sync.district.domain.inquiry import (
    Inquiry,
    InquiryAct,
    InquiryState,
    InquiryStep,
    allowed,
    answers_inquiries,
    may,
    may_ask,
    sees_inquiries,
    title_of,
    waits_for,
)
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from sync.district.store.engine import Engine
from tests.district.test_objection_pages import Office, opened
from tests.district.web_fixtures import NOW, empty_district

NO_HOLIDAYS = Holidays()
UNIT, COUNTER = "commune", "commune-q1"
SEE, ASK, ASK_ON, ANSWER, CLOSE = InquiryAct
QUESTION = "Người nộp thay có cần giấy ủy quyền công chứng không?"
REPLY = "Không cần: con nộp thay cha mẹ chỉ cần giấy tờ chứng minh quan hệ."
PLACES = {
    "at the counter": {"units": frozenset({UNIT}), "unit_id": UNIT, "counters": frozenset({COUNTER})},
    "of the unit": {"units": frozenset({UNIT}), "unit_id": UNIT},
    "above": {"units": frozenset({UNIT, "province"}), "unit_id": "province"},
    "of all": {"units": None, "unit_id": None},
    "elsewhere": {"units": frozenset({"other"}), "unit_id": "other"},
}


def person(role: Role, place: str = "at the counter", name: str = "someone", **more) -> Person:
    return Person(name, role, **PLACES[place], **more)


def asked(*acts: tuple[str, InquiryAct]) -> Inquiry:
    steps = [InquiryStep(NOW, name, Role.LEADER, act, QUESTION) for name, act in (("an", ASK), *acts)]
    return Inquiry(3, UNIT, COUNTER, "Đăng ký khai tử", tuple(steps))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", PLACES)
def test_the_table_of_rights(role: Role, place: str):
    staff, here = role in (Role.OFFICER, Role.LEADER, Role.INSPECTOR), place != "elsewhere"
    expected = ({SEE} if staff and here else set()) | (
        {ANSWER} if role in (Role.LEADER, Role.INSPECTOR) and here else set()
    )

    assert set(allowed(person(role, place), asked())) == expected
    assert may_ask(person(role, place), COUNTER) == (staff and place == "at the counter")
    assert sees_inquiries(role) == staff
    assert answers_inquiries(role) == (role in (Role.LEADER, Role.INSPECTOR))


def test_its_author_asks_on_or_closes_and_a_deputy_for_them():
    author, deputy = person(Role.OFFICER, name="an"), person(Role.OFFICER, name="vy", deputy_for=frozenset({"an"}))

    assert set(allowed(author, asked())) == {SEE}
    assert set(allowed(author, asked(("lan", ANSWER)))) == {SEE, ASK_ON, CLOSE}
    assert set(allowed(deputy, asked(("lan", ANSWER)))) == {SEE, ASK_ON, CLOSE}
    assert set(allowed(author, asked(("lan", ANSWER), ("an", CLOSE)))) == {SEE}
    assert ANSWER not in allowed(person(Role.LEADER, name="an"), asked()), "nobody answers themselves"
    assert not may_ask(replace(author, linked=False), COUNTER)


def test_it_is_to_be_answered_by_the_next_working_day():
    friday, monday = NOW.date(), date(2026, 11, 23)

    assert asked().due_on(NO_HOLIDAYS) == monday
    assert not asked().is_overdue(NO_HOLIDAYS, monday)
    assert asked().is_overdue(NO_HOLIDAYS, monday + timedelta(days=1))
    assert not asked(("lan", ANSWER)).is_overdue(NO_HOLIDAYS, friday + timedelta(days=30))
    assert waits_for([asked(), asked(("lan", ANSWER))], person(Role.LEADER, "above")) == [asked()]


@pytest.mark.parametrize("text", ["", " a ", "x" * 121])
def test_a_title_that_names_nothing_is_refused(text: str):
    with pytest.raises(ValueError, match="letters"):
        title_of(text)


EVERYBODY = [
    person(Role.OFFICER, name="an"),
    person(Role.LEADER, name="lan"),
    person(Role.INSPECTOR, "above", "tu", deputy_for=frozenset({"an"})),
    person(Role.OFFICER, "of the unit", "vy"),
]


@given(walk=st.lists(st.tuples(st.sampled_from(EVERYBODY), st.sampled_from(InquiryAct)), max_size=30))
def test_however_people_act_only_others_answer_and_nothing_follows_the_end(walk):
    inquiry = asked()
    for who, act in walk:
        if act is SEE or not may(who, act, inquiry):
            continue
        assert inquiry.state is not InquiryState.CLOSED
        if act is ANSWER:
            assert who.user_name not in {step.person for step in inquiry.steps if step.act is not ANSWER}
        step = InquiryStep(NOW, who.user_name, who.role, act, QUESTION)
        inquiry = replace(inquiry, steps=(*inquiry.steps, step))

    assert inquiry.author == "an"
    assert sum(step.act is CLOSE for step in inquiry.steps) <= 1


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with opened(empty_district(tmp_path), tmp_path) as found:
        yield found


@pytest.fixture
def either_office(engine: Engine, tmp_path: Path) -> Iterator[Office]:
    """The same on either database."""
    with opened(engine, tmp_path) as found:
        yield found


def test_a_question_from_the_counter_to_the_answer(either_office: Office) -> None:
    office = either_office
    new = "/inquiries/new?counter=H35.88.01-Q1"
    refused = office.post("an", new, "ask", title="Khai tử", text="Gọi 0912 345 678 hỏi lại giúp tôi")
    assert refused.status_code == 422
    assert "Xin bỏ số điện thoại" in refused.text
    path = office.post("an", new, "ask", title="Đăng ký khai tử", text=QUESTION).headers["Location"]

    assert 'data-state="waiting"' in office.get("an", "/counter").split('id="inquiries"')[1]
    assert 'id="inquiries-todo" data-waiting="1" data-overdue="0"' in office.get("lan", "/")
    assert "inquiries-todo" not in office.get("an", "/")
    assert "Trả lời chậm nhất 23/11/2026" in office.get("lan", path)
    assert QUESTION in office.get("vy", path), "everybody of the unit reads it"
    assert office.post("lan", path, "answer", text=REPLY).status_code == 303
    page = office.get("an", path)
    assert REPLY in page
    assert re.findall(r'<form[^>]*id="(\w+)"', page) == ["ask_on", "close"]
    assert office.post("an", path, "close").status_code == 303
    assert re.findall(r'<form[^>]*id="(\w+)"', office.get("lan", path)) == []
    assert "inquiries-todo" not in office.get("lan", "/")
    assert QUESTION not in office.get("lan", "/complaints?show=all")


def test_who_does_not_belong_there_neither_asks_nor_reads(office: Office) -> None:
    path = office.post("an", "/inquiries/new?counter=H35.88.01-Q1", "ask", title="Khai tử", text=QUESTION).headers[
        "Location"
    ]
    token = re.search(r'name="form_token" value="([^"]+)"', office.get("vy", "/"))[1]
    forged = {"form_token": token, "action": "answer", "seen": "1", "text": REPLY}

    assert office.browse("binh").get(path).status_code == office.browse("tam").get("/inquiries").status_code == 404
    assert office.browse("vy").get("/inquiries/new?counter=H35.88.01-Q1").status_code == 404
    assert office.browse("vy").post(path, forged).status_code == 403
    assert "data-inquiry" not in office.get("binh", "/inquiries")
    assert office.browse("an").get("/inquiries/999").status_code == 404


def test_what_nobody_answered_in_time_is_said(office: Office) -> None:
    path = office.post("an", "/inquiries/new?counter=H35.88.01-Q1", "ask", title="Khai tử", text=QUESTION).headers[
        "Location"
    ]
    old = {"text": REPLY} | {"action": "answer", "seen": "0"}
    office.clock.now += timedelta(days=5)
    office.browsers.clear()
    token = re.search(r'name="form_token" value="([^"]+)"', office.get("lan", "/"))[1]

    assert 'data-waiting="1" data-overdue="1"' in office.get("lan", "/")
    assert "Đã quá hạn (23/11/2026)" in office.get("an", path)
    assert office.browse("lan").post(path, old | {"form_token": token}).status_code == 409
