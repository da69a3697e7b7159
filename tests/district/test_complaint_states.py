"""Where a complaint stands after what happened: states, second persons, the citizen's word, and the days."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.calendar import Holidays, holidays_from
from kiosk.domain.complaint import Verdict
from kiosk.domain.deadlines import is_working_day, working_days_after
from sync.district.domain.citizen_view import history_for_citizen, public_status_of, words_for_citizen
from sync.district.domain.complaint_case import Case, fold_steps
from sync.district.domain.complaint_steps import FROM, OPEN, Action, Status, Step
from sync.district.domain.deadlines import BadDeadlines, Deadlines, load_schemes
from sync.district.domain.people import Role
from sync.district.domain.rights import Person, Subject, allowed, candidates, may_do, may_see
from sync.district.domain.sensitive import reads_sensitive
from sync.district.reference.toml_file import read_toml

START = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
SHIPPED = Path(__file__).parent.parent.parent / "config" / "schemes"
HOLIDAYS = holidays_from([read_toml((SHIPPED / "holidays-2026.toml").read_bytes())])
SAID = {"text": "…", "unit_id": "X", "question": "Hỏi", "answer": "Đáp", "owner": "lan", "opinion": "satisfied"}
SAID |= {"confirmed": True, "about": "rule", "sensitive": "no", "persons": "", "into": "earlier"}
WAY = (Action.TAKE, Action.START, Action.DRAFT, Action.APPROVE, Action.PREPARE, Action.PUBLISH, Action.CLOSE)


def done(*actions: Action, by: str = "lan", anonymous: bool = False, **said: str) -> Case:
    steps = [
        Step(START + timedelta(hours=n), action, "" if action is Action.VERDICT else by, SAID | said, n)
        for n, action in enumerate(actions, start=1)
    ]
    return fold_steps("U", START, anonymous, steps)


def test_the_whole_way_from_new_to_closed() -> None:
    standing = done(*WAY)

    assert [state for _, state in standing.turns] == [
        Status.NEW,
        Status.RECEIVED,
        Status.IN_PROGRESS,
        Status.AWAITING_APPROVAL,
        Status.ANSWERED,
        Status.AWAITING_PUBLICATION,
        Status.PUBLISHED,
        Status.CLOSED,
    ]
    assert (standing.answer, standing.public_answer, standing.owner) == ("…", "Đáp", "lan")


def test_a_transferred_complaint_waits_for_somebody_of_the_other_office() -> None:
    standing = done(Action.TAKE, Action.TRANSFER)

    assert (standing.state, standing.unit_id, standing.owner) == (Status.TRANSFERRED, "X", None)
    assert done(Action.TAKE, Action.TRANSFER, Action.TAKE).state is Status.RECEIVED


def test_go_on_opens_a_complaint_once() -> None:
    once = done(*WAY, Action.VERDICT, opinion="go_on")
    again = done(*WAY, Action.VERDICT, Action.START, *WAY[2:], Action.VERDICT, opinion="go_on")

    assert (once.state, once.reopened, once.owner) == (Status.RECEIVED, True, "lan")
    assert once.asked_at == START + timedelta(hours=8)
    assert (again.state, again.opinion) == (Status.CLOSED, Verdict.GO_ON)


def test_one_verdict_for_each_answer() -> None:
    twice = done(*WAY[:4], Action.VERDICT, Action.VERDICT)

    assert twice.opinion is Verdict.SATISFIED
    assert [step.action for step in twice.unheard] == [Action.VERDICT]


def test_a_verdict_before_there_is_an_answer_changes_nothing() -> None:
    standing = done(Action.VERDICT, *WAY[:4])

    assert (standing.state, standing.opinion, len(standing.unheard)) == (Status.ANSWERED, None, 1)


def test_what_is_hidden_from_the_public_is_still_tracked() -> None:
    standing = done(*WAY[:6], Action.HIDE)

    assert (standing.state, standing.hidden, standing.open) == (Status.ANSWERED, True, True)
    assert done(*WAY[:6], Action.HIDE, Action.CLOSE).state is Status.CLOSED
    assert done(*WAY[:6], Action.HIDE, Action.PREPARE, Action.PUBLISH).hidden is False


def test_nobody_waits_for_an_answer_to_an_anonymous_comment() -> None:
    assert done(Action.TAKE, Action.CLOSE, anonymous=True).state is Status.CLOSED
    assert done(Action.TAKE, Action.CLOSE).state is Status.RECEIVED


def test_a_refusal_tells_its_reason_and_can_be_objected_to() -> None:
    refused = done(Action.TAKE, Action.REFUSE, text="Không thuộc thẩm quyền")

    assert (public_status_of(refused.state), words_for_citizen(refused)) == ("refused", "Không thuộc thẩm quyền")
    assert done(Action.TAKE, Action.REFUSE, Action.VERDICT, opinion="go_on").state is Status.RECEIVED


def test_a_refusal_needs_two_like_an_answer() -> None:
    proposed = done(Action.PROPOSE_REFUSAL, by="head", text="Không thuộc thẩm quyền")
    refused = done(Action.PROPOSE_REFUSAL, Action.APPROVE, by="head", text="Không thuộc thẩm quyền")
    second = replace(HEAD, user_name="second")

    assert (proposed.state, proposed.refusal, words_for_citizen(proposed)) == (Status.AWAITING_APPROVAL, "", "")
    assert Action.APPROVE not in allowed(HEAD, PLAIN, proposed)
    assert Action.APPROVE in allowed(second, PLAIN, proposed)
    assert (refused.state, refused.answer, words_for_citizen(refused)) == (
        Status.REFUSED,
        "",
        "Không thuộc thẩm quyền",
    )
    standing = [replace(done(), state=state) for state in Status]
    assert not any(Action.REFUSE in allowed(HEAD, PLAIN, case) for case in standing)


def test_a_refusal_that_is_sent_back_becomes_an_answer() -> None:
    answered = done(
        Action.TAKE, Action.PROPOSE_REFUSAL, Action.SEND_BACK, Action.DRAFT, Action.APPROVE, text="Đã thay."
    )

    assert (answered.state, answered.answer, answered.refusal) == (Status.ANSWERED, "Đã thay.", "")


@pytest.mark.parametrize("state", [state for state in Status if state is not Status.NEW])
def test_every_state_is_left_by_somebody(state: Status) -> None:
    assert [action for action in Action if state in FROM[action]] != []


@given(st.lists(st.tuples(st.sampled_from(Action), st.integers(0, 50)), max_size=14), st.booleans(), st.randoms())
def test_the_order_of_reading_does_not_matter(acts, anonymous, dice) -> None:
    steps = [Step(START + timedelta(minutes=at), act, "lan", SAID, n) for n, (act, at) in enumerate(acts, start=1)]
    shuffled = list(steps)
    dice.shuffle(shuffled)

    standing = fold_steps("U", START, anonymous, steps)

    assert fold_steps("U", START, anonymous, shuffled) == standing
    assert standing.open == (standing.state in OPEN and not standing.merged_into)
    told = history_for_citizen(standing)
    assert told[0] == (START, "received")
    assert all(earlier[1] != later[1] for earlier, later in pairwise(told))


# ---- days


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 11, 20), 2, date(2026, 11, 24)),  # Friday: Monday, Tuesday
        (date(2026, 11, 20), 15, date(2026, 12, 11)),
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # over Tết
        (date(2026, 8, 21), 2, date(2026, 8, 24)),  # Saturday 22 August is worked for 31 August
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # said on a Saturday
    ],
)
def test_working_days_leave_out_weekends_and_holidays_and_count_exchanged_days(start, days, end) -> None:
    assert working_days_after(start, days, HOLIDAYS) == end


@given(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(1, 40))
def test_the_last_day_is_worked_and_so_many_lie_between(start: date, days: int) -> None:
    end = working_days_after(start, days, HOLIDAYS)

    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert is_working_day(end, HOLIDAYS)
    assert sum(is_working_day(day, HOLIDAYS) for day in between) == days


def test_each_state_has_the_deadline_of_its_step() -> None:
    rules = Deadlines(load_schemes(), HOLIDAYS)

    def due(*actions: Action, anonymous: bool = False) -> date | None:
        return rules.next_due(done(*actions, anonymous=anonymous))

    assert due() == date(2026, 11, 24)
    assert due(Action.TAKE) == date(2026, 11, 27)
    assert due(*WAY[:2]) == due(*WAY[:3]) == rules.answer_due(done()) == date(2026, 12, 11)
    assert due(*WAY[:4]) == date(2026, 11, 24)
    assert due(Action.TAKE, Action.TRANSFER) == date(2026, 11, 24)
    assert due(*WAY[:6]) is None
    assert due(*WAY[:4], Action.HIDE) is None
    assert due(Action.TAKE, anonymous=True) is None
    assert rules.answer_due(done(anonymous=True)) is None


def test_a_provinces_own_days_hold_from_their_day_on(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    days = "working_days = { take = 1, pass_on = 2, answer = 7, publish = 1 }"
    old = "working_days = { take = 2, pass_on = 5, answer = 15, publish = 2 }"
    own.write_text(f'[[scheme]]\nname = "a"\n{old}\n[[scheme]]\nname = "b"\nvalid_from = 2026-11-21\n{days}\n')
    rules = Deadlines(load_schemes(own), Holidays())

    later = fold_steps("U", START + timedelta(days=3), False, [])

    assert rules.answer_due(done()) == date(2026, 12, 11)
    assert rules.answer_due(later) == date(2026, 12, 2)


@pytest.mark.parametrize("content", ["", "[[scheme]]\nname = 'x'", "[[scheme]]\nname='x'\nworking_days={take=0}", "?"])
def test_a_wrong_table_of_deadlines_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(content)

    with pytest.raises(BadDeadlines, match=r"own\.toml"):
        load_schemes(path)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("valid_from = 2022-06-23", "valid_form = 2022-06-23"),
        ("valid_from = 2022-06-23", "valid_from = 2022-06-23T00:00:00Z"),
        ("valid_from = 2022-06-23", 'valid_from = "2022-06-23"'),
        ("valid_from = 2022-06-23", "valid_from = 2022-06-23\nvalid_to = 2022-06-22"),
        ("extend = 5", "extends = 5"),
        ("[scheme.working_days]", "working_days = 3\n[scheme.days]"),
    ],
)
def test_a_table_of_deadlines_that_pages_would_stumble_over_is_refused_at_the_start(tmp_path, right, wrong):
    path = tmp_path / "own.toml"
    shipped = (SHIPPED / "complaint-deadlines.toml").read_text(encoding="utf-8")
    path.write_text(shipped.replace(right, wrong, 1), encoding="utf-8")

    assert right in shipped
    with pytest.raises(BadDeadlines, match=r"own\.toml"):
        load_schemes(path)


# ---- who may see and do what

PLAIN = Subject("U", "facilities", sensitive=False)
CONDUCT = Subject("U", "conduct", sensitive=False, officers=frozenset({"CB-1"}), counters=frozenset({"Q1"}))
BRIBE = Subject("U", "facilities", sensitive=True)
HERE = frozenset({"U"})
HEAD = Person("head", Role.LEADER, HERE)
LAN = Person("lan", Role.OFFICER, HERE, "CB-7", frozenset({"Q7"}))
ANY = Person("any", Role.INSPECTOR, None)


def sees(person: Person, subject: Subject, owner: str | None = None) -> bool:
    return may_see(person, subject, "U", owner)


def test_conduct_goes_to_the_head_and_the_inspector_and_bribery_to_the_head_alone() -> None:
    assert [sees(person, CONDUCT) for person in (HEAD, ANY, LAN)] == [True, True, False]
    assert [sees(person, BRIBE) for person in (HEAD, ANY, LAN)] == [True, False, False]
    assert [sees(person, PLAIN) for person in (HEAD, ANY, LAN)] == [True, True, True]


@pytest.mark.parametrize("role", [Role.LEADER, Role.INSPECTOR, Role.OFFICER])
def test_nobody_sees_what_is_said_about_themselves_or_their_own_counter(role: Role) -> None:
    named = Person("x", role, None, "CB-1")
    at_counter = Person("y", role, None, "CB-2", frozenset({"Q1"}))

    assert not sees(named, CONDUCT)
    assert not sees(named, CONDUCT, owner="x")
    assert not sees(at_counter, CONDUCT)
    assert candidates([named, at_counter, HEAD], CONDUCT, "U") == ("head",)


def test_a_technician_and_another_units_people_see_none() -> None:
    assert not sees(Person("t", Role.TECHNICIAN, None), PLAIN)
    assert not sees(Person("o", Role.LEADER, frozenset({"V"})), PLAIN)


def test_the_head_may_give_a_restricted_matter_to_an_officer_who_then_sees_it() -> None:
    assert sees(LAN, CONDUCT, owner="lan")
    assert sees(LAN, BRIBE, owner="lan")


def test_who_wrote_the_answer_cannot_approve_it_nor_publish_what_they_prepared() -> None:
    drafted, prepared = done(*WAY[:3], by="head"), done(*WAY[:5], by="any")
    other = Person("other", Role.LEADER, HERE)

    assert not may_do(HEAD, Action.APPROVE, PLAIN, drafted)
    assert may_do(other, Action.APPROVE, PLAIN, drafted)
    assert not may_do(ANY, Action.PUBLISH, PLAIN, prepared)
    assert may_do(HEAD, Action.PUBLISH, PLAIN, prepared)


def test_an_officer_acts_on_their_own_matters_and_approves_nothing() -> None:
    theirs, others = done(Action.TAKE, by="lan"), done(Action.TAKE, by="minh")

    assert allowed(LAN, PLAIN, done()) == (Action.TAKE,)
    assert allowed(LAN, PLAIN, theirs) == (
        *(Action.START, Action.ASK_MORE, Action.TRANSFER, Action.DRAFT, Action.MERGE),
    )
    assert allowed(LAN, PLAIN, others) == ()
    assert not may_do(LAN, Action.APPROVE, PLAIN, done(*WAY[:3], by="minh"))


def test_the_office_that_passed_it_on_still_sees_it_and_may_only_take_it_back() -> None:
    moved = done(Action.TAKE, Action.TRANSFER)

    assert may_see(HEAD, PLAIN, moved.unit_id, None)
    assert allowed(HEAD, PLAIN, moved) == (Action.PULL_BACK,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anh cán bộ gợi ý đưa phong bì mới làm", True),
        ("phai dua phong bi", True),
        ("PHẢI LÓT TAY 500 nghìn", True),
        ("Phòng bị dột, ghế hỏng", False),
        ("Tôi chưa nhận tiền trợ cấp tháng này", False),
        ("Đường hoa hồng chưa có biển", False),
        ("", False),
    ],
)
def test_words_of_bribery_are_known_with_and_without_marks(text: str, found: bool) -> None:
    assert reads_sensitive(text) is found
