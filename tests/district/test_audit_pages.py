"""The auditor's page: finer figures than anybody else sees, and each look written down."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.district.accounts.invitations import invite
from sync.district.accounts.passwords import Passwords
from sync.district.accounts.users import BadUser, NewUser, add_user, link_user
from sync.district.domain.audit import Audited
from sync.district.domain.people import Role
from sync.district.store import audit
from sync.district.store.engine import Engine, reading
from sync.district.store.imports import officer_numbers
from tests.district.test_complaint_pages import form_of
from tests.district.web_fixtures import NOW, bring_samples, empty_district
from tests.district.web_server import PASSWORD, TODAY, Browser, StillClock, add_people, keep_ratings, rating, serving

CENTRE = "H35.88.01"
COUNTER = f"{CENTRE}-Q1"
ASKED = {"first": "2026-11-01", "last": "2026-11-20", "unit": "", "reason": "yearly audit 2026"}
OTHERS = (Role.LEADER, Role.INSPECTOR, Role.OFFICER, Role.TECHNICIAN)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Engine, str]]:
    engine = empty_district(tmp_path)
    bring_samples(engine)
    one = rating(CENTRE, COUNTER, 1)
    again = rating(CENTRE, COUNTER, 5, dossier_code=one["dossier_code"], counted=False)
    keep_ratings(engine, [one, again, rating(CENTRE, COUNTER, 4), rating(CENTRE, "", 3, TODAY.replace(month=9))])
    add_people(engine, *((str(role), role, None) for role in Role))
    with serving(engine, tmp_path, StillClock()) as address:
        yield engine, address


def browse(address: str, role: Role) -> Browser:
    browser = Browser(address)
    assert browser.sign_in(str(role), PASSWORD).status_code == 303
    return browser


def noted(engine: Engine) -> list[tuple[Audited, str, str]]:
    with reading(engine) as connection:
        return [(each.what, each.person, each.reason) for each in audit.entries(connection, 10)]


def test_the_auditor_sees_two_waiting_ratings_and_it_is_written_down(opened: tuple[Engine, str]) -> None:
    engine, address = opened
    browser = browse(address, Role.AUDITOR)

    page = browser.post("/audit", ASKED | form_of(browser, "/audit")).text

    assert f'data-counter="{COUNTER}" data-rated="2"' in page
    assert noted(engine) == [(Audited.VIEW, "auditor", ASKED["reason"])]
    assert ASKED["reason"] in browser.get("/audit").text
    assert browser.figures("?period=all")["total"]["rated"] == 0


def test_opening_the_page_alone_tells_nothing_and_is_not_written_down(opened: tuple[Engine, str]) -> None:
    engine, address = opened

    page = browse(address, Role.AUDITOR).get("/audit")

    assert page.status_code == 200
    assert "data-rated" not in page.text
    assert noted(engine) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": "  x  "},
        {"reason": "y" * 501},
        {"first": "2026-12-01"},
        {"first": "2020-01-01"},
        {"first": "soon"},
        {"unit": "nowhere"},
        {"form_token": "x"},
    ],
)
def test_without_a_reason_or_days_nothing_is_shown(opened: tuple[Engine, str], wrong: dict[str, str]) -> None:
    engine, address = opened
    browser = browse(address, Role.AUDITOR)

    answer = browser.post("/audit", ASKED | form_of(browser, "/audit") | wrong)

    assert answer.status_code in (403, 422)
    assert "data-rated" not in answer.text
    assert noted(engine) == []


@pytest.mark.parametrize("role", OTHERS)
def test_for_everybody_else_the_page_is_not_there(opened: tuple[Engine, str], role: Role) -> None:
    engine, address = opened
    browser = browse(address, role)

    assert browser.get("/audit").status_code == browser.post("/audit", ASKED).status_code == 404
    assert "/audit" not in browser.get("/").text
    assert noted(engine) == []


def test_an_auditor_is_no_officer_and_of_no_unit_and_the_making_is_written_down(engine: Engine) -> None:
    passwords = Passwords()

    for wrong in ({"officer_number": "CB-7"}, {"unit_id": CENTRE}):
        values = {"unit_id": None, "officer_number": None} | wrong
        with pytest.raises(BadUser, match="auditor_apart"):
            add_user(engine, passwords, "hoa", PASSWORD, Role.AUDITOR, values["unit_id"], NOW, values["officer_number"])
    add_user(engine, passwords, "hoa", PASSWORD, Role.AUDITOR, None, NOW, by="tung")

    assert noted(engine) == [(Audited.ROLE, "tung", "")]


def test_the_auditor_reads_which_officer_an_account_was_linked_to(opened: tuple[Engine, str]) -> None:
    engine, address = opened
    for name in ("ba", "tu"):
        invite(engine, NewUser(name, Role.TECHNICIAN), NOW, "quan-tri")
    with reading(engine) as connection:
        number = min(officer_numbers(connection))
    link_user(engine, "ba", number, False, None, NOW, "quan-tri")
    link_user(engine, "tu", None, True, None, NOW, "quan-tri")
    page = browse(address, Role.AUDITOR).get("/audit").text

    assert f"“ba”: gắn với cán bộ (cán bộ số hiệu {number})" in page
    assert "“tu”: gắn với cán bộ (không phải cán bộ tại quầy)" in page
    assert page.count("(cán bộ số hiệu") == 1
