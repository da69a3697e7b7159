"""The first page: five counts, coverage, other periods; and what is refused or printed of it and of the indicators."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from sync.district.store.engine import Engine
from tests.district.indicator_office import CENTRE, OTHER, Q1, bring_returned, browsing
from tests.district.web_server import TODAY, Browser, rate


@pytest.fixture
def browser(engine: Engine, tmp_path: Path) -> Iterator[Browser]:
    with browsing(engine, tmp_path) as found:
        yield found


def test_the_share_stands_with_its_five_counts_and_what_the_silent_could_have_said(engine, browser):
    rate(engine, CENTRE, Q1, {1: 1, 2: 2, 3: 5, 4: 38, 5: 51})
    bring_returned(engine, 100)
    browser.sign_in("lan")

    page = browser.figures(f"?unit={CENTRE}")
    html = browser.get(f"/?unit={CENTRE}").text

    assert page["total"]["scores"] == {"1": 1, "2": 2, "3": 5, "4": 38, "5": 51}
    visits = page["coverage"]["visits"]
    assert page["coverage"]["share"] == round(97 / visits, 6)
    assert page["coverage"]["silent"] == [round(89 / visits, 6), round((89 + visits - 97) / visits, 6)]
    assert "Nếu mọi lượt giao dịch chưa có đánh giá được tính ở đây đều không hài lòng thì tỷ lệ là" in html
    assert re.search(r'data-level="2" data-n="2"', html)
    assert 'data-scores="1 2 5 38 51"' in html
    assert 'class="bar-silent"' in html


def test_below_the_minimum_the_five_counts_are_not_told(engine, browser):
    rate(engine, CENTRE, Q1, {5: 29})
    browser.sign_in("lan")

    assert browser.figures()["total"]["scores"] is None
    assert "Chưa đủ 30 lượt để nêu từng mức." in browser.get("/").text


def test_a_period_stands_beside_the_one_before_and_that_of_the_year_before(engine, browser):
    for scores, day in (
        ({5: 410, 1: 90}, TODAY),
        ({5: 385, 1: 115}, date(2026, 10, 15)),
        ({5: 60, 1: 60}, date(2025, 11, 3)),
    ):
        rate(engine, CENTRE, Q1, scores, day)
    browser.sign_in("lan")

    before, year_before = browser.figures("?period=month&of=2026-11")["compared"]
    html = browser.get("/?period=month&of=2026-11").text

    assert before["period"]["query"] == "period=month&of=2026-10"
    assert (before["difference"], before["interval"], before["distinguishable"]) == (0.05, [-0.000086, 0.099834], False)
    assert year_before["distinguishable"] is True
    assert "Không phân biệt được với ngẫu nhiên." in html
    assert "+5,0\u00a0điểm\u00a0%" in html
    assert "chỉ thấy rõ được thay đổi từ 7,2\u00a0điểm\u00a0% trở lên" in html
    assert "Tăng nhiều hơn mức ngẫu nhiên." in html


def test_other_periods_are_those_of_the_unit_that_somebody_may_see(engine, browser):
    rate(engine, CENTRE, Q1, {5: 90}, date(2026, 10, 15))
    rate(engine, OTHER, "", {4: 20, 1: 20}, date(2026, 10, 16))
    rate(engine, OTHER, "", {4: 30, 1: 10})
    browser.sign_in("stranger")

    before, _ = browser.figures("?period=month&of=2026-11")["compared"]

    assert (before["figure"]["rated"], before["figure"]["share"], before["difference"]) == (40, 0.5, 0.25)
    assert before["distinguishable"] is True


def test_a_finished_period_shows_what_it_showed_when_it_ended(engine, browser):
    rate(engine, CENTRE, Q1, {5: 40}, date(2026, 10, 15))
    rate(engine, CENTRE, Q1, {1: 33}, TODAY - timedelta(days=1))
    browser.sign_in("lan")

    october = browser.figures("?period=month&of=2026-10")
    same = browser.figures("?period=range&first=2026-10-01&last=2026-10-31")

    assert (october["total"]["rated"], october["period"]["last"]) == (40, "2026-10-31")
    assert same["total"] == october["total"]
    assert "Tháng 10/2026" in browser.get("/?period=month&of=2026-10").text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("period=month&of=2026-12", "Kỳ này chưa có số liệu"),
        ("period=month&of=2026-13", "Không có kỳ số liệu này"),
        ("period=range&first=2026-11-20&last=2026-11-01", "Không có kỳ số liệu này"),
        ("period=range&first=&last=", "Không có kỳ số liệu này"),
        ("period=month&tree=yesterday", "Không có kỳ số liệu này"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/indicators"])
def test_a_period_that_cannot_be_shown_is_refused_in_words(browser, path, query, words):
    browser.sign_in("lan")

    answer = browser.get(f"{path}?{query}")

    assert answer.status_code == 404
    assert words in answer.text


def test_a_printed_page_says_what_it_is(engine, browser):
    rate(engine, CENTRE, Q1, {5: 40})
    browser.sign_in("lan")

    for path in ("/", "/indicators"):
        html = browser.get(f"{path}?unit={CENTRE}").text
        block = re.search(r'<section class="title-block".*?</section>', html, re.S)[0]
        for words in ("Tháng 11/2026", "Trung tâm Phục vụ hành chính công xã Bản Mẫu", "lan", "10:00 20/11/2026"):
            assert words in block
        assert f"{path}?period=month&amp;of=2026-11&amp;unit={CENTRE}" in block


def test_a_counter_without_a_list_of_dossiers_does_not_hide_behind_another(engine, browser):
    rate(engine, CENTRE, Q1, {5: 60})
    bring_returned(engine, 100)
    browser.sign_in("lan")
    assert browser.figures(f"?unit={CENTRE}")["coverage"]["share"] is not None
    assert browser.get(f"/indicators.json?unit={CENTRE}").json()["qd766_5_4"] is not None

    rate(engine, OTHER, "", {5: 40})

    assert browser.figures(f"?unit={CENTRE}")["coverage"]["share"] is not None
    assert browser.figures()["coverage"] is None
    assert browser.get("/indicators.json").json()["qd766_5_4"] is None
    assert "danh sách hồ sơ chưa có hoặc chưa đủ" in browser.get("/").text
