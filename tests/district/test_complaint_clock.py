"""Every date of a complaint comes from its steps and says so; waiting for the citizen stops the clock."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.calendar import Holidays, holidays_from
from sync.district.domain.complaint_case import Case, fold_steps
from sync.district.domain.complaint_steps import Action, Status, Step
from sync.district.domain.deadlines import (
    Deadlines,
    DueDate,
    days_left,
    load_schemes,
    weekday_holidays,
    working_days_after,
    working_days_between,
)
from sync.district.reference.toml_file import read_toml
from tests.district.complaint_office import HEAD, LAN, SECOND
from tests.district.test_complaint_pages import browse, do, office

__all__ = ["office"]

SHIPPED = Path(__file__).parent.parent.parent / "config" / "schemes"
HOLIDAYS = holidays_from([read_toml((SHIPPED / "holidays-2026.toml").read_bytes())])
RULES = Deadlines(load_schemes(), HOLIDAYS)
ARRIVED = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
CONTENT = {"text": "…", "unit_id": "X", "owner": "lan", "opinion": "go_on", "confirmed": True}


def case(*steps: tuple[int, Action], arrived: datetime = ARRIVED) -> Case:
    """A complaint after steps, each so many days after it arrived."""
    numbered = enumerate(steps, start=1)
    done = [Step(arrived + timedelta(days=days), action, "lan", CONTENT, n) for n, (days, action) in numbered]
    return fold_steps("U", arrived, False, done)


TAKEN = ((1, Action.TAKE), (1, Action.START))


def test_the_date_of_the_answer_says_how_it_came_about() -> None:
    assert RULES.explain_answer(case()) == DueDate(date(2026, 3, 31), date(2026, 3, 10), 15, 0, 0, False)


def test_holidays_on_the_way_are_counted() -> None:
    before_tet = RULES.explain_answer(case(arrived=datetime(2026, 2, 10, 3, 0, tzinfo=UTC)))

    assert before_tet is not None
    assert before_tet.holidays == 5
    assert before_tet.on == date(2026, 3, 10)


def test_waiting_for_the_citizen_stops_the_clock() -> None:
    waited = case(*TAKEN, (2, Action.ASK_MORE), (7, Action.MORE_CAME))

    assert RULES.explain_answer(waited) == DueDate(date(2026, 4, 3), date(2026, 3, 10), 15, 0, 3, False)
    assert RULES.next_due(waited) == date(2026, 4, 3)


def test_the_clock_runs_again_when_the_citizen_was_waited_for_long_enough() -> None:
    asked = case(*TAKEN, (2, Action.ASK_MORE))
    late = case(*TAKEN, (2, Action.ASK_MORE), (60, Action.MORE_CAME))

    explained = RULES.explain_answer(asked)
    assert explained is not None
    assert (explained.waited, explained.waiting) == (10, True)
    assert RULES.next_due(asked) == date(2026, 3, 26)
    assert RULES.answer_due(late) == explained.on


def test_going_on_begins_a_new_clock_without_the_waits_of_the_old() -> None:
    again = case(*TAKEN, (2, Action.ASK_MORE), (7, Action.DRAFT), (8, Action.APPROVE), (9, Action.VERDICT))

    assert (again.state, again.waits) == (Status.RECEIVED, ())
    explained = RULES.explain_answer(again)
    assert explained is not None
    assert (explained.start, explained.waited) == (date(2026, 3, 19), 0)


def test_no_inner_step_is_due_after_the_citizens_own_date() -> None:
    moved = case(*TAKEN, (20, Action.TRANSFER))

    assert RULES.answer_due(moved) == date(2026, 3, 31)
    assert RULES.next_due(moved) == date(2026, 3, 31)


def test_a_complaint_is_sent_on_twice_at_most() -> None:
    twice = case((1, Action.TRANSFER), (2, Action.TRANSFER))

    assert twice.transfers == 2
    assert not twice.allows(Action.TRANSFER)
    assert case((1, Action.TRANSFER)).allows(Action.TRANSFER)


def test_a_table_of_an_older_release_still_holds(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[scheme]]\nname = "a"\nworking_days = { take = 2, pass_on = 5, answer = 15, publish = 2 }\n')
    rules = Deadlines(load_schemes(own), Holidays())

    waited = case(*TAKEN, (2, Action.ASK_MORE), (60, Action.MORE_CAME))

    explained = rules.explain_answer(waited)
    assert explained is not None
    assert explained.waited == 39
    assert rules.next_due(case(*TAKEN, (2, Action.ASK_MORE))) == date(2026, 3, 31)


@given(st.dates(date(2026, 1, 1), date(2026, 11, 1)), st.integers(0, 60))
def test_what_is_due_after_n_working_days_is_n_working_days_away(start: date, days: int) -> None:
    end = working_days_after(start, days, HOLIDAYS)

    assert working_days_between(start, end, HOLIDAYS) == days
    assert weekday_holidays(start, end, HOLIDAYS) >= 0


@pytest.mark.parametrize(
    ("today", "left"),
    [(date(2026, 11, 20), 2), (date(2026, 11, 24), 0), (date(2026, 11, 22), 2), (date(2026, 11, 28), -3)],
)
def test_days_left_are_working_days(today: date, left: int) -> None:
    assert days_left(today, date(2026, 11, 24), HOLIDAYS) == left


def test_a_date_on_a_saturday_is_not_due_today_on_the_sunday() -> None:
    assert days_left(date(2026, 11, 22), date(2026, 11, 21), HOLIDAYS) == -1


def test_the_pages_explain_the_date(office) -> None:
    head, world = browse(office, HEAD), office[0]
    for action, fields in (("take", {}), ("start", {}), ("ask_more", {"text": "Xin cho biết ngày."})):
        assert do(head, office, "ramp", action, **fields).status_code == 303

    page = head.get(f"/complaints/{world.ids['ramp']}").text
    public = browse(office).get("/tra-cuu/" + "ramp".ljust(22, "_")).text

    for each in (page, public):
        assert "15 ngày làm việc từ 18/11/2026, đang dừng để chờ người dân bổ sung, nhiều nhất 10 ngày" in each


# ---- moved once, taken back, completed by a call


def test_the_answers_date_is_moved_once_by_what_the_table_allows() -> None:
    extended = case(*TAKEN, (3, Action.EXTEND))

    assert RULES.explain_answer(extended) == DueDate(date(2026, 4, 7), date(2026, 3, 10), 15, 0, 0, False, 5)
    assert extended.extension == CONTENT["text"]
    assert not extended.allows(Action.EXTEND)


def test_a_date_that_has_passed_is_not_moved() -> None:
    taken = case(*TAKEN)

    assert RULES.may_extend(taken, date(2026, 3, 31))
    assert not RULES.may_extend(taken, date(2026, 4, 1))


def test_a_table_without_an_extension_knows_none(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[[scheme]]\nname = "a"\nworking_days = { take = 2, pass_on = 5, answer = 15, publish = 2 }\n')

    assert not Deadlines(load_schemes(own), Holidays()).may_extend(case(*TAKEN), date(2026, 3, 11))


def test_going_on_may_be_extended_anew() -> None:
    again = case(*TAKEN, (2, Action.EXTEND), (7, Action.DRAFT), (8, Action.APPROVE), (9, Action.VERDICT))

    assert (again.extended, again.extension, again.allows(Action.EXTEND)) == (False, "", True)


def test_a_transfer_is_taken_back_as_it_was_until_somebody_takes_it_there() -> None:
    sent = case((1, Action.TAKE), (2, Action.TRANSFER))
    back = case((1, Action.TAKE), (2, Action.TRANSFER), (3, Action.PULL_BACK))
    taken_there = case((1, Action.TAKE), (2, Action.TRANSFER), (3, Action.TAKE))

    assert sent.allows(Action.PULL_BACK)
    assert (back.state, back.unit_id, back.owner, back.transfers) == (Status.RECEIVED, "U", "lan", 0)
    assert not taken_there.allows(Action.PULL_BACK)


@pytest.mark.parametrize(
    "there",
    [
        (Action.TAKE,),
        (Action.ASSIGN,),
        (Action.REFUSE,),
        (Action.PROPOSE_REFUSAL,),
        (Action.PROPOSE_REFUSAL, Action.TAKE),
        (Action.PROPOSE_REFUSAL, Action.SEND_BACK, Action.TAKE),
    ],
)
def test_who_sent_it_on_sees_it_no_more_once_somebody_has_begun_there(there: tuple[Action, ...]) -> None:
    begun = case((1, Action.TAKE), (2, Action.TRANSFER), *enumerate(there, start=3))

    assert begun.state is not Status.TRANSFERRED
    assert (begun.moved_from, begun.moved_owner) == (None, None)


@pytest.mark.parametrize(
    ("before", "there"),
    [
        ((Action.TAKE,), Action.EXTEND),
        ((Action.TAKE, Action.EXTEND), Action.INFORM),
        ((), Action.EXTEND),
        ((Action.EXTEND,), Action.INFORM),
    ],
)
@pytest.mark.parametrize("reached", ["yes", "no"])
def test_who_sent_it_on_takes_nothing_back_once_somebody_has_acted_on_it_there(
    before: tuple[Action, ...], there: Action, reached: str
) -> None:
    content = CONTENT | {"reached": reached}
    actions = enumerate((*before, Action.TRANSFER, there), start=1)
    steps = [Step(ARRIVED + timedelta(days=n), action, "lan", content, n) for n, action in actions]
    sent, acted = (fold_steps("U", ARRIVED, False, some, reply_by="sms") for some in (steps[:-1], steps))

    assert sent.allows(Action.PULL_BACK)
    assert (acted.state, acted.unit_id, acted.unheard) == (Status.TRANSFERRED, "X", ())
    assert not acted.allows(Action.PULL_BACK)
    assert (acted.moved_from, acted.moved_owner) == (None, None)


def test_who_left_a_telephone_alone_is_called_before_anything_else() -> None:
    numbered = [Step(ARRIVED + timedelta(days=1), Action.TAKE, "lan", {}, 1)]
    first = fold_steps("U", ARRIVED, False, numbered, incomplete=True)
    tried = [*numbered, Step(ARRIVED + timedelta(days=2), Action.CALL, "lan", {"reached": "no"}, 2)]
    spoken = {"reached": "yes", "name": "Trần Thị Bình", "address": "Thôn 3"}
    reached = [*tried, Step(ARRIVED + timedelta(days=3), Action.CALL, "lan", spoken, 3)]

    assert not any(
        first.allows(action) for action in (Action.START, Action.DRAFT, Action.ASK_MORE, Action.PROPOSE_REFUSAL)
    )
    assert RULES.next_due(first) == date(2026, 3, 12)
    assert RULES.answer_due(first) == date(2026, 3, 31)
    after_a_try = fold_steps("U", ARRIVED, False, tried, incomplete=True)
    assert (after_a_try.incomplete, after_a_try.allows(Action.DRAFT)) == (True, True)
    after_the_call = fold_steps("U", ARRIVED, False, reached, incomplete=True)
    assert (after_the_call.incomplete, after_the_call.completed["address"]) == (False, "Thôn 3")
    assert not after_the_call.allows(Action.CALL)


def test_the_pages_ask_for_the_call_and_keep_what_was_told_masked(office) -> None:
    contact = {"name": "", "phone": "0912345678", "address": "", "email": "", "reply_by": "call"}
    office[0].tell("phone", text="Đề nghị lắp tay vịn ở bậc thềm.", contact=contact)
    office[0].district.clock.pass_by(hours=13)
    lan = browse(office, LAN)

    listed = lan.get("/complaints").text
    assert do(lan, office, "phone", "take").status_code == 303
    before = lan.get(f"/complaints/{office[0].ids['phone']}").text
    missing = do(lan, office, "phone", "call", reached="yes", name="Trần Thị Bình")
    called = do(lan, office, "phone", "call", reached="yes", name="Trần Thị Bình", address="Thôn Đông, xã Thử")
    after = lan.get(f"/complaints/{office[0].ids['phone']}").text

    assert "cần gọi để hỏi họ tên" in listed
    assert before.index('class="act act-call"') < before.index("<details")
    assert 'id="incomplete"' in before
    assert missing.status_code == 422
    assert "địa chỉ người dân cho biết" in missing.text
    assert called.status_code == 303
    assert 'id="incomplete"' not in after
    assert "Gọi cho người dân: liên lạc được" in after
    assert "Trần Thị Bình" not in after
    assert "Thôn Đông" not in after


def test_an_extension_is_told_to_the_citizen_with_its_reason(office) -> None:
    head = browse(office, HEAD)
    assert do(head, office, "ramp", "take").status_code == 303
    extended = do(head, office, "ramp", "extend", text="Chờ nhà thầu khảo sát lối vào.")
    again = do(head, office, "ramp", "extend", text="Chờ thêm.")

    page = browse(office).get("/tra-cuu/" + "ramp".ljust(22, "_")).text
    assert (extended.status_code, again.status_code) == (303, 403)
    assert "Chờ nhà thầu khảo sát lối vào." in page
    assert "gia hạn thêm 5 ngày" in page


def test_red_is_the_citizens_date_and_amber_a_step_of_the_office(office) -> None:
    office[0].district.clock.pass_by(days=5)
    amber = browse(office, HEAD).get("/complaints?show=overdue").text
    listed = browse(office, HEAD).get("/complaints").text
    office[0].district.clock.pass_by(days=30)
    red = browse(office, HEAD).get("/complaints?show=overdue").text

    assert 'data-n="0"' in amber
    assert "bước này chậm" in listed
    assert "due late" not in listed
    assert "quá hạn trả lời người dân" in red


def test_who_sent_it_on_sees_it_and_takes_it_back(office) -> None:
    head, second = browse(office, HEAD), browse(office, SECOND)
    assert do(head, office, "ramp", "take").status_code == 303
    assert do(head, office, "ramp", "transfer", unit_id="H32.99", text="Thuộc sở").status_code == 303
    back = do(head, office, "ramp", "pull_back", text="Chuyển nhầm")

    assert back.status_code == 303
    assert "Lấy lại việc đã chuyển" in second.get(f"/complaints/{office[0].ids['ramp']}").text
