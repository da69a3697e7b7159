"""The pages of the duty roster: who may see and change it, a week filled in, and what is refused in plain words."""

import re
from datetime import date, timedelta
from itertools import product

import pytest

from kiosk.domain.roster import NOON, RECEPTION, DutyShift
from sync.district.domain.people import Role
from sync.district.domain.rights import Person
from sync.district.domain.roster_rights import ROSTER_RIGHTS, RosterAct, may_with_roster
from sync.district.roster.change import change_roster, seats_of
from sync.district.store import rosters as store
from sync.district.store.audit import entries
from sync.district.store.engine import reading, writing
from sync.district.store.imports import Origin
from tests.district.web_fixtures import NOW, bring_samples
from tests.district.web_server import Browser, StillClock, add_people, serving

CENTRE, ELSEWHERE = "H35.88.01", "H35.89"
Q1, Q2, Q3, Q4 = (f"{CENTRE}-Q{number}" for number in (1, 2, 3, 4))
TODAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
WEEK = f"/roster?unit={CENTRE}&of={MONDAY}"


@pytest.fixture
def address(engine, tmp_path):
    bring_samples(engine)
    add_people(
        engine,
        ("lan", Role.LEADER, CENTRE),
        ("an", Role.OFFICER, CENTRE),
        ("binh", Role.LEADER, ELSEWHERE),
        ("tam", Role.TECHNICIAN, None),
        ("hai", Role.ADMINISTRATOR, None),
    )
    with serving(engine, tmp_path, StillClock()) as base:
        yield base


def signed_in(address: str, name: str) -> Browser:
    browser = Browser(address)
    browser.sign_in(name)
    return browser


def send(browser: Browser, path: str, form: dict):
    """Sends a form of one of our pages, and looks at the page that follows."""
    token = re.search(r'name="form_token" value="([^"]+)"', browser.get("/account").text)[1]
    answer = browser.post(path, {"form_token": token} | form)
    return browser.get(answer.headers["Location"]) if answer.status_code == 303 else answer


def cells(*chosen: tuple[str, date, str]) -> list[str]:
    return [f"{counter}|{day}|{officer}" for counter, day, officer in chosen]


def save(browser: Browser, *chosen: tuple[str, date, str], page: str = WEEK, **fields: str):
    html = browser.get(page).text
    seen = re.search(r'name="seen" value="(\d+)"', html)[1]
    form = {"unit": CENTRE, "of": str(MONDAY), "seen": seen, "action": "save", **fields}
    return send(browser, "/roster", form | {"cell": cells(*chosen)})


def standing(engine) -> list[DutyShift]:
    with reading(engine) as connection:
        return store.shifts_of(connection, CENTRE, TODAY - timedelta(days=30), TODAY + timedelta(days=60))


@pytest.mark.parametrize(("role", "act"), product(Role, RosterAct))
def test_the_table_of_rights_says_who_may_do_what_with_a_roster(role: Role, act: RosterAct) -> None:
    allowed = role in ROSTER_RIGHTS[act]

    assert allowed == (
        role in (Role.LEADER, Role.INSPECTOR, Role.OFFICER) if act is RosterAct.SEE else role is Role.LEADER
    )
    assert may_with_roster(Person("x", role, frozenset({CENTRE})), act, CENTRE) is allowed
    assert not may_with_roster(Person("x", role, frozenset({ELSEWHERE})), act, CENTRE)
    assert may_with_roster(Person("x", role, None), act, CENTRE) is allowed


def test_a_head_fills_in_a_week_and_all_of_the_unit_see_it_and_who_did_it(engine, address) -> None:
    head, officer = signed_in(address, "lan"), signed_in(address, "an")

    saved = save(
        head, (Q1, MONDAY, "CB-0101"), (Q2, MONDAY, "CB-0201"), (RECEPTION, MONDAY, "CB-0401"), phone="0263 1022"
    )
    seen = officer.get(WEEK).text

    assert saved.status_code == 200
    assert 'id="done"' in saved.text
    assert standing(engine) == [
        DutyShift(RECEPTION, "CB-0401", MONDAY, phone="0263 1022"),
        DutyShift(Q1, "CB-0101", MONDAY),
        DutyShift(Q2, "CB-0201", MONDAY),
    ]
    assert "CB-0101 · Công chức Tư pháp – Hộ tịch" in seen
    assert "chưa xếp" in seen
    assert seen.count("· lan</span>xếp") == 3
    assert 'name="cell"' not in seen
    assert 'data-gaps="18"' in seen  # four counters on five days, of which two are filled
    with reading(engine) as connection:
        [entry] = entries(connection, 5)
    assert (entry.what, entry.person, entry.detail["new"]) == ("roster", "lan", 3)


