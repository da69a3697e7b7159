"""The page of waiting times: means of whole rows, by field and hour, of what the reader may see."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from sync.district.domain.people import Role
from sync.district.store.engine import Connection, writing
from sync.district.store.queue_tables import queue_times
from tests.district.doubt_office import OTHER, PROVINCE, UNIT, open_office
from tests.district.web_fixtures import empty_district
from tests.district.web_server import PASSWORD, Browser, StillClock, add_people, serving

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 10)


def told(
    connection: Connection, unit: str, service: str, timed: str, hour: int, n: int, minutes: int, day: date = DAY
) -> None:
    place = {"unit_id": unit, "of_day": day, "counter_id": f"{unit}-Q1", "service": service, "timed": timed}
    number = {"hour": hour, "n": n, "minutes": minutes, "entry_id": "e", "device_id": "d", "epoch": 1, "seq": 1}
    connection.execute(queue_times.insert().values(**place, **number))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("waiting")
    engine = empty_district(folder)
    open_office(engine)
    with writing(engine) as connection:
        told(connection, UNIT, "Đất đai", "waiting", 8, 20, 500)
        told(connection, UNIT, "Đất đai", "waiting", 9, 10, 100)
        told(connection, UNIT, "Đất đai", "service", 8, 18, 180)
        told(connection, UNIT, "Hộ tịch", "waiting", -1, 5, 10)
        told(connection, OTHER, "Hộ tịch", "waiting", 8, 6, 300)
        told(connection, UNIT, "Hộ tịch", "waiting", 8, 6, 60, day=date(2026, 10, 1))
    add_people(
        engine,
        ("director", Role.LEADER, PROVINCE),
        ("chair", Role.LEADER, UNIT),
        ("officer", Role.OFFICER, UNIT),
        ("technician", Role.TECHNICIAN, UNIT),
    )
    with serving(engine, folder, StillClock()) as base:
        yield base


def page_of(address: str, name: str, query: str = "?period=month&of=2026-11") -> str:
    browser = Browser(address)
    assert browser.sign_in(name, PASSWORD).status_code == 303
    return str(browser.get(f"/waiting{query}").text)


def rows(page: str, kind: str) -> dict[str, list[str]]:
    """What each row of a table says, by its field, hour or unit: minutes and visits."""
    found = re.findall(rf'<tr role="row" data-{kind}="([^"]*)".*?</tr>', page, re.DOTALL)
    parts = re.split(rf'<tr role="row" data-{kind}="', page)[1:]
    return {
        name: re.findall(r"(\d+) (?:phút|lượt)", part.partition("</tr>")[0])
        for name, part in zip(found, parts, strict=True)
    }


def test_a_unit_sees_its_fields_and_hours(address: str):
    page = page_of(address, "chair")

    assert rows(page, "field") == {
        "all": ["17", "35", "10", "18"],
        "Hộ tịch": ["2", "5"],
        "Đất đai": ["20", "30", "10", "18"],
    }
    assert rows(page, "hour") == {"8": ["25", "20", "10", "18"], "9": ["10", "10"], "-1": ["2", "5"]}


def test_units_below_stand_with_the_longest_wait_first(address: str):
    found = rows(page_of(address, "director"), "unit")

    assert list(found) == [OTHER, UNIT]
    assert found[OTHER] == ["50", "6"]


def test_nobody_sees_another_unit_and_everybody_signs_in_first(address: str):
    assert OTHER not in page_of(address, "chair")
    browser = Browser(address)
    browser.sign_in("chair", PASSWORD)
    assert browser.get(f"/waiting?unit={OTHER}").status_code == 404
    assert browser.get(f"/waiting?unit={UNIT}").status_code == 200
    assert browser.get("/waiting?period=century").status_code == 404
    assert Browser(address).get("/waiting").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("name", ["officer", "technician"])
def test_colleagues_read_nobodys_service_times_by_field_and_hour(address: str, name: str):
    """A field has one counter as a rule, here too."""
    browser = Browser(address)
    browser.sign_in(name, PASSWORD)

    assert 'href="/waiting"' not in browser.get("/").text
    for query in ("", f"?unit={UNIT}", "?period=month&of=2026-11"):
        answer = browser.get(f"/waiting{query}")
        assert answer.status_code == 404
        assert "Đất đai" not in answer.text


def test_working_days_of_which_a_machine_told_nothing_are_named_and_no_other(address: str):
    """Told on Tuesday 10 November and on Thursday 1 October; nobody knows yet of what comes after the last telling."""
    found = re.findall(r'data-counter="([^"]+)" data-gaps="(\d+)"', page_of(address, "chair"))
    october = page_of(address, "chair", "?period=month&of=2026-10")

    assert found == [(f"{UNIT}-Q1", "6")]  # 2 to 6 and 9 November
    assert re.findall(r'data-gaps="(\d+)"', october) == ["21"]  # the working days of October but the first
    assert "26/10/2026, 27/10/2026, 28/10/2026, 29/10/2026, 30/10/2026 và những ngày trước đó" in october
    assert "data-gaps" not in page_of(address, "chair", "?period=month&of=2026-08")


def test_a_period_of_which_nobody_told_says_so(address: str):
    assert 'id="nothing"' in page_of(address, "chair", "?period=month&of=2026-09")
