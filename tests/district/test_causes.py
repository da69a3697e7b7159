"""From a unit to its causes: what stands out beside the period before and units alike, and what may not be told."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.released import K
from sync.district.measures.causes import (
    LATE_CONCERN,
    OVERALL_CONCERN,
    Amount,
    CauseCounts,
    Concern,
    ConcernKind,
    Direction,
    KnownConcerns,
    amounts,
    cause_lines,
    difference,
)
from sync.district.measures.disclosure import Rules, figure_of_units
from sync.district.measures.dossier_states import DossierCounts, DossierState
from sync.district.measures.index import Counts
from sync.district.measures.intervals import Z_95, newcombe
from sync.district.measures.reasons import Answered, readable, shipped_contents
from sync.district.measures.tree import CounterNode, UnitNode
from sync.district.store.engine import Engine, writing
from tests.district.cause_office import (
    COUNTERS,
    OCTOBER,
    OTHER,
    PAPERS,
    PROVINCE,
    UNIT,
    UNITS,
    keep_ratings_with_marks,
    live_two_months,
    open_province,
)
from tests.district.web_server import Browser, StillClock, release_all, serving

pytestmark = pytest.mark.slow

RULES = Rules(minimum_n=30, group_floor=5)
KNOWN = KnownConcerns(readable(shipped_contents()))
WAITING = Concern(ConcernKind.REASON, "mot-cua", "bad", "waiting")
MONTH = f"period=month&of={OCTOBER:%Y-%m}"
BRANCH = (("u",), "q")


def counted(answers: dict[tuple[str, str, str], int], *, rated: int = 200, late: int = 0) -> CauseCounts:
    scores = Counts({1: rated // 4, 5: rated - rated // 4}, 0)
    node = UnitNode("u", "U", "commune", (), (CounterNode("q", "Q", scores),), scores, (("u",),))
    return CauseCounts(
        figure_of_units([node], RULES),
        DossierCounts({DossierState.LATE: late, DossierState.EARLY: 60}),
        {BRANCH: {Answered(*key): n for key, n in answers.items()}},
        [BRANCH],
    )


# ---- what is counted


def test_every_concern_is_something_that_went_wrong():
    found = {concern.key for concern in KNOWN.words}

    assert {"overall", "late", "reason/mot-cua/bad/waiting", "answer/mot-cua/time/late"} <= found
    assert {"answer/mot-cua/warned/no", "answer/mot-cua/contacts/more", "faces/sipas/staff"} <= found
    assert "reason/sipas/improve/procedure" in found
    assert not [key for key in found if "/good/" in key or "private" in key or "hard_to_say" in key]
    assert not [key for key in found if key.endswith(("/early", "/own_fault", "/not_yet", "/yes", "/unsure"))]


def test_a_reason_is_counted_through_all_versions_of_its_questionnaire():
    found = amounts(
        KNOWN, counted({("mot-cua/2", *("bad", "waiting")): 20, ("mot-cua/3", "bad", "waiting"): 15}), RULES
    )

    assert found[WAITING] == Amount(35, 200)
    assert found[OVERALL_CONCERN] == Amount(50, 200)


def test_of_a_question_that_was_not_asked_nothing_is_told():
    found = amounts(KNOWN, counted({("mot-cua/3", "bad", "papers"): 20}), RULES)

    assert found[WAITING] == Amount(0, 200)
    assert Concern(ConcernKind.REASON, "sipas", "improve", "staff") not in found
    assert Concern(ConcernKind.ANSWER, "mot-cua", "time", "late") not in found


def test_what_the_law_leaves_out_is_in_no_share():
    answers = {("mot-cua/3", "contacts", "more"): 10, ("mot-cua/3", "contacts", "none"): 30}

    found = amounts(KNOWN, counted(answers | {("mot-cua/3", "contacts", "own_fault"): 500}), RULES)

    assert found[Concern(ConcernKind.ANSWER, "mot-cua", "contacts", "more")] == Amount(10, 40)


def test_late_dossiers_are_a_concern_and_too_few_of_anything_are_none():
    assert amounts(KNOWN, counted({}, late=20), RULES)[LATE_CONCERN] == Amount(20, 80)
    few = amounts(KNOWN, counted({("mot-cua/3", "time", "late"): 29}, rated=29), RULES)
    assert set(few) == {LATE_CONCERN}


def test_a_reason_given_by_fewer_than_the_floor_at_a_counter_is_in_no_sum():
    rules = Rules(minimum_n=30, group_floor=20)

    found = amounts(KNOWN, counted({("mot-cua/3", "bad", "waiting"): 19, ("mot-cua/3", "bad", "papers"): 20}), rules)

    assert found[WAITING].k == 0


# ---- what stands out


def test_many_comparisons_widen_every_interval():
    amount = Amount(60, 200)
    one = cause_lines(KNOWN, {WAITING: amount}, {WAITING: Amount(42, 200)}, {})[0]
    concerns = [each for each in KNOWN.words if each.kind is ConcernKind.REASON][:20]
    of_many = cause_lines(KNOWN, dict.fromkeys(concerns, amount), dict.fromkeys(concerns, Amount(42, 200)), {})[0]

    assert one.direction is Direction.MORE
    assert of_many.direction is Direction.CHANCE
    assert one.before is not None
    assert one.before.interval == newcombe(60, 200, 42, 200)
    wide = difference(amount, Amount(42, 200), Z_95 * 1.5)
    assert wide is not None
    assert wide.interval.low < one.before.interval.low


@given(k=st.integers(0, 100), before=st.integers(0, 100), alike=st.integers(0, 100))
def test_a_concern_goes_one_way_and_worse_comes_first(k: int, before: int, alike: int):
    (line,) = cause_lines(
        KNOWN, {WAITING: Amount(k, 100)}, {WAITING: Amount(before, 100)}, {WAITING: Amount(alike, 100)}
    )

    assert line.before is not None
    assert line.alike is not None
    worse = line.before.interval.low > 0 or line.alike.interval.low > 0
    assert (line.direction is Direction.MORE) == worse
    if line.direction is Direction.FEWER:
        assert line.before.interval.high < 0 or line.alike.interval.high < 0


@given(st.lists(st.integers(0, 60), min_size=8, max_size=8))
def test_of_nothing_but_chance_little_stands_out(marks: list[int]):
    """The same share twice is never called a difference."""
    concerns = [each for each in KNOWN.words if each.kind is ConcernKind.REASON][:8]
    now = {concern: Amount(k, 100) for concern, k in zip(concerns, marks, strict=True)}

    assert {line.direction for line in cause_lines(KNOWN, now, now, {})} == {Direction.CHANCE}


# ---- the page


@pytest.fixture
def address(engine: Engine, tmp_path: Path) -> Iterator[str]:
    open_province(engine)
    live_two_months(engine)
    with serving(engine, tmp_path, StillClock()) as base:
        yield base


def browse(address: str, name: str) -> Browser:
    browser = Browser(address)
    assert browser.sign_in(name).status_code == 303
    return browser


def rows(page: str) -> dict[str, tuple[int, int, str]]:
    found = re.findall(
        r'<tr role="row" data-concern="([^"]+)" data-k="(\d+)" data-n="(\d+)" data-direction="(\w+)"', page
    )
    return {key: (int(k), int(n), direction) for key, k, n, direction in found}


def test_from_the_first_page_two_clicks_lead_to_where_the_wait_is(address: str):
    browser = browse(address, "chair")
    first = browser.get(f"/?{MONTH}").text
    (link,) = re.findall(r'href="(/causes[^"]*)"', first)

    page = browser.get(link.replace("&amp;", "&")).text

    assert rows(page)[WAITING.key] == (45, 200, "more")
    assert rows(page)["reason/mot-cua/bad/papers"] == (20, 200, "chance")
    assert f'data-alike="{len(UNITS) - 1}"' in page
    more = page[page.index('id="more-heading"') : page.index("later-lines")]
    assert "Phải chờ lâu" in more
    assert "không phân biệt được với ngẫu nhiên" in page
    (where,) = {
        link
        for link in re.findall(r'href="([^"]+)#where"', page)
        if WAITING.key.replace("/", "%2F") in link or WAITING.key in link
    }
    page = browser.get(where.replace("&amp;", "&")).text
    places = re.findall(r'data-place="([^"]+)" data-k="(\d+)" data-n="(\d+)"', page)
    assert places == [(COUNTERS[0], "40", "100"), (COUNTERS[1], "5", "100")]


def test_it_says_why_there_is_no_cut_by_procedure(address: str):
    assert 'id="procedures"' in browse(address, "chair").get(f"/causes?{MONTH}").text


def test_the_auditor_of_all_units_sees_the_sum_and_each_unit_below(address: str):
    page = browse(address, "director").get(f"/causes?{MONTH}&concern={WAITING.key}").text

    assert rows(page)[WAITING.key][:2] == (45 + 4 * 10, 1000)
    assert re.findall(r'data-place="([^"]+)" data-k="(\d+)"', page) == [
        (UNIT, "45"),
        *((unit, "10") for unit in UNITS[1:]),
    ]
    assert 'id="no-alike"' in page


def test_nobody_sees_the_causes_of_a_unit_that_is_not_theirs(address: str):
    assert browse(address, "neighbour").get(f"/causes?{MONTH}&unit={UNIT}").status_code == 404
    assert browse(address, "chair").get(f"/causes?{MONTH}&unit={PROVINCE}").status_code == 404
    assert Browser(address).get("/causes").headers["Location"] == "/sign-in"
    assert browse(address, "chair").get(f"/causes?{MONTH}&concern=reason/none/of/these").status_code == 404


def test_units_alike_are_told_as_a_sum_of_three_at_least(engine: Engine, tmp_path: Path):
    open_province(engine)
    with writing(engine) as connection:
        for unit in UNITS[:3]:
            keep_ratings_with_marks(connection, unit, f"{unit}-Q1", 100, {PAPERS: 10}, OCTOBER)
        release_all(connection)
    with serving(engine, tmp_path, StillClock()) as base:
        page = browse(base, "chair").get(f"/causes?{MONTH}").text

    assert 'data-alike="0"' in page
    assert 'id="no-alike"' in page


def test_what_people_wrote_is_for_those_who_answer_citizens_alone(address: str):
    assert 'id="words"' in browse(address, "chair").get(f"/causes?{MONTH}").text
    assert 'id="words"' not in browse(address, "technician").get(f"/causes?{MONTH}&unit={UNIT}").text


def test_promise_6_no_two_numbers_of_these_pages_differ_by_fewer_than_five(address: str):
    browser, seen = browse(address, "director"), dict[tuple[str, str], set[int]]()
    days = (date(2026, 9, 15), OCTOBER)
    views = [MONTH, "period=month&of=2026-09", "period=quarter&of=2026-Q4", "period=all", "period=year&of=2026"]
    views += [f"period=range&first={days[0]}&last={days[1]}", f"period=day&of={OCTOBER}"]
    for view in views:
        for unit in (PROVINCE, UNIT, OTHER):
            page = browser.get(f"/causes?{view}&unit={unit}").text
            for key, (k, n, _) in rows(page).items():
                seen.setdefault((unit, key), set()).update((k,))
                seen.setdefault((unit, f"{key} n"), set()).update((n,))
    for key, numbers in seen.items():
        ordered = sorted({0, *numbers})
        assert [b - a for a, b in pairwise(ordered) if b - a < K] == [], key
