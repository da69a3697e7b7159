"""What people do about a complaint, and how the boxes hear of it."""

from datetime import date

import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from kiosk.domain.complaint import Verdict
from kiosk.domain.reference import ComplaintAnswer
from sync.district.complaints.actions import Changed, Form, Incomplete, NotAllowed, NotThere, act, give_verdict, visible
from sync.district.complaints.publish_to_kiosks import forget, tell
from sync.district.complaints.recompute import recompute_open
from sync.district.domain.complaint_steps import Action, Status
from sync.district.domain.people import Role, SignedIn
from sync.district.domain.shows import Show
from sync.district.projection.loop import ProjectorLoop
from sync.district.projection.release import release
from sync.district.store import complaint_register as register
from sync.district.store import complaints as store
from sync.district.store import inbox
from sync.district.store.complaint_tables import COMPLAINT_FACTS
from sync.district.store.engine import reading, writing
from sync.district.store.inbox import InboxFilter
from sync.district.store.published_answers import public_id, published_answers, publishing_secret
from sync.district.times import local_day
from sync.protocol.receipt_lookup import key_of
from tests.district.conftest import District
from tests.district.test_accept import run_together
from tests.district.test_complaints import (
    HEAD,
    LAN,
    NUMBER,
    NUMBERS,
    SCHEMES,
    SECOND,
    answer,
    do,
    one,
    opened,
    states,
    the,
    told_to,
)
from tests.district.test_snapshot import pull, tree
from tests.district.web_fixtures import bring
from tests.support.factories import TODAY, UNIT, dossier_code

__all__ = ["one", "tree"]


# ---- acting


def test_an_answer_is_written_by_one_and_approved_by_another(one: District) -> None:
    entry_id = the(one)
    do(one, HEAD, entry_id, Action.TAKE)
    do(one, HEAD, entry_id, Action.DRAFT, text="Đã thay ghế.")

    with pytest.raises(NotAllowed):
        do(one, HEAD, entry_id, Action.APPROVE)
    standing = do(one, SECOND, entry_id, Action.APPROVE)

    assert (standing.state, standing.answer) == (Status.ANSWERED, "Đã thay ghế.")
    assert one.rows("complaint_standings", "state", "owner", "due_on") == [("answered", "head", date(2026, 11, 24))]


def test_a_page_that_is_out_of_date_changes_nothing(one: District) -> None:
    entry_id = the(one)
    do(one, HEAD, entry_id, Action.TAKE)

    with pytest.raises(Changed):
        act(one.engine, SCHEMES, SECOND, entry_id, Form(Action.START, {}, 0), one.clock())
    assert states(one) == ["received"]


def test_of_two_who_take_it_at_the_same_time_one_gets_it(one: District) -> None:
    entry_id, refused = the(one), []

    def take() -> None:
        try:
            act(one.engine, SCHEMES, HEAD, entry_id, Form(Action.TAKE, {}, 0), one.clock())
        except (Changed, NotAllowed):
            refused.append(1)

    run_together(take, 4)

    assert len(refused) == 3
    assert len(one.rows("complaint_actions", "action")) == 1


@pytest.mark.parametrize(
    ("action", "fields", "missing"),
    [
        (Action.PROPOSE_REFUSAL, {"text": "  "}, "text"),
        (Action.TRANSFER, {"unit_id": "nowhere", "text": "…"}, "unit_id"),
        (Action.TRANSFER, {"unit_id": UNIT, "text": "…"}, "unit_id"),
        (Action.ASSIGN, {"owner": "nobody"}, "owner"),
        (Action.PROPOSE_REFUSAL, {"text": "x" * 8_001}, "text"),
    ],
)
def test_what_is_not_complete_is_named(one: District, action: Action, fields: dict[str, str], missing: str) -> None:
    with pytest.raises(Incomplete, match=missing):
        do(one, HEAD, the(one), action, **fields)

    assert states(one) == ["new"]


def test_a_complaint_about_a_person_is_not_there_for_that_person(district: District) -> None:
    district.reference(dossiers=[{"dossier_code": dossier_code(), "officer_number": "CB-7"}])
    box = district.box()
    told = box.tell(NUMBER, dossier_code=dossier_code())
    district.accept(box)
    district.overnight()

    with reading(district.engine) as connection:
        with pytest.raises(NotThere):
            visible(connection, LAN, told.entry_id, district.clock())
        assert visible(connection, HEAD, told.entry_id, district.clock())[0].officer_number == "CB-7"


def test_what_reads_like_bribery_is_there_for_the_head_alone(district: District) -> None:
    box = district.box()
    told = box.tell(NUMBER, text="Phải đưa phong bì mới được nhận hồ sơ")
    district.accept(box)
    district.overnight()

    with reading(district.engine) as connection:
        assert visible(connection, HEAD, told.entry_id, district.clock())
        for who in (LAN, SignedIn("i", Role.INSPECTOR, None, "")):
            with pytest.raises(NotThere):
                visible(connection, who, told.entry_id, district.clock())


