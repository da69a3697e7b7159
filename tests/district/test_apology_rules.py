"""The rules of late dossiers and written apologies: who may do what, in which order, about which dossiers."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from kiosk.domain.calendar import Holidays
from sync.district.domain.apology import (
    APOLOGY_RIGHTS,
    STEPS,
    Apology,
    ApologyAct,
    ApologyReach,
    ApologyState,
    ApologyStep,
    DossierPlace,
    LateDossier,
    Letter,
    NoNewDay,
    day_of_step,
    is_second_try,
    may,
    may_make,
    may_review,
    new_promise,
    next_step,
    sees_late,
    waits_for_another,
)
from sync.district.domain.apology_rules import apology_rules
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from sync.district.measures.dossier_states import Late
from sync.district.measures.indicator_rules import LateTarget
from sync.district.measures.intervals import wilson
from sync.district.measures.late_fields import FieldCounts, field_line
from sync.district.store.late_officers import OfficerLate
from sync.district.web.late_register import beside_target, officer_lines
from tests.district.test_objection_pages import CENTRE
from tests.district.web_fixtures import NOW

Q1, Q2 = f"{CENTRE}-Q1", f"{CENTRE}-Q2"
TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
REASON = "Chưa nhận được ý kiến của cơ quan phối hợp."
LATE = f"{CENTRE}-261020-7001"


PLACES = {
    "at the counter": {"units": frozenset({"u"}), "unit_id": "u", "counters": frozenset({"c"})},
    "of the unit": {"units": frozenset({"u"}), "unit_id": "u"},
    "of all": {"units": None, "unit_id": None},
    "elsewhere": {"units": frozenset({"other"}), "unit_id": "other", "counters": frozenset({"d"})},
}
EXPECTED = {
    Role.LEADER: set(ApologyAct),
    Role.INSPECTOR: {ApologyAct.SEE, ApologyAct.SEE_OFFICERS},
    Role.OFFICER: {ApologyAct.SEE, ApologyAct.MAKE, ApologyAct.HAND_OVER},
}


def person(role: Role, place: str = "of the unit", **more: Any) -> Person:
    return Person("an", role, **PLACES[place] | more)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("place", PLACES)
def test_the_table_of_rights(role: Role, place: str) -> None:
    at_counter, reader = DossierPlace("u", "c"), person(role, place)
    here = place == "at the counter" or (place in ("of the unit", "of all") and role is not Role.OFFICER)
    expected = EXPECTED.get(role, set()) if here else set()

    assert {act for act in ApologyAct if may(reader, act, at_counter)} == expected
    assert sees_late(role) == (role in EXPECTED)
    assert not any(may(replace(reader, linked=False), act, at_counter) for act in ApologyAct)


def test_colleagues_never_see_officers_and_nobody_reviews_themselves() -> None:
    assert Role.OFFICER not in APOLOGY_RIGHTS[ApologyAct.SEE_OFFICERS]
    assert ApologyReach.COUNTER not in APOLOGY_RIGHTS[ApologyAct.SEE_OFFICERS].values()
    head = person(Role.LEADER, officer_number="CB-1")
    assert may_review(head, "u", "CB-2")
    assert not may_review(head, "u", "CB-1")
    assert not may_review(head, "other", "CB-2")


def dossier(**more: Any) -> LateDossier:
    facts = LateDossier(LATE, DossierPlace("u", "c"), None, "CB-2", None, TODAY - DAY, None, "", None)
    return replace(facts, **more)


def letter(promised: date | None = TODAY + DAY, cause: str = "agency") -> Letter:
    return Letter(LATE, DossierPlace("u", "c"), None, "CB-2", None, TODAY - DAY, promised, cause, "", REASON)


def made(*acts: tuple[ApologyAct, date], cause: str = "agency") -> Apology:
    steps = (ApologyStep(NOW, "an", Role.LEADER, act, day) for act, day in ((ApologyAct.MAKE, TODAY), *acts))
    return Apology(1, 2026, 7, letter(cause=cause), tuple(steps))


def test_a_dossier_has_one_apology_here_or_in_the_list() -> None:
    head = person(Role.LEADER)

    assert may_make(head, dossier(), None)
    assert not may_make(head, dossier(), made())
    assert not may_make(head, dossier(listed_number="15/PXL"), None)
    assert not may_make(head, dossier(listed_on=TODAY), None)
    assert not may_make(head, dossier(due_on=None), None)
    assert not may_make(person(Role.INSPECTOR), dossier(), None)


def test_what_was_returned_in_time_is_not_apologised_for() -> None:
    head = person(Role.LEADER)

    assert not may_make(head, dossier(returned_on=TODAY - DAY), None)
    assert may_make(head, dossier(returned_on=TODAY - DAY, returned_late=True), None), "its hour had passed"


@pytest.mark.parametrize("listed", ["7", "07", "07/PXL-UBND", "Số: 07/PXL-UBND", "07/2026/PXL", "", "PXL"])
def test_the_number_of_our_letter_is_the_same_however_a_list_writes_it(listed: str) -> None:
    assert not dossier(listed_number=listed).differs_from(made())


@pytest.mark.parametrize("listed", ["17/PXL", "70/PXL-UBND", "07/2025/PXL", "Số 8/PXL"])
def test_another_number_is_that_of_another_letter_and_ours_goes_no_further(listed: str) -> None:
    head = person(Role.LEADER)
    assert dossier(listed_number=listed).differs_from(made())
    assert next_step(head, made(), dossier(listed_number=listed)) is None
    assert next_step(head, made((ApologyAct.SIGN, TODAY)), dossier(listed_number=listed)) is None
    assert next_step(head, made(), dossier(listed_number="07/PXL")) is ApologyAct.SIGN


@pytest.mark.parametrize(("handled", "wrote"), [("CB-1", "CB-2"), ("CB-2", "CB-1"), ("CB-1", "CB-1")])
def test_a_head_who_handled_the_dossier_neither_signs_nor_names_why_it_was_late(handled: str, wrote: str) -> None:
    concerned, other = (person(Role.LEADER, officer_number=number) for number in ("CB-1", "CB-9"))
    apology = replace(made(), letter=replace(letter(), officer_number=wrote))
    signed = replace(made((ApologyAct.SIGN, TODAY)), letter=apology.letter)
    late = dossier(officer_number=handled)

    assert (next_step(concerned, apology, late), waits_for_another(concerned, apology, late)) == (None, True)
    assert (next_step(other, apology, late), waits_for_another(other, apology, late)) == (ApologyAct.SIGN, False)
    assert next_step(person(Role.LEADER), apology, dossier(officer_number=None)) is ApologyAct.SIGN
    assert next_step(concerned, signed, late) is ApologyAct.HAND_OVER, "to hand it over names nothing"


def test_only_who_knew_of_the_letter_tried_a_second_one() -> None:
    moment = timedelta(seconds=1)
    assert not is_second_try("an", NOW + moment, made()), "who made it sends again"
    assert not is_second_try("ha", NOW - moment, made()), "the form was opened before there was a letter"
    assert is_second_try("ha", NOW + moment, made())
    assert is_second_try("ha", None, made())
    assert not is_second_try("ha", NOW, None), "the list came after the form"


MONDAY = date(2026, 11, 23)
OFF = Holidays(frozenset({MONDAY + DAY}), {})

WALK = st.lists(st.tuples(st.sampled_from(Role), st.sampled_from(list(PLACES)), st.integers(-3, 3)), max_size=12)


@given(walk=WALK)
def test_however_people_act_each_step_comes_once_in_its_order_and_on_a_later_day(walk: list[Any]) -> None:
    apology, today = made(), TODAY + 3 * DAY
    for role, place, days in walk:
        act = next_step(person(role, place), apology, dossier())
        if act is None:
            continue
        try:
            day = day_of_step(apology.steps[-1].day + days * DAY, apology, today)
        except ValueError:
            continue
        step = ApologyStep(NOW, "an", role, act, day)
        apology = replace(apology, steps=(*apology.steps, step))

    assert [step.act for step in apology.steps] == list(STEPS[: len(apology.steps)])
    assert [step.day for step in apology.steps] == sorted(step.day for step in apology.steps)
    signed = apology.step(ApologyAct.SIGN)
    assert signed is None or signed.role is Role.LEADER


def test_a_new_day_is_later_than_today_and_than_the_promised_one() -> None:
    def why(day: date | None, found: LateDossier) -> str:
        with pytest.raises(NoNewDay) as refused:
            new_promise(day, found, TODAY, OFF)
        return refused.value.key

    assert new_promise(MONDAY, dossier(), TODAY, OFF) == MONDAY
    assert new_promise(None, dossier(returned_on=TODAY), TODAY, OFF) is None
    assert {why(wrong, dossier()) for wrong in (None, TODAY, TODAY - DAY)} == {"promised"}
    assert why(MONDAY, dossier(due_on=TODAY + 9 * DAY)) == "promised"
    assert {why(MONDAY + n * DAY, dossier()) for n in (1, 5, 6)} == {"promised_off"}, "a holiday, Saturday, Sunday"
    assert {why(day, dossier()) for day in (date.max, TODAY + 367 * DAY)} == {"promised_far"}


def test_how_far_it_has_come_and_whether_it_was_kept() -> None:
    assert made().state is ApologyState.MADE
    handed = made((ApologyAct.SIGN, TODAY), (ApologyAct.HAND_OVER, TODAY))
    assert (handed.state, handed.label, handed.was_in_time) == (ApologyState.HANDED_OVER, "07/2026", False)
    early = replace(handed, letter=replace(handed.letter, due_on=TODAY + DAY))
    assert early.was_in_time
    assert not handed.is_broken(None, TODAY + DAY)
    assert handed.is_broken(None, TODAY + 2 * DAY)
    assert handed.is_broken(TODAY + 2 * DAY, TODAY + 9 * DAY)
    assert not handed.is_broken(TODAY + DAY, TODAY + 9 * DAY)


def by_cause(late: list[LateDossier], apologies: dict[str, Apology]) -> Counter[OfficerLate]:
    """Late dossiers of officers as they are counted."""
    named = {code: apology.named_cause for code, apology in apologies.items()}
    return Counter(OfficerLate(str(each.officer_number), "H35", named.get(each.dossier_code)) for each in late)


def test_who_is_late_again_does_not_answer_for_others() -> None:
    codes = [f"A-{n}" for n in range(6)]
    late = [dossier(dossier_code=code, officer_number="CB-2") for code in codes]
    signed = {cause: made((ApologyAct.SIGN, TODAY), cause=cause) for cause in ("handling", "agency")}
    blamed = dict.fromkeys(codes[:1], signed["handling"]) | dict.fromkeys(codes[1:3], signed["agency"])
    blamed |= {codes[3]: made(cause="agency")}  # as the officer concerned proposes it: nobody signed it yet
    (line,) = officer_lines(by_cause(late, blamed), [], apology_rules(), "CB-2")

    assert (line.own, line.unknown, line.outside, line.counted, line.is_reader) == (1, 3, 2, 4, True)
    outside = dict.fromkeys(codes[1:], signed["agency"])
    assert officer_lines(by_cause(late, outside), [], apology_rules(), None) == [], "one alone is not again"


def test_a_share_of_few_dossiers_is_not_told_and_one_that_could_be_either_is_called_so() -> None:
    few = field_line("Hộ tịch", FieldCounts(9, 1, 10, 1), 10)
    assert few.of_received is None
    assert few.of_returned is not None
    assert few.of_returned.value == 0.1

    target = LateTarget(0.02, "kế hoạch", TODAY)
    shares = {(k, n): Late(k / n, wilson(k, n), k, n) for k, n in ((0, 1000), (30, 100), (1, 40))}
    found = {key: judged.verdict for key, late in shares.items() if (judged := beside_target(late, target))}
    assert found == {(0, 1000): "within", (30, 100): "beyond", (1, 40): "unsure"}
    assert beside_target(shares[0, 1000], None) is None


def test_the_causes_name_the_cooperating_office_and_every_form_has_its_days() -> None:
    rules = apology_rules()

    assert [each.cause_id for each in rules.cause if each.names_agency] == ["agency"]
    assert not rules.counts_for_officer("agency")
    assert rules.counts_for_officer(None)
    assert rules.form_on(date(2025, 6, 30)).title == "Phiếu xin lỗi và hẹn lại ngày trả kết quả"
    assert rules.form_on(TODAY).title == "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
