"""One matter that a citizen told twice is suggested, merged and answered once: no receipt is lost, its time runs from
the earlier one, and figures count it once."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.domain.receipt import mint
from sync.district.complaints.actions import (
    Incomplete,
    NotAllowed,
    give_verdict,
)
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import Deadlines
from sync.district.domain.release import shown_before
from sync.district.projection.project import rebuild
from sync.district.projection.release import release
from sync.district.store import inbox
from sync.district.store.complaint_register import person_of
from sync.district.store.complaints import country_holidays, facts_with
from sync.district.store.engine import reading
from sync.district.store.inbox import InboxFilter
from sync.district.times import local_day
from sync.district.web.lookup import matter
from tests.district.complaint_office import HEAD, LAN, MINH, SCHEMES, SECOND, Office, open_office, open_to_the_public
from tests.district.conftest import District
from tests.district.merging_office import AT, LATE, answer, due, merge, standing, told_again, world
from tests.district.test_complaint_pages import browse, do
from tests.district.test_complaints import HEAD as HEAD_OF_ONE
from tests.district.test_complaints import do as act_on
from tests.support.factories import CONTACT, UNIT

__all__ = ["world"]


def test_both_receipts_show_one_answer_and_the_earlier_clock(world: Office) -> None:
    before = due(world, "again")
    merge(world)
    assert (due(world, "again"), due(world, "late")) == (due(world, "late"), due(world, "late"))
    assert before is not None
    assert due(world, "again") < before

    answer(world)
    both = [standing(world, name) for name in ("late", "again")]
    assert {case.answer for case in both} == {"Hồ sơ đã xong, mời nhận."}
    assert both[1].merged_into == world.ids["late"]
    assert standing(world, "other").answer == ""


def test_what_was_merged_is_nobodys_work_any_more_and_is_found_with_the_other(world: Office) -> None:
    merge(world)
    with reading(world.district.engine) as connection:
        person = person_of(connection, HEAD, local_day(world.district.clock()))
        asked = (shown_before(world.district.clock()), local_day(world.district.clock()))
        listed = {each.entry_id for each in inbox.page(connection, person, InboxFilter(), *asked, 0)}
        by_number = inbox.page(connection, person, InboxFilter(number=world.numbers["again"]), *asked, 0)

    assert world.ids["late"] in listed
    assert world.ids["again"] not in listed
    assert [each.entry_id for each in by_number] == [world.ids["late"]]
    with pytest.raises(NotAllowed):
        world.do(HEAD, "again", Action.TAKE)


def test_what_the_citizen_says_under_either_number_is_heard_once(world: Office) -> None:
    merge(world)
    answer(world)
    engine, clock = world.district.engine, world.district.clock

    assert give_verdict(engine, SCHEMES, world.ids["again"], "satisfied", clock())
    assert not give_verdict(engine, SCHEMES, world.ids["again"], "go_on", clock())
    assert not give_verdict(engine, SCHEMES, world.ids["late"], "go_on", clock(), confirmed=False)
    assert {standing(world, name).opinion for name in ("late", "again")} == {"satisfied"}
    world.do(HEAD, "late", Action.INFORM, by="call", reached="yes")
    world.do(HEAD, "late", Action.CLOSE)


def test_the_main_receipt_has_the_last_word_on_its_answer(world: Office) -> None:
    """Whoever told the later one confirms nothing about the earlier: should they be two people after all, the verdict
    of the one whose complaint it is counts."""
    merge(world)
    answer(world)
    engine, clock = world.district.engine, world.district.clock
    assert give_verdict(engine, SCHEMES, world.ids["again"], "go_on", clock(), confirmed=True)
    assert (standing(world, "late").opinion_confirmed, standing(world, "late").reopened) == (False, False)
    clock.pass_by(minutes=1)
    for who, action, fields in (
        (HEAD, Action.START, {}),
        (HEAD, Action.DRAFT, {"text": "Đã xong."}),
        (SECOND, Action.APPROVE, {}),
    ):
        world.do(who, "late", action, **fields)

    assert give_verdict(engine, SCHEMES, world.ids["again"], "not_satisfied", clock())
    assert give_verdict(engine, SCHEMES, world.ids["late"], "satisfied", clock())
    assert not give_verdict(engine, SCHEMES, world.ids["again"], "not_satisfied", clock())
    assert (standing(world, "late").opinion, standing(world, "late").opinion_confirmed) == ("satisfied", True)


def test_the_citizen_is_told_once_in_the_way_they_asked_for(world: Office) -> None:
    looks = CONTACT | {"reply_by": "kiosk"}
    world.tell("quiet", text="Đèn ở sảnh hỏng, tối lắm.", contact=looks)
    for name in ("loud", "louder"):
        world.tell(name, text="Đèn ở sảnh hỏng, tối lắm.")
    world.district.clock.pass_by(days=1)
    with pytest.raises(Incomplete):  # who asked for a call would hear nothing
        merge(world, "loud", "quiet")
    merge(world, "louder", "loud")
    answer(world, "loud")

    told = dict(world.district.rows("complaint_standings", "entry_id", "to_inform"))
    assert (told[world.ids["loud"]], told[world.ids["louder"]]) == (["approve"], None)


def test_a_nearer_date_is_not_lost(world: Office) -> None:
    """The earlier one waits for its citizen, or was given more time: the later one would be answered later."""
    words = "Đèn ở sảnh hỏng, tối lắm, người già đi lại khó."
    for name in ("dark", "darker"):
        world.tell(name, text=words)
        world.district.clock.pass_by(days=1)
    for step, fields in ((Action.TAKE, {}), (Action.START, {}), (Action.ASK_MORE, {"text": "Xin gửi thêm ảnh."})):
        world.do(HEAD, "dark", step, **fields)
    with pytest.raises(Incomplete):
        merge(world, "darker", "dark")

    world.do(HEAD, "dark", Action.MORE_CAME)
    assert due(world, "dark") <= due(world, "darker")
    world.do(SECOND, "dark", Action.EXTEND, text="Chờ nhà thầu.")
    with pytest.raises(Incomplete):
        merge(world, "darker", "dark")
    world.do(SECOND, "darker", Action.EXTEND, text="Chờ nhà thầu.")
    merge(world, "darker", "dark")


def test_the_history_of_the_later_receipt_begins_when_it_arrived(world: Office) -> None:
    world.do(HEAD, "late", Action.TAKE)
    merge(world)
    world.do(HEAD, "late", Action.START)
    with reading(world.district.engine) as connection:
        arrived = facts_with(connection, [world.numbers["again"]])[0].received_at
        deadlines, today = Deadlines(SCHEMES, country_holidays(connection)), local_day(world.district.clock())
    asked = {"by_token": True, "officers_informed_on": None}
    history = matter(standing(world, "again"), arrived, "", deadlines, today, **asked).history

    assert history[0][0] == arrived
    assert [at for at, _ in history] == sorted(at for at, _ in history)
    assert matter(standing(world, "late"), arrived, "", deadlines, today, **asked).history[0][0] < arrived


def test_on_both_databases_a_rebuild_gives_the_same_and_words_added_are_found(district: District) -> None:
    number, again = mint().number, mint().number
    box = district.box()
    box.tell(number, text="Ghế chờ bị hỏng hai cái, xin thay.")
    box.tell(again, text="Ghế chờ bị hỏng hai cái, xin thay sớm.", receipt_token="a" * 22)
    district.accept(box)
    district.overnight()
    ids = dict(district.rows("complaints", "receipt_number", "entry_id"))
    act_on(district, HEAD_OF_ONE, ids[again], Action.MERGE, into=ids[number])
    box.supplement(again, "Cả quạt trần cũng hỏng.", token="a" * 22)
    district.accept(box)
    district.overnight()
    release(district.engine, district.clock(), SCHEMES)

    def found(words: str) -> list[str]:
        with reading(district.engine) as connection:
            person = person_of(connection, HEAD_OF_ONE, local_day(district.clock()))
            asked = (shown_before(district.clock()), local_day(district.clock()))
            return [each.entry_id for each in inbox.page(connection, person, InboxFilter(words=words), *asked, 0)]

    columns = ("entry_id", "state", "due_on", "open", "merged_into", "folded_added", "supplemented_at")
    before = district.rows("complaint_standings", *columns)
    rebuild(district.engine, district.keys, SCHEMES)

    assert [found(words) for words in ("quat tran", "ghế hỏng", "thay som", "0912345123")] == [[ids[number]]] * 4
    assert district.rows("complaint_standings", *columns) == before
    assert (ids[again], False, ids[number]) in district.rows("complaint_standings", "entry_id", "open", "merged_into")


def test_the_page_suggests_merges_and_takes_apart(tmp_path: Path) -> None:
    with open_to_the_public(tmp_path) as office:
        world = told_again(office[0])
        head, stranger = browse(office, HEAD), browse(office)
        page = head.get(f"/complaints/{world.ids['late']}").text
        assert re.findall(r'data-twin="([^"]+)"', page) == [world.ids["again"]]
        assert f'action="/complaints/{world.ids["again"]}"' in page  # the later one goes into the earlier
        assert 'id="twins"' not in browse(office, LAN).get(f"/complaints/{world.ids['late']}").text
        assert 'id="twins"' not in head.get(f"/complaints/{world.ids['other']}").text

        assert do(head, office, "again", "merge", into=world.ids["other"]).status_code == 422
        assert do(head, office, "again", "merge", into=world.ids["late"]).status_code == 303
        page, member = (head.get(f"/complaints/{world.ids[name]}").text for name in ("late", "again"))
        assert "Phản ánh đã nhập chung: 1" in page
        assert LATE in page
        assert "đã nhập chung vào phản ánh trước của cùng người dân" in member
        assert re.findall(r'name="action" value="(\w+)"', member) == ["unmerge"]
        assert do(head, office, "again", "unmerge", text="Khác hồ sơ.").status_code == 303
        assert do(head, office, "again", "merge", into=world.ids["late"]).status_code == 303
        answer(world)

        told = [stranger.post("/tra-cuu", {"number": world.numbers[name]}).text for name in ("late", "again", "other")]
        assert ["Hồ sơ đã xong, mời nhận." in each for each in told] == [True, True, False]
        for each in told:  # nothing tells of another receipt
            assert "nhập chung" not in each
        assert 'value="unmerge"' not in head.get(f"/complaints/{world.ids['again']}").text
        assert do(head, office, "again", "unmerge", text="Khác hồ sơ.").status_code != 303
        assert "Hồ sơ đã xong" in stranger.post("/tra-cuu", {"number": world.numbers["again"]}).text


def test_the_report_of_complaints_counts_it_once(tmp_path: Path) -> None:
    world = told_again(open_office(tmp_path))
    with reading(world.district.engine) as connection:
        person = person_of(connection, MINH, local_day(world.district.clock()))
        asked = (connection, person, [UNIT], AT - timedelta(days=60), shown_before(world.district.clock()))
        before = inbox.arrived_between(*asked)
    merge(world)
    with reading(world.district.engine) as connection:
        after = inbox.arrived_between(connection, *asked[1:])

    assert before.keys() - after.keys() == {world.ids["again"]}
