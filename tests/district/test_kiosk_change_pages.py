"""A technician enrols, moves, replaces and retires kiosks of their own units on pages, and each act is kept."""

import re
from datetime import timedelta

from sync.district.domain.audit import Audited
from sync.district.domain.device_change import ChangeKind, DeviceChange
from sync.district.fleet.enrolment import code_hash
from sync.district.store.audit import entries
from sync.district.store.device_changes import note_enrolled
from sync.district.store.devices import codes_waiting
from sync.district.store.engine import reading, writing
from sync.district.web.qr import qr_path
from tests.district.fleet_office import CENTRE, OTHER, Q1, address, form_token, listed, signed_in
from tests.district.web_fixtures import NOW
from tests.district.web_server import Browser

__all__ = ["address"]


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
