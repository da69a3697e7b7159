"""Settings are sent to kiosks on pages: what would change is shown first, and what was sent is taken back."""

import re
from datetime import timedelta

from sqlalchemy import insert, update

from kiosk.domain.district_settings import SENDABLE
from sync.district.measures.kiosks import full_hour
from sync.district.store.alert_tables import alert_looks
from sync.district.store.alerts import LOOKS_KEPT_FOR
from sync.district.store.engine import writing
from sync.district.store.tables import devices
from tests.district.fleet_office import CENTRE, OTHER, address, form_token, listed, signed_in
from tests.district.web_fixtures import NOW
from tests.district.web_server import Browser, enrol

__all__ = ["address"]


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
