"""The pages of the kiosks: what is wrong comes first, everything is found, and nobody sees more than they may."""

from datetime import timedelta

import pytest

from sync.district.domain.people import Role
from sync.district.measures.kiosks import BUSY
from sync.district.times import local_day, start_of
from sync.district.web.fleet import PER_PAGE
from tests.district.fleet_office import CENTRE, OTHER, address, listed, signed_in
from tests.district.web_fixtures import NOW, SAMPLES, bring
from tests.district.web_server import Browser, StillClock, add_people, enrol, find, rate, serving

__all__ = ["address"]


def test_what_needs_somebody_stands_first(address) -> None:
    page = signed_in(address, "tam").get("/kiosks").text

    assert listed(page) == ["k-silent", "k-paper", "k-waits", "k-new", "k-well", "k-gone"]
    assert "<strong>3 trên 6 kiosk đang liên lạc.</strong>" in page


def test_one_kind_of_trouble_at_a_time(address) -> None:
    tam = signed_in(address, "tam")
    kinds = ("silent", "part_failed", "backlog", "never", "ledger")

    found = {kind: listed(tam.get(f"/kiosks?trouble={kind}").text) for kind in kinds}

    assert found == {
        "silent": ["k-silent"],
        "part_failed": ["k-paper"],
        "backlog": ["k-waits"],
        "never": ["k-new"],
        "ledger": [],
    }
    assert tam.get("/kiosks?trouble=gremlins").status_code == 404


def test_where_the_hours_are_known_a_working_day_without_a_word_is_enough(engine, address) -> None:
    enrol(engine, "k-two-days", OTHER, "TA-1", silent=timedelta(days=2))
    tam, silent = signed_in(address, "tam"), "/kiosks?trouble=silent"
    before = listed(tam.get(silent).text)

    bring(engine, "opening_hours", (SAMPLES / "opening-hours.csv").read_bytes())  # of the unit above it

    assert before == ["k-silent"]
    assert set(listed(tam.get(silent).text)) == {"k-silent", "k-two-days"}


def test_a_kiosk_on_which_nobody_rates_while_dossiers_go_through_is_named(engine, address) -> None:
    tam, day = signed_in(address, "tam"), NOW.date() - timedelta(days=3)
    enrol(engine, "k-counter", OTHER, "TA-1")
    enrol(engine, "k-hall", OTHER, None)
    enrol(engine, "k-of-yesterday", OTHER, None, enrolled_at=NOW - timedelta(days=1))
    rows = [f"{OTHER}-261101-{n:04},TA-1,{day:%d/%m/%Y}\n" for n in range(BUSY)]
    bring(engine, "dossiers", "Mã hồ sơ,Mã quầy,Ngày tiếp nhận\n" + "".join(rows[1:]))
    few = listed(tam.get("/kiosks?trouble=unrated").text)
    bring(engine, "dossiers", "Mã hồ sơ,Mã quầy,Ngày tiếp nhận\n" + rows[0])
    page = tam.get("/kiosks?trouble=unrated").text
    rate(engine, OTHER, "TA-1", {5: 5}, day)

    assert few == []
    assert listed(page) == ["k-hall", "k-counter"]
    assert "xin đến xem kiosk có bật" in page
    assert listed(tam.get("/kiosks?trouble=unrated").text) == []


def test_a_search_needs_no_marks_and_no_capitals_and_comes_back_escaped(address) -> None:
    tam = signed_in(address, "tam")

    for words, n in {"k-pap": 1, "K-PAP  ": 1, "quay": 2, "khong co": 0, "k-": 6}.items():
        page = tam.get("/kiosks", params={"q": words}).text
        assert len(listed(page)) == n, words
        assert f"Có {n} kiosk phù hợp." in page
    assert "<script>" not in tam.get("/kiosks", params={"q": '"><script>'}).text


def test_a_unit_with_counters_is_named_until_it_has_a_kiosk_in_use(engine, address) -> None:
    tam = signed_in(address, "tam")

    assert f'data-unit="{OTHER}"' in tam.get("/kiosks").text
    enrol(engine, "k-taken-away", OTHER, "TA-1", state="revoked")
    assert f'data-unit="{OTHER}"' in tam.get("/kiosks").text
    enrol(engine, "k-tan-an", OTHER, "TA-1")
    assert f'data-unit="{OTHER}"' not in tam.get("/kiosks").text


def test_many_kiosks_come_page_by_page_and_each_once(engine, address) -> None:
    for number in range(PER_PAGE):
        enrol(engine, f"more-{number:03}", CENTRE, None)
    tam = signed_in(address, "tam")
    pages = [listed(tam.get(f"/kiosks?page={number}").text) for number in (1, 2)]

    assert [len(page) for page in pages] == [PER_PAGE, 6]
    assert len({*pages[0], *pages[1]}) == PER_PAGE + 6
    assert listed(tam.get("/kiosks?page=99").text) == pages[1]
    assert pages[0][0] == "k-silent"


