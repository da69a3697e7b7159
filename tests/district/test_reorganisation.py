"""1 July 2025: districts are gone, communes are merged, a counter moves. Every figure by both trees."""

from datetime import date
from typing import Any

import pytest

from sync.district.domain.people import Role
from sync.district.measures.organisation import TreeName
from sync.district.measures.period import Asked, PeriodName
from sync.district.store.engine import Engine
from sync.district.web.overview import Overview, Rules, gather, overview
from tests.district.web_fixtures import NOW, bring
from tests.district.web_server import TODAY, Browser, StillClock, add_people, explain, rate, serving

HEAD = "Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên,Đơn vị kế tục,Hiệu lực từ,Hiệu lực đến\n"
BEFORE = f"""{HEAD}T,Tỉnh,Tỉnh,,,,
D1,Huyện Một,Huyện,T,,,
D2,Huyện Hai,Huyện,T,,,
X1,Xã An,Xã,D1,,,
X2,Xã Bình,Xã,D1,,,
Y1,Xã Yên,Xã,D2,,,
"""
AFTER = f"""{HEAD}T,Tỉnh,Tỉnh,,,,
D1,Huyện Một,Huyện,T,,,30/06/2025
D2,Huyện Hai,Huyện,T,,,30/06/2025
N,Xã An Bình,Xã,T,,01/07/2025,
X1,Xã An,Xã,D1,N,,30/06/2025
X2,Xã Bình,Xã,D1,N,,30/06/2025
Y1,Xã Yên,Xã,T,,01/07/2025,
"""
COUNTERS = "Mã quầy,Đơn vị,Tên quầy\nX1-Q,X1,Quầy 1\nX2-Q,X2,Quầy 1\nY1-Q,Y1,Quầy 1\nY1-R,Y1,Quầy 2\n"
MOVED = "Mã quầy,Đơn vị,Tên quầy\nY1-R,N,Quầy 2\nN-Q,N,Quầy 1\n"
JUNE, JULY = date(2025, 6, 15), date(2025, 7, 15)
DOSSIERS = """Mã hồ sơ,Quầy,Ngày nhận,Ngày trả
T.1-250615-0001,X1-Q,15/06/2025,15/07/2025
T.1-250616-0002,Y1-R,16/06/2025,
T.1-250616-0003,Y1-R,,16/07/2025
"""


def reorganise(engine: Engine) -> None:
    """As a district does it, a year late."""
    assert bring(engine, "units", AFTER, holds_from=date(2025, 7, 1), full=True).accepted
    assert bring(engine, "counters", MOVED, holds_from=date(2025, 7, 1)).accepted


@pytest.fixture
def province(engine: Engine) -> Engine:
    bring(engine, "units", BEFORE)
    bring(engine, "counters", COUNTERS)
    assert bring(engine, "dossiers", DOSSIERS).accepted
    for unit, counter, n in (
        ("X1", "X1-Q", 10),
        ("X2", "X2-Q", 20),
        ("Y1", "Y1-Q", 30),
        ("Y1", "Y1-R", 40),
        ("X1", "", 5),
    ):
        rate(engine, unit, counter, {5: n}, JUNE)
    return engine


@pytest.fixture
def reorganised(province: Engine) -> Engine:
    reorganise(province)
    for unit, counter, n in (("N", "N-Q", 50), ("N", "Y1-R", 60), ("Y1", "Y1-Q", 70)):
        rate(province, unit, counter, {5: n}, JULY)
    return province


def shown(
    engine: Engine,
    tree: TreeName,
    wanted: str | None = None,
    allowed: str | None = None,
    name: PeriodName = PeriodName.ALL,
) -> Overview:
    page = overview(gather(engine, Asked(name), TODAY, tree, private=True), allowed, wanted, Rules(30, 5), NOW)
    assert page is not None
    return page


def rated(page: Overview) -> dict[str, Any]:
    """How many rated, by unit or counter of the page's lines. A unit that stands twice has two numbers."""
    found: dict[str, Any] = {}
    for line in page.lines:
        key = line.unit_id if line.counter_id is None else line.counter_id or f"{line.unit_id}:"
        found[key] = line.figure.rated if key not in found else (found[key], line.figure.rated)
    return found


def test_by_the_tree_of_the_day_a_reorganisation_moves_nothing_before_it(province: Engine) -> None:
    before = rated(shown(province, TreeName.OF_THE_DAY, "T"))

    reorganise(province)

    after = rated(shown(province, TreeName.OF_THE_DAY, "T"))
    assert before == {
        "D1": 35,
        "X1": 15,
        "X1-Q": 10,
        "X1:": 5,
        "X2": 20,
        "X2-Q": 20,
        "D2": 70,
        "Y1": 70,
        "Y1-Q": 30,
        "Y1-R": 40,
    }
    moved = ("Y1", "Y1-Q", "Y1-R")  # they stand in the new tree too, where nobody has rated yet
    assert {key: n for key, n in after.items() if n and key not in moved} == {
        key: n for key, n in before.items() if key not in moved
    }
    assert [after[key] for key in moved] == [(70, 0), (30, 0), (40, 0)]


def test_by_the_tree_of_the_day_what_came_after_stands_in_the_new_tree(reorganised: Engine) -> None:
    lines = rated(shown(reorganised, TreeName.OF_THE_DAY, "T"))

    assert (lines["D1"], lines["D2"], lines["N"], lines["Y1"]) == (35, 70, 110, (70, 70))
    assert (lines["Y1-R"], lines["N-Q"]) == ((40, 60), 50)
    assert shown(reorganised, TreeName.OF_THE_DAY).total.rated == 285


