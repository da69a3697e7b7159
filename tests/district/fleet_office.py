"""Six kiosks of a commune in every state, a second commune, and the people who may look at them."""

import re
from datetime import timedelta

import pytest

from sync.district.domain.people import Role
from tests.district.web_fixtures import bring, bring_samples
from tests.district.web_server import Browser, StillClock, add_people, enrol, serving

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


def form_token(page: str) -> str:
    return re.search(r'name="form_token" value="([^"]+)"', page)[1]
