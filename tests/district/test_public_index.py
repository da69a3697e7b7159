"""The public index: units of a finished month, by released groups, without what could be found by subtracting."""

import csv
import io
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import jsonschema_rs
import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from sync.district.domain.people import Role
from sync.district.measures.disclosure import Rules
from sync.district.measures.index import Counts
from sync.district.measures.organisation import DayView, Organisation
from sync.district.measures.period import Asked, NotBegun
from sync.district.measures.public_figures import FixedMonth, FixedUnit, PublicUnit, public_units
from sync.district.measures.tree import unit_trees
from sync.district.settings import Limits
from sync.district.store.engine import Connection, Engine, reading, writing
from sync.district.store.public_months import fixed_month, keep_month
from sync.district.web.public_index import MAX_MONTHS, finished_months, month_asked, work_out
from tests.district.web_fixtures import bring, empty_district
from tests.district.web_server import Browser, StillClock, add_people, keep_ratings, rate, rating, serving

RULES = Rules(minimum_n=30, group_floor=5)
OCTOBER = date(2026, 10, 15)
TODAY = date(2026, 11, 20)
UNITS = """Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên
T,Tỉnh Thử,Tỉnh,
A,Trung tâm Phục vụ hành chính công xã A,Xã,T
B,Xã B,Xã,T
C,Xã C,Xã,T
"""


def told(ratings: dict[tuple[str, ...], list[int]], rules: Rules = RULES) -> list[PublicUnit]:
    """What is told of units by path, each with counters of so many ratings."""
    counts = {
        (path, f"{path[-1]}-{n}"): Counts({5: rated}, 0)
        for path, each in ratings.items()
        for n, rated in enumerate(each)
    }
    return public_units(unit_trees(DayView(Organisation({}, {}), None, TODAY, TODAY), counts), rules)


def numbers(units: list[PublicUnit]) -> dict[str, int | None]:
    return {each.node.unit_id: each.counts.rated if each.counts else None for each in units}


@pytest.mark.parametrize(
    ("ratings", "shown"),
    [
        ({("T", "A"): [40], ("T", "B"): [50]}, {"T": 90, "A": 40, "B": 50}),
        # C has too few; what is left of T without B would be A and C, and without A alone B and C: all go
        ({("T", "A"): [40], ("T", "B"): [50], ("T", "C"): [12]}, {"T": 102, "A": None, "B": None, "C": None}),
        ({("T", "A"): [40], ("T", "B"): [50], ("T", "C"): [6, 6]}, {"T": 102, "A": None, "B": 50, "C": None}),
        ({("T", "A"): [40], ("T", "B"): [20], ("T", "C"): [12]}, {"T": 72, "A": None, "B": None, "C": None}),
        ({("T", "A"): [40], ("T", "B"): [20], ("T", "C"): [6, 6]}, {"T": 72, "A": 40, "B": None, "C": None}),
        # ratings at the unit's own counters could be found as well
        ({("T",): [7], ("T", "A"): [40], ("T", "B"): [50]}, {"T": 97, "A": None, "B": None}),
        ({("T",): [7], ("T", "A"): [20, 20], ("T", "B"): [50]}, {"T": 97, "A": None, "B": 50}),
        ({("T",): [31], ("T", "A"): [40]}, {"T": 71, "A": 40}),
        # a counter below the floor is in no number
        ({("T", "A"): [40, 4], ("T", "B"): [4]}, {"T": 40, "A": 40, "B": None}),
        ({("T", "A"): [10, 10, 10], ("T", "B"): [5]}, {"T": 35, "A": None, "B": None}),
        ({("T", "A"): [10, 10], ("T", "B"): [5]}, {"T": None, "A": None, "B": None}),
        # who sits at one of two counters would find the other's
        ({("T",): [40, 50]}, {"T": None}),
        ({("T",): [40, 50, 31]}, {"T": 121}),
        ({("T", "A"): [40, 50], ("T", "B"): [60]}, {"T": 150, "A": None, "B": None}),
        ({("T",): [40], ("T", "A"): [50], ("T", "B"): [12]}, {"T": 102, "A": None, "B": None}),
        ({("T", "A", "A1"): [40], ("T", "A", "A2"): [35], ("T", "B"): [9]},
         {"T": 84, "A": None, "A1": None, "A2": None, "B": None}),
    ],
)  # fmt: skip
def test_no_number_that_is_left_out_can_be_found_by_subtracting(ratings: Any, shown: dict[str, int | None]):
    assert numbers(told(ratings)) == shown