def test_by_todays_tree_what_was_merged_counts_for_its_successor_and_a_counter_where_it_is_now(
    reorganised: Engine,
) -> None:
    page = shown(reorganised, TreeName.OF_TODAY, "T")

    assert rated(page) == {
        "N": 185,
        "N-Q": 50,
        "Y1-R": 100,
        "X1-Q": 10,
        "X2-Q": 20,
        "N:": 5,
        "Y1": 100,
        "Y1-Q": 100,
    }
    assert {line.counter_id: line.former for line in page.lines if line.former} == {"X1-Q": "Xã An", "X2-Q": "Xã Bình"}
    assert shown(reorganised, TreeName.OF_TODAY).total.rated == 285


def test_a_unit_that_stood_in_two_places_is_one_when_it_is_asked_for(reorganised: Engine) -> None:
    page = shown(reorganised, TreeName.OF_THE_DAY, "Y1")

    assert (page.total.rated, page.path) == (140, (("T", "Tỉnh"), ("Y1", "Xã Yên")))
    assert rated(page) == {"Y1-Q": 100, "Y1-R": 40}


def test_dossiers_count_once_and_where_their_counter_was(reorganised: Engine) -> None:
    of_day, of_today = (
        {line.unit_id: line.figure.dossiers for line in shown(reorganised, tree, "T").lines if line.counter_id is None}
        for tree in TreeName
    )

    assert (of_day["X1"], of_day["D2"], of_day["N"]) == (1, 1, 1)
    assert of_today == {"N": 3, "Y1": 0}


def test_a_unit_says_until_when_it_was_there(reorganised: Engine) -> None:
    lines = shown(reorganised, TreeName.OF_THE_DAY, "T").lines

    assert {line.unit_id for line in lines if line.last_day == date(2025, 6, 30)} == {"D1", "D2", "X1", "X2"}


def test_a_period_after_the_reorganisation_knows_no_district(reorganised: Engine) -> None:
    rate(reorganised, "N", "N-Q", {5: 30}, TODAY)

    of_day, of_today = (shown(reorganised, tree, "T", name=PeriodName.MONTH) for tree in TreeName)

    assert rated(of_day) == rated(of_today) == {"N": 30, "N-Q": 30, "Y1-R": 0, "Y1": 0, "Y1-Q": 0}
    assert (of_day.trees_differ, shown(reorganised, TreeName.OF_THE_DAY).trees_differ) == (False, True)


def test_reasons_and_what_is_hard_to_say_follow_the_same_tree(engine: Engine) -> None:
    bring(engine, "units", BEFORE)
    bring(engine, "counters", COUNTERS)
    explain(engine, "X1", "X1-Q", {("bad", "waiting"): 6}, hard=5)
    assert bring(engine, "units", AFTER.replace("30/06/2025", "20/11/2026"), now=NOW).accepted

    of_day, of_today = (shown(engine, tree, "T") for tree in TreeName)
    ended = shown(engine, TreeName.OF_THE_DAY, "D1")

    assert (of_day.reasons.total, of_day.reasons.sensitive) == (of_today.reasons.total, 5)
    assert [(line.unit_id, line.reasons.better[0].n) for line in of_day.reasons.lines] == [("D1", 6)]
    assert [(line.unit_id, line.counter_id) for line in ended.reasons.lines] == [("X1", None)]


@pytest.mark.parametrize(("allowed", "of_day", "of_today"), [("D1", 35, 0), ("N", 110, 185), ("Y1", 140, 100)])
def test_somebody_of_one_unit_sees_that_unit_by_either_tree_and_nothing_else(
    reorganised: Engine, allowed: str, of_day: int, of_today: int
) -> None:
    pages = [shown(reorganised, tree, allowed=allowed) for tree in TreeName]

    assert [page.total.rated for page in pages] == [of_day, of_today]
    assert {page.name for page in pages} == {{"D1": "Huyện Một", "N": "Xã An Bình", "Y1": "Xã Yên"}[allowed]}
    assert overview(gather(reorganised, Asked(PeriodName.ALL), TODAY), allowed, "T", Rules(30, 5), NOW) is None


def test_a_unit_that_ended_without_a_successor_keeps_its_place(province: Engine) -> None:
    bring(province, "units", f"{HEAD}X2,Xã Bình,Xã,D1,,,30/06/2025\n")

    assert rated(shown(province, TreeName.OF_TODAY, "T"))["X2"] == 20


# ---- on the page


def test_the_page_offers_both_trees_when_they_differ_and_keeps_the_choice(reorganised: Engine, tmp_path: Any) -> None:
    add_people(reorganised, ("lan", Role.LEADER, None))
    with serving(reorganised, tmp_path, StillClock()) as base:
        browser = Browser(base)
        browser.sign_in("lan")
        month, ever, today = (browser.get(f"/?period={query}").text for query in ("month", "all", "all&tree=today"))
        figures = browser.figures("?period=all&tree=today&unit=T")
        nonsense = browser.get("/?tree=tomorrow").status_code

    assert ['id="trees"' in page for page in (month, ever, today)] == [False, True, True]
    assert "Sắp xếp, sáp nhập về sau không làm đổi số liệu cũ." in ever
    assert "hoạt động đến hết ngày 30/06/2025" in ever
    assert "trước thuộc Xã An" in today
    assert 'href="/?period=all&amp;unit=N&amp;tree=today"' in today
    assert (figures["tree"], figures["trees_differ"], figures["total"]["rated"]) == ("today", True, 285)
    assert nonsense == 404
