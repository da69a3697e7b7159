"""Remarks: what citizens wrote reaches the counter in the words of two people who do not sit there, in batches that
give nobody away, also to an officer with three accomplices."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import insert, update

from kiosk.domain.receipt import mint
from kiosk.domain.released import K
from kiosk.domain.released_remark import ReleasedBatch, ReleasedRemark, batch_content, batch_from
from sync.district.domain.classification import Classification
from sync.district.domain.complaint_steps import LaterWords
from sync.district.domain.mentions import KnownCounter, KnownOfficer
from sync.district.domain.people import Role
from sync.district.domain.redact import moments
from sync.district.domain.release import complete_from
from sync.district.domain.remark import (
    MAX_WORDS,
    Remark,
    RemarkAbout,
    RemarkAct,
    RemarkState,
    RemarkStep,
    TakenDown,
    WrongRemark,
    classifies_remarks,
    is_shown,
    may_with_remark,
    offered_words,
    remark_words,
    to_look_at,
    why_sent_back,
)
from sync.district.domain.remark_batch import ACCOMPLICES, MIN_SOURCES, Releasable, batches
from sync.district.domain.rights import Person, Subject
from sync.district.projection.project import rebuild
from sync.district.projection.release import release
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.audit import entries
from sync.district.store.complaint_tables import complaint_standings
from sync.district.store.counter_notes import counter_notes
from sync.district.store.engine import reading, writing
from sync.district.store.remark_releases import batches_at, batches_of_units, take_down, unit_of_released
from sync.district.store.remark_tables import remark_releases
from sync.district.store.remarks import add_step, count_open, open_comments, remarks_of
from sync.district.web.remarks import next_release
from tests.district.conftest import District, make_district
from tests.district.test_objection_pages import form_of
from tests.district.web_fixtures import empty_district
from tests.district.web_server import PASSWORD, Browser, hash_of_password, serving
from tests.support.factories import COUNTER, UNIT, dossier_code

SEE, CLASSIFY, CONFIRM, SEND_BACK = RemarkAct
PROCEDURE, FACILITIES, OFFICER, WITHHELD, COMPLAINT = RemarkAbout
MORNING = datetime(2026, 11, 20, 2, tzinfo=UTC)
STAFF = (Role.OFFICER, Role.LEADER, Role.INSPECTOR)
HERE = {"units": frozenset({UNIT}), "unit_id": UNIT}


def person(role: Role, name: str = "someone", **more: object) -> Person:
    return Person(name, role, **HERE | more)


def remark(*acts: tuple[str, RemarkAct]) -> Remark:
    steps = [
        RemarkStep(MORNING, name, Role.LEADER, act, OFFICER if act is CLASSIFY else None, act is CLASSIFY, "Cảm ơn")
        for name, act in acts
    ]
    return Remark("e", tuple(steps))


def may(someone: Person, act: RemarkAct, about: Remark, subject: Subject) -> bool:
    return may_with_remark(someone, act, about, subject, UNIT, None)


# ---- who may


@pytest.mark.parametrize("role", Role)
def test_the_table_of_rights(role: Role):
    new, proposed, plain = remark(), remark(("an", CLASSIFY)), Subject(UNIT, "other", False)

    assert classifies_remarks(role) == (role in STAFF)
    for act in RemarkAct:
        assert may(person(role), act, new, plain) == (role in STAFF and act in (SEE, CLASSIFY)), act
        assert may(person(role), act, proposed, plain) == (role in STAFF and act in (SEE, CONFIRM, SEND_BACK)), act
        confirmed = remark(("an", CLASSIFY), ("vy", CONFIRM))
        assert may(person(role), act, confirmed, plain) == (role in STAFF and act in (SEE, SEND_BACK)), act
        assert may(person(role), act, replace(confirmed, released=True), plain) == (role in STAFF and act is SEE), act
        assert not may(person(role), act, new, Subject(UNIT, "other", True)), "what heads alone read no counter reads"
        elsewhere = person(role, units=frozenset({"other"}), unit_id="other")
        assert not may(elsewhere, act, new, plain)


@pytest.mark.parametrize("role", STAFF)
def test_nobody_classifies_what_concerns_themselves_or_their_own_counter(role: Role):
    own = person(role, counters=frozenset({COUNTER}), officer_number="CB-3")

    for subject in (
        Subject(UNIT, "other", False, counters=frozenset({COUNTER})),
        Subject(UNIT, "other", False, officers=frozenset({"CB-3"})),
        Subject(UNIT, "other", False, guessed_counters=frozenset({COUNTER})),
    ):
        assert not any(
            may(own, act, each, subject) for act in RemarkAct for each in (remark(), remark(("x", CLASSIFY)))
        )


def test_a_second_person_confirms_and_none_who_stands_in_for_the_first():
    proposed, plain = remark(("an", CLASSIFY)), Subject(UNIT, "other", False)

    assert not may(person(Role.LEADER, "an"), CONFIRM, proposed, plain)
    assert not may(person(Role.LEADER, "vy", deputy_for=frozenset({"an"})), CONFIRM, proposed, plain)
    assert may(person(Role.LEADER, "vy"), CONFIRM, proposed, plain)
    back = remark(("an", CLASSIFY), ("vy", SEND_BACK))
    assert back.state is RemarkState.WAITING
    assert back.sent_back is not None
    assert may(person(Role.OFFICER, "ha"), CLASSIFY, back, plain)
    assert not may(person(Role.OFFICER, "ha"), SEE, back, Subject(UNIT, "conduct", False)), "leaders and inspectors"


# ---- the words

OFFICERS = (KnownOfficer("CB-3", "Công chức Hộ tịch", "Trần Thị Lan"),)
COUNTERS = (KnownCounter("q1", "Quầy số 1"),)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Ghi", "length"),
        ("x" * (MAX_WORDS + 1), "length"),
        ("Hồ sơ H32.13-261121-00001 làm nhanh", "tells"),
        ("Xin gọi lại số 0912 345 678", "tells"),
        ("Tôi đến lúc 9 giờ mà phải chờ", "tells"),
        ("Tôi đến luc 14h30 mà phải chờ", "tells"),
        ("Sáng nay tôi chờ rất lâu", "tells"),
        ("Ngày 12 tháng 11 tôi chờ rất lâu", "tells"),
        ("Thứ sáu nào cũng đông", "tells"),
        ("Cảm ơn chị Lan đã giúp", "names"),
        ("Cảm ơn CB-3 đã giúp", "names"),
        ("Quầy 1 rất nhanh", "names"),
    ],
)
def test_what_would_tell_who_it_was_is_refused(text: str, key: str):
    with pytest.raises(WrongRemark, match=key):
        remark_words(text, PROCEDURE, OFFICERS, COUNTERS)


@pytest.mark.parametrize(
    ("text", "place"),
    [("Tôi chờ hết 2 giờ mới xong", "2 giờ"), ("Tôi đến lúc 9 giờ mà phải chờ", "9 giờ")],
)
def test_the_place_that_is_refused_is_named(text: str, place: str):
    with pytest.raises(WrongRemark) as refused:
        remark_words(text, PROCEDURE, OFFICERS, COUNTERS)

    assert place in refused.value.place


def test_what_is_kept_is_one_line_and_what_is_not_shown_keeps_nothing():
    assert remark_words(" Thủ tục hộ tịch\n làm nhanh ", PROCEDURE, OFFICERS, COUNTERS) == "Thủ tục hộ tịch làm nhanh"
    assert remark_words("0912 345 678", WITHHELD, OFFICERS, COUNTERS) == ""
    assert remark_words("chị Lan", COMPLAINT, OFFICERS, COUNTERS) == ""
    assert remark_words("chị Lan cáu gắt", OFFICER, OFFICERS, COUNTERS, is_thanks=False) == "", "blame needs no words"
    assert why_sent_back(" còn đoán được ") == "còn đoán được"
    with pytest.raises(WrongRemark):
        why_sent_back("không")


def test_the_form_begins_with_everything_masked_and_asks_about_each_place():
    said = "Sáng nay lúc 9h30 chị Hoa giúp tôi làm nhanh"

    assert offered_words(said, ()) == "[…] lúc […] chị […] giúp tôi làm nhanh"
    assert not moments(offered_words(said, ()))
    looked = to_look_at(said, "Cán bộ giúp tôi, chị Hoa rất tốt", ())
    assert {(mark.text, mark.kept) for mark in looked} == {("Hoa", True), ("Sáng nay", False), ("9h30", False)}
    assert to_look_at(said, "", ()) == ()


def test_what_speaks_against_a_person_is_shown_at_no_counter():
    plain, sensitive = Subject(UNIT, "other", False), Subject(UNIT, "other", True)

    assert is_shown(OFFICER, plain, is_thanks=True)
    assert not is_shown(OFFICER, plain, is_thanks=False)
    assert is_shown(PROCEDURE, plain, is_thanks=False)
    assert not is_shown(PROCEDURE, sensitive, is_thanks=True)
    assert not any(
        is_shown(about, plain, is_thanks=thanks) for about in (WITHHELD, COMPLAINT) for thanks in (True, False)
    )


def test_what_is_about_somebodys_conduct_is_not_shown_whatever_the_two_people_said():
    at_q1 = {"officers": frozenset({"CB-7"}), "counters": frozenset({"q1"})}
    unkind = Classification("conduct", False, frozenset({"CB-7"}))
    later = {"later_officers": frozenset({"CB-7"})}
    kept = [
        Subject(UNIT, "conduct", False, **at_q1),
        Subject(UNIT, "conduct", False, **at_q1, classified=Classification("other", False)),
        Subject(UNIT, "other", False, **at_q1, classified=unkind),
        Subject(UNIT, "other", False, **at_q1, classified=Classification("conduct", False)),
        Subject(UNIT, "other", False, **at_q1, classified=Classification("rule", False, frozenset({"CB-7"}))),
        Subject(UNIT, "other", False, **at_q1, stated_officers=frozenset({"CB-7"})),
        Subject(UNIT, "other", False, **at_q1, guessed_officers=frozenset({"CB-7"})),
        Subject(UNIT, "other", False, **at_q1, later_words=LaterWords.PLAIN, **later),
    ]

    for subject in kept:
        assert not any(is_shown(about, subject, is_thanks=False) for about in RemarkAbout), subject
    assert is_shown(PROCEDURE, Subject(UNIT, "other", False, **at_q1), is_thanks=False), "CB-7 sits there, no more"


# ---- batches, and who may be an adversary


def releasable(n: int, counter: str = COUNTER, dossier: str | None = "", day: date = date(2026, 10, 5)) -> Releasable:
    code = dossier_code(n) if dossier == "" else dossier
    return Releasable(f"e-{n:03}", UNIT, counter, code, day, PROCEDURE, False, f"Lời {n}")


def made(*confirmed: Releasable) -> dict[str, set[str]]:
    found = batches(confirmed, list.reverse)
    return {batch.counter_id: {each.entry_id for each in batch.remarks} for batch in found}


def test_a_counter_has_a_batch_of_its_own_from_eight_dossiers_on_and_else_the_unit():
    assert MIN_SOURCES == K + ACCOMPLICES == 8
    assert made(*map(releasable, range(7))) == {}
    assert made(*map(releasable, range(8))) == {COUNTER: {f"e-{n:03}" for n in range(8)}}
    five_and_three = [releasable(n, "q1" if n < 5 else "q2") for n in range(8)]
    assert made(*five_and_three) == {"": {f"e-{n:03}" for n in range(8)}}
    nobody_said_where = [*(releasable(n) for n in range(9)), *(releasable(20 + n, "") for n in range(7))]
    assert set(made(*nobody_said_where)) == {COUNTER}, "what is too little for the unit waits"


def test_one_person_who_writes_often_makes_no_batch():
    one_dossier = [releasable(n, dossier=dossier_code(1)) for n in range(30)]
    one_day = [releasable(n, dossier=None) for n in range(30)]

    assert made(*one_dossier) == {}
    assert made(*one_day) == {}
    assert made(*one_dossier, *one_day) == {}
    days = [releasable(n, dossier=None, day=date(2026, 10, 1 + n)) for n in range(8)]
    assert set(made(*days)) == {COUNTER}


@given(
    st.lists(st.tuples(st.sampled_from(["q1", "q2", ""]), st.integers(0, 14)), max_size=60),
    st.sets(st.integers(0, 14), max_size=ACCOMPLICES),
)
@settings(max_examples=200)
def test_an_officer_with_three_accomplices_is_left_with_the_words_of_five_others(told, accomplices):
    """Each of three accomplices writes as often as they like, at whichever counter, and says what they wrote; whoever
    takes all of it away from a batch is left with remarks of at least ``K`` dossiers, and no hint which is whose."""
    confirmed = [releasable(n, counter, dossier_code(source)) for n, (counter, source) in enumerate(told)]
    known = {dossier_code(each) for each in accomplices}

    for batch in batches(confirmed, list.reverse):
        left = {each.dossier_code for each in batch.remarks} - known
        assert len(left) >= K
    in_some = [each.entry_id for batch in batches(confirmed, list.reverse) for each in batch.remarks]
    assert len(in_some) == len(set(in_some)), "nothing is told twice"


def test_the_order_is_drawn_and_does_not_follow_the_arrival():
    orders = set()
    for seed in range(12):
        found = batches(map(releasable, range(8)), Random(seed).shuffle)
        orders.add(tuple(each.entry_id for each in found[0].remarks))
    assert len(orders) > 8


def test_what_a_kiosk_is_told_comes_back_as_it_was():
    batch = ReleasedBatch(
        date(2026, 10, 1), tuple(ReleasedRemark("procedure", n % 2 == 0, f"Lời {n}") for n in range(9)), 9
    )

    assert batch_from(batch_content(batch, 40)) == batch
    cut = batch_from(batch_content(batch, 5))
    assert (cut.n, len(cut.remarks)) == (9, 5)
    for broken in (
        {},
        {"month": "x", "n": 0, "remarks": []},
        {"month": "2026-10", "n": 0, "remarks": [["a", "b", "c"]]},
    ):
        with pytest.raises((ValueError, KeyError, TypeError)):
            batch_from(broken)


# ---- in the database


def wrote(district: District, count: int, first: int = 0, **body: object) -> list[str]:
    box, ids = district.box(), []
    for n in range(first, first + count):
        said = {"text": f"Cảm ơn cán bộ, lời số {n}.", "contact": None, "dossier_code": dossier_code(n)} | body
        said |= {"counter_id": COUNTER, "at_s": int(district.clock.at.timestamp()), "about": "other"} | body
        told = box.tell(mint().number, kind="comment", day=district.clock.at.date(), **said)
        ids.append(told.entry_id)
    district.accept(box)
    district.overnight()
    return ids


def two_people_confirm(district: District, ids: list[str], about: RemarkAbout = OFFICER, words: str = "Lời") -> None:
    with writing(district.engine) as connection:
        for n, entry_id in enumerate(ids):
            step = RemarkStep(district.clock.at, "an", Role.LEADER, CLASSIFY, about, True, f"{words} thứ {n}")
            add_step(connection, Remark(entry_id), step)
            done = RemarkStep(district.clock.at, "vy", Role.INSPECTOR, CONFIRM)
            add_step(connection, Remark(entry_id, (step,)), done)


@pytest.fixture
def office_of_cb_7(district: District) -> District:
    district.reference(
        units=[{"unit_id": UNIT, "name": "Phường", "level": "commune", "parent_id": None}],
        counters=[{"counter_id": COUNTER, "unit_id": UNIT, "name": "Quầy 1", "field": ""}],
        officers=[{"officer_number": "CB-7", "unit_id": UNIT, "post": "Chuyên viên", "counter_id": COUNTER}],
    )
    district.clock.at = datetime(2026, 10, 6, 2, tzinfo=UTC)
    return district


def confirmed_wishes(district: District, first: int = 0, **body: object) -> list[str]:
    """Nine comments that two people found to be wishes about procedures."""
    ids = wrote(district, 9, first=first, text="Thủ tục chậm quá.", **body)
    with writing(district.engine) as connection:
        for entry_id in ids:
            step = RemarkStep(district.clock.at, "an", Role.LEADER, CLASSIFY, PROCEDURE, False, "Mong nhanh hơn")
            add_step(connection, Remark(entry_id), step)
            add_step(connection, Remark(entry_id), RemarkStep(district.clock.at, "vy", Role.INSPECTOR, CONFIRM))
    return ids


def classify(district: District, entry_id: str, about: str) -> None:
    """Somebody outside classifies it in the register."""
    found = Classification(about, False, frozenset({"CB-7"})).as_json()
    k = complaint_standings.c
    with writing(district.engine) as connection:
        connection.execute(update(complaint_standings).where(k.entry_id == entry_id).values(classified=found))


def released(district: District, on: datetime) -> tuple[ReleasedBatch, ...]:
    district.clock.at = on
    release(district.engine, on)
    with reading(district.engine) as connection:
        return batches_at(connection, [COUNTER]).get(COUNTER, ())


def test_a_month_is_released_once_ten_days_after_its_end_and_says_no_day(district: District):
    district.clock.at = datetime(2026, 10, 6, 2, tzinfo=UTC)
    ids = wrote(district, 9)
    two_people_confirm(district, ids)

    tenth, eleventh = datetime(2026, 11, 10, 2, tzinfo=UTC), datetime(2026, 11, 11, 2, tzinfo=UTC)
    assert released(district, tenth) == ()
    (batch,) = released(district, eleventh)
    assert batch.month == date(2026, 10, 1)
    assert {each.words for each in batch.remarks} == {f"Lời thứ {n}" for n in range(9)}
    assert all(each.is_thanks and each.about == "officer" for each in batch.remarks)

    late = wrote(district, 9, first=20)
    two_people_confirm(district, late, words="Muộn")
    assert released(district, datetime(2026, 11, 30, 2, tzinfo=UTC)) == (batch,), "nothing until the next fixed day"
    rebuild(district.engine, district.keys)
    newest, before = released(district, datetime(2026, 12, 11, 2, tzinfo=UTC))
    assert before == batch
    assert {each.words for each in newest.remarks} == {f"Muộn thứ {n}" for n in range(9)}, "nothing twice"
    with reading(district.engine) as connection:
        assert not batches_of_units(connection, [UNIT])


def test_what_the_register_finds_to_be_about_conduct_after_the_confirmation_is_not_released(office_of_cb_7: District):
    district = office_of_cb_7
    wishes = confirmed_wishes(district)
    for entry_id in wishes:
        classify(district, entry_id, "conduct")
    district.clock.at += timedelta(days=1)

    assert released(district, datetime(2026, 11, 11, 2, tzinfo=UTC)) == ()
    with reading(district.engine) as connection:
        assert not batches_of_units(connection, [UNIT])


def test_what_citizens_say_about_an_officers_conduct_is_never_released(office_of_cb_7: District):
    confirmed_wishes(office_of_cb_7, officer_number="CB-7", about="conduct")
    plain = confirmed_wishes(office_of_cb_7, first=20)

    (batch,) = released(office_of_cb_7, datetime(2026, 11, 11, 2, tzinfo=UTC))
    assert len(batch.remarks) == len(plain) == 9


def test_a_release_that_runs_late_tells_what_the_one_on_its_day_told(district: District):
    district.clock.at = datetime(2026, 10, 6, 2, tzinfo=UTC)
    two_people_confirm(district, wrote(district, 9))
    late = wrote(district, 4, first=20)
    district.clock.at = datetime(2026, 11, 12, 2, tzinfo=UTC)
    two_people_confirm(district, late, words="Muộn")

    (batch,) = released(district, datetime(2026, 11, 15, 2, tzinfo=UTC))
    assert {each.words.split()[0] for each in batch.remarks} == {"Lời"}


def test_what_was_sent_back_after_the_confirmation_is_not_released(district: District):
    district.clock.at = datetime(2026, 10, 6, 2, tzinfo=UTC)
    ids = wrote(district, 9)
    two_people_confirm(district, ids)
    with writing(district.engine) as connection:
        add_step(connection, Remark(ids[0]), RemarkStep(district.clock.at, "vy", Role.LEADER, SEND_BACK, words="sai"))
        open_again = open_comments(connection, person(Role.LEADER, "an"), district.clock.at).listed
    assert [line.entry_id for line, _ in open_again] == [ids[0]]

    (batch,) = released(district, datetime(2026, 11, 11, 2, tzinfo=UTC))
    assert len(batch.remarks) == 8
    with reading(district.engine) as connection:
        known = remarks_of(connection, ids)
    assert [each for each in ids if not known[each].released] == [ids[0]]


def test_a_clock_that_once_was_in_the_future_stops_no_release(district: District, caplog: pytest.LogCaptureFixture):
    district.clock.at = datetime(2026, 10, 6, 2, tzinfo=UTC)
    two_people_confirm(district, wrote(district, 9))
    with writing(district.engine) as connection:
        values = {"month": date(2031, 1, 1), "made_on": date(2031, 2, 11)}
        connection.execute(insert(remark_releases).values(values))

    assert len(released(district, datetime(2026, 11, 11, 2, tzinfo=UTC))) == 1
    assert "the clock was wrong once" in caplog.text


def test_too_little_for_a_counter_goes_to_the_unit_and_what_is_against_a_person_nowhere(district: District):
    district.reference(
        units=[{"unit_id": UNIT, "name": "Phường", "level": "commune", "parent_id": None}],
        counters=[{"counter_id": each, "unit_id": UNIT, "name": each, "field": ""} for each in (COUNTER, "q9")],
    )
    district.clock.at = datetime(2026, 10, 6, 2, tzinfo=UTC)
    two_people_confirm(district, wrote(district, 4))
    two_people_confirm(district, wrote(district, 4, first=10, counter_id="q9"), words="Khác")
    two_people_confirm(district, wrote(district, 9, first=20), about=WITHHELD, words="Giữ lại")
    two_people_confirm(district, wrote(district, 9, first=40, text="Đưa phong bì mới nhanh."), words="Kín")

    assert released(district, datetime(2026, 11, 12, 2, tzinfo=UTC)) == ()
    with reading(district.engine) as connection:
        (batch,) = batches_of_units(connection, [UNIT])[UNIT]
        assert not batches_at(connection, ["q9"])
    assert {each.words.split()[0] for each in batch.remarks} == {"Lời", "Khác"}
    assert len(batch.remarks) == 8


def test_the_list_names_what_arrived_before_today_and_waits_for_somebody(district: District):
    district.reference(units=[{"unit_id": UNIT, "name": "Phường", "level": "commune", "parent_id": None}])
    district.clock.at = MORNING
    first = wrote(district, 3)
    reader, before = person(Role.LEADER, "an"), district.clock.at

    with writing(district.engine) as connection:
        assert {line.entry_id for line, _ in open_comments(connection, reader, before).listed} == set(first)
        assert open_comments(connection, reader, before - timedelta(days=2)).n == 0
        sitting = person(Role.OFFICER, "ha", counters=frozenset({COUNTER}))
        assert open_comments(connection, sitting, before).n == 0, "not of their own counter"
        step = RemarkStep(before, "bich", Role.LEADER, CLASSIFY, WITHHELD)
        add_step(connection, Remark(first[1]), step)
    two_people_confirm(district, first[:1])
    with reading(district.engine) as connection:
        found = open_comments(connection, reader, before, 1)
        assert (found.n, found.listed[0][0].entry_id) == (2, first[1]), "what waits for a second person comes first"
        assert remarks_of(connection, first)[first[0]].state is RemarkState.CONFIRMED


def test_the_list_holds_nothing_the_reader_cannot_act_on(district: District):
    """What the reader classified, what is closed, old or for the head alone would fill the list for ever."""
    district.reference(units=[{"unit_id": UNIT, "name": "Phường", "level": "commune", "parent_id": None}])
    district.clock.at = MORNING - timedelta(days=300)
    wrote(district, 1)
    district.clock.at = datetime(2026, 10, 6, 2, tzinfo=UTC)
    october = wrote(district, 4, first=10)
    wrote(district, 1, first=20, text="Đưa phong bì mới nhanh.")
    district.clock.at = MORNING
    november = wrote(district, 1, first=30)
    reader, stands_in, k = person(Role.LEADER, "an"), person(Role.LEADER, "vy", deputy_for=frozenset({"an"})), "open"
    with writing(district.engine) as connection:
        step = RemarkStep(district.clock.at, "an", Role.LEADER, CLASSIFY, WITHHELD)
        add_step(connection, Remark(october[0]), step)
        closed = update(complaint_standings).where(complaint_standings.c.entry_id == october[1])
        connection.execute(closed.values({k: False}))
        for each in (reader, stands_in):
            found = open_comments(connection, each, district.clock.at)
            listed = [line.entry_id for line, _ in found.listed]
            assert (listed[0], set(listed[1:])) == (november[0], set(october[2:])), "the newest month first"
            assert found.n == count_open(connection, each, district.clock.at) == len(listed)
        other = open_comments(connection, person(Role.LEADER, "tu"), district.clock.at)
        assert [line.entry_id for line, _ in other.listed][:2] == [november[0], october[0]], "begun ones first"


def test_what_was_taken_down_is_shown_nowhere_and_counted(office_of_cb_7: District):
    district = office_of_cb_7
    two_people_confirm(district, wrote(district, 9))
    (batch,) = released(district, datetime(2026, 11, 11, 2, tzinfo=UTC))
    gone = batch.remarks[3]
    assert gone.place is not None

    with writing(district.engine) as connection:
        assert unit_of_released(connection, *gone.place, date(2026, 11, 12)) == UNIT
        assert unit_of_released(connection, gone.place[0], 99, date(2026, 11, 12)) is None
        for who, why in (("binh", TakenDown.TELLS_WHO), ("hoa", TakenDown.ASKED)):  # the second finds it done
            take_down(connection, *gone.place, who, why, district.clock())
    rebuild(district.engine, district.keys)
    with reading(district.engine) as connection:
        (left,) = batches_at(connection, [COUNTER])[COUNTER]
        notes = counter_notes(connection, UNIT, date(2026, 11, 12), 5)
        noted = [entry for entry in entries(connection, 50) if entry.detail.get("did") == "remark_down_tells_who"]
    assert left.remarks == tuple(each for each in batch.remarks if each is not gone)
    assert (left.n, left.taken_down) == (8, 1)
    assert gone.words not in str(notes)
    assert left.remarks[0].words in str(notes)
    assert [entry.person for entry in noted] == ["binh"]
    assert gone.words not in str(noted[0].detail)


def test_a_counter_that_moved_is_the_new_heads_to_take_down_from(office_of_cb_7: District):
    district = office_of_cb_7
    two_people_confirm(district, wrote(district, 9))
    (batch,) = released(district, datetime(2026, 11, 11, 2, tzinfo=UTC))
    district.reference(
        units=[{"unit_id": each, "name": each, "level": "commune", "parent_id": None} for each in (UNIT, "H35")],
        counters=[{"counter_id": COUNTER, "unit_id": "H35", "name": "Quầy 1", "field": ""}],
    )

    with reading(district.engine) as connection:
        assert unit_of_released(connection, *batch.remarks[0].place, date(2026, 11, 12)) == "H35"


def test_the_next_release_is_the_eleventh():
    assert complete_from(date(2026, 10, 31)) == date(2026, 11, 11)
    assert next_release(date(2026, 11, 10)) == date(2026, 11, 11)
    assert next_release(date(2026, 11, 11)) == date(2026, 12, 11)
    assert next_release(date(2026, 12, 31)) == date(2027, 1, 11)


# ---- the pages


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[District, str, list[str]]]:
    """A unit with a counter, eight comments of October left at it, and people."""
    folder: Path = tmp_path_factory.mktemp("remarks")
    district = make_district(empty_district(folder), folder / "data")
    district.reference(
        units=[{"unit_id": UNIT, "name": "Phường Thử", "level": "commune", "parent_id": None}],
        counters=[{"counter_id": COUNTER, "unit_id": UNIT, "name": "Quầy 1", "field": ""}],
        officers=[{"officer_number": "CB-7", "unit_id": UNIT, "post": "Chuyên viên", "counter_id": COUNTER}],
    )
    district.clock.at = datetime(2026, 10, 6, 2, tzinfo=UTC)
    with writing(district.engine) as connection:
        for name, role, number in (
            ("binh", Role.LEADER, None),
            ("minh", Role.INSPECTOR, None),
            ("lan", Role.OFFICER, "CB-7"),
            ("tung", Role.TECHNICIAN, None),
        ):
            row = UserRow(name, hash_of_password(), role, UNIT, False, number, number is None)
            add_user(connection, row, district.clock())
    ids = wrote(district, 8, text="Sáng nay chị Hoa giúp tôi rất tận tình, xin cảm ơn.")
    with serving(district.engine, folder, district.clock) as address:
        yield district, address, ids


def signed_in(address: str, name: str) -> Browser:
    browser = Browser(address)
    assert browser.sign_in(name, PASSWORD).status_code == 303
    return browser


def send(browser: Browser, entry_id: str, form: str, **typed: str):
    page = browser.get(f"/remarks/{entry_id}").text
    marks = re.findall(r'name="mark" value="([^"]+)"', page)
    return browser.post(f"/remarks/{entry_id}", form_of(page, form) | {"mark": marks} | typed)


def test_the_journey_from_a_comment_to_the_counters_page(office):
    district, address, ids = office
    first, second, own = (signed_in(address, name) for name in ("binh", "minh", "lan"))
    classified = {"about": "officer", "side": "thanks", "words": "Cán bộ giúp tận tình, xin cảm ơn."}

    wrong = send(first, ids[0], "classify", **classified | {"words": "Tôi chờ 2 giờ mới xong việc."})
    assert (wrong.status_code, "Chỗ cần sửa: “2 giờ”." in wrong.text) == (422, True)
    assert "8</strong> lời góp ý chờ phân loại" in first.get("/").text
    listed = first.get("/remarks").text
    assert "Hoa" not in listed
    assert "11/10/2026" in listed, "the day of the next batch is said"
    assert own.get(f"/remarks/{ids[0]}").status_code == 404, "nobody sees what was left at their own counter"
    assert f'data-remark="{ids[0]}"' not in own.get("/remarks").text
    assert signed_in(address, "tung").get("/remarks").status_code == 404

    unticked = send(first, ids[0], "classify", **classified, mark="")
    assert unticked.status_code == 422
    assert "đánh dấu từng chỗ" in unticked.text
    refused = send(first, ids[0], "classify", **classified | {"words": "Chị giúp tôi lúc 9h30"})
    assert "còn số, mã, thư điện tử, ngày hoặc giờ" in refused.text
    for entry_id in ids:
        assert send(first, entry_id, "classify", **classified).status_code == 303
    assert "Người thứ hai sẽ xem" in first.get(f"/remarks/{ids[0]}").text

    assert send(second, ids[0], "send_back", why="Xin bỏ chữ tận tình").status_code == 303
    assert "Xin bỏ chữ tận tình" in first.get(f"/remarks/{ids[0]}").text
    assert send(first, ids[0], "classify", **classified).status_code == 303
    old = form_of(second.get(f"/remarks/{ids[0]}").text, "confirm")
    assert second.post(f"/remarks/{ids[0]}", old | {"seen": "1", "mark": []}).status_code == 409
    for entry_id in ids:
        assert send(second, entry_id, "confirm").status_code == 303
    assert "Không có lời góp ý nào" in first.get("/remarks").text

    assert 'id="no-remarks"' in own.get("/counter").text
    release(district.engine, datetime(2026, 11, 11, 2, tzinfo=UTC))
    counter, head = own.get("/counter").text, first.get("/one-stop").text
    assert counter.count("Cán bộ giúp tận tình, xin cảm ơn.") == 8
    assert "8 lời cảm ơn, 0 điều mong muốn" in head
    for page in (counter, head):
        assert "Hoa" not in page
        assert not any(entry_id in page for entry_id in ids)

    assert "/one-stop/take-down" not in counter, "who sits there takes nothing down"
    hidden = r'name="(form_token|remark)" value="([^"]+)"'
    form = dict(re.findall(hidden, head.partition("/one-stop/take-down")[2].partition("</form>")[0]))
    assert own.post("/one-stop/take-down", form | {"why": "names"}).status_code in (403, 404)
    assert first.post("/one-stop/take-down", form).status_code == 422, "a reason is wanted"
    assert first.post("/one-stop/take-down", form | {"remark": "9-9", "why": "names"}).status_code == 404
    assert first.post("/one-stop/take-down", form | {"why": "names"}).status_code == 303
    counter = own.get("/counter").text
    assert counter.count("Cán bộ giúp tận tình, xin cảm ơn.") == 7
    assert 'data-taken-down="1"' in counter
    with reading(district.engine) as connection:
        assert entries(connection, 1)[0].detail["did"] == "remark_down_names"


def test_what_two_people_find_to_be_a_complaint_is_said_in_the_register(office):
    district, address, _ = office
    (entry_id,) = wrote(district, 1, first=70, text="Tôi nộp đã hai tháng chưa ai trả lời.")
    first, second = signed_in(address, "minh"), signed_in(address, "binh")

    assert send(first, entry_id, "classify", about="complaint", mark="").status_code == 303
    assert 'id="to-be-handled"' not in first.get(f"/complaints/{entry_id}").text
    assert 'data-to-take-on="1"' not in first.get("/").text
    assert send(second, entry_id, "confirm").status_code == 303
    assert 'id="to-be-handled"' in first.get(f"/complaints/{entry_id}").text

    for reader in (first, second):
        assert 'data-to-take-on="1"' in reader.get("/").text
        assert f'data-to-take-on="{entry_id}"' in reader.get("/remarks").text
    own = signed_in(address, "lan")
    assert 'data-to-take-on="1"' not in own.get("/").text, "nobody learns of what was left at their own counter"
    assert f'data-to-take-on="{entry_id}"' not in own.get("/remarks").text
    form = dict(re.findall(r'name="(form_token|seen)" value="([^"]+)"', second.get(f"/complaints/{entry_id}").text))
    assert second.post(f"/complaints/{entry_id}", form | {"action": "take"}).status_code == 303
    assert 'data-to-take-on="1"' not in first.get("/").text, "somebody has it now"