@pytest.mark.parametrize("table", COMPLAINT_FACTS)
@pytest.mark.parametrize("change", ["UPDATE {table} SET at = at", "DELETE FROM {table}"])
def test_the_database_refuses_to_rewrite_what_people_did(one: District, table: str, change: str) -> None:
    from sync.district.store.complaints import add_view
    from sync.district.store.conclusions import add_notices
    from sync.district.store.merges import write_merge

    do(one, HEAD, the(one), Action.TAKE)
    with writing(one.engine) as connection:
        add_view(connection, the(one), "contact", "head", one.clock())
        add_notices(connection, [(the(one), 1, "CB-7")], one.clock())
        write_merge(connection, "later", the(one), one.clock())
    assert one.rows(table, "at") != []

    with pytest.raises(DatabaseError, match="append-only"), writing(one.engine) as connection:
        connection.execute(text(change.format(table=table)))


def test_holidays_that_are_imported_later_move_the_due_dates(one: District) -> None:
    follower = ProjectorLoop(one.engine, one.keys, SCHEMES, one.clock)
    follower.tick()
    bring(one.engine, "holidays", 'year = 2026\noff = [{ day = 2026-11-24, name = "Ngày Văn hóa" }]')

    follower.tick()

    assert one.rows("complaint_standings", "due_on") == [(date(2026, 11, 25),)]
    assert recompute_open(one.engine, SCHEMES, one.clock()) == 1


def test_the_register_reads_the_same_on_both_databases(one: District) -> None:
    answer(one, the(one))
    do(one, HEAD, the(one), Action.PREPARE, question="Ghế hỏng", answer="Đã thay")
    do(one, SECOND, the(one), Action.PUBLISH)
    first, box = the(one), one.box()
    box.tell(NUMBERS[1], text="Mới đến")
    box.tell(NUMBERS[2], contact=None)
    one.accept(box)
    one.overnight()
    with writing(one.engine) as connection:
        store.add_view(connection, first, "contact", "head", one.clock())

    with reading(one.engine) as connection:
        today, now = local_day(one.clock()), one.clock()
        everyone = register.people(connection, today)
        head = next(person for person in everyone if person.user_name == "head")
        elsewhere = replace(head, units=frozenset({"elsewhere"}))
        opened_lines = inbox.page(connection, head, InboxFilter(), now, today, 0)
        every_line = inbox.page(connection, head, InboxFilter(Show.ALL), now, today, 0)
        by_number = inbox.page(connection, head, InboxFilter(number=NUMBER), now, today, 0)
        views = register.views_of(connection, by_number[0].entry_id)

        assert [person.user_name for person in sorted(everyone, key=lambda each: each.user_name)] == [
            "head",
            "lan",
            "second",
        ]
        assert [line.state for line in opened_lines] == ["new", "new"]
        assert {line.state for line in every_line} == {"published", "new"}
        assert inbox.page(connection, elsewhere, InboxFilter(Show.ALL), now, today, 0) == []
        assert [each.public_id for each in published_answers(connection)] == [
            public_id(publishing_secret(connection), by_number[0].entry_id)
        ]
        assert [(view.what, view.by) for view in views] == [("contact", "head")]
        assert register.wordings(connection) == []


# ---- telling the boxes


def test_the_answer_travels_to_the_box_and_opens_with_the_number_alone(one: District) -> None:
    box = one.box()
    answer(one, the(one), "Đã thay ghế.")

    (row,) = told_to(one, box.device_id)

    assert row.lookup_id == key_of(NUMBER, one.salt).lookup_id
    assert opened(one, row) == {
        "state": "answered",
        "office": "Phường Thử",
        "received_on": "2026-11-21",
        "due_on": "2026-12-11",
        "answered_on": "2026-11-22",
        "answer": "Đã thay ghế.",
        "as_of": "2026-11-22",
        "conclusion": None,
        "under_review": False,
    }


def test_a_draft_is_told_to_nobody(one: District) -> None:
    do(one, HEAD, the(one), Action.TAKE)
    do(one, HEAD, the(one), Action.DRAFT, text="Bản nháp")

    (row,) = told_to(one, one.box().device_id)

    assert (opened(one, row)["state"], opened(one, row)["answer"]) == ("with_office", "")


