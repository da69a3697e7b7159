"""The page of the fair comparison: ranges and groups from released figures of what the reader may see."""

import re
from collections.abc import Iterator
from datetime import date

import pytest

from sync.district.domain.people import Role
from sync.district.measures.fair import ControlPoint
from sync.district.measures.intervals import Interval
from sync.district.web.fair import ChartMonth, chart_of
from tests.district.doubt_office import OTHER, PROVINCE, UNIT, open_office
from tests.district.web_fixtures import bring, empty_district
from tests.district.web_server import PASSWORD, Browser, StillClock, add_people, rate, serving

pytestmark = pytest.mark.slow

UNITS = [f"H35.{number}" for number in range(90, 95)]
HIGH, LOW, SMALL, TINY = UNITS[0], UNITS[1], UNITS[2], UNITS[3]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("fair")
    engine = empty_district(folder)
    open_office(engine)
    rows = "".join(f"{unit},Xã số {unit[-2:]},commune,{PROVINCE}\n" for unit in UNITS)
    bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên\n{rows}")
    rows = "".join(f"{unit}-Q1,{unit},Quầy\n" for unit in UNITS)
    bring(engine, "counters", f"Mã quầy,Mã đơn vị,Tên quầy\n{rows}")
    for unit, good, bad in ((HIGH, 290, 10), (LOW, 99, 51), (SMALL, 31, 3), (TINY, 6, 0), (OTHER, 250, 50)):
        rate(engine, unit, f"{unit}-Q1", {4: good, 2: bad}, date(2026, 11, 10))
    for number, counter in enumerate(("Q1", "Q2", "Q3")):
        rate(engine, UNIT, f"{UNIT}-{counter}", {5: 80 - 5 * number, 1: 20 + 5 * number}, date(2026, 11, 10))
    for month in range(1, 13):
        bad = 70 if month == 6 else 16 + month % 3
        rate(engine, UNIT, f"{UNIT}-Q1", {5: 100 - bad, 1: bad}, date(2025 + (month > 2), (month + 9) % 12 + 1, 10))
    add_people(
        engine, ("director", Role.LEADER, PROVINCE), ("chair", Role.LEADER, UNIT), ("tech", Role.TECHNICIAN, None)
    )
    add_people(engine, ("officer", Role.OFFICER, UNIT))
    with serving(engine, folder, StillClock()) as base:
        yield base


def browse(address: str, name: str) -> Browser:
    browser = Browser(address)
    assert browser.sign_in(name, PASSWORD).status_code == 303
    return browser


def rows(page: str) -> dict[str, tuple[str, str]]:
    """Group and places by name."""
    found = re.findall(r'<tr data-group="(\w+)" data-ranks="([\d-]+)">\s*<th scope="row">(?:<a[^>]*>)?([^<]+)', page)
    return {name: (group, ranks) for group, ranks, name in found}


def test_a_small_unit_with_a_high_share_is_not_told_apart_from_the_others(address: str):
    found = rows(browse(address, "director").get("/fair?months=3").text)

    assert found["Xã số 90"][0] == "above"
    assert found["Xã số 91"][0] == "below"
    group, ranks = found["Xã số 92"]  # 31 of 34: more than the common level, of few
    assert group == "alike"
    first, last = map(int, ranks.split("-"))
    assert first == 1
    assert last >= 3
    assert "Xã số 93" not in found  # 6 ratings: too few
    assert [name for name, (group, _) in found.items() if group == "above"] == ["Xã số 90"]


def test_units_with_too_few_are_counted_and_not_compared(address: str):
    page = browse(address, "director").get("/fair?months=3").text

    assert 'data-compared="5" data-left-out="2"' in page
    assert page.count('class="drawing"') == 2


def test_a_unit_s_counters_are_compared_and_its_months_stand_against_its_own_usual(address: str):
    page = browse(address, "chair").get("/fair").text

    assert set(rows(page)) == {"Quầy 1", "Quầy 2", "Quầy 3"}
    assert 'id="trend" data-months="12"' in page
    assert re.findall(r'data-unusual="true"><th scope="row">([^<]+)', page) == ["04/2026"]


def test_the_months_of_a_unit_are_those_of_its_figures(address: str):
    browser = browse(address, "director")
    row = r'<th scope="row">(\d\d/\d{4})</th><td class="n">.*?</span>(\d+)</td><td class="n">.*?</span>([\d,]+)'

    months = re.findall(row, browser.get(f"/fair?unit={UNIT}").text)

    assert len(months) == 12
    for month, rated, share in months:
        told = browser.figures(f"?unit={UNIT}&period=month&of={month[3:]}-{month[:2]}")["total"]
        assert (rated, share) == (str(told["rated"]), f"{told['share'] * 100:.1f}".replace(".", ","))


def drawn(*months: int) -> tuple[list[list[float]], list[float]]:
    """Where the limits and the points of these months lie from left to right."""
    point = ControlPoint(0.8, 100, Interval(0.7, 0.9))
    drawing = chart_of([ChartMonth(date(2026, month, 1), point) for month in months])
    lines = [[float(corner.split(",")[0]) for corner in line.points.split()] for line in drawing.lines]
    return lines, [x for x, _, _ in drawing.points]


def test_a_month_without_a_share_leaves_a_gap_in_the_chart():
    lines, points = drawn(1, 2, 4)

    assert points == [80, 240, 560]
    assert lines == [[0, 160, 160, 320]] * 2 + [[480, 640]] * 2
    assert drawn(7)[0] == [[0, 640]] * 2


def test_everybody_sees_what_is_theirs_and_no_more(address: str):
    chair = browse(address, "chair")

    assert chair.get(f"/fair?unit={PROVINCE}").status_code == chair.get(f"/fair?unit={OTHER}").status_code == 404
    assert chair.get(f"/fair?unit={UNIT}").status_code == 200
    assert browse(address, "tech").get("/fair").status_code == 200
    assert Browser(address).get("/fair").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("months", ["0", "24", "x", "12x", "-3", ""])
def test_another_span_is_not_there(address: str, months: str):
    assert browse(address, "director").get(f"/fair?months={months}").status_code == 404


def test_with_two_units_nothing_is_compared(address: str):
    page = browse(address, "director").get(f"/fair?unit={HIGH}").text

    assert 'data-compared="0"' in page
    assert "ba đơn vị" in page


def test_an_officer_sees_neither_the_counters_of_colleagues_nor_the_months_of_all(address: str):
    answer = browse(address, "officer").get(f"/fair?unit={UNIT}")

    assert answer.status_code == 403
    assert rows(answer.text) == {}
    assert "data-months" not in answer.text
