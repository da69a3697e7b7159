"""What a counter's staff are told in words, from the district to the kiosk's own counter view: released, signed, of the
kiosk's own unit, and sent again only when it has changed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from kiosk.domain.calendar import Holidays
from kiosk.domain.counter_notes import CounterNotes, OwnInquiry, OwnObjection
from kiosk.domain.deadlines import working_days_after
from kiosk.domain.reference import CounterNotesRow
from kiosk.store.staff import notes_of
from kiosk.store.tables import counter_notes as counter_notes_table
from sync.agent.key_updates import without_unproved
from sync.district.domain.inquiry import InquiryAct, InquiryStep
from sync.district.domain.objection import (
    ObjectionAbout,
    ObjectionAct,
    ObjectionStep,
    ObjectionSubject,
    ObjectionVerdict,
)
from sync.district.domain.people import Role
from sync.district.projection.release import release
from sync.district.store import inquiries, objections
from sync.district.store.engine import writing
from sync.district.times import local_day
from sync.protocol.snapshot import Change
from tests.district.conftest import Client, District
from tests.district.test_agent import Kiosk, enrolled
from tests.district.test_remarks import two_people_confirm, wrote
from tests.district.test_snapshot import pull, tree
from tests.district.web_server import keep_ratings, rating
from tests.support.factories import COUNTER, UNIT

__all__ = ["tree"]
NOVEMBER = datetime(2026, 11, 12, 2, tzinfo=UTC)


@pytest.fixture
def kiosk(tree: District, client: Client, tmp_path: Path) -> Iterator[Kiosk]:
    made = enrolled(tree, client, tmp_path / "box")
    yield made
    made.store.close()


def october(district: District) -> None:
    """Eight remarks, and six ratings between eight and nine in the morning: a month, told once it is complete."""
    district.clock.at = datetime(2026, 10, 6, 2, tzinfo=UTC)
    at = datetime(2026, 10, 6, 1, 30, tzinfo=UTC)
    rated = [rating(UNIT, COUNTER, 5, date(2026, 10, 6), recorded_at=at, received_at=at) for _ in range(6)]
    keep_ratings(district.engine, rated)
    two_people_confirm(district, wrote(district, 8, first=100))
    release(district.engine, district.clock.at)
    district.clock.at = NOVEMBER
    release(district.engine, NOVEMBER)


def notes(changes: list[Change]) -> dict[str, CounterNotesRow]:
    """The notes of counters of which something is told."""
    return {counter: row for counter, row in all_notes(changes).items() if row.content}


def all_notes(changes: list[Change]) -> dict[str, CounterNotesRow]:
    return {change.row.counter_id: change.row for change in changes if isinstance(change.row, CounterNotesRow)}


def test_words_and_hours_reach_the_kiosk_of_the_counter_s_own_unit(tree: District, kiosk: Kiosk):
    tree.reference(counters=[{"counter_id": COUNTER, "unit_id": UNIT, "name": "Quầy 1", "field": ""}])
    october(tree)

    kiosk.seconds += 1000
    kiosk.deliver()

    with kiosk.store.read() as tx:
        told = notes_of(tx, COUNTER)
    assert told.own is not None
    assert {each.words for each in told.own.remarks} == {f"Lời thứ {n}" for n in range(8)}
    assert told.hours is not None
    assert (told.hours.month, told.hours.rated) == (date(2026, 10, 1), (8,))
    province = tree.box("H32", None).device_id
    assert notes(pull(tree, province)[0]) == {}, "others' words are for others"


def test_they_travel_once_and_again_only_when_they_change(tree: District):
    tree.reference(counters=[{"counter_id": COUNTER, "unit_id": UNIT, "name": "Quầy 1", "field": ""}])
    october(tree)
    device = tree.box().device_id
    first, cursor, _ = pull(tree, device)
    second, cursor, _ = pull(tree, device, cursor)
    about = ObjectionSubject(ObjectionAbout.FIGURE, UNIT, COUNTER, date(2026, 10, 1), 3, 6)
    of_a_doubt = ObjectionSubject(ObjectionAbout.DOUBT, UNIT, COUNTER, date(2026, 9, 1), doubt_id=1, decided_by=("x",))
    raised = ObjectionStep(NOVEMBER, "lan", Role.OFFICER, ObjectionAct.RAISE, "Máy lấy số hỏng hai ngày liền.")
    with writing(tree.engine) as connection:
        number = objections.make(connection, about, raised)
        objections.make(connection, of_a_doubt, raised)
    third, cursor, _ = pull(tree, device, cursor)
    with writing(tree.engine) as connection:
        kept = objections.objection(connection, number)
        assert kept is not None
        decided = ObjectionStep(NOVEMBER, "tu", Role.LEADER, ObjectionAct.DECIDE, "Đã xem.", ObjectionVerdict.AGREED)
        objections.add_step(connection, kept, decided)
    fourth, cursor, _ = pull(tree, device, cursor)

    assert set(notes(first)) == {COUNTER}
    assert notes(second) == {}
    assert [row.content["objections"] for row in notes(third).values()] == [[["2026-10", "open", "2026-11-26"]]]
    assert [row.content["objections"] for row in notes(fourth).values()] == [[["2026-10", "agreed", ""]]]


def test_an_objection_that_was_withdrawn_leaves_the_kiosk_and_no_words_stay_behind(tree: District, kiosk: Kiosk):
    tree.reference(counters=[{"counter_id": COUNTER, "unit_id": UNIT, "name": "Quầy 1", "field": ""}])
    tree.clock.at = NOVEMBER
    about = ObjectionSubject(ObjectionAbout.FIGURE, UNIT, COUNTER, date(2026, 10, 1), 3, 6)
    raised = ObjectionStep(NOVEMBER, "lan", Role.OFFICER, ObjectionAct.RAISE, "Máy lấy số hỏng hai ngày liền.")
    with writing(tree.engine) as connection:
        number = objections.make(connection, about, raised)
    kiosk.seconds += 1000
    kiosk.deliver()
    with kiosk.store.read() as tx:
        assert [each.state for each in notes_of(tx, COUNTER).objections] == ["open"]

    with writing(tree.engine) as connection:
        kept = objections.objection(connection, number)
        assert kept is not None
        withdrawn = ObjectionStep(NOVEMBER, "lan", Role.OFFICER, ObjectionAct.WITHDRAW, "Đã rõ.")
        objections.add_step(connection, kept, withdrawn)
    kiosk.seconds += 1000
    kiosk.deliver()
    with kiosk.store.read() as tx:
        assert notes_of(tx, COUNTER) == CounterNotes()


def test_a_counter_s_inquiries_are_told_by_their_days_until_they_are_closed_and_never_in_words(
    tree: District, kiosk: Kiosk
):
    tree.reference(counters=[{"counter_id": COUNTER, "unit_id": UNIT, "name": "Quầy 1", "field": ""}])
    tree.clock.at = NOVEMBER
    day = local_day(NOVEMBER)

    def told() -> tuple[OwnInquiry, ...]:
        kiosk.seconds += 1000
        kiosk.deliver()
        with kiosk.store.read() as tx:
            return notes_of(tx, COUNTER).inquiries

    def does(act: InquiryAct, person: str, number: int) -> None:
        with writing(tree.engine) as connection:
            inquiries.add_step(connection, number, InquiryStep(NOVEMBER, person, Role.OFFICER, act, "Một câu bí mật."))

    with writing(tree.engine) as connection:
        step = InquiryStep(NOVEMBER, "lan", Role.OFFICER, InquiryAct.ASK, "Có phải nộp bản sao không?")
        number = inquiries.ask(connection, UNIT, COUNTER, "Đăng ký khai tử", step)
        inquiries.ask(connection, UNIT, "H32.13-q2", "Của quầy khác", step)
    waiting = told()
    does(InquiryAct.ANSWER, "tu", number)
    answered = told()
    with kiosk.store.read() as tx:
        content = repr(list(tx.execute(select(counter_notes_table))))
    does(InquiryAct.CLOSE, "lan", number)

    assert waiting == (OwnInquiry(day, working_days_after(day, 1, Holidays())),)
    assert answered == (OwnInquiry(day),)
    assert "khai tử" not in content
    assert "bí mật" not in content
    assert told() == ()


def test_words_that_the_district_did_not_say_are_shown_nowhere(tree: District, kiosk: Kiosk):
    tree.reference(counters=[{"counter_id": COUNTER, "unit_id": UNIT, "name": "Quầy 1", "field": ""}])
    october(tree)
    (row,) = notes(pull(tree, tree.box().device_id)[0]).values()
    key = bytes(tree.services.receipt_key.verify_key)
    forged = replace(row, content={**row.content, "own": {**row.content["own"], "n": 9}})
    elsewhere = replace(row, counter_id="H32.13-q2")

    assert without_unproved([Change(row)], key) == [Change(row)]
    for wrong in (forged, elsewhere, replace(row, signature=""), replace(row, signature="!")):
        assert without_unproved([Change(wrong)], key) == []
    assert without_unproved([Change(replace(row, signature=""), removed=True)], key) != []


def test_a_row_that_cannot_be_read_shows_nothing(kiosk: Kiosk):
    from kiosk.store import reference

    with kiosk.store.write() as tx:
        broken = CounterNotesRow("q7", {"own": {"month": "never"}})
        reference.apply(tx, [Change(broken)], b"k" * 32, full=False)
        assert notes_of(tx, "q7") == CounterNotes()
        reference.apply(
            tx, [Change(replace(broken, content={"objections": [["2026-10", "agreed", ""]]}))], b"k" * 32, full=False
        )
        assert notes_of(tx, "q7").objections == (OwnObjection(date(2026, 10, 1), "agreed"),)