def test_a_counter_that_moved_in_the_month_is_one_and_not_two() -> None:
    def units(*parts: tuple[str, str, int]) -> dict[str, int | None]:
        counts = {(("T", unit), counter): Counts({5: rated}, 0) for unit, counter, rated in parts}
        trees = unit_trees(DayView(Organisation({}, {}), None, TODAY, TODAY), counts)
        return numbers(public_units(trees, RULES))

    moved = (("A", "c1", 20), ("B", "c1", 20), ("B", "c2", 8))
    assert units(*moved) == {"T": None, "A": None, "B": None}, "three parts of two counters"
    assert units(*moved, ("B", "c3", 8))["T"] == 56


PATHS = [("T",), ("T", "A"), ("T", "A", "A1"), ("T", "A", "A2"), ("T", "B"), ("T", "B", "B1"), ("T", "C"), ("S",)]


@given(
    st.dictionaries(st.sampled_from(PATHS), st.lists(st.integers(0, 90), min_size=1, max_size=3), min_size=1),
    st.sampled_from([RULES, Rules(30, 20), Rules(5, 5), Rules(10, 40)]),
)
@example({("T", "A"): [31], ("T", "B"): [29], ("T", "C"): [30]}, RULES)
def test_what_is_left_of_any_unit_is_nothing_or_enough_to_be_told(ratings: Any, rules: Rules):
    units = told(ratings, rules)
    least, by_path = max(rules.minimum_n, rules.floor), {each.node.paths[0]: each for each in units}

    for path, each in by_path.items():
        assert each.counts is None or each.counts.rated >= least
        above = by_path.get(path[:-1])
        assert above is None or above.counts is not None or each.counts is None  # nothing is told below what is not
        if each.counts is not None:
            below = [other.counts.rated for at, other in by_path.items() if at[:-1] == path and other.counts]
            rest = each.counts.rated - sum(below)
            assert rest == 0 or rest >= least
            here = [at for at in ratings if nearest_told(at, by_path) == path]
            counters = [n for at in here for n in ratings[at] if n >= rules.floor]
            assert len(counters) != 2, "who sits at one of two subtracts their own and has the other's"


def nearest_told(path: tuple[str, ...], by_path: dict[tuple[str, ...], PublicUnit]) -> tuple[str, ...]:
    """The unit in whose figure, and in no told one below it, the ratings of a path are."""
    return next((path[:n] for n in range(len(path), 0, -1) if by_path[path[:n]].counts is not None), ())


def test_finished_months_alone_are_told():
    assert [month.of for month in finished_months(date(2026, 11, 9))[:2]] == ["2026-09", "2026-08"]
    assert finished_months(date(2026, 11, 10))[0].of == "2026-10"
    assert len(finished_months(TODAY)) == MAX_MONTHS
    assert month_asked("", TODAY).of == "2026-10"
    for wrong in ("2026-11", "2027-01", "2026-13", "2010-01", "x", "2026-Q3"):
        with pytest.raises(NotBegun):
            month_asked(wrong, TODAY)


class Place:
    def __init__(self, engine: Engine, address: str, clock: StillClock, folder: Path) -> None:
        self.engine, self.address, self.clock, self.folder = engine, address, clock, folder

    def get(self, path: str) -> requests.Response:
        return requests.get(self.address + path, timeout=60, allow_redirects=False)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    engine, clock = empty_district(tmp_path), StillClock()
    assert bring(engine, "units", UNITS).accepted
    counters = "".join(f"{unit}-1,{unit},Quầy 1\n" for unit in "ABC")
    assert bring(engine, "counters", f"Mã quầy,Đơn vị,Tên quầy\n{counters}").accepted
    rows = "".join(f"A-261001-{n:04},A-1,{1 + n % 28:02}/10/2026,{1 + n % 28:02}/10/2026\n" for n in range(60))
    assert bring(engine, "dossiers", f"Mã hồ sơ,Mã quầy,Ngày nhận,Ngày trả\n{rows}").accepted
    rate(engine, "A", "A-1", {5: 20, 4: 14, 3: 3, 1: 3}, OCTOBER)
    rate(engine, "B", "B-1", {5: 50}, OCTOBER)
    rate(engine, "C", "C-1", {1: 31}, OCTOBER)
    with serving(engine, tmp_path, clock, public_index=True) as address:
        yield Place(engine, address, clock, tmp_path)


