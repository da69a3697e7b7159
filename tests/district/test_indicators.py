"""Single indicators: dossiers in time, the circulars' points, every question; and the list of how all are made."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.questionnaire import OVERALL, Questionnaire
from kiosk.paths import shared
from sync.district.measures.catalogue import CATALOGUE, NOT_GIVEN, Page, places
from sync.district.measures.disclosure import Rules
from sync.district.measures.dossier_states import DossierCounts, DossierState
from sync.district.measures.indicator_rules import load_indicator_rules
from sync.district.measures.indicators import kept_by_766, points_from_answers, points_from_dates
from sync.district.measures.questions import Sort, question_figures, question_measures
from sync.district.measures.reasons import Answered, readable, shipped_contents
from sync.district.reference import changes
from sync.district.store.engine import Engine
from sync.district.store.imports import Origin
from sync.district.texts import languages, load_texts
from tests.district.indicator_office import CENTRE, HEADER, OTHER, Q1, Q2, bring_returned, browsing
from tests.district.test_invitations import keep as keep_invitations
from tests.district.web_fixtures import NOW, bring
from tests.district.web_server import Browser, explain, keep_ratings, rate, rating

RULES = Rules(minimum_n=30, group_floor=5)
LAW = load_indicator_rules()
SHIPPED: list[Questionnaire] = list(readable(shipped_contents()))


@pytest.fixture
def browser(engine: Engine, tmp_path: Path) -> Iterator[Browser]:
    with browsing(engine, tmp_path) as found:
        yield found


def told(browser: Browser, query: str = "") -> dict[str, Any]:
    answer = browser.get(f"/indicators.json{query}")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def of(page: dict[str, Any], questionnaire: str, question_id: str) -> dict[str, Any]:
    (found,) = [
        each
        for each in page["questions"]
        if (each["questionnaire"], each["question_id"]) == (questionnaire, question_id)
    ]
    return found


# ---- points of the circulars


def figures(answers: dict[tuple[str, str], dict[str, int]], rules: Rules = RULES) -> list[Any]:
    counts = {
        Answered(questionnaire, question, answer): n
        for (questionnaire, question), given in answers.items()
        for answer, n in given.items()
    }
    return question_figures(question_measures(SHIPPED), {((CENTRE,), Q1): counts}, [((CENTRE,), Q1)], rules)


def test_an_indicator_is_the_mean_of_its_points_with_one_digit_and_leaves_out_what_the_law_leaves_out():
    found = points_from_answers(
        "3", figures({("mot-cua/2", "contacts"): {"none": 15, "once": 10, "more": 10, "own_fault": 99}}), 30
    )

    assert (found.value, found.n, found.excluded) == (Decimal("1.1"), 35, 99)  # 40 / 35 = 1.142…


def test_an_indicator_asked_in_two_questionnaires_is_one():
    answers = {("mot-cua/2", "time"): {"early": 20}, ("khanh-hoa/1", "time"): {"late": 20}}

    assert points_from_answers("1", figures(answers, Rules(10, 5)), 30).value == Decimal("1.0")


def test_too_few_answers_give_no_points():
    assert points_from_answers("4", figures({("mot-cua/2", "agencies"): {"none": 29}}), 30).value is None


def test_halves_go_up():
    counts = DossierCounts({DossierState.EARLY: 1, DossierState.ON_TIME: 3, DossierState.LATE: 16})

    assert points_from_dates(counts, LAW.points_by_date[0]).value == Decimal("0.3")  # 5 / 20 = 0.25


@pytest.mark.parametrize(
    ("late", "dissatisfied", "percent", "points"),
    [(0, 0, "100.00", "6"), (5, 5, "90.00", "6"), (10, 10, "80.00", "5.33"), (60, 60, "0.00", "0.00")],
)
def test_the_decision_takes_the_silent_as_satisfied(late, dissatisfied, percent, points):
    counts = DossierCounts({DossierState.ON_TIME: 100 - late, DossierState.LATE: late})

    found = kept_by_766(counts, dissatisfied, LAW.decision_766[0])

    assert found is not None
    assert (found.percent, found.points) == (Decimal(percent), Decimal(points))


def test_the_decision_is_not_reckoned_without_dossiers_or_with_too_few_ratings():
    assert kept_by_766(DossierCounts({}), 3, LAW.decision_766[0]) is None
    assert kept_by_766(DossierCounts({DossierState.LATE: 3}), None, LAW.decision_766[0]) is None


def test_before_there_was_a_rule_nothing_is_reckoned():
    counts = DossierCounts({DossierState.EARLY: 90, DossierState.LATE: 10})

    assert kept_by_766(counts, 3, None) is None
    assert points_from_dates(counts, None).value is None


@given(st.dictionaries(st.sampled_from(["early", "on_time", "late", "not_yet"]), st.integers(0, 500)))
def test_points_lie_between_0_and_2(given_answers):
    found = points_from_answers("1", figures({("mot-cua/2", "time"): given_answers}), 30)

    assert found.value is None or 0 <= found.value <= 2


# ---- questions


def test_a_question_of_faces_has_a_share_with_its_interval():
    (found,) = [
        each
        for each in figures({("sipas/1", "staff"): {"1": 1, "3": 2, "4": 20, "5": 7}})
        if each.measure.question.question_id == "staff"
    ]

    assert found.measure.sort is Sort.FACES
    assert (found.satisfied.value, found.satisfied.satisfied, found.satisfied.rated) == (0.9, 27, 30)
    assert (round(found.satisfied.interval.low, 4), round(found.satisfied.interval.high, 4)) == (0.7438, 0.9654)


def test_a_counter_with_fewer_answers_than_the_floor_is_left_out():
    few, many = Answered("mot-cua/2", "time", "early"), Answered("mot-cua/2", "time", "late")
    counts = {((CENTRE,), Q1): {few: 6}, ((CENTRE,), Q2): {many: 40}}

    found = question_figures(question_measures(SHIPPED), counts, list(counts), Rules(30, 7))

    assert [each.n for each in found if each.n] == [40]


def test_what_is_good_and_what_should_be_better_are_pairs():
    pairs = {(each.questionnaire, each.question.question_id): each.pair for each in question_measures(SHIPPED)}

    assert pairs["khanh-hoa/1", "better"] == "good"
    assert pairs["khanh-hoa/1", "good"] == "better"
    assert pairs["mot-cua/2", "bad"] == "good"
    assert pairs["sipas/1", "improve"] == ""


# ---- every measure has a name, words and a place


def test_every_question_of_every_shipped_questionnaire_has_a_measure_and_a_place():
    asked = {(each.reference, question.question_id) for each in SHIPPED for question in each.questions}

    assert {reference for reference, _ in asked} == {"mot-cua/1", "mot-cua/2", "mot-cua/3", "khanh-hoa/1", "sipas/1"}
    assert places(SHIPPED).keys() == asked
    assert all(question == OVERALL for reference, question in asked if reference == "mot-cua/1")


def test_no_two_measures_share_a_name_and_version_or_a_place():
    listed = [*CATALOGUE, *(each for each in places(SHIPPED).values() if each not in CATALOGUE)]

    assert len({each.measure for each in listed}) == len(listed)
    assert len({(each.page, each.anchor) for each in listed}) == len(listed)


@pytest.mark.parametrize("language", languages())
def test_every_measure_says_what_it_is_how_it_is_made_and_after_whom(language):
    texts = load_texts(language)

    for each in CATALOGUE:
        for what in ("title", "definition", "source"):
            assert texts(f"measure.{each.measure.name}.{what}")
    assert all(texts(f"measure.not_given.{each}") for each in NOT_GIVEN)
    assert all(texts(f"measures.sort_{sort}") for sort in Sort)


def test_every_measure_stands_where_the_list_says(engine, browser):
    rate(engine, CENTRE, Q1, {1: 1, 2: 2, 3: 5, 4: 38, 5: 51})
    rate(engine, CENTRE, Q1, {5: 40}, date(2026, 10, 20))
    pressed = [rating(CENTRE, Q1, 1) for _ in range(6)]
    staff = [rating(CENTRE, Q1, 5, dossier_code=row["dossier_code"], counted=False) for row in pressed]
    keep_ratings(engine, pressed + staff)
    keep_ratings(engine, [rating(CENTRE, Q1, 1, day_guessed=True) for _ in range(6)])
    explain(engine, CENTRE, Q1, {("time", "early"): 6}, hard=6)
    bring_returned(engine, 90)
    keep_invitations(engine, Q1, (40, 39, 30, 12))
    browser.sign_in("lan")

    pages = {page: browser.get(f"{page}?period=month").text for page in Page}
    listed = browser.get("/measures").text

    for each in [*CATALOGUE, *places(SHIPPED).values()]:
        assert f'id="{each.anchor}"' in pages[each.page], each
        assert f'href="{each.page}#{each.anchor}"' in listed or each.anchor in ("total", "sensitive"), each
        assert len(re.findall(f'id="{re.escape(each.anchor)}"', pages[each.page])) == 1


# ---- the pages


def test_a_stranger_is_led_to_the_sign_in(browser):
    for path in ("/indicators", "/measures"):
        assert browser.get(path).headers["Location"] == "/sign-in"
    assert browser.get("/indicators.json").status_code == 401


def test_what_citizens_answered_stands_on_the_page_and_in_json(engine, browser):
    told_ = {("time", "early"): 20, ("time", "late"): 12, ("time", "not_yet"): 6, ("contacts", "none"): 9}
    explain(engine, CENTRE, Q1, told_)
    browser.sign_in("lan")

    page, html = told(browser), browser.get("/indicators").text

    assert of(page, "mot-cua/2", "time")["n"] == 38
    assert {row["answer"]: row["n"] for row in of(page, "mot-cua/2", "time")["lines"]} == {
        "early": 20,
        "on_time": 0,
        "late": 12,
        "not_yet": 6,
    }
    assert of(page, "mot-cua/2", "contacts")["lines"] is None
    assert {row["indicator"]: row["value"] for row in page["tt01"] if row["from"] == "answers"}["1"] == 1.3
    assert "1,3 / 2 điểm" in html
    assert "Chưa đủ 30 câu trả lời để nêu." in html


def test_what_should_be_better_and_what_was_good_of_one_thing_stand_in_one_row(engine, browser):
    explain(engine, CENTRE, Q1, {("bad", "attitude"): 31, ("good", "attitude"): 40, ("good", "papers"): 6})
    browser.sign_in("lan")

    html = browser.get("/indicators").text

    assert 'data-answer="attitude" data-better="31" data-good="40"' in html
    assert 'data-answer="papers" data-better="" data-good="6"' in html
    assert 'href="#mot-cua-2-bad"' in html


def test_answers_of_fewer_than_five_dossiers_are_nowhere_to_be_seen(engine, browser):
    explain(engine, CENTRE, Q1, {("time", "early"): 40})
    browser.sign_in("lan")
    before = told(browser)
    explain(engine, CENTRE, Q1, {("time", "late"): 4})

    after = told(browser)

    assert of(after, "mot-cua/2", "time") == of(before, "mot-cua/2", "time")


def test_dossiers_stand_on_the_page_by_counter_and_in_json(engine, browser):
    late = "".join(f"{OTHER}-261102-0{n:03},,02/11/2026,09/11/2026,10/11/2026\n" for n in range(3))
    early = "".join(f"{OTHER}-261102-1{n:03},,02/11/2026,09/11/2026,05/11/2026\n" for n in range(97))
    bring(engine, "dossiers", HEADER + late + early)
    browser.sign_in("stranger")

    page, html = told(browser), browser.get("/indicators").text

    assert page["dossiers"]["late_share"] == 0.03
    assert (page["dossiers"]["early"], page["dossiers"]["received"]) == (97, 100)
    assert page["qd766_5_4"] is None
    assert "3,0\u00a0%" in html
    assert "mức dưới" not in html  # no plan of this office sets one


def test_the_office_s_own_time_is_told_of_a_unit_and_goes_with_an_import_that_is_undone(engine, browser):
    heads = HEADER.replace("\n", ",Hạn của cơ quan,Ngày cơ quan xử lý xong\n")
    rows = "".join(
        f"{OTHER}-261102-0{n:03},,02/11/2026,09/11/2026,10/11/2026,06/11/2026,0{5 if n else 9}/11/2026\n"
        for n in range(4)
    )
    bring(engine, "dossiers", HEADER + f"{OTHER}-261102-0900,,02/11/2026,09/11/2026,10/11/2026\n")
    brought = bring(engine, "dossiers", heads + rows)
    browser.sign_in("stranger")

    page, html = told(browser), browser.get("/indicators").text
    changes.undo(engine, brought.revision, Origin("", NOW, "lan"))
    after = told(browser)

    assert second(page) == {"indicator": "2", "from": "dates", "value": 1.5, "least": None, "n": 4, "excluded": 1}
    assert 'id="tt01-2" data-value="1.5"' in html
    assert second(after) == {"indicator": "2", "from": "dates", "value": None, "least": None, "n": 0, "excluded": 1}


def second(page: Any) -> Any:
    return next(each for each in page["tt01"] if each["indicator"] == "2")


TARGET = """
[[late_target]]
below = {below}
source = "Kế hoạch 12/KH-UBND của tỉnh Mẫu"
valid_from = 2026-01-01
valid_to = 2026-11-30
"""


@pytest.mark.parametrize(("below", "verdict"), [(0.05, "Đạt mức dưới 5,0"), (0.03, "Chưa đạt mức dưới 3,0")])
def test_a_target_for_late_dossiers_is_told_where_the_office_s_own_plan_sets_one(engine, tmp_path, below, verdict):
    own = tmp_path / "own.toml"
    shipped = (shared("config") / "schemes" / "indicators.toml").read_text(encoding="utf-8")
    own.write_text(shipped + TARGET.format(below=below), encoding="utf-8")
    rows = "".join(
        f"{OTHER}-261102-0{n:03},,02/11/2026,09/11/2026,{10 if n < 3 else 5:02}/11/2026\n" for n in range(100)
    )
    with browsing(engine, tmp_path, indicators=own) as browser:
        bring(engine, "dossiers", HEADER + rows)
        browser.sign_in("stranger")
        november, year = (browser.get(f"/indicators?period={period}").text for period in ("month", "year"))

    assert f"{verdict}\u00a0% (Kế hoạch 12/KH-UBND của tỉnh Mẫu)." in november
    assert "mức dưới" not in year  # the plan ends before the year


def test_the_page_says_that_the_circular_has_ended(browser):
    browser.sign_in("lan")

    assert "Thông tư có hiệu lực đến hết ngày 30/06/2025" in browser.get("/indicators").text


def test_a_unit_that_is_not_theirs_is_shown_to_nobody(browser):
    browser.sign_in("stranger")

    for path in ("/indicators", "/indicators.json"):
        assert browser.get(f"{path}?unit={CENTRE}").status_code == 404
