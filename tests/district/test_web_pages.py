"""The pages over real HTTP: who sees what, what the figures say, and what no page may let happen."""

import re
from datetime import timedelta

import pytest

from sync.district.accounts.sign_in import SESSION
from sync.district.domain.people import Role
from sync.district.measures.disclosure import Rules
from sync.district.measures.period import Asked
from sync.district.web.overview import gather, overview
from tests.district.web_fixtures import bring, bring_samples
from tests.district.web_server import (
    TODAY,
    Browser,
    StillClock,
    add_people,
    enrol,
    find,
    keep_ratings,
    rate,
    rating,
    serving,
    wait_for_opening,
)

CENTRE = "H35.88.01"
OTHER = "H35.89"
Q1, Q2, Q3 = (f"{CENTRE}-Q{number}" for number in (1, 2, 3))


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def address(engine, tmp_path, clock):
    bring_samples(engine)
    bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\n{OTHER},Xã Khác,Xã,H35\n")
    add_people(engine, ("lan", Role.LEADER, None), ("minh", Role.INSPECTOR, CENTRE), ("stranger", Role.LEADER, OTHER))
    with serving(engine, tmp_path, clock) as base:
        yield base


@pytest.fixture
def browser(address) -> Browser:
    return Browser(address)


def line(figures: dict, counter_id: str) -> dict:
    (found,) = [row for row in figures["lines"] if row["counter_id"] == counter_id]
    return found


# ---- who sees what


@pytest.mark.parametrize("path", ["/?period=today&unit=H35", "/?unit=khong-co", "/indicators", "/counter", "/kiosks"])
def test_a_stranger_is_led_to_the_sign_in(browser, path):
    answer = browser.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert "H35" not in answer.text


def test_a_stranger_gets_the_citizens_page_and_nothing_of_the_figures(engine, browser):
    rate(engine, CENTRE, Q1, {1: 7, 5: 40})

    answer = browser.get("/")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert "Số biên nhận" in answer.text
    assert 'href="/sign-in"' in answer.text
    without_versions = re.sub(r"\?v=[0-9a-f]{12}", "", answer.text)  # a hash of the static files may hold any number
    assert not re.search(r"H35|Lai Châu|47|85,1", without_versions)


def test_a_stranger_gets_no_figures(browser):
    assert browser.get("/figures.json").status_code == 401


def test_a_signed_in_leader_sees_the_page_and_leaves_again(browser):
    answer = browser.sign_in("lan")
    page = browser.get("/")
    token = re.search(r'name="form_token" value="([^"]+)"', page.text)[1]
    left = browser.post("/sign-out", {"form_token": token})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Tỉnh Lai Châu" in page.text
    assert left.headers["Location"] == "/sign-in"
    assert "Tỉnh Lai Châu" not in browser.get("/").text


def test_a_copied_cookie_is_worth_nothing_after_signing_out(browser, address):
    browser.sign_in("lan")
    thief = Browser(address)
    thief.session.cookies.update(browser.session.cookies)
    token = re.search(r'name="form_token" value="([^"]+)"', browser.get("/").text)[1]

    browser.post("/sign-out", {"form_token": token})

    assert thief.get("/").status_code == 303


def test_a_user_of_a_unit_sees_only_what_is_below_it(engine, browser):
    rate(engine, CENTRE, Q1, {5: 40})
    enrol(engine, "kiosk-1", CENTRE, Q1)
    enrol(engine, "kiosk-2", OTHER, None)
    browser.sign_in("minh")

    figures = browser.figures()

    assert (figures["unit_id"], figures["total"]["rated"]) == (CENTRE, 40)
    assert [kiosk["device_id"] for kiosk in figures["kiosks"]] == ["kiosk-1"]
    assert browser.get(f"/?unit={OTHER}").status_code == 404
    assert browser.get("/?unit=H35").status_code == 404