def test_anybody_reads_a_unit_s_month(place: Place):
    page = place.get("/chi-so?unit=A").text

    assert 'data-of="2026-10"' in page
    assert 'data-rated="40" data-satisfied="34"' in page
    assert "85,0\u00a0%" in page
    assert re.findall(r'data-level="(\d)" data-n="(\d+)"', page) == [
        ("5", "20"),
        ("4", "14"),
        ("3", "3"),
        ("2", "0"),
        ("1", "3"),
    ]
    assert 'data-visits="120"' in page
    assert "33,3\u00a0%" in page
    assert '<a href="/chi-so?of=2026-10&amp;unit=T">Tỉnh Thử</a>' in page
    assert "Quầy 1" not in page
    assert "<script" not in page


def test_the_first_page_of_it_is_the_top_unit_and_leads_to_those_below(place: Place):
    page = place.get("/chi-so").text

    assert "<h1>Tỉnh Thử</h1>" in page
    assert 'data-rated="121"' in page
    assert re.findall(r'href="/chi-so\?of=2026-10&amp;unit=(\w)">', page) == ["A", "B", "C"]
    assert "Chưa tính được tỷ lệ tham gia" in page  # B and C have no dossiers


def test_the_open_data_say_what_the_page_says_and_keep_to_their_schema(place: Place):
    data = place.get("/chi-so.json?of=2026-10").json()
    rows = list(csv.DictReader(io.StringIO(place.get("/chi-so.csv?of=2026-10").content.decode("utf-8-sig"))))
    schema = place.get("/chi-so/schema.json").json()

    jsonschema_rs.Draft202012Validator(schema).validate(data)
    a = next(unit for unit in data["units"] if unit["unit_id"] == "A")
    assert (a["rated"], a["satisfied"], a["share"], a["visits"], a["coverage"]) == (40, 34, 0.85, 120, 0.333333)
    assert a["scores"] == {"1": 3, "2": 0, "3": 3, "4": 14, "5": 20}
    assert a["silent"] == [round(34 / 120, 6), round(114 / 120, 6)]
    assert [row["unit_id"] for row in rows] == [unit["unit_id"] for unit in data["units"]] == ["T", "A", "B", "C"]
    for row, unit in zip(rows, data["units"], strict=True):
        assert (int(row["told"]), row["rated"]) == (unit["told"], str(unit["rated"]))
        assert [row[f"score_{n}"] for n in "54321"] == [str(unit["scores"][n]) for n in "54321"]


def test_what_is_not_told_stands_in_no_file(place: Place):
    rate(place.engine, "B", "B-1", {5: 17}, date(2026, 9, 10))
    rate(place.engine, "A", "A-1", {5: 40}, date(2026, 9, 10))
    rate(place.engine, "C", "C-1", {5: 60}, date(2026, 9, 10))

    data = {unit["unit_id"]: unit for unit in place.get("/chi-so.json?of=2026-09").json()["units"]}
    page = place.get("/chi-so?of=2026-09&unit=B").text

    assert {name: unit["rated"] for name, unit in data.items()} == {"T": 117, "A": None, "B": None, "C": None}
    assert not any(data["B"][name] for name in ("told", "satisfied", "share", "scores", "coverage", "visits"))
    assert "Chưa nêu được. Một đơn vị cần ít nhất 30 lượt" in page
    assert "data-level" not in page


def test_the_least_number_that_is_named_is_the_one_that_holds(place: Place):
    with serving(place.engine, place.folder, place.clock, public_index=True, group_floor=45) as base:
        data = requests.get(f"{base}/chi-so.json", timeout=60).json()
        page = requests.get(f"{base}/chi-so?unit=A", timeout=60).text

    assert (data["minimum_n"], data["counters_from"]) == (45, 45)
    assert "cần ít nhất 45 lượt" in page
    assert "khi đơn vị có từ 45 lượt" in page


def test_promise_6_nothing_moves_a_month_that_was_told(place: Place, tmp_path: Path):
    paths = ("/chi-so", "/chi-so?unit=A", "/chi-so.json", "/chi-so.csv")
    before = {path: place.get(path).content for path in paths}

    for late in (4, 5, 50):
        keep_ratings(place.engine, [rating("A", "A-1", 1, OCTOBER) for _ in range(late)])
        place.clock.now += timedelta(days=1)
        assert {path: place.get(path).content for path in paths} == before
    with serving(place.engine, tmp_path, place.clock, public_index=True) as other:
        assert {path: requests.get(other + path, timeout=60).content for path in paths} == before
    assert "chốt ngày 20/11/2026" in before["/chi-so"].decode()


