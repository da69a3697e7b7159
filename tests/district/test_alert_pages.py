"""What needs somebody stands on the page of kiosks; a technician takes it on; a monitoring system reads the same."""

import re
import socket
from datetime import timedelta

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from sync.district.alerts.watch import Watch
from sync.district.domain.people import Role
from sync.district.settings import Alerts, Mail, MailSecurity, Settings
from sync.district.store.engine import reading, writing
from sync.district.store.outbox import state
from sync.district.store.tables import devices
from tests.district.web_fixtures import bring, bring_samples
from tests.district.web_server import Browser, StillClock, add_people, enrol, serving

CENTRE, OTHER = "H35.88.01", "H35.89"
TOKEN = "a-token-of-monitoring-1"


@pytest.fixture
def clock():
    return StillClock()


@pytest.fixture
def address(engine, tmp_path, clock):
    bring_samples(engine)
    bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\n{OTHER},Xã Tân Ân,Xã,H35\n")
    add_people(
        engine,
        ("tam", Role.TECHNICIAN, None),
        ("nam", Role.TECHNICIAN, None),
        ("binh", Role.TECHNICIAN, OTHER),
        ("lan", Role.LEADER, None),
        ("kiem", Role.AUDITOR, None),
    )
    enrol(engine, "k-well", CENTRE, f"{CENTRE}-Q1")
    enrol(engine, "k-silent", CENTRE, f"{CENTRE}-Q2", silent=timedelta(days=5))
    watch = Watch(engine, Settings(), clock)
    for _ in range(2):
        watch.step()
        clock.now += timedelta(hours=1)
    with serving(engine, tmp_path, clock, metrics_token=TOKEN) as base:
        yield base


def signed_in(address: str, name: str) -> Browser:
    browser = Browser(address)
    browser.sign_in(name)
    return browser


def alerts_on(page: str) -> list[str]:
    return re.findall(r'data-alert="(\d+)"', page)


def form_token(page: str) -> str:
    return re.search(r'name="form_token" value="([^"]+)"', page)[1]


def test_a_technician_takes_an_alert_on_and_everybody_sees_who(address) -> None:
    tam, lan = signed_in(address, "tam"), signed_in(address, "lan")
    page = tam.get("/kiosks").text
    (alert,) = alerts_on(page)
    before = lan.get("/kiosks").text

    answer = tam.post(f"/kiosks/alerts/{alert}", {"form_token": form_token(page)})
    again = tam.post(f"/kiosks/alerts/{alert}", {"form_token": form_token(page)})
    other = signed_in(address, "nam")
    offered = other.get("/kiosks").text
    over = other.post(f"/kiosks/alerts/{alert}", {"form_token": form_token(offered)})
    after = lan.get("/kiosks").text

    assert "Kiosk mất liên lạc: Quầy 2" in page
    assert "Xin gọi người ở quầy" in page
    assert (
        "Chưa ai nhận xử lý" in before,
        '<form method="post"' in before.split('id="alerts"')[1].split("</section>")[0],
    ) == (True, False)
    assert answer.headers["Location"] == "/kiosks#alerts"
    assert again.status_code == 409
    assert "đã có người nhận xử lý" in again.text
    assert ("tam đã nhận xử lý" in offered, "Tôi nhận thay" in offered) == (True, True)
    assert over.status_code == 303
    assert "nam đã nhận xử lý" in after


def test_only_a_technician_of_these_kiosks_takes_an_alert_on(address) -> None:
    (alert,) = alerts_on(signed_in(address, "tam").get("/kiosks").text)
    people = {name: signed_in(address, name) for name in ("binh", "lan", "kiem")}
    tokens = {name: form_token(each.get("/account").text) for name, each in people.items()}

    answers = {
        name: each.post(f"/kiosks/alerts/{alert}", {"form_token": tokens[name]}).status_code
        for name, each in people.items()
    }
    forged = signed_in(address, "tam").post(f"/kiosks/alerts/{alert}", {"form_token": "forged"}).status_code
    numbers = [
        people["binh"].post(f"/kiosks/alerts/{n}", {"form_token": tokens["binh"]}).status_code for n in ("x", "9" * 40)
    ]

    assert answers == {"binh": 409, "lan": 404, "kiem": 404}
    assert forged == 403
    assert numbers == [409, 409]
    assert alerts_on(people["binh"].get("/kiosks").text) == []


def test_what_is_over_is_no_alert_any_more_and_can_be_read(engine, address, clock) -> None:
    back = update(devices).where(devices.c.device_id == "k-silent").values(last_contact_at=clock.now)
    with writing(engine) as connection:
        connection.execute(back)
    watch = Watch(engine, Settings(), clock)
    for _ in range(2):
        watch.step()
        clock.now += timedelta(minutes=30)
        watch.step()
        clock.now += timedelta(minutes=30)
    page = signed_in(address, "tam").get("/kiosks").text

    assert alerts_on(page) == []
    assert "Hiện không có cảnh báo nào." in page
    assert "Đã hết trong 30 ngày qua (1)" in page


def test_metrics_are_for_whoever_holds_the_token(engine, address, tmp_path, clock) -> None:
    with serving(engine, tmp_path, clock) as without:
        closed = requests.get(f"{without}/metrics", headers={"Authorization": "Bearer "}, timeout=30).status_code
    wrong = requests.get(f"{address}/metrics", headers={"Authorization": "Bearer wrong"}, timeout=30)
    right = requests.get(f"{address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
    enrol(engine, "k-later", CENTRE, None, silent=timedelta(days=5))
    same_hour = requests.get(f"{address}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30)
    found = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(right.text)
        for sample in family.samples
    }

    assert (closed, wrong.status_code, right.status_code) == (404, 401, 200)
    assert same_hour.text == right.text
    assert found["lang_nghe_kiosks", (("state", "silent"),)] == 1
    assert found["lang_nghe_alerts", (("kind", "silent"), ("taken_on", "no"))] == 1
    trouble = (("device_id", "k-silent"), ("kind", "silent"), ("unit_id", CENTRE))
    assert found["lang_nghe_kiosk_trouble", trouble] == 1
    assert found["lang_nghe_opening_waiting_batches", ()] == 0


def test_a_dark_screen_is_in_the_metrics(engine, tmp_path, clock) -> None:
    bring_samples(engine)
    enrol(engine, "k-dark", CENTRE, None, health={"screen": {"state": "gave_up", "restarts": 5}})
    with serving(engine, tmp_path, clock, metrics_token=TOKEN) as base:
        told = requests.get(f"{base}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=30).text

    assert f'lang_nghe_kiosk_trouble{{device_id="k-dark",kind="screen",unit_id="{CENTRE}"}} 1.0' in told


def test_a_mail_server_that_is_away_stops_nothing(engine, clock) -> None:
    bring_samples(engine)
    enrol(engine, "k-silent", CENTRE, f"{CENTRE}-Q2", silent=timedelta(days=5))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    away = Settings(alerts=Alerts(("a@b.vn",)), mail=Mail("127.0.0.1", port, MailSecurity.NONE))
    watch = Watch(engine, away, clock)
    for _ in range(2):
        watch.step()
        clock.now += timedelta(hours=1)
    with reading(engine) as connection:
        outbox = state(connection, clock.now)

    assert (outbox.waiting, outbox.given_up) == (1, 0)
    assert outbox.trouble == "127.0.0.1: ConnectionRefusedError Connection refused"
