"""The pages of the kiosks: what is wrong comes first, everything is found, and nobody sees more than they may."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from kiosk.domain.district_settings import SENDABLE
from sync.district.domain.audit import Audited
from sync.district.domain.device_change import ChangeKind, DeviceChange
from sync.district.domain.people import Role
from sync.district.fleet.enrolment import code_hash
from sync.district.measures.kiosks import BUSY, full_hour
from sync.district.store.alert_tables import alert_looks
from sync.district.store.alerts import LOOKS_KEPT_FOR
from sync.district.store.audit import entries
from sync.district.store.device_changes import note_enrolled
from sync.district.store.devices import codes_waiting
from sync.district.store.engine import reading, writing
from sync.district.store.tables import devices
from sync.district.times import local_day, start_of
from sync.district.web.fleet import PER_PAGE
from sync.district.web.qr import qr_path
from tests.district.web_fixtures import NOW, SAMPLES, bring, bring_samples
from tests.district.web_server import Browser, StillClock, add_people, enrol, find, rate, serving

CENTRE = "H35.88.01"
OTHER = "H35.89"
Q1, Q2 = (f"{CENTRE}-Q{number}" for number in (1, 2))
PAPER = {"pending": 0, "printer": "paper_out"}


@pytest.fixture
def address(engine, tmp_path):
    bring_samples(engine)
    bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\n{OTHER},Xã Tân Ân,Xã,H35\n")
    bring(engine, "counters", f"Mã quầy,Đơn vị,Tên quầy\nTA-1,{OTHER},Hộ tịch\n")
    add_people(
        engine,
        ("tam", Role.TECHNICIAN, None),
        ("binh", Role.TECHNICIAN, OTHER),
        ("lan", Role.LEADER, None),
        ("kiem", Role.AUDITOR, None),
    )
    enrol(engine, "k-well", CENTRE, Q1)
    enrol(engine, "k-paper", CENTRE, Q2, health=PAPER)
    enrol(engine, "k-silent", CENTRE, None, silent=timedelta(days=5))
    enrol(engine, "k-waits", CENTRE, None, health={"pending": 7, "oldest_day": "2026-11-01"})
    enrol(engine, "k-new", CENTRE, None, silent=None)
    enrol(engine, "k-gone", CENTRE, None, state="revoked")
    with serving(engine, tmp_path, StillClock()) as base:
        yield base


def listed(page: str) -> list[str]:
    return re.findall(r'data-device="([^"]+)"', page)


def signed_in(address: str, name: str) -> Browser:
    browser = Browser(address)
    browser.sign_in(name)
    return browser


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


# Moved, replaced, retired


def form_token(page: str) -> str:
    return re.search(r'name="form_token" value="([^"]+)"', page)[1]


def change(browser: Browser, device_id: str, act: str, **values: str):
    page = browser.get(f"/kiosks/{device_id}").text
    return browser.post(f"/kiosks/{device_id}/{act}", {"form_token": form_token(page), **values})


def test_a_technician_moves_replaces_and_retires_a_kiosk_on_its_page(engine, address) -> None:
    tam = signed_in(address, "tam")

    moved = change(tam, "k-well", "move", unit_id=OTHER, counter_id="TA-1", why="dời sang xã Tân Ân")
    code = change(tam, "k-paper", "replace", why="máy in hỏng")
    retired = change(tam, "k-waits", "retire", why="hết hạn thuê", sure="yes")
    page = tam.get("/kiosks/k-well").text

    assert (moved.status_code, moved.headers["Location"]) == (303, "/kiosks/k-well#changes")
    assert re.search(r'<strong class="code">\w{4}-\w{4}-\w{4}</strong>', code.text)
    assert retired.status_code == 303
    assert "Xã Tân Ân" in page
    assert "tam chuyển máy khỏi" in page
    assert "lý do: dời sang xã Tân Ân" in page
    assert 'data-device="k-waits" data-state="retired"' in tam.get("/kiosks").text
    assert listed(tam.get("/kiosks?trouble=backlog").text) == []


def test_what_is_not_changed_is_said_in_words_and_nothing_changes(address) -> None:
    tam = signed_in(address, "tam")

    answers = [
        change(tam, "k-well", "move", unit_id="H99", why="x"),
        change(tam, "k-well", "move", unit_id=CENTRE, counter_id=Q1, why="x"),
        change(tam, "k-well", "move", unit_id=OTHER),
        change(tam, "k-well", "retire", why="x"),
        change(tam, "k-gone", "retire", why="x", sure="yes"),
    ]

    words = ("Không có đơn vị", "đúng chỗ đó rồi", "Xin ghi lý do", "Xin đánh dấu", "thôi dùng hoặc bị thu hồi")
    assert [answer.status_code for answer in answers] == [422] * 5
    assert [said in answer.text for said, answer in zip(words, answers, strict=True)] == [True] * 5
    assert "Máy này chưa được chuyển hay thay lần nào." in tam.get("/kiosks/k-well").text


def test_only_a_technician_of_both_units_moves_a_kiosk(address) -> None:
    people = {name: signed_in(address, name) for name in ("tam", "binh", "lan", "kiem")}
    own = {name: form_token(each.get("/account").text) for name, each in people.items()}
    asked = {"unit_id": OTHER, "why": "x", "sure": "yes"}

    refused = {
        name: {
            people[name].post(f"/kiosks/k-well/{act}", {**asked, "form_token": own[name]}).status_code for act in ACTS
        }
        for name in ("binh", "lan", "kiem")
    }
    forged = people["tam"].post("/kiosks/k-well/move", {**asked, "form_token": "forged"}).status_code

    assert refused == {"binh": {404}, "lan": {404}, "kiem": {404}}
    assert forged == 403
    assert "chưa được chuyển" in people["tam"].get("/kiosks/k-well").text


ACTS = ("move", "replace", "retire")


def test_a_kiosk_of_a_failed_enrolment_is_passed_over_after_a_month(engine, address) -> None:
    tam = signed_in(address, "tam")
    enrol(engine, "k-ghost", CENTRE, None, silent=None, enrolled_at=NOW - timedelta(days=31))

    page = tam.get("/kiosks").text

    assert listed(page)[-1] == "k-ghost"
    assert 'data-device="k-ghost" data-state="abandoned"' in page
    assert listed(tam.get("/kiosks?trouble=never").text) == ["k-new"]


# Enrolled


def test_a_technician_makes_a_code_for_a_counter_of_theirs_and_takes_the_slip_along(engine, address) -> None:
    binh, kiem = signed_in(address, "binh"), signed_in(address, "kiem")
    page = binh.get(f"/kiosks/enrol?unit={OTHER}").text
    asked = {"form_token": form_token(page), "unit": OTHER, "counter": "TA-1", "hours": "72"}

    slip = binh.post("/kiosks/enrol", asked)
    with reading(engine) as connection:
        (made,) = codes_waiting(connection, NOW)
    command = re.search(r'id="command">(kiosk enrol \S+) <span class="whole">(\S+)</span></strong>', slip.text)
    refused = [binh.post("/kiosks/enrol", {**asked, **wrong}) for wrong in WRONG_PLACES]

    assert command is not None
    assert made.code_hash == code_hash(command[2])
    assert (made.unit_id, made.counter_id, made.person) == (OTHER, "TA-1", "binh")
    assert made.expires_at == NOW + timedelta(hours=72)
    assert slip.headers["Cache-Control"] == "no-store"
    assert f'd="{qr_path(f"{command[1]} {command[2]}").path}"' in slip.text
    assert [each.status_code for each in refused] == [422] * len(WRONG_PLACES)
    assert CENTRE not in page
    assert kiem.get("/kiosks/enrol").status_code == 404

    waiting = binh.get("/kiosks/enrol").text
    assert "binh lấy mã" in waiting
    assert command[2] not in waiting
    end = {"form_token": form_token(waiting), "end": made.code_hash.hex()[:8]}
    assert binh.post("/kiosks/enrol", end).status_code == 303
    assert binh.post("/kiosks/enrol", end).status_code == 404
    with reading(engine) as connection:
        assert codes_waiting(connection, NOW) == []
        noted = [(each.what, each.person, each.detail["did"], each.detail["unit"]) for each in entries(connection, 9)]
    assert noted == [
        (Audited.ENROLMENT, "binh", "code_withdrawn", OTHER),
        (Audited.ENROLMENT, "binh", "code_given", OTHER),
    ]
    assert "Phiếu đăng ký kiosk: rút phiếu · Xã Tân Ân" in re.sub("<[^>]+>", "", kiem.get("/audit").text)


def test_the_page_of_a_kiosk_says_whose_code_enrolled_it(engine, address) -> None:
    at = {"device_id": "k-well", "at": NOW, "kind": ChangeKind.ENROLLED, "unit_id": CENTRE, "counter_id": None}
    with writing(engine) as connection:
        note_enrolled(connection, DeviceChange(**at, person="binh"))
        note_enrolled(connection, DeviceChange(**at, person="tam", why="màn hình vỡ", other_device="k-old"))
        note_enrolled(connection, DeviceChange(**at))  # with a code of an earlier release

    page = signed_in(address, "tam").get("/kiosks/k-well").text

    assert f"đăng ký ở đơn vị {CENTRE} bằng phiếu của binh" in page
    assert f"đăng ký ở đơn vị {CENTRE} thay máy k-old bằng phiếu của tam (lý do: màn hình vỡ)" in page
    assert f"<span>đăng ký ở đơn vị {CENTRE}</span>" in page


WRONG_PLACES = ({"unit": CENTRE}, {"counter": Q1}, {"hours": "9999"}, {"unit": "H99"})


# Sent settings


def sends(browser: Browser, step: str, **asked: str):
    token = form_token(browser.get("/kiosks/settings/new").text)
    values = [asked.get(key, "") for key in SENDABLE]
    form = {"form_token": token, "step": step, "values": values}
    return browser.post("/kiosks/settings", form | {key: asked.get(key, "") for key in ("reach", "target", "why")})


def test_a_technician_sees_what_would_change_sends_it_and_takes_it_back(engine, address) -> None:
    tam, binh, lan, kiem = (signed_in(address, name) for name in ("tam", "binh", "lan", "kiem"))
    said = {"number": 0, "word": "used", "kept": ["speech.volume"], "values": {"speech.volume": 2, "times.idle": 45}}
    enrol(engine, "k-able", CENTRE, None, health={"pending": 0, "settings": said})
    order = {"reach": "tree", "target": "H35", "speech.volume": "3", "times.idle": "60"}

    preview = sends(tam, "see", **order)
    empty = sends(tam, "send", **order)
    sent = sends(tam, "send", **order, why="phòng chờ ồn")
    orders, page = tam.get("/kiosks/settings").text, tam.get("/kiosks/k-able").text
    token = form_token(orders)

    assert re.findall(r'data-device="([^"]+)" data-first="yes"', preview.text) == ["k-able"]
    assert {"k-well", "k-new"} <= set(listed(preview.text))
    assert "k-gone" not in listed(preview.text)
    able = preview.text[preview.text.index('data-device="k-able"') :].split("</section>")[0]
    assert re.findall(r"<dd>(.*?)</dd>", able)[0] == (
        '2 <span class="sub attention">giữ nguyên: máy tự giữ theo tệp của máy</span>'
    )
    assert "<strong>60</strong>" in able
    assert (empty.status_code, "Xin ghi lý do" in empty.text) == (422, True)
    assert sent.status_code == 303
    assert 'data-order="1" data-stage="first"' in orders
    assert "lý do: phòng chờ ồn" in orders
    assert "cài đặt số 1 là 60" in page

    for other in (binh, lan, kiem):  # of another unit, of another role
        own = form_token(other.get("/account").text)
        asked = {"form_token": own, "action": "withdraw", "why": "x"}
        assert other.post("/kiosks/settings/1", asked).status_code == 404
    assert [each.get("/kiosks/settings").status_code for each in (lan, kiem)] == [404, 200]
    assert [each.get("/kiosks/settings/new").status_code for each in (lan, kiem)] == [404, 404]
    assert sends(binh, "see", **order).status_code == 422
    assert sends(binh, "see", **order | {"reach": "all"}).status_code == 422
    assert sends(binh, "see", **order | {"reach": "kiosk", "target": "k-able"}).status_code == 422

    widened = tam.post("/kiosks/settings/1", {"form_token": token, "action": "widen", "why": "đã thử"})
    back = tam.post("/kiosks/settings/1", {"form_token": token, "action": "withdraw", "why": "quá to"})
    again = tam.post("/kiosks/settings/1", {"form_token": token, "action": "withdraw", "why": "quá to"})
    assert [each.status_code for each in (widened, back, again)] == [303, 303, 422]
    assert "tam thu hồi (lý do: quá to)" in tam.get("/kiosks/settings").text


def test_silence_while_the_district_itself_was_away_is_held_against_no_kiosk(engine, address) -> None:
    tam = signed_in(address, "tam")
    drew = {"number": 1, "word": "used", "proven": True, "values": {"speech.volume": 3}}
    enrol(engine, "k-able", OTHER, None)
    sends(tam, "send", reach="unit", target=OTHER, **{"speech.volume": "3"}, why="phòng chờ ồn")
    fell_silent = {"health": {"settings": drew}, "last_contact_at": NOW - timedelta(days=5)}
    with writing(engine) as connection:
        connection.execute(update(devices).where(devices.c.device_id == "k-able").values(fell_silent))

    def waited_for() -> list[str]:
        page = tam.get("/kiosks/settings").text
        return re.findall(r'Chưa rõ đã chạy tốt hay chưa: <a href="/kiosks/([^"]+)"', page)

    away = waited_for()
    with writing(engine) as connection:
        hours = [full_hour(NOW) - timedelta(hours=n) for n in range(LOOKS_KEPT_FOR // timedelta(hours=1) + 1)]
        connection.execute(insert(alert_looks), [{"looked_at": hour} for hour in hours])

    assert away == ["k-able"]  # as before it fell silent: nothing is known of it
    assert waited_for() == []  # by now its silence is its own, and the order is about to be taken back


REFUSED = (
    ({}, "ít nhất một mục"),
    ({"speech.volume": "9"}, "giá trị không dùng được"),
    ({"languages.offered": "en"}, "đặt cùng nhau"),
    ({"speech.volume": "3", "target": "H99"}, "Không có đơn vị hoặc máy"),
    ({"speech.volume": "3", "reach": "moon"}, "Không có đơn vị hoặc máy"),
)


def test_what_cannot_be_sent_is_said_and_what_was_typed_stays(address) -> None:
    tam = signed_in(address, "tam")

    for wrong, says in REFUSED:
        answer = sends(tam, "see", **{"reach": "tree", "target": "H35", "why": "", **wrong})
        assert (answer.status_code, says in answer.text) == (422, True), wrong
        assert all(f'value="{typed}"' in answer.text for key, typed in wrong.items() if key != "reach")