def test_nobody_else_changes_a_roster_and_strangers_do_not_find_it(engine, address) -> None:
    assert Browser(address).get(WEEK).status_code == 303
    for name in ("binh", "tam", "hai"):
        assert signed_in(address, name).get(WEEK).status_code == 404
    for name in ("an", "binh", "tam", "hai"):
        browser = signed_in(address, name)
        form = {"unit": CENTRE, "of": str(MONDAY), "seen": "0", "cell": cells((Q1, MONDAY, "CB-0101"))}
        assert send(browser, "/roster", form).status_code == 404
        day = {"unit": CENTRE, "of": str(MONDAY), "counter": Q1, "seen": "0", "officer": ["CB-0101"]}
        assert send(browser, "/roster/day", day | {"start": [""], "until": [""]}).status_code == 404
    forged = send(signed_in(address, "lan"), "/roster", {"unit": CENTRE, "of": str(MONDAY), "form_token": "x"})

    assert forged.status_code == 403
    assert standing(engine) == []


def test_a_double_booking_and_who_left_are_refused_by_name_and_nothing_is_saved(engine, address) -> None:
    head = signed_in(address, "lan")

    twice = save(head, (Q1, MONDAY, "CB-0101"), (Q2, MONDAY, "CB-0101"))
    unknown = save(head, (Q1, MONDAY, "CB-0999"))
    phone = save(head, (RECEPTION, MONDAY, "CB-0401"), phone="<b>chị Lan</b>")

    assert [each.status_code for each in (twice, unknown, phone)] == [422, 422, 422]
    assert "CB-0101 đã ngồi Quầy 2: Đất đai – Môi trường" in twice.text
    assert "Không có cán bộ CB-0999" in unknown.text
    assert "<b>chị" not in phone.text
    assert standing(engine) == []


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(engine, address) -> None:
    head = signed_in(address, "lan")
    with writing(engine) as connection:
        change_roster(connection, CENTRE, seats_of([DutyShift(Q1, "CB-0102", MONDAY)]), Origin("", NOW, "hoa"))

    form = {"unit": CENTRE, "of": str(MONDAY), "seen": "0", "cell": cells((Q1, MONDAY, "CB-0101"))}
    late = send(head, "/roster", form)

    assert late.status_code == 409
    assert standing(engine) == [DutyShift(Q1, "CB-0102", MONDAY)]


def test_days_that_have_passed_stay_and_today_changes_from_now_on(engine, address) -> None:
    yesterday, head = TODAY - timedelta(days=1), signed_in(address, "lan")
    with writing(engine) as connection:
        shifts = seats_of([DutyShift(Q1, "CB-0101", yesterday), DutyShift(Q1, "CB-0101", TODAY)])
        change_roster(connection, CENTRE, shifts, Origin("", NOW - timedelta(days=2), "hoa"))
    page, this_week = f"/roster?unit={CENTRE}&of={TODAY}", {"of": str(TODAY)}

    past = save(head, (Q1, yesterday, "CB-0102"), page=page, **this_week)
    today = save(head, (Q1, TODAY, "CB-0102"), page=page, **this_week)

    assert (past.status_code, today.status_code) == (422, 200)
    assert "Ngày 19/11/2026 đã qua" in past.text
    assert standing(engine) == [
        DutyShift(Q1, "CB-0101", yesterday),
        DutyShift(Q1, "CB-0101", TODAY, until="10:00"),
        DutyShift(Q1, "CB-0102", TODAY, "10:00"),
    ]
    assert f'value="{Q1}|{yesterday}|' not in head.get(page).text


def test_a_day_is_split_and_the_next_week_is_filled_like_it(engine, address) -> None:
    head, next_monday = signed_in(address, "lan"), MONDAY + timedelta(days=7)
    page = head.get(f"/roster/day?unit={CENTRE}&of={MONDAY}&counter={Q4}").text
    seen = re.search(r'name="seen" value="(\d+)"', page)[1]
    day = {"unit": CENTRE, "of": str(MONDAY), "counter": Q4, "seen": seen, "officer": ["CB-0401", "CB-0402", ""]}

    split = send(head, "/roster/day", day | {"start": ["", "12:00", "08:00"], "until": ["12:00", "", ""]})
    next_week = f"/roster?unit={CENTRE}&of={next_monday}"
    filled = save(head, page=next_week, of=str(next_monday), action="like")

    assert (split.status_code, filled.status_code) == (200, 200)
    assert standing(engine) == [
        DutyShift(Q4, "CB-0401", MONDAY, until=NOON),
        DutyShift(Q4, "CB-0402", MONDAY, NOON),
        DutyShift(Q4, "CB-0401", next_monday, until=NOON),
        DutyShift(Q4, "CB-0402", next_monday, NOON),
    ]
    assert "sáng" in filled.text
    assert "chiều" in filled.text


@pytest.mark.parametrize("cell", ["", "|", f"{Q1}|2026-11-23", f"{Q1}|2026-11-40|CB-0101", f"{Q1}|2026-12-23|CB-0101"])
def test_a_form_that_is_none_of_ours_is_not_found(engine, address, cell: str) -> None:
    head = signed_in(address, "lan")
    head.get(WEEK)

    answer = send(head, "/roster", {"unit": CENTRE, "of": str(MONDAY), "seen": "0", "cell": [cell]})

    assert answer.status_code == 404
    assert standing(engine) == []