def test_what_is_told_on_different_days_cannot_be_subtracted(place: Place):
    """A is left out on the first day, and B would be on the second: the first day's B and the second day's A and T
    would give S."""
    september = date(2026, 9, 10)
    assert bring(place.engine, "units", f"{UNITS}S,Xã S,Xã,T\n").accepted
    for unit, n in (("A", 40), ("B", 42), ("S", 7)):
        rate(place.engine, unit, "", {5: n}, september)

    first = place.get("/chi-so.json?of=2026-09").json()
    rate(place.engine, "A", "", {5: 5}, september)
    place.clock.now += timedelta(days=1)
    second = place.get("/chi-so.json?of=2026-09").json()

    assert {unit["unit_id"]: unit["rated"] for unit in first["units"]} == {
        "T": 89, "A": None, "B": 42, "C": None, "S": None,
    }  # fmt: skip
    assert second == first


@pytest.mark.parametrize("seed", range(4))
def test_whatever_arrives_late_each_month_has_one_set_of_numbers(place: Place, seed: int):
    dice, seen = random.Random(seed), dict[str, Any]()
    months = [date(2026, month, 10) for month in range(3, 10)]
    for _day in range(4):
        for month in months:
            for unit in "ABC":
                rate(place.engine, unit, f"{unit}-1", {dice.randint(1, 5): dice.choice((0, 5, 12, 31, 40))}, month)
        for month in dice.sample(months, 4):
            data = place.get(f"/chi-so.json?of={month:%Y-%m}").json()
            assert seen.setdefault(data["month"], data) == data
        place.clock.now += timedelta(days=1)

    assert len(seen) >= 4
    assert any(unit["rated"] for data in seen.values() for unit in data["units"])


def test_a_month_in_which_nobody_had_rated_is_not_fixed_by_whoever_looks_first(place: Place):
    before = place.get("/chi-so?of=2026-08").text
    rate(place.engine, "A", "A-1", {5: 40}, date(2026, 8, 10))
    place.clock.now += timedelta(days=1)
    after = place.get("/chi-so?of=2026-08").text

    assert ("data-rated" in before, "không thay đổi nữa" in before) == (False, False)
    assert ('data-rated="40"' in after, "không thay đổi nữa" in after) == (True, True)


def test_of_two_servers_that_work_a_month_out_one_keeps_it(engine: Engine):
    made = FixedMonth("2026-10", TODAY, 30, 5, {"a": 1}, (FixedUnit("A", "", "Xã A", "Xã", {5: 40, 1: 2}, None),))
    with writing(engine) as connection:
        keep_month(connection, made)
    with writing(engine) as connection:
        keep_month(connection, replace(made, made_on=TODAY + timedelta(days=1), units=()))

    with reading(engine) as connection:
        assert fixed_month(connection, "2026-10") == made
        assert fixed_month(connection, "2026-09") is None


def test_who_asks_for_many_months_that_were_never_told_is_asked_to_wait(place: Place):
    months = [month.of for month in finished_months(TODAY)]
    settings = {"public_index": True, "limits": Limits(strangers_minute=2), "proxies": ()}
    with serving(place.engine, place.folder, place.clock, **settings) as base:
        answers = [requests.get(f"{base}/chi-so.json?of={month}", timeout=60) for month in months[:4]]
        again = [requests.get(f"{base}/chi-so.json?of={month}", timeout=60).status_code for month in months[:2] * 3]

    assert [answer.status_code for answer in answers] == [200, 200, 429, 429]
    assert answers[2].headers["Retry-After"]
    assert "<h1>" in answers[2].text
    assert set(again) == {200}, "what was told is read, not worked out"


