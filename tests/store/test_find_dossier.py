"""What a scanned or typed code is found to be: its dossier, its stage, or why it is none."""

from datetime import date, timedelta

import pytest

from kiosk.domain.dossier_code import DossierCode, NoCode
from kiosk.domain.rating import CounterKnownBy, Flag, InputMethod, OfficerKnownBy, Score, Stage
from kiosk.domain.reference import (
    Counter,
    Dossier,
    Procedure,
)
from kiosk.flow.state.rating_draft import RatingDraft, Subject
from tests.store.test_record import CODE, COUNTER, know, opened


def test_the_dossier_is_found_with_its_procedure_and_stage(box, desk):
    know(
        box,
        Procedure("1.001193", "Đăng ký khai sinh", "Hộ tịch"),
        Counter("H35.13-q2", "H35.13", "Quầy số 2", "Hộ tịch"),
        Dossier(CODE, "1.001193", "H35.13-q2", "CB-02", date(2026, 11, 18), date(2026, 11, 20), None),
    )

    found = desk.find(f"https://tra-cuu.vn/?ma={CODE}&secretKey=abc\r", InputMethod.SCAN)

    assert found == Subject(
        InputMethod.SCAN,
        Stage.RETURN,
        DossierCode(CODE),
        "H35.13-q2",
        "Quầy số 2",
        "Đăng ký khai sinh",
        late=True,
        received=date(2026, 11, 18),
        counter_known_by=CounterKnownBy.DOSSIER,
        officer_known_by=OfficerKnownBy.DOSSIER,
    )


def test_an_unknown_dossier_is_rated_all_the_same(desk):
    found = desk.find(CODE, InputMethod.SCAN)

    assert isinstance(found, Subject)
    assert (found.flags, found.counter_id) == ((Flag.DOSSIER_UNKNOWN,), "H35.13-q1")


def test_a_code_the_pattern_rejects_is_flagged(desk):
    found = desk.find("HS77", InputMethod.TYPED)

    assert isinstance(found, Subject)
    assert found.flags == (Flag.CODE_UNVERIFIED, Flag.DOSSIER_UNKNOWN)


def test_a_scan_without_a_code_says_why(desk):
    assert desk.find("8934563138165", InputMethod.SCAN) is NoCode.NO_MATCH


def test_no_paper_is_flagged(desk):
    assert desk.find_counter(COUNTER).flags == (Flag.NO_DOSSIER,)


def test_a_second_rating_of_a_dossier_is_kept_and_flagged(box, desk, district):
    know(box, Dossier(CODE, received_on=date(2026, 11, 18)))
    for _ in range(2):
        desk.save(RatingDraft(desk.find(CODE, InputMethod.SCAN), Score(5), "vi", None, 1))

    assert ["repeat" in body["flags"] for body in opened(box, district)] == [False, True]


@pytest.mark.parametrize(
    ("received", "returned", "stage"),
    [(0, None, Stage.HAND_IN), (-3, None, Stage.RETURN), (-3, 0, Stage.RETURN), (0, 0, Stage.RETURN)],
)
def test_the_stage_follows_from_the_dossiers_dates(box, desk, received, returned, stage):
    today = date(2026, 11, 21)
    know(box, Dossier(CODE, received_on=today + timedelta(received), returned_on=None if returned is None else today))

    assert desk.find(CODE, InputMethod.SCAN).stage is stage
