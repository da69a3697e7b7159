"""A citizen is told what happened in the way they chose, and "told" is said only where somebody wrote it down."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from sync.district.complaints.actions import Incomplete, NotAllowed
from sync.district.domain.complaint_case import Case, fold_steps
from sync.district.domain.complaint_steps import Action, Step
from sync.district.domain.people import Role
from sync.district.domain.rights import Person, Subject, may_do
from tests.district.complaint_office import HEAD, LAN
from tests.district.conftest import District
from tests.district.test_complaint_pages import browse, office
from tests.district.test_complaint_pages import do as post
from tests.district.test_complaints import HEAD as FIRST
from tests.district.test_complaints import answer, do, one, the

__all__ = ["office", "one"]

START = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
CONTENT = {
    "text": "x",
    "owner": "lan",
    "unit_id": "V",
    "reached": "yes",
    "by": "call",
    "opinion": "go_on",
    "confirmed": True,
}
TAKEN = (Action.TAKE, Action.START)


def case(*actions: Action, reply_by: str = "call", anonymous: bool = False, reached: str = "yes") -> Case:
    steps = [
        Step(START + timedelta(hours=n), action, "lan", CONTENT | {"reached": reached}, n)
        for n, action in enumerate(actions, start=1)
    ]
    return fold_steps("U", START, anonymous, steps, reply_by=reply_by)


@pytest.mark.parametrize("action", [Action.ASK_MORE, Action.EXTEND, Action.REFUSE])
def test_what_happened_is_to_be_told_until_somebody_reached_the_citizen(action: Action) -> None:
    before, after = case(*TAKEN, action), case(*TAKEN, action, Action.INFORM)
    assert (before.to_inform, before.informed_at) == ((action,), None)
    assert (after.to_inform, after.informed_at) == ((), START + timedelta(hours=4))


def test_a_refusal_that_two_agreed_on_is_told_as_one() -> None:
    assert case(*TAKEN, Action.PROPOSE_REFUSAL, Action.APPROVE).to_inform == ("refuse",)


def test_a_try_that_reached_nobody_tells_nothing() -> None:
    tried = case(*TAKEN, Action.DRAFT, Action.APPROVE, Action.INFORM, reached="no")

    assert (tried.to_inform, tried.informed_at) == (("approve",), None)


@pytest.mark.parametrize(("reply_by", "anonymous"), [("kiosk", False), ("", False), ("call", True)])
def test_who_looks_for_themselves_or_wants_no_reply_is_not_on_the_list(reply_by: str, anonymous: bool) -> None:
    done = case(*TAKEN, Action.DRAFT, Action.APPROVE, reply_by=reply_by, anonymous=anonymous)

    assert done.to_inform == ()
    assert not done.allows(Action.INFORM)


def test_an_answer_that_was_opened_anew_is_told_no_more() -> None:
    assert case(*TAKEN, Action.DRAFT, Action.APPROVE, Action.REOPEN).to_inform == ()


ANSWERED = (*TAKEN, Action.DRAFT, Action.APPROVE)


@pytest.mark.parametrize(
    ("actions", "left"),
    [
        ((*ANSWERED, Action.VERDICT), ()),
        ((*TAKEN, Action.ASK_MORE, Action.EXTEND), ("ask_more", "extend")),
        ((*TAKEN, Action.EXTEND, Action.ASK_MORE), ("extend", "ask_more")),
        ((*TAKEN, Action.EXTEND, Action.ASK_MORE, Action.MORE_CAME), ("extend",)),
        ((*TAKEN, Action.ASK_MORE, Action.EXTEND, Action.START), ("extend",)),
        ((*TAKEN, Action.ASK_MORE, Action.TRANSFER), ()),
        ((*TAKEN, Action.ASK_MORE, Action.DRAFT), ()),
        ((*TAKEN, Action.ASK_MORE, Action.PROPOSE_REFUSAL), ()),
        ((*TAKEN, Action.ASK_MORE, Action.EXTEND, Action.INFORM), ()),
        ((*TAKEN, Action.EXTEND, Action.DRAFT, Action.APPROVE), ("approve",)),
        ((*TAKEN, Action.EXTEND, Action.PROPOSE_REFUSAL, Action.APPROVE), ("refuse",)),
    ],
)
def test_all_that_was_not_told_is_left_to_be_told_and_nothing_else(actions: tuple[Action, ...], left) -> None:
    assert case(*actions).to_inform == left


@pytest.mark.parametrize("confirmed", [True, False])
def test_a_verdict_on_the_answer_shows_that_it_is_known_where_it_came_with_the_receipt(confirmed: bool) -> None:
    given = {"opinion": "satisfied", "confirmed": confirmed}
    steps = [Step(START + timedelta(hours=n), action, "lan", CONTENT, n) for n, action in enumerate(ANSWERED, start=1)]
    judged = fold_steps("U", START, False, [*steps, Step(START + timedelta(hours=9), Action.VERDICT, "", given, 9)],
                        reply_by="call")  # fmt: skip

    assert (judged.opinion, judged.to_inform) == ("satisfied", () if confirmed else ("approve",))


def test_what_was_closed_before_anybody_wrote_such_things_down_is_known() -> None:
    assert case(*ANSWERED, Action.CLOSE).to_inform == ()


def test_nobody_closes_what_no_citizen_was_told_without_having_tried() -> None:
    head, plain = Person("head", Role.LEADER, None), Subject("U", "other", sensitive=False)
    untold, told = case(*ANSWERED), case(*ANSWERED, Action.INFORM)
    tried = case(*ANSWERED, Action.INFORM, reached="no")
    again = case(*TAKEN, Action.EXTEND, Action.INFORM, Action.DRAFT, Action.APPROVE, reached="no")

    may = [may_do(head, Action.CLOSE, plain, each) for each in (untold, tried, told, again)]

    assert may == [False, True, True, False]
    assert [each.close_waits_for_word for each in (untold, tried, told, again)] == [True, False, False, True]
    assert not case(*TAKEN, Action.EXTEND).close_waits_for_word, "nothing is to be closed yet"


def test_it_is_written_down_by_whom_and_how_on_both_databases(one: District) -> None:
    answer(one, the(one))
    waiting = one.rows("complaint_standings", "to_inform")
    with pytest.raises(Incomplete, match="by"):
        do(one, FIRST, the(one), Action.INFORM, reached="yes", by="shouting")
    with pytest.raises(Incomplete, match="reached"):
        do(one, FIRST, the(one), Action.INFORM, reached="perhaps", by="call")
    do(one, FIRST, the(one), Action.INFORM, reached="no", by="call")
    tried = one.rows("complaint_standings", "to_inform")
    do(one, FIRST, the(one), Action.INFORM, reached="yes", by="sms")

    assert (waiting, tried) == ([(["approve"],)], [(["approve"],)])
    assert one.rows("complaint_standings", "to_inform") == [(None,)]
    with pytest.raises(NotAllowed):
        do(one, FIRST, the(one), Action.INFORM, reached="yes", by="sms")


def test_the_list_and_the_page_say_told_only_where_it_was(office) -> None:
    lan, head = browse(office, LAN), browse(office, HEAD)
    for action, fields in (("take", {}), ("start", {}), ("draft", {"text": "Đã lắp."})):
        assert post(lan, office, "ramp", action, **fields).status_code == 303
    assert post(head, office, "ramp", "approve").status_code == 303
    path = f"/complaints/{office[0].ids['ramp']}"
    listed, before = lan.get("/complaints?show=to_inform").text, lan.get(path).text
    assert post(lan, office, "ramp", "inform", reached="yes", by="sms").status_code == 303
    after, empty = lan.get(path).text, lan.get("/complaints?show=to_inform").text

    assert ('data-n="1"' in listed, office[0].ids["ramp"] in listed) == (True, True)
    assert 'id="to-inform"' in before
    assert "Phải báo được, hoặc ít nhất đã thử liên lạc với người dân, thì mới kết thúc được việc." in before
    assert 'act-close"' not in before
    assert 'id="informed"' not in before
    assert re.findall(r'value="(\w+)" selected>Tin nhắn', before) == ["sms"]
    assert 'id="to-inform"' not in after
    assert 'id="informed"' in after
    assert "Báo cho người dân (tin nhắn): liên lạc được" in after
    assert 'data-n="0"' in empty


def test_the_public_page_claims_nothing_that_was_not_done(office) -> None:
    office[0].district.clock.pass_by(days=60)

    page = browse(office).get("/tra-cuu/" + "ramp".ljust(22, "_")).text

    assert "Đã quá hạn trả lời" in page
    assert "đã được báo" not in page
