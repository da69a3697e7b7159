"""A counter's own page: what is due, how citizens rated, what they ask for; one's own counter and nothing finer."""

import re
from datetime import date, timedelta

import pytest

from kiosk.domain.calendar import Holidays
from sync.district.domain.people import Role
from sync.district.measures.reasons import Answered, Meaning, Reason, Side
from sync.district.store.accounts import UserRow, add_user
from sync.district.store.engine import writing
from sync.district.web.counter import next_working_day, thing_to_try
from tests.district.web_fixtures import NOW, bring, bring_samples
from tests.district.web_server import Browser, StillClock, add_people, enrol, explain, hash_of_password, rate, serving

CENTRE = "H35.88.01"
Q1, Q2, Q4 = (f"{CENTRE}-Q{number}" for number in (1, 2, 4))
TODAY = date(2026, 11, 20)


@pytest.fixture
def address(engine, tmp_path):
    bring_samples(engine)
    add_people(
        engine,
        ("lan", Role.LEADER, CENTRE),
        ("tam", Role.TECHNICIAN, None),
        ("binh", Role.LEADER, "H35.89"),
        ("moi", Role.OFFICER, CENTRE),
    )
    with writing(engine) as connection:
        own = UserRow("an", hash_of_password(), Role.OFFICER, CENTRE, False, "CB-0101", False)
        add_user(connection, own, NOW)
    enrol(engine, "k-1", CENTRE, Q1)
    with serving(engine, tmp_path, StillClock()) as base:
        yield base


def signed_in(address: str, name: str) -> Browser:
    browser = Browser(address)
    browser.sign_in(name)
    return browser


def due(page: str, key: str) -> tuple[int, list[str]]:
    part = page.split(f'id="due-{key}"')[1].split("</section>")[0]
    return int(re.search(r'data-n="(\d+)"', part)[1]), re.findall(r'data-dossier="([^"]+)"', part)


def dossiers(*rows: tuple[str, str, date, date, date | None]) -> str:
    lines = [
        f"{CENTRE}-261101-{number},1.000656,{counter},{received:%d/%m/%Y},{until:%d/%m/%Y},"
        f"{f'{returned:%d/%m/%Y}' if returned else ''}"
        for number, counter, received, until, returned in rows
    ]
    return "\n".join(("Mã hồ sơ,Mã TTHC,Mã quầy,Ngày tiếp nhận,Ngày hẹn trả,Ngày trả kết quả", *lines, ""))


def test_an_officer_sees_what_is_due_at_their_counter_today_and_on_the_next_working_day(engine, address) -> None:
    friday, monday = TODAY, TODAY + timedelta(days=3)
    began = TODAY - timedelta(days=4)
    bring(
        engine,
        "dossiers",
        dossiers(
            ("8001", Q1, began, friday, None),
            ("8002", Q1, began, monday, None),
            ("8003", Q1, began, friday - timedelta(days=1), None),
            ("8004", Q1, began, friday, friday),
            ("8005", Q1, began, monday + timedelta(days=1), None),
            ("8006", Q2, began, friday, None),
        ),
    )
    page = signed_in(address, "an").get("/counter").text
    new = {key: [code for code in due(page, key)[1] if "-261101-8" in code] for key in ("late", "today", "next")}

    assert new == {
        "late": [f"{CENTRE}-261101-8003"],
        "today": [f"{CENTRE}-261101-8001"],
        "next": [f"{CENTRE}-261101-8002"],
    }
    assert "Hẹn trả 23/11/2026" in page
    assert "Đăng ký khai tử" in page
    assert "gửi thư xin lỗi" in page