def test_what_has_not_changed_is_not_sent_again(one: District) -> None:
    device_id = one.box().device_id
    told_to(one, device_id)
    _, cursor, _ = pull(one, device_id)
    do(one, HEAD, the(one), Action.TAKE)
    while tell(one.engine, SCHEMES, one.clock()):
        pass
    changes, cursor, _ = pull(one, device_id, cursor)
    do(one, HEAD, the(one), Action.START)
    while tell(one.engine, SCHEMES, one.clock()):
        pass

    again, _, _ = pull(one, device_id, cursor)

    assert [type(change.row) for change in changes] == [ComplaintAnswer]
    assert again == []


def test_only_boxes_of_the_area_hear_of_it(tree: District) -> None:
    ours, below = tree.box(), tree.box(unit="H32.13.1", counter=None)
    beside, above = tree.box(unit="H32.14", counter=None), tree.box(unit="H32", counter=None)
    ours.tell(NUMBER)
    tree.accept(ours)
    tree.overnight()

    heard = [len(told_to(tree, box.device_id)) for box in (ours, below, above, beside)]

    assert heard == [1, 1, 1, 0]


def test_two_who_tell_at_once_tell_each_change_once(one: District) -> None:
    answer(one, the(one))

    run_together(lambda: tell(one.engine, SCHEMES, one.clock()), 3)

    assert len(one.rows("complaint_answers", "lookup_id")) == 1
    assert one.rows("complaint_queue", "entry_id") == []


def test_a_verdict_from_a_kiosk_opens_the_matter_again_once(one: District) -> None:
    answer(one, the(one))
    one.clock.pass_by(days=2)
    box = one.box()
    box.judge(NUMBER, "go_on")
    box.judge(NUMBER, "go_on")

    one.accept(box)
    one.project()
    on_the_day = states(one)
    one.overnight()
    release(one.engine, one.clock())

    assert on_the_day == ["answered"]
    assert one.rows("complaint_standings", "state", "due_on") == [("received", date(2026, 12, 1))]
    assert give_verdict(one.engine, SCHEMES, the(one), Verdict.SATISFIED, one.clock()) is False
    assert date(2026, 11, 21) == TODAY


@pytest.mark.parametrize(("token", "confirmed"), [({"receipt_token": "t" * 22}, True), ({}, False)])
def test_a_verdict_from_a_kiosk_is_the_citizens_own_with_the_receipts_code_alone(
    one: District, token: dict[str, str], confirmed: bool
) -> None:
    """By the number, or with another receipt's code, it is kept as not confirmed, and leaves the citizen theirs."""
    answer(one, the(one))
    one.clock.pass_by(days=2)
    box = one.box()
    box.judge(NUMBER, "not_satisfied", receipt_token="o" * 22)
    box.judge(NUMBER, "satisfied", **token)
    one.accept(box)
    one.project()
    one.overnight()
    release(one.engine, one.clock())

    with reading(one.engine) as connection:
        case = visible(connection, HEAD, the(one), one.clock())[1]

    opinion = Verdict.SATISFIED if confirmed else Verdict.NOT_SATISFIED
    assert (case.opinion, case.opinion_confirmed) == (opinion, confirmed)
    assert give_verdict(one.engine, SCHEMES, the(one), Verdict.GO_ON, one.clock(), confirmed=True) is not confirmed


def test_telling_that_fails_waits_and_stops_no_projecting(one: District, monkeypatch: pytest.MonkeyPatch) -> None:
    from sync.district.projection import loop

    def fails(*_: object) -> int:
        raise ArithmeticError("a mistake of ours")

    monkeypatch.setattr(loop, "tell", fails)
    follower = ProjectorLoop(one.engine, one.keys, SCHEMES, one.clock)

    waited = follower.tick()
    box = one.box()
    box.rate()
    one.accept(box)
    follower.tick()

    assert waited == loop.TROUBLE_SECONDS
    assert len(one.rows("ratings", "entry_id")) == 1


def test_what_was_finished_a_year_ago_is_gone_from_the_boxes_and_comes_back_when_it_goes_on(one: District) -> None:
    device_id = one.box().device_id
    answer(one, the(one))
    told_to(one, device_id)
    one.clock.pass_by(days=400)
    still_open = forget(one.engine, one.clock())
    do(one, HEAD, the(one), Action.INFORM, reached="yes", by="call")
    do(one, HEAD, the(one), Action.CLOSE)
    told_to(one, device_id)
    _, cursor, _ = pull(one, device_id)
    one.clock.pass_by(days=364)
    too_early = forget(one.engine, one.clock())
    one.clock.pass_by(days=2)

    ProjectorLoop(one.engine, one.keys, SCHEMES, one.clock).tick()

    changes, cursor, _ = pull(one, device_id, cursor)
    assert (still_open, too_early) == (0, 0)
    assert [change.removed for change in changes if isinstance(change.row, ComplaintAnswer)] == [True]
    give_verdict(one.engine, SCHEMES, the(one), Verdict.GO_ON, one.clock())
    assert opened(one, told_to(one, device_id)[0])["state"] == "with_office"
