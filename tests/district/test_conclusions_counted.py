"""What a conclusion counts for: only once it is final, never alone, and nobody finds out whose it is."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.released import K
from sync.district.complaints.conclusions import waiting_conclusions
from sync.district.domain.audit import Audited
from sync.district.domain.objection import (
    ObjectionAct,
    ObjectionStep,
    ObjectionVerdict,
)
from sync.district.domain.people import Role
from sync.district.domain.release import Stream, closed
from sync.district.measures.dossier_states import DossierCounts, DossierState
from sync.district.measures.indicator_rules import DatePoints
from sync.district.measures.indicators import points_from_conduct
from sync.district.projection.release import release
from sync.district.store import audit, objections
from sync.district.store import conclusions as store
from sync.district.store.engine import reading, writing
from sync.district.times import local_day, start_of
from sync.district.web.conclusions import subject_of_conclusion
from tests.district.conclusion_office import (
    OBJECTS,
    WHY,
    concluded_case,
    final_day,
    office,
    on,
    open_all,
    set_password,
    upheld,
    waiting,
)
from tests.district.conftest import District
from tests.district.test_complaint_subjects import FIRST, peopled
from tests.support.factories import UNIT

__all__ = ["office", "peopled"]

DOSSIERS = [f"H32.13-261121-0000{n}" for n in range(K)]


def test_fewer_than_five_are_in_no_figure_and_five_are_released_together(office: District) -> None:
    upheld(office, K, DOSSIERS)
    assert waiting(office, office.clock()) == []  # they may still object
    now = final_day(office)
    with reading(office.engine) as connection:
        pending = waiting_conclusions(connection, start_of(local_day(now)))
    assert sorted(each.waiting.member for each in pending) == [f"d:{code}" for code in DOSSIERS]
    assert closed(pending[:-1], list.reverse) == []

    release(office.engine, now)
    with reading(office.engine) as connection:
        found = store.conduct_by_era(connection, None, local_day(now))
    assert found == {(0, UNIT, FIRST): {"unknown": K}}
    assert [n for stream, n in office.rows("released_groups", "stream", "n") if stream == Stream.CONDUCT] == [K]
    assert waiting(office, now) == []


def test_the_time_to_object_runs_from_when_the_officer_opens_it(office: District) -> None:
    (entry_id,) = upheld(office, 1)
    late = on(office, local_day(office.clock()) + timedelta(days=200))
    assert waiting(office, late) == []
    open_all(office)
    assert waiting(office, late + timedelta(days=14)) == []
    assert waiting(office, late + timedelta(days=60)) == [f"e:{entry_id}"]
    set_password(office, "bay", "")  # a reset: they cannot object, so it does not count
    assert waiting(office, late + timedelta(days=60)) == []


def test_five_of_one_day_that_name_no_dossier_may_be_of_one_citizen_and_wait(office: District) -> None:
    upheld(office, 1)
    with reading(office.engine) as connection:
        (pending,) = waiting_conclusions(connection, start_of(local_day(final_day(office))))
    one_day = [replace(pending, waiting=replace(pending.waiting, member=f"e:{n}")) for n in range(K)]
    days = [timedelta(days=n) for n in range(K)]
    assert pending.waiting.day is not None
    five_days = [
        replace(p, waiting=replace(p.waiting, day=pending.waiting.day + d)) for p, d in zip(one_day, days, strict=True)
    ]
    assert (closed(one_day, list.reverse), len(closed(five_days, list.reverse))) == ([], 1)


def test_auditors_do_not_learn_of_an_objection_to_a_conclusion_and_numbers_tell_no_count(office: District) -> None:
    (entry_id,) = upheld(office, 1)
    with writing(office.engine) as connection:
        (told,) = store.notices_until(connection, local_day(office.clock()))
        step = ObjectionStep(office.clock(), "bay", Role.OFFICER, ObjectionAct.RAISE, OBJECTS)
        subject = subject_of_conclusion(told, concluded_case(office, entry_id))
        numbers = [objections.make(connection, subject, step) for _ in range(2)]
        noted = [each for each in audit.entries(connection, 50) if each.what is Audited.OBJECTION]
        listed = objections.objections_to_notices(connection, [told.notice_id])
    assert noted == []
    assert abs(numbers[0] - numbers[1]) > 1
    assert {each.objection_id for each in listed} == set(numbers)


def test_what_is_objected_to_waits_and_what_was_agreed_with_never_counts(office: District) -> None:
    (entry_id,) = upheld(office, 1)
    with writing(office.engine) as connection:
        (told,) = store.notices_until(connection, local_day(office.clock()))
        case = concluded_case(office, entry_id)
        step = ObjectionStep(office.clock(), "bay", Role.OFFICER, ObjectionAct.RAISE, OBJECTS)
        number = objections.make(connection, subject_of_conclusion(told, case), step)
    now = final_day(office)
    assert waiting(office, now) == []

    with writing(office.engine) as connection:
        found = objections.objection(connection, number)
        assert found is not None
        assert found.subject.kept_officers >= {"CB-7"}
        no = ObjectionStep(now, "above", Role.LEADER, ObjectionAct.DECIDE, WHY, ObjectionVerdict.NOT_AGREED)
        objections.add_step(connection, found, no)
    assert waiting(office, now) == []  # they may ask once more
    assert waiting(office, now + timedelta(days=30)) == [f"e:{entry_id}"]


RULE = DatePoints(2, 1, 0, date(2019, 1, 1))


def test_the_indicator_is_told_as_the_values_between_which_it_lies() -> None:
    counts = DossierCounts({DossierState.EARLY: 60, DossierState.ON_TIME: 30, DossierState.LATE: 10})
    none, five = points_from_conduct(counts, {}, 1, RULE), points_from_conduct(counts, {"early": 5}, 1, RULE)

    assert (str(none.least), str(none.value), none.n) == ("1.4", "1.5", 100)
    assert (str(five.least), str(five.value)) == ("1.3", "1.4")
    assert points_from_conduct(DossierCounts({}), {}, 1, RULE).value is None
    assert points_from_conduct(counts, {}, 1, None).value is None


@given(
    st.integers(0, 400),
    st.integers(0, 400),
    st.integers(0, 400),
    st.integers(1, 5),
    st.lists(st.sampled_from(["early", "on_time", "late"]), max_size=30),
)
def test_the_true_value_lies_between_whatever_is_held_back(
    early: int, on_time: int, late: int, places: int, upheld_states: list[str]
) -> None:
    worth = {"early": 2, "on_time": 1, "late": 0}
    counts = DossierCounts({DossierState.EARLY: early, DossierState.ON_TIME: on_time, DossierState.LATE: late})
    told = {each: upheld_states[: len(upheld_states) // K * K].count(each) for each in worth}
    held_back = upheld_states[len(upheld_states) // K * K :]
    points = points_from_conduct(counts, told, places, RULE)

    if points.value is not None:
        true = max(
            0,
            sum(worth[s] * n for s, n in (("early", early), ("on_time", on_time)))
            - sum(worth[s] for s in upheld_states),
        )
        assert points.least is not None
        assert float(points.least) - 0.05 <= true / points.n <= float(points.value) + 0.05
    assert len(held_back) < K