def test_what_is_due_tomorrow_and_what_people_asked_for_are_one_touch_away(engine, address) -> None:
    explain(engine, CENTRE, Q1, {("bad", "waiting"): 9})
    an = signed_in(address, "an")
    first = an.get("/").text
    page = an.get("/counter").text

    assert 'href="/counter"' in first.split("</header>")[0], "in the bar of every page"
    assert page.index('id="due-next"') < page.index('id="wishes"')
    assert "Phải chờ lâu" in page.split('id="wishes"')[1].split("</section>")[0]


def test_a_long_list_is_counted_whole_and_named_in_part(engine, address) -> None:
    before = due(signed_in(address, "an").get("/counter").text, "today")[0]
    bring(engine, "dossiers", dossiers(*((f"{n:04}", Q1, TODAY, TODAY, None) for n in range(7000, 7040))))
    n, named = due(signed_in(address, "an").get("/counter").text, "today")

    assert (n, len(named)) == (before + 40, 30)


def test_ratings_are_told_with_what_they_can_say(engine, address) -> None:
    month_before = date(2026, 10, 12)
    rate(engine, CENTRE, Q1, {5: 30, 2: 30}, TODAY - timedelta(days=2))
    rate(engine, CENTRE, Q1, {5: 60}, month_before)
    explain(engine, CENTRE, Q1, {("bad", "waiting"): 9, ("good", "attitude"): 7})
    page = signed_in(address, "an").get("/counter").text

    assert re.search(r'data-counter="H35.88.01-Q1" data-rated="7\d"', page)
    assert "Thấp hơn rõ" in page
    assert "Phải chờ lâu" in page
    assert "nói trước khoảng bao lâu sẽ đến lượt" in page
    assert "Thái độ tốt" in page.split('id="praise"')[1]


def test_few_ratings_are_said_to_be_few_and_those_in_no_group_are_not_told(engine, address) -> None:
    an = signed_in(address, "an")
    nothing = an.get("/counter").text
    rate(engine, CENTRE, Q1, {5: 4}, TODAY - timedelta(days=2))
    hidden = an.get("/counter").text
    rate(engine, CENTRE, Q1, {5: 3, 1: 3}, TODAY - timedelta(days=3))
    few = an.get("/counter").text

    assert 'data-rated="0"' in nothing
    assert 'data-rated="0"' in hidden, "four are in no group: the page is as without them"
    assert "Ít thế này thì chưa nói lên điều gì" in few
    assert 'class="big"' not in few


def test_an_officer_opens_their_own_counter_alone_and_a_leader_each_of_theirs(engine, address) -> None:
    an, lan, binh = (signed_in(address, name) for name in ("an", "lan", "binh"))
    moi, tam = signed_in(address, "moi"), signed_in(address, "tam")

    assert an.get(f"/counter?counter={Q1}").status_code == 200
    assert an.get(f"/counter?counter={Q2}").status_code == 404
    assert lan.get(f"/counter?counter={Q2}").status_code == 200
    assert lan.get("/counter").text.count("<option") > 3
    assert binh.get(f"/counter?counter={Q1}").status_code == 404
    assert "chưa gắn với quầy nào" in moi.get("/counter").text
    assert tam.get("/counter").status_code == 404
    assert 'href="/counter"' not in tam.get("/").text
    assert 'href="/counter"' in an.get("/").text
    assert Browser(address).get("/counter").headers["Location"] == "/sign-in"
    assert "CB-0101" not in an.get("/counter").text


def test_without_a_list_of_dossiers_the_page_says_that_it_does_not_know(engine, tmp_path) -> None:
    bring(engine, "units", "Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\nX,Xã Thử,Xã,\n")
    bring(engine, "counters", "Mã quầy,Đơn vị,Tên quầy\nX-1,X,Quầy 1\n")
    add_people(engine, ("lan", Role.LEADER, None))
    with serving(engine, tmp_path, StillClock()) as base:
        page = signed_in(base, "lan").get("/counter").text

    assert "không biết hồ sơ nào đến hẹn" in page
    assert "Không có hồ sơ nào." not in page


