# ruff: noqa: F401, F811  (fixtures of another folder)
"""An officer comes to their counter, holds the sign, scans their card, types their PIN and leaves; what the next
citizen touches is bound to them, through the real window, desk and file."""

import pytest

from kiosk.box.box import Box
from kiosk.domain.reference import Officer, OfficerPin
from tests.store.conftest import District, box, district
from tests.store.test_pin_lock import hashed
from tests.store.test_record import know
from tests.support.driver import Driver
from tests.ui.test_invitation import OWN, counter_kiosk, ends, kept
from tests.ui.test_journeys import hold_the_sign, scan, type_in
from tests.ui.test_staff import words

PIN = "246810"


def test_who_signs_in_at_their_counter_is_known_to_sit_there_and_the_next_rating_says_so(
    counter_kiosk: Driver, box: Box, district: District, tmp_path
) -> None:
    know(box, Officer("CB-0101", "H35.13", "Công chức", OWN), Officer("CB-0102", "H35.13", "Công chức", OWN))
    know(box, OfficerPin("CB-0101", "id-1", hashed(PIN)))
    ends(counter_kiosk, tmp_path, ticket="A1")
    assert counter_kiosk.wait_for("Rate")
    counter_kiosk.rest(2)
    counter_kiosk.press("Hài lòng")
    counter_kiosk.move_time(100)

    hold_the_sign()(counter_kiosk)
    scan("CB-0101")(counter_kiosk)
    seen = words(counter_kiosk)
    type_in(PIN)(counter_kiosk)
    assert counter_kiosk.place == "StaffView"
    counter_kiosk.press("home")
    ends(counter_kiosk, tmp_path, ticket="A2")
    assert counter_kiosk.wait_for("Rate")
    counter_kiosk.rest(2)
    counter_kiosk.press("Bình thường")

    assert "máy ghi nhận Ông/Bà trực quầy này đến hết buổi" in seen
    assert [body["officer_known_by"] for body in kept(box, district)] == [None, "card"]