def test_a_user_of_another_unit_learns_nothing_about_this_one(engine, browser):
    rate(engine, CENTRE, Q1, {5: 40})
    enrol(engine, "kiosk-1", CENTRE, Q1)
    browser.sign_in("stranger")

    page, figures = browser.get("/").text, browser.figures()

    assert (figures["total"]["rated"], figures["lines"], figures["kiosks"]) == (0, [], [])
    assert "Bản Mẫu" not in page
    for unit in (CENTRE, "H35.88", "H35", Q1):
        assert browser.get(f"/?unit={unit}").status_code == 404
        assert browser.get(f"/figures.json?unit={unit}").status_code == 404


def test_a_session_runs_out(browser, clock):
    browser.sign_in("lan")
    clock.now += SESSION

    assert browser.get("/").status_code == 303


# ---- the figures


def test_the_figure_on_the_page_is_the_figure_for_scripts(engine, browser):
    rate(engine, CENTRE, Q1, {1: 1, 2: 2, 3: 5, 4: 38, 5: 51})
    browser.sign_in("lan")

    figures = browser.figures()
    data = r'id="total"[^>]*data-rated="(\d+)"[^>]*data-dossiers="(\d+)"[^>]*data-share="([\d.]+)"'
    total = re.search(data, browser.get("/").text)

    assert (figures["total"]["rated"], figures["total"]["dossiers"], figures["total"]["satisfied"]) == (97, 64, 89)
    assert total.groups() == ("97", "64", f"{89 / 97:.6f}")
    assert figures["total"]["share"] == pytest.approx(89 / 97, abs=1e-6)
    assert (round(figures["total"]["low"], 3), round(figures["total"]["high"], 3)) == (0.846, 0.958)


def test_every_share_on_the_page_has_its_n_and_its_interval(engine, browser):
    rate(engine, CENTRE, Q1, {5: 40, 1: 10})
    browser.sign_in("lan")

    page = browser.get("/").text

    assert "80,0\u00a0%" in page
    assert "Tỷ lệ hài lòng 80,0\u00a0%, khoảng tin cậy 95 % từ 67,0\u00a0% đến 88,8\u00a0%, tính trên 50 lượt" in page
    assert "không phải kết quả khảo sát SIPAS" in page


def test_too_few_ratings_are_said_and_no_share_is_shown(engine, browser):
    rate(engine, CENTRE, Q1, {5: 29})
    browser.sign_in("lan")

    figures, page = browser.figures(), browser.get("/").text

    assert (figures["total"]["rated"], figures["total"]["share"], line(figures, Q1)["share"]) == (29, None, None)
    assert "chưa đủ 30 lượt để nêu tỷ lệ (mới 29)" in page
    assert "data-share" not in page


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_ratings_of_fewer_than_five_dossiers_are_nowhere_to_be_seen(engine, browser, n):
    rate(engine, CENTRE, Q1, {5: 60})
    browser.sign_in("lan")
    before = browser.figures()
    rate(engine, CENTRE, Q2, {1: n})

    assert browser.figures() == before
    assert line(before, Q2)["rated"] == 0


def test_the_first_group_of_a_counter_is_shown_as_a_whole(engine, browser):
    rate(engine, CENTRE, Q2, {1: 4})
    rate(engine, CENTRE, Q2, {2: 1})
    browser.sign_in("lan")

    assert line(browser.figures(), Q2)["rated"] == 5


def test_a_floor_above_the_smallest_group_hides_a_counter_of_one_group(engine, browser, clock):
    rate(engine, CENTRE, Q1, {5: 60})
    rate(engine, CENTRE, Q2, {1: 5})
    told = gather(engine, Asked(), TODAY)

    page = overview(told, None, CENTRE, Rules(minimum_n=30, group_floor=10), clock())

    assert {row.counter_id: row.figure.rated for row in page.lines} == {Q1: 60, Q2: None, Q3: 0, f"{CENTRE}-Q4": 0}
    assert (page.total.rated, page.total.satisfied) == (65, 60)