def test_the_list_of_a_counter_is_as_old_as_its_own_dossiers(engine, tmp_path) -> None:
    bring(engine, "units", "Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\nX,Xã Thử,Xã,\n")
    bring(engine, "counters", "Mã quầy,Đơn vị,Tên quầy\nX-1,X,Quầy 1\nX-2,X,Quầy 2\n")
    rows = "Mã hồ sơ,Mã quầy,Ngày hẹn trả\nX-261101-000{n},X-{n},10/11/2026\n"
    bring(engine, "dossiers", rows.format(n=1), now=NOW - timedelta(days=30))
    bring(engine, "dossiers", rows.format(n=2))
    add_people(engine, ("lan", Role.LEADER, None))
    with serving(engine, tmp_path, StillClock()) as base:
        lan = signed_in(base, "lan")
        pages = [lan.get(f"/counter?counter=X-{n}").text for n in (1, 2)]

    assert "gần nhất lúc 10:00 21/10/2026" in pages[0]
    assert "gần nhất lúc 10:00 20/11/2026" in pages[1]


def test_a_leader_whose_units_have_no_counter_reads_so(engine, tmp_path) -> None:
    bring(engine, "units", "Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\nX,Xã Thử,Xã,\n")
    add_people(engine, ("lan", Role.LEADER, None))
    with serving(engine, tmp_path, StillClock()) as base:
        page = signed_in(base, "lan").get("/counter").text

    assert "chưa có quầy nào trong danh mục" in page
    assert "số hiệu cán bộ" not in page


def test_dossiers_that_are_late_are_listed_though_the_list_gives_no_other_day(engine, tmp_path) -> None:
    bring(engine, "units", "Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\nX,Xã Thử,Xã,\n")
    bring(engine, "counters", "Mã quầy,Đơn vị,Tên quầy\nX-1,X,Quầy 1\n")
    bring(engine, "dossiers", "Mã hồ sơ,Mã quầy,Ngày hẹn trả\nX-261101-0001,X-1,10/11/2026\n")
    add_people(engine, ("lan", Role.LEADER, None))
    with serving(engine, tmp_path, StillClock()) as base:
        page = signed_in(base, "lan").get("/counter").text

    assert due(page, "late") == (1, ["X-261101-0001"])
    assert "xin báo ngay cho người nộp" in page
    assert "thay đổi gần nhất lúc 10:00 20/11/2026" in page


def test_what_the_page_says_of_too_few_is_the_number_that_holds(engine, tmp_path) -> None:
    bring_samples(engine)
    add_people(engine, ("lan", Role.LEADER, CENTRE))
    rate(engine, CENTRE, Q1, {5: 12}, TODAY - timedelta(days=2))
    with serving(engine, tmp_path, StillClock(), group_floor=20) as base:
        page = signed_in(base, "lan").get(f"/counter?counter={Q1}").text

    assert "Chưa đủ 20 lượt đánh giá" in page
    assert "dưới 20 lượt thì không nêu con số" in page
    assert "năm hồ sơ" not in page


def test_every_share_stands_with_its_number_and_its_interval(engine, address) -> None:
    rate(engine, CENTRE, Q1, {5: 20, 2: 20}, TODAY - timedelta(days=2))
    rate(engine, CENTRE, Q1, {5: 60}, date(2026, 10, 12))
    page, above = (signed_in(address, name).get(f"/counter?counter={Q1}").text for name in ("an", "lan"))

    assert "Nếu người chưa đánh giá cũng nghĩ như người đã đánh giá" in page
    assert re.search(r"Cả đơn vị: 50,0\s% \(khoảng tin cậy 95 %: [\d,]+\s% – [\d,]+\s%; 40 lượt đánh giá\)", above)
    assert "Cả đơn vị" not in page, "a colleague's figure would be the rest"
    assert "Thấp hơn rõ" in page
    assert "Dưới đây là điều" not in page, "no wish is shown"


