"""The page of a roll-out: where it stands, which kiosks need somebody, and who may stop it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.district.domain.people import Role
from sync.district.domain.software_rollout import RolloutEvent
from sync.district.store.engine import writing
from sync.district.store.software_releases import add_release, add_step
from tests.district.fleet_office import CENTRE, OTHER, Q1, form_token, signed_in
from tests.district.web_fixtures import NOW, bring, bring_samples, empty_district
from tests.district.web_server import StillClock, add_people, enrol, serving

VERSION = "0.3.0"
SAID = {"kept": "", "gone_back": "screen_dark", "refused": "no_space", "waiting": ""}


def health(word: str) -> dict[str, Any]:
    running = VERSION if word == "kept" else "0.2.0"
    return {"software": running, "update": {"version": VERSION, "word": word, "why": SAID[word]}}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Any]:
    made = empty_district(tmp_path)
    yield made
    made.dispose()


@pytest.fixture
def address(engine, tmp_path: Path) -> Iterator[str]:
    bring_samples(engine)
    bring(engine, "units", f"Mã đơn vị,Tên đơn vị,Cấp,Đơn vị cấp trên\n{OTHER},Xã Tân Ân,Xã,H35\n")
    people = (("tam", Role.TECHNICIAN, None), ("binh", Role.TECHNICIAN, OTHER), ("lan", Role.LEADER, None))
    add_people(engine, *people)
    for number, word in enumerate(SAID):
        enrol(engine, f"k-{word.replace('_', '-')}", CENTRE, Q1 if not number else None, health=health(word))
    with serving(engine, tmp_path, StillClock()) as base:
        yield base


def start(engine: Any) -> None:
    with writing(engine) as connection:
        add_release(connection, VERSION, b"{}", NOW, "tam")
        add_step(connection, RolloutEvent(5, VERSION, 3_000, NOW, "tam", "sửa lỗi máy in"))


def test_a_technician_sees_how_it_stands_widens_and_stops_it_and_nobody_else_does(engine, address: str) -> None:
    tam, binh, lan = (signed_in(address, name) for name in ("tam", "binh", "lan"))
    empty = tam.get("/kiosks/releases").text
    start(engine)

    page = tam.get("/kiosks/releases").text
    form = {"form_token": form_token(page), "why": "đã xem từng máy"}
    counted = dict(re.findall(r'data-outcome="(\w+)" data-n="(\d+)"', page))
    refused = tam.post("/kiosks/releases", form | {"action": "stop", "why": " "})
    widened = tam.post("/kiosks/releases", form | {"action": "widen"})
    stopped = tam.post("/kiosks/releases", form | {"action": "stop"})
    again = tam.post("/kiosks/releases", form | {"action": "stop"})
    after = tam.get("/kiosks/releases").text

    assert "Chưa đưa bản nào đến kiosk." in empty
    assert counted == {"kept": "1", "failed": "1", "open": "1", "unable": "1", "off": "0", "known": "0", "away": "0"}
    assert re.findall(r'href="/kiosks/(k-[\w-]+)"', page) == ["k-gone-back", "k-refused"]
    assert "Đang đưa đến 30 % số máy." in page
    assert "tam đưa đến 30 % số máy (lý do: sửa lỗi máy in)" in page
    assert [each.status_code for each in (refused, widened, stopped, again)] == [422, 303, 303, 422]
    assert "Xin ghi lý do" in refused.text
    assert 'data-share="0"' in after
    assert "tam dừng lại (lý do: đã xem từng máy)" in after
    assert "Bản phần mềm của kiosk" in tam.get("/kiosks").text
    assert "Bản 0.3.0 không chạy được" in tam.get("/kiosks/k-gone-back").text
    assert binh.get("/kiosks/releases").status_code == 200
    assert 'name="action"' not in binh.get("/kiosks/releases").text
    assert lan.get("/kiosks/releases").status_code == 404
    for other in (binh, lan):
        own = {"form_token": form_token(other.get("/account").text), "action": "stop", "why": "x"}
        assert other.post("/kiosks/releases", own).status_code == 404
