"""What is never merged, and what is taken apart again: nobody learns that somebody else complained, and nothing that a
citizen said or was asked is lost."""

import pytest
from msgspec.structs import replace

from sync.district.complaints.actions import (
    Incomplete,
    NotAllowed,
    NotThere,
    Supplement,
    add_more,
    give_verdict,
    visible,
)
from sync.district.domain.complaint_steps import Action
from sync.district.domain.release import shown_before
from sync.district.store import inbox
from sync.district.store.complaint_register import person_of
from sync.district.store.complaint_subjects import add_from_import
from sync.district.store.engine import reading, writing
from sync.district.store.inbox import InboxFilter
from sync.district.times import local_day
from tests.district.complaint_office import HEAD, LAN, SCHEMES, Office
from tests.district.merging_office import LATE, answer, due, merge, standing, world
from tests.support.factories import dossier_code

__all__ = ["world"]


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