def test_the_title_names_the_counter_and_a_month_without_ratings_is_named(engine, tmp_path) -> None:
    bring_samples(engine)
    add_people(engine, ("lan", Role.LEADER, CENTRE))
    clock = StillClock()
    clock.now += timedelta(days=11)  # 1 December: the page tells November
    with serving(engine, tmp_path, clock) as base:
        page = signed_in(base, "lan").get(f"/counter?counter={Q2}").text

    assert "Tháng 11/2026: chưa có lượt đánh giá nào" in page
    assert "Quầy của tôi" not in page


def test_who_is_not_linked_opens_no_counter(engine, address) -> None:
    with writing(engine) as connection:
        add_user(connection, UserRow("chua", hash_of_password(), Role.LEADER, CENTRE, False, None, None), NOW)
    chua = signed_in(address, "chua")

    assert chua.get(f"/counter?counter={Q1}").status_code == 404
    assert "chưa gắn với quầy nào" in chua.get("/counter").text


def test_there_is_a_thing_to_try_for_the_words_of_our_own_questionnaire_alone() -> None:
    words = {"vi": "Phải chờ lâu"}
    meant = Meaning(Side.BETTER, words)
    ours, theirs = Answered("mot-cua/2", "bad", "waiting"), Answered("rieng/1", "bad", "waiting")
    other_question = Answered("mot-cua/2", "more", "waiting")

    assert thing_to_try(Reason(words, 9), {ours: meant}) == "waiting"
    assert thing_to_try(Reason(words, 9), {theirs: meant, other_question: meant}) == ""


@pytest.mark.parametrize(
    ("day", "following"),
    [("2026-11-20", "2026-11-23"), ("2026-09-01", "2026-09-03"), ("2026-11-23", "2026-11-24")],
)
def test_the_next_working_day_passes_weekends_and_holidays(day, following) -> None:
    assert next_working_day(date.fromisoformat(day), Holidays()) == date.fromisoformat(following)


def bring_counters(engine, *numbers: int) -> None:
    """More counters of the centre."""
    rows = "".join(f"{CENTRE}-Q{number},{CENTRE},Quầy {number}\n" for number in numbers)
    bring(engine, "counters", f"Mã quầy,Đơn vị,Tên quầy\n{rows}")


def months(page: str) -> dict[str, tuple[str, str]]:
    """Rated and the middle of each month in the table of the trend."""
    found = re.findall(r'data-month="([^"]+)" data-rated="(\d*)" data-middle="([\d.]*)"', page)
    return {month: (rated, middle) for month, rated, middle in found}


def test_a_counters_months_stand_beside_the_middle_of_its_units_counters(engine, address) -> None:
    bring_counters(engine, *range(5, 9))
    rate(engine, CENTRE, Q1, {5: 30, 2: 30}, date(2026, 10, 12))
    rate(engine, CENTRE, Q1, {5: 60}, date(2026, 9, 10))
    for number in range(3, 8):
        rate(engine, CENTRE, f"{CENTRE}-Q{number}", {5: 30 + number, 1: 10 - number}, date(2026, 10, 12))
    page = signed_in(address, "an").get("/counter").text

    assert months(page)["2026-10"] == ("60", "0.86")  # 50, 82.5, 85, 87.5, 90, 92.5: between the third and the fourth
    assert months(page)["2026-09"] == ("60", "")
    assert months(page)["2025-11"] == ("0", "")
    assert len(months(page)) == 12
    assert "quầy thấp hơn mức giữa của các quầy trong đơn vị (86\u00a0%)" in page
    assert "Một tháng có thể thấp" in page
    assert page.count('class="draw-point"') == 2
    assert page.count('class="draw-middle"') == 1