def test_the_page_says_up_to_which_day_it_tells_and_when_ratings_are_added(engine, browser):
    rate(engine, CENTRE, Q1, {5: 60})
    browser.sign_in("lan")

    page = browser.get("/").text

    assert "Số liệu đến hết ngày 20/11/2026." in page
    assert "nhóm từ 5 hồ sơ khác nhau trở lên" in page


def test_ratings_without_a_known_day_have_a_line_of_their_own_and_count_in_no_period(engine, browser):
    rate(engine, CENTRE, Q1, {5: 30})
    keep_ratings(engine, [rating(CENTRE, Q1, 1, day_guessed=True) for _ in range(6)])
    browser.sign_in("lan")

    figures, page = browser.figures("?period=all"), browser.get("/").text

    assert (figures["total"]["rated"], figures["undated"]) == (30, 6)
    assert "Ngày không rõ: 6 lượt đánh giá" in page


def test_contradicting_ratings_take_the_lowest_and_the_page_says_how_many_and_what_the_highest_would_be(
    engine, browser
):
    rate(engine, CENTRE, Q1, {5: 54})
    pressed = [rating(CENTRE, Q1, 1) for _ in range(6)]
    staff = [rating(CENTRE, Q1, 5, dossier_code=row["dossier_code"], counted=False) for row in pressed]
    keep_ratings(engine, pressed + staff)
    browser.sign_in("lan")

    total, page = browser.figures()["total"], browser.get("/").text

    assert (total["rated"], total["satisfied"], total["share"]) == (60, 54, 0.9)
    assert (total["contradicted"], total["share_with_the_highest"]) == (6, 1.0)
    assert "Có 6 hồ sơ được đánh giá nhiều lần với mức khác nhau" in page
    assert "Nếu tính theo mức cao nhất, tỷ lệ là 100,0\u00a0%." in page


@pytest.mark.parametrize(
    ("name", "rated", "dossiers"),
    [("day", 5, 4), ("today", 5, 4), ("7-days", 11, 24), ("month", 18, 64), ("quarter", 26, 64), ("all", 42, 64)],
)
def test_a_period_counts_its_own_days_only(engine, browser, name, rated, dossiers):
    for n, days in ((5, 0), (6, 6), (7, 19), (8, 50), (16, 400)):
        rate(engine, CENTRE, Q1, {5: n}, TODAY - timedelta(days=days))
    browser.sign_in("lan")

    total = browser.figures(f"?period={name}")["total"]

    assert total["rated"] == rated
    assert total["dossiers"] >= dossiers


def test_a_dossier_without_a_counter_is_counted_for_its_unit(engine, browser):
    bring(engine, "dossiers", f"Mã hồ sơ,Ngày nhận\n{OTHER}-261119-0001,19/11/2026\n")
    browser.sign_in("stranger")

    assert browser.figures()["total"]["dossiers"] == 1


def test_a_rating_that_names_no_counter_has_its_own_line(engine, browser):
    rate(engine, CENTRE, "", {5: 6})
    browser.sign_in("minh")

    assert "Không rõ quầy" in browser.get("/").text
    assert line(browser.figures(), "")["rated"] == 6


def test_a_large_tree_is_shown_one_level_at_a_time(engine, browser):
    many = "".join(f"H35.{number},Xã số {number},Xã,H35\n" for number in range(100, 180))
    bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\n{many}")
    browser.sign_in("lan")

    shown = [row["unit_id"] for row in browser.figures()["lines"]]
    below = [row["counter_id"] for row in browser.figures(f"?unit={CENTRE}")["lines"]]

    assert len(shown) == 82
    assert CENTRE not in shown
    assert below == [f"{CENTRE}-Q{number}" for number in (1, 2, 3, 4)]


def test_an_empty_district_says_what_to_do(engine, tmp_path, clock):
    add_people(engine, ("lan", Role.LEADER, None))
    with serving(engine, tmp_path, clock) as base:
        browser = Browser(base)
        browser.sign_in("lan")
        page = browser.get("/").text

    assert "district import units" in page
    assert "district device code" in page


# ---- kiosks and the server