def test_people_see_the_kiosks_of_their_units(engine, address) -> None:
    enrol(engine, "k-tan-an", OTHER, "TA-1")
    binh = signed_in(address, "binh")

    assert listed(binh.get("/kiosks").text) == ["k-tan-an"]
    assert binh.get("/kiosks/k-tan-an").status_code == 200
    assert binh.get("/kiosks/k-well").status_code == 404


def test_what_a_kiosk_noted_is_for_technicians_and_the_auditor(address) -> None:
    answers = {name: signed_in(address, name).get("/kiosks/k-well").status_code for name in ("tam", "kiem", "lan")}

    tam, lan = signed_in(address, "tam"), signed_in(address, "lan")

    assert answers == {"tam": 200, "kiem": 200, "lan": 404}
    assert "/kiosks/k-well" not in lan.get("/kiosks").text
    assert 'href="/kiosks"' in lan.get("/").text
    assert [tam.get(path).status_code for path in ("/kiosks/elsewhere", "/kiosks/k-well?days=31")] == [404, 404]
    assert "k-well" not in Browser(address).get("/kiosks").text


def test_a_kiosk_tells_in_vietnamese_what_it_noted(district, tmp_path) -> None:
    box = district.box()
    box.note("boot", software="0.1.0")
    box.note("device_failed", device="printer", reason="paper_out")
    box.note("visits", of_day="2026-11-21", hours=[[9, "q1", "scan_left", 5]])
    district.accept(box)
    district.project()
    add_people(district.engine, ("tam", Role.TECHNICIAN, None))
    clock = StillClock()
    clock.now = district.clock()
    with serving(district.engine, tmp_path, clock) as base:
        same_day = signed_in(base, "tam").get(f"/kiosks/{box.device_id}").text
        clock.now = start_of(local_day(clock.now) + timedelta(days=1))
        page = signed_in(base, "tam").get(f"/kiosks/{box.device_id}").text

    assert "khởi động" not in same_day
    assert "khởi động, phần mềm 0.1.0" in page
    assert "máy in có sự cố: Máy in hết giấy. Xin lắp cuộn mới." in page
    assert "bỏ đi" not in page, "what people did is for the server alone"


@pytest.mark.parametrize(
    ("health", "says"),
    [
        ({"screen": {"state": "gave_up", "restarts": 5}}, "kiosk đang hiện hình báo hỏng"),
        ({"screen": {"state": "frozen", "restarts": 0}}, "Màn hình bị treo, không hiển thị nữa"),
        ({"screen": {"state": "draws", "restarts": 0}, "touch": "absent"}, "người dân chạm không được"),
    ],
)
def test_a_dead_screen_stands_before_everything_else(engine, address, health, says) -> None:
    enrol(engine, "k-dark", CENTRE, None, health={"pending": 0} | health)
    find(engine, "k-paper", "fork")
    tam = signed_in(address, "tam")
    page = tam.get("/kiosks").text

    assert listed(page)[:3] == ["k-dark", "k-paper", "k-silent"]
    assert says in page
    assert listed(tam.get("/kiosks?trouble=screen").text) == ["k-dark"]
    assert "k-dark" not in listed(tam.get("/kiosks?trouble=part_failed").text)
    assert says in tam.get("/kiosks/k-dark").text
    row = page[page.index('data-device="k-dark"') :].split("</tr>")[0]
    assert "Màn hình không dùng được" in row
    assert "vẫn liên lạc với máy chủ" in row
    assert "state-in_touch" not in row, "nothing green beside a screen that nobody can use"


def test_a_screen_that_was_often_started_again_needs_a_look_soon(engine, address) -> None:
    enrol(engine, "k-tired", CENTRE, None, health={"screen": {"state": "draws", "restarts": 4}, "touch": "there"})
    tam = signed_in(address, "tam")

    assert listed(tam.get("/kiosks?trouble=part_warning").text) == ["k-tired"]
    assert listed(tam.get("/kiosks?trouble=screen").text) == []
    assert "khởi động lại 4 lần" in tam.get("/kiosks/k-tired").text


def test_a_kiosk_of_a_failed_enrolment_is_passed_over_after_a_month(engine, address) -> None:
    tam = signed_in(address, "tam")
    enrol(engine, "k-ghost", CENTRE, None, silent=None, enrolled_at=NOW - timedelta(days=31))

    page = tam.get("/kiosks").text

    assert listed(page)[-1] == "k-ghost"
    assert 'data-device="k-ghost" data-state="abandoned"' in page
    assert listed(tam.get("/kiosks?trouble=never").text) == ["k-new"]
