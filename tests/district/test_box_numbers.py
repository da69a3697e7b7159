"""Every box has a number of its own: its receipts begin with it, so two boxes never make the same one."""

import sqlite3
from base64 import b64encode
from datetime import timedelta
from pathlib import Path

import pytest
from nacl.signing import SigningKey
from sqlalchemy import text

from kiosk.domain.receipt import link, mint
from kiosk.domain.reference import ENTRIES_OF_5, ThisBox
from sync.district.fleet.enrolment import draw_code, enrol, issue_code
from sync.district.reference.snapshot import lookup_address
from sync.district.store.devices import NoNumberLeft
from sync.district.store.engine import open_engine, reading
from sync.district.store.schema import upgrade
from sync.protocol.enrolment import Enrolment
from tests.district.conftest import COUNTER, UNIT, District
from tests.district.test_accept import run_together
from tests.district.test_snapshot import pull


def numbers(district: District) -> list[int]:
    return sorted(number for (number,) in district.rows("devices", "box_number"))


def test_boxes_that_enrol_at_the_same_time_get_different_numbers(district: District) -> None:
    codes = [draw_code() for _ in range(8)]
    for code in codes:
        issue_code(district.engine, code, UNIT, COUNTER, timedelta(hours=1), district.clock())

    run_together(
        lambda: enrol(district.services, Enrolment(codes.pop(), bytes(SigningKey.generate().verify_key), "test/1")), 8
    )

    assert numbers(district) == list(range(10_000, 10_008))


def test_when_every_number_was_given_out_no_box_enrols(district: District) -> None:
    district.box()
    district.tamper("UPDATE devices SET box_number = 99999")

    with pytest.raises(NoNumberLeft):
        district.box()


def test_a_box_hears_its_own_number_and_the_public_address_and_no_other_boxs(district: District) -> None:
    first, second = district.box(), district.box()

    told = [change.row for change in pull(district, second.device_id)[0] if isinstance(change.row, ThisBox)]

    salt = b64encode(district.salt).decode()
    own = {"receipt_salt": salt, "entry_version": ENTRIES_OF_5, "question_days": 1}
    assert told == [ThisBox(second.device_id, 10_001, "", **own)]
    assert first.device_id != second.device_id


def test_the_address_on_a_receipt_is_that_of_the_page_that_takes_its_token() -> None:
    receipt = mint()

    address = link(lookup_address("https://langnghe.example.gov.vn"), receipt)

    assert address == f"https://langnghe.example.gov.vn/tra-cuu/{receipt.token}#{receipt.number}"


def test_a_box_with_nothing_new_is_not_told_its_number_again(district: District) -> None:
    box = district.box()
    _, cursor, _ = pull(district, box.device_id)

    changes, _, _ = pull(district, box.device_id, cursor)

    assert changes == []


def test_boxes_of_an_older_release_are_numbered_when_the_district_is_updated(tmp_path: Path) -> None:
    release = Path(__file__).parent / "releases" / "0.1.0.sql"
    with sqlite3.connect(tmp_path / "district.sqlite") as connection:
        connection.executescript(release.read_text(encoding="utf-8"))
    connection.close()
    engine = open_engine(f"sqlite:///{tmp_path / 'district.sqlite'}")

    upgrade(engine)

    with reading(engine) as connection:
        found = connection.execute(text("SELECT box_number FROM devices ORDER BY enrolled_at, device_id"))
        told = list(found.scalars())
    engine.dispose()
    assert told == list(range(10_000, 10_000 + len(told)))
    assert told