def test_one_month_does_not_wait_for_another(place: Place, monkeypatch: pytest.MonkeyPatch):
    waits, began = Event(), Event()

    def slow(connection: Connection, wanted: Asked, *rest: Any) -> FixedMonth:
        if wanted.of == "2026-09":
            began.set()
            assert waits.wait(30)
        return work_out(connection, wanted, *rest)

    monkeypatch.setattr("sync.district.web.public_index_routes.work_out", slow)
    september = Thread(target=place.get, args=("/chi-so.json?of=2026-09",))
    september.start()
    assert began.wait(30)
    answer = requests.get(f"{place.address}/chi-so.json?of=2026-10", timeout=20)
    waits.set()
    september.join()

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("query", "says"),
    [
        *((f"of={of}", "tháng đã kết thúc từ mười ngày trở lên") for of in ("2026-11", "2030-01", "2026-13", "x")),
        *((query, "") for query in ("unit=nowhere", "unit=%27", "of=2026-10&unit=A-1")),
    ],
)
def test_what_is_no_month_or_no_unit_is_refused_in_words(place: Place, query: str, says: str):
    answer = place.get(f"/chi-so?{query}")

    assert answer.status_code == 404
    assert "<h1>" in answer.text
    assert says in answer.text


def test_the_public_pages_lead_to_it_and_it_may_be_kept_for_a_while(place: Place):
    assert all('href="/chi-so"' in place.get(path).text for path in ("/cong-khai", "/tra-cuu"))
    assert place.get("/chi-so").headers["Cache-Control"] == "public, max-age=600"
    assert "Index at the counter" in place.get("/chi-so?lang=en").text
    varies = place.get("/chi-so").headers["Vary"]
    assert varies == "Cookie, Accept-Encoding", "the language may be that of a cookie, and it may be packed"
    assert "set-cookie" not in {name.lower() for name in place.get("/chi-so").headers}


def test_the_links_of_the_page_keep_the_language_of_its_address(place: Place):
    english = re.findall(r'href="(/(?:chi-so|cong-khai|tra-cuu)[^"]*)"', place.get("/chi-so?unit=A&lang=en").text)
    vietnamese = re.findall(r'href="(/(?:chi-so|cong-khai|tra-cuu)[^"]*)"', place.get("/chi-so?unit=A").text)
    pages = [link for link in english if not re.search(r"\.(csv|json)", link)]

    assert len(pages) == 5
    assert [link[-7:] for link in pages if "lang=en" not in link] == ["lang=vi"], "the way to the other language"
    assert sum("lang=" in link for link in vietnamese) == 1


def test_a_name_that_begins_as_a_formula_is_none_in_the_table(tmp_path: Path):
    engine = empty_district(tmp_path)
    assert bring(engine, "units", 'Mã đơn vị,Tên đơn vị,Cấp\nX,"=1+1",Xã\n').accepted
    rate(engine, "X", "", {5: 40}, OCTOBER)
    with serving(engine, tmp_path, StillClock(), public_index=True) as address:
        table = requests.get(f"{address}/chi-so.csv", timeout=60).content.decode("utf-8-sig")

    assert next(csv.DictReader(io.StringIO(table)))["name"] == "'=1+1"


def test_a_province_of_168_communes_fits_into_60_kilobytes(tmp_path: Path):
    engine = empty_district(tmp_path)
    long = "Trung tâm Phục vụ hành chính công xã Tân Ân Hưng Đông số"
    rows = "".join(f"T.{n:03},{long} {n},Xã,T\n" for n in range(168))
    assert bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp,Mã đơn vị cấp trên\nT,Tỉnh Thử,Tỉnh,\n{rows}").accepted
    keep_ratings(engine, [rating(f"T.{n:03}", "", 5, OCTOBER) for n in range(168) for _ in range(30)])
    add_people(engine, ("tinh", Role.LEADER, None))
    with serving(engine, tmp_path, StillClock(), public_index=True) as address:
        page = requests.get(f"{address}/chi-so", timeout=60)
        first = Browser(address)
        first.sign_in("tinh")
        rated = first.figures("?period=month&of=2026-10")["total"]["rated"]

    assert page.text.count("<td") >= 2 * 168
    assert len(page.content) < 60_000
    assert f'data-rated="{rated}"' in page.text


def test_nothing_is_public_before_the_office_has_decided_so(tmp_path: Path):
    with serving(empty_district(tmp_path), tmp_path, StillClock()) as address:
        answers = [requests.get(f"{address}{path}", timeout=60) for path in ("/chi-so", "/chi-so.csv", "/chi-so.json")]
        pages = [requests.get(f"{address}{path}", timeout=60).text for path in ("/cong-khai", "/tra-cuu")]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not any("chi-so" in page for page in pages)
