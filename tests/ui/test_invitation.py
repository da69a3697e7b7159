# ruff: noqa: F401, F811  (fixtures of another folder)
"""A ticket system says that a service has ended; whoever was served touches a face, and it is on the disk."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.box.box import Box
from kiosk.cli.queue import sender
from kiosk.cli.run import hear_tickets
from kiosk.desk.desk import KioskDesk
from kiosk.domain.reference import ENTRIES_OF_4, Counter, Dossier, Procedure, ThisBox
from kiosk.flow.state.lobby import Rules
from kiosk.queue.message import SOCKET, NewEvent, encoded
from kiosk.settings import load
from kiosk.store import ledger
from sync.protocol.seal import unseal
from tests.store.conftest import PATTERN, Clock, District, box, district
from tests.store.test_record import CODE, know
from tests.support.driver import Driver
from tests.support.fakes import HandClock
from tests.support.tickets import happened
from tests.ui.test_journeys import scan

OWN = "H35.13-q1"


@pytest.fixture
def counter_kiosk(
    window: None,
    clock: HandClock,
    box: Box,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Driver]:
    """The tablet of a counter: a real file, a real socket for what the queue's process says."""
    from kiosk.ui.app import Appearance

    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
    know(
        box,
        ThisBox("kiosk-1", 10_000, entry_version=ENTRIES_OF_4),
        Counter(OWN, "H35.13", "Quầy số 1", "Hộ tịch"),
        Procedure("1.001193", "Đăng ký khai sinh", "Hộ tịch"),
        Dossier(CODE, "1.001193", OWN, None, date(2026, 11, 18), date(2026, 11, 20), None),
    )
    desk = KioskDesk(lambda: box, PATTERN, Clock())
    driver = Driver(Rules(), Appearance(), lambda: desk, clock)
    driver.start()
    clock.advance(2)
    hear_tickets(load(environment={"KIOSK_DATA": str(tmp_path)}), driver.app, desk)
    yield driver
    driver.stop()


def ends(kiosk: Driver, tmp_path: Path, age_ms: int = 500, **more: Any) -> None:
    send = sender(load(environment={"KIOSK_DATA": str(tmp_path)}).runtime / SOCKET)
    send(encoded(NewEvent(happened("09:30", "ended", more.pop("ticket", "A1"), OWN, **more), age_ms)))


def kept(box: Box, district: District) -> list[dict[str, Any]]:
    with box.store.read() as tx:
        rows = [each.envelope for each in ledger.rows(tx, 1) if each.envelope.type == "rating"]
    return [unseal(each.sealed, district.sealing) for each in rows]


def test_whoever_was_served_is_invited_and_one_touch_is_a_rating_of_the_counter(
    counter_kiosk: Driver,
    box: Box,
    district: District,
    tmp_path: Path,
) -> None:
    ends(counter_kiosk, tmp_path, dossier=CODE)

    assert counter_kiosk.wait_for("Rate")
    said = " ".join(" ".join(counter_kiosk.said()).split())
    assert "Mời Ông/Bà đánh giá việc vừa xong" in said
    assert "Đăng ký khai sinh" in said
    assert CODE[-4:] not in said, "nobody scanned anything"

    counter_kiosk.rest(2)  # somebody looks
    counter_kiosk.press("Bình thường")
    (body,) = kept(box, district)
    assert (body["score"], body["counter_id"], body["dossier_code"]) == (3, OWN, None)


def test_nobody_has_to_answer_and_a_stale_end_invites_nobody(counter_kiosk: Driver, tmp_path: Path) -> None:
    ends(counter_kiosk, tmp_path)
    assert counter_kiosk.wait_for("Rate")
    counter_kiosk.move_time(29)
    assert counter_kiosk.place == "Rate"
    counter_kiosk.move_time(1.5)
    assert counter_kiosk.place == "Idle"

    ends(counter_kiosk, tmp_path, age_ms=600_000, ticket="A2")
    assert not counter_kiosk.wait_for("Rate", seconds=0.3)


def test_a_citizen_in_the_middle_keeps_the_screen_and_a_slip_on_an_invitation_is_rated_as_ever(
    counter_kiosk: Driver,
    box: Box,
    district: District,
    tmp_path: Path,
) -> None:
    counter_kiosk.press("Đánh giá hồ sơ")
    counter_kiosk.press("Không mang giấy")
    ends(counter_kiosk, tmp_path)
    assert not counter_kiosk.wait_for("Rate", seconds=0.3)
    assert counter_kiosk.place == "PickCounter"
    counter_kiosk.press("home")

    ends(counter_kiosk, tmp_path, ticket="A2")
    assert counter_kiosk.wait_for("Rate")
    scan(CODE)(counter_kiosk)
    counter_kiosk.press("Hài lòng")
    (body,) = kept(box, district)
    assert (body["dossier_code"], body["input"]) == (CODE, "scan")