def test_of_a_unit_with_few_counters_no_middle_is_told(engine, address) -> None:
    for counter in (Q1, Q2, f"{CENTRE}-Q3", Q4):
        rate(engine, CENTRE, counter, {5: 50, 2: 10}, date(2026, 10, 12))
    page = signed_in(address, "an").get("/counter").text

    assert {middle for _, middle in months(page).values()} == {""}
    assert 'class="draw-middle"' not in page
    assert "nếu không sẽ đoán được số của đồng nghiệp" in page


def test_the_points_of_a_counter_are_read_by_who_sits_there_alone(engine, address) -> None:
    rows = [(f"{9000 + n}", Q1, date(2026, 10, 1), date(2026, 10, 10), date(2026, 10, 9 + n % 2)) for n in range(40)]
    bring(engine, "dossiers", dossiers(*rows))
    answers = {("contacts", "none"): 30, ("contacts", "once"): 10, ("contacts", "own_fault"): 9}
    explain(engine, CENTRE, Q1, answers | {("agencies", "none"): 12}, day=date(2026, 10, 12))
    an, lan = (signed_in(address, name).get(f"/counter?counter={Q1}").text for name in ("an", "lan"))

    parts = dict(re.findall(r'data-part="([^"]+)" data-n="(\d*)"', an))
    assert parts == {"1-dates": "40", "2": "", "3": "40", "4": "", "7": "40"}
    assert "1,5 trên 2 điểm" in an  # half of the dossiers early, half on the day
    assert re.search(r"1,8 trên 2 điểm</strong> <span[^>]*>\(khoảng tin cậy 95 %: 1,4 – 1,9\)", an)
    assert "Từ 1,3 đến 1,5 trên 2 điểm" in an  # up to four dossiers whose conduct was found wrong are never told
    assert "từ 4,6 đến 4,8 trên 6 điểm" in an
    assert "chưa có hai cột “Hạn xử lý tại đơn vị”" in an
    assert "có hiệu lực đến hết ngày 30/06/2025" in an
    assert "Chưa đủ 30 câu trả lời" in an
    assert 'id="score"' not in lan
    assert 'id="trend"' in lan


def test_the_office_s_own_time_is_read_from_two_more_columns_of_the_list_of_dossiers(engine, address) -> None:
    """The dossiers themselves are late: another office had them for long."""
    heads = "Mã hồ sơ,Mã quầy,Ngày nhận,Ngày hẹn trả,Ngày trả kết quả,Hạn xử lý tại đơn vị,Ngày đơn vị xử lý xong\n"
    times = ("05/10/2026,02/10/2026", "05/10/2026,05/10/2026", "05/10/2026,06/10/2026", "05/10/2026,", ",")
    times += ("05/10/2026 10:00,05/10/2026 11:00",)
    rows = [f"{CENTRE}-261001-77{n:02},{Q1},01/10/2026,10/10/2026,12/10/2026,{on}\n" for n, on in enumerate(times)]
    assert not bring(engine, "dossiers", heads + rows[0] + rows[1].replace("05/10/2026", "35/10/2026")).accepted
    refused = dict(re.findall(r'data-part="([^"]+)" data-n="(\d*)"', signed_in(address, "an").get("/counter").text))
    assert bring(engine, "dossiers", heads + "".join(rows)).accepted

    page = signed_in(address, "an").get("/counter").text
    part = page.split('data-part="2"')[1].split("</li>")[0]

    assert (refused["1"], refused["2"]) == ("", "")
    assert 'data-n="4"' in part  # two early and on time, two late; of the other two something is not known
    assert "0,8 trên 2 điểm" in part  # 2 + 1 + 0 + 0 of four dossiers
    assert "của 4 hồ sơ đã trả" in part


def test_the_page_of_measures_leads_nobody_to_a_page_that_is_not_theirs(address) -> None:
    an, tam = (signed_in(address, name).get("/measures").text for name in ("an", "tam"))

    assert 'href="/counter#trend"' in an
    assert "/counter#trend" not in tam
    assert "counter_index.middle_of_counters" in tam
