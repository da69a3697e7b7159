"""One matter that a citizen told twice is suggested, merged and answered once: no receipt is lost, its time runs from
the earlier one, figures count it once, and nobody learns of it that somebody else complained."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from kiosk.domain.receipt import mint
from sync.district.complaints.actions import (
    Incomplete,
    NotAllowed,
    NotThere,
    Supplement,
    add_more,
    give_verdict,
    visible,
)
from sync.district.complaints.recompute import cases
from sync.district.domain.classification import Classification
from sync.district.domain.complaint_case import Case
from sync.district.domain.complaint_steps import Action
from sync.district.domain.deadlines import Deadlines
from sync.district.domain.duplicates import (
    WITHIN,
    Account,
    are_duplicates,
    kept_from_the_same,
    reached_alike,
    same_matter,
)
from sync.district.domain.release import shown_before
from sync.district.domain.rights import Subject
from sync.district.projection.project import rebuild
from sync.district.projection.release import release
from sync.district.store import inbox
from sync.district.store.complaint_register import person_of
from sync.district.store.complaint_subjects import add_from_import
from sync.district.store.complaints import country_holidays, facts_with
from sync.district.store.engine import reading, writing
from sync.district.store.inbox import InboxFilter
from sync.district.times import local_day
from sync.district.web.lookup import matter
from tests.district.complaint_office import HEAD, LAN, MINH, SCHEMES, SECOND, Office, open_office, open_to_the_public
from tests.district.conftest import District
from tests.district.test_complaint_pages import browse, do
from tests.district.test_complaints import HEAD as HEAD_OF_ONE
from tests.district.test_complaints import do as act_on
from tests.support.factories import CONTACT, UNIT, dossier_code

LATE = (
    "Tôi nộp hồ sơ cấp giấy chứng nhận đã hai tháng, hẹn ba lần vẫn chưa có kết quả, đề nghị nói rõ hồ sơ đang ở đâu."
)
AT = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FIRST = Account(UNIT, AT, "Ghế chờ bị hỏng hai cái, người già phải đứng.", "D1", "Nguyễn Văn An", "0912 345 123")


# ---- the rules


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"text": "Hoàn toàn khác."}, True),  # the same dossier
        ({"dossier_code": None}, True),  # near the same words
        ({"dossier_code": None, "text": "Ghe cho hong hai cai, nguoi gia phai dung."}, True),
        ({"dossier_code": None, "text": "Hoàn toàn khác."}, False),
        ({"dossier_code": "D2", "text": "Hoàn toàn khác."}, False),
        ({"dossier_code": None, "text": ""}, False),
        ({"phone": "0912345124"}, False),  # somebody else, with the same name, about the same dossier
        ({"phone": ""}, True),
        ({"phone": "", "name": "Trần Thị Bé"}, False),
        ({"name": "Trần Thị Bé"}, False),  # a family's telephone
        ({"name": "nguyen van an"}, True),
        ({"name": ""}, True),
        ({"name": "", "phone": ""}, False),
        ({"phone": "", "dossier_code": None}, False),
        ({"unit_id": "H32.99"}, False),
        ({"received_at": AT + WITHIN}, True),
        ({"received_at": AT + WITHIN + timedelta(seconds=1)}, False),
    ],
)
def test_the_same_citizen_and_the_same_matter_are_found_and_nothing_else(changes, same: bool) -> None:
    other = replace(FIRST, **changes)

    assert (are_duplicates(FIRST, other), are_duplicates(other, FIRST)) == (same, same)


def test_an_e_mail_tells_two_people_apart_where_no_telephone_does() -> None:
    one = replace(FIRST, phone="", email="an@x.vn")

    assert are_duplicates(one, replace(one, email="AN@x.vn"))
    assert not are_duplicates(one, replace(one, email="be@x.vn"))


def test_long_texts_are_compared_in_a_bounded_time_and_by_their_beginning() -> None:
    words = " ".join(f"từ{n % 7}" for n in range(1_300))
    one = replace(FIRST, dossier_code=None, text=words)
    begun = time.process_time()

    assert same_matter(one, replace(one, text=f"{words} và thêm nữa"))
    assert not same_matter(one, replace(one, text="khác hẳn " * 600))
    assert time.process_time() - begun < 2


def test_two_ways_of_replying_are_not_one() -> None:
    call = {"reply_by": "call", "phone": "0912 345 123", "address": ""}

    assert reached_alike(call, call | {"phone": "0912345123", "address": "Thôn 2"})
    for other in ({"reply_by": "kiosk"}, {"reply_by": "sms"}, {"phone": "0912345124"}):
        assert not reached_alike(call, call | other)
    for way, place in (("letter", "address"), ("email", "email")):
        asked = {"reply_by": way, place: "Thôn 2"}
        assert not reached_alike(asked, asked | {place: "Thôn 3"})


def test_promise_6_what_is_kept_from_other_people_is_not_the_same() -> None:
    plain = Subject("U", "rule", sensitive=False)

    assert kept_from_the_same(plain, plain)
    for other in (
        replace(plain, officers=frozenset({"CB-1"})),
        replace(plain, counters=frozenset({"q1"})),
        replace(plain, sensitive=True),
        replace(plain, classified=Classification("conduct", False, frozenset({"CB-1"}))),
    ):
        assert not kept_from_the_same(plain, other)
        assert not kept_from_the_same(other, plain)


# ---- in the office


@pytest.fixture
def world(tmp_path: Path) -> Office:
    """The citizen who waits for a dossier told it again, and another one told the same of theirs."""
    return told_again(open_office(tmp_path))


def told_again(world: Office) -> Office:
    world.tell("again", text=LATE, about="rule", dossier_code=dossier_code(3))
    world.tell(
        "other", text=LATE, about="rule", dossier_code=dossier_code(3), contact=CONTACT | {"phone": "0987654321"}
    )
    world.district.clock.pass_by(days=1)
    return world


def standing(world: Office, name: str) -> Case:
    with reading(world.district.engine) as connection:
        facts = facts_with(connection, [world.numbers[name]])
        return next(case for _, case, _ in cases(connection, facts, world.district.clock()))


def due(world: Office, name: str):
    with reading(world.district.engine) as connection:
        return Deadlines(SCHEMES, country_holidays(connection)).answer_due(standing(world, name))


def merge(world: Office, later: str = "again", earlier: str = "late", who=HEAD) -> Case:
    return world.do(who, later, Action.MERGE, into=world.ids[earlier])


def answer(world: Office, name: str = "late") -> None:
    for who, action, fields in (
        (HEAD, Action.TAKE, {}),
        (HEAD, Action.START, {}),
        (HEAD, Action.DRAFT, {"text": "Hồ sơ đã xong, mời nhận."}),
        (SECOND, Action.APPROVE, {}),
    ):
        world.do(who, name, action, **fields)


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


def test_promise_6_two_people_are_never_one(world: Office) -> None:
    """An answer that fits one of them would tell that somebody else complained."""
    for later, earlier in (
        ("other", "late"),
        ("other", "again"),
        ("late", "again"),
        ("ramp", "late"),
        ("rude", "late"),
    ):
        with pytest.raises((Incomplete, NotAllowed)):
            merge(world, later, earlier)
    with pytest.raises(Incomplete):
        world.do(HEAD, "again", Action.MERGE, into="no-such-matter")

    assert world.district.rows("complaint_merges", "into_id") == []


def test_promise_6_who_may_not_know_of_one_of_them_does_not_come_to_answer_it(world: Office) -> None:
    world.tell("named", text=LATE, about="rule", dossier_code=dossier_code(3), officer_number="CB-7")
    world.district.clock.pass_by(days=1)
    with pytest.raises(Incomplete):
        merge(world, "named")

    merge(world)
    world.do(HEAD, "late", Action.CLASSIFY, about="rule", sensitive="no", persons="CB-7")
    for name in ("late", "again"):
        with pytest.raises(NotThere):
            world.do(LAN, name, Action.UNMERGE, text="x")

    world.do(HEAD, "again", Action.UNMERGE, text="Hai việc khác nhau.")
    with pytest.raises(NotThere):  # what was kept from somebody does not come to them by taking it apart
        world.do(LAN, "again", Action.TAKE)


def test_promise_6_whom_they_name_under_the_later_number_it_is_kept_from(world: Office) -> None:
    merge(world)
    more = Supplement("Chính cán bộ CB-7 giữ hồ sơ của tôi.", will_bring=False)
    engine, clock = world.district.engine, world.district.clock
    assert add_more(engine, SCHEMES, world.ids["again"], more, clock(), confirmed=True)

    assert (world.ids["late"], "CB-7") in world.district.rows("complaint_kept_from", "entry_id", "value")
    with pytest.raises(NotThere):
        world.do(LAN, "late", Action.TAKE)


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


@pytest.mark.parametrize("said", [{"sound_parts": 1}, {"sentences": ["waited-long"]}])
def test_what_the_page_of_the_earlier_one_would_not_show_is_not_merged(world: Office, said: dict[str, object]) -> None:
    world.tell("more", text=LATE, about="rule", dossier_code=dossier_code(3), **said)
    world.district.clock.pass_by(days=1)

    with pytest.raises(Incomplete):
        merge(world, "more")


def test_what_was_added_to_the_later_one_read_or_not_is_not_merged(world: Office) -> None:
    engine, clock = world.district.engine, world.district.clock
    more = Supplement("Tôi còn thiếu một tờ.", will_bring=False)
    assert add_more(engine, SCHEMES, world.ids["again"], more, clock(), confirmed=True)
    with pytest.raises(Incomplete):
        merge(world)
    world.do(HEAD, "again", Action.TAKE)
    world.do(HEAD, "again", Action.READ_MORE)
    with pytest.raises(Incomplete):
        merge(world)


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


def test_promise_13_what_the_office_asked_under_the_later_number_is_not_lost(world: Office) -> None:
    """The citizen would find the question gone, and by the number alone their answer would be refused."""
    for step, fields in ((Action.TAKE, {}), (Action.START, {}), (Action.ASK_MORE, {"text": "Xin gửi thêm ảnh."})):
        world.do(HEAD, "again", step, **fields)
    with pytest.raises(Incomplete):
        merge(world)

    world.do(HEAD, "again", Action.MORE_CAME)
    merge(world)


def test_promise_6_what_is_restricted_or_concluded_is_not_merged(world: Office) -> None:
    """Classified for both, the earlier one could come to somebody whom only the later one names."""
    world.do(HEAD, "again", Action.CLASSIFY, about="conduct", sensitive="no")
    world.do(HEAD, "late", Action.CLASSIFY, about="conduct", sensitive="no")
    with pytest.raises(Incomplete):
        merge(world)
    world.do(HEAD, "again", Action.TAKE)
    world.do(HEAD, "again", Action.CONCLUDE, result="not_true", text="Không có căn cứ.")
    for name in ("again", "late"):
        world.do(HEAD, name, Action.CLASSIFY, about="rule", sensitive="no", text="Nói về thủ tục.")
    assert standing(world, "again").concluding is not None
    with pytest.raises(Incomplete):
        merge(world)


def test_what_was_answered_once_is_not_merged(world: Office) -> None:
    answer(world, "again")
    world.do(HEAD, "again", Action.REOPEN, text="Chưa xong.")
    with pytest.raises(Incomplete):
        merge(world)


def test_once_answered_it_is_not_taken_apart_even_when_it_was_opened_anew(world: Office) -> None:
    merge(world)
    answer(world)
    with pytest.raises(NotAllowed):
        world.do(HEAD, "again", Action.UNMERGE, text="Hai việc khác nhau.")
    assert give_verdict(world.district.engine, SCHEMES, world.ids["again"], "go_on", world.district.clock())
    with pytest.raises(NotAllowed):
        world.do(HEAD, "again", Action.UNMERGE, text="Hai việc khác nhau.")

    assert {standing(world, name).answer for name in ("late", "again")} == {"Hồ sơ đã xong, mời nhận."}


def test_taken_apart_each_is_found_by_its_own_words_alone(world: Office) -> None:
    world.tell("fan", text=f"{LATE} Quạt trần kêu to.", about="rule", dossier_code=dossier_code(3))
    world.district.clock.pass_by(days=1)

    def found() -> list[str]:
        with reading(world.district.engine) as connection:
            person = person_of(connection, HEAD, local_day(world.district.clock()))
            asked = (shown_before(world.district.clock()), local_day(world.district.clock()))
            page = inbox.page(connection, person, InboxFilter(words="quat tran"), *asked, 0)
            return [each.entry_id for each in page]

    merge(world, "fan")
    assert found() == [world.ids["late"]]
    world.do(HEAD, "fan", Action.UNMERGE, text="Hai việc khác nhau.")
    assert found() == [world.ids["fan"]]


def test_promise_6_whose_the_dossier_is_by_a_later_import_reads_neither(world: Office) -> None:
    """The later one names a dossier that no list knew when they were merged."""
    words = "Đèn ở sảnh hỏng, tối lắm, người già đi lại khó."
    world.tell("dark", text=words)
    world.tell("darker", text=words, dossier_code=dossier_code(77))
    world.district.clock.pass_by(days=1)
    merge(world, "darker", "dark")
    with reading(world.district.engine) as connection:
        visible(connection, LAN, world.ids["dark"], world.district.clock())
    row = {"dossier_code": dossier_code(77), "procedure_id": "1.2", "officer_number": "CB-7", "counter_id": None}
    world.district.reference(dossiers=[row])
    with writing(world.district.engine) as connection:
        add_from_import(connection, "dossiers", [row], world.district.clock())

    with reading(world.district.engine) as connection:
        now = world.district.clock()
        for name in ("dark", "darker"):
            with pytest.raises(NotThere):
                visible(connection, LAN, world.ids[name], now)
        person = person_of(connection, LAN, local_day(now))
        listed = inbox.page(connection, person, InboxFilter(), shown_before(now), local_day(now), 0)
    assert world.ids["dark"] not in {each.entry_id for each in listed}


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


def test_taken_apart_it_stands_as_before_with_its_own_clock_and_reason(world: Office) -> None:
    before, own = standing(world, "again"), due(world, "again")
    merge(world)
    with pytest.raises(Incomplete):
        world.do(HEAD, "again", Action.UNMERGE)
    world.do(HEAD, "again", Action.UNMERGE, text="Hai hồ sơ khác nhau.")
    after = standing(world, "again")

    assert replace(after, last_action=before.last_action) == before
    assert due(world, "again") == own
    assert standing(world, "late").merged_into == ""
    kept = [each for each in world.district.rows("complaint_actions", "complaint_id", "action") if "merge" in each[1]]
    assert kept == [(world.ids["again"], "merge"), (world.ids["again"], "unmerge")]
    merge(world)


def test_no_chain_and_no_circle(world: Office) -> None:
    world.tell("third", text=LATE, about="rule", dossier_code=dossier_code(3))
    world.district.clock.pass_by(days=1)
    merge(world, "third", "again")

    with pytest.raises(Incomplete):
        merge(world, "again", "late")  # something is merged into it
    with pytest.raises((Incomplete, NotAllowed)):
        merge(world, "again", "third")


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


# ---- the pages


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