def test_kiosks_that_need_a_person_come_first_with_their_state_in_words(engine, browser):
    enrol(engine, "fine", CENTRE, Q1)
    enrol(engine, "lost", CENTRE, Q2, silent=timedelta(days=9), health={"pending": 1204, "oldest_day": "2026-11-11"})
    enrol(engine, "odd", CENTRE, Q3, health={"pending": "<script>", "oldest_day": 7})
    find(engine, "odd", "entry_changed", 3)
    find(engine, "fine", "new_epoch")
    browser.sign_in("lan")

    kiosks, page = browser.figures()["kiosks"], browser.get("/").text

    assert [(kiosk["device_id"], kiosk["state"], kiosk["backlog"]) for kiosk in kiosks] == [
        ("odd", "in_touch", None),
        ("lost", "silent", 1300),
        ("fine", "in_touch", 0),
    ]
    assert kiosks[0]["findings"] == [{"kind": "entry_changed", "n": 3, "serious": True}]
    for words in (
        "Mất liên lạc",
        "9 ngày trước",
        "nhiều nhất 1.300 mục",
        "cũ nhất từ 11/11/2026",
        "một mục được gửi lại với nội dung khác",
    ):
        assert words in page
    assert "<script" not in page


def test_what_a_kiosk_says_of_its_parts_stands_on_the_page(engine, browser):
    dying = {"tests": 900, "errors": 2, "forgot": 1, "last_error": "Input/output error", "fsync_p99_ms": 40}
    enrol(engine, "fine", CENTRE, Q1, health={"scanner": "present", "printer": "present", "clock_offset_ms": -40})
    worn = {"card": dying, "printer": "paper_out", "clock_offset_ms": 3_600_000, "software": "0.1.0"}
    enrol(engine, "worn", CENTRE, Q2, health=worn)
    enrol(engine, "odd", CENTRE, Q3, health={"card": "<script>", "printer": 7, "software": "<script>", "scanner": None})
    browser.sign_in("lan")

    kiosks, page = browser.figures()["kiosks"], browser.get("/").text

    assert kiosks[0]["device_id"] == "worn"
    assert kiosks[0]["devices"] == {
        "card": {"level": "failed", "word": "failing", "errors": 2, "forgot": 1},
        "printer": {"level": "failed", "word": "paper_out"},
        "clock_offset_ms": {"level": "warning", "word": "slow", "minutes": 60},
        "software": {"level": "ok", "word": "version", "version": "0.1.0"},
    }
    for words in (
        "Ổ lưu trữ sắp hỏng (2 lần lỗi, 1 lần mất dữ liệu thử)",
        "Máy in hết giấy",
        "Đồng hồ chậm 60 phút",
        "phần mềm 0.1.0",
        "máy quét tốt · máy in tốt · đồng hồ đúng",
    ):
        assert words in re.sub(r"<[^>]+>", "", page)
    assert "<script" not in page


def test_what_has_waited_long_to_be_opened_is_said(engine, browser):
    wait_for_opening(engine, 12, timedelta(hours=4))
    browser.sign_in("lan")

    assert browser.figures()["opening"] == {"waiting": 100, "lag_seconds": 14_400, "unopened": 0, "refused": 0}
    assert "đang chờ mở (nhiều nhất 100 gói); gói cũ nhất nhận 4 giờ trước" in browser.get("/").text


@pytest.mark.parametrize("entries", [1, 2, 60])
def test_health_does_not_move_with_an_entry(engine, browser, entries):
    enrol(
        engine, "box", CENTRE, Q1, silent=timedelta(minutes=2), health={"pending": entries, "oldest_day": "2026-11-19"}
    )
    wait_for_opening(engine, entries, timedelta(minutes=4))
    browser.sign_in("lan")

    figures = browser.figures()

    assert figures["opening"] == {"waiting": 0, "lag_seconds": 0, "unopened": 0, "refused": 0}
    assert [(kiosk["backlog"], kiosk["oldest_day"]) for kiosk in figures["kiosks"]] == [(100, None)]
    assert figures["kiosks"][0]["last_contact_at"].endswith(":00:00.000Z")
